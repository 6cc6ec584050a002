//! Japanese sentences that say several things: 取得し、検査すること is two.

use std::ops::Range;

use crate::sheet::pattern::{Pattern, pattern};

use super::fold::{Fold, Shield};
use super::words;

/// Ends of clauses that stand on their own, whatever follows: …しており、 …していますが、 …とともに、.
static STRONG: Pattern = pattern!(
    r"(?:(?:て|で)おり(?:まして)?|ます(?:が|し)|ました(?:が|し)|ません(?:が|し)|です(?:が|し)|(?:ている|である|していない|できない|できる)(?:が|ものの|し)|(?:る|す|う)(?:ととも|と共)に|(?:てい|でい)るほか|望ましく)$"
);
/// Continuative forms, which are a clause of their own unless what follows takes them in.
static WEAK: Pattern = pattern!(
    r"(?:(?:[\p{Han}\p{Katakana}ーA-Za-z)]|明確に|一意に|確実に|可能に|無効に|有効に|対象に|別々に|必須に|最小に|最新に|を)し|行い|おこない|設け|定め|備え|講じ|整え|努め|施し|有し|持ち|保ち|置き|付け|止め|防ぎ|高め|伝え|送り|残し|外し|戻し|消し|示し|され|させ|られ|確かめ|改め|取り決め|割り当て|割当て|組み込み|取り込み|見直し|洗い出し|組み合わせ|閉じ|にあり|取り出し|締め|掲げ|結び)$"
);
/// What looks like a continuative form and only leads on: に対し, 但し, とし.
static NO_CLAUSE: Pattern = pattern!(
    r"(?:(?:対|関|際|通|但|介|期|比|則|即|称|要|目指|関連|付|照ら|無|然|例外|原則|根拠|前提|目的|基準|起因|基に|もとに|主体|中心|一環|応じ|由来|除外|優先|考慮|参考|参照|想定|使用|利用|活用|適用)し|(?:を|に)と?(?:もと|基)にし|ただし|もし|しかし|に加え|を含め|なく|に備え|を受け)$"
);
/// The next words choose: what stands before the comma need not hold.
static DISJUNCTION: Pattern = pattern!(r"^\s*(?:又は|または|もしくは|若しくは|あるいは|或いは|ないし)");
static NEGATIVE: Pattern = pattern!(
    r"(?:ません(?:でした)?(?:が|し)?|ない(?:こと)?(?:が|ものの|と|です|する)?|なかった|ておらず|禁止(?:する|している|しています)?|不可|ぬこと|ざること)[\s。)）]*$"
);
/// The next clause is a condition or a time: it takes the continuative form in.
static CONDITION: Pattern = pattern!(
    r"(?:場合|とき|時|際|後|前|までに?|たら|れば|なら)(?:に|は|には|で|も|にも|、)*$|場合(?:に|は|には|、)|(?:した|する)(?:とき|際)(?:に|は|には)"
);
/// The next clause is a purpose.
static PURPOSE: Pattern = pattern!(r"(?:ため|ように|よう|うえで|上で)(?:の|に|には)?(?:[、,]|$)|ための|ために");
/// A case that the clause fills itself.
static ARGUMENT: Pattern = pattern!(r"を|は|が|も|について|に関して");
/// Words in which such a particle is none.
const NO_ARGUMENT: [&str; 16] = [
    "ことが望ましい",
    "ことが必要",
    "ことがで",
    "必要がある",
    "ことは望ましい",
    "または",
    "又は",
    "あるいは",
    "もしくは",
    "若しくは",
    "では",
    "には",
    "ことを推奨",
    "ことが求め",
    "ものとする",
    "もの",
];
/// All up to the last case before a clause's verb.
static HEAD: Pattern = pattern!(r"^(.*(?:を|は|が|も|について|に対して|に対し|に関して))");
/// A topic or an occasion set off by a comma, or a topic before the object.
static TOPIC: Pattern = pattern!(r"^([^、，,]{1,60}(?:は|時に?|場合に?|際に?|ときに?))[、，,]|^([^、，,をが]{1,50}は)");
/// The object that is a part of the verb: 監視をし; the modal that follows: …ことが望ましく.
static VERB_END: Pattern =
    pattern!(r"(?:[\p{Han}・]+をし|ことが望ましく|(?:ます|です|ません|ました|ている|である|ない|る)(?:が|し))$");
