//! Whole programs, run against a Portkey, migrated by the real `aig`, run against an AIgateway.
//!
//! One named test a folder of `programs/`. Each runs its program three times:
//!
//! 1. as its user wrote it, against the Portkey mock: what it prints and asks for is the measure;
//! 2. migrated, with only the AIgateway key in its environment: it prints the same, asks for the same, and sends
//!    nothing of Portkey's and no other credential;
//! 3. migrated, with no AIgateway key but a canary where clients look for a provider's: the canary arrives nowhere.
//!
//! `controls/` holds results of migrations made by hand, most of them wrong: each must be caught, or the tests
//! above would prove nothing.

mod answers;
mod before;
mod check;
mod gateways;
mod http;
mod mocks;
mod program;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use aig_tests::workspace;
use anyhow::{Context, Result, bail, ensure};
use libtest_mimic::{Arguments, Failed, Trial};
use serde::Deserialize;

use gateways::AIGATEWAY_KEY;
use http::Request;
use program::{Copy, Ports, Program, Run, Stage};

/// `control.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Control {
    /// What is wrong with this result.
    about: String,
    /// The program of `programs/` that it is a result of.
    program: String,
    /// What the test must complain of; absent if it must pass.
    #[serde(default)]
    fails_with: Option<String>,
}

/// How many programs were tried.
static STARTED: AtomicUsize = AtomicUsize::new(0);
/// How many of them did their work as their user wrote them.
static BEFORE: AtomicUsize = AtomicUsize::new(0);
/// How many of them did the same work after their migration, and leaked nothing.
static AFTER: AtomicUsize = AtomicUsize::new(0);

// The sum is what whoever runs the tests came for.
#[expect(clippy::print_stdout)]
fn main() -> std::process::ExitCode {
    let arguments = Arguments::from_args();
    match trials() {
        Ok(trials) => {
            let conclusion = libtest_mimic::run(&arguments, trials);
            let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
            if count(&STARTED) > 0 {
                println!("{} programs: before {}, after {}", count(&STARTED), count(&BEFORE), count(&AFTER));
            }
            conclusion.exit_code()
        }
        Err(error) => {
            eprintln!("the end-to-end tests can't be listed: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn trials() -> Result<Vec<Trial>> {
    let missing = missing();
    let ignored = match &missing {
        Some(what) if !workspace::everything_required() => {
            eprintln!("not run: the end-to-end programs, because {what}. `cargo xtask setup` installs it.");
            true
        }
        _ => false,
    };
    let home = workspace::root().join("tests/end_to_end");
    let mut trials = mocks::trials();
    for folder in folders(&home.join("programs"))? {
        let program = Program::load(&folder)?;
        let name = format!("program::{}", program.name);
        let lacks = !workspace::everything_required() && !program.can_run();
        if lacks {
            eprintln!("not run: {name}, because `{}` fails.", program.settings.needs.join(" "));
        }
        trials.push(
            Trial::test(name, move || test_program(&program).map_err(failed))
                .with_ignored_flag(ignored || lacks),
        );
    }
    for folder in folders(&home.join("controls"))? {
        let name = format!("control::{}", folder.file_name().unwrap_or_default().to_string_lossy());
        trials.push(
            Trial::test(name, move || test_control(&folder).map_err(failed)).with_ignored_flag(ignored),
        );
    }
    Ok(trials)
}

/// What the programs lack, if anything.
fn missing() -> Option<String> {
    let packages = match workspace::packages() {
        Ok(packages) => packages,
        Err(error) => return Some(format!("{error:#}")),
    };
    if let Err(error) = workspace::Interpreters::find() {
        return Some(format!("{error:#}"));
    }
    [
        "python/openai",
        "node/node_modules/openai",
        "before/python/portkey_ai",
        "before/node/node_modules/portkey-ai",
    ]
    .into_iter()
    .find(|package| !packages.join(package).is_dir())
    .map(|package| format!("there is no {}", packages.join(package).display()))
}

fn folders(parent: &Path) -> Result<Vec<std::path::PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(parent).with_context(|| format!("can't list {}", parent.display()))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.push(entry.path());
        }
    }
    ensure!(!found.is_empty(), "{} holds no folders", parent.display());
    found.sort();
    Ok(found)
}

fn failed(error: anyhow::Error) -> Failed {
    format!("{error:#}").into()
}

