//! Replacing several files as one: what `apply` and `undo` have in common.

use crate::fs::{Committed, FileSystem, FsError, Hash};

/// One file that is to hold other bytes.
#[derive(Debug)]
pub(crate) struct Replacement<'a> {
    /// Its path.
    pub path: &'a str,
    /// What it holds.
    pub old: &'a [u8],
    /// The hash of `old`.
    pub old_hash: Hash,
    /// What it shall hold.
    pub new: &'a [u8],
    /// The hash of `new`.
    pub new_hash: Hash,
}

impl<'a> Replacement<'a> {
    /// `path` holds `old` and shall hold `new`.
    pub fn new(path: &'a str, old: &'a [u8], new: &'a [u8]) -> Self {
        Self { path, old, old_hash: Hash::of(old), new, new_hash: Hash::of(new) }
    }
}

/// What a file holds after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// The bytes from before.
    Old,
    /// The bytes that it was to hold.
    New,
    /// Neither, or it can't be read.
    Other,
}

/// Why not all files were replaced.
#[derive(Debug)]
pub(crate) struct Failed {
    /// What failed first.
    pub cause: FsError,
    /// What each file holds; `None` if every one is as it was, or holds what another program has written.
    pub left: Option<Vec<Holds>>,
}

impl Failed {
    /// A failure before any file was replaced.
    pub fn before_any(cause: FsError) -> Self {
        Self { cause, left: None }
    }
}

/// Stages all files. On an error, nothing is left staged.
pub(crate) fn stage_all(fs: &dyn FileSystem, replacements: &[Replacement<'_>]) -> Result<(), FsError> {
    for (index, replacement) in replacements.iter().enumerate() {
        if let Err(cause) = fs.stage(replacement.path, replacement.new) {
            discard_all(fs, &replacements[..=index]);
            return Err(cause);
        }
    }
    Ok(())
}

/// Removes what is staged. What can't be removed is swept by the next run.
pub(crate) fn discard_all(fs: &dyn FileSystem, replacements: &[Replacement<'_>]) {
    for replacement in replacements {
        let _ = fs.discard(replacement.path);
    }
}

/// Checks that every file still holds what it is known to hold.
pub(crate) fn check_all(fs: &dyn FileSystem, replacements: &[Replacement<'_>]) -> Result<(), FsError> {
    for replacement in replacements {
        if fs.read(replacement.path)?.identity.hash != replacement.old_hash {
            return Err(FsError::Changed { path: replacement.path.to_owned() });
        }
    }
    Ok(())
}

/// Puts the staged bytes in place, one file after the other, and syncs; or brings back those that were replaced
/// already.
pub(crate) fn commit_all(
    fs: &dyn FileSystem,
    replacements: &[Replacement<'_>],
) -> Result<Vec<Committed>, Failed> {
    let mut done = Vec::with_capacity(replacements.len());
    for (index, replacement) in replacements.iter().enumerate() {
        match fs.commit(replacement.path, replacement.old_hash) {
            Ok(how) => done.push(how),
            Err(cause) => return Err(roll_back(fs, replacements, index, cause)),
        }
    }
    match fs.sync() {
        Ok(()) => Ok(done),
        Err(cause) => Err(roll_back(fs, replacements, replacements.len().saturating_sub(1), cause)),
    }
}

/// Brings back all files up to the one that failed, the last first.
fn roll_back(fs: &dyn FileSystem, replacements: &[Replacement<'_>], failed: usize, cause: FsError) -> Failed {
    let mut left = vec![Holds::Old; replacements.len()];
    for (index, replacement) in replacements.iter().enumerate().take(failed + 1).rev() {
        let now = match fs.read(replacement.path) {
            Ok(now) if now.identity.hash == replacement.old_hash => Holds::Old,
            Ok(now) if now.identity.hash == replacement.new_hash => Holds::New,
            // The file that failed was found changed, or gone: it is as another program left it.
            Ok(_) | Err(FsError::NotFound { .. }) if index == failed && is_anothers(&cause) => Holds::Old,
            Ok(_) | Err(_) => Holds::Other,
        };
        left[index] = match now {
            Holds::New => bring_back(fs, replacement),
            other => other,
        };
    }
    // What can't be made durable is what it is.
    let _ = fs.sync();
    let whole = left.iter().all(|holds| *holds == Holds::Old);
    Failed { cause, left: (!whole).then_some(left) }
}

/// Whether a failure says that another program was at the file.
fn is_anothers(cause: &FsError) -> bool {
    matches!(cause, FsError::Changed { .. } | FsError::NotFound { .. } | FsError::Refused { .. })
}

fn bring_back(fs: &dyn FileSystem, replacement: &Replacement<'_>) -> Holds {
    let back = fs
        .stage(replacement.path, replacement.old)
        .and_then(|()| fs.sync())
        .and_then(|()| fs.commit(replacement.path, replacement.new_hash));
    if back.is_ok() {
        return Holds::Old;
    }
    // An operation may have failed after it took effect.
    match fs.read(replacement.path) {
        Ok(now) if now.identity.hash == replacement.old_hash => Holds::Old,
        Ok(now) if now.identity.hash == replacement.new_hash => Holds::New,
        _ => Holds::Other,
    }
}
