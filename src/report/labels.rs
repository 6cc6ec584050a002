//! Every word that reports use of their own, in both languages, in one place.
//!
//! Verdict labels (`FAIL`, `PASS`, …) stay as they are in both languages, so that a page, a terminal and
//! `report.json` can be searched for the same word; their names and explanations are translated.

use crate::model::{Agreement, Answer, By, CheckOutcome, GapReason, Lang, Moment, Outcome, Review, Text, Verdict};

/// A fixed text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label {
    /// Japanese.
    pub ja: &'static str,
    /// English.
    pub en: &'static str,
}

impl Label {
    /// The text in `lang`.
    pub fn get(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Ja => self.ja,
            Lang::En => self.en,
        }
    }

    /// As a [`Text`].
    pub fn text(self) -> Text {
        Text::new(self.ja, self.en)
    }
}

const fn label(ja: &'static str, en: &'static str) -> Label {
    Label { ja, en }
}

/// Name of a verdict, next to its label.
pub fn verdict(verdict: Verdict) -> Label {
    match verdict {
        Verdict::Fail => label("不適合", "does not hold"),
        Verdict::Inconclusive => label("判定不能", "could not be seen"),
        Verdict::Expired => label("表明の期限切れ", "statement ran out"),
        Verdict::Unattested => label("表明なし", "nobody has stated it"),
        Verdict::Untested => label("対象なし", "nothing to test"),
        Verdict::Waived => label("リスク受容", "accepted risk"),
        Verdict::Pass => label("適合", "holds"),
        Verdict::Attested => label("表明あり", "stated by a person"),
        Verdict::Inherited => label("AWS の責任範囲", "AWS's side"),
        Verdict::Na => label("該当なし", "not applicable"),
    }
}

/// What a verdict means, in one or two sentences for people who read their first report.
pub fn verdict_meaning(verdict: Verdict) -> Label {
    match verdict {
        Verdict::Fail => label(
            "範囲内のリソースの少なくとも 1 つが期待どおりではなく、有効なリスク受容もありません。",
            "At least one resource in scope is not as expected, and no valid waiver covers it.",
        ),
        Verdict::Inconclusive => label(
            "不適合は見つかっていませんが、読み取れなかったものがあり、適合とは言えません。",
            "Nothing was found to fail, but something was not read, so nobody can say that it holds.",
        ),
        Verdict::Expired => {
            label("根拠である担当者の表明が期限を過ぎています。", "It rests on a person's statement that has run out.")
        }
        Verdict::Unattested => label(
            "API では確かめられないため担当者の表明が必要ですが、まだありません。",
            "No API can show it; a person has to state it, and nobody has.",
        ),
        Verdict::Untested => label(
            "すべて読み取りましたが、範囲内に真偽を判定できる対象がありません。適合ではありません。",
            "All was read, and nothing in scope could make it true or false. This is not a pass.",
        ),
        Verdict::Waived => label(
            "不適合のリソースはすべて、期限内のリスク受容の対象です。",
            "Every failing resource is an accepted risk, in date.",
        ),
        Verdict::Pass => label(
            "範囲内をすべて読み取り、1 件以上を検査し、すべて期待どおりでした。",
            "Everything in scope was read, at least one resource was tested, and all are as expected.",
        ),
        Verdict::Attested => {
            label("担当者の表明があり、期限内です。", "A person states it, and the statement is in date.")
        }
        Verdict::Inherited => label(
            "責任共有モデルにおける AWS 側の責任であり、その前提条件を確認できました。",
            "It is AWS's side of shared responsibility, and its precondition was seen to hold.",
        ),
        Verdict::Na => label(
            "該当なしとの申告があり、これを覆す事実は見つかっていません。",
            "Declared not applicable, and nothing seen refutes that.",
        ),
    }
}

/// Name of an agreement.
pub fn agreement(agreement: Agreement) -> Label {
    match agreement {
        Agreement::Contradicted => label("回答と矛盾", "contradicted"),
        Agreement::Unproven => label("未証明", "unproven"),
        Agreement::Conceded => label("備考で留保", "conceded"),
        Agreement::Understated => label("回答以上", "understated"),
        Agreement::Confirmed => label("回答どおり", "confirmed"),
    }
}

