//! Run records, in the user's state folder and never in the tree.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use migrate_core::fs::{FsError, Hash, RecordId};

use crate::failure;
use crate::sys::set_private;

const EXTENSION: &str = "toml";

/// The user's state folder of this program, as the platform has it; `None` if there is no home.
pub fn default_folder() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = if cfg!(windows) {
        variable("LOCALAPPDATA")
    } else if cfg!(target_vendor = "apple") {
        variable("XDG_STATE_HOME").or_else(|| Some(variable("HOME")?.join("Library/Application Support")))
    } else {
        variable("XDG_STATE_HOME").or_else(|| Some(variable("HOME")?.join(".local/state")))
    };
    folder.map(|folder| folder.join("aig"))
}

/// The folder with the records of the tree in `root`.
pub fn folder_of(state: &Path, root: &Path) -> PathBuf {
    let hash = Hash::of(root.as_os_str().as_encoded_bytes()).to_hex();
    state.join("runs").join(&hash[..32])
}

/// Saves a record under an id that sorts after those that are there.
pub fn save(folder: &Path, record: &[u8]) -> Result<RecordId, FsError> {
    let shown = folder.display().to_string();
    let failed = |error: io::Error| failure(&shown, "save the run record", &error);
    std::fs::create_dir_all(folder).map_err(failed)?;
    for private in folder.ancestors().take(2) {
        set_private(private, true).map_err(failed)?;
    }
    let newest = ids(folder)?.pop().and_then(|id| id.split('-').next()?.parse::<u128>().ok());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    // A clock that was put back must not make a new record an old one.
    let time = newest.map_or(now, |newest| now.max(newest + 1));
    let id = format!("{time:016}-{}", std::process::id());
    let whole = folder.join(format!("{id}.{EXTENSION}"));
    let partial = folder.join(format!("{id}.partial"));
    let write = || -> io::Result<()> {
        let mut file = File::create_new(&partial)?;
        set_private(&partial, false)?;
        file.write_all(record)?;
        file.sync_all()?;
        std::fs::rename(&partial, &whole)?;
        sync(folder)
    };
    write().map_err(|error| {
        // What is left of it has not the name of a record.
        let _ = std::fs::remove_file(&partial);
        failed(error)
    })?;
    Ok(id)
}

/// All records with their ids, the oldest first.
pub fn load(folder: &Path) -> Result<Vec<(RecordId, Vec<u8>)>, FsError> {
    let mut records = Vec::new();
    for id in ids(folder)? {
        let path = folder.join(format!("{id}.{EXTENSION}"));
        let bytes = std::fs::read(&path)
            .map_err(|error| failure(&path.display().to_string(), "read the run record", &error))?;
        records.push((id, bytes));
    }
    Ok(records)
}

/// Removes a record.
pub fn remove(folder: &Path, id: &str) -> Result<(), FsError> {
    let path = folder.join(format!("{id}.{EXTENSION}"));
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(failure(&path.display().to_string(), "remove the run record", &error))
        }
        _ => Ok(()),
    }
}

fn ids(folder: &Path) -> Result<Vec<RecordId>, FsError> {
    let failed = |error: io::Error| failure(&folder.display().to_string(), "list the run records", &error);
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed)?,
    };
    let mut ids = Vec::new();
    for entry in entries {
        let path = PathBuf::from(entry.map_err(failed)?.file_name());
        if path.extension().is_some_and(|extension| extension == EXTENSION) {
            ids.extend(path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned));
        }
    }
    ids.sort();
    Ok(ids)
}

/// Makes the name of a new record survive a power cut, where folders can be synced.
fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
