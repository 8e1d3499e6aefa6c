//! Where things are: the workspace, its `target` folder, the programs that tests start.
//!
//! Not allowed here: installing anything. `cargo xtask setup` does that; what is missing is said, not mended.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context, Result, bail, ensure};

/// The root of the workspace.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// The `target` folder that this test was built into.
///
/// # Errors
/// If the test's executable is not where cargo puts it.
pub fn target() -> Result<PathBuf> {
    // target/<profile>/deps/<test>
    let test = std::env::current_exe().context("this test does not know its own path")?;
    let target = test.ancestors().nth(3).context("this test does not lie in a target folder")?;
    Ok(target.to_owned())
}

/// The built command `aig`, built now if it is not there or old.
///
/// # Errors
/// With cargo's own words, if it can't be built.
pub fn aig() -> Result<&'static Path> {
    static AIG: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    match AIG.get_or_init(|| build_aig().map_err(|error| format!("{error:#}"))) {
        Ok(path) => Ok(path),
        Err(message) => bail!("{message}"),
    }
}

fn build_aig() -> Result<PathBuf> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // `--workspace` gives the dependencies the features they have in `cargo test --workspace`, so that none is
    // built a second time.
    cargo.current_dir(root()).args(["build", "--quiet", "--workspace", "--bin", "aig"]);
    cargo.arg("--target-dir").arg(target()?);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let output = cargo.output().context("can't start cargo to build aig")?;
    ensure!(output.status.success(), "aig can't be built:\n{}", String::from_utf8_lossy(&output.stderr));
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    let path = target()?.join(profile).join(format!("aig{}", std::env::consts::EXE_SUFFIX));
    ensure!(path.is_file(), "cargo built aig, but there is no {}", path.display());
    Ok(path)
}

/// Where `cargo xtask setup` puts the packages that test programs import.
///
/// # Errors
/// See [`target`].
pub fn packages() -> Result<PathBuf> {
    Ok(target()?.join("test-env"))
}

/// Whether what is missing fails a test, instead of being reported as not run.
pub fn everything_required() -> bool {
    std::env::var_os("AIG_TESTS_REQUIRE_ALL").is_some_and(|value| !value.is_empty() && value != "0")
}

/// The interpreters that test programs need.
#[derive(Clone, Debug)]
pub struct Interpreters {
    /// `python3`, behind whatever shim stands in the PATH.
    pub python: PathBuf,
    /// `node`, likewise.
    pub node: PathBuf,
}

impl Interpreters {
    /// Looks for both.
    ///
    /// # Errors
    /// Names the one that does not start.
    pub fn find() -> Result<Self> {
        Ok(Self {
            python: ask("python3", &["-c", "import sys; print(sys.executable)"])?,
            node: ask("node", &["-p", "process.execPath"])?,
        })
    }

    /// A PATH in which `python3` and `node` are these, whatever HOME is: shims of version managers need the real one.
    ///
    /// # Errors
    /// If a folder's name can't stand in a PATH.
    pub fn path(&self) -> Result<OsString> {
        let mut folders: Vec<PathBuf> =
            [&self.python, &self.node].iter().filter_map(|tool| tool.parent().map(Path::to_owned)).collect();
        let path = std::env::var_os("PATH").unwrap_or_default();
        folders.extend(std::env::split_paths(&path));
        std::env::join_paths(folders).context("PATH can't be put together")
    }
}

fn ask(program: &str, arguments: &[&str]) -> Result<PathBuf> {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .with_context(|| format!("{program} does not start; install it"))?;
    ensure!(output.status.success(), "{program} fails: {}", String::from_utf8_lossy(&output.stderr).trim());
    let path =
        String::from_utf8(output.stdout).with_context(|| format!("{program} lies under an odd name"))?;
    Ok(PathBuf::from(path.trim()))
}

/// Copies a tree of regular files and folders, with their permissions. What is not copied: names in `except`.
///
/// # Errors
/// If something can't be read or written.
pub fn copy_tree(from: &Path, to: &Path, except: &[&str]) -> Result<()> {
    let mut open = vec![(from.to_owned(), to.to_owned())];
    while let Some((from, to)) = open.pop() {
        std::fs::create_dir_all(&to).with_context(|| format!("can't make {}", to.display()))?;
        for entry in std::fs::read_dir(&from).with_context(|| format!("can't list {}", from.display()))? {
            let entry = entry?;
            let name = entry.file_name();
            if except.iter().any(|not| name.to_str() == Some(*not)) {
                continue;
            }
            let target = to.join(&name);
            if entry.file_type()?.is_dir() {
                open.push((entry.path(), target));
            } else {
                std::fs::copy(entry.path(), &target)
                    .with_context(|| format!("can't copy to {}", target.display()))?;
            }
        }
    }
    Ok(())
}

/// All regular files under `folder`, relative to it, `/`-separated, sorted.
///
/// # Errors
/// If something can't be listed, or a name is not UTF-8.
pub fn files_under(folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut open = vec![(folder.to_owned(), String::new())];
    while let Some((folder, prefix)) = open.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| format!("can't list {}", folder.display()))? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_str().with_context(|| format!("{} is not UTF-8", entry.path().display()))?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                open.push((entry.path(), format!("{prefix}{name}/")));
            } else if kind.is_file() {
                found.push(format!("{prefix}{name}"));
            }
        }
    }
    found.sort();
    Ok(found)
}
