//! `undo()` and `clean()`: taking a run back, and putting up with it for good.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::error::Error;
use crate::fs::names;
use crate::fs::overlay::Overlay;
use crate::fs::{Backup, FileSystem, FsError, Hash};
use crate::plan::Plan;
use crate::record::{self, Record, RecordedFile};
use crate::replace::{self, Holds, Replacement};

/// Plans a tree again; see [`UndoOptions::replan`].
pub type Replan = Arc<dyn Fn(&dyn FileSystem) -> Result<Plan, Error> + Send + Sync>;

/// Options of [`undo`].
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct UndoOptions {
    /// Also revert files that were edited since, keeping the newer text as a backup.
    pub force: bool,
    /// Plans the tree it is given. Where there is no run record, the backups serve: the tree is planned as it was
    /// with every backup in its place, and a file for which that gives what stands there is restored. Without
    /// this, no file can be told from one that was edited since, and all are left.
    pub replan: Option<Replan>,
}

impl std::fmt::Debug for UndoOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UndoOptions")
            .field("force", &self.force)
            .field("replan", &self.replan.is_some())
            .finish()
    }
}

/// What an undo did. All lists are sorted by path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Undone {
    /// Files that hold their original bytes again.
    pub restored: Vec<String>,
    /// Files that held their original bytes already.
    pub unchanged: Vec<String>,
    /// Files that were edited or removed since the run and were left, with the backup that holds the original, if
    /// there is one.
    pub left: Vec<(String, Option<String>)>,
    /// Files that hold the new version and were left because no backup of the original is there.
    pub without_backup: Vec<String>,
    /// With [`UndoOptions::force`]: restored files that were edited since, with the backup of the newer text.
    pub newer: Vec<(String, String)>,
}

/// What is to become of one file.
#[derive(Debug)]
struct Step {
    path: String,
    backup: String,
    before: Hash,
    /// What it holds.
    now: Vec<u8>,
    now_hash: Hash,
    original: Vec<u8>,
    /// Whether it was edited since.
    edited: bool,
}

/// What undoing comes to, before anything is written.
#[derive(Debug, Default)]
struct Steps {
    restore: Vec<Step>,
    /// Files that are as they were, with their backups, which are of no more use.
    unchanged: Vec<(String, String, Hash)>,
    left: Vec<(String, Option<String>)>,
    without_backup: Vec<String>,
}

/// Reverts the newest run of the tree, byte for byte: all files that are as the run left them, or none.
///
/// The backups that were used are removed, and the run record too, unless files were left. A file that was edited
/// since the run is left, and named.
///
/// # Errors
/// [`Error::NothingToUndo`] if there is neither a run record nor a backup; [`Error::NoBackup`] if the run has kept
/// no backups; [`Error::NotUndone`] if anything went wrong and the tree is as before; [`Error::HalfUndone`] if
/// files already reverted could not be brought back either (running it again finishes).
pub fn undo(fs: &dyn FileSystem, options: &UndoOptions) -> Result<Undone, Error> {
    let _lock = fs.lock()?;
    let Some((id, record)) = record::newest(fs)? else { return undo_without_record(fs, options) };
    let paths: Vec<&str> = record.files.iter().map(|file| file.path.as_str()).collect();
    fs.sweep(Some(&paths)).map_err(not_undone)?;
    let mut steps = Steps::default();
    for file in &record.files {
        steps.sort_in(fs, file, options.force).map_err(not_undone)?;
    }
    if steps.restore.is_empty() && steps.left.is_empty() && !steps.without_backup.is_empty() {
        return Err(Error::NoBackup { files: steps.without_backup });
    }
    let undone = steps.take(fs)?;
    if undone.left.is_empty() && undone.without_backup.is_empty() {
        // A record that stays finds all files as they were, the next time.
        let _ = fs.remove_record(&id);
    }
    Ok(undone)
}

fn not_undone(cause: FsError) -> Error {
    Error::NotUndone { cause }
}

