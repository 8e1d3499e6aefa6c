//! Every rule switched off, one at a time: some fixture must fail each time. What no fixture fails for is a rule that
//! nobody would miss if it broke.
//!
//! A rule is an entry of the packs (taken out of a copy), or what the tool writes and says under one rule id or in one
//! language (taken out of the plan). `cargo xtask rules-off` prints the table: rule, and the first fixture that fails.

#![forbid(unsafe_code)]
// The table is its output.
#![allow(clippy::print_stdout)]

mod rules;

use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use aig_tests::fixture::{CANARY, Fixture, Tree, folders};
use anyhow::{Context, Result, bail, ensure};
use libtest_mimic::{Arguments, Trial};
use migrate_core::{MemoryFs, Plan, Source, plan};

use rules::{Off, Switch};

fn main() -> ExitCode {
    let (own, rest): (Vec<String>, Vec<String>) =
        std::env::args().partition(|argument| argument == "--table");
    let arguments = Arguments::from_iter(rest);
    let table: Table = Arc::default();
    let trials = match trials(&table) {
        Ok(trials) => trials,
        Err(error) => {
            eprintln!("{error:#}");
            return ExitCode::FAILURE;
        }
    };
    let conclusion = libtest_mimic::run(&arguments, trials);
    let mut lines = table.lock().unwrap_or_else(PoisonError::into_inner);
    lines.sort();
    if !own.is_empty() {
        println!("{:<20} {:<44} first fixture that fails", "rules", "switched off");
        lines.iter().for_each(|(kind, rule, by)| println!("{kind:<20} {rule:<44} {by}"));
    }
    println!("{} rules switched off, one at a time", lines.len());
    conclusion.exit_code()
}

/// Lines of the table: kind, rule, and the fixture that fails, or that none does.
type Table = Arc<Mutex<Vec<(String, String, String)>>>;

/// One trial a kind of rules.
fn trials(table: &Table) -> Result<Vec<Trial>> {
    let source = Source::builtin("portkey")?;
    let fixtures: Vec<Sample> =
        folders()?.iter().map(|folder| Sample::load(folder, &source)).collect::<Result<_>>()?;
    let fixtures = Arc::new(fixtures);
    let kinds = rules::all(&source)?;
    let trials = kinds.into_iter().map(|(kind, offs)| {
        let (table, fixtures, source) = (Arc::clone(table), Arc::clone(&fixtures), source.clone());
        Trial::test(kind, move || {
            let mut missed = Vec::new();
            for off in &offs {
                let by = caught(&fixtures, &source, off).map_err(|error| format!("{error:#}"))?;
                if by.is_none() {
                    missed.push(off.name.clone());
                }
                let line = (kind.to_owned(), off.name.clone(), by.unwrap_or("NONE").to_owned());
                table.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            }
            match missed.as_slice() {
                [] => Ok(()),
                missed => Err(format!(
                    "no fixture fails without these {kind}:\n    {}\nwrite one that does",
                    missed.join("\n    ")
                )
                .into()),
            }
        })
    });
    Ok(trials.collect())
}

/// A fixture, with what is the same for all rules.
struct Sample {
    fixture: Fixture,
    /// All its text, as [`plain`].
    text: String,
    plan: Plan,
}

impl Sample {
    fn load(folder: &std::path::Path, source: &Source) -> Result<Self> {
        let fixture = Fixture::load(folder)?;
        let mut text = String::new();
        for (path, bytes) in &fixture.before {
            text.push_str(&plain(path));
            // Encodings other than UTF-8 have zeros between the characters.
            let bytes: Vec<u8> = bytes.iter().copied().filter(|&byte| byte != 0).collect();
            text.push_str(&plain(&String::from_utf8_lossy(&bytes)));
        }
        let plan = plan_of(&fixture, source)?;
        holds(&fixture, &result(&fixture, &plan, &Switch::None), &plan)
            .with_context(|| format!("the fixture {} fails with all rules on", fixture.name))?;
        Ok(Self { fixture, text, plan })
    }
}

/// Text in one spelling for all that a name can be spelt in: small letters, no hyphens, no underscores.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '-' | '_')).collect::<String>().to_lowercase()
}

/// The first fixture that fails with a rule switched off.
fn caught<'f>(fixtures: &'f [Sample], source: &Source, off: &Off) -> Result<Option<&'f str>> {
    for sample in fixtures {
        // What speaks of nothing that the rule does can't fail without it.
        if !off.words.is_empty() && !off.words.iter().any(|word| sample.text.contains(&plain(word))) {
            continue;
        }
        let fixture = &sample.fixture;
        let outcome = match &off.switch {
            Switch::Source(change) => {
                let mut changed = source.clone();
                change(&mut changed);
                plan_of(fixture, &changed)
                    .and_then(|plan| holds(fixture, &result(fixture, &plan, &Switch::None), &plan))
            }
            Switch::Findings(rule) => {
                let mut plan = sample.plan.clone();
                plan.files.iter_mut().for_each(|file| file.findings.retain(|finding| finding.rule != *rule));
                holds(fixture, &result(fixture, &plan, &Switch::None), &plan)
            }
            switch => holds(fixture, &result(fixture, &sample.plan, switch), &sample.plan),
        };
        if outcome.is_err() {
            return Ok(Some(&fixture.name));
        }
    }
    Ok(None)
}

fn plan_of(fixture: &Fixture, source: &Source) -> Result<Plan> {
    let mut options = fixture.options()?;
    options.walk.threads = 1;
    Ok(plan(&MemoryFs::from_files(&fixture.before), source, &options)?)
}

/// The tree that a plan makes, without the edits that are switched off.
fn result(fixture: &Fixture, plan: &Plan, off: &Switch) -> Tree {
    let mut tree = fixture.before.clone();
    for file in &plan.files {
        let mut bytes = file.original.to_vec();
        for edit in file.edits.iter().rev().filter(|edit| !off.holds_edit(file, edit)) {
            bytes.splice(edit.span.clone(), edit.replacement.iter().copied());
        }
        tree.insert(file.path.clone(), bytes);
    }
    tree
}

fn holds(fixture: &Fixture, tree: &Tree, plan: &Plan) -> Result<()> {
    for (path, expected) in &fixture.after {
        match tree.get(path) {
            Some(bytes) => ensure!(bytes == expected, "{path} differs"),
            None => bail!("{path} is missing"),
        }
    }
    for finding in plan.files.iter().flat_map(|file| &file.findings) {
        ensure!(!finding.message.contains(CANARY), "a finding tells the canary");
    }
    fixture.check_findings(plan)
}
