//! Support tables: facts about AWS that go out of date (ends of support, what a TLS policy lets in), kept as data with
//! their source and their day, apart from the checks that rest on them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use chrono::{Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::lint::nearest;
use crate::model::{Lang, Moment, Text};

/// The name under which every row carries the day that its table is of, for expressions: `r.as_of`.
const AS_OF: &str = "as_of";

/// What a cell of a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Column {
    /// The cells' type.
    pub holds: Holds,
    /// Whether a row may leave it out; the cell is null then.
    pub optional: bool,
}

/// The type of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Words.
    Text,
    /// True or false.
    Bool,
    /// The last day of something: `days_until(r.x) >= 0` is true through that day, and false from the next one on.
    LastDay,
    /// The day on which something is over: `days_until(r.x) >= 0` is false from that day on.
    EndDay,
}

impl Holds {
    const ALL: [(&'static str, Holds); 4] =
        [("text", Holds::Text), ("bool", Holds::Bool), ("last-day", Holds::LastDay), ("end-day", Holds::EndDay)];

    fn label(self) -> &'static str {
        Self::ALL.iter().find(|(_, holds)| *holds == self).map_or("text", |(label, _)| label)
    }
}

impl TryFrom<String> for Column {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (name, optional) = text.strip_suffix('?').map_or((text.as_str(), false), |name| (name, true));
        match Holds::ALL.iter().find(|(label, _)| *label == name) {
            Some((_, holds)) => Ok(Self { holds: *holds, optional }),
            None => Err(format!(
                "expected a column of text, bool, last-day or end-day (with ? where a row may leave it out), found {text}"
            )),
        }
    }
}

impl From<Column> for String {
    fn from(column: Column) -> Self {
        format!("{}{}", column.holds.label(), if column.optional { "?" } else { "" })
    }
}

/// A table that cannot be loaded, or a reference to a table that leads nowhere.
#[derive(Debug, thiserror::Error)]
pub(super) enum TableError {
    #[error("expected as_of to be a day like 2026-02-28, found {0}; write the day that its source was read")]
    AsOf(String),
    #[error("expected {0}, found none; write where the facts come from and how to read them again")]
    Missing(&'static str),
    #[error("expected key to name columns of the table, found {found}{near}")]
    Key { found: String, near: String },
    #[error("expected a column of the table, found {found}{near}")]
    Column { found: String, near: String },
    #[error("expected a row with {0}, found none; a fact that is not known has no row")]
    Cell(String),
    #[error("expected {column} to be {wanted}, found {found}")]
    Type { column: String, wanted: &'static str, found: String },
    #[error("expected each key once, found {0} twice; keep the row that is true")]
    Twice(String),
    #[error("expected a table of checks/tables, found {found}{near}")]
    Unknown { found: String, near: String },
    #[error("expected a table to be named alone, {{ table = \"{0}\" }}, found more beside it")]
    More(String),
    #[error("expected the columns of the shipped table that it stands for ({wanted}), found {found}")]
    OtherColumns { wanted: String, found: String },
}

/// An error and where in the file's text.
pub(super) type Placed<E> = (E, Option<Range<usize>>);

/// `checks/tables/<id>.toml` as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableFile {
    title: Text,
    source: Vec<String>,
    as_of: toml::Spanned<toml::value::Datetime>,
    refresh: Text,
    key: toml::Spanned<Vec<String>>,
    columns: BTreeMap<String, Column>,
    rows: Vec<toml::Spanned<BTreeMap<String, toml::Spanned<toml::Value>>>>,
}

/// A support table, ready to use.
#[derive(Debug, Clone, PartialEq)]
pub struct SupportTable {
    /// Its file's name without the ending: `rds-versions`.
    pub id: String,
    /// What it lists.
    pub title: Text,
    /// Titles of the pages that its facts come from.
    pub source: Vec<String>,
    /// The day that its facts are of.
    pub as_of: NaiveDate,
    /// How to read them again.
    pub refresh: Text,
    /// Its columns.
    pub columns: BTreeMap<String, Column>,
    /// Its rows as expressions see them: days are RFC 3339, cells that were left out are null, `as_of` is the table's.
    pub rows: Vec<Value>,
}

impl SupportTable {
    pub(super) fn new(id: &str, file: TableFile) -> Result<Self, Placed<TableError>> {
        let as_of = day(file.as_of.get_ref())
            .ok_or_else(|| (TableError::AsOf(file.as_of.get_ref().to_string()), Some(file.as_of.span())))?;
        if file.source.iter().all(|source| source.trim().is_empty()) {
            return Err((TableError::Missing("source"), None));
        }
        if file.refresh.ja.trim().is_empty() || file.refresh.en.trim().is_empty() {
            return Err((TableError::Missing("refresh in ja and en"), None));
        }
        let unknown = |name: &str| nearest(name, file.columns.keys().map(String::as_str));
        if let Some(found) = file.key.get_ref().iter().find(|name| !file.columns.contains_key(*name)) {
            return Err((TableError::Key { found: found.clone(), near: unknown(found) }, Some(file.key.span())));
        }
        let mut keys = BTreeSet::new();
        let mut rows = Vec::new();
        for row in &file.rows {
            let cells = row.get_ref();
            if let Some((found, cell)) = cells.iter().find(|(name, _)| !file.columns.contains_key(*name)) {
                return Err((TableError::Column { found: found.clone(), near: unknown(found) }, Some(cell.span())));
            }
            let mut made = Map::from_iter([(AS_OF.to_string(), json!(midnight(as_of)))]);
            for (name, column) in &file.columns {
                let value = match cells.get(name) {
                    Some(cell) => read(name, *column, cell.get_ref()).map_err(|error| (error, Some(cell.span())))?,
                    None if column.optional => Value::Null,
                    None => return Err((TableError::Cell(name.clone()), Some(row.span()))),
                };
                made.insert(name.clone(), value);
            }
            let key: Vec<String> =
                file.key.get_ref().iter().filter_map(|name| made.get(name)).map(ToString::to_string).collect();
            if !keys.insert(key.clone()) {
                return Err((TableError::Twice(key.join(", ")), Some(row.span())));
            }
            rows.push(Value::Object(made));
        }
        let TableFile { title, source, refresh, columns, .. } = file;
        Ok(Self { id: id.to_string(), title, source, as_of, refresh, columns, rows })
    }

