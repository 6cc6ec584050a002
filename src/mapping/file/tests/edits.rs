//! Decisions change what they are about and no other byte.

use proptest::prelude::*;

use super::*;

fn decided(file: &MappingFile, item: &Item, decision: &Decision) -> MappingFile {
    file.decide(item, decision, "Hanako Sato", when(), &known()).unwrap()
}

#[test]
fn an_approval_adds_who_and_when_and_keeps_every_comment() {
    let file = parse(GOOD);
    let item = item("6.29", "データを暗号化して保管していること");
    let edited = decided(&file, &item, &Decision::Approve);
    let wanted = GOOD.replace(
        "review = \"proposed\"  # not yet\n",
        "review = \"approved\"  # not yet\nwho = \"Hanako Sato\"\nwhen = \"2026-03-02T09:00:00Z\"\n",
    );
    assert_eq!(edited.text(), wanted);
    assert_eq!(edited.entry("6.29").unwrap().review, Review::Approved { who: "Hanako Sato".to_owned(), when: when() });
}

#[test]
fn a_rejection_keeps_the_claims_in_the_file_and_none_in_force() {
    let file = decided(&parse(GOOD), &item("6.29", "データを暗号化して保管していること"), &Decision::Reject);
    assert!(file.text().contains("by = \"live\""));
    let sheet = sheet(vec![item("6.29", "データを暗号化して保管していること")]);
    let mapped = &file.apply(&sheet, &[], Some(0.0)).mapping.items[0];
    assert!(mapped.claims.is_empty() && matches!(mapped.review, Review::Rejected { .. }), "{mapped:?}");
}

#[test]
fn changed_claims_are_written_where_they_differ() {
    let file = parse(GOOD);
    let row = item("6.30", "バックアップを取得していること");
    let mut claims = file.entry("6.30").unwrap().claims.clone();
    claims[0].claim.by = By::Live;
    claims[0].claim.rest = None;
    claims[0].claim.cadence_days = None;
    claims[0].claim.see = vec!["multi-az".to_owned()];
    let edited = decided(&file, &row, &Decision::ApproveAs(claims.clone()));
    assert_eq!(edited.entry("6.30").unwrap().claims, claims);
    for kept in [
        "# for the auditor",
        "# yearly",
        "# the end",
        "# both",
        "text = { ja = \"取得している\", en = \"they are taken\" }",
    ] {
        assert!(edited.text().contains(kept), "{kept} is lost:\n{}", edited.text());
    }
    assert!(!edited.text().contains("cadence_days"));
    // A claim more, which the file did not have.
    claims.push(EntryClaim {
        claim: crate::model::Claim { id: "6.30/2".to_owned(), ..claims[0].claim.clone() },
        limits: Vec::new(),
    });
    let more = decided(&edited, &row, &Decision::ApproveAs(claims.clone()));
    assert_eq!(more.entry("6.30").unwrap().claims, claims);
    let at = |text: &str| more.text().find(text).unwrap();
    assert!(at("\"6.30/1\"") < at("\"6.30/2\"") && at("\"6.30/2\"") < at("id = \"6.31\""), "{}", more.text());
}

#[test]
fn nothing_is_approved_that_claims_nothing_or_is_not_there() {
    let file = parse(GOOD);
    let refused =
        |item: &Item, decision| file.decide(item, &decision, "Sato", when(), &known()).unwrap_err().to_string();
    assert!(refused(&item("6.31", "教育を行っていること"), Decision::Approve).contains("expected a claim to approve"));
    assert!(
        refused(&item("6.30", "バックアップを取得していること"), Decision::ApproveAs(Vec::new()))
            .contains("expected a claim")
    );
    assert!(refused(&item("9.9", "x"), Decision::Approve).contains("\"9.9\""));
    // An edit that would leave a file that is refused is refused itself.
    let mut claims = file.entry("6.30").unwrap().claims.clone();
    claims[0].claim.see = vec!["no-such-topic".to_owned()];
    let text = refused(&item("6.30", "バックアップを取得していること"), Decision::ApproveAs(claims));
    assert!(text.contains("nothing was written"), "{text}");
}

