//! `apply()`: writes a plan, all of its files or none.
//!
//! In this order: everything is staged, backed up, recorded, and read once more; only then the first file is
//! replaced. Whatever happens before that leaves the tree as it was, and whatever happens after it is rolled back.

use std::collections::BTreeSet;

use crate::error::{Error, FileState};
use crate::fs::{Backup, Committed, FileSystem, FsError, Hash, RecordId};
use crate::plan::Plan;
use crate::record::{self, Record, RecordedFile};
use crate::replace::{self, Holds, Replacement};

/// Options of [`apply`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ApplyOptions {
    /// Whether the backups stay when all is done. Without them the run can't be undone.
    pub backup: bool,
}

impl Default for ApplyOptions {
    fn default() -> Self {
        Self { backup: true }
    }
}

/// What an apply did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Applied {
    /// The files that were rewritten, each with its backup if that stays, sorted by path.
    pub files: Vec<(String, Option<String>)>,
    /// Those of them that were written in place, because they have several names (hard links), or because their
    /// owner or attributes could not be given to another file.
    pub in_place: Vec<String>,
    /// Whether a line was added to the repository's own exclude file, so that backups can't be committed.
    pub excluded_backups: bool,
}

/// Writes `plan` through `fs`: all files or none.
///
/// A plan without edits writes nothing. With [`ApplyOptions::backup`] off, it still removes the backups that an
/// earlier run of that kind had to leave when it was killed; so it is worth calling then, too.
///
/// # Errors
/// [`Error::NotApplied`] if anything went wrong: the tree is as it was. [`Error::HalfApplied`] if, on top of that,
/// files already replaced could not be brought back; it names every file with its state, and [`undo`](crate::undo())
/// can finish.
pub fn apply(fs: &dyn FileSystem, plan: &Plan, options: &ApplyOptions) -> Result<Applied, Error> {
    let replacements: Vec<Replacement<'_>> = plan
        .changed()
        .filter(|file| file.rewritten != file.original)
        .map(|file| Replacement::new(&file.path, &file.original, &file.rewritten))
        .collect();
    if replacements.is_empty() && options.backup {
        return Ok(Applied::default());
    }
    let _lock = fs.lock().map_err(not_applied)?;
    let mut applied =
        if replacements.is_empty() { Applied::default() } else { write(fs, plan, &replacements, options)? };
    if !options.backup {
        remove_backups(fs);
        for (_, backup) in &mut applied.files {
            // What could not be removed is named: it may hold a secret.
            backup.take_if(|path| matches!(fs.read(path), Err(FsError::NotFound { .. })));
        }
    }
    Ok(applied)
}

fn not_applied(cause: FsError) -> Error {
    Error::NotApplied { cause }
}

