//! `cargo xtask setup`: fetches what the tests need, through pip and npm, into `target/`.
//!
//! What is there already is not fetched again. What can't be fetched (an offline machine) is no failure of the
//! setup: it is told, and the tests that need it say "not run".

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::files;
use crate::step::{output, root, run, say, target};

/// The program that is called npm.
pub const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Sets up all parts. Returns what could not be had: one line each, for the end of the run.
///
/// # Errors
/// If a part's own files can't be read or written.
pub fn setup() -> Result<Vec<String>> {
    let packages = root().join("tests/end_to_end/packages");
    let home = target()?.join("test-env");
    let mut missing = Vec::new();
    // What only the unmigrated programs may import lies in folders of its own.
    for (packages, home) in [(packages.clone(), home.clone()), (packages.join("before"), home.join("before"))]
    {
        if let Err(error) = python(&packages, &home) {
            missing
                .push(format!("the end-to-end programs, for their Python packages can't be had: {error:#}"));
        }
        if let Err(error) = node(&packages, &home) {
            missing.push(format!("the end-to-end programs, for their Node packages can't be had: {error:#}"));
        }
    }
    let checkers = node(&packages.join("checkers"), &home.join("checkers"));
    if let Err(error) = checkers.and_then(|()| python(&packages.join("checkers"), &home.join("checkers"))) {
        missing.push(format!("the published examples and the types of the packages, for the type checkers can't be had: {error:#}"));
    }
    if let Err(error) = python(&root().join("docs"), &target()?.join("guide-env")) {
        missing.push(format!("the build of the guide, for mkdocs can't be had: {error:#}"));
    }
    missing.extend(real_packages()?);
    Ok(missing)
}

/// Installs `requirements.txt`, which names all that is needed, into `home/python`, a folder for PYTHONPATH.
fn python(packages: &Path, home: &Path) -> Result<()> {
    let requirements = packages.join("requirements.txt");
    let mut version = Command::new("python3");
    version.arg("--version");
    let version =
        output(version).context("python3 does not start; install it (Debian: apt-get install python3)")?;
    let wanted = format!("{version}\n{}", read(&requirements)?);
    let (folder, stamp) = (home.join("python"), home.join("python.stamp"));
    if up_to_date(&folder, &stamp, &wanted) {
        say("Python packages: there already");
        return Ok(());
    }
    let mut pip = pip(home)?;
    files::empty(&folder)?;
    pip.args(["install", "--quiet", "--no-input", "--no-warn-conflicts", "--no-deps", "--target"])
        .arg(&folder);
    pip.arg("--requirement").arg(&requirements);
    run("fetching Python packages (pip)", pip)?;
    write(&stamp, &wanted)
}

/// maturin, fetched if it is not there.
///
/// # Errors
/// If it can't be fetched.
pub fn maturin() -> Result<PathBuf> {
    let home = target()?.join("test-env/maturin");
    fs::create_dir_all(&home).with_context(|| format!("can't make {}", home.display()))?;
    python(&root().join("bindings/python"), &home)?;
    Ok(home.join("python/bin").join(format!("maturin{}", std::env::consts::EXE_SUFFIX)))
}

/// A pip to work with: the system's, or else that of a virtual environment made for it. Debian has each in a package
/// of its own, so one may be there without the other.
pub fn pip(home: &Path) -> Result<Command> {
    let with = |python: &Path| {
        let mut pip = Command::new(python);
        pip.args(["-m", "pip"])
            .env("PIP_ROOT_USER_ACTION", "ignore")
            .env("PIP_DISABLE_PIP_VERSION_CHECK", "1");
        pip
    };
    let works = |python: &Path| {
        let mut pip = with(python);
        pip.arg("--version");
        output(pip).is_some()
    };
    let system = PathBuf::from("python3");
    if works(&system) {
        return Ok(with(&system));
    }
    let environment = home.join("venv");
    let inner = environment.join("bin/python3");
    if !works(&inner) {
        files::empty(&environment)?;
        let mut venv = Command::new("python3");
        venv.args(["-m", "venv"]).arg(&environment);
        run("making a virtual environment, for this python3 has no pip", venv).context(
            "python3 has neither pip nor venv; install one (Debian: apt-get install python3-venv)",
        )?;
    }
    Ok(with(&inner))
}

