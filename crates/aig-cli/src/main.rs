//! The program `aig`.

#![forbid(unsafe_code)]

use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::sync::Arc;

use aig_cli::{Interrupt, Io, Phase};

fn main() -> ExitCode {
    let interrupt = Arc::new(Interrupt::default());
    let handler = Arc::clone(&interrupt);
    // Without a handler, Ctrl-C ends the process at once: an apply is safe against that too, it only may have to be
    // run again.
    let _ = ctrlc::set_handler(move || {
        if handler.request() != Phase::Committing {
            return;
        }
        eprintln!("\naig: an apply is being written; it ends whole in a moment");
    });
    let (stdin, stdout, stderr) = (std::io::stdin(), std::io::stdout(), std::io::stderr());
    let colour = |choice| choice != anstream::ColorChoice::Never;
    let io = Io {
        stdout_is_terminal: stdout.is_terminal(),
        stderr_is_terminal: stderr.is_terminal(),
        stdout_colour: colour(anstream::AutoStream::choice(&stdout)),
        stderr_colour: colour(anstream::AutoStream::choice(&stderr)),
        stdin: &mut stdin.lock(),
        stdout: &mut std::io::BufWriter::new(stdout.lock()),
        stderr: &mut stderr.lock(),
        interrupt,
    };
    aig_cli::run(std::env::args_os(), io).into()
}
