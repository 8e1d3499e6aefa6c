//! One result through all doors: the command `aig`, native, npm's and pip's; the libraries of Rust, JavaScript and
//! Python. Over all fixtures the plans and the trees are the same, byte for byte; through `scenarios.toml` the commands
//! print the same, end alike and leave the same tree.
//!
//! The packages are those of `target/doors`, where `cargo xtask doors` installs them. Without them only the doors of
//! Rust are compared, and the others are reported as ignored.

#![forbid(unsafe_code)]

mod commands;
mod libraries;
mod packages;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use aig_tests::fixture::{Fixture, Tree, folders, read_tree, write_tree};
use aig_tests::workspace::{aig, everything_required, target};
use anyhow::{Context, Result, ensure};
use libtest_mimic::{Arguments, Trial};

/// What is compared.
const NAMES: [&str; 6] =
    ["aig", "npm aig", "pip aig", "JavaScript library", "Python library", "Rust library"];

// The sum is what whoever runs the tests came for.
#[expect(clippy::print_stdout)]
fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    match trials() {
        Ok(trials) => {
            let conclusion = libtest_mimic::run(&arguments, trials);
            if let Some((doors, fixtures, differences)) = libraries::sum() {
                println!("{doors} doors x {fixtures} fixtures, {differences} differences");
            }
            conclusion.exit_code()
        }
        Err(error) => {
            eprintln!("the doors can't be listed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Where the doors are.
#[derive(Clone, Debug)]
struct Doors {
    native: PathBuf,
    /// What `cargo xtask doors` has installed, if it has.
    installed: Option<Installed>,
}

#[derive(Clone, Debug)]
struct Installed {
    npm: PathBuf,
    pip: PathBuf,
    /// The interpreter that sees the wheel.
    python: PathBuf,
    /// The folder of the npm package.
    node_package: PathBuf,
}

impl Doors {
    fn find() -> Result<Self> {
        let doors = target()?.join("doors");
        let [npm, pip, python, package] = if cfg!(windows) {
            [
                "npm/aig.cmd",
                "venv/Scripts/aig.exe",
                "venv/Scripts/python.exe",
                "npm/node_modules/aigateway-cli",
            ]
        } else {
            ["npm/bin/aig", "venv/bin/aig", "venv/bin/python", "npm/lib/node_modules/aigateway-cli"]
        }
        .map(|path| doors.join(path));
        let there = [&npm, &pip, &python, &package].iter().all(|path| path.exists());
        ensure!(
            there || !everything_required(),
            "the packages are not installed in {}: run `cargo xtask doors`",
            doors.display()
        );
        let installed = there.then_some(Installed { npm, pip, python, node_package: package });
        Ok(Self { native: aig()?.to_owned(), installed })
    }

    /// The commands, by name.
    fn commands(&self) -> Vec<(&'static str, &Path)> {
        let mut all = vec![(NAMES[0], self.native.as_path())];
        if let Some(installed) = &self.installed {
            all.extend([(NAMES[1], installed.npm.as_path()), (NAMES[2], installed.pip.as_path())]);
        }
        all
    }
}

fn trials() -> Result<Vec<Trial>> {
    let doors = Doors::find()?;
    let failed = |error: anyhow::Error| format!("{error:#}").into();
    let mut trials = Vec::new();
    if doors.installed.is_none() {
        eprintln!("not run: the doors of npm and pip; `cargo xtask doors` installs them");
        trials.push(Trial::test("packages::not run", || Ok(())).with_ignored_flag(true));
    }
    let all = doors.clone();
    trials.push(Trial::test("fixtures", move || libraries::compare(&all).map_err(failed)));
    for scenario in commands::scenarios()? {
        let doors = doors.clone();
        let name = format!("commands::{}", scenario.title);
        trials.push(Trial::test(name, move || commands::compare(&doors, &scenario).map_err(failed)));
    }
    #[cfg(unix)]
    {
        let native = doors.native.clone();
        trials.push(Trial::test("many repositories", move || {
            packages::many_repositories(&native).map_err(failed)
        }));
    }
    let Some(installed) = doors.installed else { return Ok(trials) };
    let own = installed.clone();
    trials.push(Trial::test("readme", move || packages::one_liners(&own).map_err(failed)));
    let own = installed.clone();
    trials.push(Trial::test("missing part", move || packages::missing_part(&own).map_err(failed)));
    let Some(checkers) = packages::checkers()? else {
        eprintln!("not run: the types; `cargo xtask setup` fetches the checkers");
        trials.push(Trial::test("types::not run", || Ok(())).with_ignored_flag(true));
        return Ok(trials);
    };
    type Check = fn(&Installed, &Path) -> Result<()>;
    let checks: [(&str, Check); 4] = [
        ("types::typescript", packages::typescript),
        ("types::mypy", packages::mypy),
        ("types::pyright", packages::pyright),
        ("workflows", packages::workflows),
    ];
    for (name, check) in checks {
        let (own, checkers) = (installed.clone(), checkers.clone());
        trials.push(Trial::test(name, move || check(&own, &checkers).map_err(failed)));
    }
    Ok(trials)
}

/// The fixtures, all of them.
fn fixtures() -> Result<Vec<Fixture>> {
    let load = |folder: PathBuf| {
        let shown = folder.display().to_string();
        Fixture::load(&folder).context(shown)
    };
    folders()?.into_iter().map(load).collect()
}

/// What is in a folder, in a form that can be compared and shown.
fn tree_of(folder: &Path) -> Result<BTreeMap<String, String>> {
    let text =
        |bytes: Vec<u8>| String::from_utf8(bytes).unwrap_or_else(|error| format!("{:?}", error.as_bytes()));
    Ok(read_tree(folder)?.into_iter().map(|(path, bytes)| (path, text(bytes))).collect())
}

/// A fresh copy of a tree.
fn fill(folder: &Path, tree: &Tree) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    write_tree(folder, tree)
}

/// A command with nothing of the user's own around it, and run records in `state`.
fn quiet(program: &Path, state: &Path) -> Command {
    let mut command = Command::new(program);
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "CI", "PYTHONPATH", "NODE_OPTIONS"]
    {
        command.env_remove(variable);
    }
    command.env("XDG_STATE_HOME", state).env("TERM", "xterm-256color");
    command
}
