//! What a sheet says of its own marks: `○：実施　×：未実施　△：一部`.

use super::super::pattern::{Pattern, normal, pattern};
use super::{plain, understand};
use crate::model::Answer;

/// A mark and the sign that gives it a meaning.
static DEFINES: Pattern = pattern!(
    r"(?:^|[\s、,;/|(「\[】〕※])[「『]?(○|◯|〇|◎|●|×|✕|✗|△|▲|□|■|☆|★|-|―|—|–|N/?A|[A-Fa-fYNP]|[0-9])[」』]?\s*(?:[:=…→]|\.{2,}|-\s)\s*"
);
static NOT_APPLICABLE: Pattern =
    pattern!(r"対象外|該当(?:なし|無し?|しない|せず)|非該当|適用(?:外|除外|なし)|不要|not applicable|n/a|out of scope");
static PARTIAL: Pattern = pattern!(r"一部|部分|概ね|おおむね|ほぼ|partial|partly|mostly|largely|in progress");
static NO: Pattern = pattern!(
    r"未|ない|ません|いず$|不(?:可|適|十分)|困難|要(?:対応|改善|検討|是正)|必要|計画|予定|検討|推奨|\bnot\b|\bno\b|planned|none|lack"
);
static YES: Pattern = pattern!(
    r"^(?:すべて|全て|全面的に|十分(?:に)?|完全に|適切に|既に|基準を|要件を|要求を)?(?:実施|対応|適合|準拠|遵守|充足|導入|整備|運用|設定|達成|満た|できて|行って|実現)(?:済み?|している|しています|できている|されている|している状態|いる|います|あり|可能)?$|^(?:fully |completely |all )?(?:implemented|compliant|in place|met|satisfied|yes|done|conform(?:s|ing)?)\b"
);

/// What a phrase of a legend means. Unknown where it is not plain.
fn meaning(phrase: &str) -> Answer {
    let known = understand(phrase);
    if known != Answer::Unknown {
        return known;
    }
    let text = plain(phrase);
    let bare = text.split('(').next().unwrap_or_default().trim();
    if NOT_APPLICABLE.is_match(&text) {
        Answer::Na
    } else if PARTIAL.is_match(&text) {
        Answer::Partial
    } else if NO.is_match(&text) {
        // 検討中 and the like are not done, and 未定 is not known; neither is a yes.
        if text.contains("推奨") || text.contains("未定") || text.contains("必要") {
            Answer::Unknown
        } else {
            Answer::No
        }
    } else if YES.is_match(bare) {
        Answer::Yes
    } else {
        Answer::Unknown
    }
}

/// The marks that `texts` define, with what they mean, in the order in which they stand. Letters and figures count only
/// where two of them mean something: `1: …` begins many a note.
pub(crate) fn legends<'t>(texts: impl IntoIterator<Item = &'t str>) -> Vec<(String, Answer)> {
    let mut found: Vec<(String, Answer)> = Vec::new();
    for text in texts {
        let text = normal(text);
        let mut marks: Vec<(String, usize, usize)> = Vec::new();
        let mut from = 0;
        while let Some(captures) = text.get(from..).and_then(|rest| DEFINES.captures(rest)) {
            let (Some(whole), Some(mark)) = (captures.get(0), captures.get(1)) else { break };
            marks.push((mark.as_str().to_owned(), from + whole.start(), from + whole.end()));
            from += whole.end().max(1);
        }
        for (nth, (mark, _, end)) in marks.iter().enumerate() {
            let stop = marks.get(nth + 1).map_or(text.len(), |(_, start, _)| *start);
            let phrase = text.get(*end..stop).unwrap_or_default();
            let phrase = phrase.trim_matches(|c: char| c.is_whitespace() || "、,;/|。)」]".contains(c));
            let phrase = phrase.split('\n').next().unwrap_or_default();
            // A legend's phrase is a few words; in characters.
            if !phrase.is_empty() && phrase.chars().count() <= 40 {
                found.push((plain(mark), meaning(phrase)));
            }
        }
    }
    let word = |mark: &str| mark.chars().all(|c| c.is_ascii_alphanumeric() || c == '/');
    let told = found.iter().filter(|(mark, answer)| word(mark) && *answer != Answer::Unknown).count();
    found.retain(|(mark, answer)| match mark.as_str() {
        // A dash begins entries of lists, too.
        "-" | "―" | "—" | "–" => *answer != Answer::Unknown,
        mark if word(mark) => told > 1 && *answer != Answer::Unknown,
        _ => true,
    });
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|(mark, _)| seen.insert(mark.clone()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_compile() {
        assert!([&DEFINES, &NOT_APPLICABLE, &PARTIAL, &NO, &YES].iter().all(|p| p.compiles()));
    }

    fn of(texts: &[&str]) -> Vec<(String, Answer)> {
        legends(texts.iter().copied())
    }

    fn pairs(list: &[(&str, Answer)]) -> Vec<(String, Answer)> {
        list.iter().map(|(m, a)| ((*m).to_owned(), *a)).collect()
    }

    #[test]
    fn marks_of_the_sheet_itself() {
        assert_eq!(
            of(&["凡例　○：実施済み　×：未実施　△：一部実施　－：対象外"]),
            pairs(&[("○", Answer::Yes), ("×", Answer::No), ("△", Answer::Partial), ("-", Answer::Na)])
        );
        assert_eq!(
            of(&["【評価】◎：全て実施している、○：一部実施している、△：計画中、×：実施していない"]),
            pairs(&[("◎", Answer::Yes), ("○", Answer::Partial), ("△", Answer::No), ("×", Answer::No)])
        );
        assert_eq!(
            of(&["A: Fully implemented, B: Partially implemented, C: Not implemented, D: Not applicable"]),
            pairs(&[("a", Answer::Yes), ("b", Answer::Partial), ("c", Answer::No), ("d", Answer::Na)])
        );
        assert_eq!(
            of(&["4：実施している", "3：一部実施", "2：検討中", "1：実施していない"]),
            pairs(&[("4", Answer::Yes), ("3", Answer::Partial), ("2", Answer::No), ("1", Answer::No)])
        );
    }

    #[test]
    fn what_is_not_plain_is_never_a_yes() {
        assert_eq!(of(&["○：要対応　×：対応不要"]), pairs(&[("○", Answer::No), ("×", Answer::Na)]));
        assert_eq!(of(&["○：問題あり ×：問題なし"]), pairs(&[("○", Answer::Unknown), ("×", Answer::Unknown)]));
        assert_eq!(of(&["1：本シートは社外秘です", "2：回答は日本語で"]), []);
        assert_eq!(of(&["A: 回答"]), []);
        assert_eq!(of(&["○は適用を推奨"]), []);
    }
}
