//! The `kakunin` command.

fn main() -> std::process::ExitCode {
    kakunin::cli::main()
}
