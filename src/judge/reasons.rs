//! Why a verdict is what it is, in one sentence, in both languages.

use super::time;
use crate::model::{
    Attestation, AttestedHalf, CheckOutcome, CheckReport, Claim, ClaimReport, EvidenceState, Moment, Text, Verdict,
    Waiver,
};

/// Checks named in a sentence before "and N more".
const NAMED: usize = 3;

fn named(checks: &[&CheckReport]) -> Text {
    let ids: Vec<&str> = checks.iter().take(NAMED).map(|c| c.id.as_str()).collect();
    let more = checks.len().saturating_sub(NAMED);
    let list = ids.join(", ");
    if more == 0 {
        Text::same(list)
    } else {
        Text::new(format!("{list} ほか {more} 件"), format!("{list} and {more} more"))
    }
}

pub(super) fn of_checks(live: Verdict, checks: &[CheckReport], missing: &[&str], claim: &Claim) -> Text {
    let with = |outcome| checks.iter().filter(|c| c.outcome == outcome).collect::<Vec<_>>();
    match live {
        Verdict::Fail => {
            let failing = with(CheckOutcome::Fail);
            let failed: usize = failing.iter().map(|c| c.population.failed).sum();
            let of: usize = failing.iter().map(|c| c.population.in_scope).sum();
            let n = named(&failing);
            Text::new(
                format!("{of} 件中 {failed} 件が期待どおりではありません({})", n.ja),
                format!("{failed} of {of} findings fail ({})", n.en),
            )
        }
        Verdict::Inconclusive if !missing.is_empty() && with(CheckOutcome::Unknown).is_empty() => {
            let list = missing.join(", ");
            Text::new(
                format!("この版には {list} を判定するチェックがありません"),
                format!("this version has no check that decides {list}"),
            )
        }
        Verdict::Inconclusive => {
            let unknown = with(CheckOutcome::Unknown);
            let n = named(&unknown);
            Text::new(
                format!("必要な情報の一部を読み取れませんでした({})", n.ja),
                format!("a part of what decides it could not be read ({})", n.en),
            )
        }
        Verdict::Waived => {
            let waived = with(CheckOutcome::Waived);
            let n: usize = waived.iter().map(|c| c.population.waived).sum();
            let ids = named(&waived);
            Text::new(
                format!("{n} 件の不適合がリスクとして受容されています({})", ids.ja),
                format!("{n} failing findings are accepted as a risk ({})", ids.en),
            )
        }
        Verdict::Pass => {
            let passing = with(CheckOutcome::Pass);
            let n: usize = passing.iter().map(|c| c.population.passed).sum();
            let c = passing.len();
            Text::new(
                format!("{c} 個のチェックの {n} 件すべてが期待どおりです"),
                format!("all {n} findings of {c} checks pass"),
            )
        }
        _ => {
            let topics = claim.see.join(", ");
            Text::new(
                format!("すべて読み取りましたが、対象となるリソースがありません({topics})"),
                format!("all was read, and there is nothing in scope to test ({topics})"),
            )
        }
    }
}

pub(super) fn of_half(half: &AttestedHalf) -> Text {
    let who = half.who.as_deref().unwrap_or_default();
    let until = half.expires.as_deref().unwrap_or_default();
    match half.verdict {
        Verdict::Attested => {
            Text::new(format!("{who} が表明しています({until} まで有効)"), format!("attested by {who}, until {until}"))
        }
        Verdict::Expired if !half.evidence_state.stands() => {
            let evidence = half.evidence.as_deref().unwrap_or_default();
            let text = evidence_moved(half.evidence_state, evidence);
            Text::new(
                format!("{who} の表明は無効です: {}", text.ja),
                format!("the statement of {who} has no effect: {}", text.en),
            )
        }
        Verdict::Expired => Text::new(
            format!("{who} の表明は {until} に期限が切れました"),
            format!("the statement of {who} ran out at {until}"),
        ),
        _ => match &half.rest {
            Some(rest) => Text::new(
                format!("人による表明が必要です: {}", rest.ja),
                format!("a person has to state it: {}", rest.en),
            ),
            None => Text::new("人による表明が必要です", "a person has to state it, and nobody has"),
        },
    }
}

pub(super) fn declared() -> Text {
    Text::new("該当しないと申告され、反証はありません", "declared not applicable, and nothing live refutes it")
}

pub(super) fn inherited(checks: &[CheckReport]) -> Text {
    let n = checks.len();
    Text::new(
        format!("AWS の責任範囲であり、その前提({n} 個のチェック)が満たされています"),
        format!("AWS's side of shared responsibility; its precondition ({n} checks) holds"),
    )
}

pub(super) fn not_mapped() -> Text {
    Text::new("この項目の対応付けがありません", "this item has no mapping")
}

pub(super) fn of_item(claim: &ClaimReport) -> Text {
    Text::new(format!("{}: {}", claim.text_ja, claim.reason.ja), format!("{}: {}", claim.text, claim.reason.en))
}

pub(super) fn attestation_for_nothing(a: &Attestation) -> Text {
    Text::new(
        format!("attestations.toml の「{}」はこのシートのどの項目・主張でもありません", a.target),
        format!("attestations.toml: `{}` is no item or claim of this sheet", a.target),
    )
}

fn evidence_moved(state: EvidenceState, evidence: &str) -> Text {
    match state {
        EvidenceState::Gone => Text::new(
            format!("証拠のファイル {evidence} が見つかりません"),
            format!("its evidence {evidence} cannot be found"),
        ),
        _ => Text::new(
            format!("証拠のファイル {evidence} が表明の後に変更されています"),
            format!("its evidence {evidence} was changed after it was stated"),
        ),
    }
}

pub(super) fn attestation_evidence(a: &Attestation) -> Text {
    let text = evidence_moved(a.evidence_state, &a.evidence);
    let renew = super::reminders::attest_command(&a.target);
    Text::new(
        format!(
            "「{}」への {} の表明は効力がありません: {}。確かめたうえで `{renew}` で表明し直してください",
            a.target, a.who, text.ja
        ),
        format!(
            "the statement of {} for `{}` has no effect: {}; look at it, and state it again with `{renew}`",
            a.who, a.target, text.en
        ),
    )
}

pub(super) fn attestation_not_yet(a: &Attestation) -> Text {
    let when = time(a.when);
    Text::new(
        format!(
            "「{}」への {} の表明は {when} のもので、この実行の基準時刻より後のため、まだ効力がありません",
            a.target, a.who
        ),
        format!(
            "the statement of {} for `{}` is dated {when}, after this run's clock: it has no effect yet",
            a.who, a.target
        ),
    )
}

pub(super) fn attestation_ended(a: &Attestation, end: Moment) -> Text {
    let end = time(end);
    Text::new(
        format!("「{}」への {} の表明は {end} に期限が切れました", a.target, a.who),
        format!("the statement of {} for `{}` ran out at {end}", a.who, a.target),
    )
}

pub(super) fn waiver_ended(w: &Waiver) -> Text {
    let end = time(w.until);
    Text::new(
        format!("{} に対する {} の受容は {end} に期限が切れ、効力がありません", w.resource, w.check),
        format!("the waiver of {} for {} ended at {end} and has no effect", w.check, w.resource),
    )
}

pub(super) fn waiver_for_nothing(w: &Waiver) -> Text {
    Text::new(
        format!("waivers.toml の {} / {} に当たる不適合はありません", w.check, w.resource),
        format!("waivers.toml: no failing finding of {} on {}", w.check, w.resource),
    )
}
