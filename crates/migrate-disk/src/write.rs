//! Writing one file in two phases, and its backup.

use std::fs::File;
use std::io::{self, Read, Write};

use migrate_core::fs::{Backup, Committed, Contents, FsError, Hash, Identity, names};

use crate::sys::{Folder, Kind, Stat};
use crate::{DiskFs, failure};

/// What is known of a staged file until it is committed.
#[derive(Clone, Copy, Debug)]
pub struct Staged {
    /// What the system knows of it, and the hash of its bytes: a file of the same name that differs was staged by
    /// someone else. An inode number alone says nothing, since that of a removed file is given to the next one.
    stat: Stat,
    hash: Hash,
    /// Whether it lacks the owner or attributes of the file, which has to be written in place then.
    in_place: bool,
}

/// A file in its folder, both open, neither reached through a link.
struct Found<'p> {
    path: &'p str,
    folder: Folder,
    name: &'p str,
    file: File,
    stat: Stat,
}

impl DiskFs {
    /// Opens the folder of a path, and tells the name in it.
    pub(crate) fn folder_of<'p>(&self, path: &'p str) -> Result<(Folder, &'p str), FsError> {
        let bad = |part: &str| {
            part.is_empty() || part == "." || part == ".." || (cfg!(windows) && part.contains(['\\', ':']))
        };
        if path.split('/').any(bad) {
            return Err(FsError::Refused { path: path.to_owned(), reason: "leads out of the tree" });
        }
        let (folder, name) = names::split(path);
        match self.root_folder.open_below(folder) {
            Ok(folder) => Ok((folder, name)),
            Err(error) if error.kind() == io::ErrorKind::NotADirectory || is_loop(&error) => {
                let reason = "lies behind a symbolic link, or behind what is no folder any more";
                Err(FsError::Refused { path: path.to_owned(), reason })
            }
            Err(error) => Err(failure(path, "open its folder", &error)),
        }
    }

    fn find<'p>(&self, path: &'p str) -> Result<Found<'p>, FsError> {
        let (folder, name) = self.folder_of(path)?;
        let refused = |kind| match kind {
            Kind::Link => "is a symbolic link",
            _ => "is no regular file",
        };
        let failed = |error: io::Error| {
            if let Ok(Stat { kind: kind @ (Kind::Link | Kind::Folder | Kind::Other), .. }) = folder.stat(name)
            {
                return FsError::Refused { path: path.to_owned(), reason: refused(kind) };
            }
            failure(path, "read", &error)
        };
        let file = folder.open_file(name).map_err(failed)?;
        let stat = Folder::stat_open(&file).map_err(failed)?;
        if stat.kind != Kind::File {
            return Err(FsError::Refused { path: path.to_owned(), reason: refused(stat.kind) });
        }
        Ok(Found { path, folder, name, file, stat })
    }

    /// Reads a file whole.
    pub(crate) fn read_file(&self, path: &str) -> Result<Contents, FsError> {
        let found = self.find(path)?;
        let bytes = found.read()?;
        let identity = Identity {
            device: found.stat.device,
            inode: found.stat.inode,
            length: bytes.len() as u64,
            mode: found.stat.mode,
            links: found.stat.links,
            hash: Hash::of(&bytes),
        };
        Ok(Contents { bytes, identity })
    }

    /// Fails if writing a file, or a backup beside it, would be refused.
    pub(crate) fn check(&self, path: &str) -> Result<(), FsError> {
        self.find(path)?.check_writable()
    }

    /// Writes the new bytes of a file beside it.
    pub(crate) fn stage_file(&self, path: &str, bytes: &[u8]) -> Result<(), FsError> {
        let found = self.find(path)?;
        found.check_writable()?;
        let staged_path = names::staged_path(path);
        let staged = names::split(&staged_path).1;
        found.clear(staged)?;
        let write = || -> io::Result<(Staged, File)> {
            let mut file = found.folder.create(staged)?;
            file.write_all(bytes)?;
            let carried = Folder::carry_over(&found.file, &file)?;
            let in_place = !(carried.owner && carried.attributes);
            Ok((Staged { stat: Folder::stat_open(&file)?, hash: Hash::of(bytes), in_place }, file))
        };
        let made = write()
            .map_err(|error| failure(path, "write the new version beside it", &error))
            .and_then(|(made, file)| self.wrote(path, file, made.stat.device).map(|()| made));
        match made {
            Ok(made) => {
                self.staged().insert(path.to_owned(), made);
                Ok(())
            }
            Err(error) => {
                // What is left of it is swept by the next run.
                let _ = found.folder.remove(staged);
                Err(error)
            }
        }
    }

    /// Removes what is staged for a file.
    pub(crate) fn discard_file(&self, path: &str) -> Result<(), FsError> {
        self.staged().remove(path);
        let (folder, _) = match self.folder_of(path) {
            Err(FsError::NotFound { .. }) => return Ok(()),
            other => other?,
        };
        let staged = names::staged_path(path);
        match folder.remove(names::split(&staged).1) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failure(&staged, "remove", &error)),
            _ => Ok(()),
        }
    }

    /// Copies a file to a backup beside it.
    pub(crate) fn backup_file(&self, path: &str, hash: Hash) -> Result<Backup, FsError> {
        let found = self.find(path)?;
        let bytes = found.read_as(hash)?;
        let mut number = 1;
        let mut made = false;
        let result = loop {
            let backup_path = names::backup_path(path, number);
            let backup = names::split(&backup_path).1;
            match found.folder.stat(backup) {
                Ok(stat) => {
                    let same = stat.kind == Kind::File
                        && stat.length == found.stat.length
                        && self.read_file(&backup_path).is_ok_and(|contents| contents.identity.hash == hash);
                    if same {
                        break Ok(Backup { path: backup_path, fresh: false });
                    }
                    number += 1;
                    continue;
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => break Err(failure(&backup_path, "make the backup", &error)),
            }
            // One name for the copy in the making, whatever number it will get.
            let copy = names::staged_path(&names::backup_path(path, 1));
            let copy = names::split(&copy).1;
            if !made {
                made = true;
                let copied = found
                    .copy_to(copy, &bytes)
                    .map_err(|error| failure(&backup_path, "make the backup", &error))
                    .and_then(|file| self.wrote(&backup_path, file, found.stat.device));
                if let Err(error) = copied {
                    break Err(error);
                }
            }
            match found.folder.rename_new(copy, backup) {
                Ok(()) => match self.named(&backup_path, &found.folder, found.stat.device) {
                    Ok(()) => return Ok(Backup { path: backup_path, fresh: true }),
                    Err(error) => {
                        // No one will be told of it: it must not stay.
                        let _ = found.folder.remove(backup);
                        return Err(error);
                    }
                },
                // Someone was faster; look at what they made.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => break Err(failure(&backup_path, "make the backup", &error)),
            }
        };
        if made {
            // What can't be removed is swept by the next run.
            let copy = names::staged_path(&names::backup_path(path, 1));
            let _ = found.folder.remove(names::split(&copy).1);
        }
        result
    }

    /// Puts the staged bytes in the place of a file that still holds `hash`.
    pub(crate) fn commit_file(&self, path: &str, hash: Hash) -> Result<Committed, FsError> {
        let staged_path = names::staged_path(path);
        let staged = names::split(&staged_path).1;
        let gone = || FsError::Changed { path: staged_path.clone() };
        let made = self.staged().get(path).copied().ok_or_else(gone)?;
        let found = self.find(path)?;
        let original = found.read_as(hash)?;
        let new = self.find(&staged_path).and_then(|staged| {
            if staged.stat != made.stat {
                return Err(gone());
            }
            staged.read_as(made.hash)
        });
        // The file is what people know; its staged version is no business of theirs.
        let new = new.map_err(|error| match error {
            FsError::Io { operation, message, .. } => {
                FsError::Io { path: path.to_owned(), operation, message }
            }
            other => other,
        })?;
        let how = if made.in_place || found.stat.links > 1 {
            found.write_in_place(&original, &new)?;
            // What can't be removed is swept by the next run.
            let _ = found.folder.remove(staged);
            Committed::InPlace
        } else {
            // The last look, with nothing slow between it and the rename.
            if found.folder.stat(found.name).ok() != Some(found.stat) {
                return Err(FsError::Changed { path: path.to_owned() });
            }
            found
                .folder
                .rename(staged, found.name)
                .map_err(|error| failure(path, "put the new version in place", &error))?;
            self.named(path, &found.folder, found.stat.device)?;
            Committed::Renamed
        };
        self.staged().remove(path);
        Ok(how)
    }

    /// Removes a backup that holds `hash`.
    pub(crate) fn remove_backup_file(&self, backup: &str, hash: Hash) -> Result<(), FsError> {
        let found = match self.find(backup) {
            Err(FsError::NotFound { .. }) => return Ok(()),
            other => other?,
        };
        if !names::is_backup(found.name) {
            return Err(FsError::Refused { path: backup.to_owned(), reason: "is no backup" });
        }
        found.read_as(hash)?;
        found.folder.remove(found.name).map_err(|error| failure(backup, "remove", &error))
    }

    /// Removes staged files from a folder.
    pub(crate) fn sweep_folder(&self, folder: &str) -> Result<(), FsError> {
        let (open, _) = match self.folder_of(&names::join(folder, "file")) {
            // Of a folder that is gone, or is a link now, nothing is ours.
            Err(FsError::NotFound { .. } | FsError::Refused { .. }) => return Ok(()),
            Err(FsError::Io { operation, message, .. }) => {
                let path = self.root.join(folder).display().to_string();
                return Err(FsError::Io { path, operation, message });
            }
            other => other?,
        };
        let failed = |error: &io::Error| failure(folder, "remove what a killed run left", error);
        let listing = open.list().map_err(|error| failed(&error))?;
        for (name, _) in listing.iter().filter(|(name, _)| names::is_staged(name)) {
            if open.stat(name).is_ok_and(|stat| stat.kind == Kind::File) {
                open.remove(name).map_err(|error| failed(&error))?;
            }
        }
        Ok(())
    }
}

