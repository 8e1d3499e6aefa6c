//! What can go wrong as a whole. What goes wrong with one file is a finding or a skip, never an error of the plan.

use crate::config::ConfigError;
use crate::fs::FsError;

/// An error of [`plan`](crate::plan()), [`apply`](crate::apply()) or [`undo`](crate::undo()).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A rule pack that can't be used.
    #[error(transparent)]
    Source(#[from] crate::source::SourceError),
    /// Settings of the tree that can't be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
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
    #[error(
        "the apply failed ({cause}) and could not be rolled back whole; undo can finish that. {}",
        describe(.files)
    )]
    HalfApplied {
        /// What failed first.
        cause: FsError,
        /// Each planned file with its state.
        files: Vec<(String, FileState)>,
    },
    /// There is no run to undo.
    #[error("there is no run to undo here: no run record of this tree, and no backup beside any file")]
    NothingToUndo,
    /// The newest run has kept no backups.
    #[error(
        "the last run kept no backups, so it can't be undone; restore these files from version control: {}",
        .files.join(", ")
    )]
    NoBackup {
        /// The files that it rewrote.
        files: Vec<String>,
    },
    /// Nothing was undone; the tree is as it was.
    #[error("nothing was undone: {cause}")]
    NotUndone {
        /// Why.
        cause: FsError,
    },
    /// An undo failed half-way.
    #[error("the undo failed half-way ({cause}); run it again to finish. {}", list(.files))]
    HalfUndone {
        /// What failed first.
        cause: FsError,
        /// Each file with its state, in words.
        files: Vec<(String, &'static str)>,
    },
    /// A run record that is not understood.
    #[error("the run record {id} is not understood: {reason}")]
    Record {
        /// Its name.
        id: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl Error {
    /// A stable word for what went wrong, in kebab case, for callers that can't match on the type.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Source(_) => "source",
            Self::Config(_) => "config",
            Self::Fs(cause) => cause.code(),
            Self::Option { .. } => "option",
            Self::Cancelled => "cancelled",
            Self::NotApplied { .. } => "not-applied",
            Self::HalfApplied { .. } => "half-applied",
            Self::NothingToUndo => "nothing-to-undo",
            Self::NoBackup { .. } => "no-backup",
            Self::NotUndone { .. } => "not-undone",
            Self::HalfUndone { .. } => "half-undone",
            Self::Record { .. } => "record",
        }
    }

    /// The path that it is about, if it is about one.
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Fs(cause)
            | Self::NotApplied { cause }
            | Self::HalfApplied { cause, .. }
            | Self::NotUndone { cause }
            | Self::HalfUndone { cause, .. } => Some(cause.path()),
            Self::Config(ConfigError::Fs(cause)) => Some(cause.path()),
            Self::Config(ConfigError::Invalid { file, .. }) => Some(file),
            _ => None,
        }
    }
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
    /// Neither, or it can't be read; the original is in this backup.
    Other {
        /// The backup's path.
        backup: String,
    },
}

fn list(files: &[(String, &'static str)]) -> String {
    let parts: Vec<String> = files.iter().map(|(path, state)| format!("{path}: {state}")).collect();
    parts.join("; ")
}

fn describe(files: &[(String, FileState)]) -> String {
    let parts: Vec<String> = files
        .iter()
        .map(|(path, state)| match state {
            FileState::Old => format!("{path}: as it was"),
            FileState::New { backup } => format!("{path}: new, the original is in {backup}"),
            FileState::Other { backup } => {
                format!("{path}: neither old nor new, the original is in {backup}")
            }
        })
        .collect();
    parts.join("; ")
}
