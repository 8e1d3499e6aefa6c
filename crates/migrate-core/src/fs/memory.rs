//! A filesystem in memory, in which each operation can be made to fail.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use regex::Regex;

use super::names;
use super::{
    Backup, Committed, Contents, FileSystem, FsError, Hash, Identity, Lock, RecordId, Visit, WalkOptions,
};
use crate::finding::SkipReason;

/// An operation of the filesystem, as failures are injected into it and calls of it counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// [`FileSystem::walk`] as a whole.
    Walk,
    /// [`FileSystem::read`], and the reading of one file by a walk.
    Read,
    /// [`FileSystem::check_writable`].
    CheckWritable,
    /// [`FileSystem::lock`].
    Lock,
    /// [`FileSystem::sweep`].
    Sweep,
    /// [`FileSystem::stage`].
    Stage,
    /// [`FileSystem::discard`].
    Discard,
    /// [`FileSystem::backup`].
    Backup,
    /// [`FileSystem::commit`].
    Commit,
    /// [`FileSystem::sync`].
    Sync,
    /// [`FileSystem::remove_backup`].
    RemoveBackup,
    /// [`FileSystem::backups`].
    Backups,
    /// [`FileSystem::exclude_backups`].
    ExcludeBackups,
    /// [`FileSystem::save_record`].
    SaveRecord,
    /// [`FileSystem::load_records`].
    LoadRecords,
    /// [`FileSystem::remove_record`].
    RemoveRecord,
}

impl Operation {
    /// All operations.
    pub const ALL: [Self; 16] = [
        Self::Walk,
        Self::Read,
        Self::CheckWritable,
        Self::Lock,
        Self::Sweep,
        Self::Stage,
        Self::Discard,
        Self::Backup,
        Self::Commit,
        Self::Sync,
        Self::RemoveBackup,
        Self::Backups,
        Self::ExcludeBackups,
        Self::SaveRecord,
        Self::LoadRecords,
        Self::RemoveRecord,
    ];

    /// Whether the operation changes anything.
    pub fn writes(self) -> bool {
        !matches!(
            self,
            Self::Walk | Self::Read | Self::CheckWritable | Self::Lock | Self::Backups | Self::LoadRecords
        )
    }
}

/// What happens instead of, or before, an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// It fails with [`FsError::Io`] and these words.
    Io(String),
    /// It fails with [`FsError::Changed`].
    Changed,
    /// It fails with [`FsError::NotFound`].
    NotFound,
    /// It fails with [`FsError::Refused`].
    Refused(&'static str),
    /// Another program writes these bytes to this path, then the operation takes place.
    Edited {
        /// The path.
        path: String,
        /// What it holds from now on; `None` if it is removed.
        bytes: Option<Vec<u8>>,
    },
}

/// When an injected failure strikes.
#[derive(Clone, Debug)]
struct Injected {
    operation: Operation,
    /// Number of the call, counted from 1.
    first: usize,
    /// Whether every later call fails too.
    lasting: bool,
    failure: Failure,
}

#[derive(Clone, Debug)]
struct Inode {
    bytes: Arc<[u8]>,
    mode: u32,
}

#[derive(Debug, Default)]
struct State {
    /// Path to inode number. Several paths of one inode are hard links.
    names: BTreeMap<String, u64>,
    inodes: BTreeMap<u64, Inode>,
    last_inode: u64,
    records: BTreeMap<RecordId, Vec<u8>>,
    last_record: u64,
    backups_excluded: bool,
    injected: Vec<Injected>,
    calls: BTreeMap<Operation, usize>,
    writes: usize,
    kill_at: Option<usize>,
}

impl State {
    fn inode(&self, path: &str) -> Option<&Inode> {
        self.inodes.get(self.names.get(path)?)
    }

    fn bytes(&self, path: &str) -> Option<Arc<[u8]>> {
        self.inode(path).map(|inode| Arc::clone(&inode.bytes))
    }

    fn links(&self, number: u64) -> u64 {
        self.names.values().filter(|inode| **inode == number).count() as u64
    }

