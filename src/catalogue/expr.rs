//! Expressions of checks: CEL, behind a small door of ours.
//!
//! The engine has no type checker and turns a missing key into an error, so the paths that an expression refers to
//! are listed from its syntax tree: the linter checks them, the plan asks for them, and the evaluator says *unknown*
//! before it evaluates where one of them is a gap.

use std::collections::BTreeSet;

use cel::common::ast::{Expr, IdedExpr, LiteralValue};
use cel::{Context, Program, Value};
use chrono::{DateTime, Utc};

use crate::model::Moment;

/// Longest expression, in bytes; the engine has no cost limit.
const MAX_LEN: usize = 2_000;
/// Deepest nesting of an expression.
const MAX_DEPTH: usize = 40;

/// Operators that compare, as the syntax tree names them.
const COMPARISONS: [&str; 6] = ["_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_"];

/// An expression that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExprError {
    /// Not CEL.
    #[error("expected a CEL expression, found `{source_text}`: {message}")]
    Syntax {
        /// As written.
        source_text: String,
        /// What the parser says.
        message: String,
    },
    /// Too long or too deep.
    #[error("expected an expression of at most {MAX_LEN} bytes and {MAX_DEPTH} levels; split the check")]
    TooLarge,
}

/// A compiled expression.
#[derive(Debug)]
pub struct Compiled {
    source: String,
    program: Program,
    paths: BTreeSet<String>,
    comparisons: Vec<Comparison>,
}

/// A path compared with a literal, for the type lint: `'x' == 1` is silently false in CEL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The path.
    pub path: String,
    /// The literal's type.
    pub literal: LiteralType,
}

/// Type of a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiteralType {
    /// true, false
    Bool,
    /// 1, 1u
    Int,
    /// 1.5
    Number,
    /// 'x'
    Str,
}

/// What an expression evaluates to.
#[derive(Debug, Clone, PartialEq)]
pub enum Truth {
    /// True or false.
    Is(bool),
    /// It could not be decided: a key missing inside a value, a null compared with a number, a result that is no truth.
    Unknown(String),
}

impl Compiled {
    /// Compiles `source`.
    ///
    /// # Errors
    /// When it is not CEL, or too large.
    pub fn new(source: &str) -> Result<Self, ExprError> {
        if source.len() > MAX_LEN {
            return Err(ExprError::TooLarge);
        }
        let program = Program::compile(source).map_err(|errors| ExprError::Syntax {
            source_text: source.to_string(),
            message: errors.to_string().lines().next().unwrap_or_default().to_string(),
        })?;
        let mut walk = Walk::default();
        walk.expr(program.expression(), 0)?;
        Ok(Self { source: source.to_string(), program, paths: walk.paths, comparisons: walk.comparisons })
    }

    /// As written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Dotted paths that it refers to, variables of its own macros left out: `facts.ports`, `params.days`, `MultiAZ`.
    pub fn paths(&self) -> &BTreeSet<String> {
        &self.paths
    }

    /// Comparisons of a path with a literal.
    pub fn comparisons(&self) -> &[Comparison] {
        &self.comparisons
    }

    /// Evaluates over a context made by [`context`].
    pub fn truth(&self, context: &Context<'_, '_>) -> Truth {
        match self.program.execute(context) {
            Ok(Value::Bool(b)) => Truth::Is(b),
            Ok(other) => Truth::Unknown(format!("expected true or false, found {:?}", other.type_of())),
            Err(error) => Truth::Unknown(error.to_string()),
        }
    }
}

#[derive(Default)]
struct Walk {
    bound: Vec<String>,
    paths: BTreeSet<String>,
    comparisons: Vec<Comparison>,
}

