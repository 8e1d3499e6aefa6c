//! Steps: commands that are announced, run, and end the chore when they fail.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};

use anyhow::{Context, Result};

/// A step that ran and failed.
#[derive(Debug)]
pub struct Failed {
    what: String,
    status: ExitStatus,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} failed ({})", self.what, self.status)
    }
}

impl std::error::Error for Failed {}

/// The root of the workspace.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new("."))
}

/// The `target` folder that this program was built into.
///
/// # Errors
/// If its executable is not where cargo puts it.
pub fn target() -> Result<PathBuf> {
    // target/<profile>/xtask
    let own = std::env::current_exe().context("this program does not know its own path")?;
    Ok(own.ancestors().nth(2).context("this program does not lie in a target folder")?.to_owned())
}

/// The cargo that started this program, in the root of the workspace.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()).args(arguments);
    command
}

/// Says what is being done.
pub fn say(what: &str) {
    eprintln!("==> {what}");
}

/// Announces `what`, runs `command` with no standard input, and waits.
///
/// # Errors
/// If it does not start, or [`Failed`].
pub fn run(what: &str, mut command: Command) -> Result<()> {
    say(what);
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.stdin(Stdio::null()).status().with_context(|| format!("can't start {program}"))?;
    if status.success() { Ok(()) } else { Err(Failed { what: what.to_owned(), status }.into()) }
}

/// What `command` prints, trimmed; `None` if it does not start or fails.
pub fn output(mut command: Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The exit code of the step that failed, if one did; else 1.
pub fn exit_code(error: &anyhow::Error) -> ExitCode {
    let code = error.downcast_ref::<Failed>().and_then(|failed| failed.status.code());
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).filter(|code| *code != 0).unwrap_or(1))
}
