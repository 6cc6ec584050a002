//! Boxes that are ticked or not, before a word or alone.

use super::super::grid::bare;
use super::super::pattern::{Pattern, pattern};
use super::{Said, plain};
use crate::model::Answer;

/// A box, ticked (1) or not (2). Brackets only with a space or a tick between them.
static BOX: Pattern = pattern!(
    r"(☑|☒|■|◼|✅|✔|✓|🗹|\[[xX✓✔レ■○]\]|\([xX✓✔レ]\)|（[xX✓✔レ]）|［[xXレ✓]］)|(□|☐|◻|▢|\[[ 　]?\]|\([ 　]\)|（[ 　]）|［[ 　]］)"
);
/// A box at the start of a line, after the sign of a list.
static START: Pattern = pattern!(
    r"^[\s　]*(?:[-*+・•][ \t　]+)?((?:☑|☒|■|◼|✅|✔|✓|🗹|\[[xX✓✔レ■○]\]|\([xX✓✔レ]\)|（[xX✓✔レ]）)|(?:□|☐|◻|▢|\[[ 　]?\]|\([ 　]\)|（[ 　]）))[\s　]*(.*)$"
);

/// What a mark in a column of marks says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Nothing, an empty box, a dash: not this one.
    Empty,
    /// ○, ✓, レ, 1: this one.
    Ticked,
    /// ×: this one where the table ticks with it, else not this one.
    Cross,
    /// Words: this one, and what is said to it.
    Words,
}

/// What a cell of a column of marks says.
pub(crate) fn mark(cell: &str) -> Mark {
    match plain(cell).as_str() {
        "" | "□" | "☐" | "◻" | "▢" | "-" | "ー" | "―" | "—" | "–" | "0" | "false" | "[ ]" | "[]" | "( )" | "no"
        | "n" => Mark::Empty,
        "○" | "◯" | "〇" | "◎" | "●" | "✓" | "✔" | "☑" | "✅" | "レ" | "■" | "1" | "true" | "yes" | "y" | "v"
        | "[x]" | "(x)" | "☒" | "o" | "*" | "★" | "✔️" => Mark::Ticked,
        "×" | "✕" | "✖" | "✗" | "✘" | "☓" | "x" => Mark::Cross,
        _ => Mark::Words,
    }
}

/// A box at the start of a line: whether it is ticked, the box as written, and what stands behind it.
pub(crate) fn box_at_start(line: &str) -> Option<(bool, &str, &str)> {
    let captures = START.captures(line)?;
    let (tick, rest) = (captures.get(1)?.as_str(), captures.get(2)?.as_str());
    let ticked = BOX.captures(tick)?.get(1).is_some();
    Some((ticked, tick, bare(rest)))
}

/// An answer chosen among boxes in one cell: `□はい ☑いいえ`. None where the cell has no box with a word.
pub(super) fn say(text: &str, known: &dyn Fn(&str) -> Option<Answer>) -> Option<Said> {
    let boxes: Vec<(bool, usize, usize)> = BOX
        .find_all(text)
        .into_iter()
        .flatten()
        .filter_map(|m| Some((BOX.captures(m.as_str())?.get(1).is_some(), m.start(), m.end())))
        .collect();
    let mut ticked = Vec::new();
    let mut labels = 0;
    for (nth, (tick, _, end)) in boxes.iter().enumerate() {
        let stop = boxes.get(nth + 1).map_or(text.len(), |(_, start, _)| *start);
        let label = text
            .get(*end..stop)
            .unwrap_or_default()
            .trim_matches(|c: char| c.is_whitespace() || "・/、,，／".contains(c));
        labels += usize::from(!label.is_empty());
        if *tick {
            ticked.push(label);
        }
    }
    // A box alone is a mark like others.
    if labels == 0 || boxes.first().is_none_or(|(_, start, _)| !bare(text.get(..*start).unwrap_or_default()).is_empty())
    {
        return None;
    }
    let said = match ticked.as_slice() {
        [one] => super::say_without_boxes(one, known),
        // None or several: nobody can tell what was meant.
        _ => Said { answer: Answer::Unknown, tail: String::new() },
    };
    Some(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_compile() {
        assert!(BOX.compiles() && START.compiles());
    }

    #[test]
    fn boxes_at_the_start() {
        assert_eq!(box_at_start("☑ 暗号化する"), Some((true, "☑", "暗号化する")));
        assert_eq!(box_at_start("　□暗号化する"), Some((false, "□", "暗号化する")));
        assert_eq!(box_at_start("- [x] done"), Some((true, "[x]", "done")));
        assert_eq!(box_at_start("* [ ] open"), Some((false, "[ ]", "open")));
        assert_eq!(box_at_start("( ) open"), Some((false, "( )", "open")));
        for line in ["", "暗号化 □", "[link](x)", "(a) text", "x"] {
            assert_eq!(box_at_start(line), None, "{line}");
        }
    }

    #[test]
    fn a_cross_is_told_from_a_tick() {
        assert_eq!(
            [mark("○"), mark("×"), mark("x"), mark("□"), mark(""), mark("毎日")],
            [Mark::Ticked, Mark::Cross, Mark::Cross, Mark::Empty, Mark::Empty, Mark::Words]
        );
    }
}
