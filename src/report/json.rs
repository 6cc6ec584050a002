//! `report.json`, and its JSON Schema, generated from the model.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::ReportError;
use crate::model::Report;

/// How `report.json` is laid out. Both are stable: the same report gives the same bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Layout {
    /// Indented, for people and for `diff`.
    #[default]
    Pretty,
    /// One line.
    Compact,
}

/// `report.json`, with a newline at its end.
///
/// Fields stand in the model's order. Keys inside observed values and parameters are sorted here, because
/// `serde_json` keeps the order of arrival as soon as any crate of the build turns `preserve_order` on.
///
/// # Errors
/// [`ReportError::Json`] where a value cannot be written as JSON.
pub fn render(report: &Report, layout: Layout) -> Result<String, ReportError> {
    let mut report = report.clone();
    for finding in &mut report.findings {
        finding.observed.values_mut().for_each(Value::sort_all_objects);
    }
    let checks = report.items.iter_mut().flat_map(|item| &mut item.claims).flat_map(|claim| &mut claim.checks);
    for check in checks {
        check.params.values_mut().for_each(Value::sort_all_objects);
    }
    let mut out = match layout {
        Layout::Pretty => serde_json::to_string_pretty(&report)?,
        Layout::Compact => serde_json::to_string(&report)?,
    };
    out.push('\n');
    Ok(out)
}

/// JSON Schema (draft 2020-12) of `report.json`, keys sorted, with a newline at its end.
pub fn schema() -> String {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema: Value = generator.into_root_schema_for::<Report>().into();
    schema.sort_all_objects();
    format!("{schema:#}\n")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::report::sample;

    #[test]
    fn the_shipped_schema_is_the_code_s() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/report.schema.json");
        if std::env::var("KAKUNIN_BLESS").is_ok_and(|v| v == "1") {
            std::fs::write(&path, schema()).unwrap();
        }
        let shipped = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(shipped, schema(), "run the tests once with KAKUNIN_BLESS=1 and review the difference");
    }

    #[test]
    fn a_report_validates_and_a_broken_one_does_not() {
        let schema: Value = serde_json::from_str(&schema()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        for layout in [Layout::Pretty, Layout::Compact] {
            let mut report: Value = serde_json::from_str(&render(&sample::report(), layout).unwrap()).unwrap();
            let errors: Vec<String> = validator.iter_errors(&report).map(|e| e.to_string()).collect();
            assert!(errors.is_empty(), "{errors:#?}");
            report["items"][0]["verdict"] = "GREEN".into();
            assert!(!validator.is_valid(&report), "a verdict that does not exist must not validate");
        }
        let mut report: Value = serde_json::from_str(&render(&sample::report(), Layout::Pretty).unwrap()).unwrap();
        report.as_object_mut().unwrap().remove("gaps");
        assert!(!validator.is_valid(&report), "a report that says nothing of gaps must not validate");
    }

    #[test]
    fn it_reads_back_as_the_same_report_and_the_same_bytes() {
        let report = sample::report();
        for layout in [Layout::Pretty, Layout::Compact] {
            let bytes = render(&report, layout).unwrap();
            assert!(bytes.ends_with("}\n") && !bytes.ends_with("\n\n"));
            let back: Report = serde_json::from_str(&bytes).unwrap();
            assert_eq!(back, report);
            assert_eq!(render(&back, layout).unwrap(), bytes);
        }
    }

    #[test]
    fn keys_of_observed_values_do_not_depend_on_their_order_of_arrival() {
        let with = |json: &str| {
            let mut report = sample::report();
            report.findings[0].observed.insert("Nested".into(), serde_json::from_str(json).unwrap());
            render(&report, Layout::Compact).unwrap()
        };
        assert_eq!(with(r#"{"b":[{"z":1,"y":2}],"a":0}"#), with(r#"{"a":0,"b":[{"y":2,"z":1}]}"#));
    }
}