fn write(
    fs: &dyn FileSystem,
    plan: &Plan,
    replacements: &[Replacement<'_>],
    options: &ApplyOptions,
) -> Result<Applied, Error> {
    let paths: Vec<&str> = replacements.iter().map(|replacement| replacement.path).collect();
    fs.sweep(Some(&paths)).map_err(not_applied)?;
    replace::stage_all(fs, replacements).map_err(not_applied)?;

    let mut backups = Vec::new();
    let prepared = prepare(fs, plan, replacements, options, &mut backups);
    let prepared = match prepared {
        Ok(prepared) => prepared,
        Err(cause) => {
            replace::discard_all(fs, replacements);
            remove_fresh(fs, replacements, &backups);
            return Err(not_applied(cause));
        }
    };

    let committed = replace::check_all(fs, replacements)
        .map_err(replace::Failed::before_any)
        .and_then(|()| replace::commit_all(fs, replacements));
    match committed {
        Ok(committed) => {
            if let Some(finished) = prepared.finishes {
                // A record that stays is one whose files are all in a newer one.
                let _ = fs.remove_record(&finished);
            }
            let files = paths.iter().zip(backups).map(|(path, b)| ((*path).to_owned(), Some(b.path)));
            Ok(Applied {
                in_place: in_place(&paths, &committed),
                files: files.collect(),
                excluded_backups: prepared.excluded,
            })
        }
        Err(failed) => {
            replace::discard_all(fs, replacements);
            if let Some(states) = failed.left {
                let files = paths.iter().zip(states).zip(backups);
                let files = files.map(|((path, holds), backup)| ((*path).to_owned(), state(holds, backup)));
                return Err(Error::HalfApplied { cause: failed.cause, files: files.collect() });
            }
            // The record goes last: as long as there are backups, it knows them.
            remove_fresh(fs, replacements, &backups);
            // A record of a run that changed nothing does no harm: undo finds the files as they were.
            let _ = fs.remove_record(&prepared.id);
            Err(not_applied(failed.cause))
        }
    }
}

/// What is done before the first file is replaced.
struct Prepared {
    /// The run record.
    id: RecordId,
    /// Whether a line was added to the repository's exclude file.
    excluded: bool,
    /// The record of an interrupted run, which this one finishes.
    finishes: Option<RecordId>,
}

/// Makes the backups and saves the run record.
fn prepare(
    fs: &dyn FileSystem,
    plan: &Plan,
    replacements: &[Replacement<'_>],
    options: &ApplyOptions,
    backups: &mut Vec<Backup>,
) -> Result<Prepared, FsError> {
    // Before the first backup, so that at no moment one can be committed. Without `backup`, they are gone in the
    // end, and the repository is not touched for them.
    let paths: Vec<&str> = replacements.iter().map(|replacement| replacement.path).collect();
    let excluded = options.backup && fs.exclude_backups(&paths)?;
    for replacement in replacements {
        backups.push(fs.backup(replacement.path, replacement.old_hash)?);
    }
    // What is staged, too.
    fs.sync()?;
    let files = replacements.iter().zip(&*backups).map(|(replacement, backup)| RecordedFile {
        path: replacement.path.to_owned(),
        before: replacement.old_hash,
        after: replacement.new_hash,
        backup: backup.path.clone(),
    });
    let mut record = Record::new(plan, options.backup, files.collect());
    let finishes = absorb_interrupted(fs, plan, &mut record);
    let id = fs.save_record(&record.to_bytes())?;
    Ok(Prepared { id, excluded, finishes })
}

/// If the run before was killed half-way, this one finishes its job: its record takes in what that one did, so
/// that one undo reverts both. Returns the id of the record that is of no more use then.
fn absorb_interrupted(fs: &dyn FileSystem, plan: &Plan, record: &mut Record) -> Option<RecordId> {
    // A record that is not understood is the business of undo, which says so.
    let (id, before) = record::newest(fs).ok().flatten()?;
    let holds = |path: &str, hash: Hash| fs.read(path).is_ok_and(|now| now.identity.hash == hash);
    if !before.files.iter().any(|file| holds(&file.path, file.before)) {
        return None;
    }
    let planned: BTreeSet<&str> = plan.files.iter().map(|file| file.path.as_str()).collect();
    let recorded: BTreeSet<&str> = record.files.iter().map(|file| file.path.as_str()).collect();
    let mut files = before.files;
    files.retain(|file| !recorded.contains(file.path.as_str()) && holds(&file.path, file.after));
    record.findings.extend(before.findings.into_iter().filter(|(path, _)| !planned.contains(path.as_str())));
    record.findings.sort_by(|a, b| a.0.cmp(&b.0));
    record.files.append(&mut files);
    record.files.sort_by(|a, b| a.path.cmp(&b.path));
    Some(id)
}

fn in_place(paths: &[&str], committed: &[Committed]) -> Vec<String> {
    let written = paths.iter().zip(committed).filter(|(_, how)| **how == Committed::InPlace);
    written.map(|(path, _)| (*path).to_owned()).collect()
}

fn state(holds: Holds, backup: Backup) -> FileState {
    match holds {
        Holds::Old => FileState::Old,
        Holds::New => FileState::New { backup: backup.path },
        Holds::Other => FileState::Other { backup: backup.path },
    }
}

/// Removes the backups that a failed apply has made. What can't be removed is a backup of what stands there anyway.
fn remove_fresh(fs: &dyn FileSystem, replacements: &[Replacement<'_>], backups: &[Backup]) {
    for (replacement, backup) in replacements.iter().zip(backups) {
        if backup.fresh {
            let _ = fs.remove_backup(&backup.path, replacement.old_hash);
        }
    }
}

/// Removes the backups of all runs that were to leave none, where the new version is in its place. That goes for
/// the run that has just been, and for earlier ones that were killed before they came to it. What can't be
/// removed stays for the next time.
fn remove_backups(fs: &dyn FileSystem) {
    let Ok(records) = fs.load_records() else { return };
    let records = records.iter().filter_map(|(_, bytes)| Record::parse(bytes).ok());
    for file in records.filter(|record| !record.keeps_backups).flat_map(|record| record.files) {
        let holds = |path: &str, hash: Hash| fs.read(path).is_ok_and(|now| now.identity.hash == hash);
        if holds(&file.backup, file.before) && holds(&file.path, file.after) {
            let _ = fs.remove_backup(&file.backup, file.before);
        }
    }
}
