//! What git says of files: which have changes that are in no commit. Where there is no git, or no repository,
//! nothing is said.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// How many paths are given to one git process: far below any limit on the length of a command line.
const AT_ONCE: usize = 200;

/// Those of `paths` (relative to `root`) that git knows to have uncommitted changes, or does not know at all.
pub(crate) fn uncommitted(root: &Path, paths: &[&str]) -> BTreeSet<String> {
    let mut dirty = BTreeSet::new();
    // What stands in the last commit needs no more asking. That is nearly everything, and `git status` holds each path
    // of a repository against each one that it is asked for.
    let Some(unsure) = not_as_committed(root, paths) else { return dirty };
    if unsure.is_empty() {
        return dirty;
    }
    let Some(prefix) = git(root, &["rev-parse", "--show-prefix"], &[]) else { return dirty };
    let prefix = prefix.strip_suffix(b"\n").unwrap_or(&prefix);
    for some in unsure.chunks(AT_ONCE) {
        let status = [
            "--literal-pathspecs",
            "status",
            "--porcelain",
            "-z",
            "--no-renames",
            "--untracked-files=all",
            "--",
        ];
        let Some(listed) = git(root, &status, some) else { return dirty };
        // Entries are `XY path`, from the repository's root.
        for entry in listed.split(|byte| *byte == 0) {
            let path = entry.get(3..).and_then(|path| path.strip_prefix(prefix));
            if let Some(path) = path.and_then(|path| std::str::from_utf8(path).ok()) {
                dirty.insert(path.to_owned());
            }
        }
    }
    dirty
}

/// Those of `paths` that do not hold the very bytes of the last commit, or of which that is not known; `None` if there
/// is no git, or no repository.
fn not_as_committed<'p>(root: &Path, paths: &[&'p str]) -> Option<Vec<&'p str>> {
    // A request is a line.
    let (asked, mut unsure): (Vec<&str>, Vec<&str>) = paths.iter().partition(|path| !path.contains('\n'));
    if paths.is_empty() {
        return Some(unsure);
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
        for (index, path) in asked.iter().enumerate() {
            match committed(&mut answers) {
                Some(Some(bytes)) if std::fs::read(root.join(path)).is_ok_and(|now| now == bytes) => {}
                Some(_) => unsure.push(path),
                // It understands another protocol, or has ended.
                None => {
                    unsure.extend_from_slice(&asked[index..]);
                    break;
                }
            }
        }
    });
    child.wait().ok()?.success().then_some(unsure)
}

/// The next answer of `git cat-file`: the bytes of a file, or that there is none; `None` if there is no answer.
fn committed(answers: &mut impl BufRead) -> Option<Option<Vec<u8>>> {
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
