//! What is proved of each language: which rules rewrite it, how that was shown, and what is only told of.
//!
//! Not allowed here: deciding what ought to become of a file; that is what fixtures and programs are for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use migrate_core::Plan;
use migrate_core::finding::{Level, Rule};

/// The rules that have a column, each with what an entry of it is about.
pub const COLUMNS: [(Rule, &str); 12] = [
    (Rule::BaseUrl, "URL"),
    (Rule::EnvVar, "variable"),
    (Rule::AuthHeader, "key header"),
    (Rule::ProviderKey, "provider's key"),
    (Rule::TraceHeader, "trace header"),
    (Rule::VirtualKey, "virtual key"),
    (Rule::Config, "config"),
    (Rule::UnmappedHeader, "other headers"),
    (Rule::Model, "model"),
    (Rule::SdkClient, "SDK"),
    (Rule::Manifest, "manifest"),
    (Rule::IndirectHeader, "name computed"),
];

/// How many of [`COLUMNS`], from the first, must have something for every language that programs are written in.
pub const REQUIRED: usize = 8;

/// What was seen of one rule in one language, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proof {
    /// A fixture in which it is only told of.
    Finding,
    /// A fixture in which it is rewritten in text without syntax.
    Text,
    /// A fixture in which it is rewritten; the result was parsed again.
    Parsed,
    /// A program in which it is rewritten, and that runs before and after.
    Run,
}

impl Proof {
    fn name(self) -> &'static str {
        match self {
            Self::Finding => "finding",
            Self::Text => "text",
            Self::Parsed => "parsed",
            Self::Run => "**run**",
        }
    }
}

/// What was seen of all languages.
#[derive(Clone, Debug, Default)]
pub struct Languages {
    seen: BTreeMap<String, BTreeMap<&'static str, Proof>>,
    fixtures: BTreeMap<String, BTreeSet<String>>,
}

/// What has no syntax: text for people, and text of no known language.
const TEXTS: [&str; 2] = ["lexical", "text"];

impl Languages {
    /// Adds what a plan shows: that of a fixture, or of a program.
    pub fn add(&mut self, name: &str, plan: &Plan, is_program: bool) {
        for file in &plan.files {
            let row = self.seen.entry(file.language.to_string()).or_default();
            if !file.edits.is_empty() || !file.findings.is_empty() {
                self.fixtures.entry(file.language.to_string()).or_default().insert(name.to_owned());
            }
            let rewritten = match (is_program, TEXTS.contains(&file.language)) {
                (_, true) => Proof::Text,
                (true, _) => Proof::Run,
                _ => Proof::Parsed,
            };
            let told = file.findings.iter().filter(|finding| finding.level != Level::Note);
            let proofs = file.edits.iter().map(|edit| (edit.rule, rewritten));
            for (rule, proof) in proofs.chain(told.map(|finding| (finding.rule, Proof::Finding))) {
                let cell = row.entry(rule.id()).or_insert(proof);
                *cell = proof.max(*cell);
            }
        }
    }

    /// The languages of programs for which nothing was seen of a rule that every one of them needs.
    pub fn empty_cells(&self, is_code: &dyn Fn(&str) -> bool) -> Vec<String> {
        let rows = self.seen.iter().filter(|(language, _)| is_code(language));
        rows.flat_map(|(language, row)| {
            let missing = COLUMNS[..REQUIRED].iter().filter(|(rule, _)| !row.contains_key(rule.id()));
            missing.map(move |(rule, _)| format!("{language}: {}", rule.id()))
        })
        .collect()
    }

    /// The languages that nothing was seen of in any column.
    pub fn unseen<'l>(&self, all: impl Iterator<Item = &'l str>) -> Vec<&'l str> {
        let is_told = |row: &BTreeMap<_, _>| COLUMNS.iter().any(|(rule, _)| row.contains_key(rule.id()));
        all.filter(|id| !self.seen.get(*id).is_some_and(is_told)).collect()
    }

    /// The page with the table, in Markdown.
    pub fn page(&self) -> String {
        let mut out = String::from(
            "# Languages\n\n\
             What is read by syntax, and how it is proved that each rule rewrites it. The table is made by `tests/fixtures.rs` from\n\
             all fixtures and programs; it fails where a language of programs has an empty cell among the first eight, and where this\n\
             page is not what the engine does (`UPDATE_SNAPSHOTS=1` writes it anew).\n\n\
             - **run**: a program of `tests/end_to_end/programs` is rewritten so, and runs before and after (where its toolchain is there).\n\
             - parsed: a fixture is rewritten so; the result is what its author wrote by hand, and has no new syntax errors.\n\
             - text: rewritten where no syntax is known, which is done for URLs and exact names of variables only.\n\
             - finding: told of at its line, never rewritten.\n\n",
        );
        let _ = write!(out, "| Language | Trees |");
        for (_, title) in COLUMNS {
            let _ = write!(out, " {title} |");
        }
        let _ = writeln!(out, "\n|---|---|{}", "---|".repeat(COLUMNS.len()));
        for (language, row) in &self.seen {
            let trees = self.fixtures.get(language).map_or(0, BTreeSet::len);
            let _ = write!(out, "| {language} | {trees} |");
            for (rule, _) in COLUMNS {
                let _ = write!(out, " {} |", row.get(rule.id()).map_or("", |proof| proof.name()));
            }
            out.push('\n');
        }
        out.push_str(
            "\nWhat is of no language in this table is `lexical`: Dart, R, C, C++, Swift, Scala, Elixir, PowerShell, fish, Nix, Emacs Lisp and all else.\n\
             Swift's, Scala's and Elixir's grammars would add 4.1, 4.2 and 1.4 MB to every build, for languages in which no use was found;\n\
             a file of theirs that sends headers is left whole, and told of at each of them.\n",
        );
        out
    }
}
