//! What a remark refers to: the remark above it, and pages.

use url::Url;

use super::pattern::{Pattern, normal, pattern};

/// A remark that begins by pointing at the one above. `同左` points at the cell beside it instead.
static ABOVE: Pattern = pattern!(
    r"(?i)^[\s※・]*[(「\[【]?\s*(?:同上|同前|〃|々|上記(?:と|に)?同(?:じ|様|一)|上に同じ|前(?:項|号|行)(?:と|に)?同(?:じ|様|一)|(?:the\s+)?same as (?:the )?above\b|same as the previous (?:one|item|remark)\b|ditto\b|as above\b|see above\b)"
);
static BESIDE: Pattern = pattern!(r"^[\s※・]*[(「\[【]?\s*同左");
static LINK: Pattern = pattern!(r"(?i)(?-u:\b)https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+");

/// Where a ditto points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ditto {
    /// At the nearest remark above.
    Above,
    /// At the cell beside it: the answer.
    Beside,
}

/// Whether a remark begins with a ditto, and what it says besides.
pub(crate) fn ditto(remark: &str) -> Option<(Ditto, &str)> {
    for (pattern, kind) in [(&ABOVE, Ditto::Above), (&BESIDE, Ditto::Beside)] {
        // Matched on the text as written: a ditto has no forms that NFKC would unite, but for half-width brackets.
        let text = remark.trim();
        let unwrapped = text.trim_start_matches(['（', '［']);
        let Some(found) = pattern.captures(unwrapped).and_then(|c| c.get(0)) else { continue };
        let rest = unwrapped.get(found.end()..).unwrap_or_default();
        let opened = unwrapped.len() != text.len() || found.as_str().contains(['(', '「', '[', '【']);
        let rest = if opened { rest.trim_start_matches([')', '）', '」', ']', '］', '】']) } else { rest };
        return Some((kind, tail(rest)));
    }
    None
}

/// What follows the ditto, without the words and marks that only tie it to it.
fn tail(rest: &str) -> &str {
    let mut rest = rest.trim_start();
    for tie in ["です", "となります", "でございます"] {
        if let Some(after) = rest.strip_prefix(tie)
            && (after.is_empty() || after.starts_with(['。', '、', ' ', '　', '\n']))
        {
            rest = after;
        }
    }
    rest.trim_start_matches(|c: char| {
        c.is_whitespace() || matches!(c, '。' | '、' | '.' | ',' | ';' | '．' | '，' | ':' | '：')
    })
}

/// Puts `referred` in the place of the ditto before `tail`.
pub(crate) fn resolve(referred: &str, tail: &str) -> String {
    if tail.is_empty() {
        return referred.to_owned();
    }
    let ended = referred.ends_with(['。', '.', '！', '!', '？', '?', ')', '）']);
    let end = match (ended, referred.is_ascii()) {
        (true, _) => "",
        (false, true) => ".",
        (false, false) => "。",
    };
    format!("{referred}{end} {tail}")
}

/// URLs in `texts`, in order, once each; without the punctuation that ends the sentence around them.
pub(crate) fn urls(texts: &[&str]) -> Vec<String> {
    let mut urls: Vec<String> = Vec::new();
    for text in texts {
        let wide = text.contains("ｈｔｔｐ").then(|| normal(text));
        let text = wide.as_deref().unwrap_or(text);
        for found in LINK.find_all(text).into_iter().flatten() {
            for url in apart(found.as_str()) {
                let url = trim(url);
                if Url::parse(url).is_ok_and(|u| u.has_host()) && !urls.iter().any(|u| u == url) {
                    urls.push(url.to_owned());
                }
            }
        }
    }
    urls
}

/// `https://a/,https://b/` is two.
fn apart(found: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = found;
    loop {
        let cut = [",http://", ",https://", ";http://", ";https://"].iter().filter_map(|s| rest.find(s)).min();
        match cut.and_then(|at| rest.split_at_checked(at)) {
            Some((head, tail)) => {
                parts.push(head);
                rest = tail.trim_start_matches([',', ';']);
            }
            None => {
                parts.push(rest);
                return parts;
            }
        }
    }
}

