//! The fixtures: one test a folder of `tests/fixtures`, and what must hold of every one of them.

#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::OnceLock;

use aig_tests::fixture::{CANARY, Fixture, Tree, folders, listed, place, read_tree, subfolders, write_tree};
use aig_tests::hard_cases::{Outcome, TITLES, page};
use aig_tests::languages::Languages;
use aig_tests::ledger;
use aig_tests::workspace::{aig, root};
use anyhow::{Context, Result, bail, ensure};
use libtest_mimic::{Arguments, Trial};
use migrate_core::edit::{Group, SHARED};
use migrate_core::language::{all, by_id};
use migrate_core::{ApplyOptions, MemoryFs, Plan, PlanOptions, Source, UndoOptions, apply, plan, undo};

const BACKUP: &str = ".aig-migrate.bak";
/// Hard cases that are about what must stay as it is, without a word.
const UNTOUCHED: [u32; 1] = [19];

// The table is what whoever runs the tests came for.
#[expect(clippy::print_stdout)]
fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let folders = match folders() {
        Ok(folders) => folders,
        Err(error) => {
            eprintln!("tests/fixtures can't be read: {error:#}");
            return ExitCode::FAILURE;
        }
    };
    let all = folders.clone();
    let table =
        Trial::test("hard_cases", move || hard_cases(&all).map_err(|error| format!("{error:#}").into()));
    let all = folders.clone();
    let by_language =
        Trial::test("languages", move || languages(&all).map_err(|error| format!("{error:#}").into()));
    let trials = folders.into_iter().map(|folder| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Trial::test(name, move || run(&folder).map_err(|error| format!("{error:#}").into()))
    });
    let conclusion = libtest_mimic::run(&arguments, trials.chain([table, by_language]).collect());
    if let Some(table) = TABLE.get() {
        println!("{table}");
    }
    conclusion.exit_code()
}

/// The table of the hard cases, once it is made.
static TABLE: OnceLock<String> = OnceLock::new();

/// Every hard case has a fixture, none is silent, and `docs/hard-cases.md` tells what becomes of each.
fn hard_cases(folders: &[PathBuf]) -> Result<()> {
    let source = Source::builtin("portkey")?;
    let mut outcomes = vec![Outcome::default(); TITLES.len()];
    for folder in folders {
        let fixture = Fixture::load(folder)?;
        let Some(number) = fixture.case.hard_case else { continue };
        let outcome = (number as usize).checked_sub(1).and_then(|index| outcomes.get_mut(index));
        let outcome = outcome.with_context(|| format!("{}: there is no hard case {number}", fixture.name))?;
        let planned = plan(&MemoryFs::from_files(&fixture.before), &source, &fixture.options()?)?;
        let findings = || planned.files.iter().flat_map(|file| &file.findings);
        let (found, noted) = (
            findings().any(|finding| listed(finding.level)),
            findings().any(|finding| !listed(finding.level)),
        );
        outcome.rewritten += usize::from(!planned.is_empty());
        outcome.found += usize::from(found);
        outcome.noted += usize::from(noted);
        if planned.is_empty() && !found && !noted && !fixture.case.untouched {
            outcome.silent.push(fixture.name.clone());
        }
        outcome.fixtures.push(fixture.name);
    }
    let page = page(&outcomes);
    let table = TABLE.get_or_init(|| page.clone());
    for (number, outcome) in (1..).zip(&outcomes) {
        ensure!(!outcome.fixtures.is_empty(), "hard case {number} has no fixture\n{table}");
        ensure!(outcome.silent.is_empty(), "hard case {number}: silent in {:?}\n{table}", outcome.silent);
        let seen = outcome.rewritten + outcome.found + outcome.noted > 0;
        ensure!(
            seen || UNTOUCHED.contains(&number),
            "hard case {number} is neither rewritten nor told of\n{table}"
        );
    }
    is_kept("docs/hard-cases.md", &page)
}

