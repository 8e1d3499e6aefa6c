//! The real filesystem under `migrate-core`.
//!
//! Nothing outside the canonical root is ever opened for writing, but for two places: the user's state folder, for run
//! records, and `info/exclude` of the repository that the root lies in, for one line.
//!
//! ```
//! use migrate_core::{PlanOptions, Source, plan};
//! use migrate_disk::DiskFs;
//!
//! # fn main() -> Result<(), migrate_core::Error> {
//! # let folder = tempfile::tempdir().expect("a folder of its own");
//! # let root = folder.path();
//! let fs = DiskFs::new(root)?;
//! for name in Source::builtin_names() {
//!     let plan = plan(&fs, &Source::builtin(name)?, &PlanOptions::default())?;
//!     assert!(plan.is_empty(), "nothing in an empty folder has to move");
//! }
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod durable;
mod git;
mod rules;
mod state;
mod sys;
mod walk;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use migrate_core::FileSystem;
use migrate_core::fs::{
    Backup, Committed, Contents, FsError, Hash, Lock, RecordId, Search, Visit, WalkOptions, names,
};

use crate::durable::Written;
use crate::sys::{Folder, Kind};
use crate::write::Staged;

/// A folder on disk.
#[derive(Debug)]
pub struct DiskFs {
    root: PathBuf,
    /// Held open: whatever becomes of the path, this is what is written to.
    root_folder: Folder,
    /// The folder of this tree's run records; `None` if the user has no home.
    records: Option<PathBuf>,
    /// The device of the root.
    device: u64,
    staged: Mutex<BTreeMap<String, Staged>>,
    written: Mutex<Written>,
}

impl DiskFs {
    /// The tree in the folder `root`, with run records in the user's state folder.
    ///
    /// # Errors
    /// If `root` is no folder, or can't be opened.
    pub fn new(root: &Path) -> Result<Self, FsError> {
        Self::open(root, state::default_folder())
    }

    /// The tree in the folder `root`, with run records in the folder `state`.
    ///
    /// # Errors
    /// If `root` is no folder, or can't be opened.
    pub fn with_state_dir(root: &Path, state: &Path) -> Result<Self, FsError> {
        Self::open(root, Some(state.to_owned()))
    }

    fn open(root: &Path, state: Option<PathBuf>) -> Result<Self, FsError> {
        let failed = |error: io::Error| failure(&root.display().to_string(), "open the folder", &error);
        let canonical = root.canonicalize().map_err(failed)?;
        let root_folder = Folder::open(&canonical).map_err(failed)?;
        let device = root_folder.stat(".").map_err(failed)?.device;
        let records = state.map(|state| state::folder_of(&state, &canonical));
        Ok(Self {
            root: canonical,
            root_folder,
            records,
            device,
            staged: Mutex::default(),
            written: Mutex::default(),
        })
    }

    /// The canonical path of the root.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The paths of all files whose name is one that this tool gives, sorted. Folders that no walk enters are not
    /// looked into, and one that can't be read has had no file rewritten in it.
    fn own_files(&self, is_own: fn(&str) -> bool) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![String::new()];
        while let Some(path) = folders.pop() {
            let listed = Folder::open(&self.root.join(&path)).and_then(|folder| {
                let names = folder.list()?;
                Ok((folder, names))
            });
            let Ok((folder, listed)) = listed else { continue };
            for (name, kind) in listed.iter() {
                let kind = match kind {
                    Kind::Unknown => folder.stat(name).map_or(Kind::Unknown, |stat| stat.kind),
                    kind => kind,
                };
                match kind {
                    Kind::Folder if !names::is_excluded_folder(name) => {
                        folders.push(names::join(&path, name))
                    }
                    Kind::File if is_own(name) => found.push(names::join(&path, name)),
                    _ => {}
                }
            }
        }
        found.sort();
        found
    }

    fn staged(&self) -> MutexGuard<'_, BTreeMap<String, Staged>> {
        // Nothing that can panic runs under the lock.
        self.staged.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The error of an operation on one path.
