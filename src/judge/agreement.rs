//! A verdict against the answer.

use crate::model::{Agreement, Answer, Verdict};

/// What a verdict means for the answer. `conceded`: the remark admits that a part is not done.
///
/// - yes and FAIL is *contradicted*, whatever the remark says; so is "not applicable" that something live refutes;
/// - partly or no, and FAIL, is what the vendor said: *conceded* or *confirmed*;
/// - no or not applicable, and it holds, is *understated*, unless what holds is just that it does not apply, or is AWS's.
pub(super) fn agreement(answer: Answer, verdict: Verdict, conceded: bool) -> Agreement {
    match (answer, verdict) {
        (Answer::Yes | Answer::Na, Verdict::Fail) => Agreement::Contradicted,
        (Answer::No, Verdict::Fail) => Agreement::Confirmed,
        (Answer::Partial, Verdict::Fail) => Agreement::Conceded,
        (Answer::Unknown, _) => Agreement::Unproven,
        (Answer::Yes | Answer::Partial, _) if conceded => Agreement::Conceded,
        (Answer::Na, Verdict::Na | Verdict::Inherited) => Agreement::Confirmed,
        (Answer::No | Answer::Na, verdict) if verdict.holds() => Agreement::Understated,
        (Answer::Yes | Answer::Partial, verdict) if verdict.holds() => Agreement::Confirmed,
        _ => Agreement::Unproven,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_concession_does_not_soften_a_contradiction() {
        assert_eq!(agreement(Answer::Yes, Verdict::Fail, true), Agreement::Contradicted);
    }

    #[test]
    fn what_is_not_shown_is_never_confirmed() {
        for verdict in Verdict::ALL.into_iter().filter(|v| !v.holds()) {
            for answer in [Answer::Yes, Answer::Partial, Answer::Na, Answer::Unknown] {
                assert_ne!(agreement(answer, verdict, false), Agreement::Confirmed, "{answer:?} {verdict:?}");
            }
        }
    }

    #[test]
    fn not_applicable_is_understated_only_where_something_of_ours_holds() {
        assert_eq!(agreement(Answer::Na, Verdict::Pass, false), Agreement::Understated);
        assert_eq!(agreement(Answer::Na, Verdict::Inherited, false), Agreement::Confirmed);
        assert_eq!(agreement(Answer::No, Verdict::Pass, false), Agreement::Understated);
    }
}
