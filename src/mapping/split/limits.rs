//! What a statement leaves out, and what it is limited to, as written.

use std::ops::Range;

use crate::sheet::pattern::{Pattern, pattern};

use super::fold::{Fold, once};

/// The words that leave something out; what they leave out stands before them.
static EXCEPT_JA: Pattern = pattern!(
    r"を(?:除き(?:ます)?|除いて|除く|除いた|除外(?:し|する|して|とし)?)|(?P<other>以外(?:の|は|に|で|を|について)?)|は(?:、|,)?(?:対象外|適用外|含ま(?:ない|れない|ず|れず|れません)|含みません|除く|除外)"
);
static ONLY_JA: Pattern = pattern!(
    r"のみ(?:を|に|が|で|は|の|と)?|だけ(?:を|に|が|で|は|の)?|に(?:のみ|限り|限る|限って|限定(?:し|する|して|され)?|限られ|限ります)"
);
/// A word in 以外 or のみ that limits nothing: できるだけ, のみならず.
static FALSE_ONLY_JA: Pattern = pattern!(
    r"^(?:のみ|だけ)(?:ならず|でな|では?な)|(?:できる|出来る|可能な|なるべく|必要な|する|した|ある|れる|最小限|最低限|に|どれ|それ|これ)$"
);
/// 管理者以外はできない says who may, not what is left out.
static FORBIDS_JA: Pattern = pattern!(r"(?:ない|ません|禁止|不可|拒否|制限|遮断|ブロック|防止|防ぐ)[^。]{0,12}$");
/// Where the words that are left out begin: after a comma, a bracket, a topic.
static STARTS_JA: Pattern = pattern!(
    r"(?:[、,。;:()「」『』\[\]【】\n]|(?:ただし|但し|なお)、?|(?:では|には|とは|により|によって|にて|は|を|※))"
);
const NO_TOPIC: [&str; 7] = ["または", "又は", "あるいは", "もしくは", "若しくは", "及びは", "ならびは"];

static EXCEPT_EN: Pattern = pattern!(
    r"(?i)(?-u:\b)(?:(?:except(?:ing)?(?:\s+(?:for|in|on|where|when|that))?|excluding|with the exception of|apart from|aside from)\s+|(?P<other>other than)\s+|(?:but not)\s+(?:for|in|on|to)\s+)(?P<what>[^,.;:()]{1,80})"
);
static EXCLUDED_EN: Pattern = pattern!(
    r"(?i)(?P<what>(?:[\w-]+\s+){1,5})(?:is|are)\s+(?:excluded|out of scope|not (?:covered|included|in scope))"
);
/// Words after which an exception has ended.
static ENDS_EN: Pattern = pattern!(
    r"(?i)\s+(?:and (?:we|all|are|is)|we|you|which|that (?:is|are)|is|are|was|were|has|have|must|shall|should|will|can|may)(?-u:\b)"
);
static NEGATIVE_EN: Pattern = pattern!(r"(?i)(?-u:\b)(?:no|not|nobody|none|never|any|anyone)(?-u:\b)");
static ONLY_FOR_EN: Pattern = pattern!(
    r"(?i)(?-u:\b)(?:only\s+(?:applies to|apply to|applicable to|for|in|on|to|by|within|during|from|at|where|when)|limited (?:only )?to|restricted to|solely (?:for|by|in|to)|exclusively (?:for|by|in|to))\s+(?P<what>[^,.;:()]{1,80})"
);
static X_ONLY_EN: Pattern = pattern!(
    r"(?i)(?P<what>(?:(?:(?:for|in|on|to|by|via|through|during|from|at|within)\s+)(?:the\s+)?)?(?:[\w'-]+\s+){1,3}only)(?:\s*[,.;:()?]|\s*$)"
);
static PREPOSITION_EN: Pattern = pattern!(r"(?i)(?-u:\b)(?:for|in|on|to|by|via|through|during|from|at|within)\s");
static FALSE_ONLY_EN: Pattern =
    pattern!(r"(?i)(?-u:\b)(?:not only|not limited to|but not|if only|read only|is only|are only)");

/// A word or two that only limit another sentence: ただし、開発環境を除く. / (production only).
static BARE_TIES: Pattern = pattern!(
    r"(?i)^(?:[\s(（「※*、。,.\]\[)）」・:-]|ただし|但し|なお|のみ|だけ|で|は|を|に|が|の|から|however|but|note|です|す|ます|となります|とします|とする|する|this|is|applies|。)*$"
);

/// What a text says of its own limits.
#[derive(Default)]
pub(super) struct Limits {
    pub(super) except: Vec<String>,
    pub(super) only: Vec<String>,
    /// Where they stand in the uniform text.
    places: Vec<Range<usize>>,
}

impl Limits {
    pub(super) fn is_empty(&self) -> bool {
        self.except.is_empty() && self.only.is_empty()
    }

