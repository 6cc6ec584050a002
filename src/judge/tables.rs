//! Support tables that are old by the run's clock. Pure.

use std::collections::BTreeMap;

use super::Case;
use crate::catalogue::SupportTable;
use crate::model::Text;

/// A warning for every table that findings rest on and whose facts are more than a year old.
pub(super) fn old(case: &Case<'_>) -> Vec<Text> {
    let mut old: BTreeMap<&str, (&SupportTable, Vec<&str>)> = BTreeMap::new();
    for (id, checked) in &case.evaluation.checks {
        let Some(check) = case.catalogue.checks.get(id).filter(|_| !checked.findings.is_empty()) else { continue };
        for (_, table) in check.rests_on(&checked.params).filter(|(_, table)| table.is_old(case.clock)) {
            let (_, checks) = old.entry(&table.id).or_insert_with(|| (table, Vec::new()));
            if !checks.contains(&id.as_str()) {
                checks.push(id);
            }
        }
    }
    old.into_values().map(|(table, checks)| warning(table, &checks.join(", "))).collect()
}

fn warning(table: &SupportTable, checks: &str) -> Text {
    let (id, as_of, title) = (&table.id, table.as_of, &table.title);
    Text::new(
        format!(
            "対応表 {id}({})は {as_of} 時点のもので、1 年を超えています。{checks} の判定は今の事実と違うかもしれません。\
             新しい版の Kakunin を使うか、docs/tables.md のとおりに表を更新してください",
            title.ja
        ),
        format!(
            "the table {id} ({}) is of {as_of}, more than a year ago: what {checks} says may not be true today; \
             use a newer Kakunin, or refresh the table as docs/tables.md says",
            title.en
        ),
    )
}
