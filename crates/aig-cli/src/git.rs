//! What git says of files: which have changes that are in no commit. Where there is no git, or no repository,
//! nothing is said.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// So many paths are asked for by name: far below any limit on the length of a command line. If there are more, the
/// whole tree is asked for.
const FEW: usize = 200;

/// What git knows of the files of a tree. It may be asked early, and answer while something else is done.
pub(crate) struct Commits {
    root: PathBuf,
    early: Mutex<Option<JoinHandle<Answer>>>,
}

/// The paths that were asked for, sorted, and what [`as_committed`] says of them.
type Answer = (Vec<String>, Option<BTreeSet<String>>);

impl Commits {
    /// Those of the tree in `root`. Nothing is asked yet.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), early: Mutex::default() }
    }

    /// Begins to find out about the files at `paths`, sorted, relative to the root.
    pub fn ask(&self, paths: &[&str]) {
        let root = self.root.clone();
        let asked: Vec<String> = paths.iter().map(|&path| path.to_owned()).collect();
        let answer = move || {
            let committed = as_committed(&root, &asked);
            (asked, committed)
        };
        // Without a thread it is found out later.
        *self.early() = std::thread::Builder::new().name("git".into()).spawn(answer).ok();
    }

    /// Those of `paths` that git knows to have uncommitted changes, or does not know at all.
    pub fn uncommitted(&self, paths: &[&str]) -> BTreeSet<String> {
        let root = self.root.as_path();
        let early = self.early().take();
        // A panic of the thread is as if it had not been asked.
        let answer = early.and_then(|thread| thread.join().ok());
        let (asked, committed) = answer.unwrap_or((Vec::new(), Some(BTreeSet::new())));
        let mut rest: Vec<String> = paths.iter().map(|&path| path.to_owned()).collect();
        rest.retain(|path| asked.binary_search(path).is_err());
        let Some(mut committed) = committed else { return BTreeSet::new() };
        let Some(more) = as_committed(root, &rest) else { return BTreeSet::new() };
        committed.extend(more);
        // That is nearly everything, and `git status` holds each path of a repository against each one it is asked for.
        let unsure: Vec<&str> = paths.iter().copied().filter(|path| !committed.contains(*path)).collect();
        if unsure.is_empty() { BTreeSet::new() } else { changed(root, &unsure) }
    }

    fn early(&self) -> MutexGuard<'_, Option<JoinHandle<Answer>>> {
        // Nothing that can panic runs under the lock.
        self.early.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Those of `paths`, none of which holds the bytes of the last commit, that `git status` tells of.
fn changed(root: &Path, paths: &[&str]) -> BTreeSet<String> {
    let ignored = ignored(root, paths);
    let paths: Vec<&str> = paths.iter().copied().filter(|path| !ignored.contains(path.as_bytes())).collect();
    let status =
        ["--literal-pathspecs", "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--"];
    let asked: &[&str] = match paths.len() {
        0 => return BTreeSet::new(),
        1..=FEW => &paths,
        _ => &["."],
    };
    let prefix = || git(root, &["rev-parse", "--show-prefix"], &[]);
    let Some((prefix, listed)) = prefix().zip(git(root, &status, asked)) else { return BTreeSet::new() };
    let prefix = prefix.strip_suffix(b"\n").unwrap_or(&prefix);
    // Entries are `XY path`, from the repository's root.
    let listed: BTreeSet<&[u8]> =
        listed.split(|byte| *byte == 0).filter_map(|entry| entry.get(3..)?.strip_prefix(prefix)).collect();
    paths.into_iter().filter(|path| listed.contains(path.as_bytes())).map(str::to_owned).collect()
}

/// Those of `paths` that an ignore file of the repository names.
fn ignored(root: &Path, paths: &[&str]) -> BTreeSet<Vec<u8>> {
    let ask = || {
        let mut child =
            command(root).args(["check-ignore", "-z", "--stdin"]).stdin(Stdio::piped()).spawn().ok()?;
        let mut requests = child.stdin.take()?;
        let asked: String = paths.iter().flat_map(|path| [*path, "\0"]).collect();
        let output = std::thread::scope(|scope| {
            scope.spawn(move || requests.write_all(asked.as_bytes()).ok());
            child.wait_with_output()
        });
        // It fails if none is ignored.
        Some(output.ok()?.stdout)
    };
    let listed = ask().unwrap_or_default();
    listed.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect()
}

