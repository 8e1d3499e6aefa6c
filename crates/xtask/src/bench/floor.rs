//! The least that reading a tree costs: its files opened, read and closed, from a list that is ready, and nothing done
//! with what is read. No search that reads everything can be faster.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// The chore that the comparison starts, in this program: followed by the number of threads and a file that lists the
/// files, relative to the working folder, those of a folder one after the other.
pub const FLOOR: &str = "open-read-close";

/// As much is read at once.
#[cfg(unix)]
const BUFFER: usize = 128 << 10;

/// Opens, reads and closes the files that `list` names, on so many threads.
///
/// # Errors
/// If the list can't be read, or names a folder that can't be opened. A file that can't be read is passed over.
pub fn open_read_close(threads: &str, list: &str) -> Result<()> {
    let threads: usize = threads.parse().context("no number of threads")?;
    let list = fs::read_to_string(list).with_context(|| format!("can't read {list}"))?;
    let split = |path: &'static str| path.rsplit_once('/').unwrap_or((".", path));
    // For as long as the program runs, which is about to do nothing else.
    let files: Vec<(&str, &str)> = String::leak(list).lines().map(split).collect();
    let folders: Vec<&[(&str, &str)]> = files.chunk_by(|a, b| a.0 == b.0).collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = || -> Result<()> {
        let mut buffer = Vec::new();
        while let Some(files) = folders.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
            read_all(Path::new(files[0].0), files.iter().map(|(_, name)| *name), &mut buffer)?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().try_for_each(|thread| thread.join().ok().context("a thread failed")?)
    })
}

#[cfg(unix)]
fn read_all<'n>(folder: &Path, names: impl Iterator<Item = &'n str>, buffer: &mut Vec<u8>) -> Result<()> {
    use std::io::Read as _;

    use rustix::fs::{CWD, Mode, OFlags, openat};

    buffer.resize(BUFFER, 0);
    let folder = openat(CWD, folder, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
        .with_context(|| format!("can't open {}", folder.display()))?;
    for name in names {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let Ok(file) = openat(&folder, name, flags, Mode::empty()) else { continue };
        let mut file = fs::File::from(file);
        while file.read(buffer).is_ok_and(|read| read == BUFFER) {}
    }
    Ok(())
}

#[cfg(not(unix))]
fn read_all<'n>(_folder: &Path, _names: impl Iterator<Item = &'n str>, _buffer: &mut Vec<u8>) -> Result<()> {
    anyhow::bail!("only measured where files are opened in open folders")
}