    /// Whether the text, uniform in width, says nothing but its limits.
    pub(super) fn are_all_of(&self, text: &str) -> bool {
        if self.is_empty() {
            return false;
        }
        let mut rest = String::new();
        let mut from = 0;
        for place in &self.places {
            rest.push_str(text.get(from..place.start).unwrap_or_default());
            from = from.max(place.end);
        }
        rest.push_str(text.get(from..).unwrap_or_default());
        BARE_TIES.is_match(&rest)
    }
}

/// Finds the limits in a text.
pub(super) fn find(fold: &Fold, written: &str) -> Limits {
    let text = fold.text.as_str();
    let mut except: Vec<Range<usize>> = Vec::new();
    let mut only: Vec<Range<usize>> = Vec::new();
    for captures in EXCEPT_JA.captures_all(text).into_iter().flatten() {
        let Some(marker) = captures.get(0) else { continue };
        let start = starts(text, marker.start());
        let after = text.get(marker.end()..).unwrap_or_default();
        let forbids = captures.name("other").is_some() && FORBIDS_JA.is_match(clause(after));
        if !forbids {
            except.extend((start < marker.start()).then_some(start..marker.end()));
        }
    }
    for marker in ONLY_JA.find_all(text).into_iter().flatten() {
        let start = starts(text, marker.start());
        let before = text.get(start..marker.start()).unwrap_or_default();
        let after: String = text.get(marker.start()..).unwrap_or_default().chars().take(6).collect();
        if start < marker.start() && !FALSE_ONLY_JA.is_match(before) && !FALSE_ONLY_JA.is_match(&after) {
            only.push(start..marker.end());
        }
    }
    english(text, &mut except, &mut only);
    let cut = |range: &Range<usize>| {
        let words = written.get(fold.written(range.clone())).unwrap_or_default().trim();
        words.trim_end_matches(['を', 'に', 'が', 'で', 'は', 'の', 'と']).trim().to_owned()
    };
    let texts = |ranges: &[Range<usize>]| once(ranges.iter().map(cut));
    let mut limits = Limits { except: texts(&except), only: texts(&only), places: except };
    limits.places.extend(only);
    limits.places.sort_by_key(|r| (r.start, r.end));
    limits
}

fn english(text: &str, except: &mut Vec<Range<usize>>, only: &mut Vec<Range<usize>>) {
    for captures in EXCEPT_EN.captures_all(text).into_iter().flatten() {
        let Some((whole, what)) = captures.get(0).zip(captures.name("what")) else { continue };
        let before = text.get(..whole.start()).unwrap_or_default();
        // "Nobody other than administrators" says who may.
        if captures.name("other").is_some() && NEGATIVE_EN.is_match(last_words(before)) {
            continue;
        }
        except.push(whole.start()..ended(text, what.range()));
    }
    for captures in EXCLUDED_EN.captures_all(text).into_iter().flatten() {
        except.extend(captures.get(0).map(|m| m.range()));
    }
    for captures in ONLY_FOR_EN.captures_all(text).into_iter().flatten() {
        let Some((whole, what)) = captures.get(0).zip(captures.name("what")) else { continue };
        let near: &str = text.get(..whole.end().min(what.start())).unwrap_or_default();
        if !FALSE_ONLY_EN.is_match(last_words(near)) {
            only.push(whole.start()..ended(text, what.range()));
        }
    }
    for captures in X_ONLY_EN.captures_all(text).into_iter().flatten() {
        let Some(what) = captures.name("what") else { continue };
        if !FALSE_ONLY_EN.is_match(what.as_str()) {
            // "remote access via VPN only": from the preposition on.
            let from = PREPOSITION_EN.find_all(what.as_str()).into_iter().flatten().last().map_or(0, |m| m.start());
            only.push(what.start() + from..what.end());
        }
    }
}

/// The last few words before a place.
fn last_words(text: &str) -> &str {
    text.char_indices().rev().nth(24).and_then(|(at, _)| text.get(at..)).unwrap_or(text)
}

/// The clause that follows, as far as it matters.
fn clause(after: &str) -> &str {
    let near = after.char_indices().nth(60).and_then(|(at, _)| after.get(..at)).unwrap_or(after);
    near.split(['。', '、', ',']).find(|part| !part.trim().is_empty()).unwrap_or(near)
}

/// Where the words before a marker begin.
fn starts(text: &str, marker: usize) -> usize {
    let from = text.get(..marker).and_then(|t| t.char_indices().rev().nth(39)).map_or(0, |(at, _)| at);
    let Some(window) = text.get(from..marker) else { return marker };
    let mut start = from;
    // 使う場合を除き: what stands before is a condition, whole.
    let condition = window.ends_with("場合") || window.ends_with("とき") || window.ends_with('際');
    for found in STARTS_JA.find_all(window).into_iter().flatten() {
        let head = window.get(..found.end()).unwrap_or_default();
        // The topic marker in 又は is none, and a marker that ends right before says nothing.
        let inner = condition && found.as_str().ends_with(['は', 'を']);
        if found.end() < window.len() && !inner && !NO_TOPIC.iter().any(|n| head.ends_with(n)) {
            start = from + found.end();
        }
    }
    start
}

