//! The sums of a plan, as they are kept in `snapshots/`.

use std::collections::{BTreeMap, BTreeSet};

use migrate_core::plan::{Fate, LeftReason, Plan};
use serde::{Deserialize, Serialize};

/// What a plan adds up to. No text of the package is in it.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sums {
    /// Files that were looked into.
    pub files_scanned: usize,
    /// Files that would be written.
    pub files_changed: usize,
    /// Edits by rule.
    pub edits: BTreeMap<String, usize>,
    /// Findings by rule and level.
    pub findings: BTreeMap<String, usize>,
    /// Marker occurrences by what became of them.
    pub ledger: BTreeMap<String, usize>,
    /// Variables to see to outside the tree.
    pub environment: usize,
    /// Entries that were passed over, by reason.
    pub skipped: BTreeMap<String, usize>,
}

impl Sums {
    /// Adds up `plan`.
    pub fn of(plan: &Plan) -> Self {
        let mut sums = Self {
            files_scanned: plan.files_scanned,
            files_changed: plan.changed().count(),
            environment: plan.environment.len(),
            ..Self::default()
        };
        for file in &plan.files {
            for edit in &file.edits {
                *sums.edits.entry(edit.rule.id().to_owned()).or_default() += 1;
            }
            for finding in &file.findings {
                *sums.findings.entry(format!("{} {}", finding.rule, finding.level)).or_default() += 1;
            }
            for entry in &file.ledger {
                *sums.ledger.entry(fate(entry.fate).to_owned()).or_default() += 1;
            }
        }
        for skipped in &plan.skipped {
            *sums.skipped.entry(skipped.reason.id().to_owned()).or_default() += 1;
        }
        sums
    }

    /// What is another number in `now`, a line each.
    pub fn differences(&self, now: &Self) -> Vec<String> {
        let (old, new) = (self.lines(), now.lines());
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let number = |of: &BTreeMap<String, usize>, name: &str| of.get(name).copied().unwrap_or(0);
        names
            .into_iter()
            .filter(|name| number(&old, name) != number(&new, name))
            .map(|name| format!("{name}: was {}, is {}", number(&old, name), number(&new, name)))
            .collect()
    }

    fn lines(&self) -> BTreeMap<String, usize> {
        let mut lines = BTreeMap::from([
            ("files_scanned".to_owned(), self.files_scanned),
            ("files_changed".to_owned(), self.files_changed),
            ("environment".to_owned(), self.environment),
        ]);
        let parts = [
            ("edits", &self.edits),
            ("findings", &self.findings),
            ("ledger", &self.ledger),
            ("skipped", &self.skipped),
        ];
        for (part, sums) in parts {
            lines.extend(sums.iter().map(|(name, sum)| (format!("{part}: {name}"), *sum)));
        }
        lines
    }
}

fn fate(fate: Fate) -> &'static str {
    match fate {
        Fate::Rewritten => "rewritten",
        Fate::Reported => "reported",
        Fate::Left(LeftReason::Prose) => "left: prose",
        Fate::Left(LeftReason::Identifier) => "left: identifier",
        Fate::Left(LeftReason::Link) => "left: link",
        Fate::Left(LeftReason::Path) => "left: path",
        Fate::Left(LeftReason::Unrelated) => "left: unrelated",
        _ => "left: for a reason that this test does not know",
    }
}
