//! The words by which headers name their columns, in both languages.

use super::super::pattern::{Pattern, normal, pattern};
use super::super::{answer, header::Role};
use crate::model::Answer;

/// The words of a role, the surest first.
fn words(role: Role) -> &'static [&'static str] {
    match role {
        Role::Number => NUMBER,
        Role::Answer => ANSWER,
        Role::Remark => REMARK,
        Role::Section => SECTION,
        Role::Text => TEXT,
        Role::Aside => ASIDE,
    }
}

#[rustfmt::skip]
const NUMBER: &[&str] = &[
    "no", "no.", "番号", "項番", "項目番号", "質問番号", "設問番号", "管理番号", "通番", "連番", "#", "id", "number",
    "item no", "item no.", "項目no", "項目no.", "項目id", "質問id", "管理策番号", "要求事項番号", "基準番号", "対策項目番号",
    "評価項目番号", "question id", "control id", "requirement id", "question no", "question no.", "question number",
    "control number", "control no", "control no.", "q#", "s/n", "sl no", "件番", "ref", "ref.", "reference",
];
#[rustfmt::skip]
const ANSWER: &[&str] = &[
    "実施の有無", "実施有無", "対応の有無", "対応有無", "回答", "ご回答", "貴社回答", "実施状況", "対応状況", "有無", "対応可否",
    "実施可否", "可否", "適合状況", "適合性", "適合", "準拠状況", "遵守状況", "充足状況", "達成状況", "判断", "評価結果", "自己評価",
    "自己点検", "点検結果", "チェック結果", "確認結果", "評価", "適用有無", "適用の有無", "適用可否", "適用/除外", "適用・除外",
    "適用", "対応区分", "実施区分", "チェック", "有効化", "選択", "結果", "対応", "実施", "answer", "response", "vendor response",
    "implemented", "implementation status", "compliance status", "compliance", "compliant", "status", "applicable",
    "applicability", "yes/no", "y/n", "yes / no", "in place", "result", "assessment",
];
#[rustfmt::skip]
const REMARK: &[&str] = &[
    "備考", "備考欄", "補足", "補足説明", "補足事項", "コメント", "特記事項", "具体的な内容", "具体的内容", "実施内容", "対応内容",
    "回答の根拠", "判断根拠", "根拠", "証跡", "エビデンス", "除外理由", "適用理由", "回答理由", "理由", "自由記述", "実施方法", "回答詳細",
    "説明", "詳細", "詳細説明", "現状", "remarks", "remark", "comments", "comment", "notes", "note", "explanation", "details",
    "detail", "evidence", "justification", "rationale", "remediation plan", "additional information",
    "supporting information", "implementation description", "describe", "please describe", "explain", "please explain",
];
#[rustfmt::skip]
const SECTION: &[&str] = &[
    "種別", "分類", "カテゴリ", "カテゴリー", "区分", "ドメイン", "大分類", "中分類", "小分類", "大項目", "中項目", "大区分", "中区分",
    "章", "節", "領域", "分野", "統制目標", "管理目的", "category", "domain", "section", "area", "family", "control domain",
    "control family", "control group", "group", "chapter", "sub-category", "function",
];
#[rustfmt::skip]
const TEXT: &[&str] = &[
    "確認事項", "確認項目", "確認内容", "チェック項目", "チェック内容", "質問", "質問事項", "質問内容", "質問項目", "設問", "設問内容",
    "要求事項", "要件", "評価項目", "評価内容", "点検項目", "点検内容", "診断項目", "診断内容", "調査項目", "ヒアリング項目", "管理策",
    "規定内容", "基準内容", "基準", "対策項目", "セキュリティ対策", "実施項目", "対策内容", "対策", "question", "questions",
    "requirement", "requirements", "evaluation question", "control specification", "control description", "control",
    "check item", "criteria", "criterion", "measure", "practice", "subcategory", "statement", "サービスレベル項目",
    "サービスレベル項目例", "項目内容", "小項目", "項目", "項目名", "内容", "名前", "item", "description", "control title",
    "control name", "title", "name", "タイトル", "題名", "対策参照値",
];
/// What is known and said to nobody's item: examples, units, people, dates, weights.
#[rustfmt::skip]
const ASIDE: &[&str] = &[
    "測定単位", "単位", "設定例", "記入例", "回答例", "例", "質問の意図", "意図", "解説", "ガイド", "ガイダンス", "guidance", "担当",
    "担当者", "担当部署", "期限", "完了予定日", "対応予定日", "予定日", "日付", "更新日", "確認日", "回答日", "回答者", "記入者", "重要度",
    "優先度", "重大度", "必須", "priority", "severity", "weight", "score", "配点", "点数", "owner", "due date", "date", "参照",
    "参考", "参考資料", "関連文書", "解説ドキュメント", "実装",
];

