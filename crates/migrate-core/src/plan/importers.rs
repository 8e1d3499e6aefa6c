//! Files that hold no marker but import what a marked file makes: the client that they call is the source's.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use aho_corasick::AhoCorasick;

use crate::fs::FileSystem;
use crate::tree::{Tree, folder_of};

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
    let paths_of = || exports.iter().map(|&file| &*tree.files[file].path);
    let manifests = manifests(fs, tree, &exports, seen);
    let stems = paths_of().map(stem).chain(paths_of().filter_map(|path| tree.package_of(path)));
    let new: BTreeSet<String> =
        stems.filter(|stem| !stem.is_empty() && !seen.contains(*stem)).map(str::to_string).collect();
    // More words than fit into an automaton are no tree's.
    let Some(words) = AhoCorasick::new(&new).ok().filter(|_| !new.is_empty()) else { return manifests };
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
    found.extend(manifests);
    found
}

/// The files that name the packages in which `exports` lie, where `tree` does not hold them: the nearest of each.
fn manifests(
    fs: &dyn FileSystem,
    tree: &Tree<'_>,
    exports: &BTreeSet<usize>,
    seen: &mut BTreeSet<String>,
) -> Vec<(String, Vec<u8>)> {
    let mut out = Vec::new();
    for &file in exports {
        let file = &tree.files[file];
        let Some(name) = file.regions.first().and_then(|facts| facts.language.package_file()) else {
            continue;
        };
        let mut folder = folder_of(&file.path);
        loop {
            let path = if folder.is_empty() { name.to_string() } else { format!("{folder}/{name}") };
            // One that can't be read is none.
            if tree.by_path.contains_key(&path) || !seen.insert(path.clone()) {
                break;
            }
            if let Ok(contents) = fs.read(&path) {
                out.push((path, contents.bytes));
                break;
            }
            if folder.is_empty() {
                break;
            }
            folder = folder_of(folder);
        }
    }
    out
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