    /// Whether its facts are more than a year old at that moment.
    pub fn is_old(&self, at: Moment) -> bool {
        self.as_of.checked_add_months(Months::new(12)).is_none_or(|end| at.date_naive() > end)
    }

    /// What stands for it where a report names parameters: the table and its day, not its rows.
    pub fn named(&self) -> Value {
        json!({ "table": self.id, AS_OF: self.as_of.to_string() })
    }

    /// As of when, how many rows, from where; one line for people.
    pub fn line(&self, lang: Lang) -> String {
        let (id, as_of, rows, source) = (&self.id, self.as_of, self.rows.len(), self.source.join("; "));
        match lang {
            Lang::Ja => format!("{id}({as_of} 時点、{rows} 行、出典: {source})"),
            Lang::En => format!("{id} (as of {as_of}, {rows} rows, from {source})"),
        }
    }

    /// A table of one's own stands for a shipped one only when the checks can read it as they read that one.
    pub(super) fn stands_for(&self, shipped: &Self) -> Result<(), TableError> {
        let said = |table: &Self| {
            let columns: Vec<String> =
                table.columns.iter().map(|(name, column)| format!("{name}: {}", String::from(*column))).collect();
            columns.join(", ")
        };
        if self.columns == shipped.columns {
            return Ok(());
        }
        Err(TableError::OtherColumns { wanted: said(shipped), found: said(self) })
    }
}

/// The table that a parameter's value names: `{ table = "rds-versions" }`; none where it is a plain value.
pub(super) fn reference(value: &Value) -> Result<Option<&str>, TableError> {
    let Some((fields, id)) = value.as_object().and_then(|fields| Some((fields, fields.get("table")?.as_str()?))) else {
        return Ok(None);
    };
    if fields.len() == 1 { Ok(Some(id)) } else { Err(TableError::More(id.to_string())) }
}

fn read(name: &str, column: Column, cell: &toml::Value) -> Result<Value, TableError> {
    let wrong = |wanted| TableError::Type { column: name.to_string(), wanted, found: cell.to_string() };
    match column.holds {
        Holds::Text => {
            cell.as_str().filter(|text| !text.trim().is_empty()).map(Value::from).ok_or_else(|| wrong("text"))
        }
        Holds::Bool => cell.as_bool().map(Value::from).ok_or_else(|| wrong("true or false")),
        Holds::LastDay | Holds::EndDay => {
            let found = cell.as_datetime().and_then(day);
            // `days_until` rounds towards zero, so the beginning of a day has not passed (>= 0) until the day is over.
            let last = if column.holds == Holds::LastDay {
                found
            } else {
                found.and_then(|d| d.checked_sub_days(Days::new(1)))
            };
            last.map(|day| Value::from(midnight(day))).ok_or_else(|| wrong("a day like 2026-02-28, without quotes"))
        }
    }
}

fn day(datetime: &toml::value::Datetime) -> Option<NaiveDate> {
    let date = datetime.date.filter(|_| datetime.time.is_none())?;
    NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
}

fn midnight(day: NaiveDate) -> String {
    format!("{day}T00:00:00Z")
}
