//! What the bindings for other languages share: requests and failures in plain parts, a plan as a handle.
//!
//! Not allowed here: anything that only one language needs.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use migrate_core::error::FileState;
use migrate_core::{Applied, ApplyOptions, Config, Error, FileSystem, MemoryFs, Plan, PlanOptions, Source};
use migrate_core::{UndoOptions, Undone};
use migrate_disk::DiskFs;

use crate::{command, report};

/// What is asked of a plan.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Request {
    /// The source gateway's name.
    pub source: String,
    /// What is known of it, as TOML, in the place of what is built in.
    pub source_toml: Option<String>,
    /// See [`PlanOptions::base_url`].
    pub base_url: Option<String>,
    /// See [`PlanOptions::from_urls`].
    pub from_urls: Vec<String>,
    /// See [`PlanOptions::keep_unmapped`].
    pub keep_unmapped: bool,
    /// Files and folders to look into, relative to the root; all of it if there are none.
    pub paths: Vec<String>,
    /// Globs of which a path must match one, if there are any.
    pub include: Vec<String>,
    /// Globs that exclude a path.
    pub exclude: Vec<String>,
    /// Whether `.gitignore` and friends are obeyed.
    pub ignore_files: bool,
    /// Worker threads; 0 means as many as there are cores.
    pub threads: usize,
}

impl Request {
    /// The defaults, for a source of this name.
    pub fn new(source: impl Into<String>) -> Self {
        Self {
            source: source.into(),
            source_toml: None,
            base_url: None,
            from_urls: Vec::new(),
            keep_unmapped: false,
            paths: Vec::new(),
            include: Vec::new(),
            exclude: Vec::new(),
            ignore_files: true,
            threads: 0,
        }
    }

    fn load(&self) -> Result<Source, Error> {
        let Some(text) = &self.source_toml else { return Ok(Source::builtin(&self.source)?) };
        let source = Source::from_toml_named("source_toml", text)?;
        if source.name != self.source {
            let reason =
                format!("it describes `{}`, and the source asked for is `{}`", source.name, self.source);
            return Err(Error::Option { option: "source_toml", reason });
        }
        Ok(source)
    }

    fn options(&self, watch: &Arc<Watch>) -> PlanOptions {
        let mut options = PlanOptions::default();
        options.base_url.clone_from(&self.base_url);
        options.from_urls.clone_from(&self.from_urls);
        options.keep_unmapped = self.keep_unmapped;
        options.walk.roots.clone_from(&self.paths);
        options.walk.include.clone_from(&self.include);
        options.walk.exclude.clone_from(&self.exclude);
        options.walk.ignore_files = self.ignore_files;
        options.walk.threads = self.threads;
        let (progress, cancelled) = (Arc::clone(watch), Arc::clone(watch));
        options.progress = Some(Arc::new(move |now| {
            progress.scanned.fetch_max(now.files_scanned, Ordering::Relaxed);
            progress.matched.fetch_max(now.files_matched, Ordering::Relaxed);
        }));
        options.cancelled = Some(Arc::new(move || cancelled.cancelled.load(Ordering::Relaxed)));
        options
    }
}

/// Follows a plan while it is made, and stops it, from any thread.
#[derive(Debug, Default)]
pub struct Watch {
    cancelled: AtomicBool,
    scanned: AtomicUsize,
    matched: AtomicUsize,
}

impl Watch {
    /// Asks the planning to stop; it fails soon with [`Error::Cancelled`].
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Files seen so far, and how many of them hold a marker.
    pub fn progress(&self) -> (usize, usize) {
        (self.scanned.load(Ordering::Relaxed), self.matched.load(Ordering::Relaxed))
    }
}

/// An [`Error`] in plain parts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// See [`Error::code`].
    pub code: &'static str,
    /// In a sentence for people.
    pub message: String,
    /// The path that it is about, if it is about one.
    pub path: Option<String>,
    /// For a failure that left files in different states: each with its own, in a word or two.
    pub files: Vec<(String, &'static str)>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        let error = error.into();
        let files = match &error {
            Error::HalfApplied { files, .. } => {
                files.iter().map(|(path, s)| (path.clone(), state(s))).collect()
            }
            Error::HalfUndone { files, .. } => files.clone(),
            _ => Vec::new(),
        };
        Self {
            code: error.code(),
            path: error.path().map(str::to_owned),
            message: crate::words::words(error),
            files,
        }
    }
}

fn state(state: &FileState) -> &'static str {
    match state {
        FileState::Old => "old",
        FileState::New { .. } => "new",
        _ => "neither",
    }
}

/// A plan, with the tree that it was made of. Only this can be applied.
pub struct Planned {
    fs: Box<dyn FileSystem + Send + Sync>,
    source: Source,
    plan: Plan,
    /// Whether `fs` is a folder on disk.
    on_disk: bool,
}

impl fmt::Debug for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Planned").field("plan", &self.plan).finish_non_exhaustive()
    }
}

impl Planned {
    /// Plans the migration of the tree in a folder. Writes nothing.
    ///
    /// # Errors
    /// See [`migrate_core::plan()`]; and if `root` is no folder.
    pub fn of_folder(root: &Path, request: &Request, watch: &Arc<Watch>) -> Result<Self, Failure> {
        Self::over(Box::new(DiskFs::new(root)?), true, request, watch)
    }

