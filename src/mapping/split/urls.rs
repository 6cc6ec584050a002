//! Pages that a statement cites, and sentences that do nothing but cite.

use std::ops::Range;

use crate::sheet::pattern::{Pattern, pattern};
use crate::sheet::remark;

static LINK: Pattern = pattern!(r"(?i)(?-u:\b)https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+");
/// What remains of a sentence that only points somewhere, once the URL is gone.
static POINTER_JA: Pattern = pattern!(
    r"^同(?:上|左|前|様)(?:です)?[\s。]*$|^(?:(?:なお、?|また、?|※|・|-)?\s*)(?:(?:詳細|詳しく|詳しい内容|内容|URL|リンク|参考|参照|参考URL|参照先|出典|[^。、]{0,30}(?:について|に関して|につきまして|の詳細|の内容|等|など))?(?:は|の詳細は|に関しては)?、?\s*[::]?\s*[^。は]{0,40}?(?:(?:をご?参照|をご?覧|に?ご?参照)(?:ください|下さい|願います|のこと|いただけます|くださいませ)?|をご?確認(?:ください|下さい|願います|くださいませ))|(?:詳細|参考|参照|URL|リンク|出典)(?:は|先|URL)?(?:こちら|以下|下記|次)?(?:です|の(?:とおり|通り)(?:です)?)?)?[\s。.::<>()「」\[\]]*$"
);
static POINTER_EN: Pattern = pattern!(
    r"(?i)^\W*(?:(?:for (?:more |further )?(?:details?|information)|details?|more (?:details?|information)),?\s*)?(?:(?:please |also )*(?:see|refer to|cf\.?)(?: also)?(?-u:\b)[^.;]{0,60}|(?:(?:is|are|can be) )?(?:available|found) (?:at|in|on|here)(?: here)?|url|links?|references?|sources?)?\W*$"
);
/// A cell that says that there is nothing to say, or no more than the answer does.
static NOTHING: Pattern = pattern!(
    r"(?i)^[\s\W]*(?:(?:特に|特記(?:事項)?(?:は|、)?|備考)?(?:なし|無し|ありません)|n/?a|none|nil|no (?:remarks?|comments?)|同左|以上|yes|はい)?[\s\W]*$"
);

/// Where URLs stand in `text`.
pub(super) fn places(text: &str) -> Vec<Range<usize>> {
    if !text.contains("://") {
        return Vec::new();
    }
    LINK.find_all(text).into_iter().flatten().map(|m| m.range()).collect()
}

/// URLs that `text` cites.
pub(super) fn cited(text: &str) -> Vec<String> {
    remark::urls(&[text])
}

/// `text` without its URLs.
pub(super) fn without(text: &str) -> String {
    let mut rest = String::new();
    let mut from = 0;
    for place in places(text) {
        rest.push_str(text.get(from..place.start).unwrap_or_default());
        from = place.end;
    }
    rest.push_str(text.get(from..).unwrap_or_default());
    rest
}

/// Whether a sentence, uniform in width, only points at a page or a document and claims nothing.
pub(super) fn points(sentence: &str) -> bool {
    let rest = without(sentence);
    let rest = rest.trim();
    rest.chars().count() <= 120 && (POINTER_JA.is_match(rest) || POINTER_EN.is_match(rest))
}

/// Whether a list entry is the name of a page and its URL: `・情報セキュリティ基本方針 https://…`.
pub(super) fn names_a_page(entry: &str) -> bool {
    let entry = entry.trim();
    let places = places(entry);
    let [place] = places.as_slice() else { return false };
    let (before, after) = (entry.get(..place.start), entry.get(place.end..));
    let (Some(before), Some(after)) = (before, after) else { return false };
    !after.chars().any(char::is_alphanumeric)
        && before.chars().count() <= 40
        && !before.contains(['。', '、'])
        && !super::words::has_predicate(before)
}

/// Whether a remark says that there is nothing to remark.
pub(super) fn says_nothing(text: &str) -> bool {
    NOTHING.is_match(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_compile() {
        for pattern in [&LINK, &POINTER_JA, &POINTER_EN, &NOTHING] {
            assert!(pattern.compiles());
        }
    }

    #[test]
    fn what_only_points() {
        for text in [
            "https://example.com/a",
            "詳細は https://example.com/a をご覧ください。",
            "詳細はこちら https://example.com/a",
            "※詳細は情報セキュリティ規程を参照ください。",
            "サポート体制については、https://example.com/a をご参照ください",
            "参考: https://example.com/a",
            "URL:https://example.com/a",
            "See our security policy.",
            "Please refer to https://example.com/a.",
            "For more details, see https://example.com/a",
            "Details: https://example.com/a",
        ] {
            assert!(points(text), "{text}");
        }
    }

    #[test]
    fn what_claims() {
        for text in [
            "方針を公開しています https://example.com/a",
            "ログは取得していません。",
            "バックアップは毎日取得し、結果を参照できます",
            "利用規約に記載しております。",
            "Our policy is published at https://example.com/a",
            "Logs are reviewed.",
            "No.",
            "No",
            "日次",
            "対象外",
            "「持ち込めるのか」を確認。",
        ] {
            assert!(!points(text), "{text}");
        }
    }

    #[test]
    fn what_says_nothing() {
        for text in ["", "-", "なし", "特になし。", "N/A", "n/a", "None", "特記事項なし", "―", "Yes.", "はい"]
        {
            assert!(says_nothing(text), "{text}");
        }
        for text in ["未実施", "No", "証跡なし", "監視なし", "対象外", "none of it is encrypted"] {
            assert!(!says_nothing(text), "{text}");
        }
    }
}
