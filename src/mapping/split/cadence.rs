//! How often something is said to be done.
//!
//! Days are of the calendar, rounded up (a month 31, a quarter 92, half a year 183, a year 365), so that what is done
//! every month is not called late on the 31st. What is done more often than daily has no cadence: nobody attests by the
//! hour; it is a figure. 定期的 and "regularly" promise no number, and have none.

use std::ops::Range;

use regex::Captures;

use crate::model::Cadence;
use crate::sheet::pattern::{Pattern, pattern};

use super::fold::{Fold, Places};
use super::numbers;

/// N times in a unit: 年1回以上, 月に2度, 1年に1回, 週3回.
static TIMES_JA: Pattern = pattern!(
    r"(?:少なくとも|最低でも|最低)?(?:(?P<span>[0-9]{1,3}|[一二三四五六七八九十]{1,3})\s*)?(?P<unit>日|営業日|週間|週|[かヶケカヵ箇個]月|ヵ月|月|四半期|半期|半年|年度|年)(?:間|あたり|当たり)?(?:につき|に|で|ごとに|毎に)?\s*(?:少なくとも|最低)?(?P<times>[0-9]{1,3}|[一二三四五六七八九十]{1,2})(?:\s*[~〜-]\s*[0-9]{1,3})?\s*(?:回|度)(?:程度|以上|ほど|は)?"
);
/// 1回以上/日, 2回/年.
static TIMES_SLASH_JA: Pattern = pattern!(
    r"(?P<times>[0-9]{1,3}|[一二三四五六七八九十]{1,2})\s*回(?:以上|程度)?\s*/\s*(?P<span>[0-9]{1,3})?(?P<unit>営業日|日|週間|週|[かヶケカヵ箇個]月|月|四半期|半期|半年|年度|年)"
);
/// 3か月ごと, 90日毎, 2週間おき, 四半期ごと, 半年に一度 is above.
static EVERY_JA: Pattern = pattern!(
    r"(?:(?P<span>[0-9]{1,4}|[一二三四五六七八九十百]{1,4})\s*)?(?P<unit>営業日|日間?|週間?|[かヶケカヵ箇個]月間?|月|四半期|半期|半年|年度|年間?)(?:\s*(?:以内)?(?:ごと|毎|おき|単位)(?:に|で|の)?|間隔)"
);
static NAMED_JA: Pattern = pattern!(
    r"毎営業日|毎日|毎晩|毎夜|毎朝|日次|日々|デイリー|毎週|週次|ウィークリー|隔週|毎月|月次|マンスリー|隔月|毎四半期|四半期(?:に)?1回|四半期次|クォータリー|毎半期|毎年度|毎年|年次|年1|隔年"
);
/// What holds such a word and is none: 年次有給休暇.
static FALSE_JA: Pattern = pattern!(r"年次有給|年次休暇|年次株主|日々の");

static NAMED_EN: Pattern = pattern!(
    r"(?i)(?:(?:at least|at a minimum|no less than|minimum|not less than)\s+)?(?:on an?\s+)?(?-u:\b)(?P<name>nightly|daily|weekly|bi-?weekly|fortnightly|semi-?monthly|monthly|bi-?monthly|quarterly|semi-?annual(?:ly)?|bi-?annual(?:ly)?|half-?yearly|annual(?:ly)?|yearly|biennial(?:ly)?)(?-u:\b)(?:\s+basis)?"
);
/// Daily work is no cadence.
static FALSE_EN: Pattern = pattern!(
    r"(?i)(?-u:\b)(?:daily|day-to-day)\s+(?:operations?|work|tasks?|business|life|use|activit(?:y|ies))(?-u:\b)|annual(?:ly)? (?:leave|revenue|turnover|fee|subscription)|(?:uptime|availability)[^.;]{0,20}(?:monthly|annual)"
);
static TIMES_EN: Pattern = pattern!(
    r"(?i)(?:(?:at least|at a minimum|no less than|not less than|minimum of|a minimum of)\s+)?(?-u:\b)(?P<times>once|twice|thrice|(?:one|two|three|four|six|twelve|[0-9]{1,3})(?:\s+or more)?\s+times?)\s*(?:a|an|per|each|every|in a|/)\s*(?:(?P<span>[0-9]{1,3}|two|three|six|twelve)[- ]?)?(?:calendar |fiscal |business |rolling )?(?P<unit>days?|weeks?|months?|quarters?|years?|annum)(?-u:\b)"
);
static EVERY_EN: Pattern = pattern!(
    r"(?i)(?:(?:at least|at a minimum|no less than)\s+)?(?:once\s+)?(?-u:\b)(?:every|each)\s+(?P<other>other\s+|second\s+)?(?:(?P<span>[0-9]{1,4}|one|two|three|four|five|six|nine|ten|twelve|eighteen|twenty|thirty|sixty|ninety)(?:\s*\([0-9]+\))?[- ]?)?(?:calendar |fiscal |business |working )?(?P<unit>days?|nights?|weeks?|months?|quarters?|years?)(?-u:\b)"
);