/// What an agreement means.
pub fn agreement_meaning(agreement: Agreement) -> Label {
    match agreement {
        Agreement::Contradicted => {
            label("「はい」と回答していますが、事実は異なります。", "Answered yes, and what was seen says otherwise.")
        }
        Agreement::Unproven => label("回答の正否を示せませんでした。", "The answer was neither shown nor refuted."),
        Agreement::Conceded => label(
            "備考自体が、一部を実施していないことを認めています。",
            "The remark itself admits that a part is not done.",
        ),
        Agreement::Understated => label(
            "「いいえ」または「該当なし」と回答していますが、実際には満たしています。",
            "Answered no or not applicable, and it does hold.",
        ),
        Agreement::Confirmed => label("回答は事実と一致しています。", "The answer is right."),
    }
}

/// An answer of the sheet, understood.
pub fn answer(answer: Answer) -> Label {
    match answer {
        Answer::Yes => label("はい", "yes"),
        Answer::No => label("いいえ", "no"),
        Answer::Partial => label("一部", "partial"),
        Answer::Na => label("対象外", "n/a"),
        Answer::Unknown => label("不明", "unknown"),
    }
}

/// Who decides a claim.
pub fn by(by: By) -> Label {
    match by {
        By::Live => label("実測で判定", "decided by observation"),
        By::Partial => label("実測と担当者の表明で判定", "decided by observation and a person"),
        By::Attest => label("担当者の表明で判定", "stated by a person"),
        By::Inherited => label("AWS の責任範囲", "AWS's side of shared responsibility"),
        By::Na => label("該当なしの申告", "declared not applicable"),
    }
}

/// Where the review of an item's mapping stands.
pub fn review(review: &Review) -> Text {
    let day = |when: &Moment| when.format("%Y-%m-%d").to_string();
    match review {
        Review::BuiltIn => Text::new("内蔵の対応付け(人の確認なし)", "built in, not reviewed by a person"),
        Review::Proposed => Text::new("未確認(判定に使っていません)", "not reviewed, and without effect"),
        Review::Accepted { above } => Text::new(
            format!("確信度 {above:.2} 以上のため、人の確認なしに採用"),
            format!("taken without a person's review: its confidence is at least {above:.2}"),
        ),
        Review::Approved { who, when } => {
            Text::new(format!("{who} が {} に承認", day(when)), format!("approved by {who} on {}", day(when)))
        }
        Review::Rejected { who, when } => Text::new(
            format!("検査では判定しないと {who} が {} に決定", day(when)),
            format!("{who} decided on {} that no check decides it", day(when)),
        ),
    }
}

/// What was decided of a mapping, in a word, after who and when.
pub fn review_word(review: &Review) -> Label {
    match review {
        Review::BuiltIn | Review::Proposed => label("未確認", "not reviewed"),
        Review::Accepted { .. } => label("人の確認なしに採用", "taken without review"),
        Review::Approved { .. } => label("承認", "approved"),
        Review::Rejected { .. } => label("検査の対象外と決定", "no check decides it"),
    }
}

/// That a run read only a part anew: of so many parts, the oldest of them seen at that moment.
pub fn partial(anew: usize, parts: usize, oldest: &str) -> Text {
    Text::new(
        format!(
            "部分的な確認です。{parts} か所（サービスとリージョンの組）のうち {anew} か所だけを読み直しました。最も古い部分は {oldest} のものです。"
        ),
        format!(
            "A partial run: {anew} of {parts} parts (a service in a region) were read anew; the oldest part was seen at {oldest}."
        ),
    )
}

/// How many items wait for review, for the summary.
pub fn waiting(count: usize) -> Text {
    Text::new(
        format!("{count} 項目の対応付けが未確認で、判定に使われていません。kakunin review で確認してください"),
        match count {
            1 => "1 item waits for review of its mapping, which has no effect until then: kakunin review".to_owned(),
            n => format!("{n} items wait for review of their mapping, which has no effect until then: kakunin review"),
        },
    )
}

