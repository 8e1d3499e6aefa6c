//! A tree as it would be with other bytes in some of its files.

use std::collections::BTreeMap;

use super::{Backup, Committed, Contents, FileSystem, FsError, Hash, Lock, RecordId, Visit, WalkOptions};

/// A view of another filesystem in which some files hold other bytes. It can be read, not written.
pub(crate) struct Overlay<'a> {
    below: &'a dyn FileSystem,
    replaced: BTreeMap<String, Vec<u8>>,
}

impl<'a> Overlay<'a> {
    /// `below`, with other bytes in the files of `replaced`.
    pub fn new(below: &'a dyn FileSystem, replaced: BTreeMap<String, Vec<u8>>) -> Self {
        Self { below, replaced }
    }
}

/// What every operation that writes comes to.
fn refused<T>(path: &str) -> Result<T, FsError> {
    Err(FsError::Refused { path: path.to_owned(), reason: "is seen through a view that can't be written" })
}

impl FileSystem for Overlay<'_> {
    fn walk(&self, options: &WalkOptions, visit: &(dyn Fn(Visit<'_>) + Sync)) -> Result<(), FsError> {
        self.below.walk(options, &|seen| {
            visit(match seen {
                Visit::File { path, bytes } => {
                    Visit::File { path, bytes: self.replaced.get(path).map_or(bytes, Vec::as_slice) }
                }
                other => other,
            });
        })
    }

    fn read(&self, path: &str) -> Result<Contents, FsError> {
        let mut contents = self.below.read(path)?;
        if let Some(bytes) = self.replaced.get(path) {
            contents.identity.length = bytes.len() as u64;
            contents.identity.hash = Hash::of(bytes);
            contents.bytes.clone_from(bytes);
        }
        Ok(contents)
    }

    fn read_each(&self, paths: &[String], threads: usize, visit: &(dyn Fn(&str, &[u8]) + Sync)) {
        self.below.read_each(paths, threads, &|path, bytes| {
            visit(path, self.replaced.get(path).map_or(bytes, Vec::as_slice));
        });
    }

    fn check_writable(&self, path: &str) -> Result<(), FsError> {
        self.below.check_writable(path)
    }

    fn lock(&self) -> Result<Lock, FsError> {
        refused(".")
    }

    fn sweep(&self, _: Option<&[&str]>) -> Result<(), FsError> {
        refused(".")
    }

    fn stage(&self, path: &str, _: &[u8]) -> Result<(), FsError> {
        refused(path)
    }

    fn discard(&self, path: &str) -> Result<(), FsError> {
        refused(path)
    }

    fn backup(&self, path: &str, _: Hash) -> Result<Backup, FsError> {
        refused(path)
    }

    fn commit(&self, path: &str, _: Hash) -> Result<Committed, FsError> {
        refused(path)
    }

    fn sync(&self) -> Result<(), FsError> {
        refused(".")
    }

    fn remove_backup(&self, backup: &str, _: Hash) -> Result<(), FsError> {
        refused(backup)
    }

    fn backups(&self) -> Result<Vec<String>, FsError> {
        self.below.backups()
    }

    fn exclude_backups(&self, _: &[&str]) -> Result<bool, FsError> {
        refused(".")
    }

    fn save_record(&self, _: &[u8]) -> Result<RecordId, FsError> {
        refused(".")
    }

    fn load_records(&self) -> Result<Vec<(RecordId, Vec<u8>)>, FsError> {
        self.below.load_records()
    }

    fn remove_record(&self, _: &RecordId) -> Result<(), FsError> {
        refused(".")
    }
}