/// Reads a file; `None` if it is not there.
fn read(fs: &dyn FileSystem, path: &str) -> Result<Option<(Vec<u8>, Hash)>, FsError> {
    match fs.read(path) {
        Ok(contents) => Ok(Some((contents.bytes, contents.identity.hash))),
        Err(FsError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

impl Steps {
    /// Decides what becomes of one recorded file.
    fn sort_in(&mut self, fs: &dyn FileSystem, file: &RecordedFile, force: bool) -> Result<(), FsError> {
        let original = read(fs, &file.backup)?.filter(|(_, hash)| *hash == file.before);
        let backup = original.as_ref().map(|_| file.backup.clone());
        let Some((now, now_hash)) = read(fs, &file.path)? else {
            self.left.push((file.path.clone(), backup));
            return Ok(());
        };
        if now_hash == file.before {
            self.unchanged.push((file.path.clone(), file.backup.clone(), file.before));
            return Ok(());
        }
        let edited = now_hash != file.after;
        match original {
            None if edited => self.left.push((file.path.clone(), None)),
            None => self.without_backup.push(file.path.clone()),
            Some(_) if edited && !force => self.left.push((file.path.clone(), backup)),
            Some((original, before)) => {
                let (path, backup) = (file.path.clone(), file.backup.clone());
                self.restore.push(Step { path, backup, before, now, now_hash, original, edited });
            }
        }
        Ok(())
    }

    /// Writes.
    fn take(self, fs: &dyn FileSystem) -> Result<Undone, Error> {
        let mut kept: Vec<(&Step, Backup)> = Vec::new();
        if let Err(cause) = self.write(fs, &mut kept) {
            for (step, backup) in kept.iter().filter(|(_, backup)| backup.fresh) {
                // What can't be removed is a copy of what stands in its file.
                let _ = fs.remove_backup(&backup.path, step.now_hash);
            }
            return Err(cause);
        }
        let newer = kept.into_iter().map(|(step, backup)| (step.path.clone(), backup.path)).collect();
        let used = self.restore.iter().map(|step| (&step.backup, step.before));
        for (backup, hash) in used.chain(self.unchanged.iter().map(|(_, backup, hash)| (backup, *hash))) {
            // What can't be removed is a copy of what stands in its file; `clean` takes it.
            let _ = fs.remove_backup(backup, hash);
        }
        Ok(Undone {
            restored: self.restore.into_iter().map(|step| step.path).collect(),
            unchanged: self.unchanged.into_iter().map(|(path, ..)| path).collect(),
            left: self.left,
            without_backup: self.without_backup,
            newer,
        })
    }

    fn write<'s>(&'s self, fs: &dyn FileSystem, kept: &mut Vec<(&'s Step, Backup)>) -> Result<(), Error> {
        for step in self.restore.iter().filter(|step| step.edited) {
            kept.push((step, fs.backup(&step.path, step.now_hash).map_err(not_undone)?));
        }
        let replacements: Vec<Replacement<'_>> =
            self.restore.iter().map(|step| Replacement::new(&step.path, &step.now, &step.original)).collect();
        replace::stage_all(fs, &replacements).map_err(not_undone)?;
        let done = fs
            .sync()
            .and_then(|()| replace::check_all(fs, &replacements))
            .map_err(replace::Failed::before_any)
            .and_then(|()| replace::commit_all(fs, &replacements));
        let Err(failed) = done else { return Ok(()) };
        replace::discard_all(fs, &replacements);
        let Some(left) = failed.left else { return Err(not_undone(failed.cause)) };
        let files = self.restore.iter().zip(left).map(|(step, holds)| {
            let state = match holds {
                Holds::Old => "not reverted",
                Holds::New => "reverted",
                Holds::Other => "changed by another program, or can't be read",
            };
            (step.path.clone(), state)
        });
        Err(Error::HalfUndone { cause: failed.cause, files: files.collect() })
    }
}

/// Reverts by backups alone: a file is restored where planning all originals again gives what stands there.
fn undo_without_record(fs: &dyn FileSystem, options: &UndoOptions) -> Result<Undone, Error> {
    // A run that was killed early leaves nothing else.
    fs.sweep(None).map_err(not_undone)?;
    let found = backups_by_file(fs)?;
    if found.is_empty() {
        return Err(Error::NothingToUndo);
    }

    let mut originals = BTreeMap::new();
    for (path, backups) in &found {
        // The last one is the newest.
        let Some(backup) = backups.last() else { continue };
        if let Some((bytes, hash)) = read(fs, backup).map_err(not_undone)? {
            originals.insert(path.clone(), (bytes, hash, backup.clone()));
        }
    }
    let replanned = match &options.replan {
        Some(replan) => {
            let bytes = originals.iter().map(|(path, (bytes, ..))| (path.clone(), bytes.clone())).collect();
            let plan = replan(&Overlay::new(fs, bytes))?;
            plan.changed().map(|file| (file.path.clone(), Hash::of(&file.rewritten))).collect()
        }
        None => BTreeMap::new(),
    };
    let mut steps = Steps::default();
    for (path, (_, before, backup)) in originals {
        // Where the plan changes nothing, no hash but the original's is known; the file counts as edited.
        let after = replanned.get(&path).copied().unwrap_or(before);
        let file = RecordedFile { path, before, after, backup };
        steps.sort_in(fs, &file, options.force).map_err(not_undone)?;
    }
    steps.take(fs)
}

/// All backups of the tree, by the file they were made of, the oldest first. Backups whose file is gone are there
/// too.
fn backups_by_file(fs: &dyn FileSystem) -> Result<BTreeMap<String, Vec<String>>, Error> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for backup in fs.backups().map_err(not_undone)? {
        let originals = names::originals_of(&backup);
        // `app.py.2` is the second backup's `app.py`, unless there is a file of that name.
        let mut standing = None;
        for original in &originals {
            if standing.is_none() && read(fs, original).map_err(not_undone)?.is_some() {
                standing = Some(*original);
            }
        }
        if let Some(original) = standing.or(originals.last().copied()) {
            found.entry(original.to_owned()).or_default().push(backup);
        }
    }
    for backups in found.values_mut() {
        // Longer numbers are higher, and the first backup has none.
        backups.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    }
    Ok(found)
}

/// Removes all backups of the tree, and what killed runs have left. Returns the backups that are gone, sorted.
/// After that, nothing can be undone.
///
/// # Errors
/// If one can't be removed; those before it are gone.
pub fn clean(fs: &dyn FileSystem) -> Result<Vec<String>, Error> {
    let _lock = fs.lock()?;
    let records = fs.load_records()?;
    // A record that is not understood knows no backup that its name does not tell.
    let records = records.iter().filter_map(|(_, bytes)| Record::parse(bytes).ok());
    let recorded: Vec<RecordedFile> = records.flat_map(|record| record.files).collect();
    let mut backups: BTreeSet<String> = fs.backups()?.into_iter().collect();
    backups.extend(recorded.iter().map(|file| file.backup.clone()));
    fs.sweep(None)?;
    // Folders that no walk enters, but a file named to the command may lie in.
    let named: Vec<&str> = recorded.iter().map(|file| file.path.as_str()).collect();
    fs.sweep(Some(&named))?;
    let mut removed = Vec::new();
    for backup in backups {
        if let Some((_, hash)) = read(fs, &backup)? {
            fs.remove_backup(&backup, hash)?;
            removed.push(backup);
        }
    }
    Ok(removed)
}
