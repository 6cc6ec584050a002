//! Sentences of a remark that admit that a part is not done.
//!
//! A negative alone admits nothing ("we use no mobile code"; "we never leak it"). What admits is a negative set against
//! something that is done (但し…しておりません; …しておりませんが、…; "but not …"), an exception from something that is done
//! (一部を除き…しています; "except …"), or, under an answer of yes, a measure said not to be taken (…は実施しておりません).

use crate::model::Answer;

use super::pattern::{Pattern, normal, pattern};

/// 但し and its like, at the start of a sentence or a clause.
static CONTRAST: Pattern = pattern!(r"(?:^|[、,\s(])(?:ただし|但し|但、|ただ、|しかし|もっとも、|一方)");
/// A negative or a limit at the end of a sentence.
static NEGATIVE_END: Pattern = pattern!(
    r"(?:ません(?:でした)?|ておらず|ない(?:です|もの|状況です)?|かねます|対象外(?:です|となります|とします|としています|としております)?|未(?:実施|対応|導入|整備|策定|設定|公開)(?:です)?|除(?:く|きます|いて(?:います|おります))|限(?:る|ります|られます)|のみ(?:です|となります|とします|としています|としております|対応しています)?)$"
);
/// A negative before the end: …ませんので、…; …していないため、….
static NEGATIVE_MIDDLE: Pattern =
    pattern!(r"(?:ません(?:が|ので|から|し)?[、,]|(?:して|されて|できて|行って)(?:いない|おらず|いません))");
/// Negatives that limit nothing.
static HARMLESS: Pattern = pattern!(
    r"(?:(?:問題|支障|影響|差し支え|例外|心配|申し訳|遜色|変わり|この限り以外)(?:は|も|が)?(?:ござい|あり)?(?:ません|ない)|すみません|なければ(?:なりません|ならない)|ては(?:なりません|ならない|いけません)|いけません|(?:に|と)(?:は)?(?:違い|相違)(?:は|が)?(?:ありません|ない)|ことは(?:ありません|ございません|ない))"
);
/// …しておりませんが、…: something is not done, something else is.
static NOT_BUT: Pattern = pattern!(
    r"(?:して|されて|できて|行って|なって|持って|設けて|得て)?(?:おりません|いません|いない|ありません|できません|ございません|ない)(?:です|もの|の(?:です|もの))?(?:が|けれども|けれど|けど|ものの|ものです)[、,]"
);
/// …しておりますが、…: something is done, then a negative at the end.
static DO_BUT: Pattern = pattern!(r"(?:ます|ている|ました|です|である|可能)(?:が|けれども|けれど|けど|ものの)[、,]");
/// An exception from what is done.
static EXCEPTION: Pattern = pattern!(
    r"(?:一部|場合|機能|サービス|システム|サーバ|サーバー|環境|データ|ログ|端末|機器|アカウント|リソース|バケット|インスタンス|もの)(?:など|等|の.{1,10})?を?(?:除き|除いて|除く|除いた)"
);
/// Some part, not done.
static SOME_NOT: Pattern = pattern!(
    r"一部.*(?:(?:して|されて|できて|行って|なって)(?:おりません|いません|いない|おらず)|できません|未(?:実施|対応|導入|整備|設定|暗号化)|対象外)"
);
/// Something still to come.
static TO_COME: Pattern = pattern!(
    r"(?:未(?:実施|対応|導入|整備|策定|設定)(?:です|であり|だが|ですが|の(?:ため|もの)|、|$)|(?:検討|準備|計画|調整|対応)中(?:です|であり|で、|、|$)|(?:実施|対応|導入|整備|策定|取得)(?:する|を)?予定|今後.{0,20}(?:予定|検討))"
);
/// A measure said not to be taken. 提供, 公開, 利用 and the like are left out: not to do them is mostly a good thing.
static NOT_TAKEN: Pattern = pattern!(
    r"(?:実施|対応|導入|整備|策定|明示|設置|文書化|暗号化|冗長化|二重化|バックアップ|有効化|有効に)(?:は|を|までは)?(?:して|できて|行って|されて)(?:おりません|いません|いない|おらず)|(?:対象外|適用外)(?:です|とな|とし|であ|と|。|$)"
);

static EN_CONTRAST_NOT: Pattern = pattern!(
    r"\b(?:but|however|although|though|nevertheless|only that)\b.*(?:\b(?:not|no|never|cannot|without|excluded|excludes?|lacks?|missing|unavailable|unsupported)\b|n't\b)"
);
static EN_NOT_CONTRAST: Pattern =
    pattern!(r"(?:\b(?:not|no|cannot)\b|n't\b).*[,;]?\s\b(?:but|however|although|though|nevertheless)\b");
static EN_EXCEPT: Pattern =
    pattern!(r"\b(?:except(?:ing)?(?: for)?|with the exception of|apart from|excluding|other than)\b");
static EN_NEGATIVE: Pattern = pattern!(r"(?:\b(?:not|no|never|nobody|none|cannot|nothing)\b|n't\b)");
static EN_TO_COME: Pattern = pattern!(
    r"\b(?:not yet|not (?:fully|currently)|only partially|partially implemented|(?:is|are) planned|under consideration|to be implemented|in progress)\b"
);
/// Words that hold a "but" or a "not" and take nothing back.
static EN_HARMLESS: Pattern = pattern!(
    r"\b(?:not only|(?:including,? )?but (?:is )?not limited to|no ?one but|nobody but|none but|nothing but|not just|not merely|no exceptions?|without exception)\b"
);

/// The sentences of `remark` that admit that a part is not done, as written and in order, given what was answered.
pub(crate) fn find(remark: &str, answer: Answer) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for sentence in sentences(remark) {
        if admits(sentence, answer) && !found.iter().any(|f| f == sentence) {
            found.push(sentence.to_owned());
        }
    }
    found
}

