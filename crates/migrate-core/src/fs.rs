//! The virtual filesystem: all that the core knows of files.
//!
//! Not allowed here: touching a disk. [`FileSystem`] is what `plan`, `apply` and `undo` work over;
//! [`MemoryFs`] implements it in memory, with failures that tests can inject at every operation; the real
//! disk lives in the crate `migrate-disk`.
//!
//! Paths are `&str`: relative to the root of the filesystem, `/`-separated, without `.` and `..` parts. A name
//! that is not UTF-8 has no such path; an implementation reports it as [`SkipReason::NameNotUtf8`].

mod memory;
pub mod names;
pub(crate) mod overlay;

pub use memory::{Failure, MemoryFs, Operation};

use crate::finding::SkipReason;

/// A 256-bit BLAKE3 hash of a file's bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// Lower-case hexadecimal, 64 characters.
    pub fn to_hex(self) -> String {
        blake3::Hash::from(self.0).to_hex().to_string()
    }

    /// The inverse of [`Hash::to_hex`]; `None` if `text` is not 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        blake3::Hash::from_hex(text).ok().map(|hash| Self(*hash.as_bytes()))
    }
}

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_hex()[..12])
    }
}

/// What tells one state of one file from another: enough to see, before a rename, that the file is still what
/// the plan saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Device number; 0 where the platform has none.
    pub device: u64,
    /// Inode (file index); 0 where the platform has none.
    pub inode: u64,
    /// Length in bytes.
    pub length: u64,
    /// Unix permission bits; 0o644 or 0o444 where the platform has none.
    pub mode: u32,
    /// How many names (hard links) the file has; 1 where unknown.
    pub links: u64,
    /// Hash of the bytes.
    pub hash: Hash,
}

impl Identity {
    /// The identity of a plain file of mode 0o644 with one name that holds `bytes`, on no device.
    pub fn of(bytes: &[u8]) -> Self {
        Self { device: 0, inode: 0, length: bytes.len() as u64, mode: 0o644, links: 1, hash: Hash::of(bytes) }
    }
}

/// A file's bytes, with the identity they were read under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// All bytes of the file.
    pub bytes: Vec<u8>,
    /// The identity of the file they were read from.
    pub identity: Identity,
}

/// What a walk hands to its visitor.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Visit<'a> {
    /// A candidate file. `bytes` is borrowed from a buffer that the walk reuses: copy what is to be kept.
    File {
        /// Path relative to the root.
        path: &'a str,
        /// The whole content.
        bytes: &'a [u8],
    },
    /// A candidate file that was read and holds nothing of what [`FileSystem::search`] looks for.
    Passed {
        /// Path relative to the root.
        path: &'a str,
    },
    /// Something that was passed over, with the reason.
    Skipped {
        /// Path relative to the root (escaped where the name is not UTF-8).
        path: &'a str,
        /// Why.
        reason: SkipReason,
    },
}

/// What [`FileSystem::search`] looks for. A long file is shown to it in parts, one after the other.
pub trait Search: Sync {
    /// Whether `part`, a part of a file or all of it, holds what is looked for.
    fn is_in(&self, part: &[u8]) -> bool;

    /// How many bytes at the end of a part the next one has to begin with, so that nothing is cut in two.
    fn overlap(&self) -> usize;

    /// Whether a file that begins with `start` makes sense only as a whole.
    fn wants_whole(&self, start: &[u8]) -> bool;
}

/// What a walk sees.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WalkOptions {
    /// Files and folders to start from, relative to the root; empty means the root itself. A file named here
    /// is always seen, whatever the ignore rules say.
    pub roots: Vec<String>,
    /// Globs of which a path must match at least one (if there are any).
    pub include: Vec<String>,
    /// Globs that exclude a path.
    pub exclude: Vec<String>,
    /// Whether `.gitignore` and friends are obeyed.
    pub ignore_files: bool,
    /// Worker threads; 0 means as many as there are cores.
    pub threads: usize,
    /// Files longer than this many bytes are skipped.
    pub max_file_size: u64,
}

