//! Numbers with a unit that a text promises, as written.

use std::ops::Range;

use crate::sheet::pattern::{Pattern, pattern};

use super::fold::{Fold, Places, once};
use super::urls;

/// Protocols, ciphers and keys, by their version or length.
static TECHNICAL: Pattern = pattern!(
    r"(?i)(?-u:\b)(?:TLS|SSL)\s*v?\s*[0-9](?:\.[0-9])?(?:\s*(?:以上|以降|or (?:higher|later|above|newer)|and (?:higher|later|above)|\+))?|(?-u:\b)(?:AES|RSA|SHA|ECDSA|DES|Camellia|HMAC-SHA)\s*[-_ ]?\s*[0-9]{1,4}(?:[- ]?(?:GCM|CBC))?(?:\s*[- ]?(?:bits?|ビット))?(?:\s*以上)?|(?-u:\b)(?:P-|secp)[0-9]{3}|(?-u:\b)(?:port|ポート|TCP|UDP)\s*(?:番号)?\s*[0-9]{2,5}|ポート\s*(?:番号)?\s*[0-9]{2,5}"
);
static ROUND_THE_CLOCK: Pattern = pattern!(
    r"(?i)24\s*時間\s*[・/,、x×]?\s*365\s*日|24\s*[/x×]\s*7(?:\s*[/x×]\s*365)?|24 hours a day(?:, (?:7|seven) days a week)?"
);
static PERCENT: Pattern = pattern!(r"(?i)[0-9]{1,3}(?:\.[0-9]+)?\s*(?:%|パーセント|percent)\s*(?:以上|以下|未満|超)?");
static QUANTITY_JA: Pattern = pattern!(
    r"(?:(?:RPO|RTO)\s*[::は]?\s*)?(?P<number>[0-9][0-9,]*(?:\.[0-9]+)?(?:\s*[~〜-]\s*[0-9]+)?|数|[二三四五六七八九十百][二三四五六七八九十百]*)\s*(?P<unit>日間隔|時間間隔|分間隔|秒間隔|営業日|日間|日前|日|週間|週|[かヶケカヵ箇個]月間?|年間|年|時間|分間|分|秒|文字|桁|種類|種|世代|回|件|台|人|名|[KMGTP]i?B(?:ps)?|[kMG]bps|ビット|bits?|バイト|MB|箇所|か所|ヶ所|拠点|重|AZs?|アベイラビリティ[ー]?ゾーン|ゾーン|リージョン|データセンター?|通り|階層|系統|ms)(?P<bound>\s*(?:以上|以下|以内|未満|超|程度|ごと|毎|間隔|おき|前まで|前|後|まで|保[管存持]|分))?"
);
/// Kanji numbers are read before these units only: 十分 is "enough", 一部 is "a part".
const KANJI_UNITS: [&str; 13] =
    ["か月", "ヶ月", "ケ月", "カ月", "ヵ月", "箇月", "個月", "か月間", "ヶ月間", "週間", "日間", "年間", "世代"];
static QUANTITY_EN: Pattern = pattern!(
    r"(?i)(?-u:\b)(?:[0-9][0-9,]*(?:\.[0-9]+)?|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|fifteen|sixteen|twenty|thirty|forty|sixty|ninety)\s*(?:\([0-9]+\)\s*)?(?:or more\s+|\+\s*)?[- ]?(?:(?:calendar|business|working|consecutive|distinct|separate|different|full)\s+)?(?:milliseconds?|ms|seconds?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|characters?|chars|digits?|letters?|copies|copy|generations?|versions|AZs?|availability zones?|regions?|data ?cent(?:er|re)s?|sites?|replicas?|nodes?|instances?|bits?|[KMGTP]i?B|attempts?|failed attempts|times|factors?|people|persons?|staff)(?-u:\b)(?:\s+or (?:more|less|fewer|longer))?"
);
/// Days of the calendar, editions and sections: numbers that promise nothing.
static NO_FIGURE: Pattern = pattern!(
    r"(?i)(?:19|20)[0-9]{2}\s*(?:年度?|[-/.])\s*(?:[0-9]{1,2}\s*(?:月|[-/.])\s*(?:[0-9]{1,2}\s*日?)?)?|(?:令和|平成|昭和)\s*(?:[0-9]{1,2}|元)\s*年(?:\s*[0-9]{1,2}\s*月)?(?:\s*[0-9]{1,2}\s*日)?|[0-9]{1,2}\s*月\s*[0-9]{1,2}\s*日|第\s*[0-9]+\s*(?:版|条|項|章|節|号|回|世代|四半期|者|三者)|[0-9]{1,2}\s*(?:January|February|March|April|May|June|July|August|September|October|November|December)(?-u:\b)"
);