/// The shortest cadence that a text promises, and the places of all of them.
pub(super) fn find(fold: &Fold, written: &str) -> (Option<Cadence>, Vec<Range<usize>>) {
    let text = fold.text.as_str();
    let mut found = Found::default();
    for pattern in [&FALSE_JA, &FALSE_EN] {
        for no in pattern.find_all(text).into_iter().flatten() {
            found.taken.take(&no.range());
        }
    }
    for pattern in [&TIMES_SLASH_JA, &TIMES_JA, &EVERY_JA] {
        for captures in pattern.captures_all(text).into_iter().flatten() {
            found.push(&captures, times(&captures, text));
        }
    }
    for named in NAMED_JA.find_all(text).into_iter().flatten() {
        let days = match named.as_str() {
            "毎営業日" | "毎日" | "毎晩" | "毎夜" | "毎朝" | "日次" | "日々" | "デイリー" => 1,
            "毎週" | "週次" | "ウィークリー" => 7,
            "隔週" => 14,
            "毎月" | "月次" | "マンスリー" => 31,
            "隔月" => 61,
            "毎年" | "毎年度" | "年次" => 365,
            "隔年" => 730,
            "毎半期" => 183,
            "年1" => continue,
            _ => 92,
        };
        found.add(named.range(), days);
    }
    for captures in NAMED_EN.captures_all(text).into_iter().flatten() {
        let name = captures.name("name").map_or("", |m| m.as_str()).to_ascii_lowercase().replace('-', "");
        let days = match name.as_str() {
            "nightly" | "daily" => 1,
            "weekly" => 7,
            "biweekly" | "fortnightly" => 14,
            "semimonthly" => 16,
            "monthly" => 31,
            "bimonthly" => 61,
            "quarterly" => 92,
            "annual" | "annually" | "yearly" => 365,
            "biennial" | "biennially" => 730,
            _ => 183,
        };
        found.push(&captures, Some(days));
    }
    for captures in TIMES_EN.captures_all(text).into_iter().flatten() {
        found.push(&captures, times(&captures, text));
    }
    for captures in EVERY_EN.captures_all(text).into_iter().flatten() {
        found.push(&captures, times(&captures, text));
    }
    let cadence = found
        .all
        .iter()
        .min_by_key(|(range, days)| (*days, range.start))
        .map(|(range, days)| Cadence { days: *days, words: words(fold, written, range) });
    (cadence, found.all.into_iter().map(|(range, _)| range).collect())
}

fn words(fold: &Fold, written: &str, range: &Range<usize>) -> String {
    let words = written.get(fold.written(range.clone())).unwrap_or_default().trim();
    words.trim_end_matches(['に', 'で', 'の', 'は']).to_owned()
}

#[derive(Default)]
struct Found {
    taken: Places,
    all: Vec<(Range<usize>, u32)>,
}

impl Found {
    fn push(&mut self, captures: &Captures<'_>, days: Option<u32>) {
        if let (Some(whole), Some(days)) = (captures.get(0), days) {
            self.add(whole.range(), days);
        }
    }

    /// The first pattern that finds a place keeps it: 年1回 is not also 年.
    fn add(&mut self, range: Range<usize>, days: u32) {
        if self.taken.take(&range) {
            self.all.push((range, days));
        }
    }
}

/// Days between two times, of a match with a `unit`, and perhaps a `span` of units and how many `times` in it.
fn times(captures: &Captures<'_>, text: &str) -> Option<u32> {
    let group = |name| captures.name(name).map(|m| m.as_str());
    let unit = group("unit")?.to_ascii_lowercase();
    // 四半期 is no four half-years.
    let quarter = unit == "半期" && group("span").is_some_and(|span| span.ends_with('四'));
    let unit = if quarter { "四半期".to_owned() } else { unit };
    let start = captures.get(0)?.start();
    let before = text.get(..start)?.chars().next_back();
    let span = match group("span") {
        Some(_) if quarter => 1,
        Some(span) => numbers::read(span)?,
        // 6月に1回 is June; 2024年1回 and 第1四半期 are dates; 毎年1回 is every year.
        None if before.is_some_and(|c| c.is_ascii_digit() || "一二三四五六七八九十第".contains(c)) => {
            return None;
        }
        None => 1,
    };
    let span = if group("other").is_some() { span.checked_mul(2)? } else { span };
    // 2024年に1回: a year, not a length.
    if span == 0 || (span >= 1900 && unit.starts_with('年')) {
        return None;
    }
    // Twelfths of a year where the unit is of months, days elsewhere.
    let days = match unit.as_str() {
        "日" | "日間" | "営業日" | "day" | "days" | "night" | "nights" => span,
        "週" | "週間" | "week" | "weeks" => span.checked_mul(7)?,
        "四半期" | "quarter" | "quarters" => months(span.checked_mul(3)?)?,
        "半期" | "半年" => months(span.checked_mul(6)?)?,
        "年" | "年間" | "年度" | "year" | "years" | "annum" => span.checked_mul(365)?,
        "月" if group("span").is_some() => return None,
        _ => months(span)?,
    };
    let times = match group("times") {
        Some(times) => numbers::read(times.split_whitespace().next()?).filter(|n| *n > 0)?,
        None => 1,
    };
    Some(days.div_ceil(times).max(1))
}

