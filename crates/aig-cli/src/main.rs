//! The program `aig`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    aig_cli::run_in_process(std::env::args_os()).into()
}
