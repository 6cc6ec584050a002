//! One verb said of several things: 通信及び保存データを暗号化 and "X, Y and Z are logged" say it of each.
//!
//! Only where each noun stands alone before the verb, and the verb is one that holds or fails for each: 情報及びソフトウェアの
//! バックアップ, 規則及び倫理に従って and "policies and procedures" stay whole.

use crate::sheet::pattern::{Pattern, pattern};

/// A list of bare nouns as the object, the topic or the subject of a verb at the end.
static LIST_JA: Pattern = pattern!(
    r"^(?P<before>(?:.*?(?:は|では|には|にて|により|によって|で|て|、|,|年[0-9]回|次))??\s*)(?P<list>[\p{Han}\p{Katakana}ーA-Za-z0-9]+(?:\s*(?:、|,)\s*[\p{Han}\p{Katakana}ーA-Za-z0-9]+)*\s*(?:、|,)?\s*(?:及び|および|並びに|ならびに)\s*[\p{Han}\p{Katakana}ーA-Za-z0-9]+)(?P<after>(?:を|は|が)[、,]?\s*[^をはが、,]{0,30}?(?:暗号化|記録|監視|検知|冗長化|二重化|多重化|バックアップ|取得|収集|保管|保存|遮断|無効化|有効化|保護|分離|制限)(?:を)?(?:実施|実行|行っ|行い|行う)?[\p{Hiragana}]*(?:望ましい|必要[\p{Hiragana}]*|可能[\p{Hiragana}]*|実施[\p{Hiragana}]*|行[\p{Hiragana}]*|図[\p{Hiragana}]*)?[。.)\s]*)$"
);
/// The same before の暗号化, which is said of each noun as of the verb.
static OF_JA: Pattern = pattern!(
    r"^(?P<before>(?:.*?(?:は|では|には|にて|により|によって|で|て|、|,))??\s*)(?P<list>[\p{Han}\p{Katakana}ーA-Za-z0-9]+(?:\s*(?:、|,)\s*[\p{Han}\p{Katakana}ーA-Za-z0-9]+)*\s*(?:、|,)?\s*(?:及び|および|並びに|ならびに)\s*[\p{Han}\p{Katakana}ーA-Za-z0-9]+)(?P<after>の(?:暗号化|冗長化|二重化|多重化)(?:[をはがに].*)?)$"
);
/// A measure as a heading names it: サーバーの冗長化.
static MEASURE_JA: Pattern = pattern!(
    r"^[^はをが]{1,30}の(?:暗号化|冗長化|二重化|多重化|無効化|有効化|分離|制限|制御|監視|検知|取得|保管|保護|導入|実施|バックアップ)$"
);
static SEPARATOR_JA: Pattern = pattern!(r"\s*(?:[、,]\s*)?(?:及び|および|並びに|ならびに)\s*|\s*[、,]\s*");
/// Adverbs that stand before a comma and are no member of the list.
const ADVERBS: [&str; 14] =
    ["原則", "現在", "適宜", "随時", "常時", "当社", "弊社", "都度", "必要時", "全件", "通常", "毎日", "毎年", "定期"];
/// Nouns that say one thing together.
const PAIRS_JA: [[&str; 2]; 10] = [
    ["方針", "手順"],
    ["規則", "倫理"],
    ["役割", "責任"],
    ["責任", "権限"],
    ["監査", "見直し"],
    ["氏名", "住所"],
    ["機密性", "完全性"],
    ["完全性", "可用性"],
    ["基準", "手順"],
    ["体制", "手順"],
];

/// In motion and at rest, of encryption.
static MOVING_JA: &str =
    "通信中|通信時|通信経路|通信路|通信|転送中|転送時|転送|伝送中|伝送時|伝送|送信中|送信時|移動中";