impl Default for WalkOptions {
    fn default() -> Self {
        Self {
            roots: Vec::new(),
            include: Vec::new(),
            exclude: Vec::new(),
            ignore_files: true,
            threads: 0,
            max_file_size: 64 << 20,
        }
    }
}

/// Names a run record; newer records sort after older ones.
pub type RecordId = String;

/// Why an operation on one path failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FsError {
    /// There is no such file.
    #[error("{path}: no such file")]
    NotFound {
        /// The path.
        path: String,
    },
    /// The file is not what the plan saw: another program has changed, replaced or removed it.
    #[error("{path}: changed since it was read; nothing was written to it. Run the command again")]
    Changed {
        /// The path.
        path: String,
    },
    /// The path leads out of the root, through a symbolic link, is no regular file, or is read-only.
    #[error("{path}: {reason}; it is not written")]
    Refused {
        /// The path.
        path: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Another run is at work on the tree, or on one that holds it or lies in it.
    #[error("{path}: another run is writing here; wait until it has ended and run the command again")]
    Locked {
        /// The folder that it holds.
        path: String,
    },
    /// The operating system refused.
    #[error("{path}: {operation}: {message}")]
    Io {
        /// The path.
        path: String,
        /// What was being done, as a verb phrase: `read`, `write the new version`, …
        operation: &'static str,
        /// The operating system's words.
        message: String,
    },
}

impl FsError {
    /// A stable word for what went wrong, in kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "not-found",
            Self::Changed { .. } => "changed",
            Self::Refused { .. } => "refused",
            Self::Locked { .. } => "locked",
            Self::Io { .. } => "io",
        }
    }

    /// The path that the error is about.
    pub fn path(&self) -> &str {
        match self {
            Self::NotFound { path } | Self::Changed { path } | Self::Refused { path, .. } => path,
            Self::Locked { path } | Self::Io { path, .. } => path,
        }
    }
}

/// A backup that [`FileSystem::backup`] has made or found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Its path.
    pub path: String,
    /// Whether it was made now; `false` if an earlier one with the same bytes serves.
    pub fresh: bool,
}

/// How [`FileSystem::commit`] has put the new bytes in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Committed {
    /// By a rename: at any moment the file was wholly old or wholly new.
    Renamed,
    /// By writing into the file itself, because it has several names or its owner or attributes could not be
    /// given to another file.
    InPlace,
}

/// Keeps other runs away from the tree until it is dropped.
pub struct Lock {
    /// Dropped with the lock, which ends it.
    _held: Box<dyn std::any::Any + Send>,
}

impl Lock {
    /// A lock that lasts as long as `held`.
    pub fn new(held: impl std::any::Any + Send) -> Self {
        Self { _held: Box::new(held) }
    }
}

impl std::fmt::Debug for Lock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lock")
    }
}

