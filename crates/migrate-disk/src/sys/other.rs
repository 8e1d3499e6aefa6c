//! Systems that are not Unix (Windows): folders are paths, looked at before they are used.

use std::ffi::OsStr;
use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use super::{Carried, Held, Kind, Listing, Stat};

/// A folder.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// A folder by its path, which must not be a link.
    pub fn open(path: &Path) -> io::Result<Self> {
        if !std::fs::symlink_metadata(path)?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        Ok(Self { path: path.to_owned() })
    }

    /// The folder at the end of a chain of names. None of them may be a link.
    pub fn open_below(&self, path: &str) -> io::Result<Self> {
        let mut at = self.try_clone()?;
        for name in path.split('/').filter(|name| !name.is_empty()) {
            at = Self::open(&at.path.join(name))?;
        }
        Ok(at)
    }

    /// Another handle of the same folder.
    pub fn try_clone(&self) -> io::Result<Self> {
        Ok(Self { path: self.path.clone() })
    }

    /// All names in the folder.
    pub fn list(&self) -> io::Result<Listing> {
        let mut listing = Listing::default();
        for entry in std::fs::read_dir(&self.path)? {
            let entry = entry?;
            listing.push(&entry.file_name(), entry.file_type().map_or(Kind::Unknown, kind));
        }
        Ok(listing)
    }

    /// Whether a read of a file in it is cut short by nothing but the file's end, or a failure: not known here.
    pub fn reads_whole(&self) -> bool {
        false
    }

    /// What a name stands for. A link is not followed.
    pub fn stat(&self, name: impl AsRef<OsStr>) -> io::Result<Stat> {
        std::fs::symlink_metadata(self.path.join(name.as_ref())).map(|meta| stat(&meta))
    }

    /// What the system knows of an open file.
    pub fn stat_open(file: &File) -> io::Result<Stat> {
        file.metadata().map(|meta| stat(&meta))
    }

    /// Opens a file to read it. A link is an error.
    pub fn open_file(&self, name: impl AsRef<OsStr>) -> io::Result<File> {
        self.refuse_link(name.as_ref())?;
        File::open(self.path.join(name.as_ref()))
    }

    /// Opens a file to write into it as it is. A link is an error.
    pub fn open_in_place(&self, name: &str) -> io::Result<File> {
        self.refuse_link(name.as_ref())?;
        OpenOptions::new().write(true).open(self.path.join(name))
    }

    /// Makes a new file. That there is one already is an error.
    pub fn create(&self, name: &str) -> io::Result<File> {
        OpenOptions::new().read(true).write(true).create_new(true).open(self.path.join(name))
    }

    /// Gives a file another name, whatever has that name now.
    pub fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let (from, to) = (self.path.join(from), self.path.join(to));
        // Access denied, and sharing violation: a virus scanner holds the file for a moment.
        for wait in [1, 5, 20, 50, 100, 200, 400] {
            match std::fs::rename(&from, &to) {
                Err(error) if matches!(error.raw_os_error(), Some(5 | 32)) => {
                    std::thread::sleep(Duration::from_millis(wait));
                }
                other => return other,
            }
        }
        std::fs::rename(&from, &to)
    }

    /// Gives a file another name, which must be free.
    pub fn rename_new(&self, from: &str, to: &str) -> io::Result<()> {
        match self.stat(to) {
            Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.rename(from, to),
            Err(error) => Err(error),
        }
    }

    /// Removes a file.
    pub fn remove(&self, name: &str) -> io::Result<()> {
        std::fs::remove_file(self.path.join(name))
    }

    /// Makes names that were given or taken survive a power cut; here the system does so by itself.
    pub fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    /// Whether all of the folder's filesystem can be synced in one call: not here.
    pub fn can_sync_filesystem(&self) -> bool {
        false
    }

    /// Makes all of the folder's filesystem survive a power cut, where that can be done.
    pub fn sync_filesystem(&self) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Whether a file may be written to.
    pub fn may_write(&self, name: &str) -> io::Result<()> {
        if self.stat(name)?.mode & 0o222 == 0 {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        Ok(())
    }

    /// Whether names may be given and taken in the folder: known only by trying.
    pub fn may_change(&self) -> io::Result<()> {
        Ok(())
    }

    /// Gives `to` the permissions of `from`.
    pub fn carry_over(from: &File, to: &File) -> io::Result<Carried> {
        to.set_permissions(from.metadata()?.permissions())?;
        Ok(Carried { owner: true, attributes: true })
    }

    fn refuse_link(&self, name: &OsStr) -> io::Result<()> {
        match self.stat(name)?.kind {
            Kind::Link => Err(io::ErrorKind::InvalidInput.into()),
            _ => Ok(()),
        }
    }
}

fn stat(meta: &Metadata) -> Stat {
    let modified = meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let modified = modified.unwrap_or_default();
    Stat {
        kind: kind(meta.file_type()),
        device: 0,
        inode: 0,
        length: meta.len(),
        mode: if meta.permissions().readonly() { 0o444 } else { 0o644 },
        links: 1,
        owner: (0, 0),
        modified: (i64::try_from(modified.as_secs()).unwrap_or(i64::MAX), modified.subsec_nanos().into()),
    }
}

fn kind(kind: std::fs::FileType) -> Kind {
    if kind.is_symlink() {
        Kind::Link
    } else if kind.is_dir() {
        Kind::Folder
    } else if kind.is_file() {
        Kind::File
    } else {
        Kind::Other
    }
}

/// The user's own folders are private already.
pub fn set_private(_path: &Path, _folder: bool) -> io::Result<()> {
    Ok(())
}

/// Locks a tree by a file in its state folder. `None`: another run is at work.
pub fn lock(_root: &Path, state: Option<&Path>) -> Option<Held> {
    let Some(state) = state else { return Some(Held(Vec::new())) };
    let open = || {
        std::fs::create_dir_all(state)?;
        OpenOptions::new().create(true).truncate(false).write(true).open(state.join("lock"))
    };
    let Ok(file) = open() else { return Some(Held(Vec::new())) };
    match file.try_lock() {
        Ok(()) => Some(Held(vec![file])),
        Err(std::fs::TryLockError::WouldBlock) => None,
        Err(std::fs::TryLockError::Error(_)) => Some(Held(Vec::new())),
    }
}