/// The figures in a text, in order, once each. `cadences` are places already read as how often.
pub(super) fn find(fold: &Fold, written: &str, cadences: &[Range<usize>]) -> Vec<String> {
    let text = fold.text.as_str();
    let mut taken = Places::default();
    let links = urls::places(text).into_iter();
    let dates = NO_FIGURE.find_all(text).into_iter().flatten().map(|m| m.range());
    for place in cadences.iter().cloned().chain(links).chain(dates) {
        taken.take(&place);
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut add = |range: Range<usize>| {
        if taken.take(&range) {
            found.push(range);
        }
    };
    for pattern in [&TECHNICAL, &ROUND_THE_CLOCK, &PERCENT] {
        for figure in pattern.find_all(text).into_iter().flatten() {
            add(figure.range());
        }
    }
    for captures in QUANTITY_JA.captures_all(text).into_iter().flatten() {
        let (Some(whole), Some(number), Some(unit)) = (captures.get(0), captures.name("number"), captures.name("unit"))
        else {
            continue;
        };
        let digits = number.as_str().starts_with(|c: char| c.is_ascii_digit());
        let bounded = captures.name("bound").is_some();
        let known = digits || KANJI_UNITS.contains(&unit.as_str()) || (bounded && unit.as_str() == "年");
        if !known || (number.as_str() == "数" && !bounded) {
            continue;
        }
        // "3回" and "2名" count; "14:30分" and "v1.2 件" are parts of something longer.
        let before = text.get(..whole.start()).and_then(|t| t.chars().next_back());
        if before.is_some_and(|c| matches!(c, '.' | ':' | '/' | '-') || c.is_ascii_alphanumeric()) {
            continue;
        }
        let end =
            captures.name("bound").filter(|b| !b.as_str().trim().starts_with('保')).map_or(unit.end(), |b| b.end());
        add(whole.start()..end);
    }
    for figure in QUANTITY_EN.find_all(text).into_iter().flatten() {
        let before = text.get(..figure.start()).and_then(|t| t.chars().next_back());
        if !before.is_some_and(|c| matches!(c, '.' | ':' | '/' | '-')) {
            add(figure.range());
        }
    }
    found.sort_by_key(|r| r.start);
    once(found.into_iter().map(|range| written.get(fold.written(range)).unwrap_or_default().trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;
    use super::*;

    fn of(text: &str) -> Vec<String> {
        let fold = Fold::new(text);
        let (_, cadences) = super::super::cadence::find(&fold, text);
        find(&fold, text, &cadences)
    }

    #[test]
    fn patterns_compile() {
        for pattern in [&TECHNICAL, &ROUND_THE_CLOCK, &PERCENT, &QUANTITY_JA, &QUANTITY_EN, &NO_FIGURE] {
            assert!(pattern.compiles());
        }
    }

    #[test]
    fn figures_are_read() {
        table(
            [
                ("ログを90日間保管する", vec!["90日間"]),
                ("TLS1.2以上を使用", vec!["TLS1.2以上"]),
                ("ＴＬＳ１．２以上を使用", vec!["ＴＬＳ１．２以上"]),
                ("稼働率は99.9%以上", vec!["99.9%以上"]),
                ("30分以内に通知", vec!["30分以内"]),
                ("パスワードは14文字以上、3種類以上", vec!["14文字以上", "3種類以上"]),
                ("AES-256で暗号化", vec!["AES-256"]),
                ("RSA 2048bit", vec!["RSA 2048bit"]),
                ("2AZに分散", vec!["2AZ"]),
                ("日次、7世代を保持", vec!["7世代"]),
                ("三か月保存", vec!["三か月"]),
                ("1年間保存し、5年以上保管", vec!["1年間", "5年以上"]),
                ("24時間365日監視", vec!["24時間365日"]),
                ("15分間隔で監視", vec!["15分間隔"]),
                ("RPO:15分、RTO:4時間", vec!["RPO:15分", "RTO:4時間"]),
                ("60分以内*", vec!["60分以内"]),
                ("TLS 1.2 or higher", vec!["TLS 1.2 or higher"]),
                ("Logs are kept for 90 days.", vec!["90 days"]),
                ("99.9 % availability", vec!["99.9 %"]),
                ("at least 14 characters", vec!["14 characters"]),
                ("spread over 2 AZs", vec!["2 AZs"]),
                ("deployed in two Availability Zones", vec!["two Availability Zones"]),
                ("within 30 minutes, 24/7", vec!["30 minutes", "24/7"]),
                ("unused for 45 days", vec!["45 days"]),
                ("access from 0.0.0.0/0 to port 22", vec!["port 22"]),
                ("retained for at least six months", vec!["six months"]),
            ],
            of,
        );
    }

    #[test]
    fn what_is_no_figure() {
        table(
            [
                "",
                "2024年6月に取得",
                "2024年6月1日から",
                "令和5年度",
                "6月1日に実施",
                "十分な強度",
                "一部のサーバー",
                "一人ひとり",
                "第三者による診断",
                "第11版",
                "ISO/IEC 27001:2013",
                "年1回以上",
                "毎年",
                "複数の拠点",
                "万一の場合",
                "every 90 days",
                "https://example.com/30days/10分",
                "one of the servers",
                "version 1.2",
            ]
            .map(|text| (text, Vec::<String>::new())),
            of,
        );
    }
}
