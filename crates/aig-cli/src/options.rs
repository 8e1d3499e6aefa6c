//! What a run was asked to do, free of the argument parser.

use std::path::PathBuf;

use crate::command::doctor::Doctor;
use crate::style::Colour;

/// What to do.
#[derive(Debug)]
pub(crate) enum Options {
    Migrate(Box<Migrate>),
    Undo { paths: Vec<PathBuf>, force: bool },
    Clean { paths: Vec<PathBuf>, dry_run: bool },
    Sources { name: Option<String> },
    Findings { paths: Vec<PathBuf>, verbose: bool, color: Option<Colour> },
    Doctor(Doctor),
    PrintSource { name: String },
    Explain { rule: Option<String>, color: Option<Colour> },
}

/// The options of a migration.
#[derive(Debug)]
pub(crate) struct Migrate {
    pub source: String,
    pub source_file: Option<PathBuf>,
    pub paths: Vec<PathBuf>,
    pub mode: Mode,
    pub backup: bool,
    pub base_url: Option<String>,
    pub from_urls: Vec<String>,
    pub keep_unmapped: bool,
    pub include: Vec<String>,
    pub exclude: Vec<String>,
    pub ignore_files: bool,
    pub threads: usize,
    pub format: Format,
    pub report: Option<PathBuf>,
    pub color: Option<Colour>,
    pub quiet: bool,
    pub verbose: bool,
}

/// What becomes of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It is shown, and applied if the answer is yes.
    Ask,
    /// It is shown unit by unit, and what is agreed to is applied.
    Interactive,
    /// It is shown and applied.
    Apply,
    /// It is shown.
    DryRun,
    /// There is none: only the settings are shown.
    ShowConfig,
    /// It is shown, and pending edits (`strict`: also actions) make the exit code 1.
    Check { strict: bool },
}

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Text,
    Stat,
    Json,
    JsonLines,
    Sarif,
    GitHub,
}
