//! The commands. Each takes its options and a session, and says how it ended.

mod clean;
pub(crate) mod doctor;
mod explain;
mod findings;
mod migrate;
mod sources;
mod undo;

use std::path::PathBuf;

use migrate_core::Source;
use migrate_disk::DiskFs;

pub(crate) use self::undo::replan;
use crate::ExitCode;
use crate::io::Session;
use crate::options::Options;
use crate::paths::{self, Place};
use crate::words::words;

/// Runs a command.
///
/// # Errors
/// What went wrong, in a sentence for people.
pub(crate) fn run(options: &Options, session: &mut Session<'_>) -> Result<ExitCode, String> {
    match options {
        Options::Migrate(options) => migrate::run(options, session),
        Options::Undo { paths, force } => undo::run(paths, *force, session),
        Options::Clean { paths, dry_run } => clean::run(paths, *dry_run, session),
        Options::Sources { name } => sources::run(name.as_deref(), session),
        Options::Findings { paths, verbose, color } => findings::run(paths, *verbose, *color, session),
        Options::Doctor(options) => doctor::run(options, session),
        Options::Explain { rule, color } => explain::run(rule.as_deref(), *color, session),
        Options::PrintSource { name } => {
            // Loading it tells of a name that is near.
            Source::builtin(name).map_err(words)?;
            session.show(Source::builtin_text(name).unwrap_or_default())?;
            Ok(ExitCode::Done)
        }
    }
}

/// The tree that `paths` name.
fn open(paths: &[PathBuf]) -> Result<(DiskFs, Place), String> {
    let place = paths::place(paths)?;
    let fs = DiskFs::new(&place.root).map_err(words)?;
    Ok((fs, place))
}
