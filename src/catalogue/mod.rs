//! The checks: data files, loaded, linted and tried on their own examples.

mod check;
mod example;
mod expr;
mod lint;
mod load;
mod tables;
#[cfg(test)]
mod tables_tests;
mod topics;

pub use check::{Check, Empty, Example, ExampleOutcome, Fix, Severity};
pub use example::{EXAMPLE_CLOCK, ExampleFailure, run_examples};
pub use expr::{Compiled, ExprError, Truth, context, value};
pub use lint::{Lint, lint};
pub use load::{Catalogue, CatalogueError, Source};
pub use tables::{Column, Holds, SupportTable};
pub use topics::Topic;
