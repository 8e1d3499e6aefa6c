//! All doors over all fixtures.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock};

use aig_tests::fixture::{Fixture, Tree, read_tree};
use aig_tests::workspace::root;
use anyhow::{Context, Result, bail, ensure};
use migrate_core::{ApplyOptions, Source, UndoOptions};
use migrate_disk::DiskFs;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Doors, NAMES, fill, fixtures, quiet};

/// How many doors and fixtures were compared, and the differences.
static SUM: OnceLock<(usize, usize, usize)> = OnceLock::new();

pub fn sum() -> Option<(usize, usize, usize)> {
    SUM.get().copied()
}

/// What came of a fixture behind a door.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    /// The plan as JSON.
    plan: String,
    /// The tree when it was applied.
    tree: Tree,
}

/// A door: it takes the folder that holds, for each fixture, `<name>/tree`, and gives the outcomes in order.
type Door<'a> = Box<dyn FnOnce(&Path) -> Result<Vec<Outcome>> + Send + 'a>;

/// The plan of each fixture is the same behind all doors, and the tree is the fixture's own.
pub fn compare(doors: &Doors) -> Result<()> {
    let fixtures = fixtures()?;
    ensure!(fixtures.len() > 100, "only {} fixtures: the test looks in the wrong place", fixtures.len());
    let mut open: Vec<(&str, Door<'_>)> = vec![(NAMES[5], Box::new(|folder| rust(&fixtures, folder)))];
    for (name, program) in doors.commands() {
        open.push((name, Box::new(|folder| command(program, &fixtures, folder))));
    }
    if let Some(installed) = &doors.installed {
        let mut node = Command::new("node");
        node.arg(root().join("tests/doors/library.mjs"));
        open.push((NAMES[3], Box::new(|folder| library(node, &installed.node_package, &fixtures, folder))));
        let mut python = Command::new(&installed.python);
        python.arg(root().join("tests/doors/library.py"));
        open.push((NAMES[4], Box::new(|folder| library(python, &installed.node_package, &fixtures, folder))));
    }
    let number = open.len();
    let work = Mutex::new(open);
    let done = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| -> Result<()> {
        let mut threads = Vec::new();
        for _ in 0..2 {
            threads.push(scope.spawn(|| -> Result<()> {
                loop {
                    let next = work.lock().ok().and_then(|mut work| work.pop());
                    let Some((name, door)) = next else { return Ok(()) };
                    let folder = tempfile::tempdir()?;
                    for fixture in &fixtures {
                        for copy in ["tree", "undone"] {
                            fill(&folder.path().join(&fixture.name).join(copy), &fixture.before)?;
                        }
                    }
                    let outcomes = door(folder.path()).context(name)?;
                    ensure!(outcomes.len() == fixtures.len(), "{name}: {} outcomes", outcomes.len());
                    if let Ok(mut done) = done.lock() {
                        done.insert(name, outcomes);
                    }
                }
            }));
        }
        for thread in threads {
            thread.join().map_err(|_| anyhow::anyhow!("a door panicked"))??;
        }
        Ok(())
    })?;
    let done = done.into_inner().context("a door panicked")?;
    let native = done.get(NAMES[0]).context("the command was tried")?;
    let mut wrong = Vec::new();
    for (name, outcomes) in &done {
        for ((fixture, outcome), native) in fixtures.iter().zip(outcomes).zip(native) {
            if outcome.tree != fixture.after {
                wrong.push(format!("{name}: {}: the tree is not that of after/", fixture.name));
            }
            if outcome.plan != native.plan {
                let (plan, native) = (&outcome.plan, &native.plan);
                wrong.push(format!("{name}: {}: the plan differs\n{plan}\nnative:\n{native}", fixture.name));
            }
        }
    }
    let _ = SUM.set((number, fixtures.len(), wrong.len()));
    ensure!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

fn command(program: &Path, fixtures: &[Fixture], folder: &Path) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    for fixture in fixtures {
        let tree = folder.join(&fixture.name).join("tree");
        let mut command = quiet(program, &folder.join(".state"));
        command.current_dir(&tree).args(["migrate", "portkey", "--yes", "--no-backup", "--format", "json"]);
        let output = command.args(fixture.arguments()).output()?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{}: {}: {errors}", fixture.name, output.status);
        let printed = String::from_utf8(output.stdout)?;
        let plan = printed.strip_suffix('\n').context("a line is printed")?.to_owned();
        outcomes.push(Outcome { plan, tree: read_tree(&tree)? });
    }
    Ok(outcomes)
}