    /// Gives `path` a new inode.
    fn create(&mut self, path: &str, bytes: &[u8], mode: u32) {
        self.remove(path);
        self.last_inode += 1;
        self.names.insert(path.to_owned(), self.last_inode);
        self.inodes.insert(self.last_inode, Inode { bytes: bytes.into(), mode });
    }

    fn remove(&mut self, path: &str) -> bool {
        let Some(number) = self.names.remove(path) else { return false };
        if self.links(number) == 0 {
            self.inodes.remove(&number);
        }
        true
    }

    /// Writes as an editor does: into the file that is there, or a new one.
    fn overwrite(&mut self, path: &str, bytes: &[u8]) {
        let number = self.names.get(path).copied();
        match number.and_then(|number| self.inodes.get_mut(&number)) {
            Some(inode) => inode.bytes = bytes.into(),
            None => self.create(path, bytes, 0o644),
        }
    }

    /// Fails unless `path` holds `hash`.
    fn holds(&self, path: &str, hash: Hash) -> Result<Inode, FsError> {
        match self.inode(path) {
            Some(inode) if Hash::of(&inode.bytes) == hash => Ok(inode.clone()),
            Some(_) => Err(FsError::Changed { path: path.to_owned() }),
            None => Err(FsError::NotFound { path: path.to_owned() }),
        }
    }

    fn writable(&self, path: &str) -> Result<(), FsError> {
        match self.inode(path) {
            None => Err(FsError::NotFound { path: path.to_owned() }),
            Some(inode) if inode.mode & 0o200 == 0 => {
                Err(FsError::Refused { path: path.to_owned(), reason: "is read-only" })
            }
            Some(_) => Ok(()),
        }
    }
}

/// A filesystem in memory.
///
/// It holds files only: folders are what their paths say, and there are no links but hard ones. `.gitignore` has
/// no effect, and of globs it knows `*`, `**` and `?`. A walk visits the files in the order of their paths, on the
/// caller's thread.
#[derive(Debug, Default)]
pub struct MemoryFs {
    state: Mutex<State>,
    lock: Arc<()>,
}

impl MemoryFs {
    /// An empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// A tree of these files, each with mode 0o644.
    pub fn from_files<P: AsRef<str>, B: AsRef<[u8]>>(files: impl IntoIterator<Item = (P, B)>) -> Self {
        let fs = Self::new();
        for (path, bytes) in files {
            fs.write(path.as_ref(), bytes.as_ref());
        }
        fs
    }

    /// The tree with one file more, or other bytes in it.
    #[must_use]
    pub fn with_file(self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.write(path, bytes.as_ref());
        self
    }

    /// The tree with other permission bits on the file `path`, if it is there.
    #[must_use]
    pub fn with_mode(self, path: &str, mode: u32) -> Self {
        {
            let mut state = self.state();
            let number = state.names.get(path).copied();
            if let Some(inode) = number.and_then(|number| state.inodes.get_mut(&number)) {
                inode.mode = mode;
            }
        }
        self
    }

    /// The tree with a second name (a hard link) for the file `path`, if it is there.
    #[must_use]
    pub fn with_link(self, path: &str, link: &str) -> Self {
        {
            let mut state = self.state();
            if let Some(number) = state.names.get(path).copied() {
                state.names.insert(link.to_owned(), number);
            }
        }
        self
    }

    /// Writes a file as another program would: no failure strikes, no call is counted.
    pub fn write(&self, path: &str, bytes: &[u8]) {
        self.state().overwrite(path, bytes);
    }

    /// Removes a file as another program would. Returns whether it was there.
    pub fn remove(&self, path: &str) -> bool {
        self.state().remove(path)
    }

