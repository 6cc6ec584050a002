//! Tables that are as they must be, and what is said of those that are not.

use super::lint::lint;
use super::load::Catalogue;
use super::{CatalogueError, run_examples};
use crate::model::{Lang, Moment};

const TABLE: &str = r#"title = { ja = "表", en = "a table" }
source = ["A page"]
as_of = 2026-02-28
refresh = { ja = "写す", en = "copy" }
key = ["engine", "version"]
columns = { engine = "text", version = "text", ends = "last-day", sure = "bool?" }
rows = [
    { engine = "redis", version = "5", ends = 2026-01-31 },
    { engine = "redis", version = "6", ends = 2027-01-31, sure = true },
]
"#;

const CHECK: &str = r#"title = { ja = "版", en = "version" }
resource = "AWS::ElastiCache::CacheCluster"
topics = ["supported-runtimes"]
severity = "high"
expect = "days_until(params.ends.filter(r, r.version == EngineVersion)[0].ends) >= 0"
empty = "untested"
params = { ends = { table = "cache" } }
why = { ja = "古い", en = "old" }

[[example]]
outcome = "pass"
given = { EngineVersion = "6" }
"#;

fn load(table: &str, check: &str) -> Result<Catalogue, CatalogueError> {
    let mut catalogue = Catalogue::default();
    catalogue.add_table("tables/cache.toml", "checks/tables/cache.toml", table)?;
    catalogue.add("elasticache/x.toml", "checks/elasticache/x.toml", check)?;
    Ok(catalogue)
}

fn refused(table: &str, check: &str) -> String {
    load(table, check).unwrap_err().to_string()
}

fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

#[test]
fn a_parameter_that_names_a_table_holds_its_rows() {
    let catalogue = load(TABLE, CHECK).unwrap();
    let check = &catalogue.checks["elasticache/x"];
    let rows = check.params["ends"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["ends"], "2026-01-31T00:00:00Z");
    assert_eq!(rows[0]["sure"], serde_json::Value::Null);
    assert_eq!(rows[1]["as_of"], "2026-02-28T00:00:00Z");
    assert_eq!(run_examples(&catalogue), []);
    assert!(check.tables["ends"].line(Lang::En).contains("as of 2026-02-28"));
    assert_eq!(check.params_in_short(&check.params)["ends"]["as_of"], "2026-02-28");
    // A parameter of the user's own rests on no table, and is shown as it is.
    let mut own = check.params.clone();
    own.insert("ends".into(), serde_json::json!([]));
    assert_eq!(check.rests_on(&own).count(), 0);
    assert_eq!(check.params_in_short(&own), own);
}

#[test]
fn a_last_day_holds_to_its_end_and_an_end_day_from_its_beginning_on() {
    let says = |columns: &str, clock: &str| {
        let catalogue = load(&TABLE.replace("last-day", columns), CHECK).unwrap();
        let check = &catalogue.checks["elasticache/x"];
        let given = std::collections::BTreeMap::from([("EngineVersion".to_string(), serde_json::json!("5"))]);
        let said = crate::evaluate::say(check, &given, &|_| None, &check.params, &super::context(at(clock)));
        said == crate::evaluate::Said::Pass
    };
    assert!(says("last-day", "2026-01-31T23:59:59Z"));
    assert!(!says("last-day", "2026-02-01T00:00:00Z"), "not a second longer");
    assert!(says("end-day", "2026-01-30T23:59:59Z"));
    assert!(!says("end-day", "2026-01-31T00:00:00Z"));
}

#[test]
fn where_no_end_is_announced_the_word_of_a_table_holds_for_a_year() {
    let catalogue = Catalogue::built_in().unwrap();
    let check = &catalogue.checks["elasticache/version-supported"];
    let says = |version: &str, clock: chrono::DateTime<chrono::Utc>| {
        let given = [("Engine", "valkey"), ("EngineVersion", version)];
        let given = given.map(|(name, value)| (name.to_string(), serde_json::json!(value))).into();
        crate::evaluate::say(check, &given, &|_| None, &check.params, &super::context(clock))
    };
    let as_of = at(&format!("{}T00:00:00Z", check.tables["ends"].as_of));
    assert_eq!(says("8.0", as_of + chrono::Duration::days(366)), crate::evaluate::Said::Pass);
    let later = says("8.0", as_of + chrono::Duration::days(367));
    assert!(matches!(later, crate::evaluate::Said::Unknown(_)), "neither pass nor fail: {later:?}");
    let other = says("99.0", as_of);
    assert!(matches!(other, crate::evaluate::Said::Unknown(_)), "{other:?}");
}

