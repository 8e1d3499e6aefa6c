//! `apply()` and `undo()`: all the danger in one place.

use crate::error::Error;
use crate::fs::FileSystem;
use crate::plan::Plan;

/// Options of [`apply`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ApplyOptions {
    /// Whether the backups stay when all is done.
    pub backup: bool,
}

impl Default for ApplyOptions {
    fn default() -> Self {
        Self { backup: true }
    }
}

/// What an apply did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Applied {
    /// The files that were rewritten, each with its backup if that stays, sorted by path.
    pub files: Vec<(String, Option<String>)>,
    /// Whether a line was added to the repository's own exclude file, so that backups can't be committed.
    pub excluded_backups: bool,
}

/// Options of [`undo`].
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct UndoOptions {
    /// Also revert files that were edited since, keeping the newer text as a backup.
    pub force: bool,
}

/// What an undo did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Undone {
    /// Files that hold their original bytes again.
    pub restored: Vec<String>,
    /// Files that were edited since the run and were left, with the backup that holds the original.
    pub left: Vec<(String, Option<String>)>,
}

/// Writes `plan` through `fs`: all files or none.
pub fn apply(fs: &dyn FileSystem, plan: &Plan, options: &ApplyOptions) -> Result<Applied, Error> {
    let _ = (fs, plan, options);
    Err(Error::Cancelled)
}

/// Reverts the newest run of the tree.
pub fn undo(fs: &dyn FileSystem, options: &UndoOptions) -> Result<Undone, Error> {
    let _ = (fs, options);
    Err(Error::NothingToUndo)
}
