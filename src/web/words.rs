//! Every word of the dashboard that reports do not have, in both languages.

use crate::model::{Attribution, LetterState, Purpose};
use crate::report::labels::Label;

const fn label(ja: &'static str, en: &'static str) -> Label {
    Label { ja, en }
}

macro_rules! words {
    ($($name:ident = $ja:literal, $en:literal;)*) => { $(
        #[doc = concat!("`", $en, "`")]
        pub const $name: Label = label($ja, $en);
    )* };
}

words! {
    ALL = "すべて", "all";
    API = "JSON API", "JSON API";
    ATTEMPTS = "試行", "attempts";
    BY = "変更した人", "who changed it";
    CHANGED_ITEMS = "変わった項目", "Items that changed";
    CHANGES = "変化", "changes";
    CHANNEL = "チャンネル", "channel";
    COMPARE = "比較する", "Compare";
    COMPARE_BEFORE = "前の実行と比べる", "Compare with the run before";
    DAYS_LEFT = "残り日数", "days left";
    DIFF = "実行の比較", "Compare runs";
    DUE = "次の送信", "due";
    ENDED = "期限切れ(効力なし)", "ended, without effect";
    ENDS = "期限", "ends";
    EXPIRING = "期限", "Running out";
    FILTER = "絞り込む", "Narrow";
    FILTER_CLEAR = "絞り込みを解除", "Show all";
    FILTER_TEXT = "言葉で探す", "containing";
    FINDINGS = "検出結果", "findings";
    FORCE = "有効な表明", "Statements in force";
    FROM = "から", "from";
    GAPS = "読めないもの", "Not seen";
    GAPS_LEAD = "ここにあるものは読み取れませんでした。関係する項目は、読み取れるまで適合になりません。", "None of this was read. Items that rest on it cannot pass until it is.";
    GAPS_NEEDED = "操作に必要な権限", "permission the operation needs";
    GAPS_NAMED = "AWS が拒否した権限", "permission AWS refused";
    GAPS_ITEMS = "関係する項目", "items that rest on it";
    KIND_FULL = "全体", "full";
    KIND_PARTIAL = "一部", "partial";
    LAST_ERROR = "最後の失敗", "last failure";
    LAST_RUN = "最後の実行", "last run";
    LATEST_CHANGES = "最近の変化", "Latest changes";
    LETTERS = "通知", "Messages";
    LETTERS_LEAD = "チャンネルへ送る通知の一覧です。届かなかった通知は kakunin alert で再送できます。", "Messages on their way to channels. Dead ones can be sent again with kakunin alert.";
    LOGIN = "ログイン", "Log in";
    LOGIN_FAILED = "トークンが違います。", "That is not the token.";
    LOGIN_OIDC = "シングルサインオンでログイン", "Log in with single sign-on";
    LOGIN_TOKEN = "トークン", "Token";
    LOGIN_WHY = "このダッシュボードを見るにはログインが必要です。", "The dashboard can be seen after logging in.";
    LOGOUT = "ログアウト", "Log out";
    MENU = "画面", "Pages";
    NEXT = "次へ", "Next";
    NONE_EXPIRING = "30 日以内に期限を迎える表明やリスク受容はありません。", "No statement or waiver ends within 30 days.";
    NONE_IN_FORCE = "期限つきの表明はありません。", "There is no statement with a date.";
    NO_CHANGES = "この実行では何も変わっていません。", "Nothing changed in this run.";
    NO_DIFF = "2 つの実行の間で、判定は変わっていません。", "No verdict differs between the two runs.";
    NO_FINDINGS = "検出結果はありません。", "There are no findings.";
    NO_ITEMS = "条件に合う項目はありません。", "No item is like that.";
    NO_LETTERS = "通知はありません。", "There are no messages.";
    NO_SHEETS = "まだ実行がありません。kakunin watch を起動するか、kakunin verify を実行してください。", "There is no run yet. Start kakunin watch, or run kakunin verify.";
    OLD_RUN = "これは過去の実行です。最新の実行を見る", "This is an earlier run. See the latest";
    OTHER_CATALOGUE = "検査定義が異なります", "the catalogue of checks differs";
    OTHER_SCOPE = "確認の範囲が異なります", "the scope differs";
    OTHER_SHEET = "チェックシートが異なります", "the check sheet differs";
    OTHER_TOOL = "プログラムのバージョンが異なります", "the program's version differs";
    PARTS = "各部分を読み取った日時", "How old each part is";
    POPULATIONS = "検査の対象数", "What the checks looked at";
    PREVIOUS = "前へ", "Previous";
    PURPOSE = "内容", "about";
    READ_AT = "読み取り", "read at";
    RUNS = "実行", "Runs";
    SHEETS = "チェックシート", "Check sheets";
    SINCE = "開始", "since";
    SKIP = "本文へ移動", "Skip to the content";
    STATE = "状態", "state";
    TIMELINE = "判定の推移", "Verdicts over time";
    TREND = "推移", "trend";
    UNTIL = "まで", "until";
    WHAT = "対象", "what";
    WHEN = "日時", "when";
    WHY_DIFFER = "判定の違いには、次の違いも影響しえます", "These differ too, and may be why";
    BEFORE = "前", "before";
    AFTER = "後", "after";
    NOT_FOUND = "見つかりません", "Not found";
    CANNOT_SHOW = "表示できません", "This cannot be shown";
    REFUSED = "表示する権限がありません", "You may not see this";
    HOLDS_NOT = "成り立たない項目", "items that do not hold";
}

/// Where a letter stands.
pub fn letter_state(state: LetterState) -> Label {
    match state {
        LetterState::Waiting => label("送信待ち", "waiting"),
        LetterState::Delivered => label("送信済み", "delivered"),
        LetterState::Dead => label("未達", "dead"),
    }
}

/// Why a message is sent.
pub fn purpose(purpose: Purpose) -> Label {
    match purpose {
        Purpose::Changes => label("判定の変化", "changes"),
        Purpose::Reminder => label("再通知", "reminder"),
        Purpose::Test => label("試験", "test"),
    }
}

/// Who changed a resource, where no call is named.
pub fn attribution(by: &Attribution) -> Label {
    match by {
        Attribution::NotAsked => label("調べていません", "not looked up"),
        Attribution::NoCall => label("CloudTrail に該当する操作なし", "no call in CloudTrail"),
        Attribution::Unread(_) => label("CloudTrail を読めません", "CloudTrail could not be read"),
        Attribution::Calls(_) => label("CloudTrail の記録", "by CloudTrail"),
    }
}
