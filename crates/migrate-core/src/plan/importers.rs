//! Files that hold no marker but import what a marked file makes: the client that they call is the source's.

use std::collections::{BTreeMap, BTreeSet};

use memchr::memmem::Finder;

use crate::fs::FileSystem;
use crate::join::Tree;

/// Of the files at `paths`, those that may import what files of `tree` export, with their bytes, by path. They are
/// taken out of `paths`. A file that can't be read is left out: the walk has read it before, so it is going away.
pub(super) fn importers(
    fs: &dyn FileSystem,
    tree: &Tree<'_>,
    paths: &mut Vec<String>,
    seen: &mut BTreeSet<String>,
) -> Vec<(String, Vec<u8>)> {
    let exports = tree.exports();
    let mut finders: BTreeMap<String, Finder<'static>> = BTreeMap::new();
    for file in exports {
        let stem = stem(&tree.files[file].path);
        if !stem.is_empty() && !seen.contains(stem) {
            finders.insert(stem.to_string(), Finder::new(stem.as_bytes()).into_owned());
        }
    }
    if finders.is_empty() {
        return Vec::new();
    }
    seen.extend(finders.keys().cloned());
    let mut found = Vec::new();
    paths.retain(|path| {
        let Ok(contents) = fs.read(path) else { return false };
        let named = finders.values().any(|finder| finder.find(&contents.bytes).is_some());
        if named {
            found.push((path.clone(), contents.bytes));
        }
        !named
    });
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