#[test]
fn a_table_is_old_after_a_year() {
    let catalogue = load(TABLE, CHECK).unwrap();
    let table = &catalogue.tables["cache"];
    assert!(!table.is_old(at("2027-02-28T23:59:59Z")));
    assert!(table.is_old(at("2027-03-01T00:00:00Z")));
}

#[test]
fn a_broken_row_is_told_with_its_place() {
    for (from, to, wanted) in [
        (", ends = 2026-01-31 }", " }", "cache.toml:8:5: expected a row with ends, found none"),
        ("ends = 2026-01-31", "ends = \"2026-01-31\"", "cache.toml:8:47: expected ends to be a day"),
        ("ends = 2026-01-31", "end = 2026-01-31", "found end; did you mean ends?"),
        ("version = \"5\"", "version = 5", "cache.toml:8:35: expected version to be text, found 5"),
        ("version = \"5\"", "version = \"6\"", "cache.toml:9:5: expected each key once"),
        ("\"bool?\"", "\"flag\"", "expected a column of text, bool, last-day or end-day"),
        ("key = [\"engine\"", "key = [\"engin\"", "did you mean engine?"),
        ("as_of = 2026-02-28", "as_of = 2026-02-28T00:00:00Z", "cache.toml:3:9: expected as_of to be a day"),
        ("[\"A page\"]", "[]", "expected source, found none"),
        ("as_of = 2026-02-28\n", "", "missing field `as_of`"),
    ] {
        let broken = TABLE.replacen(from, to, 1);
        assert_ne!(broken, TABLE, "{from}");
        let said = refused(&broken, CHECK);
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
}

#[test]
fn a_table_that_is_not_there_is_told_with_its_place_and_the_nearest() {
    let said = refused(TABLE, &CHECK.replace("\"cache\"", "\"cach\""));
    assert!(said.contains("x.toml:7:30: expected a table of checks/tables, found cach; did you mean cache?"), "{said}");
    let said = refused(TABLE, &CHECK.replace("\"cache\" }", "\"cache\", column = \"ends\" }"));
    assert!(said.contains("expected a table to be named alone"), "{said}");
}

#[test]
fn ones_own_table_stands_for_a_shipped_one_of_the_same_columns_only() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("tables")).unwrap();
    let shipped = include_str!("../../checks/tables/eks-versions.toml");
    let own = shipped.replace("rows = [", "rows = [\n    { version = \"9.99\", ends = 2040-01-01 },");
    let path = folder.path().join("tables/eks-versions.toml");
    std::fs::write(&path, &own).unwrap();
    let catalogue = Catalogue::with(Some(folder.path())).unwrap();
    let built_in = Catalogue::built_in().unwrap();
    let rows =
        |catalogue: &Catalogue| catalogue.checks["eks/version-supported"].params["ends"].as_array().unwrap().len();
    assert_eq!(rows(&catalogue), rows(&built_in) + 1);
    assert_ne!(catalogue.sha256, built_in.sha256, "a table is part of the catalogue's digest");
    std::fs::write(&path, own.replace("\"end-day\"", "\"text\"")).unwrap();
    assert!(Catalogue::with(Some(folder.path())).is_err(), "dates that are text now");
    std::fs::write(&path, own.replace("end-day", "last-day")).unwrap();
    let said = Catalogue::with(Some(folder.path())).unwrap_err().to_string();
    assert!(said.contains("expected the columns of the shipped table"), "{said}");
}

#[test]
fn a_table_that_no_check_names_is_a_complaint() {
    let catalogue = load(TABLE, &CHECK.replace("{ table = \"cache\" }", "[]")).unwrap();
    assert!(lint(&catalogue).iter().any(|l| l.at == "checks/tables/cache.toml"), "{:?}", lint(&catalogue));
}
