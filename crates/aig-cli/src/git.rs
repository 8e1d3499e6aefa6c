//! What git says of files: which have changes that are in no commit. Where there is no git, or no repository,
//! nothing is said.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

/// How many paths are given to one git process: far below any limit on the length of a command line.
const AT_ONCE: usize = 200;

/// Those of `paths` (relative to `root`) that git knows to have uncommitted changes, or does not know at all.
pub(crate) fn uncommitted(root: &Path, paths: &[&str]) -> BTreeSet<String> {
    let mut dirty = BTreeSet::new();
    if paths.is_empty() {
        return dirty;
    }
    let Some(prefix) = git(root, &["rev-parse", "--show-prefix"], &[]) else { return dirty };
    let prefix = prefix.strip_suffix(b"\n").unwrap_or(&prefix);
    for some in paths.chunks(AT_ONCE) {
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

/// What git prints; `None` if it is missing or fails. It takes no lock, writes no index, and starts no program that
/// the repository's configuration names.
fn git(root: &Path, args: &[&str], paths: &[&str]) -> Option<Vec<u8>> {
    let output = Command::new("git")
        .arg("--no-optional-locks")
        .args(["-c", "core.fsmonitor=false"])
        .arg("-C")
        .arg(root)
        .args(args)
        .args(paths)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output.status.success().then_some(output.stdout)
}