impl Found<'_> {
    fn refused(&self, reason: &'static str) -> FsError {
        FsError::Refused { path: self.path.to_owned(), reason }
    }

    fn check_writable(&self) -> Result<(), FsError> {
        if self.folder.may_write(self.name).is_err() {
            return Err(self.refused("is read-only"));
        }
        if self.folder.may_change().is_err() {
            return Err(self.refused("lies in a folder that is read-only"));
        }
        // The longest that comes beside it is the copy in the making of its backup, which is shortened if need be.
        if self.name.len() + names::BACKUP_SUFFIX.len() > names::LONGEST_NAME {
            return Err(self.refused("has a name too long for a backup beside it"));
        }
        Ok(())
    }

    fn read(&self) -> Result<Vec<u8>, FsError> {
        let mut bytes = Vec::with_capacity(usize::try_from(self.stat.length).unwrap_or(0).saturating_add(1));
        // Its length is known; a file by itself would be asked for it, and for the place it is read at.
        let mut file = (&self.file).take(u64::MAX);
        file.read_to_end(&mut bytes).map_err(|error| failure(self.path, "read", &error))?;
        Ok(bytes)
    }

    /// Reads the file, which must hold `hash`.
    fn read_as(&self, hash: Hash) -> Result<Vec<u8>, FsError> {
        let bytes = self.read()?;
        if Hash::of(&bytes) == hash {
            Ok(bytes)
        } else {
            Err(FsError::Changed { path: self.path.to_owned() })
        }
    }

    /// Makes room for a staged file.
    fn clear(&self, staged: &str) -> Result<(), FsError> {
        match self.folder.remove(staged) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(failure(self.path, "remove an old staged version", &error))
            }
            _ => Ok(()),
        }
    }

    fn copy_to(&self, copy: &str, bytes: &[u8]) -> io::Result<File> {
        match self.folder.remove(copy) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = self.folder.create(copy)?;
        file.write_all(bytes)?;
        // A backup that can't have the owner is readable by fewer, not by more.
        Folder::carry_over(&self.file, &file)?;
        Ok(file)
    }

    /// Writes into the file itself. If that fails, its bytes are put back.
    fn write_in_place(&self, original: &[u8], new: &[u8]) -> Result<(), FsError> {
        let failed = |error: &io::Error| failure(self.path, "write in place", error);
        let mut file = self.folder.open_in_place(self.name).map_err(|error| failed(&error))?;
        if Folder::stat_open(&file).ok() != Some(self.stat) {
            return Err(FsError::Changed { path: self.path.to_owned() });
        }
        let Err(error) = overwrite(&mut file, new) else { return Ok(()) };
        match overwrite(&mut file, original) {
            Ok(()) => Err(failed(&error)),
            Err(second) => Err(FsError::Io {
                path: self.path.to_owned(),
                operation: "write in place, and put the old bytes back",
                message: format!("{error}; {second}"),
            }),
        }
    }
}

fn overwrite(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    use std::io::Seek;
    file.rewind()?;
    file.write_all(bytes)?;
    file.set_len(bytes.len() as u64)?;
    file.sync_all()
}

/// Whether an error says that a link was met where none is followed.
fn is_loop(error: &io::Error) -> bool {
    #[cfg(unix)]
    let link = error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error());
    #[cfg(not(unix))]
    let link = error.kind() == io::ErrorKind::InvalidInput;
    link
}