/// Installs `package.json` into `home/node/node_modules`.
fn node(packages: &Path, home: &Path) -> Result<()> {
    let (manifest, lock) =
        (read(&packages.join("package.json"))?, read(&packages.join("package-lock.json"))?);
    let wanted = format!("{manifest}{lock}");
    let (folder, stamp) = (home.join("node"), home.join("node.stamp"));
    if up_to_date(&folder.join("node_modules"), &stamp, &wanted) {
        say("Node packages of the test programs: there already");
        return Ok(());
    }
    files::empty(&folder)?;
    write(&folder.join("package.json"), &manifest)?;
    write(&folder.join("package-lock.json"), &lock)?;
    let mut npm = Command::new(NPM);
    npm.current_dir(&folder).args(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]);
    run("fetching the Node packages of the test programs (npm)", npm)?;
    write(&stamp, &wanted)
}

/// One line of `tests/real_packages/packages.txt`.
struct Package<'a> {
    registry: &'a str,
    name: &'a str,
    version: &'a str,
}

impl Package<'_> {
    /// The folder that it is unpacked into; `tests/real_packages/main.rs` looks there.
    fn folder(&self) -> String {
        let name = self.name.trim_start_matches('@').replace('/', "__");
        format!("{}-{name}-{}", self.registry, self.version)
    }
}

/// Fetches and unpacks the real packages. Returns what could not be had.
fn real_packages() -> Result<Vec<String>> {
    let list = read(&root().join("tests/real_packages/packages.txt"))?;
    let home = target()?.join("real-packages");
    fs::create_dir_all(&home).with_context(|| format!("can't make {}", home.display()))?;
    let (mut missing, mut silent): (Vec<String>, Vec<&str>) = (Vec::new(), Vec::new());
    for line in list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut words = line.split_whitespace();
        let (Some(registry), Some(name), Some(version)) = (words.next(), words.next(), words.next()) else {
            bail!("tests/real_packages/packages.txt: not `registry name version`: {line}");
        };
        let package = Package { registry, name, version };
        let folder = home.join(package.folder());
        if folder.is_dir() {
            continue;
        }
        if silent.contains(&registry) {
            missing.push(format!("the real package {name} {version}: {registry} did not answer before"));
            continue;
        }
        if let Err(error) = fetch(&package, &home, &folder) {
            // Each further try would only wait for the same time-out.
            silent.push(registry);
            missing.push(format!("the real package {name} {version}: {error:#}"));
        }
    }
    if missing.is_empty() {
        say("real packages: all there");
    }
    Ok(missing)
}

/// Fetches one package; its folder appears only when it is whole.
fn fetch(package: &Package<'_>, home: &Path, folder: &Path) -> Result<()> {
    let what = format!("fetching the real package {} {}", package.name, package.version);
    let (archives, unpacked) = (home.join("archive.tmp"), home.join("unpacked.tmp"));
    files::empty(&archives)?;
    files::empty(&unpacked)?;
    let unpack = match package.registry {
        "pypi" => {
            let mut pip = pip(&target()?.join("test-env"))?;
            pip.args([
                "download",
                "--quiet",
                "--no-input",
                "--retries=1",
                "--no-deps",
                "--only-binary=:all:",
            ]);
            pip.arg("--dest").arg(&archives).arg(format!("{}=={}", package.name, package.version));
            run(&what, pip)?;
            // A wheel is a zip archive; python3 is here, unzip may not be.
            let mut unzip = Command::new("python3");
            unzip.args(["-m", "zipfile", "-e"]).arg(only_file(&archives)?).arg(&unpacked);
            unzip
        }
        "npm" => {
            let mut npm = Command::new(NPM);
            npm.current_dir(home).args(["pack", "--silent", "--fetch-retries=1", "--pack-destination"]);
            npm.arg(&archives).arg(format!("{}@{}", package.name, package.version));
            npm.stdout(std::process::Stdio::null());
            run(&what, npm)?;
            let mut tar = Command::new("tar");
            tar.arg("-xzf").arg(only_file(&archives)?).arg("-C").arg(&unpacked);
            tar
        }
        other => bail!("tests/real_packages/packages.txt: no such registry: {other}"),
    };
    run(&format!("unpacking {}", package.name), unpack)?;
    files::remove(&archives)?;
    fs::rename(&unpacked, folder).with_context(|| format!("can't move it to {}", folder.display()))
}

fn only_file(folder: &Path) -> Result<PathBuf> {
    let names = files::names_under(folder)?;
    ensure!(names.len() == 1, "expected one archive, got {names:?}");
    Ok(folder.join(&names[0]))
}

fn up_to_date(folder: &Path, stamp: &Path, wanted: &str) -> bool {
    folder.is_dir() && fs::read_to_string(stamp).is_ok_and(|have| have == wanted)
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("can't read {}", file.display()))
}

fn write(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).with_context(|| format!("can't write {}", file.display()))
}
