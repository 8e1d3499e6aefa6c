//! What there is to say of each rule: data, in `rules.toml`.

use std::sync::OnceLock;

use migrate_core::finding::Rule;
use serde::Deserialize;

const TEXT: &str = include_str!("../rules.toml");

/// A rule, in words.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct About {
    /// Its id.
    pub id: String,
    /// What it is about, as a title.
    pub title: String,
    /// What it does.
    pub does: String,
    /// Why.
    pub why: String,
    /// What a finding of it asks of its reader.
    pub asks: String,
    /// The name of the file of the example.
    #[serde(default)]
    pub file: Option<String>,
    /// The example.
    #[serde(default)]
    pub before: Option<String>,
    /// What becomes of it; `None` if it stays.
    #[serde(default)]
    pub after: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rule: Vec<About>,
}

/// All rules, in the order of the documentation.
pub(crate) fn all() -> &'static [About] {
    static RULES: OnceLock<Vec<About>> = OnceLock::new();
    // The file is a part of the program, and a test reads it.
    RULES.get_or_init(|| toml::from_str(TEXT).map(|file: File| file.rule).unwrap_or_default())
}

/// What there is to say of `rule`, and its place in [`all`].
pub(crate) fn of(rule: Rule) -> Option<(usize, &'static About)> {
    all().iter().enumerate().find(|(_, about)| about.id == rule.id())
}

#[cfg(test)]
mod tests {
    use super::*;
    use migrate_core::{MemoryFs, PlanOptions, Source, plan};

    #[test]
    fn every_rule_is_told_and_every_example_is_true() {
        let ids: Vec<&str> = all().iter().map(|about| about.id.as_str()).collect();
        assert_eq!(ids, Rule::ALL.map(Rule::id), "{:?}", toml::from_str::<File>(TEXT).err());
        let source = Source::builtin(Source::builtin_names().next().unwrap()).unwrap();
        for about in all() {
            // No file is so small and so hard to read.
            let (Some(file), Some(before)) = (&about.file, &about.before) else {
                assert_eq!(about.id, Rule::Unparsable.id());
                continue;
            };
            let fs = MemoryFs::from_files([(file.as_str(), before.as_str())]);
            let plan = plan(&fs, &source, &PlanOptions::default()).unwrap();
            let planned = plan.files.first().unwrap_or_else(|| panic!("{}: nothing is planned", about.id));
            let edits = planned.edits.iter().map(|edit| edit.rule.id());
            let mut spoken = edits.chain(planned.findings.iter().map(|finding| finding.rule.id()));
            assert!(spoken.any(|id| id == about.id), "{}: its example does not concern it", about.id);
            let after = about.after.as_ref().unwrap_or(before);
            assert_eq!(std::str::from_utf8(&planned.rewritten).unwrap(), after, "{}", about.id);
            for text in [&about.title, &about.does, &about.why, &about.asks] {
                assert!(!text.is_empty(), "{}", about.id);
            }
        }
    }
}