/// Outcome of a check within a claim.
pub fn check_outcome(outcome: CheckOutcome) -> Label {
    match outcome {
        CheckOutcome::Fail => label("不適合", "fail"),
        CheckOutcome::Unknown => label("不明", "unknown"),
        CheckOutcome::Untested => label("対象なし", "untested"),
        CheckOutcome::Waived => label("リスク受容", "waived"),
        CheckOutcome::Pass => label("適合", "pass"),
    }
}

/// Outcome of a finding.
pub fn outcome(outcome: Outcome) -> Label {
    match outcome {
        Outcome::Fail => label("不適合", "fail"),
        Outcome::Unknown => label("不明", "unknown"),
        Outcome::Waived => label("リスク受容", "waived"),
        Outcome::Pass => label("適合", "pass"),
    }
}

/// Why something was not read.
pub fn gap_reason(reason: GapReason) -> Label {
    match reason {
        GapReason::Denied => label("権限がない", "denied"),
        GapReason::Throttled => label("呼び出し制限", "throttled"),
        GapReason::Timeout => label("応答なし", "no answer in time"),
        GapReason::Unsupported => label("未対応の操作", "unsupported"),
        GapReason::RegionDisabled => label("リージョンが無効", "region not enabled"),
        GapReason::MissingField => label("応答に項目がない", "field missing from the answer"),
        GapReason::NotRead => label("読み取っていない", "not read"),
        GapReason::Error => label("エラー", "error"),
    }
}

/// What to do about a gap.
pub fn gap_remedy(reason: GapReason) -> Label {
    match reason {
        GapReason::Denied => label(
            "実行ロールに次の権限を許可してください。拒否元が SCP や許可の境界なら、そちらも確認してください。",
            "Allow the role that runs this the permissions below; where an SCP or a boundary refuses, look there too.",
        ),
        GapReason::Throttled => {
            label("時間をおいて再実行してください。", "Run again later, when fewer other calls compete.")
        }
        GapReason::Timeout => label(
            "ネットワークとエンドポイントへの到達性を確認し、再実行してください。",
            "Check that the endpoint can be reached, and run again.",
        ),
        GapReason::Unsupported => label(
            "このエンドポイントはこの操作を提供していません。リージョンの範囲を見直してください。",
            "This endpoint does not offer the operation; leave the region out of scope if the service cannot exist there.",
        ),
        GapReason::RegionDisabled => {
            label("リージョンを有効にするか、範囲から外してください。", "Enable the region, or leave it out of scope.")
        }
        GapReason::MissingField => label(
            "応答に必要な項目がありませんでした。ツールの更新を確認してください。",
            "The answer lacked a field that is always documented; look for a newer version of the tool.",
        ),
        GapReason::NotRead => label(
            "スナップショットにありません。もう一度収集してください。",
            "The snapshot does not hold it; collect again.",
        ),
        GapReason::Error => label("詳細を確認し、再実行してください。", "Read the detail, and run again."),
    }
}

/// Severity of a check; a word that is not known is shown as it is.
pub fn severity(word: &str) -> Text {
    match word {
        "critical" => Text::new("重大", "critical"),
        "high" => Text::new("高", "high"),
        "medium" => Text::new("中", "medium"),
        "low" => Text::new("低", "low"),
        other => Text::same(other),
    }
}

macro_rules! labels {
    ($($name:ident = $ja:literal, $en:literal;)*) => { $(
        #[doc = concat!("`", $en, "`")]
        pub const $name: Label = label($ja, $en);
    )* };
}