    /// All files with their bytes, backups and staged files among them.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let state = self.state();
        state.names.iter().map(|(path, number)| (path.clone(), state.inodes[number].bytes.to_vec())).collect()
    }

    /// The bytes of one file.
    pub fn file(&self, path: &str) -> Option<Vec<u8>> {
        self.state().bytes(path).map(|bytes| bytes.to_vec())
    }

    /// The permission bits of one file.
    pub fn mode(&self, path: &str) -> Option<u32> {
        self.state().inode(path).map(|inode| inode.mode)
    }

    /// All run records, oldest first.
    pub fn records(&self) -> Vec<Vec<u8>> {
        self.state().records.values().cloned().collect()
    }

    /// Makes the `nth` call of `operation` fail, counted from 1 over the life of the filesystem.
    pub fn fail(&self, operation: Operation, nth: usize, failure: Failure) {
        self.state().injected.push(Injected { operation, first: nth, lasting: false, failure });
    }

    /// Makes every call of `operation` from the `nth` on fail.
    pub fn fail_from(&self, operation: Operation, nth: usize, failure: Failure) {
        self.state().injected.push(Injected { operation, first: nth, lasting: true, failure });
    }

    /// Models a kill: the `nth` operation that writes, counted from 1 over the life of the filesystem, does not
    /// take place (but for half a staged file), and every operation from there on fails.
    pub fn kill_at(&self, nth: usize) {
        self.state().kill_at = Some(nth);
    }

    /// Whether a kill of [`kill_at`](Self::kill_at) has struck.
    pub fn killed(&self) -> bool {
        let state = self.state();
        state.kill_at.is_some_and(|at| state.writes >= at)
    }

    /// Takes back all injected failures and kills, and counts calls from nought again.
    pub fn heal(&self) {
        let mut state = self.state();
        state.injected.clear();
        state.kill_at = None;
        state.writes = 0;
        state.calls.clear();
    }

    /// How often `operation` has been called.
    pub fn calls(&self, operation: Operation) -> usize {
        self.state().calls.get(&operation).copied().unwrap_or(0)
    }

    /// How many operations that write have been called.
    pub fn write_calls(&self) -> usize {
        self.state().writes
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic of a visitor can't leave the state half-changed: visitors run without the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a call, and fails it if it is to fail.
    fn enter(&self, operation: Operation, path: &str) -> Result<MutexGuard<'_, State>, FsError> {
        let mut state = self.state();
        let calls = state.calls.entry(operation).or_default();
        *calls += 1;
        let nth = *calls;
        if operation.writes() {
            state.writes += 1;
        }
        if let Some(at) = state.kill_at
            && state.writes >= at
        {
            if state.writes == at && operation == Operation::Stage {
                state.create(&names::staged_path(path), b"half of the n", 0o600);
            }
            return Err(io(path, "be alive", "killed"));
        }
        let strikes = |injected: &&Injected| {
            injected.operation == operation
                && (injected.first == nth || (injected.lasting && nth > injected.first))
        };
        match state.injected.iter().find(strikes).map(|injected| injected.failure.clone()) {
            None => {}
            Some(Failure::Io(message)) => return Err(io(path, "do as told", &message)),
            Some(Failure::Changed) => return Err(FsError::Changed { path: path.to_owned() }),
            Some(Failure::NotFound) => return Err(FsError::NotFound { path: path.to_owned() }),
            Some(Failure::Refused(reason)) => {
                return Err(FsError::Refused { path: path.to_owned(), reason });
            }
            Some(Failure::Edited { path, bytes: Some(bytes) }) => state.overwrite(&path, &bytes),
            Some(Failure::Edited { path, bytes: None }) => {
                state.remove(&path);
            }
        }
        Ok(state)
    }
}