    /// Plans the migration of files in memory, by their paths.
    ///
    /// # Errors
    /// See [`migrate_core::plan()`]; and if a path is not relative, `/`-separated, and without `.` and `..`.
    pub fn of_files(
        files: &BTreeMap<String, Vec<u8>>,
        request: &Request,
        watch: &Arc<Watch>,
    ) -> Result<Self, Failure> {
        let plain = |path: &str| path.split('/').all(|part| !["", ".", ".."].contains(&part));
        if let Some(path) = files.keys().find(|path| !plain(path)) {
            let reason = format!("`{path}` is no path like src/app.py: relative, with /, without . and ..");
            return Err(Error::Option { option: "files", reason }.into());
        }
        Self::over(Box::new(MemoryFs::from_files(files)), false, request, watch)
    }

    fn over(
        fs: Box<dyn FileSystem + Send + Sync>,
        on_disk: bool,
        request: &Request,
        watch: &Arc<Watch>,
    ) -> Result<Self, Failure> {
        let mut options = request.options(watch);
        options.config = Config::load(&*fs)?;
        let source = request.load()?;
        // The tree's own names are masked, too.
        let source = options.config.as_ref().map_or_else(|| source.clone(), |config| config.extend(&source));
        let plan = migrate_core::plan(&*fs, &source, &options)?;
        Ok(Self { fs, source, plan, on_disk })
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The report, masked: the object that `aig migrate --format json` prints, byte for byte, without the line's end.
    pub fn report(&self) -> String {
        report::json::text(&self.plan, &self.source)
    }

    /// The new bytes of each file that would change, by path. Not masked: they hold what the files hold.
    pub fn rewritten(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.plan.changed().map(|file| (file.path.as_str(), &*file.rewritten))
    }

    /// `3 edits in 2 files, 1 finding`.
    pub fn summary(&self) -> String {
        let (edits, files) = (self.plan.edit_count(), self.plan.changed().count());
        let count = crate::words::count;
        let findings = count(self.plan.finding_count(), "finding");
        format!("{} in {}, {findings}", count(edits, "edit"), count(files, "file"))
    }

    /// Writes the plan: all files or none.
    ///
    /// # Errors
    /// See [`migrate_core::apply()`]; and if the plan was made of files in memory, of which there is nothing to write.
    pub fn apply(&self, backup: bool) -> Result<Applied, Failure> {
        if !self.on_disk {
            let reason = "it was made of files in memory; take their new bytes from `rewritten()`".to_owned();
            return Err(Error::Option { option: "plan", reason }.into());
        }
        let mut options = ApplyOptions::default();
        options.backup = backup;
        Ok(migrate_core::apply(&*self.fs, &self.plan, &options)?)
    }
}

/// Takes the newest run of the tree in a folder back, as `aig undo` does.
///
/// # Errors
/// See [`migrate_core::undo()`]; and if `root` is no folder.
pub fn undo(root: &Path, force: bool) -> Result<Undone, Failure> {
    let fs = DiskFs::new(root)?;
    let mut options = UndoOptions::default();
    options.force = force;
    options.replan = Some(Arc::new(command::replan));
    Ok(migrate_core::undo(&fs, &options)?)
}

/// A gateway that can be moved away from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Known {
    /// What it is called in a [`Request`].
    pub name: String,
    /// What it calls itself.
    pub title: String,
    /// The title of the gateway that is moved to.
    pub target: String,
}

/// The gateways that can be moved away from, sorted by name.
///
/// # Errors
/// If a built-in pack can't be used, which is a defect.
pub fn sources() -> Result<Vec<Known>, Failure> {
    let mut known = Vec::new();
    for name in Source::builtin_names() {
        let source = Source::builtin(name)?;
        known.push(Known { name: source.name, title: source.title, target: source.target.title });
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    // The helpers of tests are tests too.
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn request() -> Request {
        Request::new(Source::builtin_names().next().unwrap())
    }

    #[test]
    fn a_plan_that_is_stopped_fails() {
        let watch = Arc::new(Watch::default());
        watch.cancel();
        let failure = Planned::of_files(&BTreeMap::new(), &request(), &watch).unwrap_err();
        assert_eq!(failure.code, "cancelled");
    }

    #[test]
    fn what_is_read_is_counted() {
        let watch = Arc::new(Watch::default());
        let files = BTreeMap::from([("a.txt".to_owned(), Vec::new()), ("b/c.txt".to_owned(), Vec::new())]);
        Planned::of_files(&files, &request(), &watch).unwrap();
        assert_eq!(watch.progress(), (2, 0));
    }

    #[test]
    fn paths_in_memory_are_plain() {
        for path in ["", "/a", "a//b", "a/../b", "./a", "a/"] {
            let files = BTreeMap::from([(path.to_owned(), Vec::new())]);
            let failure = Planned::of_files(&files, &request(), &Arc::default()).unwrap_err();
            assert_eq!(failure.code, "option", "{path}");
        }
    }

    #[test]
    fn files_in_memory_are_not_applied() {
        let planned = Planned::of_files(&BTreeMap::new(), &request(), &Arc::default()).unwrap();
        assert_eq!(planned.apply(true).unwrap_err().code, "option");
    }

    #[test]
    fn a_failure_names_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let none = folder.path().join("none");
        let failure = Planned::of_folder(&none, &request(), &Arc::default()).unwrap_err();
        assert_eq!((failure.code, failure.path.as_deref()), ("not-found", none.to_str()));
        assert_eq!(undo(&none, false).unwrap_err().code, "not-found");
    }
}