static RESTING_JA: &str = "保存中|保存時|保存|保管中|保管時|保管|格納中|格納時|格納|蓄積時|蓄積";
static BOTH_JA: Pattern = Pattern::new(|| {
    let (m, r) = (MOVING_JA, RESTING_JA);
    let tie = r"\s*(?:及び|および|並びに|ならびに|と|・|、|,|/)\s*";
    regex::Regex::new(&format!(
        r"(?P<a>(?:{m})(?:[(（][^()（）]*[)）])?)(?P<x>の?(?:データ|情報)?){tie}(?P<b>(?:{r})(?:[(（][^()（）]*[)）])?)(?P<y>の?(?:データ|情報)?)|(?P<c>(?:{r})(?:[(（][^()（）]*[)）])?)(?P<z>の?(?:データ|情報)?){tie}(?P<d>(?:{m})(?:[(（][^()（）]*[)）])?)(?P<w>の?(?:データ|情報)?)"
    ))
    .ok()
});
static ENCRYPTS: Pattern = pattern!(r"(?i)暗号|encrypt|protect");
static BOTH_EN: Pattern = pattern!(
    r"(?i)(?:both\s+)?(?P<a>(?:(?:data-)?in[- ](?:transit|motion|use)|(?:data-)?at[- ]rest)(?:\s*\([^()]{1,60}\))?)(?:\s*,\s*(?P<c>(?:data-)?in[- ](?:transit|motion|use)|(?:data-)?at[- ]rest))?\s*,?\s*(?:and|&|as well as)\s+(?P<b>(?:(?:data-)?in[- ](?:transit|motion|use)|(?:data-)?at[- ]rest)(?-u:\b)(?:\s*\([^()]{1,60}\))?)"
);

/// The statements that `text` makes of each of its nouns; `text` alone where there is one.
pub(super) fn japanese(text: &str) -> Vec<String> {
    if text.len() > 2_000 {
        return vec![text.to_owned()];
    }
    if ENCRYPTS.is_match(text)
        && let Some(captures) = BOTH_JA.captures(text)
        && let Some(whole) = captures.get(0)
    {
        let group = |name| captures.name(name).map_or("", |m| m.as_str());
        let first = format!("{}{}", group("a"), group("c"));
        let second = format!("{}{}", group("b"), group("d"));
        let (own, shared) = (format!("{}{}", group("x"), group("z")), format!("{}{}", group("y"), group("w")));
        // 通信と保存データ: the noun at the end belongs to both, unless the first has its own or is a noun already.
        let alone = own.is_empty()
            && (shared.is_empty() || first.ends_with(['路']) || first == "通信" || first == "転送" || first == "伝送");
        let first = if alone || !own.is_empty() { format!("{first}{own}") } else { format!("{first}{shared}") };
        let (head, tail) = (text.get(..whole.start()), text.get(whole.end()..));
        let longer = tail.is_some_and(|t| t.starts_with(['、', ',', '及', 'お', '並', '又', 'ま', 'も']));
        let before = head
            .is_some_and(|h| h.ends_with(['、', ',', 'び', 'に', 'は', 'で', 'を', 'て', 'の']) || h.trim().is_empty());
        if let (Some(head), Some(tail), false, true) = (head, tail, longer, before) {
            return vec![format!("{head}{first}{tail}"), format!("{head}{second}{shared}{tail}")];
        }
    }
    let measures: Vec<&str> = text.split(['、', ',']).map(str::trim).collect();
    if measures.len() > 1 && measures.iter().all(|m| MEASURE_JA.is_match(m)) {
        return measures.into_iter().map(str::to_owned).collect();
    }
    for pattern in [&LIST_JA, &OF_JA] {
        let Some(captures) = pattern.captures(text) else { continue };
        let group = |name| captures.name(name).map_or("", |m| m.as_str());
        let mut before = group("before").to_owned();
        let mut nouns: Vec<&str> = cut(&SEPARATOR_JA, group("list"));
        while let Some(first) = nouns.first().copied().filter(|n| nouns.len() > 2 && ADVERBS.contains(n)) {
            before.push_str(first);
            before.push('、');
            nouns.remove(0);
        }
        // A counted noun is a measure; a noun that ends in a verb's stem belongs to what comes before it.
        let plain =
            |n: &&str| !n.starts_with(|c: char| c.is_ascii_digit()) && !ADVERBS.contains(n) && n.chars().count() > 1;
        let pair = |[a, b]: &[&str; 2]| nouns.contains(a) && nouns.contains(b);
        if nouns.len() < 2 || nouns.len() > 8 || !nouns.iter().all(plain) || PAIRS_JA.iter().any(pair) {
            continue;
        }
        return nouns.iter().map(|noun| format!("{before}{noun}{}", group("after"))).collect();
    }
    vec![text.to_owned()]
}