impl FileSystem for MemoryFs {
    fn walk(&self, options: &WalkOptions, visit: &(dyn Fn(Visit<'_>) + Sync)) -> Result<(), FsError> {
        let paths: Vec<String> = self.enter(Operation::Walk, "")?.names.keys().cloned().collect();
        let roots = Roots::new(&options.roots, &paths)?;
        let include = Globs::new(&options.include);
        let exclude = Globs::new(&options.exclude);
        let held: BTreeSet<&str> = paths.iter().map(String::as_str).collect();
        let holds = |folder: &str, name: &str| {
            let path = names::join(folder, name);
            held.contains(path.as_str()) || paths.iter().any(|other| is_within(other, &path))
        };
        let mut told = BTreeSet::new();
        for path in &paths {
            let Some(start) = roots.start_of(path) else { continue };
            if let Some(folder) = excluded_folder(path, start, &holds) {
                if told.insert(folder) {
                    visit(Visit::Skipped { path: folder, reason: SkipReason::ExcludedFolder });
                }
                continue;
            }
            let named = start == path;
            let skipped = match names::skipped_file(names::split(path).1) {
                Some(SkipReason::Minified) if named => None,
                other => other,
            };
            let filtered = exclude.matches(path) || (!include.is_empty() && !include.matches(path));
            let reason = skipped.or(filtered.then_some(SkipReason::Filtered));
            if let Some(reason) = reason {
                visit(Visit::Skipped { path, reason });
                continue;
            }
            let read = self.enter(Operation::Read, path).map(|state| state.bytes(path));
            match read {
                Ok(Some(bytes)) if bytes.len() as u64 > options.max_file_size => {
                    visit(Visit::Skipped { path, reason: SkipReason::TooLarge });
                }
                Ok(Some(bytes)) => visit(Visit::File { path, bytes: &bytes }),
                // Removed since the names were listed.
                Ok(None) => {}
                Err(_) => visit(Visit::Skipped { path, reason: SkipReason::Unreadable }),
            }
        }
        Ok(())
    }

    fn read(&self, path: &str) -> Result<Contents, FsError> {
        let state = self.enter(Operation::Read, path)?;
        let missing = || FsError::NotFound { path: path.to_owned() };
        let number = *state.names.get(path).ok_or_else(missing)?;
        let inode = state.inodes.get(&number).ok_or_else(missing)?;
        let identity = Identity {
            device: 1,
            inode: number,
            length: inode.bytes.len() as u64,
            mode: inode.mode,
            links: state.links(number),
            hash: Hash::of(&inode.bytes),
        };
        Ok(Contents { bytes: inode.bytes.to_vec(), identity })
    }

    fn check_writable(&self, path: &str) -> Result<(), FsError> {
        self.enter(Operation::CheckWritable, path)?.writable(path)
    }

    fn lock(&self) -> Result<Lock, FsError> {
        let state = self.enter(Operation::Lock, "")?;
        // The state's mutex is held, so that no one else can take a second handle in between.
        if Arc::strong_count(&self.lock) > 1 {
            return Err(FsError::Locked { path: ".".to_owned() });
        }
        let held = Lock::new(Arc::clone(&self.lock));
        drop(state);
        Ok(held)
    }

    fn sweep(&self, paths: Option<&[&str]>) -> Result<(), FsError> {
        let mut state = self.enter(Operation::Sweep, "")?;
        let folders: Option<BTreeSet<&str>> =
            paths.map(|paths| paths.iter().map(|path| names::split(path).0).collect());
        let litter: Vec<String> = state
            .names
            .keys()
            .filter(|path| {
                let (folder, name) = names::split(path);
                names::is_staged(name) && folders.as_ref().is_none_or(|folders| folders.contains(folder))
            })
            .cloned()
            .collect();
        for path in litter {
            state.remove(&path);
        }
        Ok(())
    }

    fn stage(&self, path: &str, bytes: &[u8]) -> Result<(), FsError> {
        let mut state = self.enter(Operation::Stage, path)?;
        state.writable(path)?;
        let mode = state.inode(path).map_or(0o644, |inode| inode.mode);
        state.create(&names::staged_path(path), bytes, mode);
        Ok(())
    }

    fn discard(&self, path: &str) -> Result<(), FsError> {
        self.enter(Operation::Discard, path)?.remove(&names::staged_path(path));
        Ok(())
    }

    fn backup(&self, path: &str, hash: Hash) -> Result<Backup, FsError> {
        let mut state = self.enter(Operation::Backup, path)?;
        let inode = state.holds(path, hash)?;
        let mut number = 1;
        loop {
            let backup = names::backup_path(path, number);
            match state.bytes(&backup) {
                None => {
                    state.create(&backup, &inode.bytes, inode.mode);
                    return Ok(Backup { path: backup, fresh: true });
                }
                Some(bytes) if bytes == inode.bytes => return Ok(Backup { path: backup, fresh: false }),
                Some(_) => number += 1,
            }
        }
    }

    fn commit(&self, path: &str, hash: Hash) -> Result<Committed, FsError> {
        let mut state = self.enter(Operation::Commit, path)?;
        state.holds(path, hash)?;
        let staged = names::staged_path(path);
        let missing = || FsError::NotFound { path: staged.clone() };
        let (Some(&new), Some(&old)) = (state.names.get(&staged), state.names.get(path)) else {
            return Err(missing());
        };
        if state.links(old) > 1 {
            let bytes = state.bytes(&staged).ok_or_else(missing)?;
            state.overwrite(path, &bytes);
            state.remove(&staged);
            return Ok(Committed::InPlace);
        }
        state.remove(path);
        state.names.insert(path.to_owned(), new);
        state.names.remove(&staged);
        Ok(Committed::Renamed)
    }

    fn sync(&self) -> Result<(), FsError> {
        self.enter(Operation::Sync, "").map(drop)
    }

    fn remove_backup(&self, backup: &str, hash: Hash) -> Result<(), FsError> {
        let mut state = self.enter(Operation::RemoveBackup, backup)?;
        if state.inode(backup).is_some() {
            state.holds(backup, hash)?;
            state.remove(backup);
        }
        Ok(())
    }

    fn backups(&self) -> Result<Vec<String>, FsError> {
        let state = self.enter(Operation::Backups, "")?;
        Ok(state.names.keys().filter(|path| names::is_backup(names::split(path).1)).cloned().collect())
    }

    fn exclude_backups(&self, _: &[&str]) -> Result<bool, FsError> {
        let mut state = self.enter(Operation::ExcludeBackups, "")?;
        let changed = !state.backups_excluded;
        state.backups_excluded = true;
        Ok(changed)
    }

    fn save_record(&self, record: &[u8]) -> Result<RecordId, FsError> {
        let mut state = self.enter(Operation::SaveRecord, "")?;
        state.last_record += 1;
        let id = format!("{:08}", state.last_record);
        state.records.insert(id.clone(), record.to_vec());
        Ok(id)
    }

    fn load_records(&self) -> Result<Vec<(RecordId, Vec<u8>)>, FsError> {
        let state = self.enter(Operation::LoadRecords, "")?;
        Ok(state.records.iter().map(|(id, record)| (id.clone(), record.clone())).collect())
    }

    fn remove_record(&self, id: &RecordId) -> Result<(), FsError> {
        self.enter(Operation::RemoveRecord, "")?.records.remove(id);
        Ok(())
    }
}

fn io(path: &str, operation: &'static str, message: &str) -> FsError {
    FsError::Io { path: path.to_owned(), operation, message: message.to_owned() }
}

/// Whether `path` lies in the folder `folder`.
fn is_within(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// The first folder on the way from `start` to `path` that is never entered.
fn excluded_folder<'p>(path: &'p str, start: &str, holds: &dyn Fn(&str, &str) -> bool) -> Option<&'p str> {
    let from = if start.is_empty() || start == path { start.len() } else { start.len() + 1 };
    let mut at = from;
    while let Some(length) = path[at..].find('/') {
        let folder = &path[..at + length];
        let name = &path[at..at + length];
        let holds_one = || names::excluded_if_it_holds(name).iter().any(|inner| holds(folder, inner));
        if names::is_excluded_folder(name) || holds_one() {
            return Some(folder);
        }
        at += length + 1;
    }
    None
}

/// The paths that a walk starts from.
struct Roots(Vec<String>);

impl Roots {
    fn new(roots: &[String], paths: &[String]) -> Result<Self, FsError> {
        let mut clean = Vec::new();
        for root in roots {
            let parts: Vec<&str> = root.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
            let root = parts.join("/");
            if !root.is_empty() && !paths.iter().any(|path| *path == root || is_within(path, &root)) {
                return Err(FsError::NotFound { path: root });
            }
            clean.push(root);
        }
        if clean.is_empty() {
            clean.push(String::new());
        }
        Ok(Self(clean))
    }