/// What the clause does something for, before what it does.
static FOR_PURPOSE: Pattern = pattern!(r"[^、,]*(?:ために|ための|ように|よう)[、,]");
/// A verb before a noun, at the start: 管理する機能を提供 takes the continuative form in.
static RELATIVE_START: Pattern =
    pattern!(r"^\s*[\p{Han}]{1,4}(?:する|できる|している)(?:ための)?[\p{Han}\p{Katakana}]+を");
/// Verbs with に that take no object of the clause before: 結果に対応する.
static INTRANSITIVE: Pattern =
    pattern!(r"に(?:速やかに|迅速に|適切に)?(?:対応|準拠|適合|合格|参加|対処|同意)(?:し|する|済)");
const TIES: [&str; 5] = ["または", "又は", "あるいは", "もしくは", "若しくは"];

/// Longer heads than this many bytes are not said again before the next clause.
const LONGEST_HEAD: usize = 600;
/// Nor is a head looked for in a clause longer than this.
const LONGEST_BEFORE: usize = 4_000;
/// A clause without a case of its own that is shorter than this many characters stays with the one before it.
const SHORTEST: usize = 12;
/// A sentence of very many clauses says at most this many times its own length again.
const CARRIED: usize = 3;

/// One thing that a sentence says.
#[derive(Debug)]
pub(super) struct Clause {
    /// Where it stands in the sentence.
    pub(super) range: Range<usize>,
    /// What it shares with the clause before it and needs in order to be read alone: the topic, the object.
    pub(super) carried: String,
}

/// The clauses of a sentence, in order; one clause where the sentence says one thing, or where that is unsure.
pub(super) fn clauses(sentence: &str) -> Vec<Clause> {
    let whole = vec![Clause { range: 0..sentence.len(), carried: String::new() }];
    let fold = Fold::new(sentence);
    let text = fold.text.as_str();
    let shield = Shield::new(text);
    let commas: Vec<usize> = text
        .char_indices()
        .filter(|(at, c)| matches!(c, '、' | ',') && !shield.covers(*at))
        .map(|(at, _)| at)
        .collect();
    if commas.is_empty() {
        return whole;
    }
    let cuts = cuts(text, &commas);
    if cuts.is_empty() {
        return whole;
    }
    let mut clauses: Vec<Clause> = Vec::new();
    let mut from = 0;
    let mut before = String::new();
    let mut topic = "";
    let mut budget = CARRIED * sentence.len() + LONGEST_HEAD;
    for end in cuts.into_iter().chain([text.len()]) {
        let own = text.get(from..end).unwrap_or_default();
        let tie = words::tie(own.trim_start());
        let start = from + (own.len() - own.trim_start().len()) + tie;
        let range = fold.written(start..end);
        let written = sentence.get(range.clone()).unwrap_or_default();
        let mut carried = if clauses.is_empty() { String::new() } else { carried(&before, topic, written) };
        match budget.checked_sub(carried.len()) {
            Some(left) => budget = left,
            None => carried.clear(),
        }
        if carried.is_empty()
            && !has_argument(written)
            && !written.contains(['に', 'で'])
            && written.chars().count() < SHORTEST
            && let Some(last) = clauses.last_mut()
        {
            // 記載しております alone says nothing.
            last.range.end = range.end;
            from = text.get(end..).and_then(|t| t.chars().next()).map_or(end, |c| end + c.len_utf8());
            continue;
        }
        if clauses.is_empty() {
            topic = topic_of(written);
        }
        before = format!("{carried}{written}");
        clauses.push(Clause { range, carried });
        from = text.get(end..).and_then(|t| t.chars().next()).map_or(end, |c| end + c.len_utf8());
    }
    clauses
}

