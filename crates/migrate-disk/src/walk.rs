//! The walk: folders and files are jobs in one queue, taken by as many threads as are asked for.
//!
//! A file that is of no interest costs an open, a read and a close; its bytes go to the visitor in a buffer that the
//! thread uses again.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use migrate_core::finding::SkipReason;
use migrate_core::fs::{FsError, Search, Visit, WalkOptions, names};
use migrate_core::parallel;

use crate::rules::Rules;
use crate::sys::{Folder, Kind, Listing};

/// So many files of one folder are one job: a huge folder is shared among the threads.
const FILES_PER_JOB: usize = 64;
/// A buffer is never shorter, and never kept when it has grown longer. It is small enough to stay in the processor's
/// cache, and nearly every file fits into it.
const BUFFER: usize = 128 << 10;
const LONGEST_KEPT_BUFFER: usize = 4 << 20;
/// Down to this depth, folders are held open while folders in them wait: each level may take one open file.
const HELD: usize = 64;
/// A read that fails half-way has brought whole pages of at least this size, so that one which ends elsewhere has come
/// to the file's end.
const PAGE: u64 = 4096;
/// What the visitor does on the walk's threads may need more than the platform's default.
const STACK: usize = 16 << 20;

type Visitor<'a> = &'a (dyn Fn(Visit<'_>) + Sync);

/// Something to be done by any thread.
enum Job {
    /// List a folder.
    Folder {
        path: String,
        /// The folder that it lies in, where that is open.
        parent: Option<Arc<Folder>>,
        rules: Arc<Rules>,
        /// Whether an ignore file names the folder, so that only the files count that are seen all the same.
        ignored: bool,
    },
    /// Read files of a folder.
    Files {
        /// Its path.
        path: String,
        folder: Arc<Folder>,
        /// What [`Folder::reads_whole`] says of it.
        whole: bool,
        listing: Arc<Listing>,
        /// Those of its names that are to be read.
        files: Vec<usize>,
    },
}

/// The queue: the jobs, and how many threads are at one.
#[derive(Default)]
struct Queue {
    jobs: Vec<Job>,
    busy: usize,
}

struct Walk<'a> {
    root: &'a Path,
    options: &'a WalkOptions,
    search: Option<&'a dyn Search>,
    visit: Visitor<'a>,
    /// What the walk starts from; met on the way from another start, they are passed by.
    starts: BTreeSet<String>,
    include: Option<Gitignore>,
    exclude: Option<Gitignore>,
    queue: Mutex<Queue>,
    changed: Condvar,
}

/// Walks the tree in `root`; see [`FileSystem::walk`](migrate_core::FileSystem::walk), and
/// [`FileSystem::search`](migrate_core::FileSystem::search) where something is searched for.
pub fn walk(
    root: &Path,
    options: &WalkOptions,
    search: Option<&dyn Search>,
    visit: Visitor<'_>,
) -> Result<(), FsError> {
    let mut starts: BTreeSet<String> = BTreeSet::new();
    for start in &options.roots {
        starts.insert(clean(start)?);
    }
    if starts.is_empty() {
        starts.insert(String::new());
    }
    let walk = Walk {
        root,
        options,
        search,
        visit,
        starts,
        include: globs("include", &options.include)?,
        exclude: globs("exclude", &options.exclude)?,
        queue: Mutex::default(),
        changed: Condvar::new(),
    };
    let above = if options.ignore_files { Rules::above(root) } else { Arc::default() };
    for start in &walk.starts {
        walk.start(start, &above)?;
    }
    on_threads(options.threads, &|| walk.work());
    Ok(())
}

/// Runs `work` on so many threads, or as many as there are cores.
fn on_threads(threads: usize, work: &(dyn Fn() + Sync)) {
    std::thread::scope(|scope| {
        let mut started = 0;
        for _ in 0..parallel::threads(threads) {
            let thread = std::thread::Builder::new().name("walk".into()).stack_size(STACK);
            started += usize::from(thread.spawn_scoped(scope, work).is_ok());
        }
        if started == 0 {
            // No thread to be had: this one does it all.
            work();
        }
    });
}

/// Reads files again; see [`FileSystem::read_each`](migrate_core::FileSystem::read_each). `open` opens the folder of a
/// file.
pub fn read_each(
    paths: &[String],
    threads: usize,
    visit: &(dyn Fn(&str, &[u8]) + Sync),
    open: &(dyn Fn(&str) -> Result<Folder, FsError> + Sync),
) {
    let same_folder = |a: &String, b: &String| names::split(a).0 == names::split(b).0;
    let jobs: Vec<&[String]> =
        paths.chunk_by(same_folder).flat_map(|files| files.chunks(FILES_PER_JOB)).collect();
    let next = AtomicUsize::new(0);
    on_threads(threads, &|| {
        let mut buffer = Vec::new();
        while let Some(files) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let Ok(folder) = open(&files[0]) else { continue };
            let whole = folder.reads_whole();
            for path in *files {
                let opened = folder.open_file(names::split(path).1);
                let read =
                    opened.and_then(|mut file| read_bounded(&mut file, whole, &mut buffer, 0, u64::MAX));
                if let Ok(Some(length)) = read {
                    visit(path, &buffer[..length]);
                }
                if buffer.len() > LONGEST_KEPT_BUFFER {
                    buffer = Vec::new();
                }
            }
        }
    });
}

