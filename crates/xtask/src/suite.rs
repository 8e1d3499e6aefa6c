//! `cargo xtask test` and `cargo xtask full`: all that has to hold before a change goes in.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::demo::demo;
use crate::pack;
use crate::setup::setup;
use crate::step::{cargo, run, say};

/// The setup by itself.
///
/// # Errors
/// If something could not be had: here that is what was asked for.
pub fn setup_alone() -> Result<()> {
    let missing = setup()?;
    for what in &missing {
        eprintln!("      can't be run: {what}");
    }
    ensure!(missing.is_empty(), "{} things could not be set up; is the network there?", missing.len());
    Ok(())
}

/// Setup, format, lints, all tests, the demo.
///
/// # Errors
/// The first step that fails.
pub fn test() -> Result<()> {
    let mut missing = setup()?;
    if let Err(error) = install_doors() {
        missing.push(format!("the other doors than the command, for they can't be installed: {error:#}"));
    }
    run("cargo fmt --check", cargo(&["fmt", "--all", "--check"]))?;
    run(
        "cargo clippy -D warnings",
        cargo(&["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]),
    )?;
    // All that is broken is told in one run.
    run("cargo test --workspace", cargo(&["test", "--workspace", "--no-fail-fast"]))?;
    // The README's first command has to work too.
    demo()?;
    tell_not_run(&missing);
    Ok(())
}

/// [`test()`], then what takes longer.
///
/// # Errors
/// The first step that fails.
pub fn full() -> Result<()> {
    test()?;
    let mut documentation = cargo(&["doc", "--quiet", "--workspace", "--no-deps"]);
    documentation.env("RUSTDOCFLAGS", "-D warnings");
    run("cargo doc -D warnings", documentation)?;
    run("the core with no language", check(&["--no-default-features"]))?;
    for language in ["bash", "javascript", "python"] {
        run(
            &format!("the core with no language but {language}"),
            check(&["--no-default-features", "--features", language]),
        )?;
    }
    run(
        "the command without a connection",
        cargo(&["check", "--quiet", "--package", "aig-cli", "--no-default-features"]),
    )?;
    run("cargo test --workspace --release", cargo(&["test", "--workspace", "--release"]))
}

/// All ways into the library, compared: the packages are made, installed in empty places, and tried.
///
/// # Errors
/// If they can't be installed, or differ.
pub fn doors() -> Result<()> {
    install_doors()?;
    // Of the whole workspace: see `pack`.
    let mut test = cargo(&["test", "--workspace", "--test", "doors"]);
    test.env("AIG_TESTS_REQUIRE_ALL", "1");
    run("all doors, compared", test)
}

fn install_doors() -> Result<()> {
    pack::pack(pack::Profile::Dev)?;
    pack::install()
}

/// Every rule switched off, one at a time, as a table.
///
/// # Errors
/// If some rule is missed by no fixture.
pub fn rules_off() -> Result<()> {
    let test = ["test", "--quiet", "--package", "aig-tests", "--test", "rules_off", "--", "--table"];
    run("rules switched off", cargo(&test))
}

/// All faults at all moments, through the library and through the command. Takes some minutes.
///
/// # Errors
/// The first step that fails.
pub fn faults() -> Result<()> {
    let disk = ["test", "--package", "migrate-disk", "--test", "crash", "--", "--full"];
    run("faults under the library", cargo(&disk))?;
    run(
        "faults under the command",
        cargo(&["test", "--package", "aig-tests", "--test", "faults", "--", "--full"]),
    )
}

/// The properties, on so many cases.
///
/// # Errors
/// If `cases` is no number, or one of the properties does not hold.
pub fn fuzz(cases: &str) -> Result<()> {
    ensure!(cases.parse::<u64>().is_ok(), "--cases takes a number, not {cases:?}");
    let test = ["test", "--package", "aig-tests", "--test", "properties", "--", "--cases", cases];
    run("made-up inputs", cargo(&test))
}

fn check(flags: &[&str]) -> Command {
    let mut command = cargo(&["check", "--quiet", "--package", "migrate-core"]);
    command.args(flags);
    command
}

/// The last words of a run: what it does not vouch for.
fn tell_not_run(missing: &[String]) {
    if missing.is_empty() {
        say("done; nothing was left out");
    } else {
        say("done, but for what was NOT RUN:");
        for what in missing {
            eprintln!("      not run: {what}");
        }
    }
}