fn ended(text: &str, what: Range<usize>) -> usize {
    let words = text.get(what.clone()).unwrap_or_default();
    ENDS_EN.find(words).filter(|m| m.start() > 0).map_or(what.end, |m| what.start + m.start())
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;
    use super::*;

    #[test]
    fn patterns_compile() {
        for pattern in [
            &EXCEPT_JA,
            &ONLY_JA,
            &FALSE_ONLY_JA,
            &FORBIDS_JA,
            &STARTS_JA,
            &EXCEPT_EN,
            &EXCLUDED_EN,
            &ENDS_EN,
            &NEGATIVE_EN,
            &ONLY_FOR_EN,
            &X_ONLY_EN,
            &PREPOSITION_EN,
            &FALSE_ONLY_EN,
            &BARE_TIES,
        ] {
            assert!(pattern.compiles());
        }
    }

    fn of(text: &str) -> (Vec<String>, Vec<String>) {
        let limits = find(&Fold::new(text), text);
        (limits.except, limits.only)
    }

    #[test]
    fn what_is_left_out() {
        table(
            [
                ("開発環境を除き、すべて暗号化している", "開発環境を除き"),
                ("すべてのデータを暗号化している（開発環境を除く）", "開発環境を除く"),
                ("一部のサーバーを除き、監視している", "一部のサーバーを除き"),
                ("当社は開発環境及び検証環境を除いて監視している", "開発環境及び検証環境を除いて"),
                ("開発環境以外は暗号化している", "開発環境以外"),
                ("ログを取得する。ただし、検証環境は対象外とする", "検証環境は対象外"),
                ("本サービスは保守時間を除く24時間稼働", "保守時間を除く"),
                ("別段の定めがある場合を除き、開示する", "別段の定めがある場合を除き"),
                ("All data is encrypted, except development.", "except development"),
                ("Backups are taken daily (excluding test systems)", "excluding test systems"),
                ("MFA is enforced with the exception of service accounts", "with the exception of service accounts"),
                ("All servers other than sandboxes are patched", "other than sandboxes"),
                ("Encrypted except for logs which are public", "except for logs"),
            ]
            .map(|(text, words)| (text, vec![words])),
            |text| of(text).0,
        );
    }

    #[test]
    fn what_it_is_limited_to() {
        table(
            [
                ("本番環境のみ暗号化している", "本番環境のみ"),
                ("バックアップは本番環境のみです", "本番環境のみ"),
                ("管理者に限り、操作できる", "管理者に限り"),
                ("顧客データだけを暗号化する", "顧客データだけ"),
                ("入室は許可された者に限定している", "許可された者に限定し"),
                ("国内リージョンに限る", "国内リージョンに限る"),
                ("Encryption is enabled, production only.", "production only"),
                ("Encrypted for customer data only", "for customer data only"),
                ("Remote access via VPN only", "via VPN only"),
                ("認証は VPN 経由に限定している", "VPN 経由に限定し"),
                ("FWにより必要な通信のみ許可", "必要な通信のみ"),
                ("Logging is enabled only for production systems", "only for production systems"),
                ("Access is limited to administrators.", "limited to administrators"),
            ]
            .map(|(text, words)| (text, vec![words])),
            |text| of(text).1,
        );
    }

    #[test]
    fn what_limits_nothing() {
        table(
            [
                "",
                "ウイルスを除去する",
                "管理者以外はアクセスできない",
                "バックアップだけでなく復元も試験する",
                "ログのみならず設定も保存する",
                "できるだけ速やかに対応する",
                "権限は必要最小限に限定する",
                "可能な限り暗号化する",
                "対象外（管理・運用プロセスでの対策）",
                "Nobody other than administrators has access",
                "including but not limited to logs",
                "Data is not only encrypted but signed",
                "read-only access is given",
                "There are no exceptions",
            ]
            .map(|text| (text, (vec![], vec![]))),
            of,
        );
    }

    #[test]
    fn a_text_of_limits_alone_is_known() {
        for text in
            ["ただし、開発環境を除く", "※本番環境のみ", "(開発環境を除く)", "本番環境のみです。", "Except development."]
        {
            let fold = Fold::new(text);
            assert!(find(&fold, text).are_all_of(&fold.text), "{text}");
        }
        for text in ["開発環境を除き、暗号化している", "Only for production we encrypt", "暗号化"] {
            let fold = Fold::new(text);
            assert!(!find(&fold, text).are_all_of(&fold.text), "{text}");
        }
    }
}
