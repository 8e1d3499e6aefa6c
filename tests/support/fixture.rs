//! Fixtures: a tree before, the tree after, and what the plan has to say of it.
//!
//! A fixture is a folder of `tests/fixtures`: `before/`, `after/`, and (where the defaults don't do) `case.toml`, whose
//! fields are those of [`Case`]. `after/` is written by hand, from the design: no tool ever writes it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use migrate_core::finding::{Finding, Level, Rule};
use migrate_core::plan::Fate;
use migrate_core::{Config, MemoryFs, Plan, PlanOptions};
use serde::Deserialize;

use crate::workspace::files_under;

/// A text that stands for a live key in fixtures. No output may hold it.
pub const CANARY: &str = "CANARY-SECRET-0000";

/// Files by path, `/`-separated.
pub type Tree = BTreeMap<String, Vec<u8>>;

/// `case.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What the fixture shows, in one line.
    #[serde(default)]
    pub title: String,
    /// Its number in the list of hard cases, if it is one.
    #[serde(default)]
    pub hard_case: Option<u32>,
    /// There are no edits; `after/` is the same as `before/` and is left out.
    #[serde(default)]
    pub untouched: bool,
    /// Options of the plan.
    #[serde(default)]
    pub flags: Flags,
    /// All findings of the levels action and check, in any order.
    #[serde(default)]
    pub findings: Vec<Expected>,
    /// All findings of the level note. Not looked at if it is not there.
    #[serde(default)]
    pub notes: Option<Vec<Expected>>,
    /// How many occurrences are left in each file, by reason, as `path: reason number`, in order. Not looked at if it is
    /// not there.
    #[serde(default)]
    pub left: Option<Vec<String>>,
    /// All changes of the environment, in order, as `kind FROM TO`. Not looked at if it is not there.
    #[serde(default)]
    pub environment: Option<Vec<String>>,
    /// Why each file that is skipped is, as `path: reason`. Not looked at if it is not there.
    #[serde(default)]
    pub skipped: Option<Vec<String>>,
}

/// Options that a fixture gives the plan.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flags {
    /// `--base-url`.
    #[serde(default)]
    pub base_url: Option<String>,
    /// `--from-url`.
    #[serde(default)]
    pub from_urls: Vec<String>,
    /// `--keep-unmapped`.
    #[serde(default)]
    pub keep_unmapped: bool,
}

/// A finding as a fixture names it: `path:line level rule`, and behind `: ` a text that its message or help holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Expected {
    /// `path:line level rule`.
    pub place: String,
    /// What its message or help must hold; may be empty.
    pub contains: String,
}

impl TryFrom<String> for Expected {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (place, contains) = text.split_once(": ").unwrap_or((&text, ""));
        let mut words = place.split_whitespace();
        let (Some(at), Some(level), Some(rule), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(format!("`{text}` is not `path:line level rule`"));
        };
        let line = at.rsplit_once(':').and_then(|(_, line)| line.parse::<usize>().ok());
        if line.is_none() || !["action", "check", "note"].contains(&level) || Rule::from_id(rule).is_none() {
            return Err(format!(
                "`{text}` is not `path:line level rule` with a known level (action, check, note) and rule"
            ));
        }
        Ok(Self { place: place.to_owned(), contains: contains.to_owned() })
    }
}

impl Expected {
    /// Whether `finding`, of the file `path`, is this one.
    pub fn is(&self, path: &str, finding: &Finding) -> bool {
        self.place == place(path, finding)
            && (finding.message.contains(&self.contains) || finding.help.contains(&self.contains))
    }
}

/// A finding as a fixture would name it.
pub fn place(path: &str, finding: &Finding) -> String {
    format!("{path}:{} {} {}", finding.line, finding.level, finding.rule)
}

/// Whether fixtures have to list findings of this level.
pub fn listed(level: Level) -> bool {
    level != Level::Note
}

/// A fixture.
#[derive(Debug)]
pub struct Fixture {
    /// The folder's name.
    pub name: String,
    /// What its `case.toml` says.
    pub case: Case,
    /// The tree before.
    pub before: Tree,
    /// The tree after.
    pub after: Tree,
}

