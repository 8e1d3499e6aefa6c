//! Ignore files. Which of them count:
//!
//! - `.gitignore` and `.ignore` in the root and below, whether there is a repository or not (an unpacked tarball
//!   ignores what its repository did);
//! - those above the root only up to the top of the repository that the root lies in, and none if it lies in none;
//! - a repository's `info/exclude` and the user's global ignore file, if the root lies in a repository;
//! - a repository inside the tree starts anew, as it does for git; `.ignore` files go on.
//!
//! One that is nearer, later in its file, or called `.ignore` wins.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::git;
use crate::sys::{Folder, Kind};

/// An ignore file longer than this is not one.
const LONGEST: u64 = 4 << 20;

/// The ignore files of one folder, and of those above it.
#[derive(Debug, Default)]
pub struct Rules {
    parent: Option<Arc<Rules>>,
    /// Length of the folder's own path, with a slash, in front of paths relative to the root.
    below: usize,
    /// For a folder above the root: the way from it to the root, with a slash at its end.
    above: String,
    git: Option<Gitignore>,
    plain: Option<Gitignore>,
    /// The repository's own list, and the user's; in the top folder of a repository.
    shared: Vec<Gitignore>,
    /// Whether this is the top of a repository, beyond which git does not look.
    top: bool,
}

impl Rules {
    /// The rules that hold for the root itself, from the folders above it.
    pub fn above(root: &Path) -> Arc<Self> {
        let mut rules = Arc::new(Self::default());
        let Some(top) = git::top(root) else { return rules };
        let mut folders: Vec<&Path> = root.ancestors().take_while(|folder| *folder != top).collect();
        // The root's own files are read when it is walked. If it is the top, there is nothing above.
        if !folders.is_empty() {
            folders.remove(0);
            folders.push(top);
        }
        for folder in folders.into_iter().rev() {
            let way = root.strip_prefix(folder).ok().and_then(Path::to_str).map(|way| way.replace('\\', "/"));
            let (Some(way), Ok(open)) = (way, Folder::open(folder)) else { continue };
            let top = folder == top;
            rules = Arc::new(Self {
                above: format!("{way}/"),
                git: load(&open, ".gitignore"),
                plain: load(&open, ".ignore"),
                shared: if top { shared(folder) } else { Vec::new() },
                top,
                below: 0,
                parent: Some(rules),
            });
        }
        rules
    }

    /// The rules inside a folder, with those of the folder above it. `path` is relative to the root; `has` says
    /// whether a name is in the folder.
    pub fn enter(
        self: &Arc<Self>,
        root: &Path,
        path: &str,
        folder: &Folder,
        has: impl Fn(&str) -> bool,
    ) -> Arc<Self> {
        let load = |name: &str| if has(name) { load(folder, name) } else { None };
        let (git, plain, top) = (load(".gitignore"), load(".ignore"), has(".git"));
        if git.is_none() && plain.is_none() && !top {
            return Arc::clone(self);
        }
        Arc::new(Self {
            parent: Some(Arc::clone(self)),
            below: if path.is_empty() { 0 } else { path.len() + 1 },
            above: String::new(),
            git,
            plain,
            shared: if top { shared(&root.join(path)) } else { Vec::new() },
            top,
        })
    }

    /// Whether a path, relative to the root, is ignored. The folders on its way are taken not to be.
    pub fn ignore(&self, path: &str, is_folder: bool) -> bool {
        let chain = || std::iter::successors(Some(self), |rules| rules.parent.as_deref());
        let verdict = |rules: &Self, matcher: &Gitignore| {
            let found = if rules.above.is_empty() {
                matcher.matched(&path[rules.below..], is_folder)
            } else {
                matcher.matched(format!("{}{path}", rules.above), is_folder)
            };
            if found.is_none() { None } else { Some(found.is_ignore()) }
        };
        for rules in chain() {
            if let Some(ignored) = rules.plain.as_ref().and_then(|matcher| verdict(rules, matcher)) {
                return ignored;
            }
        }
        for rules in chain() {
            let own = rules.git.iter().chain(&rules.shared);
            for matcher in own {
                if let Some(ignored) = verdict(rules, matcher) {
                    return ignored;
                }
            }
            if rules.top {
                break;
            }
        }
        false
    }
}

/// What a repository and its user ignore besides `.gitignore`.
fn shared(top: &Path) -> Vec<Gitignore> {
    let mut shared = Vec::new();
    if let Some(exclude) = git::exclude_file(top) {
        let bytes = std::fs::read(exclude).unwrap_or_default();
        shared.push(build(&bytes));
    }
    shared.push(GitignoreBuilder::new(".").build_global().0);
    shared.retain(|matcher| !matcher.is_empty());
    shared
}

fn load(folder: &Folder, name: &str) -> Option<Gitignore> {
    // As git does, a link is not followed.
    let file = folder.open_file(name).ok()?;
    if Folder::stat_open(&file).ok()?.kind != Kind::File {
        return None;
    }
    let mut bytes = Vec::new();
    file.take(LONGEST).read_to_end(&mut bytes).ok()?;
    Some(build(&bytes)).filter(|matcher| !matcher.is_empty())
}

/// A pattern that is none is passed over, as git does.
fn build(bytes: &[u8]) -> Gitignore {
    let text = String::from_utf8_lossy(bytes);
    let mut builder = GitignoreBuilder::new(".");
    for line in text.strip_prefix('\u{feff}').unwrap_or(&text).lines() {
        let _ = builder.add_line(None, line);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}
