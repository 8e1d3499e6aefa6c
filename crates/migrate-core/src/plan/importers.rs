//! Files that hold no marker but import what a marked file makes: the client that they call is the source's.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;

use crate::fs::FileSystem;
use crate::join::Tree;

use super::{PlanOptions, parallel};

/// Of the files at `paths`, those that may import what files of `tree` export, with their bytes, by path. They are
/// taken out of `paths`. A file that can't be read is left out: the walk has read it before, so it is going away.
pub(super) fn importers(
    fs: &dyn FileSystem,
    tree: &Tree<'_>,
    paths: &mut Vec<String>,
    seen: &mut BTreeSet<String>,
    options: &PlanOptions,
) -> Vec<(String, Vec<u8>)> {
    let exports = tree.exports();
    let stems = exports.iter().map(|&file| stem(&tree.files[file].path));
    let new: BTreeSet<String> =
        stems.filter(|stem| !stem.is_empty() && !seen.contains(*stem)).map(str::to_string).collect();
    // More words than fit into an automaton are no tree's.
    let Some(words) = AhoCorasick::new(&new).ok().filter(|_| !new.is_empty()) else { return Vec::new() };
    seen.extend(new);
    let stop = || options.cancelled.as_ref().is_some_and(|asked| asked());
    let looked_at =
        parallel::map(std::mem::take(paths), parallel::threads(options.walk.threads), &stop, |path| match fs
            .read(&path)
        {
            Ok(contents) if words.is_match(&contents.bytes) => Some((path, Some(contents.bytes))),
            Ok(_) => Some((path, None)),
            Err(_) => None,
        });
    let mut found = Vec::new();
    for (path, bytes) in looked_at.into_iter().flatten() {
        match bytes {
            Some(bytes) => found.push((path, bytes)),
            None => paths.push(path),
        }
    }
    found
}

/// The word by which other files name a file in an import: its own name, or its folder's where it stands for that.
fn stem(path: &str) -> &str {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.split('.').next().unwrap_or(name);
    match stem {
        "__init__" | "index" | "mod" => folder.rsplit('/').next().unwrap_or(folder),
        stem => stem,
    }
}