/// A tree of files that can be walked, read, and written in two phases.
///
/// Writing files is: [`stage`](Self::stage) the new bytes beside each, [`backup`](Self::backup) the old ones,
/// [`sync`](Self::sync), [`commit`](Self::commit), `sync` again. Until `commit`, a file itself is untouched; `commit`
/// is atomic (but for files with several hard links). No operation writes outside the root, follows a symbolic link, or replaces one.
pub trait FileSystem: Sync {
    /// Calls `visit` once for each candidate file and each skipped entry, in any order, from any thread.
    ///
    /// # Errors
    /// If a root of `options` does not exist or can't be read at all. A failure inside the tree is a
    /// [`Visit::Skipped`], never an error.
    fn walk(&self, options: &WalkOptions, visit: &(dyn Fn(Visit<'_>) + Sync)) -> Result<(), FsError>;

    /// As [`walk`](Self::walk), but calls `visit` with the bytes of those files only that hold what is searched for, and
    /// with [`Visit::Passed`] for the others. So a long file which nobody wants is never held as a whole.
    ///
    /// # Errors
    /// Those of `walk`.
    fn search(
        &self,
        options: &WalkOptions,
        search: &dyn Search,
        visit: &(dyn Fn(Visit<'_>) + Sync),
    ) -> Result<(), FsError> {
        self.walk(options, &|seen| match seen {
            Visit::File { path, bytes } if !search.is_in(bytes) => visit(Visit::Passed { path }),
            seen => visit(seen),
        })
    }

    /// Reads a whole file and its identity.
    fn read(&self, path: &str) -> Result<Contents, FsError>;

    /// Calls `visit` once for each of `paths` that can be read, with its bytes: in any order, from any of `threads`
    /// threads (0: as many as there are cores). It is for many files of which nothing else is asked, neither identity nor
    /// hash; what can't be read is passed over.
    fn read_each(&self, paths: &[String], threads: usize, visit: &(dyn Fn(&str, &[u8]) + Sync)) {
        let _ = threads;
        for path in paths {
            if let Ok(contents) = self.read(path) {
                visit(path, &contents.bytes);
            }
        }
    }

    /// Says whether [`stage`](Self::stage), [`backup`](Self::backup) and [`commit`](Self::commit) of `path` would
    /// be refused, as far as can be known without writing: a read-only file or folder, a symbolic link, a name too
    /// long to have a backup beside it.
    fn check_writable(&self, path: &str) -> Result<(), FsError>;

    /// Keeps other runs from writing here until the lock is dropped.
    ///
    /// # Errors
    /// [`FsError::Locked`] if one is at work on this tree, one that holds it, or one inside it.
    fn lock(&self) -> Result<Lock, FsError>;

    /// Removes what an earlier run that was killed left behind (staged files): from the folders that hold `paths`,
    /// or, with `None`, from the whole tree, but for folders that no walk enters.
    fn sweep(&self, paths: Option<&[&str]>) -> Result<(), FsError>;

    /// Writes `bytes` beside `path`, with the permissions, owner and attributes of `path`. The staged
    /// name is fixed (derived from `path`), and an earlier one is replaced.
    fn stage(&self, path: &str, bytes: &[u8]) -> Result<(), FsError>;

    /// Removes what [`stage`](Self::stage) made for `path`, if anything.
    fn discard(&self, path: &str) -> Result<(), FsError>;

    /// Copies `path` to a backup beside it, with its permissions. `hash` is what the file must hold. An
    /// existing backup with the same bytes is used again; one that differs is never overwritten: a numbered name
    /// is taken.
    ///
    /// # Errors
    /// [`FsError::Changed`] if `path` does not hold `hash`.
    fn backup(&self, path: &str, hash: Hash) -> Result<Backup, FsError>;

    /// Puts the staged bytes in the place of `path`, if `path` still holds `hash`.
    ///
    /// # Errors
    /// [`FsError::Changed`] if it does not; the staged file is still there then.
    fn commit(&self, path: &str, hash: Hash) -> Result<Committed, FsError>;

    /// Makes durable all that was staged, backed up and committed before: from now on, a power cut takes nothing of it
    /// back. One call for many files, since each has the disk to wait for. A filesystem that does all this at once has
    /// nothing to do.
    ///
    /// # Errors
    /// If any of it could not be written out. What had been committed stays committed.
    fn sync(&self) -> Result<(), FsError> {
        Ok(())
    }

    /// Removes a backup that [`backup`](Self::backup) made, if it still holds `hash`. One that is gone already is
    /// no error.
    ///
    /// # Errors
    /// [`FsError::Changed`] if it holds something else.
    fn remove_backup(&self, backup: &str, hash: Hash) -> Result<(), FsError>;

    /// The paths of all backups in the tree, sorted.
    fn backups(&self) -> Result<Vec<String>, FsError>;

    /// Keeps the backups of `paths` out of version control. Returns whether anything had to be changed for it.
    fn exclude_backups(&self, paths: &[&str]) -> Result<bool, FsError>;

    /// Saves a run record, durably, outside the tree. Returns its id, which sorts after all earlier ones.
    fn save_record(&self, record: &[u8]) -> Result<RecordId, FsError>;

    /// The run records of this tree, oldest first.
    fn load_records(&self) -> Result<Vec<(RecordId, Vec<u8>)>, FsError>;

    /// Removes a run record.
    fn remove_record(&self, id: &RecordId) -> Result<(), FsError>;
}