impl Fixture {
    /// Reads the fixture in `folder`.
    ///
    /// # Errors
    /// If it is not of the form that the module's documentation tells.
    pub fn load(folder: &Path) -> Result<Self> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = match fs::read_to_string(folder.join("case.toml")) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error).context("case.toml"),
        };
        let case: Case = toml::from_str(&text).context("case.toml")?;
        let before = read_tree(&folder.join("before"))?;
        ensure!(!before.is_empty(), "before/ is missing or empty");
        let after = if case.untouched {
            ensure!(!folder.join("after").exists(), "an untouched fixture has no after/");
            before.clone()
        } else {
            let after = read_tree(&folder.join("after"))?;
            ensure!(
                after != before,
                "after/ is the same as before/: say `untouched = true`, and leave it out"
            );
            ensure!(
                after.keys().eq(before.keys()),
                "before/ and after/ hold different files: {:?}, {:?}",
                before.keys(),
                after.keys()
            );
            after
        };
        for entry in fs::read_dir(folder)? {
            let entry = entry?.file_name();
            if !["before", "after", "case.toml"].iter().any(|known| entry == *known) {
                bail!("{} is neither before/, after/ nor case.toml", entry.display());
            }
        }
        Ok(Self { name, case, before, after })
    }

    /// The options that its plan is made with: its flags, and the settings that its tree holds.
    ///
    /// # Errors
    /// What is wrong with the settings.
    pub fn options(&self) -> Result<PlanOptions> {
        let mut options = PlanOptions::default();
        options.config = Config::load(&MemoryFs::from_files(&self.before))?;
        options.base_url.clone_from(&self.case.flags.base_url);
        options.from_urls.clone_from(&self.case.flags.from_urls);
        options.keep_unmapped = self.case.flags.keep_unmapped;
        Ok(options)
    }

    /// Whether a plan finds what the fixture says, and nothing else, and changes and skips what it says.
    ///
    /// # Errors
    /// What is missing and what is not expected.
    pub fn check_findings(&self, planned: &Plan) -> Result<()> {
        let mut missing = self.case.findings.clone();
        missing.extend(self.case.notes.iter().flatten().cloned());
        let listed = |level| listed(level) || self.case.notes.is_some();
        let mut unexpected = Vec::new();
        for file in &planned.files {
            for finding in file.findings.iter().filter(|finding| listed(finding.level)) {
                match missing.iter().position(|expected| expected.is(&file.path, finding)) {
                    Some(at) => drop(missing.remove(at)),
                    None => unexpected.push(format!(
                        "{}: {} ({})",
                        place(&file.path, finding),
                        finding.message,
                        finding.help
                    )),
                }
            }
        }
        let missing: Vec<String> =
            missing.iter().map(|expected| format!("{}: {}", expected.place, expected.contains)).collect();
        ensure!(
            missing.is_empty() && unexpected.is_empty(),
            "findings\n  expected, and not there:\n    {}\n  there, and not expected:\n    {}",
            missing.join("\n    "),
            unexpected.join("\n    ")
        );
        if let Some(expected) = &self.case.left {
            let mut left: BTreeMap<String, usize> = BTreeMap::new();
            for file in &planned.files {
                for entry in &file.ledger {
                    if let Fate::Left(reason) = entry.fate {
                        let reason = format!("{reason:?}").to_lowercase();
                        *left.entry(format!("{}: {reason}", file.path)).or_default() += 1;
                    }
                }
            }
            let left: Vec<String> = left.iter().map(|(place, number)| format!("{place} {number}")).collect();
            ensure!(left == *expected, "left are {left:?}, not {expected:?}");
        }
        if let Some(expected) = &self.case.environment {
            let changes = planned
                .environment
                .iter()
                .map(|change| format!("{} {} {}", change.kind.id(), change.from, change.to));
            let changes: Vec<String> = changes.collect();
            ensure!(changes == *expected, "the environment changes are {changes:?}, not {expected:?}");
        }
        if let Some(expected) = &self.case.skipped {
            let skipped =
                planned.skipped.iter().map(|skipped| format!("{}: {}", skipped.path, skipped.reason.id()));
            let skipped: Vec<String> = skipped.collect();
            ensure!(skipped == *expected, "skipped are {skipped:?}, not {expected:?}");
        }
        Ok(())
    }

    /// The same options on a command line.
    pub fn arguments(&self) -> Vec<String> {
        let mut out = Vec::new();
        if let Some(url) = &self.case.flags.base_url {
            out.extend(["--base-url".to_owned(), url.clone()]);
        }
        for url in &self.case.flags.from_urls {
            out.extend(["--from-url".to_owned(), url.clone()]);
        }
        if self.case.flags.keep_unmapped {
            out.push("--keep-unmapped".to_owned());
        }
        out
    }
}

/// The folders of `tests/fixtures`, sorted.
///
/// # Errors
/// If the folder can't be read.
pub fn folders() -> Result<Vec<PathBuf>> {
    subfolders(&crate::workspace::root().join("tests/fixtures"))
}

/// What stands in a folder, sorted.
///
/// # Errors
/// If the folder can't be read.
pub fn subfolders(root: &Path) -> Result<Vec<PathBuf>> {
    let mut out = Vec::new();
    for entry in fs::read_dir(root).with_context(|| root.display().to_string())? {
        out.push(entry?.path());
    }
    out.sort();
    Ok(out)
}

/// Reads every file below `root`; a folder that does not exist is an empty tree.
///
/// # Errors
/// If something below it can't be read, or has a name that is not UTF-8.
pub fn read_tree(root: &Path) -> Result<Tree> {
    if !root.exists() {
        return Ok(Tree::new());
    }
    let paths = files_under(root)?;
    paths.into_iter().map(|path| Ok((path.clone(), fs::read(root.join(path))?))).collect()
}

/// Writes `tree` below `root`.
///
/// # Errors
/// If something can't be written.
pub fn write_tree(root: &Path, tree: &Tree) -> Result<()> {
    for (path, bytes) in tree {
        let path = root.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, bytes)?;
    }
    Ok(())
}
