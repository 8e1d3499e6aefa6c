//! What differs between operating systems: folders as handles, and what a file has besides its bytes.
//!
//! On Unix everything is done relative to an open folder, which was reached without following a link; so nothing
//! that others do to the tree meanwhile leads outside it. Elsewhere, by path.

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub use unix::{Folder, lock, set_private};

#[cfg(not(unix))]
mod other;
#[cfg(not(unix))]
pub use other::{Folder, lock, set_private};

use std::ffi::OsStr;
use std::fs::File;

/// Locked files. The locks are given back when it is dropped, and not only when the files are closed: a process that
/// another thread is about to start holds copies of them for a moment.
#[derive(Debug)]
pub struct Held(pub Vec<File>);

impl Drop for Held {
    fn drop(&mut self) {
        for file in &self.0 {
            // What can't be unlocked is when it is closed.
            let _ = file.unlock();
        }
    }
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link (or, on Windows, any other reparse point).
    Link,
    /// A fifo, socket or device.
    Other,
    /// The listing did not say.
    Unknown,
}

/// The names in a folder, all in one piece of memory.
#[derive(Debug, Default)]
pub struct Listing {
    names: String,
    /// Where each name ends, and what it stands for.
    entries: Vec<(usize, Kind)>,
    /// Names that are no UTF-8, with what is none escaped.
    pub not_utf8: Vec<String>,
}

impl Listing {
    /// One name alone.
    pub fn of(name: &str, kind: Kind) -> Self {
        Self { names: name.to_owned(), entries: vec![(name.len(), kind)], not_utf8: Vec::new() }
    }

    fn push(&mut self, name: &OsStr, kind: Kind) {
        match name.to_str() {
            Some(name) => {
                self.names.push_str(name);
                self.entries.push((self.names.len(), kind));
            }
            None => self.not_utf8.push(name.as_encoded_bytes().escape_ascii().to_string()),
        }
    }

    /// How many names of UTF-8 there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// The name at `index`, and what it stands for.
    pub fn get(&self, index: usize) -> (&str, Kind) {
        let start = index.checked_sub(1).map_or(0, |before| self.entries[before].0);
        let (end, kind) = self.entries[index];
        (&self.names[start..end], kind)
    }

    /// All names of UTF-8.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Kind)> {
        (0..self.len()).map(|index| self.get(index))
    }
}

/// What the system knows of a file. Two that are equal are of one file that nobody has written to in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// What it is.
    pub kind: Kind,
    /// Device number, 0 where there is none.
    pub device: u64,
    /// Inode number, 0 where there is none.
    pub inode: u64,
    /// Length in bytes.
    pub length: u64,
    /// Permission bits.
    pub mode: u32,
    /// Hard links.
    pub links: u64,
    /// Owner and group, 0 where there are none.
    pub owner: (u32, u32),
    /// Time of the last write: seconds and nanoseconds.
    pub modified: (i64, i64),
}

/// What could be carried over from one file to another.
#[derive(Clone, Copy, Debug)]
pub struct Carried {
    /// Owner and group.
    pub owner: bool,
    /// Permissions and all extended attributes.
    pub attributes: bool,
}
