//! When what was written is made durable: once a phase, not once a file.
//!
//! Until [`sync`](DiskFs::sync_written), files and folders are held open and wait. A few are synced one by one. Many
//! are synced with their filesystem, in one call: that writes them out in whatever order suits the disk, and waits
//! once. It also writes out what other programs have left, which is why a few files do not ask for it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::sync::{MutexGuard, PoisonError};

use migrate_core::fs::{FsError, names};

use crate::sys::Folder;
use crate::{DiskFs, failure};

/// So many are synced one by one.
const FEW: usize = 16;

/// What has been written and not been synced.
#[derive(Debug, Default)]
pub struct Written {
    files: Vec<(String, File)>,
    /// By path.
    folders: BTreeMap<String, Folder>,
    /// There are so many that the whole filesystem is synced, and none is held.
    whole: bool,
}

impl Written {
    fn sync(self, root: &Folder, shown_root: &str) -> Result<(), FsError> {
        if self.whole {
            return root
                .sync_filesystem()
                .map_err(|error| failure(shown_root, "make the new versions durable", &error));
        }
        for (path, file) in &self.files {
            file.sync_all().map_err(|error| failure(path, "make it durable", &error))?;
        }
        for (path, folder) in &self.folders {
            let shown = if path.is_empty() { shown_root } else { path };
            folder.sync().map_err(|error| failure(shown, "make its new names durable", &error))?;
        }
        Ok(())
    }
}

impl DiskFs {
    fn written(&self) -> MutexGuard<'_, Written> {
        // Nothing that can panic runs under the lock.
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that `file`, a file on `device`, was written as `path`.
    pub(crate) fn wrote(&self, path: &str, file: File, device: u64) -> Result<(), FsError> {
        if device != self.device {
            // Another filesystem, mounted in the tree: it would not be synced with the root's.
            return file.sync_all().map_err(|error| failure(path, "make it durable", &error));
        }
        let mut written = self.written();
        if !written.whole {
            written.files.push((path.to_owned(), file));
        }
        self.not_too_many(written)
    }

    /// Notes that a name was given or taken in the folder of the file `path`, which is on `device`.
    pub(crate) fn named(&self, path: &str, folder: &Folder, device: u64) -> Result<(), FsError> {
        if device != self.device {
            return folder.sync().map_err(|error| failure(path, "make its new name durable", &error));
        }
        let mut written = self.written();
        let name = names::split(path).0;
        if !written.whole && !written.folders.contains_key(name) {
            let failed = |error: io::Error| failure(path, "open its folder", &error);
            written.folders.insert(name.to_owned(), folder.try_clone().map_err(failed)?);
        }
        self.not_too_many(written)
    }

    /// Holds no more than a few.
    fn not_too_many(&self, mut written: MutexGuard<'_, Written>) -> Result<(), FsError> {
        if written.files.len() + written.folders.len() <= FEW {
            return Ok(());
        }
        let many = std::mem::take(&mut *written);
        if self.root_folder.can_sync_filesystem() {
            written.whole = true;
            return Ok(());
        }
        many.sync(&self.root_folder, &self.root.display().to_string())
    }

    /// Makes durable all that was written since the last time.
    pub(crate) fn sync_written(&self) -> Result<(), FsError> {
        let written = std::mem::take(&mut *self.written());
        written.sync(&self.root_folder, &self.root.display().to_string())
    }
}