/// Every language is seen, every language of programs in all that it needs, and `docs/languages.md` tells it.
fn languages(folders: &[PathBuf]) -> Result<()> {
    let source = Source::builtin("portkey")?;
    let mut seen = Languages::default();
    for folder in folders {
        let fixture = Fixture::load(folder)?;
        let planned = plan(&MemoryFs::from_files(&fixture.before), &source, &fixture.options()?)?;
        seen.add(&fixture.name, &planned, false);
    }
    for program in subfolders(&root().join("tests/end_to_end/programs"))? {
        let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut files = read_tree(&program)?;
        files.remove("program.toml");
        let planned = plan(&MemoryFs::from_files(&files), &source, &PlanOptions::default())?;
        seen.add(&name, &planned, true);
    }
    let page = seen.page();
    let unseen = seen.unseen(all().iter().map(|language| language.id()));
    ensure!(unseen.is_empty(), "no fixture has anything in {unseen:?}\n{page}");
    let is_code =
        |id: &str| by_id(id).is_some_and(|found| !(found.is_data() || found.is_prose() || id == "lexical"));
    let empty = seen.empty_cells(&is_code);
    ensure!(empty.is_empty(), "nothing is seen of {empty:?}\n{page}");
    is_kept("docs/languages.md", &page)
}

/// A page of the documents is what the engine does.
fn is_kept(name: &str, page: &str) -> Result<()> {
    let file = root().join(name);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some_and(|value| value == "1") {
        return std::fs::write(&file, page).with_context(|| format!("can't write {}", file.display()));
    }
    let kept = std::fs::read_to_string(&file)
        .with_context(|| format!("there is no {}; UPDATE_SNAPSHOTS=1 makes it", file.display()))?;
    ensure!(
        kept == page,
        "{} is not what the engine does (if that is meant: UPDATE_SNAPSHOTS=1)\n{}",
        file.display(),
        diff(kept.as_bytes(), page.as_bytes())
    );
    Ok(())
}

fn run(folder: &Path) -> Result<()> {
    let fixture = Fixture::load(folder)?;
    let source = Source::builtin("portkey")?;
    let options = fixture.options()?;

    let fs = MemoryFs::from_files(&fixture.before);
    let planned = plan(&fs, &source, &options)?;
    ensure!(fs.files() == fixture.before, "the plan wrote to the tree");

    edits_do_something(&planned)?;
    applies(&fixture, &source, &options, &planned)?;
    fixture.check_findings(&planned)?;
    ledger::is_balanced(&fixture.before, &source, &planned)?;
    nothing_tells_the_canary(&planned)?;
    threads_do_not_matter(&fixture, &source, &options, &planned)?;
    any_unit_can_be_refused(&fixture, &source, &options, &planned)?;
    the_command_does_the_same(&fixture, &planned)
}

/// Whichever unit is refused (and if all are): it has no edits, each file of it says so, and what is left is a plan as
/// sound as any.
fn any_unit_can_be_refused(
    fixture: &Fixture,
    source: &Source,
    options: &PlanOptions,
    planned: &Plan,
) -> Result<()> {
    let edits = planned.files.iter().flat_map(|file| &file.edits);
    let units: BTreeSet<Group> = edits.map(|edit| edit.group).filter(|&group| group != SHARED).collect();
    let one_by_one = units.iter().map(|unit| BTreeSet::from([*unit]));
    for refused in one_by_one.chain([units.clone()]) {
        let mut options = options.clone();
        options.refused = refused.clone();
        let fs = MemoryFs::from_files(&fixture.before);
        let less = plan(&fs, source, &options)?;
        let about = || format!("with units {refused:?} refused");
        edits_do_something(&less).with_context(about)?;
        ledger::is_balanced(&fixture.before, source, &less).with_context(about)?;
        for file in &less.files {
            let edit = file.edits.iter().find(|edit| refused.contains(&edit.group));
            ensure!(edit.is_none(), "{}: {} has an edit of it: {edit:?}", about(), file.path);
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let broken =
                migrate_core::verify::broken(&file.path, &text(&file.original), &text(&file.rewritten));
            ensure!(broken.is_none(), "{}: {} is broken: {broken:?}", about(), file.path);
        }
    }
    Ok(())
}