fn trim(url: &str) -> &str {
    let mut url = url;
    loop {
        let opens = |open: char, close: char| url.matches(open).count() < url.matches(close).count();
        let ends = url.ends_with(['.', ',', ';', ':', '!', '?', '\'', '*', '(', '['])
            || (url.ends_with(')') && opens('(', ')'))
            || (url.ends_with(']') && opens('[', ']'));
        if !ends {
            return url;
        }
        let mut characters = url.chars();
        characters.next_back();
        url = characters.as_str();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_compile() {
        assert!(ABOVE.compiles() && BESIDE.compiles() && LINK.compiles());
    }

    #[test]
    fn dittos() {
        for (remark, rest) in [
            ("同上", ""),
            ("同上。", ""),
            (" 同上 ", ""),
            ("（同上）", ""),
            ("(同上)", ""),
            ("同上です。", ""),
            ("〃", ""),
            ("上記と同じ", ""),
            ("前項に同じ。", ""),
            ("Same as above.", ""),
            ("ditto", ""),
            ("同上。 止まったときは知らせます。", "止まったときは知らせます。"),
            ("同上、ただし夜間を除く", "ただし夜間を除く"),
            ("Same as above, but not at night.", "but not at night."),
        ] {
            assert_eq!(ditto(remark), Some((Ditto::Above, rest)), "{remark}");
        }
        assert_eq!(ditto("同左"), Some((Ditto::Beside, "")));
        for remark in ["", "詳細は同上", "dittography", "As aboveground", "上記の手順で行う", "同時に行う"]
        {
            assert_eq!(ditto(remark), None, "{remark}");
        }
    }

    #[test]
    fn what_is_referred_to_takes_the_dittos_place() {
        assert_eq!(resolve("AWS を使う。", ""), "AWS を使う。");
        assert_eq!(resolve("AWS を使う。", "知らせる。"), "AWS を使う。 知らせる。");
        assert_eq!(resolve("AWS を使う", "知らせる。"), "AWS を使う。 知らせる。");
        assert_eq!(resolve("We use AWS", "but not at night."), "We use AWS. but not at night.");
        assert_eq!(resolve("公開 https://example.com/a", ""), "公開 https://example.com/a");
    }

    #[test]
    fn urls_end_where_the_sentence_goes_on() {
        for (text, expected) in [
            ("方針 https://example.com/security。", vec!["https://example.com/security"]),
            ("https://example.com/terms.html、及び", vec!["https://example.com/terms.html"]),
            ("(https://example.com/a)", vec!["https://example.com/a"]),
            ("（https://example.com/a）を見る", vec!["https://example.com/a"]),
            ("https://example.com/wiki/A_(b)", vec!["https://example.com/wiki/A_(b)"]),
            ("<https://example.com/a.pdf>", vec!["https://example.com/a.pdf"]),
            ("当社サイトhttps://example.com/aを参照", vec!["https://example.com/a"]),
            ("「https://example.com/a」を参照", vec!["https://example.com/a"]),
            ("https://example.com/aをご覧ください", vec!["https://example.com/a"]),
            (
                "see https://example.com/a, or http://example.com/b.",
                vec!["https://example.com/a", "http://example.com/b"],
            ),
            ("https://example.com/a,https://example.com/b", vec!["https://example.com/a", "https://example.com/b"]),
            ("https://example.com/?q=1&r=%E3%81%82#x", vec!["https://example.com/?q=1&r=%E3%81%82#x"]),
            ("ｈｔｔｐｓ：／／example.com/a　参照", vec!["https://example.com/a"]),
            ("https://example.com/a https://example.com/a", vec!["https://example.com/a"]),
            ("https://example.com/a（補足）", vec!["https://example.com/a"]),
            ("http:// と https:/// は URL でない", vec![]),
            ("*https://example.com/a*", vec!["https://example.com/a"]),
        ] {
            assert_eq!(urls(&[text]), expected, "{text}");
        }
    }
}