fn months(months: u32) -> Option<u32> {
    Some(months.checked_mul(365)?.div_ceil(12))
}

#[cfg(test)]
mod tests {
    use super::super::tests::table;
    use super::*;

    fn of(text: &str) -> Option<(u32, String)> {
        find(&Fold::new(text), text).0.map(|c| (c.days, c.words))
    }

    #[test]
    fn patterns_compile() {
        for pattern in
            [&TIMES_JA, &TIMES_SLASH_JA, &EVERY_JA, &NAMED_JA, &FALSE_JA, &NAMED_EN, &FALSE_EN, &TIMES_EN, &EVERY_EN]
        {
            assert!(pattern.compiles());
        }
    }

    #[test]
    fn cadences_are_read() {
        table(
            [
                ("バックアップを毎日取得している", 1, "毎日"),
                ("日次でバックアップを取得", 1, "日次"),
                ("週次で確認", 7, "週次"),
                ("週1回確認", 7, "週1回"),
                ("月1回の点検", 31, "月1回"),
                ("毎月実施", 31, "毎月"),
                ("月に２回", 16, "月に２回"),
                ("四半期ごとに棚卸し", 92, "四半期ごと"),
                ("四半期に一度", 92, "四半期に一度"),
                ("半年に1回レビュー", 183, "半年に1回"),
                ("半期ごとに", 183, "半期ごと"),
                ("年1回以上、教育を実施", 365, "年1回以上"),
                ("年に１回教育を実施", 365, "年に１回"),
                ("少なくとも年1回", 365, "少なくとも年1回"),
                ("年2回", 183, "年2回"),
                ("1年に1度", 365, "1年に1度"),
                ("毎年見直し", 365, "毎年"),
                ("毎年1回", 365, "年1回"),
                ("年次で監査", 365, "年次"),
                ("隔年で実施", 730, "隔年"),
                ("3か月ごとに", 92, "3か月ごと"),
                ("三か月ごとに見直す", 92, "三か月ごと"),
                ("３ヶ月毎に", 92, "３ヶ月毎"),
                ("6ヵ月に1回", 183, "6ヵ月に1回"),
                ("90日ごとにパスワードを変更", 90, "90日ごと"),
                ("2週間おきに", 14, "2週間おき"),
                ("1回以上/日*", 1, "1回以上/日"),
                ("2回/年", 183, "2回/年"),
                ("毎年及び重大な変更が発生した場合に見直し", 365, "毎年"),
                ("日次で差分、週次で全体", 1, "日次"),
                ("reviewed at least annually", 365, "at least annually"),
                ("rotated every 90 days", 90, "every 90 days"),
                ("tested quarterly", 92, "quarterly"),
                ("Backups are tested twice a year", 183, "twice a year"),
                ("once per year", 365, "once per year"),
                ("every six (6) months", 183, "every six (6) months"),
                ("an annual penetration test", 365, "annual"),
                ("on a monthly basis", 31, "on a monthly basis"),
                ("every other week", 14, "every other week"),
                ("semi-annually", 183, "semi-annually"),
                ("every day", 1, "every day"),
                ("at least once every 12 months", 365, "at least once every 12 months"),
                ("4 times per year", 92, "4 times per year"),
                ("biennially", 730, "biennially"),
            ]
            .map(|(text, days, words)| (text, Some((days, words.to_owned())))),
            of,
        );
    }

    #[test]
    fn what_is_no_cadence() {
        table(
            [
                "",
                "定期的にバックアップを取得",
                "随時見直す",
                "変更の都度更新",
                "90日間保管する",
                "3か月保存",
                "2024年6月に取得",
                "2024年度に実施",
                "6月に1回実施",
                "第1四半期に実施",
                "年次有給休暇",
                "1時間ごとに取得",
                "15分間隔で監視",
                "稼働率は月間99.9%",
                "reviewed regularly",
                "retained for 90 days",
                "every 15 minutes",
                "99.9% per month",
                "in daily operations",
                "within 30 days",
                "everyone",
                "Cada 90 días",
            ]
            .map(|text| (text, None)),
            of,
        );
    }
}