#[test]
fn approving_again_takes_the_text_that_the_sheet_has_now() {
    let file = parse(GOOD);
    let mut row = item("6.30", "バックアップを毎日取得していること");
    row.remark_resolved = "夜間に\n取得".to_owned();
    let now = sheet(vec![row.clone()]);
    assert!(file.apply(&now, &[], None).mapping.items[0].claims.is_empty());
    let edited = decided(&file, &row, &Decision::Approve);
    assert_eq!(edited.entry("6.30").unwrap().remark, "夜間に 取得");
    assert_eq!(edited.apply(&now, &[], None).mapping.items[0].claims.len(), 1);
    assert_eq!(edited.apply(&now, &[], None).warnings.len(), 1, "the two that are gone, and nothing of this one");
}

#[test]
fn new_items_come_where_the_sheet_has_them_and_the_rest_stays() {
    let file = parse(GOOD);
    let now = sheet(vec![
        item("6.1", "最初の項目"),
        item("6.29", "データを暗号化して保管していること"),
        item("6.29a", "間の項目"),
        item("6.30", "バックアップを取得していること"),
        item("6.31", "教育を行っていること"),
        item("6.40", "最後の項目"),
    ]);
    let proposals =
        [proposal("6.29a", 0.4, vec![claim("6.29/at-rest", By::Live, vec![candidate("multi-az", 0.4, true)])])];
    let grown = file.with_items_of(&now, &proposals, Lang::En, &known()).unwrap();
    let ids: Vec<&str> = grown.entries.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!(ids, ["6.1", "6.29", "6.29a", "6.30", "6.31", "6.40"]);
    for entry in &file.entries {
        assert_eq!(grown.entry(&entry.id), Some(entry));
    }
    // The id of its claim was in use.
    assert_eq!(grown.entry("6.29a").unwrap().claims[0].claim.id, "6.29/at-rest-2");
    for line in GOOD.lines().filter(|line| !line.starts_with("sha256")) {
        assert!(grown.text().lines().any(|there| there == line), "{line:?} is lost:\n{}", grown.text());
    }
    assert_eq!(grown.sheet_sha256.as_deref(), Some("ab".repeat(32).as_str()));
    assert_eq!(grown.with_items_of(&now, &proposals, Lang::En, &known()).unwrap().text(), grown.text());
}

#[test]
fn approvals_go_with_their_text_when_only_the_numbers_change() {
    let file = parse(GOOD);
    // A row was put in before 6.30, so that every number after it moved.
    let now = sheet(vec![
        item("6.29", "データを暗号化して保管していること"),
        item("6.30", "新しい項目"),
        item("6.31", "バックアップを取得していること"),
        item("6.32", "教育を行っていること"),
    ]);
    let before = file.apply(&now, &[], Some(0.5));
    assert!(
        before.mapping.items[1..].iter().all(|item| item.claims.is_empty()),
        "no approval counts for another number"
    );
    assert!(before.warnings.iter().any(|w| w.en.contains("6.31") && w.en.contains("6.30")), "{:?}", before.warnings);
    let moved = file.with_items_of(&now, &[], Lang::En, &known()).unwrap();
    assert_eq!(moved.entry("6.31").unwrap().claims, file.entry("6.30").unwrap().claims);
    assert_eq!(moved.entry("6.32").unwrap().review, file.entry("6.31").unwrap().review);
    assert_eq!(moved.entry("6.30").unwrap().review, Review::Proposed);
    assert_eq!(moved.apply(&now, &[], None).mapping.items[2].claims.len(), 1);
}

#[test]
fn an_entry_in_the_way_of_another_is_kept_aside() {
    let file = parse(GOOD);
    let now = sheet(vec![item("6.29", "バックアップを取得していること")]);
    let moved = file.with_items_of(&now, &[], Lang::En, &known()).unwrap();
    assert_eq!(moved.entry("6.29").unwrap().claims, file.entry("6.30").unwrap().claims);
    assert_eq!(moved.entry("gone:6.29").unwrap().claims, file.entry("6.29").unwrap().claims);
}

