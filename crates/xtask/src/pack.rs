//! `cargo xtask pack`: the packages for npm and PyPI, as they would be published for this platform; and their
//! installation in empty places, for the tests.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::files;
use crate::setup;
use crate::step::{cargo, root, run, say, target};

/// How the libraries are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// As they are published. Takes minutes.
    Release,
    /// As the tests build everything else: the packages are of the same form, and slower.
    Dev,
}

/// Leaves the npm tarballs, the wheel and the sdist in `target/packages`, and nothing else.
///
/// # Errors
/// The first step that fails.
pub fn pack(profile: Profile) -> Result<()> {
    let packages = target()?.join("packages");
    files::empty(&packages)?;
    let (flags, folder): (&[&str], _) = match profile {
        Profile::Release => (
            &["build", "--release", "-p", "aig-cli", "-p", "aigateway-node", "-p", "aigateway-python"],
            "release",
        ),
        // Of the whole workspace, so that dependencies have the features that they have in the tests.
        Profile::Dev => (&["build", "--workspace", "--lib", "--bins"], "debug"),
    };
    run("building the libraries of the packages", cargo(flags))?;
    let library = |name: &str| -> Result<PathBuf> {
        stripped(&target()?.join(folder).join(format!("{DLL_PREFIX}{name}{DLL_SUFFIX}")))
    };

    let mut npm = Command::new("node");
    npm.current_dir(root()).args(["bindings/node/pack.mjs", "--library"]);
    npm.arg(library("aigateway_node")?).arg("--out").arg(&packages);
    run("packing for npm", npm)?;

    let maturin = setup::maturin().context("the wheel needs maturin")?;
    let mut wheel = Command::new("python3");
    wheel.current_dir(root()).args(["bindings/python/pack.py", "--maturin"]).arg(&maturin).arg("--library");
    wheel.arg(library("aigateway_migrate")?).arg("--out").arg(&packages);
    run("packing the wheel", wheel)?;
    let mut sdist = Command::new(&maturin);
    sdist.current_dir(root()).args(["sdist", "--manifest-path", "bindings/python/Cargo.toml", "--out"]);
    sdist.arg(&packages).stdout(Stdio::null()).stderr(Stdio::null());
    run("packing the sdist", sdist)?;

    say(&format!("in {}:", packages.display()));
    for name in files::names_under(&packages)? {
        let size = fs::metadata(packages.join(&name))?.len();
        eprintln!("      {name}  ({:.1} MB)", size as f64 / 1e6);
    }
    Ok(())
}

/// A copy without debug information, where there is a tool for that.
fn stripped(library: &Path) -> Result<PathBuf> {
    let copy = library.with_extension("stripped");
    let strip =
        Command::new("strip").arg("-S").arg("-o").arg(&copy).arg(library).stderr(Stdio::null()).status();
    if !strip.is_ok_and(|status| status.success()) {
        fs::copy(library, &copy).with_context(|| format!("can't copy {}", library.display()))?;
    }
    Ok(copy)
}

/// Installs the packages of `target/packages`, and nothing else, into `target/doors`: npm's under `npm`, the wheel into
/// the virtual environment `venv`.
///
/// # Errors
/// The first step that fails.
pub fn install() -> Result<()> {
    let (packages, doors) = (target()?.join("packages"), target()?.join("doors"));
    let ending = |ending: &str| -> Result<Vec<PathBuf>> {
        let names = files::names_under(&packages)?.into_iter().filter(|name| name.ends_with(ending));
        Ok(names.map(|name| packages.join(name)).collect())
    };
    let (tarballs, wheels) = (ending(".tgz")?, ending(".whl")?);
    ensure!(
        tarballs.len() == 2 && wheels.len() == 1,
        "expected two tarballs and a wheel: run `cargo xtask pack`"
    );
    files::empty(&doors)?;

    let mut npm = Command::new(setup::NPM);
    // Packages of other platforms are optional, and not to be had.
    npm.args(["install", "--global", "--offline", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"]);
    npm.arg(doors.join("npm")).args(&tarballs).stdout(Stdio::null());
    run("installing the npm packages in an empty prefix", npm)?;

    let mut venv = Command::new("python3");
    venv.args(["-m", "venv", "--without-pip"]).arg(doors.join("venv"));
    run("making an empty virtual environment", venv)?;
    let python = doors.join(if cfg!(windows) { "venv/Scripts/python.exe" } else { "venv/bin/python" });
    let mut pip = setup::pip(&target()?.join("test-env"))?;
    pip.arg("--python").arg(python).args(["install", "--quiet", "--no-index"]).args(&wheels);
    run("installing the wheel", pip)
}
