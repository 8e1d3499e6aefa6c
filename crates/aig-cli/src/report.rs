//! What is printed of a plan: one format a file.

pub(crate) mod diff;
pub(crate) mod frame;
mod github;
pub mod json;
mod jsonl;
mod sarif;
mod stat;
pub(crate) mod text;

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

use migrate_core::mask::Masker;
use migrate_core::{Plan, Source};

use self::frame::Frames;
use crate::git::Commits;
use crate::options::Format;
use crate::style::Styles;

/// A plan, and how it is to be shown.
pub(crate) struct View<'a> {
    pub plan: &'a Plan,
    pub source: &'a Source,
    pub masker: &'a Masker,
    /// The folder that paths are relative to.
    pub root: &'a Path,
    /// Also notes, and what was passed over.
    pub verbose: bool,
    /// Only the sums.
    pub quiet: bool,
    /// Planned files with changes that are in no commit.
    pub uncommitted: BTreeSet<String>,
    /// Whether a person looks: control characters are spelt out.
    pub is_terminal: bool,
    pub styles: Styles,
    /// How many threads make the preview; 0 means as many as there are cores.
    pub threads: usize,
}

/// How all plans of a run are shown.
#[derive(Clone, Copy)]
pub(crate) struct Look<'a> {
    pub source: &'a Source,
    pub masker: &'a Masker,
    pub root: &'a Path,
    pub verbose: bool,
    pub quiet: bool,
    /// Who is asked for uncommitted changes, if they are shown.
    pub commits: Option<&'a Commits>,
    pub is_terminal: bool,
    pub styles: Styles,
    /// As in [`View`].
    pub threads: usize,
}

impl<'a> Look<'a> {
    /// `plan`, shown so.
    pub fn at(self, plan: &'a Plan) -> View<'a> {
        let changed: Vec<&str> = plan.changed().map(|file| file.path.as_str()).collect();
        View {
            plan,
            source: self.source,
            masker: self.masker,
            root: self.root,
            verbose: self.verbose,
            quiet: self.quiet,
            uncommitted: self.commits.map_or_else(BTreeSet::new, |commits| commits.uncommitted(&changed)),
            is_terminal: self.is_terminal,
            styles: self.styles,
            threads: self.threads,
        }
    }
}

impl View<'_> {
    /// How findings are shown.
    pub fn frames(&self) -> Frames<'_> {
        Frames { masker: Some(self.masker), verbose: self.verbose, styles: self.styles }
    }
}

/// A format.
pub(crate) trait Report {
    /// Prints what would change.
    fn preview(&self, view: &View<'_>, out: &mut dyn Write) -> io::Result<()>;

    /// Whether it is for a person, who can be asked and told more.
    fn asks(&self) -> bool {
        true
    }
}

/// The printer of a format.
pub(crate) fn of(format: Format) -> &'static dyn Report {
    match format {
        Format::Text => &text::Text,
        Format::Stat => &stat::Stat,
        Format::Json => &json::Json,
        Format::JsonLines => &jsonl::JsonLines,
        Format::Sarif => &sarif::Sarif,
        Format::GitHub => &github::GitHub,
    }
}