/// A start without `.` parts and double slashes; empty is the root.
fn clean(start: &str) -> Result<String, FsError> {
    let parts: Vec<&str> = start.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if parts.contains(&"..") || start.starts_with('/') {
        return Err(FsError::Refused { path: start.to_owned(), reason: "leads out of the tree" });
    }
    Ok(parts.join("/"))
}

fn globs(option: &str, globs: &[String]) -> Result<Option<Gitignore>, FsError> {
    if globs.is_empty() {
        return Ok(None);
    }
    let mut builder = GitignoreBuilder::new(".");
    let bad = |glob: &str, error: ignore::Error| FsError::Io {
        path: glob.to_owned(),
        operation: "understand the glob",
        message: format!("{error} (of {option})"),
    };
    for glob in globs {
        builder.add_line(None, glob).map_err(|error| bad(glob, error))?;
    }
    builder.build().map(Some).map_err(|error| bad("", error))
}

impl Walk<'_> {
    fn absolute(&self, path: &str) -> PathBuf {
        if path.is_empty() { self.root.to_owned() } else { self.root.join(path) }
    }

    fn skip(&self, path: &str, reason: SkipReason) {
        (self.visit)(Visit::Skipped { path, reason });
    }

    /// Puts what is named into the queue.
    fn start(&self, start: &str, above: &Arc<Rules>) -> Result<(), FsError> {
        let failed = |error: &io::Error| crate::failure(start, "open", error);
        let root = Folder::open(self.root).map_err(|error| failed(&error))?;
        if start.is_empty() {
            let (path, rules) = (String::new(), Arc::clone(above));
            self.push(vec![Job::Folder { path, parent: None, rules, ignored: false }]);
            return Ok(());
        }
        // The ignore files on the way down to it.
        let (way, name) = names::split(start);
        let mut rules = Arc::clone(above);
        let mut folder = root;
        let mut path = String::new();
        for part in std::iter::once("").chain(way.split('/').filter(|part| !part.is_empty())) {
            folder = folder.open_below(part).map_err(|error| failed(&error))?;
            path = if part.is_empty() { path } else { names::join(&path, part) };
            if self.options.ignore_files {
                rules = rules.enter(self.root, &path, &folder, |name| folder.stat(name).is_ok());
            }
        }
        match folder.stat(name).map_err(|error| failed(&error))?.kind {
            Kind::Folder => {
                let path = start.to_owned();
                self.push(vec![Job::Folder { path, parent: None, rules, ignored: false }]);
            }
            Kind::File => match names::skipped_file(name) {
                Some(reason @ (SkipReason::Lockfile | SkipReason::Backup | SkipReason::ExcludedFolder)) => {
                    self.skip(start, reason);
                }
                _ if self.filtered(start) => self.skip(start, SkipReason::Filtered),
                _ => {
                    let (path, folder) = (way.to_owned(), Arc::new(folder));
                    let listing = Arc::new(Listing::of(name, Kind::File));
                    self.push(vec![Job::Files { path, folder, whole: false, listing, files: vec![0] }]);
                }
            },
            Kind::Link => self.skip(start, SkipReason::SymbolicLink),
            Kind::Other | Kind::Unknown => self.skip(start, SkipReason::NotAFile),
        }
        Ok(())
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        // Nothing that can panic runs under the lock.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, jobs: Vec<Job>) {
        self.queue().jobs.extend(jobs);
        self.changed.notify_all();
    }

    /// Does jobs until there are none and no thread can make new ones.
    fn work(&self) {
        let mut buffer = Vec::new();
        while let Some(job) = self.take() {
            // Also when the visitor panics: the others would wait for ever.
            let _done = Done(self);
            match job {
                Job::Folder { path, parent, rules, ignored } => {
                    self.list(&path, parent, &rules, ignored, &mut buffer);
                }
                Job::Files { path, folder, whole, listing, files } => {
                    self.read_all(&path, &folder, whole, &listing, &files, &mut buffer);
                }
            }
        }
    }

    fn take(&self) -> Option<Job> {
        let mut queue = self.queue();
        loop {
            if let Some(job) = queue.jobs.pop() {
                queue.busy += 1;
                return Some(job);
            }
            if queue.busy == 0 {
                return None;
            }
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn list(
        &self,
        path: &str,
        parent: Option<Arc<Folder>>,
        rules: &Arc<Rules>,
        ignored: bool,
        buffer: &mut Vec<u8>,
    ) {
        let opened = match &parent {
            Some(parent) => parent.open_below(names::split(path).1),
            None => Folder::open(&self.absolute(path)),
        };
        // It is held no longer than until the last folder in it is open.
        drop(parent);
        let opened = opened.and_then(|folder| {
            let listing = folder.list()?;
            Ok((Arc::new(folder), listing))
        });
        let Ok((folder, listing)) = opened else { return self.skip(path, SkipReason::Unreadable) };
        let has = |name: &str| listing.iter().any(|(listed, _)| listed == name);
        let rules = if self.options.ignore_files {
            rules.enter(self.root, path, &folder, has)
        } else {
            Arc::clone(rules)
        };
        for name in &listing.not_utf8 {
            self.skip(&names::join(path, name), SkipReason::NameNotUtf8);
        }
        let (mut jobs, mut files) = (Vec::new(), Vec::new());
        let holds = path.matches('/').count() < HELD;
        let mut inner = Inner::of(path);
        for (index, (name, kind)) in listing.iter().enumerate() {
            let inner = inner.path(name);
            if self.starts.contains(inner) {
                continue;
            }
            let kind = match kind {
                Kind::Unknown => folder.stat(name).map_or(Kind::Unknown, |stat| stat.kind),
                kind => kind,
            };
            match kind {
                Kind::File => match self.why_not(inner, name, &rules, ignored) {
                    Some(reason) => self.skip(inner, reason),
                    None => files.push(index),
                },
                Kind::Folder => match self.why_not_enter(inner, name, &folder, &rules, ignored) {
                    Ok(ignored) => {
                        let (path, rules) = (inner.to_owned(), Arc::clone(&rules));
                        let parent = holds.then(|| Arc::clone(&folder));
                        jobs.push(Job::Folder { path, parent, rules, ignored });
                    }
                    Err(reason) => self.skip(inner, reason),
                },
                Kind::Link => self.skip(inner, SkipReason::SymbolicLink),
                Kind::Other => self.skip(inner, SkipReason::NotAFile),
                Kind::Unknown => self.skip(inner, SkipReason::Unreadable),
            }
        }
        let whole = !files.is_empty() && folder.reads_whole();
        let listing = Arc::new(listing);
        // The first files are read here and now, with the folder still at hand.
        let rest = files.split_off(files.len().min(FILES_PER_JOB));
        for chunk in rest.chunks(FILES_PER_JOB) {
            let (path, folder, listing) = (path.to_owned(), Arc::clone(&folder), Arc::clone(&listing));
            jobs.push(Job::Files { path, folder, whole, listing, files: chunk.to_vec() });
        }
        if !jobs.is_empty() {
            self.push(jobs);
        }
        self.read_all(path, &folder, whole, &listing, &files, buffer);
    }

    fn why_not(&self, path: &str, name: &str, rules: &Rules, ignored: bool) -> Option<SkipReason> {
        if let Some(reason) = names::skipped_file(name) {
            return Some(reason);
        }
        if (ignored || rules.ignore(path, false)) && !names::seen_though_ignored(path) {
            return Some(SkipReason::Ignored);
        }
        self.filtered(path).then_some(SkipReason::Filtered)
    }

    /// Whether the folder is entered: if so, whether as an ignored one; if not, why.
    fn why_not_enter(
        &self,
        path: &str,
        name: &str,
        parent: &Folder,
        rules: &Rules,
        ignored: bool,
    ) -> Result<bool, SkipReason> {
        let holds = |inner: &&str| {
            let folder = parent.open_below(name);
            folder.is_ok_and(|folder| folder.stat(inner).is_ok())
        };
        if names::is_excluded_folder(name) || names::excluded_if_it_holds(name).iter().any(holds) {
            return Err(SkipReason::ExcludedFolder);
        }
        if self.exclude.as_ref().is_some_and(|globs| globs.matched(path, true).is_ignore()) {
            return Err(SkipReason::Filtered);
        }
        let ignored = ignored || rules.ignore(path, true);
        if ignored && !names::entered_though_ignored(name) {
            return Err(SkipReason::Ignored);
        }
        Ok(ignored)
    }

    fn filtered(&self, path: &str) -> bool {
        let matches = |globs: &Gitignore| globs.matched_path_or_any_parents(path, false).is_ignore();
        self.exclude.as_ref().is_some_and(matches) || !self.include.as_ref().is_none_or(matches)
    }

    /// Reads those of the names in the folder at `path`.
    fn read_all(
        &self,
        path: &str,
        folder: &Folder,
        whole: bool,
        listing: &Listing,
        files: &[usize],
        buffer: &mut Vec<u8>,
    ) {
        let mut inner = Inner::of(path);
        for &index in files {
            let name = listing.get(index).0;
            let path = inner.path(name);
            let opened = folder.open_file(name);
            let limit = self.options.max_file_size;
            let read = opened.and_then(|mut file| match self.search {
                Some(search) => search_bounded(&mut file, whole, buffer, limit, search),
                None => read_bounded(&mut file, whole, buffer, 0, limit).map(Read::from),
            });
            match read {
                Ok(Read::All(length)) => (self.visit)(Visit::File { path, bytes: &buffer[..length] }),
                Ok(Read::Nothing) => (self.visit)(Visit::Passed { path }),
                Ok(Read::TooLarge) => self.skip(path, SkipReason::TooLarge),
                Err(_) => self.skip(path, SkipReason::Unreadable),
            }
            if buffer.len() > LONGEST_KEPT_BUFFER {
                *buffer = Vec::new();
            }
        }
    }
}

/// Paths of one folder after the other, in memory that is used again.
struct Inner {
    path: String,
    /// How much of it is the folder, with a slash.
    folder: usize,
}

impl Inner {
    fn of(folder: &str) -> Self {
        let path = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        Self { folder: path.len(), path }
    }

    /// The path of a name in the folder.
    fn path(&mut self, name: &str) -> &str {
        self.path.truncate(self.folder);
        self.path.push_str(name);
        &self.path
    }
}

/// Ends a job: the queue may be done with, now.
struct Done<'a, 'b>(&'a Walk<'b>);

impl Drop for Done<'_, '_> {
    fn drop(&mut self) {
        let mut queue = self.0.queue();
        queue.busy -= 1;
        let over = queue.busy == 0 && queue.jobs.is_empty();
        drop(queue);
        if over {
            self.0.changed.notify_all();
        }
    }
}

/// What came of reading a file.
enum Read {
    /// So many bytes of the buffer are the file.
    All(usize),
    /// It was read, and nothing of what is searched for is in it.
    Nothing,
    /// It is too long.
    TooLarge,
}

impl From<Option<usize>> for Read {
    fn from(length: Option<usize>) -> Self {
        length.map_or(Self::TooLarge, Self::All)
    }
}

/// Reads on into the part of `buffer` behind `length`, until it is full or the file is at its end. Returns how far it
/// is filled, and whether that was the end. `whole`: what [`Folder::reads_whole`] says; `offset`: how much of the file
/// was read before.
fn fill(
    file: &mut File,
    whole: bool,
    buffer: &mut [u8],
    mut length: usize,
    mut offset: u64,
) -> io::Result<(usize, bool)> {
    while length < buffer.len() {
        match file.read(&mut buffer[length..]) {
            Ok(0) => return Ok((length, true)),
            Ok(read) => {
                length += read;
                offset += read as u64;
                // Less than there was room for: that was the end, and asking again would only say so.
                if whole && length < buffer.len() && !offset.is_multiple_of(PAGE) {
                    return Ok((length, true));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok((length, false))
}

/// Reads a file, of which `buffer` has `length` bytes already, and returns its length; `None` if it is longer than
/// `limit`.
fn read_bounded(
    file: &mut File,
    whole: bool,
    buffer: &mut Vec<u8>,
    mut length: usize,
    limit: u64,
) -> io::Result<Option<usize>> {
    if buffer.len() < BUFFER {
        buffer.resize(BUFFER, 0);
    }
    loop {
        if length == buffer.len() {
            // Only now it is worth asking how long it is.
            let whole = Folder::stat_open(file)?.length;
            if whole > limit {
                return Ok(None);
            }
            let whole = usize::try_from(whole).unwrap_or(usize::MAX);
            buffer.resize(whole.saturating_add(1).max(buffer.len() * 2), 0);
        }
        let (filled, ended) = fill(file, whole, buffer, length, length as u64)?;
        length = filled;
        if length as u64 > limit {
            return Ok(None);
        }
        if ended {
            return Ok(Some(length));
        }
    }
}

/// Reads a file and searches it, a long one in parts. Only one that holds what is searched for ends up in `buffer`.
fn search_bounded(
    file: &mut File,
    whole: bool,
    buffer: &mut Vec<u8>,
    limit: u64,
    search: &dyn Search,
) -> io::Result<Read> {
    if buffer.len() < BUFFER {
        buffer.resize(BUFFER, 0);
    }
    let (mut length, mut ended) = fill(file, whole, buffer, 0, 0)?;
    if length as u64 > limit {
        return Ok(Read::TooLarge);
    }
    let is_in = search.is_in(&buffer[..length]);
    if ended {
        return Ok(if is_in { Read::All(length) } else { Read::Nothing });
    }
    if is_in || search.wants_whole(&buffer[..length]) {
        let read = read_bounded(file, whole, buffer, length, limit)?;
        let wanted = is_in || read.is_some_and(|length| search.is_in(&buffer[..length]));
        return Ok(
            read.map_or(Read::TooLarge, |length| if wanted { Read::All(length) } else { Read::Nothing })
        );
    }
    if Folder::stat_open(file)?.length > limit {
        return Ok(Read::TooLarge);
    }
    let mut total = length as u64;
    let overlap = search.overlap().min(buffer.len() / 2);
    while !ended {
        buffer.copy_within(length - overlap..length, 0);
        (length, ended) = fill(file, whole, buffer, overlap, total)?;
        total += (length - overlap) as u64;
        if total > limit {
            return Ok(Read::TooLarge);
        }
        if search.is_in(&buffer[..length]) {
            // What came before is gone.
            file.rewind()?;
            return Ok(read_bounded(file, whole, buffer, 0, limit)?.into());
        }
    }
    Ok(Read::Nothing)
}