/// The result is `after/`, a second run has nothing to do, and undo gives `before/`.
fn applies(fixture: &Fixture, source: &Source, options: &PlanOptions, planned: &Plan) -> Result<()> {
    for backup in [true, false] {
        let fs = MemoryFs::from_files(&fixture.before);
        let mut how = ApplyOptions::default();
        how.backup = backup;
        apply(&fs, planned, &how)?;
        let (backups, files) = split(fs.files());
        same(&files, &fixture.after).context("the result is not after/")?;
        let expected: Tree = if backup {
            let changed =
                fixture.before.iter().filter(|(path, bytes)| fixture.after.get(*path) != Some(*bytes));
            changed.map(|(path, bytes)| (format!("{path}{BACKUP}"), bytes.clone())).collect()
        } else {
            Tree::new()
        };
        same(&backups, &expected).context("the backups are not the originals of what changed")?;
        for record in fs.records() {
            ensure!(!String::from_utf8_lossy(&record).contains(CANARY), "the run record tells the canary");
        }

        let again = plan(&fs, source, options)?;
        edits_do_something(&again).context("on the second run")?;
        if let Some(file) = again.changed().next() {
            bail!("a second run would change {}:\n{}", file.path, diff(&file.original, &file.rewritten));
        }

        if backup && !planned.is_empty() {
            undo(&fs, &UndoOptions::default()).context("undo")?;
            same(&split(fs.files()).1, &fixture.before).context("undo did not give before/")?;
        }
    }
    Ok(())
}

/// No edit replaces a text by itself, and no file without edits differs.
fn edits_do_something(planned: &Plan) -> Result<()> {
    for file in &planned.files {
        for edit in &file.edits {
            ensure!(
                file.original[edit.span.clone()] != edit.replacement[..],
                "{}:{}: an edit of rule {} changes nothing",
                file.path,
                edit.line,
                edit.rule
            );
        }
        ensure!(
            !file.edits.is_empty() || file.original == file.rewritten,
            "{} changes without edits",
            file.path
        );
    }
    Ok(())
}

/// What a plan says, as far as any report can repeat it.
fn nothing_tells_the_canary(planned: &Plan) -> Result<()> {
    for file in &planned.files {
        for finding in &file.findings {
            let told = finding.message.contains(CANARY) || finding.help.contains(CANARY);
            ensure!(!told, "{} tells the canary", place(&file.path, finding));
        }
    }
    ensure!(
        !format!("{:?}{:?}", planned.environment, planned.skipped).contains(CANARY),
        "the environment tells the canary"
    );
    Ok(())
}

fn threads_do_not_matter(
    fixture: &Fixture,
    source: &Source,
    options: &PlanOptions,
    planned: &Plan,
) -> Result<()> {
    for threads in [1, 4] {
        let mut options = options.clone();
        options.walk.threads = threads;
        let fs = MemoryFs::from_files(&fixture.before);
        let other = plan(&fs, source, &options)?;
        ensure!(format!("{other:?}") == format!("{planned:?}"), "the plan differs with {threads} threads");
    }
    Ok(())
}

