//! What the tests of this crate share.

// Not every test binary uses all of it.
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use migrate_core::FileSystem;
use migrate_core::edit::Edit;
use migrate_core::finding::{Rule, SkipReason};
use migrate_core::fs::{Visit, WalkOptions};
use migrate_core::plan::{FilePlan, Plan};
use migrate_disk::DiskFs;

/// A folder that is removed in the end, with a tree and a state folder in it.
pub struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(place.root()).unwrap();
        for (path, text) in files {
            place.write(path, text);
        }
        place
    }

    /// The tree. Its parent is no part of it.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("tree")
    }

    pub fn outside(&self) -> &Path {
        self.folder.path()
    }

    pub fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap()
    }

    pub fn exists(&self, path: &str) -> bool {
        self.path(path).symlink_metadata().is_ok()
    }

    pub fn fs(&self) -> DiskFs {
        DiskFs::with_state_dir(&self.root(), &self.state()).unwrap()
    }

    /// All names in the tree, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut folders = vec![self.root()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                if entry.file_type().unwrap().is_dir() {
                    folders.push(entry.path());
                } else {
                    names.push(entry.path().strip_prefix(self.root()).unwrap().display().to_string());
                }
            }
        }
        names.sort();
        names
    }
}

/// What a walk sees, sorted: the files, and the rest with its reasons.
pub fn walk(fs: &dyn FileSystem, options: &WalkOptions) -> (Vec<String>, Vec<(String, SkipReason)>) {
    let seen = Mutex::new((Vec::new(), Vec::new()));
    fs.walk(options, &|visit| {
        let mut seen = seen.lock().unwrap();
        match visit {
            Visit::File { path, .. } => seen.0.push(path.to_owned()),
            Visit::Skipped { path, reason } => seen.1.push((path.to_owned(), reason)),
            _ => panic!("an unknown visit"),
        }
    })
    .unwrap();
    let mut seen = seen.into_inner().unwrap();
    seen.0.sort();
    seen.1.sort();
    seen
}

/// A plan that puts `new` for the first `old` in each of these files.
pub fn plan(fs: &dyn FileSystem, paths: &[&str]) -> Plan {
    let mut plan = Plan::new("here", "there");
    for path in paths {
        let contents = fs.read(path).unwrap();
        let at = contents.bytes.windows(3).position(|window| window == b"old").unwrap();
        let edit = Edit::new(&contents.bytes, at..at + 3, b"newer".to_vec(), Rule::BaseUrl, 0);
        plan.files.push(FilePlan::new(*path, "text", contents, vec![edit]).unwrap());
    }
    plan
}