/// Words by which a longer header begins or ends, in the order in which they are tried.
#[rustfmt::skip]
const AFFIXES: &[(Role, bool, &[&str])] = &[
    // At the end only (false): what the words before it speak of does not matter.
    (Role::Aside, false, &["日", "者", "例", "意図", "部署", "期限", "重要度", " date", " owner", "guidance"]),
    (Role::Number, false, &["番号", "項番", "no", "no.", " id", " number", " #"]),
    (Role::Remark, false, &["備考", "備考欄", "コメント", "補足", "根拠", "理由", "の詳細", "remarks", "comments", "notes",
        "explanation", "details", "justification", "evidence", "implementation description"]),
    // At the start too (true).
    (Role::Answer, true, &["回答", "有無", "実施状況", "対応状況", "適合状況", "評価結果", "可否", "answer", "answers", "response", "status",
        "compliance", "compliant"]),
    (Role::Remark, true, &["備考", "コメント", "補足", "特記事項", "説明", "詳細", "remarks", "comments", "comment", "notes",
        "explanation", "details", "evidence"]),
    (Role::Section, false, &["分類", "区分", "カテゴリ", "カテゴリー", "ドメイン", "領域", "category", "domain", "family",
        "domain title"]),
    (Role::Text, true, &["確認事項", "確認項目", "確認内容", "チェック項目", "質問", "設問", "要求事項", "評価項目", "管理策", "question",
        "questions", "requirement", "requirements", "control", "項目", "内容", "description"]),
];

static MARKS: Pattern = pattern!(r"^[○◯×△▲◎・/、,|\s-]{2,}$");
static YEAR: Pattern =
    pattern!(r"^(?:(?:19|20)[0-9]{2}|fy\s*[0-9]{2,4}|令和\s*[0-9元]{1,2}|r[0-9]{1,2}|今)\s*(?:年度?|回)?$");
/// An answer or a remark that is not the vendor's of today: what is hoped for, what was said last time, what a reader noted.
static NOT_OURS: Pattern = pattern!(
    r"^(?i:(?:expected|desired|preferred|ideal|target|model|sample|example|previous|prior|last)(?:\s.*)?\s(?:answers?|responses?|results?|status|remarks?|comments?|assessment)|(?:reviewer|auditor|assessor)(?:'?s)?\s.+)$|^(?:期待|模範|想定|目標|前回|前年度?|昨年度?|前期)(?:の|時|時の|する|される)?(?:ご?回答|結果|評価|対応状況|実施状況|状況|備考|コメント|値|度)?$|^(?:審査|監査|査閲|レビュー|レビュア)(?:者|人|担当)?(?:の)?(?:コメント|備考|結果|評価|所見)$"
);
static LINK: Pattern = pattern!(r"^\[([^\]]*)\]\(.*\)$");
static HISTORY: Pattern = pattern!(
    r"^(?i:改[訂定](?:内容|履歴|日|年月日|箇所|番号|理由)?|変更(?:内容|履歴|箇所|点|理由)|版数?|更新内容|revision(?: history)?|version|change log)$"
);

/// What a header says, bare of brackets, breaks, width and case.
pub(crate) fn name(cell: &str) -> String {
    let normal = normal(cell).to_lowercase();
    let linked = LINK.captures(&normal).and_then(|c| c.get(1)).map(|m| m.as_str().to_owned());
    let normal = linked.unwrap_or(normal);
    let plain = normal.trim_matches(|c: char| matches!(c, '*' | '※' | '■' | '□' | '【' | '】' | '[' | ']' | ':' | '?'));
    let words: Vec<&str> = plain.split('(').next().unwrap_or("").split_whitespace().collect();
    // Japanese header cells are broken anywhere to fit a narrow column.
    let name = words.join(if normal.is_ascii() { " " } else { "" });
    name.trim_matches(|c: char| matches!(c, ':' | '?' | '*')).trim().to_owned()
}

/// Whether a cell can name a column: a header is a word or two, a sentence is not. In characters.
pub(crate) fn is_short(name: &str) -> bool {
    name.chars().count() <= if name.is_ascii() { 40 } else { 16 }
}

