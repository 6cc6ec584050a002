//! Changes as they happen.
