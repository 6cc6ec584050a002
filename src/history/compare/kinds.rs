//! What a change from one verdict to another is called.

use crate::model::{ChangeKind, Verdict};

/// What happened between two verdicts; none where they are the same.
///
/// Every pair is here and no pair falls into a rest, so that a verdict that is added later does not compile before
/// somebody has decided what its coming and going is called. Where more than one kind would be true, the one that wants
/// attention more is taken: what becomes FAIL is broken, whatever it was.
pub fn kind_of(from: Verdict, to: Verdict) -> Option<ChangeKind> {
    use ChangeKind::{Blind, Broken, Emptied, Expired, Moved, Restored, Strengthened, Visible, Weakened};
    use Verdict as V;
    let kind = match to {
        V::Fail => match from {
            V::Fail => return None,
            V::Inconclusive | V::Expired | V::Unattested | V::Untested => Broken,
            V::Waived | V::Pass | V::Attested | V::Inherited | V::Na => Broken,
        },
        V::Inconclusive => match from {
            V::Inconclusive => return None,
            V::Fail | V::Expired | V::Unattested | V::Untested => Blind,
            V::Waived | V::Pass | V::Attested | V::Inherited | V::Na => Blind,
        },
        V::Expired => match from {
            V::Expired => return None,
            // What refuted it is gone, and only now the old statement shows: nothing ran out in this moment.
            V::Fail => Moved,
            V::Inconclusive => Visible,
            V::Unattested | V::Untested => Expired,
            V::Waived | V::Pass | V::Attested | V::Inherited | V::Na => Expired,
        },
        V::Unattested => match from {
            V::Unattested => return None,
            V::Fail | V::Expired => Moved,
            V::Inconclusive => Visible,
            // The statement that stood here was taken away.
            V::Untested => Expired,
            V::Waived | V::Pass | V::Attested | V::Inherited | V::Na => Expired,
        },
        V::Untested => match from {
            V::Untested => return None,
            // Somebody renewed the statement; what it speaks of was empty before, too.
            V::Expired | V::Unattested => Moved,
            V::Inconclusive => Visible,
            V::Fail => Emptied,
            V::Waived | V::Pass | V::Attested | V::Inherited | V::Na => Emptied,
        },
        V::Waived => match from {
            V::Waived => return None,
            V::Fail | V::Inconclusive | V::Expired | V::Unattested | V::Untested => Restored,
            V::Pass | V::Attested | V::Inherited | V::Na => Weakened,
        },
        V::Pass => match from {
            V::Pass => return None,
            V::Fail | V::Inconclusive | V::Expired | V::Unattested | V::Untested => Restored,
            V::Waived => Strengthened,
            // Shown by another way, neither better nor worse.
            V::Attested | V::Inherited | V::Na => Moved,
        },
        V::Attested => match from {
            V::Attested => return None,
            V::Fail | V::Inconclusive | V::Expired | V::Unattested | V::Untested => Restored,
            V::Waived => Strengthened,
            V::Pass | V::Inherited | V::Na => Moved,
        },
        V::Inherited => match from {
            V::Inherited => return None,
            V::Fail | V::Inconclusive | V::Expired | V::Unattested | V::Untested => Restored,
            V::Waived => Strengthened,
            V::Pass | V::Attested | V::Na => Moved,
        },
        V::Na => match from {
            V::Na => return None,
            V::Fail | V::Inconclusive | V::Expired | V::Unattested | V::Untested => Restored,
            V::Waived => Strengthened,
            V::Pass | V::Attested | V::Inherited => Moved,
        },
    };
    Some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_has_a_kind_and_the_same_verdict_has_none() {
        for from in Verdict::ALL {
            for to in Verdict::ALL {
                assert_eq!(kind_of(from, to).is_none(), from == to, "{from:?} → {to:?}");
            }
        }
    }

    #[test]
    fn the_kind_says_what_the_verdicts_say() {
        for from in Verdict::ALL {
            for to in Verdict::ALL {
                let Some(kind) = kind_of(from, to) else { continue };
                let good = (from.holds(), to.holds());
                let pair = format!("{from:?} → {to:?} is {kind:?}");
                match kind {
                    ChangeKind::Restored => assert_eq!(good, (false, true), "{pair}"),
                    ChangeKind::Weakened | ChangeKind::Strengthened => assert_eq!(good, (true, true), "{pair}"),
                    ChangeKind::Visible => assert_eq!(from, Verdict::Inconclusive, "{pair}"),
                    ChangeKind::Moved => assert_eq!(good.0, good.1, "{pair}"),
                    ChangeKind::Broken => assert_eq!(to, Verdict::Fail, "{pair}"),
                    ChangeKind::Blind => assert_eq!(to, Verdict::Inconclusive, "{pair}"),
                    ChangeKind::Expired => {
                        assert!(matches!(to, Verdict::Expired | Verdict::Unattested), "{pair}");
                    }
                    ChangeKind::Emptied => assert_eq!(to, Verdict::Untested, "{pair}"),
                    other => panic!("{other:?} is no change between two verdicts: {pair}"),
                }
                // What held and does not hold any more is never told as something harmless.
                if good == (true, false) {
                    assert!(kind < ChangeKind::Shrunk, "{pair}");
                }
                if good == (false, true) {
                    assert_eq!(kind, ChangeKind::Restored, "{pair}");
                }
            }
        }
    }
}
