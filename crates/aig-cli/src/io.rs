//! The streams of a run, injectable; and a session over them that survives a closed pipe.

use std::fmt::Display;
use std::io::{self, BufRead, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use migrate_core::Error;
use migrate_core::mask::escape_for_terminal;

use crate::ExitCode;
use crate::style::{Colour, Styles};

/// What a run reads from and writes to.
pub struct Io<'a> {
    /// Where answers are read from.
    pub stdin: &'a mut dyn BufRead,
    /// Where results go.
    pub stdout: &'a mut dyn Write,
    /// Where everything else goes.
    pub stderr: &'a mut dyn Write,
    /// Whether a person looks at `stdout`: control characters in file names and texts are then spelt out.
    pub stdout_is_terminal: bool,
    /// Whether a person looks at `stderr`: progress is then shown.
    pub stderr_is_terminal: bool,
    /// Whether `--color auto` means colour on `stdout`.
    pub stdout_colour: bool,
    /// Whether `--color auto` means colour on `stderr`.
    pub stderr_colour: bool,
    /// Tells the run to stop.
    pub interrupt: Arc<Interrupt>,
}

impl std::fmt::Debug for Io<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Io")
            .field("stdout_is_terminal", &self.stdout_is_terminal)
            .field("stderr_is_terminal", &self.stderr_is_terminal)
            .finish_non_exhaustive()
    }
}

/// What a run is about, for whoever wants to stop it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Reads and plans: stops soon after it is told to.
    Planning,
    /// Waits for an answer: nothing is lost by ending the process.
    Asking,
    /// Writes: finishes, or rolls back.
    Committing,
}

/// The way to stop a run from a signal handler.
#[derive(Debug, Default)]
pub struct Interrupt {
    requested: AtomicBool,
    phase: AtomicU8,
}

impl Interrupt {
    /// Asks the run to stop, and tells what it is about. While it waits for an answer, the process is ended: the
    /// read can't be woken, and nothing has been written.
    pub fn request(&self) -> Phase {
        let phase = self.phase();
        let again = self.requested.swap(true, Ordering::SeqCst);
        if phase == Phase::Asking || (again && phase == Phase::Planning) {
            eprintln!("\naig: stopped on request; nothing was written");
            std::process::exit(ExitCode::Failed.code().into());
        }
        phase
    }

    /// Whether the run was asked to stop.
    pub fn is_requested(&self) -> bool {
        self.requested.load(Ordering::SeqCst)
    }

    pub(crate) fn enter(&self, phase: Phase) {
        self.phase.store(phase as u8, Ordering::SeqCst);
    }

    fn phase(&self) -> Phase {
        [Phase::Planning, Phase::Asking, Phase::Committing]
            [usize::from(self.phase.load(Ordering::SeqCst)).min(2)]
    }
}

/// A stream that goes on when its reader has left, and remembers any other failure.
struct Lasting<'a> {
    inner: &'a mut dyn Write,
    closed: bool,
    failure: Option<io::Error>,
}

impl<'a> Lasting<'a> {
    fn new(inner: &'a mut dyn Write) -> Self {
        Self { inner, closed: false, failure: None }
    }

    fn note(&mut self, done: io::Result<()>) {
        if let Err(error) = done {
            self.closed = true;
            if error.kind() != io::ErrorKind::BrokenPipe {
                self.failure.get_or_insert(error);
            }
        }
    }
}

impl Write for Lasting<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.closed {
            let done = self.inner.write_all(bytes);
            self.note(done);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.closed {
            let done = self.inner.flush();
            self.note(done);
        }
        Ok(())
    }
}

/// The streams of one run.
pub(crate) struct Session<'a> {
    stdin: &'a mut dyn BufRead,
    stdout: Lasting<'a>,
    stderr: Lasting<'a>,
    pub stdout_is_terminal: bool,
    pub stderr_is_terminal: bool,
    auto_colour: (bool, bool),
    pub interrupt: Arc<Interrupt>,
}