fn rust(fixtures: &[Fixture], folder: &Path) -> Result<Vec<Outcome>> {
    let source = Source::builtin("portkey")?;
    let state = folder.join(".state");
    let mut outcomes = Vec::new();
    for fixture in fixtures {
        let [tree, undone] = ["tree", "undone"].map(|copy| folder.join(&fixture.name).join(copy));
        let options = fixture.options()?;
        // The tree's own names are masked, too.
        let source = options.config.as_ref().map_or_else(|| source.clone(), |config| config.extend(&source));
        let fs = DiskFs::with_state_dir(&tree, &state)?;
        let planned = migrate_core::plan(&fs, &source, &options)?;
        let mut bare = ApplyOptions::default();
        bare.backup = false;
        migrate_core::apply(&fs, &planned, &bare)?;
        outcomes
            .push(Outcome { plan: aig_cli::report::json::text(&planned, &source), tree: read_tree(&tree)? });

        let fs = DiskFs::with_state_dir(&undone, &state)?;
        let again = migrate_core::plan(&fs, &source, &options)?;
        migrate_core::apply(&fs, &again, &ApplyOptions::default())?;
        if !again.is_empty() {
            migrate_core::undo(&fs, &UndoOptions::default())?;
        }
        ensure!(read_tree(&undone)? == fixture.before, "{}: undo is not exact", fixture.name);
    }
    Ok(outcomes)
}

#[derive(Deserialize)]
struct Told {
    plan: String,
    rewritten: BTreeMap<String, String>,
    memory: Option<Box<Told>>,
}

/// A library of another language, by a program that does all jobs in one process.
fn library(
    mut program: Command,
    package: &Path,
    fixtures: &[Fixture],
    folder: &Path,
) -> Result<Vec<Outcome>> {
    let copy = |fixture: &Fixture, copy| -> PathBuf { folder.join(&fixture.name).join(copy) };
    let jobs = fixtures.iter().map(|fixture| {
        let flags = &fixture.case.flags;
        json!({
            "folder": copy(fixture, "tree"),
            "undone": copy(fixture, "undone"),
            "files": fixture.before.iter().map(|(path, bytes)| (path.clone(), hex(bytes))).collect::<BTreeMap<_, _>>(),
            "flags": {
                "base_url": flags.base_url, "from_urls": flags.from_urls, "keep_unmapped": flags.keep_unmapped,
            },
        })
    });
    let jobs = json!({ "library": package, "jobs": jobs.collect::<Vec<Value>>() });
    let mut file = tempfile::NamedTempFile::new()?;
    file.write_all(jobs.to_string().as_bytes())?;
    program.arg(file.path()).env("XDG_STATE_HOME", folder.join(".state")).env_remove("PYTHONPATH");
    let output = program.output().context("the interpreter does not start")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{}: {errors}", output.status);
    let printed = String::from_utf8(output.stdout)?;
    let mut lines = printed.lines();
    let first: Value = serde_json::from_str(lines.next().context("nothing was printed")?)?;
    ensure!(first["version"] == env!("CARGO_PKG_VERSION"), "it says that it is {first}");
    let mut outcomes = Vec::new();
    for (fixture, line) in fixtures.iter().zip(lines) {
        let told: Told = serde_json::from_str(line)?;
        let tree = read_tree(&copy(fixture, "tree"))?;
        let undone = read_tree(&copy(fixture, "undone"))?;
        ensure!(undone == fixture.before, "{}: undo is not exact", fixture.name);
        in_memory(fixture, &told).with_context(|| fixture.name.clone())?;
        outcomes.push(Outcome { plan: told.plan, tree });
    }
    Ok(outcomes)
}

/// What is planned over files in memory is what is planned over a folder, and its new bytes are those of `after/`.
fn in_memory(fixture: &Fixture, told: &Told) -> Result<()> {
    let Some(memory) = &told.memory else { bail!("nothing was planned in memory") };
    ensure!(memory.plan == told.plan, "in memory the plan differs\n{}\non disk:\n{}", memory.plan, told.plan);
    for rewritten in [&told.rewritten, &memory.rewritten] {
        let changed = fixture.after.iter().filter(|(path, after)| fixture.before.get(*path) != Some(after));
        let changed: BTreeMap<String, String> =
            changed.map(|(path, after)| (path.clone(), hex(after))).collect();
        ensure!(*rewritten == changed, "rewritten() gives {:?}", rewritten.keys());
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