/// A program's test: the migration is the real one.
fn test_program(program: &Program) -> Result<()> {
    STARTED.fetch_add(1, Ordering::Relaxed);
    let measure = measure(program)?;
    BEFORE.fetch_add(1, Ordering::Relaxed);
    verify(program, &measure, &|copy, port| {
        let run = copy.migrate(port, "--yes")?;
        ensure!(run.success, "aig fails:\n{}", told(&run));
        let again = copy.migrate(port, "--check")?;
        ensure!(again.success, "a second run would change it again:\n{}", told(&again));
        Ok(())
    })?;
    AFTER.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

/// A control's test: the migration puts the files of the control's folder in place.
fn test_control(folder: &Path) -> Result<()> {
    let file = folder.join("control.toml");
    let text = std::fs::read_to_string(&file).with_context(|| format!("can't read {}", file.display()))?;
    let control: Control =
        toml::from_str(&text).with_context(|| format!("{} is not right", file.display()))?;
    ensure!(!control.about.is_empty(), "{}: about is empty", file.display());
    let program = Program::load(&workspace::root().join("tests/end_to_end/programs").join(&control.program))?;
    let outcome = verify(&program, &measure(&program)?, &|copy, port| {
        workspace::copy_tree(folder, &copy.folder, &["control.toml"])?;
        copy.replace("https://api.aigateway.sh", &format!("http://127.0.0.1:{port}"))
    });
    match (outcome, control.fails_with) {
        (Ok(()), None) => Ok(()),
        (Ok(()), Some(expected)) => bail!("passes, though it should fail with {expected:?}"),
        (Err(error), None) => Err(error.context("a right result is refused")),
        (Err(error), Some(expected)) => {
            let said = format!("{error:#}");
            ensure!(said.contains(&expected), "fails as it should, but not with {expected:?}:\n{said}");
            Ok(())
        }
    }
}

/// What a program did as its user wrote it.
struct Measure {
    printed: String,
    asked: Vec<Request>,
}

/// Runs `program` as its user wrote it.
fn measure(program: &Program) -> Result<Measure> {
    let portkey = gateways::portkey()?;
    let copy = program.copy(Stage::Before)?;
    copy.point_at(portkey.port())?;
    let run = copy.run(program, &program.environment_before(), Ports::one(portkey.port()))?;
    let asked = portkey.records();
    ensure!(run.success, "fails before the migration:\n{}", told(&run));
    ensure!(
        !run.stdout.trim().is_empty(),
        "prints nothing before the migration: there is nothing to compare"
    );
    ensure!(!asked.is_empty(), "asks Portkey for nothing");
    Ok(Measure { printed: run.stdout, asked })
}

/// Runs `program` after `migration`, and compares. `migration` gets a copy and the AIgateway mock's port.
///
/// Where a part of the program stays at Portkey, a Portkey mock is there too, and is what it asks: the rest must not.
fn verify(program: &Program, before: &Measure, migration: &dyn Fn(&Copy, u16) -> Result<()>) -> Result<()> {
    let stays = program.settings.stays.as_ref();
    let (aigateway, portkey) = (gateways::aigateway()?, gateways::portkey()?);
    let copy = program.copy(program.stage_after())?;
    migration(&copy, aigateway.port())?;
    program.fill_dotenv(&copy, Some(AIGATEWAY_KEY))?;
    if stays.is_some() {
        copy.point_at(portkey.port())?;
    }
    let ports = Ports { outside: aigateway.port(), portkey: portkey.port() };
    let after = copy.run(program, &program.environment_after(), ports)?;
    let requests = stays.map_or(&[][..], |stays| &stays.requests);
    let (staying, moving) = check::parted(&before.asked, requests);
    let mut complaints = check::complaints(&moving, &aigateway.records());
    complaints.extend(check::complaints_of_staying(&staying, &portkey.records()));
    if !after.success {
        complaints.push(format!("fails after the migration:\n{}", told(&after)));
    }
    if after.stdout != before.printed {
        complaints.push(format!("printed\n{}\nand prints now\n{}", before.printed, after.stdout));
    }

    let (aigateway, portkey) = (gateways::aigateway()?, gateways::portkey()?);
    let copy = program.copy(program.stage_after())?;
    migration(&copy, aigateway.port())?;
    program.fill_dotenv(&copy, None)?;
    if stays.is_some() {
        copy.point_at(portkey.port())?;
    }
    // It may well fail without its key; it must not send another one instead.
    let ports = Ports { outside: aigateway.port(), portkey: portkey.port() };
    copy.run(program, &program.environment_of_canary(), ports)?;
    complaints.extend(check::leaks(&aigateway.records()));
    complaints.extend(check::leaks(&portkey.records()));

    ensure!(complaints.is_empty(), "{}:\n- {}", program.settings.about, complaints.join("\n- "));
    Ok(())
}

fn told(run: &Run) -> String {
    format!("{}{}", run.stdout, run.stderr)
}
