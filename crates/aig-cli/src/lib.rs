//! The command `aig`, as a library: [`run`] takes the arguments and the streams, and gives the exit code.
//!
//! Not allowed here: deciding what is rewritten. This crate reads arguments, shows plans, and asks.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod args;
pub mod binding;
mod command;
mod git;
mod hunk;
mod io;
mod next_steps;
mod options;
mod page;
mod paths;
mod progress;
pub mod report;
mod review;
mod rules;
mod shown;
mod style;
mod words;

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::sync::Arc;

pub use crate::io::{Interrupt, Io, Phase};

/// How a run of the command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExitCode {
    /// All is done, or there was nothing to do.
    Done,
    /// Edits are pending and were not applied, or something else is left to do.
    Pending,
    /// The command was given wrongly, or something failed.
    Failed,
}

impl ExitCode {
    /// The number that the process ends with.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Pending => 1,
            Self::Failed => 2,
        }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        code.code().into()
    }
}

/// Runs the command line `args` (the program's name first) on the streams of `io`. Results go to standard output,
/// everything else to standard error. Never panics on a closed stream.
///
/// ```
/// use aig_cli::{ExitCode, Io, run};
///
/// let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
/// let code = run(
///     ["aig", "--version"],
///     Io {
///         stdin: &mut std::io::empty(),
///         stdout: &mut stdout,
///         stderr: &mut stderr,
///         stdout_is_terminal: false,
///         stderr_is_terminal: false,
///         stdout_colour: false,
///         stderr_colour: false,
///         interrupt: Default::default(),
///     },
/// );
/// assert_eq!(code, ExitCode::Done);
/// assert!(stdout.starts_with(b"aig "));
/// ```
pub fn run<I, T>(args: I, io: Io<'_>) -> ExitCode
where
    I: IntoIterator<Item = T>,
    T: Into<OsString> + Clone,
{
    let mut session = io::Session::new(io);
    let ended = match args::parse(args, session.stdout_colour(None), session.stderr_colour(None)) {
        Ok(args::Parsed::Run(options)) => command::run(&options, &mut session),
        Ok(args::Parsed::Show(text)) => session.show(&text).map(|()| ExitCode::Done),
        Err(usage) => {
            session.complain(&usage);
            Ok(ExitCode::Failed)
        }
    };
    session.end(ended)
}

/// [`run`] on the streams of this process, with a handler for Ctrl-C: it stops the planning, and lets an apply end
/// whole. For programs that do nothing else.
pub fn run_in_process<I, T>(args: I) -> ExitCode
where
    I: IntoIterator<Item = T>,
    T: Into<OsString> + Clone,
{
    keep_streams_open();
    let interrupt = Arc::new(Interrupt::default());
    let handler = Arc::clone(&interrupt);
    // Without a handler, Ctrl-C ends the process at once: an apply is safe against that too, it only may have to be
    // run again.
    let _ = ctrlc::set_handler(move || {
        if handler.request() == Phase::Committing {
            eprintln!("\naig: files are being written; this ends whole in a moment");
        }
    });
    let (stdin, stdout, stderr) = (std::io::stdin(), std::io::stdout(), std::io::stderr());
    let colour = |choice| choice != anstream::ColorChoice::Never;
    let io = Io {
        stdout_is_terminal: stdout.is_terminal(),
        stderr_is_terminal: stderr.is_terminal(),
        stdout_colour: colour(anstream::AutoStream::choice(&stdout)),
        stderr_colour: colour(anstream::AutoStream::choice(&stderr)),
        stdin: &mut stdin.lock(),
        stdout: &mut std::io::BufWriter::new(stdout),
        stderr: &mut &stderr,
        interrupt,
    };
    run(args, io)
}

/// Gives each standard stream that is closed to `/dev/null`: else the next file that is opened would be taken for it,
/// and be printed to. Programs in Rust start so; interpreters do not.
fn keep_streams_open() {
    #[cfg(unix)]
    {
        use std::os::fd::{AsRawFd as _, IntoRawFd as _};
        while let Ok(file) = std::fs::OpenOptions::new().read(true).write(true).open("/dev/null") {
            if file.as_raw_fd() > 2 {
                break;
            }
            // It is the stream from now on.
            let _ = file.into_raw_fd();
        }
    }
}