fn failure(path: &str, operation: &'static str, error: &io::Error) -> FsError {
    let path = path.to_owned();
    if error.kind() == io::ErrorKind::NotFound {
        return FsError::NotFound { path };
    }
    FsError::Io { path, operation, message: error.to_string() }
}

impl FileSystem for DiskFs {
    fn walk(&self, options: &WalkOptions, visit: &(dyn Fn(Visit<'_>) + Sync)) -> Result<(), FsError> {
        walk::walk(&self.root, options, None, visit)
    }

    fn search(
        &self,
        options: &WalkOptions,
        search: &dyn Search,
        visit: &(dyn Fn(Visit<'_>) + Sync),
    ) -> Result<(), FsError> {
        walk::walk(&self.root, options, Some(search), visit)
    }

    fn read(&self, path: &str) -> Result<Contents, FsError> {
        self.read_file(path)
    }

    fn read_each(&self, paths: &[String], threads: usize, visit: &(dyn Fn(&str, &[u8]) + Sync)) {
        walk::read_each(paths, threads, visit, &|path| Ok(self.folder_of(path)?.0));
    }

    fn check_writable(&self, path: &str) -> Result<(), FsError> {
        self.check(path)
    }

    fn lock(&self) -> Result<Lock, FsError> {
        let locked = || FsError::Locked { path: self.root.display().to_string() };
        sys::lock(&self.root, self.records.as_deref()).map(Lock::new).ok_or_else(locked)
    }

    fn sweep(&self, paths: Option<&[&str]>) -> Result<(), FsError> {
        match paths {
            Some(paths) => {
                let folders: BTreeSet<&str> = paths.iter().map(|path| names::split(path).0).collect();
                folders.into_iter().try_for_each(|folder| self.sweep_folder(folder))
            }
            None => {
                let litter = self.own_files(names::is_staged);
                litter.iter().try_for_each(|path| self.sweep_folder(names::split(path).0))
            }
        }
    }

    fn stage(&self, path: &str, bytes: &[u8]) -> Result<(), FsError> {
        self.stage_file(path, bytes)
    }

    fn discard(&self, path: &str) -> Result<(), FsError> {
        self.discard_file(path)
    }

    fn backup(&self, path: &str, hash: Hash) -> Result<Backup, FsError> {
        self.backup_file(path, hash)
    }

    fn commit(&self, path: &str, hash: Hash) -> Result<Committed, FsError> {
        self.commit_file(path, hash)
    }

    fn sync(&self) -> Result<(), FsError> {
        self.sync_written()
    }

    fn remove_backup(&self, backup: &str, hash: Hash) -> Result<(), FsError> {
        self.remove_backup_file(backup, hash)
    }

    /// Folders that no walk enters are not looked into; the backups of files named there are known to the run
    /// records.
    fn backups(&self) -> Result<Vec<String>, FsError> {
        Ok(self.own_files(names::is_backup))
    }

    fn exclude_backups(&self, paths: &[&str]) -> Result<bool, FsError> {
        // The tree may hold several repositories.
        let folders: BTreeSet<&str> = paths.iter().map(|path| names::split(path).0).collect();
        let folders: Vec<PathBuf> = folders.into_iter().map(|folder| self.root.join(folder)).collect();
        let tops: BTreeSet<&Path> = folders.iter().filter_map(|folder| git::top(folder)).collect();
        let mut changed = false;
        for top in tops {
            changed |= git::exclude(top, &format!("*{}", names::BACKUP_SUFFIX))?;
        }
        Ok(changed)
    }

    fn save_record(&self, record: &[u8]) -> Result<RecordId, FsError> {
        let Some(folder) = &self.records else {
            return Err(FsError::Io {
                path: self.root.display().to_string(),
                operation: "save the run record",
                message: "there is no home folder; set XDG_STATE_HOME to a folder of yours".to_owned(),
            });
        };
        state::save(folder, record)
    }

    fn load_records(&self) -> Result<Vec<(RecordId, Vec<u8>)>, FsError> {
        self.records.as_deref().map_or_else(|| Ok(Vec::new()), state::load)
    }

    fn remove_record(&self, id: &RecordId) -> Result<(), FsError> {
        self.records.as_deref().map_or(Ok(()), |folder| state::remove(folder, id))
    }
}