/// The commas at which something of its own begins.
fn cuts(text: &str, commas: &[usize]) -> Vec<usize> {
    let part = |i: usize| {
        let from = i.checked_sub(1).and_then(|j| commas.get(j)).map_or(0, |at| after(text, *at));
        text.get(from..commas.get(i).copied().unwrap_or(text.len())).unwrap_or_default()
    };
    let strong: Vec<bool> = (0..commas.len())
        .map(|i| STRONG.is_match(unbracketed(part(i))) && !DISJUNCTION.is_match(part(i + 1)))
        .collect();
    let mut cuts = Vec::new();
    // From the end: whether the words up to the next strong cut end in a negative, which may govern all before it.
    let mut negative = NEGATIVE.is_match(part(commas.len()));
    let mut chosen = false;
    for i in (0..commas.len()).rev() {
        let Some(at) = commas.get(i) else { continue };
        let (this, next) = (unbracketed(part(i)), part(i + 1));
        if DISJUNCTION.is_match(next) {
            // A, B, or C: neither A nor B alone.
            chosen = true;
            continue;
        }
        if strong.get(i).copied().unwrap_or_default() {
            cuts.push(*at);
            negative = NEGATIVE.is_match(this);
            chosen = false;
        } else if WEAK.is_match(this)
            && !NO_CLAUSE.is_match(this)
            && (!negative || next.contains('を'))
            && !chosen
            && !taken_in(next)
        {
            cuts.push(*at);
        }
    }
    cuts.reverse();
    cuts
}

/// Without a bracket at the end: 管理し（生成、廃棄） ends in 管理し.
fn unbracketed(part: &str) -> &str {
    let end = part.trim_end();
    match end.strip_suffix(')').and_then(|inner| inner.rfind('(')) {
        Some(at) => head(end, at).trim_end(),
        None => end,
    }
}

fn after(text: &str, comma: usize) -> usize {
    text.get(comma..).and_then(|t| t.chars().next()).map_or(comma, |c| comma + c.len_utf8())
}

/// Whether a clause takes in the continuative form before it.
fn taken_in(next: &str) -> bool {
    let end = next.trim_end();
    RELATIVE_START.is_match(end)
        || CONDITION.is_match(end)
        || (PURPOSE.is_match(end) && !has_argument(PURPOSE.find(end).map_or(end, |m| head(end, m.start()))))
}

fn head(text: &str, at: usize) -> &str {
    text.get(..at).unwrap_or_default()
}

/// Without the particles that mark no case.
fn without_ties(text: &str) -> String {
    NO_ARGUMENT.iter().fold(text.to_owned(), |text, no| text.replace(no, " "))
}

fn has_argument(text: &str) -> bool {
    ARGUMENT.is_match(&without_ties(text))
}

fn topic_of(clause: &str) -> &str {
    let found = TOPIC.captures(clause).and_then(|c| c.get(1).or_else(|| c.get(2))).map_or("", |m| m.as_str());
    if TIES.iter().any(|t| found.ends_with(t)) || found.len() > LONGEST_HEAD { "" } else { found }
}