/// A list of short nouns as the subject of a passive verb.
static SUBJECTS_EN: Pattern = pattern!(
    r"(?i)^(?P<all>(?:all|both|the|our|your|any)\s+)?(?P<list>(?:[\w/&'-]+\s+){0,3}[\w/&'-]+(?:,\s+(?:[\w/&'-]+\s+){0,3}[\w/&'-]+)*,?\s+and\s+(?:[\w/&'-]+\s+){0,3}?[\w/&'-]+)\s+(?P<after>(?:is|are|must be|should be|shall be|will be|have been)\s+(?:(?:all|both|also|always|automatically|centrally|fully|regularly)\s+)?(?:encrypted|logged|recorded|monitored|backed up|audited|restricted|protected|scanned|patched|enabled|disabled|blocked|collected|retained|replicated|redundant|monitored)(?-u:\b).*)$"
);
/// A list of short nouns as the object of such a verb.
static OBJECTS_EN: Pattern = pattern!(
    r"(?i)^(?P<before>(?:we|you|the (?:service|system|vendor|company|provider))\s+(?:(?:also|always|automatically|regularly)\s+)?(?:encrypts?|logs?|records?|monitors?|backs? up|audits?|scans?)\s+)(?P<list>(?:[\w/&'-]+\s+){0,2}[\w/&'-]+(?:,\s+(?:[\w/&'-]+\s+){0,2}[\w/&'-]+)*,?\s+and\s+(?:[\w/&'-]+\s+){0,2}?[\w/&'-]+)(?P<after>(?:\s+(?:in|at|on|for|with|using|by|every|daily|weekly|via|to)(?-u:\b)[^,]*)?[.]?)$"
);
static SEPARATOR_EN: Pattern = pattern!(r"(?i)\s*,\s*and\s+|\s*,\s*|\s+and\s+");
/// Words that no bare noun holds: the list is more than a list.
static NO_NOUN: Pattern = pattern!(
    r"(?i)(?-u:\b)(?:of|to|for|in|on|at|by|with|from|that|which|who|if|when|where|or|is|are|was|were|be|has|have|not|no|than|between|into|via|using|as|and|we|you|it|they|encrypts?|logs? all)(?-u:\b)"
);
static ALONE_EN: Pattern =
    pattern!(r"(?i)(?:[a-z]s|data|traffic|access|activity|information|storage|e?mail|code|software|hardware)$");
/// Nouns that say one thing together.
static PAIRS_EN: Pattern = pattern!(
    r"(?i)(?-u:\b)(?:polic(?:y|ies) and procedures?|procedures and polic(?:y|ies)|roles and responsibilities|terms and conditions|rules and regulations|research and development|integrity,? and availability|confidentiality,? and integrity|confidentiality and availability|identity and access|development and test(?:ing)?|hardening and build|security and privacy|command and control|patch and vulnerability|physical and environmental|access and identity|encryption and integrity)(?-u:\b)"
);

/// As [`japanese`].
pub(super) fn english(text: &str) -> Vec<String> {
    if text.len() > 2_000 {
        return vec![text.to_owned()];
    }
    if ENCRYPTS.is_match(text)
        && let Some(captures) = BOTH_EN.captures(text)
        && let Some(whole) = captures.get(0)
        && let (Some(head), Some(tail)) = (text.get(..whole.start()), text.get(whole.end()..))
    {
        return ["a", "c", "b"]
            .iter()
            .filter_map(|name| captures.name(name))
            .map(|each| format!("{head}{}{tail}", each.as_str()))
            .collect();
    }
    for pattern in [&SUBJECTS_EN, &OBJECTS_EN] {
        let Some(captures) = pattern.captures(text) else { continue };
        let group = |name| captures.name(name).map_or("", |m| m.as_str());
        let list = group("list");
        let nouns = cut(&SEPARATOR_EN, list);
        let bare = |n: &&str| !NO_NOUN.is_match(n) && !n.is_empty();
        // "REST and WebSocket API logging" shares its last noun; plurals and nouns of mass stand alone.
        let single = nouns.iter().all(|n| !n.contains(' '));
        if !single && !nouns.iter().all(|n| ALONE_EN.is_match(n)) {
            continue;
        }
        if nouns.len() < 2 || nouns.len() > 8 || !nouns.iter().all(bare) || PAIRS_EN.is_match(list) {
            continue;
        }
        let all = if group("all").trim().eq_ignore_ascii_case("both") { "" } else { group("all") };
        return nouns
            .iter()
            .map(|noun| format!("{}{all}{noun} {}", group("before"), group("after")).trim().to_owned())
            .collect();
    }
    vec![text.to_owned()]
}