    /// The nearest root that `path` is, or lies in.
    fn start_of(&self, path: &str) -> Option<&str> {
        self.0
            .iter()
            .filter(|root| *root == path || is_within(path, root))
            .max_by_key(|root| root.len())
            .map(String::as_str)
    }
}

/// Globs in the manner of an ignore file: one without a slash matches a name at any depth, and one that matches
/// a folder matches all in it.
struct Globs(Vec<Regex>);

impl Globs {
    fn new(globs: &[String]) -> Self {
        Self(globs.iter().filter_map(|glob| Regex::new(&translate(glob)).ok()).collect())
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn matches(&self, path: &str) -> bool {
        self.0.iter().any(|glob| glob.is_match(path))
    }
}

/// The regular expression that matches what a glob of `*`, `**` and `?` does.
fn translate(glob: &str) -> String {
    let glob = glob.trim_end_matches('/');
    let anchored = glob.contains('/');
    let mut out = String::from(if anchored { "^" } else { "^(?:.*/)?" });
    let mut rest = glob.strip_prefix('/').unwrap_or(glob);
    while let Some(first) = rest.chars().next() {
        let (length, piece) = if rest.starts_with("**/") {
            (3, "(?:.*/)?".to_owned())
        } else if rest.starts_with("**") {
            (2, ".*".to_owned())
        } else if first == '*' {
            (1, "[^/]*".to_owned())
        } else if first == '?' {
            (1, "[^/]".to_owned())
        } else {
            (first.len_utf8(), regex::escape(first.encode_utf8(&mut [0; 4])))
        };
        out.push_str(&piece);
        rest = &rest[length..];
    }
    out.push_str("(?s:/.*)?$");
    format!("(?s){out}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(fs: &MemoryFs, options: &WalkOptions) -> (Vec<String>, Vec<(String, SkipReason)>) {
        let seen = Mutex::new((Vec::new(), Vec::new()));
        fs.walk(options, &|visit| {
            let mut seen = seen.lock().unwrap();
            match visit {
                Visit::File { path, .. } => seen.0.push(path.to_owned()),
                Visit::Passed { .. } => unreachable!("nothing is searched for"),
                Visit::Skipped { path, reason } => seen.1.push((path.to_owned(), reason)),
            }
        })
        .unwrap();
        seen.into_inner().unwrap()
    }

    fn tree() -> MemoryFs {
        MemoryFs::from_files([
            (".env", "A=1"),
            ("app.py", "x"),
            ("app.py.aig-migrate.bak", "y"),
            ("build/out.py", "x"),
            ("build.py", "x"),
            ("env/settings.py", "x"),
            ("src/env/pyvenv.cfg", ""),
            ("src/env/lib.py", ""),
            ("src/main.py", "x"),
            ("src/deep/mod.ts", "xyz"),
            ("uv.lock", ""),
        ])
    }

    #[test]
    fn walk_obeys_names_roots_and_globs() {
        let fs = tree();
        let (files, skipped) = walk(&fs, &WalkOptions::default());
        assert_eq!(
            files,
            [".env", "app.py", "build.py", "env/settings.py", "src/deep/mod.ts", "src/main.py"]
        );
        assert_eq!(
            skipped,
            [
                ("app.py.aig-migrate.bak".to_owned(), SkipReason::Backup),
                ("build".to_owned(), SkipReason::ExcludedFolder),
                ("src/env".to_owned(), SkipReason::ExcludedFolder),
                ("uv.lock".to_owned(), SkipReason::Lockfile),
            ]
        );
        let mut options =
            WalkOptions { roots: vec!["./src/".into(), "build/out.py".into()], ..Default::default() };
        assert_eq!(walk(&fs, &options).0, ["build/out.py", "src/deep/mod.ts", "src/main.py"]);
        options.include = vec!["*.py".into()];
        assert_eq!(walk(&fs, &options).0, ["build/out.py", "src/main.py"]);
        options.include = vec!["src/**/*.ts".into()];
        assert_eq!(walk(&fs, &options).0, ["src/deep/mod.ts"]);
        options.include.clear();
        options.exclude = vec!["deep".into(), "/build".into()];
        assert_eq!(walk(&fs, &options).0, ["src/main.py"]);
        options.roots = vec!["nowhere".into()];
        assert!(matches!(fs.walk(&options, &|_| {}), Err(FsError::NotFound { .. })));
    }

    #[test]
    fn a_file_over_the_limit_is_skipped() {
        let fs = tree();
        let options = WalkOptions { max_file_size: 2, ..Default::default() };
        assert!(walk(&fs, &options).1.contains(&("src/deep/mod.ts".to_owned(), SkipReason::TooLarge)));
    }

    #[test]
    fn write_in_two_phases() {
        let fs = MemoryFs::from_files([("a", "old")]).with_mode("a", 0o755);
        let old = Hash::of(b"old");
        fs.stage("a", b"new").unwrap();
        assert_eq!(fs.file("a").unwrap(), b"old");
        assert_eq!(fs.backup("a", old).unwrap(), Backup { path: "a.aig-migrate.bak".into(), fresh: true });
        assert!(!fs.backup("a", old).unwrap().fresh);
        assert_eq!(fs.commit("a", old).unwrap(), Committed::Renamed);
        assert_eq!((fs.file("a").unwrap(), fs.mode("a").unwrap()), (b"new".to_vec(), 0o755));
        assert_eq!(fs.backup("a", Hash::of(b"new")).unwrap().path, "a.2.aig-migrate.bak");
        assert!(matches!(fs.commit("a", old), Err(FsError::Changed { .. })));
        assert!(matches!(
            fs.remove_backup("a.aig-migrate.bak", Hash::of(b"?")),
            Err(FsError::Changed { .. })
        ));
        fs.remove_backup("a.aig-migrate.bak", old).unwrap();
        fs.remove_backup("a.aig-migrate.bak", old).unwrap();
        assert_eq!(fs.backups().unwrap(), ["a.2.aig-migrate.bak"]);
    }

    #[test]
    fn hard_links_stay_together() {
        let fs = MemoryFs::from_files([("a", "old")]).with_link("a", "b");
        assert_eq!(fs.read("a").unwrap().identity.links, 2);
        fs.stage("a", b"new").unwrap();
        assert_eq!(fs.commit("a", Hash::of(b"old")).unwrap(), Committed::InPlace);
        assert_eq!(fs.file("b").unwrap(), b"new");
        assert_eq!(fs.files().len(), 2);
    }

    #[test]
    fn failures_strike_where_they_are_told_to() {
        let fs = MemoryFs::from_files([("a", "1"), ("b", "2")]);
        fs.fail(Operation::Read, 2, Failure::Io("bad sector".into()));
        assert!(fs.read("a").is_ok());
        assert!(fs.read("b").unwrap_err().to_string().contains("bad sector"));
        assert!(fs.read("b").is_ok());
        fs.heal();
        fs.fail(Operation::Commit, 1, Failure::Edited { path: "a".into(), bytes: Some(b"theirs".to_vec()) });
        fs.stage("a", b"ours").unwrap();
        assert!(matches!(fs.commit("a", Hash::of(b"1")), Err(FsError::Changed { .. })));
        assert_eq!(fs.file("a").unwrap(), b"theirs");
        fs.heal();
        fs.kill_at(1);
        assert!(fs.read("b").is_ok());
        assert!(fs.stage("b", b"new").is_err());
        assert!(fs.read("b").is_err() && fs.killed());
        fs.heal();
        assert!(fs.file(".b.aig-migrate.tmp").is_some());
        fs.sweep(Some(&["b"])).unwrap();
        assert!(fs.file(".b.aig-migrate.tmp").is_none());
    }

    #[test]
    fn one_run_at_a_time() {
        let fs = MemoryFs::new();
        let held = fs.lock().unwrap();
        assert!(matches!(fs.lock(), Err(FsError::Locked { .. })));
        drop(held);
        assert!(fs.lock().is_ok());
    }
}