/// What a header cell names, and how surely; smaller is better, below 100 it is the word itself.
pub(crate) fn classify(cell: &str) -> Option<(Role, usize)> {
    // Cells of a file that was cut by another separator than its own.
    if cell.contains(['\t', ';']) {
        return None;
    }
    let name = name(cell);
    if name.is_empty() {
        // `(○/×)`
        return MARKS.is_match(normal(cell).trim_matches(['(', ')'])).then_some((Role::Answer, 90));
    }
    if NOT_OURS.is_match(&name) {
        return Some((Role::Aside, 0));
    }
    for role in [Role::Number, Role::Answer, Role::Remark, Role::Section, Role::Text, Role::Aside] {
        if let Some(rank) = words(role).iter().position(|w| *w == name) {
            return Some((role, rank));
        }
    }
    if MARKS.is_match(&name) {
        return Some((Role::Answer, 90));
    }
    if YEAR.is_match(&name) {
        return Some((Role::Answer, 150));
    }
    if !is_short(&name) {
        return None;
    }
    for (role, starts, affixes) in AFFIXES {
        // One or two letters begin and end too many words ("note" begins with "no").
        let fits = |w: &&str| w.chars().count() > 2 || !w.is_ascii();
        let found = affixes.iter().position(|w| {
            let word = fits(w) || w.starts_with(' ');
            (word && name.ends_with(w)) || (*starts && fits(w) && name.starts_with(w))
        });
        if let Some(rank) = found {
            return Some((*role, 100 + rank));
        }
    }
    None
}

/// The answer that a column of marks stands for: `はい`, `No`, `該当なし`, `△`.
pub(crate) fn choice(cell: &str) -> Option<Answer> {
    let name = name(cell);
    let known = answer::lookup(&name).or(match name.as_str() {
        "適" => Some(Answer::Yes),
        "不適" => Some(Answer::No),
        "わからない" | "分からない" | "不明" | "unknown" | "don't know" => Some(Answer::Unknown),
        _ => None,
    });
    known.filter(|_| !cell.trim().is_empty())
}

/// Whether a row names the columns of a list of changes to the document.
pub(crate) fn tells_history(cells: &[String]) -> bool {
    cells.iter().any(|c| HISTORY.is_match(&name(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_compile() {
        assert!(MARKS.compiles() && YEAR.compiles() && LINK.compiles() && HISTORY.compiles() && NOT_OURS.compiles());
    }

    #[test]
    fn no_word_names_two_roles() {
        let all: Vec<&str> = [NUMBER, ANSWER, REMARK, SECTION, TEXT, ASIDE].concat();
        let unique: std::collections::BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(unique.len(), all.len());
        for word in all {
            assert_eq!(name(word), word.trim_end_matches(':'), "a word that its own name does not meet");
        }
    }

    #[test]
    fn headers_in_many_wordings() {
        for (role, cells) in [
            (
                Role::Number,
                &["No.", "Ｎｏ．", "項番", "#", "[#](./x.md)", "管理番号", "Control ID", "対策項目番号"][..],
            ),
            (
                Role::Answer,
                &[
                    "実施の\n有無",
                    "貴社回答",
                    "Answer (Y / N / NA)",
                    "対応状況（○×）",
                    "○/×/△",
                    "2024年度",
                    "Compliant?",
                    "今回",
                    "今回回答",
                    "Vendor answer",
                    "(○/×)",
                ],
            ),
            (
                Role::Remark,
                &[
                    "備　考",
                    "備考（自由記述）",
                    "Please describe",
                    "Vendor comments",
                    "Comments / Remediation Plan",
                    "回答の根拠",
                    "CSP Implementation Description",
                ],
            ),
            (Role::Section, &["種別", "大分類", "Control Domain", "CCM Domain Title", "対策区分"]),
            (
                Role::Text,
                &[
                    "確認 事項",
                    "質問内容",
                    "Evaluation Question",
                    "サービスレベル項目例",
                    "規定内容",
                    "セキュリティ要求事項",
                ],
            ),
            (
                Role::Aside,
                &[
                    "測定単位",
                    "設定例",
                    "質問の意図",
                    "回答日",
                    "担当者",
                    "Due Date",
                    "Expected answer",
                    "期待する回答",
                    "前回回答",
                    "前回",
                    "Last year's response",
                    "Reviewer comments",
                    "監査人コメント",
                ],
            ),
        ] {
            for cell in cells {
                assert_eq!(classify(cell).map(|(r, _)| r), Some(role), "{cell}");
            }
        }
        for cell in ["", "備考に回答すること。質問があれば事務局に連絡すること。", "株式会社サンプル", "note that"]
        {
            assert_eq!(classify(cell), None, "{cell}");
        }
    }
}