/// The command, on a disk: what writes nothing writes nothing, `--yes` gives `after/`, `undo` gives `before/`, and
/// nothing it prints holds the canary.
fn the_command_does_the_same(fixture: &Fixture, planned: &Plan) -> Result<()> {
    let command = OnDisk::new(fixture)?;
    let pending = i32::from(!planned.is_empty());

    let one = command.run(&["--dry-run", "--format", "json", "-j", "1"], 0)?;
    let four = command.run(&["--dry-run", "--format", "json", "-j", "4"], 0)?;
    ensure!(one == four, "the report differs with 4 threads");
    let report: serde_json::Value = serde_json::from_str(&one).context("the report is no JSON")?;
    let files = report["files"].as_array().context("the report has no files")?;
    let edits: usize = files.iter().map(|file| file["edits"].as_array().map_or(0, Vec::len)).sum();
    ensure!(edits == planned.edit_count(), "{edits} edits on disk, {} in memory", planned.edit_count());
    command.run(&["--dry-run", "--verbose", "--report", "../report.html"], 0)?;
    command.run(&["--check", "--format", "sarif", "--report", "../report.md"], pending)?;
    for report in ["report.html", "report.md"] {
        let text = fs::read_to_string(command.folder.path().join(report))?;
        ensure!(!text.contains(CANARY), "{report} tells the canary");
    }
    // Nothing on standard input is no answer, and no answer is No.
    command.run(&[], pending)?;
    same(&command.tree()?, &fixture.before).context("a run that must write nothing wrote to the tree")?;
    ensure!(command.is_without_state()?, "a run that must write nothing wrote to the state folder");

    command.run(&["--yes"], 0)?;
    same(&split(command.tree()?).1, &fixture.after).context("with --yes, on disk")?;
    if !planned.is_empty() {
        command.undo()?;
        same(&split(command.tree()?).1, &fixture.before).context("undo on disk")?;
    }
    Ok(())
}

/// A fixture's tree on disk, and the command over it.
struct OnDisk<'a> {
    fixture: &'a Fixture,
    folder: tempfile::TempDir,
}

impl<'a> OnDisk<'a> {
    fn new(fixture: &'a Fixture) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        write_tree(&folder.path().join("tree"), &fixture.before)?;
        Ok(Self { fixture, folder })
    }

    fn tree(&self) -> Result<Tree> {
        read_tree(&self.folder.path().join("tree"))
    }

    fn is_without_state(&self) -> Result<bool> {
        Ok(read_tree(&self.folder.path().join("state"))?.is_empty())
    }

    /// `aig migrate` with the fixture's flags and these; returns what it prints on standard output.
    fn run(&self, flags: &[&str], code: i32) -> Result<String> {
        let mut arguments = vec!["migrate".to_owned(), "portkey".to_owned()];
        arguments.extend(self.fixture.arguments());
        arguments.extend(flags.iter().map(|flag| (*flag).to_owned()));
        self.aig(&arguments, code)
    }

    fn undo(&self) -> Result<String> {
        self.aig(&["undo".to_owned()], 0)
    }

    fn aig(&self, arguments: &[String], code: i32) -> Result<String> {
        let mut command = Command::new(aig()?);
        command.args(arguments).current_dir(self.folder.path().join("tree"));
        command.env("XDG_STATE_HOME", self.folder.path().join("state")).stdin(Stdio::null());
        let output = command.output()?;
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let what = format!("aig {}", arguments.join(" "));
        ensure!(!out.contains(CANARY) && !err.contains(CANARY), "`{what}` tells the canary");
        ensure!(
            output.status.code() == Some(code),
            "`{what}` ends with {}, not {code}:\n{out}\n{err}",
            output.status
        );
        Ok(out.into_owned())
    }
}

/// Backups, and everything else.
fn split(tree: Tree) -> (Tree, Tree) {
    tree.into_iter().partition(|(path, _)| path.ends_with(BACKUP))
}

fn same(actual: &Tree, expected: &Tree) -> Result<()> {
    let paths: BTreeSet<&String> = actual.keys().chain(expected.keys()).collect();
    let mut wrong = String::new();
    for path in paths {
        match (actual.get(path), expected.get(path)) {
            (Some(actual), Some(expected)) if actual == expected => {}
            (Some(actual), Some(expected)) => {
                wrong.push_str(&format!("\n{path} (- expected, + actual)\n{}", diff(expected, actual)))
            }
            (None, _) => wrong.push_str(&format!("\n{path} is missing")),
            (_, None) => wrong.push_str(&format!("\n{path} should not be there")),
        }
    }
    ensure!(wrong.is_empty(), "{wrong}");
    Ok(())
}

fn diff(old: &[u8], new: &[u8]) -> String {
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    let diff = similar::TextDiff::from_lines(old.as_ref(), new.as_ref());
    diff.unified_diff().context_radius(2).to_string()
}