labels! {
    ACCOUNT = "アカウント", "account";
    AGREEMENT = "回答との一致", "agreement";
    ALL_RESOURCES = "すべて", "everything";
    ANSWER = "回答", "answer";
    API_CALLS = "API 呼び出し", "API calls";
    AS_UNDER = "詳細は次の項目を参照", "shown under";
    ATTESTED_HALF = "担当者が表明する部分", "what a person states";
    CATALOGUE = "検査定義", "catalogue";
    CHECK = "検査", "check";
    CHECKED_AT = "確認日時", "checked at";
    CLAIM = "主張", "claim";
    CLOCK = "判定基準時刻", "clock";
    CLOSE_ALL = "すべて閉じる", "Close all";
    CONCESSION = "備考での留保", "conceded in the remark";
    COPIED = "コピーしました", "Copied";
    COULD_NOT_BE_SEEN = "確認できなかったもの", "What could not be seen";
    DECIDED_BY = "判定根拠の主張", "decided by";
    DECIDES = "この主張が判定を決めました", "this claim decided";
    DETAIL = "詳細", "detail";
    DRAFT_ANSWER = "回答(下書き)", "draft answer";
    DRAFT_REMARK = "備考(下書き)", "draft remark";
    EVIDENCE = "証拠", "evidence";
    EVIDENCE_AND_COMMANDS = "証拠と再現コマンド", "Evidence, and how to repeat it";
    EVIDENCE_LINK = "証跡", "evidence";
    EXCLUDE = "除外するタグ", "tags left out";
    EXCLUDE_UNTAGGED = "タグのないリソースは対象外", "resources without any tag are left out";
    EXPECTED = "期待", "expected";
    EXPIRES = "期限", "valid until";
    FILTER_HINT = "数字や判定を選ぶと項目を絞り込めます", "choose a figure or a verdict to narrow the items";
    FINISHED = "収集の終了", "finished";
    INCLUDE = "対象のタグ", "tags included";
    ITEM = "項目", "item";
    ITEMS = "項目", "items";
    LANGUAGE = "言語", "Language";
    LIVE_HALF = "実測で判定する部分", "what was observed";
    MATCHED = "対応付け", "matched to";
    MEANINGS = "判定の読み方", "How to read the verdicts";
    NOBODY = "表明者なし", "nobody";
    NOTHING_FAILED = "不適合の項目はありません。", "No item fails.";
    NOTHING_UNSEEN = "読み取れなかったものはありません。", "Everything that was asked for was read.";
    NO_CHECKS = "この主張を実測する検査はありません。", "No check observes this claim.";
    NO_CLAIMS = "この項目には対応する主張がありません。", "No claim is known for this item.";
    NOT_MATCHED = "対応なし", "nothing";
    OBSERVED = "実測", "observed";
    OPEN_ALL = "すべて開く", "Open all";
    OVERVIEW = "概要", "Overview";
    PARAMETERS = "パラメーター", "parameters";
    PERMISSION = "必要な権限", "permission that mends it";
    PROPOSED = "提案されたトピック", "proposed topics";
    REASON = "理由", "reason";
    REMARK = "備考", "remark";
    REMINDERS = "まもなく期限を迎える表明とリスク受容", "Statements and waivers that end soon";
    REPORT = "確認報告", "Verification report";
    RESOURCE = "リソース", "resource";
    REVIEW = "対応付けの確認", "mapping review";
    RUN = "実行", "run";
    SCOPE = "確認の範囲と根拠", "Scope and sources";
    SELECTORS = "タグの条件", "tag selectors";
    SEVERITY = "重要度", "severity";
    SHEET = "チェックシート", "check sheet";
    SHOWN = "表示中", "shown";
    SKIP = "項目へ移動", "Skip to the items";
    SNAPSHOT = "スナップショット", "snapshot";
    STARTED = "収集の開始", "started";
    STATEMENT = "表明", "statement";
    SUMMARY = "集計", "Summary";
    TEXT = "確認事項", "what is asked";
    TOOL = "ツール", "tool";
    TOPICS = "トピック", "topics";
    TO_STATE = "表明が必要な内容", "to be stated";
    UNREAD = "読み取れなかったシートの行", "Lines of the sheet that were not read";
    UNREAD_WHY = "理由", "why";
    VERDICT = "判定", "verdict";
    WARNINGS = "注意", "Warnings";
    WHAT_FAILED = "不適合の内容と理由", "What failed, and why";
    WHERE = "場所", "where";
    WHO = "表明者", "stated by";
}
