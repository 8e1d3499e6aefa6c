//! What can go wrong as a whole. What goes wrong with one file is a finding or a skip, never an error of the plan.

use crate::fs::FsError;

/// An error of [`plan`](crate::plan()), [`apply`](crate::apply()) or [`undo`](crate::undo()).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A rule pack that can't be used.
    #[error(transparent)]
    Source(#[from] crate::source::SourceError),
    /// The filesystem refused.
    #[error(transparent)]
    Fs(#[from] FsError),
    /// An option that can't be used.
    #[error("{option}: {reason}")]
    Option {
        /// The option's name as the library spells it.
        option: &'static str,
        /// What is wrong, and what to give instead.
        reason: String,
    },
    /// The caller asked to stop.
    #[error("stopped on request; nothing was written")]
    Cancelled,
    /// Nothing was applied; the tree is as it was.
    #[error("nothing was applied: {cause}")]
    NotApplied {
        /// Why.
        cause: FsError,
    },
    /// An apply failed half-way and could not be rolled back whole.
    #[error("the apply failed ({cause}) and could not be rolled back; {}", describe(.files))]
    HalfApplied {
        /// What failed first.
        cause: FsError,
        /// Each planned file with its state.
        files: Vec<(String, FileState)>,
    },
    /// There is no run to undo.
    #[error("there is no run to undo here: no run record of this tree, and no backup beside any file")]
    NothingToUndo,
}

/// What a file holds after an apply that could not be rolled back.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileState {
    /// The original bytes.
    Old,
    /// The new bytes; the original is in this backup.
    New {
        /// The backup's path.
        backup: String,
    },
}

fn describe(files: &[(String, FileState)]) -> String {
    let mut out = String::new();
    for (path, state) in files {
        if !out.is_empty() {
            out.push_str("; ");
        }
        match state {
            FileState::Old => out.push_str(&format!("{path}: as it was")),
            FileState::New { backup } => out.push_str(&format!("{path}: new, the original is {backup}")),
        }
    }
    out
}
