//! The `kakunin` command.

fn main() {}