fn cut<'t>(separator: &Pattern, list: &'t str) -> Vec<&'t str> {
    let mut parts = Vec::new();
    let mut from = 0;
    for found in separator.find_all(list).into_iter().flatten() {
        parts.extend(list.get(from..found.start()));
        from = found.end();
    }
    parts.extend(list.get(from..));
    parts.into_iter().map(str::trim).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;
    use super::*;

    #[test]
    fn patterns_compile() {
        for pattern in [
            &LIST_JA,
            &OF_JA,
            &MEASURE_JA,
            &SEPARATOR_JA,
            &BOTH_JA,
            &ENCRYPTS,
            &BOTH_EN,
            &SUBJECTS_EN,
            &OBJECTS_EN,
            &SEPARATOR_EN,
            &NO_NOUN,
            &ALONE_EN,
            &PAIRS_EN,
        ] {
            assert!(pattern.compiles());
        }
    }

    #[test]
    fn each_noun_is_a_statement() {
        table(
            [
                ("通信及び保存データを暗号化している", vec!["通信を暗号化している", "保存データを暗号化している"]),
                (
                    "転送中及び保管中のデータを暗号化している",
                    vec!["転送中のデータを暗号化している", "保管中のデータを暗号化している"],
                ),
                (
                    "データは保存時と通信時に暗号化する",
                    vec!["データは保存時に暗号化する", "データは通信時に暗号化する"],
                ),
                (
                    "アクセスログ、操作ログ及び認証ログを取得している",
                    vec!["アクセスログを取得している", "操作ログを取得している", "認証ログを取得している"],
                ),
                (
                    "本番環境では、サーバー及びネットワークを監視すること",
                    vec!["本番環境では、サーバーを監視すること", "本番環境では、ネットワークを監視すること"],
                ),
                (
                    "データベース及びストレージの暗号化を実施",
                    vec!["データベースの暗号化を実施", "ストレージの暗号化を実施"],
                ),
                ("サーバーの冗長化、データの暗号化", vec!["サーバーの冗長化", "データの暗号化"]),
                ("原則、通信ログ及び操作ログを取得する", vec!["原則、通信ログを取得する", "原則、操作ログを取得する"]),
            ],
            japanese,
        );
        table(
            [
                (
                    "Logins, changes and deletions are logged",
                    vec!["Logins are logged", "changes are logged", "deletions are logged"],
                ),
                (
                    "Data is encrypted in transit and at rest",
                    vec!["Data is encrypted in transit", "Data is encrypted at rest"],
                ),
                (
                    "We encrypt data both at rest and in transit.",
                    vec!["We encrypt data at rest.", "We encrypt data in transit."],
                ),
                (
                    "All servers and databases are backed up daily",
                    vec!["All servers are backed up daily", "All databases are backed up daily"],
                ),
                (
                    "We log logins, configuration changes and deletions",
                    vec!["We log logins", "We log configuration changes", "We log deletions"],
                ),
            ],
            english,
        );
    }

    #[test]
    fn what_belongs_together_stays() {
        table(
            [
                "情報及びソフトウェアのバックアップを取得する",
                "法令、規則及び倫理に従って行う",
                "特権の割当て及び利用を制限する",
                "通信又は保存データを暗号化する",
                "情報を保護する",
                "方針及び手順を保護する",
                "利用者の活動、例外処理及びセキュリティ事象を記録した監査ログを取得する",
                "ネットワーク若しくはインタフェースの分離",
                "3回及び5回を記録する",
            ]
            .map(|text| (text, vec![text.to_string()])),
            japanese,
        );
        table(
            [
                "Policies and procedures are audited",
                "Access to systems and data is logged",
                "Data is encrypted in transit or at rest",
                "Logs are kept",
                "Terms and conditions are protected",
                "Identify, protect and recover",
            ]
            .map(|text| (text, vec![text.to_string()])),
            english,
        );
    }
}