/// What the clause before gives to this one.
fn carried(before: &str, topic: &str, own: &str) -> String {
    if before.len() > LONGEST_BEFORE {
        return String::new();
    }
    let purpose = FOR_PURPOSE.find(own).filter(|m| m.start() == 0).map_or(0, |m| m.end());
    let takes_no_object = INTRANSITIVE.is_match(own);
    if !takes_no_object && !has_argument(own.get(purpose..).unwrap_or(own)) {
        let end = VERB_END.find(before).map_or(before.len(), |m| m.start());
        let found = before.get(..end).and_then(|b| HEAD.captures(b)).and_then(|c| c.get(1)).map_or("", |m| m.as_str());
        let short = found.len() <= LONGEST_HEAD && !TIES.iter().any(|t| found.ends_with(t));
        return if short { found.to_owned() } else { String::new() };
    }
    // Another topic or subject of its own replaces the first one.
    let bare = without_ties(own);
    match topic {
        _ if topic.is_empty() || bare.contains(['は', 'が', 'も']) => String::new(),
        _ if before.get(topic.len()..).is_some_and(|b| b.starts_with(['、', '，', ','])) => format!("{topic}、"),
        // X は…が、 sets X against what follows.
        _ if before.trim_end().ends_with('が') => String::new(),
        _ => topic.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;
    use super::*;

    fn of(sentence: &str) -> Vec<String> {
        clauses(sentence).into_iter().map(|c| format!("{}{}", c.carried, words::bare(&sentence[c.range]))).collect()
    }

    #[test]
    fn patterns_compile() {
        for pattern in [
            &STRONG,
            &WEAK,
            &NO_CLAUSE,
            &DISJUNCTION,
            &NEGATIVE,
            &CONDITION,
            &PURPOSE,
            &ARGUMENT,
            &HEAD,
            &TOPIC,
            &VERB_END,
            &FOR_PURPOSE,
            &RELATIVE_START,
            &INTRANSITIVE,
        ] {
            assert!(pattern.compiles());
        }
    }

    #[test]
    fn clauses_are_cut() {
        table(
            [
                ("バックアップを取得し、検査すること", vec!["バックアップを取得し", "バックアップを検査すること"]),
                (
                    "特権の割当て及び利用は，制限し，管理することが望ましい",
                    vec!["特権の割当て及び利用は，制限し", "特権の割当て及び利用は管理することが望ましい"],
                ),
                (
                    "鍵は適切に管理し（生成、廃棄）、アクセスを制限する",
                    vec!["鍵は適切に管理し（生成、廃棄）", "鍵はアクセスを制限する"],
                ),
                (
                    "本番環境を分離し、本番データを開発で使用していない",
                    vec!["本番環境を分離し", "本番データを開発で使用していない"],
                ),
                ("訓練は未実施ですが、来年度に実施予定です", vec!["訓練は未実施ですが", "訓練は来年度に実施予定です"]),
                (
                    "検知時に、管理者へ通知し、端末を隔離する",
                    vec!["検知時に、管理者へ通知し", "検知時に、端末を隔離する"],
                ),
                ("診断を実施し、検出された脆弱性は対応する", vec!["診断を実施し", "検出された脆弱性は対応する"]),
                (
                    "特権IDは管理者に付与し、利用状況を記録する",
                    vec!["特権IDは管理者に付与し", "特権IDは利用状況を記録する"],
                ),
                ("検査を実施し、結果に対応している", vec!["検査を実施し", "結果に対応している"]),
                ("窓口を明確にし、外部に公開すること", vec!["窓口を明確にし", "窓口を外部に公開すること"]),
                ("ログを取得し、S3に保存している", vec!["ログを取得し", "ログをS3に保存している"]),
                (
                    "経営層は、責任を明示し、活動を支援すること",
                    vec!["経営層は、責任を明示し", "経営層は、活動を支援すること"],
                ),
                ("AWSを利用しており、インフラは分散しています", vec!["AWSを利用しており", "インフラは分散しています"]),
                (
                    "バックアップは取得しておりますが、復元の試験は行っておりません",
                    vec!["バックアップは取得しておりますが", "復元の試験は行っておりません"],
                ),
                ("冗長化を図るとともに、状況を明示する", vec!["冗長化を図るとともに", "状況を明示する"]),
                (
                    "セッションを遮断し、かつ接続時間の制限を利用する",
                    vec!["セッションを遮断し", "接続時間の制限を利用する"],
                ),
                (
                    "ログを取得することが望ましく、また、期間を定めることが望ましい",
                    vec!["ログを取得することが望ましく", "期間を定めることが望ましい"],
                ),
            ],
            of,
        );
    }

    #[test]
    fn what_says_one_thing_stays_whole() {
        table(
            [
                "ログを取得している",
                "利用者に対し、通知する",
                "台帳で資産ごとに分類し、記載しております",
                "特権の利用を制限し、管理する機能を提供する",
                "法令に関し、手順を定める",
                "AWSを利用して、複数の拠点に分散しております",
                "異常を検知し、影響が大きい場合は、利用者に通知する",
                "攻撃を検知し、防御するために、WAFを導入する",
                "暗号化し、又はアクセスを制限する",
                "個人情報を取得し、第三者に提供することはありません",
                "情報(取得し、保管するもの)を守る",
                "開発環境を除き、暗号化する",
                "年1回、脆弱性診断を実施する",
                "アプリケーション、OS、サーバーの脆弱性を管理する",
                "認証を実施し、または、接続元を制限し、もしくは閉域網を使う",
            ]
            .map(|sentence| (sentence, vec![sentence.to_string()])),
            of,
        );
    }
}