/// Sentences with what ends them. A line break ends one; an ASCII full stop does so before a space only (`TLS 1.2`).
pub(crate) fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map(|(_, c)| *c);
        let ends = match character {
            '。' | '．' | '！' | '？' | '\n' | '\r' => true,
            '.' | '!' | '?' => next.is_none_or(char::is_whitespace),
            _ => false,
        };
        if ends {
            let end = at + character.len_utf8();
            sentences.extend(text.get(start..end));
            start = end;
        }
    }
    sentences.extend(text.get(start..));
    sentences.into_iter().map(str::trim).filter(|s| !s.is_empty()).collect()
}

/// Whether a sentence admits that something is not done, given what was answered.
pub(crate) fn admits(sentence: &str, answer: Answer) -> bool {
    let text = normal(sentence);
    let text = text.trim_end_matches(['。', '.', '!', '?', ')', '」', ' ']);
    if sentence.is_ascii() {
        admits_en(&text.to_lowercase())
    } else {
        admits_ja(text, answer) || admits_en(&text.to_lowercase())
    }
}

fn admits_ja(text: &str, answer: Answer) -> bool {
    let negative_end = NEGATIVE_END.is_match(text);
    let harmless = HARMLESS.is_match(text);
    let claims = matches!(answer, Answer::Yes | Answer::Partial);
    (CONTRAST.is_match(text)
        && (negative_end || NEGATIVE_MIDDLE.is_match(text) || EXCEPTION.is_match(text))
        && !harmless)
        || (NOT_BUT.is_match(text) && !harmless)
        || (DO_BUT.is_match(text) && negative_end && !harmless)
        || (EXCEPTION.is_match(text) && !negative_end)
        || SOME_NOT.is_match(text)
        || TO_COME.is_match(text)
        || (claims && NOT_TAKEN.is_match(text))
}

fn admits_en(text: &str) -> bool {
    if EN_TO_COME.is_match(text) {
        return true;
    }
    if EN_HARMLESS.is_match(text) {
        return false;
    }
    // "We never share data except as the law asks" promises; "encrypted, except for logs" concedes.
    let excepts = EN_EXCEPT
        .captures(text)
        .and_then(|c| c.get(0))
        .is_some_and(|m| !EN_NEGATIVE.is_match(text.get(..m.start()).unwrap_or_default()));
    excepts || EN_CONTRAST_NOT.is_match(text) || EN_NOT_CONTRAST.is_match(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_compile() {
        for pattern in [
            &CONTRAST,
            &NEGATIVE_END,
            &NEGATIVE_MIDDLE,
            &HARMLESS,
            &NOT_BUT,
            &DO_BUT,
            &EXCEPTION,
            &SOME_NOT,
            &TO_COME,
            &NOT_TAKEN,
            &EN_CONTRAST_NOT,
            &EN_NOT_CONTRAST,
            &EN_EXCEPT,
            &EN_NEGATIVE,
            &EN_TO_COME,
            &EN_HARMLESS,
        ] {
            assert!(pattern.compiles());
        }
    }

    #[test]
    fn what_admits() {
        for sentence in [
            "ただし、お客様への開示は行っておりません。",
            "但し、定期的には公表しておりません",
            "ログは残しています。ただし、保存期間は定めていません。",
            "管理画面は提供しておりませんが、強度の検査をしています。",
            "バックアップは取得しておりますが、復元の試験は行っておりません。",
            "一部のサーバーを除き、暗号化しています。",
            "開発環境を除いて監視しています。",
            "一部のバケットは暗号化しておりません。",
            "多要素認証は未導入です。",
            "来期に導入予定です。",
            "ただし、本番環境のみです。",
            "復元の試験は実施しておりません。",
            "しかし、夜間は対象外となります。",
            "開発環境は対象外です。",
            "社内システムは暗号化の適用外としています。",
            "Backups are taken, but not tested.",
            "All data is encrypted, except for logs.",
            "Logs are kept; however, retention is not disclosed.",
            "We do not offer a portal, but passwords are checked.",
            "MFA is not yet enabled for everyone.",
        ] {
            assert!(!find(sentence, Answer::Yes).is_empty(), "{sentence}");
        }
    }

    #[test]
    fn what_admits_nothing() {
        for sentence in [
            "",
            "モバイルコードは利用しておりません。",
            "第三者に開示、漏洩いたしません。",
            "法令に基づく場合を除き、第三者に提供いたしません。",
            "当社の人員がデータセンターに入ることはありません。",
            "ただし、不正なアクセスがないよう監視しています。",
            "ただし、事前に承認を得なければなりません。",
            "お客様のデータを外部に公開しておりません。",
            "なお、外部に委託する場合は契約を結びます。",
            "止まった場合でも、影響はありませんが、お知らせします。",
            "必要な権限のみ付与しています。",
            "Access is limited to staff, including but not limited to operators.",
            "Data is not only encrypted but also signed.",
            "No one but administrators has access.",
            "We never share data except as required by law.",
            "TLS 1.2 or higher.",
        ] {
            assert_eq!(find(sentence, Answer::Yes), Vec::<String>::new(), "{sentence}");
        }
        assert!(find("当社では実施しておりません。", Answer::No).is_empty());
    }

    #[test]
    fn the_sentence_is_kept_as_written() {
        let remark = "ログを保持しています。ただし、お客様には開示しておりません。 お問い合わせは窓口まで。";
        assert_eq!(find(remark, Answer::Yes), ["ただし、お客様には開示しておりません。"]);
        assert_eq!(sentences("TLS 1.2 is used. See a.b.\nNext"), ["TLS 1.2 is used.", "See a.b.", "Next"]);
    }
}