impl Walk {
    fn expr(&mut self, expr: &IdedExpr, depth: usize) -> Result<(), ExprError> {
        if depth > MAX_DEPTH {
            return Err(ExprError::TooLarge);
        }
        if let Some(path) = self.path(&expr.expr) {
            self.paths.insert(path);
            return Ok(());
        }
        let depth = depth + 1;
        match &expr.expr {
            Expr::Call(call) => {
                if let Some(target) = &call.target {
                    self.expr(target, depth)?;
                }
                for arg in &call.args {
                    self.expr(arg, depth)?;
                }
                // Others take two as well: `map['key']`, `'x' in list`.
                if COMPARISONS.contains(&call.func_name.as_str())
                    && let [a, b] = call.args.as_slice()
                {
                    self.compare(a, b);
                    self.compare(b, a);
                }
            }
            Expr::Comprehension(c) => {
                self.expr(&c.iter_range, depth)?;
                let bound = self.bound.len();
                self.bound.push(c.iter_var.clone());
                self.bound.extend(c.iter_var2.clone());
                self.bound.push(c.accu_var.clone());
                for part in [&c.accu_init, &c.loop_cond, &c.loop_step, &c.result] {
                    self.expr(part, depth)?;
                }
                self.bound.truncate(bound);
            }
            Expr::List(list) => {
                for element in &list.elements {
                    self.expr(element, depth)?;
                }
            }
            Expr::Select(select) => self.expr(&select.operand, depth)?,
            Expr::Map(map) => {
                for entry in &map.entries {
                    if let cel::common::ast::EntryExpr::MapEntry(entry) = &entry.expr {
                        self.expr(&entry.key, depth)?;
                        self.expr(&entry.value, depth)?;
                    }
                }
            }
            Expr::Ident(_) | Expr::Literal(_) | Expr::Struct(_) | Expr::Unspecified => {}
        }
        Ok(())
    }

    /// The dotted path that an expression spells, unless it begins with a variable of a macro.
    fn path(&self, expr: &Expr) -> Option<String> {
        match expr {
            Expr::Ident(name) if !self.bound.contains(name) && !name.starts_with('@') && name != "now" => {
                Some(name.clone())
            }
            Expr::Select(select) => {
                let head = self.path(&select.operand.expr)?;
                Some(format!("{head}.{}", select.field))
            }
            _ => None,
        }
    }

    fn compare(&mut self, path: &IdedExpr, literal: &IdedExpr) {
        let Some(path) = self.path(&path.expr) else { return };
        let Expr::Literal(literal) = &literal.expr else { return };
        let literal = match literal {
            LiteralValue::Boolean(_) => LiteralType::Bool,
            LiteralValue::Int(_) | LiteralValue::UInt(_) => LiteralType::Int,
            LiteralValue::Double(_) => LiteralType::Number,
            LiteralValue::String(_) => LiteralType::Str,
            LiteralValue::Bytes(_) | LiteralValue::Null => return,
        };
        self.comparisons.push(Comparison { path, literal });
    }
}

/// A context with our functions: `age_days(t)` and `days_until(t)`, both against the run's clock, both in whole days
/// rounded towards zero.
pub fn context<'p, 'v>(clock: Moment) -> Context<'p, 'v> {
    // Adding fails only where an overload of that name exists, and the names are ours.
    let mut context = Context::default();
    let _ = context.add_function("age_days", move |t: std::sync::Arc<String>| days(&t, clock).map(|d| -d));
    let _ = context.add_function("days_until", move |t: std::sync::Arc<String>| days(&t, clock));
    context
}

fn days(text: &str, clock: Moment) -> Result<i64, cel::ExecutionError> {
    let at: DateTime<Utc> = DateTime::parse_from_rfc3339(text)
        .map_err(|e| cel::ExecutionError::function_error("age_days", format!("expected RFC 3339, found {text}: {e}")))?
        .with_timezone(&Utc);
    Ok((at - clock).num_days())
}

/// A JSON value as the engine's: whole numbers stay signed.
pub fn value(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(b) => Value::Bool(*b),
        serde_json::Value::Number(n) => match n.as_i64() {
            Some(i) => Value::Int(i),
            None => Value::Float(n.as_f64().unwrap_or(f64::NAN)),
        },
        serde_json::Value::String(s) => Value::from(s.as_str()),
        serde_json::Value::Array(items) => Value::from(items.iter().map(value).collect::<Vec<_>>()),
        serde_json::Value::Object(map) => {
            let map: std::collections::HashMap<String, Value> =
                map.iter().map(|(k, v)| (k.clone(), value(v))).collect();
            Value::from(map)
        }
    }
}
