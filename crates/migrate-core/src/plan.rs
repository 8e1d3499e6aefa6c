//! `plan()`: reads a tree through a [`FileSystem`] and says what would change. Writes nothing.
//!
//! The flow, one floor after the other, is told in `ARCHITECTURE.md`.

mod build;
mod ignore;
mod importers;
pub(crate) mod values;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::config::Config;
use crate::edit::{Edit, Group, Overlap, apply_edits, normalize};
use crate::error::Error;
use crate::finding::{Finding, Skipped};
use crate::fs::{Contents, FileSystem, Identity, WalkOptions};
use crate::source::Source;

pub use values::{EnvironmentChange, EnvironmentKind, Fate, LedgerEntry, LeftReason};

/// Is called with the paths of the files that hold a marker.
pub type Matched = dyn Fn(&[&str]) + Send + Sync;

/// Options of [`plan`].
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct PlanOptions {
    /// What the walk sees.
    pub walk: WalkOptions,
    /// Replaces the target's base URL (with its version path, without trailing slash).
    pub base_url: Option<String>,
    /// Further base URLs to move, of gateways of the user's own.
    pub from_urls: Vec<String>,
    /// Leaves harmless headers without a counterpart in place.
    pub keep_unmapped: bool,
    /// Settings of the tree itself, for what is left open here: no globs, no base URL, no further URLs.
    pub config: Option<Config>,
    /// Groups that are not to move, as a plan of the same tree with the same options numbers them. The plan is made as
    /// if each had a reason to stay: what else moves still fits together, and findings name what was refused. Group
    /// [`SHARED`](crate::edit::SHARED) belongs to no unit and can't be refused: its edits follow from what moves.
    pub refused: BTreeSet<Group>,
    /// Is told, once the walk is over and before any of them is planned, which files hold a marker: their paths, sorted.
    /// What else there is to know of them can be found out meanwhile.
    pub matched: Option<Arc<Matched>>,
    /// Is told how far the work is.
    pub progress: Option<Arc<dyn Fn(Progress) + Send + Sync>>,
    /// Is asked now and then whether to stop; `true` means stop.
    pub cancelled: Option<Arc<dyn Fn() -> bool + Send + Sync>>,
}

impl PlanOptions {
    /// The options, with what they leave open taken from `config`.
    fn filled(mut self, config: &Config) -> Self {
        let list = |own: &mut Vec<String>, theirs: &Vec<String>| {
            if own.is_empty() {
                own.clone_from(theirs);
            }
        };
        list(&mut self.walk.include, &config.include);
        list(&mut self.walk.exclude, &config.exclude);
        list(&mut self.from_urls, &config.from_urls);
        self.base_url = self.base_url.or_else(|| config.base_url.clone());
        self.keep_unmapped |= config.keep_unmapped;
        self
    }
}

impl std::fmt::Debug for PlanOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlanOptions")
            .field("walk", &self.walk)
            .field("base_url", &self.base_url)
            .field("from_urls", &self.from_urls)
            .field("keep_unmapped", &self.keep_unmapped)
            .field("config", &self.config)
            .field("refused", &self.refused)
            .finish_non_exhaustive()
    }
}

/// How far the work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Files seen so far.
    pub files_scanned: usize,
    /// Files with a marker so far.
    pub files_matched: usize,
}

/// What becomes of one file. Files that hold nothing of the source have none.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FilePlan {
    /// Its path.
    pub path: String,
    /// The language of the file itself.
    pub language: &'static str,
    /// Its identity when it was read.
    pub identity: Identity,
    /// Its bytes when it was read.
    pub original: Arc<[u8]>,
    /// Its bytes after the edits; the same as `original` if there are none.
    pub rewritten: Arc<[u8]>,
    /// The edits, sorted and disjoint.
    pub edits: Vec<Edit>,
    /// The findings, sorted.
    pub findings: Vec<Finding>,
    /// What became of each marker occurrence, sorted by place.
    pub ledger: Vec<LedgerEntry>,
}

impl FilePlan {
    /// A file as it was read, in `language`, with `edits` and without findings or ledger.
    ///
    /// # Errors
    /// The first overlap of two edits.
    pub fn new(
        path: impl Into<String>,
        language: &'static str,
        contents: Contents,
        mut edits: Vec<Edit>,
    ) -> Result<Self, Overlap> {
        normalize(&mut edits)?;
        let original: Arc<[u8]> = contents.bytes.into();
        let rewritten =
            if edits.is_empty() { original.clone() } else { apply_edits(&original, &edits).into() };
        Ok(Self {
            path: path.into(),
            language,
            identity: contents.identity,
            original,
            rewritten,
            edits,
            findings: Vec::new(),
            ledger: Vec::new(),
        })
    }
}

/// A model that a call of the target names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct NamedModel {
    /// The file that holds the name.
    pub path: String,
    /// Its line, from 1, before the plan is applied.
    pub line: usize,
    /// Its column, in characters, from 1, before the plan is applied.
    pub column: usize,
    /// The name once the plan is applied.
    pub model: String,
}

/// A place in a value file where the target's key variable gets its value. The value itself is not in the plan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct KeyValue {
    /// The file.
    pub path: String,
    /// The value's line, from 1.
    pub line: usize,
    /// Byte offset, in the file, of the value's first byte, within its quotes.
    pub start: usize,
    /// Byte offset past its last one.
    pub end: usize,
}

/// What would change in a tree. A value: sorted, complete, the same for any number of threads.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Plan {
    /// The source's name.
    pub source: String,
    /// The target's name.
    pub target: String,
    /// Files with edits, findings or ledger entries, sorted by path.
    pub files: Vec<FilePlan>,
    /// Variables to set or rename outside the tree, sorted.
    pub environment: Vec<EnvironmentChange>,
    /// The models that calls of the target name once the plan is applied, sorted by place. Only literals are known.
    pub models: Vec<NamedModel>,
    /// Where value files set the target's key variable, as they were read, sorted by place.
    pub key_values: Vec<KeyValue>,
    /// What was passed over, sorted by path.
    pub skipped: Vec<Skipped>,
    /// How many files were looked into.
    pub files_scanned: usize,
}

impl Plan {
    /// A plan from `source` to `target` that holds nothing yet.
    pub fn new(source: impl Into<String>, target: impl Into<String>) -> Self {
        Self {
            source: source.into(),
            target: target.into(),
            files: Vec::new(),
            environment: Vec::new(),
            models: Vec::new(),
            key_values: Vec::new(),
            skipped: Vec::new(),
            files_scanned: 0,
        }
    }

    /// The files that would be written.
    pub fn changed(&self) -> impl Iterator<Item = &FilePlan> {
        self.files.iter().filter(|file| !file.edits.is_empty())
    }

    /// How many edits there are.
    pub fn edit_count(&self) -> usize {
        self.files.iter().map(|file| file.edits.len()).sum()
    }

    /// How many findings there are, of any level.
    pub fn finding_count(&self) -> usize {
        self.files.iter().map(|file| file.findings.len()).sum()
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.changed().next().is_none()
    }
}

/// Plans the migration of the tree in `fs` away from `source`.
///
/// # Errors
/// If an option can't be used, a root can't be read, or the caller asked to stop. Trouble with a single file is a
/// finding or a skip.
pub fn plan(fs: &dyn FileSystem, source: &Source, options: &PlanOptions) -> Result<Plan, Error> {
    let Some(config) = &options.config else { return build::build(fs, source, options) };
    build::build(fs, &config.extend(source), &options.clone().filled(config))
}