impl<'a> Session<'a> {
    pub fn new(io: Io<'a>) -> Self {
        Self {
            stdin: io.stdin,
            stdout: Lasting::new(io.stdout),
            stderr: Lasting::new(io.stderr),
            stdout_is_terminal: io.stdout_is_terminal,
            stderr_is_terminal: io.stderr_is_terminal,
            auto_colour: (io.stdout_colour, io.stderr_colour),
            interrupt: io.interrupt,
        }
    }

    /// Where results go. Writing to it never fails; a failure is told at the end.
    pub fn stdout(&mut self) -> &mut dyn Write {
        &mut self.stdout
    }

    /// Whether results are coloured.
    pub fn stdout_colour(&self, choice: Option<Colour>) -> bool {
        Colour::decide(choice, self.auto_colour.0)
    }

    /// Whether everything else is coloured.
    pub fn stderr_colour(&self, choice: Option<Colour>) -> bool {
        Colour::decide(choice, self.auto_colour.1)
    }

    /// Prints a result as it is.
    pub fn show(&mut self, text: &str) -> Result<(), String> {
        self.stdout.write_all(text.as_bytes()).map_err(|error| error.to_string())
    }

    /// Prints lines of a result. Control characters in them are spelt out: they may hold names of files.
    pub fn print(&mut self, text: &str) {
        for line in text.lines() {
            let _ = writeln!(self.stdout, "{}", escape_for_terminal(line));
        }
    }

    /// Prints a message of the argument parser as it is.
    pub fn complain(&mut self, text: &str) {
        let _ = self.stderr.write_all(text.as_bytes());
    }

    /// Tells something that is no result, on a line of its own. Control characters in it are spelt out.
    pub fn tell(&mut self, message: impl Display) {
        let message = message.to_string();
        for line in message.lines() {
            let _ = writeln!(self.stderr, "{}", escape_for_terminal(line));
        }
    }

    /// Asks `question`; `true` only for y or yes. End of input is No.
    pub fn ask(&mut self, question: &str, styles: &Styles) -> Result<bool, String> {
        let answer = self.answer(question, "[y/N]", styles)?.unwrap_or_default().to_ascii_lowercase();
        Ok(answer == "y" || answer == "yes")
    }

    /// Asks `question`, which takes `answers`, and gives the line that is typed, without blanks around it; `None` at the
    /// end of the input. No mode of the terminal is changed for it, so there is none to be restored.
    pub fn answer(
        &mut self,
        question: &str,
        answers: &str,
        styles: &Styles,
    ) -> Result<Option<String>, String> {
        // The question must stand below what it is about.
        let _ = self.stdout.flush();
        // Who is asked may press Ctrl-C as soon as the question can be seen; one pressed before is obeyed now.
        self.interrupt.enter(Phase::Asking);
        if self.interrupt.is_requested() {
            return Err(Error::Cancelled.to_string());
        }
        let _ = write!(self.stderr, "{}{question}{} {answers} ", styles.bold, styles.bold.close());
        let _ = self.stderr.flush();
        let mut answer = Vec::new();
        let read = self.stdin.read_until(b'\n', &mut answer);
        self.interrupt.enter(Phase::Planning);
        let read = read.map_err(|error| format!("standard input: {error}; nothing was written"))?;
        if read == 0 || answer.last() != Some(&b'\n') {
            // What follows starts on a line of its own.
            let _ = writeln!(self.stderr);
        }
        Ok((read > 0).then(|| String::from_utf8_lossy(answer.trim_ascii()).into_owned()))
    }

    /// Flushes, and turns how the run ended into its exit code.
    pub fn end(mut self, ended: Result<ExitCode, String>) -> ExitCode {
        let _ = self.stdout.flush();
        let mut code = ended.unwrap_or_else(|message| {
            self.tell(format_args!("aig: {message}"));
            ExitCode::Failed
        });
        if let Some(failure) = self.stdout.failure.take() {
            self.tell(format_args!("aig: standard output: {failure}"));
            code = ExitCode::Failed;
        }
        let _ = self.stderr.flush();
        code
    }
}