/// A file as people leave them: comments, spacing, order and line ends of their own.
fn files() -> impl Strategy<Value = (String, usize)> {
    let comment = prop_oneof![Just(String::new()), "# [a-zぁ-ん \"=\\[\\]]{0,20}".prop_map(|c| format!("{c}\n"))];
    let blank = prop_oneof![Just(""), Just("\n"), Just("\n\n")];
    let suffix = prop_oneof![Just(""), Just("   # why"), Just("\t")];
    let state = prop_oneof![Just("proposed"), Just("approved"), Just("rejected"), Just("accepted")];
    let row = (comment.clone(), blank, suffix, state, any::<u8>(), comment, 1usize..3, any::<bool>());
    (prop::collection::vec(row, 1..6), any::<bool>(), any::<prop::sample::Index>()).prop_map(|(rows, crlf, chosen)| {
        let mut text = String::from("# head\n\n[sheet]\nsha256='x' # kept\n");
        for (index, (above, blank, suffix, state, order, inside, claims, tight)) in rows.iter().enumerate() {
            let eq = if *tight { "=" } else { "  =  " };
            let mut lines = vec![
                format!("id{eq}\"1.{index}\"{suffix}\n"),
                format!("text{eq}'項目 {index}'\n{inside}"),
                format!("review{eq}\"{state}\"{suffix}\n"),
                format!("confidence{eq}0.5\n"),
            ];
            match *state {
                "approved" | "rejected" => lines.push(format!("who{eq}'Ken'{suffix}\n{inside}when{eq}2026-01-01\n")),
                "accepted" => lines.push(format!("above{eq}0.25 # as agreed\n")),
                _ => {}
            }
            lines.rotate_left(usize::from(*order) % 4);
            text.push_str(&format!("{blank}{above}[[item]]\n{}", lines.concat()));
            for n in 0..*claims {
                text.push_str(&format!(
                    "{above}[[item.claim]]\nby{eq}\"live\"{suffix}\n{inside}id{eq}\"1.{index}/{n}\"\n"
                ));
                text.push_str(&format!(
                    "see{eq}[ \"multi-az\",\n  # the zones\n \"backups-taken\" , ]\ntext{eq}\"c\"\n"
                ));
            }
        }
        text.push_str("# tail\n");
        let at = chosen.index(rows.len());
        // As some editors on Windows leave it.
        (if crlf { format!("\u{feff}{}", text.replace('\n', "\r\n")) } else { text }, at)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    /// Approve or reject any item of any file: every other byte stays.
    #[test]
    fn a_decision_changes_no_other_byte((text, at) in files(), reject in any::<bool>()) {
        let file = parse(&text);
        let row = item(&format!("1.{at}"), &format!("項目 {at}"));
        let decision = if reject { Decision::Reject } else { Decision::Approve };
        let edited = file.decide(&row, &decision, "Hanako Sato", when(), &known()).unwrap();
        let state = if reject { "rejected" } else { "approved" };
        // Undo by hand, line by line, what the decision is allowed to do.
        let block = |text: &str| -> (usize, usize) {
            let start = text.match_indices("[[item]]").nth(at).map(|(i, _)| i).unwrap();
            let end = text.match_indices("[[item]]").nth(at + 1).map_or(text.len(), |(i, _)| i);
            (start, end)
        };
        let (from, to) = block(&text);
        let (from_now, to_now) = block(edited.text());
        prop_assert_eq!(&text[..from], &edited.text()[..from_now], "what stands before changed");
        prop_assert_eq!(&text[to..], &edited.text()[to_now..], "what stands after changed");
        let about = |line: &&str| ["review", "who", "when"].iter().any(|key| line.starts_with(key));
        let others = |text: &str| text.split_inclusive('\n').filter(|line| !about(line)).collect::<String>();
        prop_assert_eq!(others(&text[from..to]), others(&edited.text()[from_now..to_now]));
        // Comments beside the values stay, too.
        let why = |text: &str| text.matches("# why").count();
        prop_assert_eq!(why(&text), why(edited.text()));
        let entry = edited.entry(&row.id).unwrap();
        let right = match &entry.review {
            Review::Approved { who, when: at } => !reject && who == "Hanako Sato" && *at == when(),
            Review::Rejected { who, when: at } => reject && who == "Hanako Sato" && *at == when(),
            _ => false,
        };
        prop_assert!(right, "{:?}, wanted {state}", entry.review);
    }
}
