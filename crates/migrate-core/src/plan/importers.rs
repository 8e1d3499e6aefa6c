//! Files that hold no marker but import what a marked file makes: the client that they call is the source's.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use aho_corasick::AhoCorasick;

use crate::fs::FileSystem;
use crate::tree::Tree;

use super::PlanOptions;

/// Of the files at `paths`, those that may import what files of `tree` export, with their bytes, by path. They are
/// taken out of `paths`. A file that can't be read is none: the walk has read it before, so it is going away.
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
    let found = Mutex::new(Vec::new());
    fs.read_each(paths, options.walk.threads, &|path, bytes| {
        if !stop() && words.is_match(bytes) {
            found.lock().unwrap_or_else(PoisonError::into_inner).push((path.to_owned(), bytes.to_vec()));
        }
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.sort();
    paths.retain(|path| found.binary_search_by(|(found, _)| found.cmp(path)).is_err());
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