/// Those of `paths` that hold the very bytes of the last commit; `None` if there is no git, or no repository.
fn as_committed(root: &Path, paths: &[String]) -> Option<BTreeSet<String>> {
    let mut committed = BTreeSet::new();
    // A request is a line.
    let asked: Vec<&String> = paths.iter().filter(|path| !path.contains('\n')).collect();
    if asked.is_empty() {
        return Some(committed);
    }
    let mut child = command(root).args(["cat-file", "--batch"]).stdin(Stdio::piped()).spawn().ok()?;
    let (requests, answers) = (child.stdin.take()?, child.stdout.take()?);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut requests = requests;
            // That git has ended is seen from its answers.
            asked.iter().try_for_each(|path| writeln!(requests, "HEAD:./{path}")).ok()
        });
        let mut answers = BufReader::new(answers);
        for path in &asked {
            // Without an answer, it understands another protocol, or has ended.
            let Some(answer) = committed_bytes(&mut answers) else { break };
            if answer.is_some_and(|bytes| std::fs::read(root.join(path)).is_ok_and(|now| now == bytes)) {
                committed.insert((*path).clone());
            }
        }
    });
    child.wait().ok()?.success().then_some(committed)
}

/// The next answer of `git cat-file`: the bytes of a file, or that there is none; `None` if there is no answer.
fn committed_bytes(answers: &mut impl BufRead) -> Option<Option<Vec<u8>>> {
    let mut line = Vec::new();
    answers.read_until(b'\n', &mut line).ok().filter(|&length| length > 0)?;
    let line = String::from_utf8_lossy(&line);
    let mut words = line.trim_end().rsplit(' ');
    let (Some(Ok(length)), Some(kind)) = (words.next().map(str::parse::<u64>), words.next()) else {
        return Some(None);
    };
    let mut bytes = Vec::new();
    // A line end follows.
    answers.take(length + 1).read_to_end(&mut bytes).ok()?;
    bytes.pop()?;
    Some((kind == "blob").then_some(bytes))
}

/// What git prints; `None` if it is missing or fails.
fn git(root: &Path, args: &[&str], paths: &[&str]) -> Option<Vec<u8>> {
    let output = command(root).args(args).args(paths).output().ok()?;
    output.status.success().then_some(output.stdout)
}

/// A git that takes no lock, writes no index, asks no server, and starts no program that the repository's configuration
/// names.
fn command(root: &Path) -> Command {
    let mut git = Command::new("git");
    git.arg("--no-optional-locks")
        .args(["-c", "core.fsmonitor=false"])
        // A pack is looked at through small windows: of a long one, each file would else hold its surroundings in memory.
        .args(["-c", "core.packedGitWindowSize=64k", "-c", "core.packedGitLimit=1m"])
        .arg("-C")
        .arg(root)
        .env("GIT_NO_LAZY_FETCH", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    git
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A repository with a folder that has files in every state, and what they are called.
    fn repository() -> (tempfile::TempDir, Vec<String>) {
        let place = tempfile::tempdir().unwrap();
        let run = |args: &[&str]| {
            let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
            let mut git = Command::new("git");
            let done = git.args(identity).args(args).current_dir(place.path()).output().unwrap();
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        };
        let folder = place.path().join("sub");
        let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
        std::fs::create_dir(&folder).unwrap();
        run(&["init", "-q"]);
        write(".gitignore", "ignored*\n");
        write("changed", "a");
        write("same", "a");
        run(&["add", "."]);
        run(&["commit", "-qm", "x"]);
        write("changed", "b");
        write("staged", "a");
        run(&["add", "sub/staged"]);
        write("ignored", "a");
        write("new", "a");
        let names = ["changed", "ignored", "new", "same", "staged"];
        (place, names.map(str::to_owned).to_vec())
    }

    #[test]
    fn files_are_marked_that_no_commit_holds() {
        let (place, names) = repository();
        let folder = place.path().join("sub");
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let marked = ["changed", "new", "staged"].map(str::to_owned);
        // Asked when the answer is needed; before that, of all; and of some that are not asked for later.
        for early in [None, Some(&names[..]), Some(&names[1..4])] {
            let commits = Commits::new(&folder);
            early.into_iter().for_each(|paths| commits.ask(paths));
            assert!(commits.uncommitted(&names).iter().eq(&marked), "{early:?}");
        }
        let commits = Commits::new(&folder);
        commits.ask(&names);
        assert_eq!(commits.uncommitted(&["same"]), BTreeSet::new());
    }

    #[test]
    fn many_files_are_asked_for_as_a_tree() {
        let (place, _) = repository();
        let folder = place.path().join("sub");
        let mut names: Vec<String> = (0..=FEW).map(|number| format!("many{number:04}")).collect();
        names.iter().for_each(|name| std::fs::write(folder.join(name), "a").unwrap());
        let marked: BTreeSet<String> = names.iter().cloned().collect();
        names.extend(["ignored", "same"].map(str::to_owned));
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(Commits::new(&folder).uncommitted(&names), marked);
    }

    #[test]
    fn outside_a_repository_nothing_is_marked() {
        let place = tempfile::tempdir().unwrap();
        std::fs::write(place.path().join("a"), "a").unwrap();
        let commits = Commits::new(place.path());
        commits.ask(&["a"]);
        assert_eq!(commits.uncommitted(&["a"]), BTreeSet::new());
    }
}
