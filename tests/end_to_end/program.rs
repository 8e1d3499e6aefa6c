//! One program of `programs/`: its copies, its runs.
//!
//! Not allowed here: judging what came out; that is `check.rs`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use aig_tests::workspace::{self, Interpreters};
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use tempfile::TempDir;

use super::before;
use super::gateways::{AIGATEWAY_KEY, CANARY, PORTKEY_KEY, PORTKEY_KEY_WITH_CONFIG, PROVIDER_KEY};

/// The host that the programs were written for.
const OLD_HOST: &str = "https://api.portkey.ai";
/// The variable that the migrated programs read.
const NEW_VARIABLE: &str = "AIGATEWAY_API_KEY";

/// `program.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What it stands for.
    pub about: String,
    /// The command that runs it, in its folder; `notebook` runs the code cells of an `.ipynb`.
    pub run: Vec<String>,
    /// A command that succeeds where what the program needs is installed. Empty for what every run of the tests needs.
    #[serde(default)]
    pub needs: Vec<String>,
    /// The file that holds its key, where it does not come from the environment.
    #[serde(default)]
    pub dotenv: Option<String>,
    /// The environment that it had at Portkey. `{portkey-key}`, `{portkey-key-with-config}` and `{provider-key}`
    /// stand for the mocks' keys.
    pub before: BTreeMap<String, String>,
    /// The part of it that has to stay at Portkey, where there is one.
    #[serde(default)]
    pub stays: Option<Stays>,
}

/// What of a program stays at Portkey. It runs against both mocks after its migration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stays {
    /// What it goes on asking of Portkey, each as `METHOD PATH`; all else has to move.
    pub requests: Vec<String>,
    /// What its environment goes on needing, beside the AIgateway key; filled as `before` is.
    pub environment: BTreeMap<String, String>,
}

/// A program, as its user wrote it.
#[derive(Clone, Debug)]
pub struct Program {
    /// The folder's name.
    pub name: String,
    /// What `program.toml` says.
    pub settings: Settings,
    folder: PathBuf,
}

/// Which packages a copy sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Those of an unmigrated program: Portkey's SDKs too.
    Before,
    /// Those of a migrated one: none of Portkey's.
    After,
}

/// A copy of a program in a folder of its own.
pub struct Copy {
    stage: Stage,
    // Kept because the folder goes when it is dropped.
    _temp: TempDir,
    home: PathBuf,
    /// The program's files.
    pub folder: PathBuf,
}

/// The mocks that a run sees.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    /// Where connections go that want to leave the machine: it records and refuses them.
    pub outside: u16,
    /// Where Portkey's SDK finds Portkey.
    pub portkey: u16,
}

impl Ports {
    /// One mock for both.
    pub fn one(port: u16) -> Self {
        Self { outside: port, portkey: port }
    }
}

/// How a program ended.
pub struct Run {
    /// Whether it says that all is well.
    pub success: bool,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Program {
    /// Reads `folder/program.toml`.
    pub fn load(folder: &Path) -> Result<Self> {
        let file = folder.join("program.toml");
        let text =
            std::fs::read_to_string(&file).with_context(|| format!("can't read {}", file.display()))?;
        let settings: Settings =
            toml::from_str(&text).with_context(|| format!("{} is not right", file.display()))?;
        ensure!(!settings.run.is_empty(), "{}: run is empty", file.display());
        ensure!(!settings.about.is_empty(), "{}: about is empty", file.display());
        let name =
            folder.file_name().and_then(|name| name.to_str()).context("a program's folder has no name")?;
        Ok(Self { name: name.to_owned(), settings, folder: folder.to_owned() })
    }

    /// A fresh copy, as its user wrote it, that sees the packages of `stage`.
    pub fn copy(&self, stage: Stage) -> Result<Copy> {
        let temp =
            tempfile::Builder::new().prefix("aig-end-to-end-").tempdir().context("no temporary folder")?;
        let (outer, home) = (temp.path().join("outer"), temp.path().join("home"));
        let folder = outer.join("program");
        std::fs::create_dir(&home)?;
        workspace::copy_tree(&self.folder, &folder, &["program.toml"])?;
        // Node looks for packages in the folders above the importing file; NODE_PATH is not for ES modules.
        link(&workspace::packages()?.join("node/node_modules"), &outer.join("node_modules"))?;
        if stage == Stage::Before {
            link(&before::packages()?.join("node/node_modules"), &temp.path().join("node_modules"))?;
        }
        Ok(Copy { stage, _temp: temp, home, folder })
    }

    /// Whether what it needs is installed.
    pub fn can_run(&self) -> bool {
        let Some((program, arguments)) = self.settings.needs.split_first() else { return true };
        let probe = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        probe.is_ok_and(|status| status.success())
    }

    /// What its environment was at Portkey.
    pub fn environment_before(&self) -> Vec<(String, String)> {
        filled(&self.settings.before)
    }

    /// What its environment is at AIgateway: the key, and nothing else but what stays at Portkey needs.
    pub fn environment_after(&self) -> Vec<(String, String)> {
        let mut environment =
            self.settings.stays.as_ref().map_or_else(Vec::new, |stays| filled(&stays.environment));
        environment.push((NEW_VARIABLE.to_owned(), AIGATEWAY_KEY.to_owned()));
        environment
    }

    /// What its copies see after the migration: what stays at Portkey needs Portkey's SDK.
    pub fn stage_after(&self) -> Stage {
        if self.settings.stays.is_some() { Stage::Before } else { Stage::After }
    }

    /// An environment without the key, but with a provider's that must not be sent.
    pub fn environment_of_canary(&self) -> Vec<(String, String)> {
        ["OPENAI_API_KEY", "ANTHROPIC_API_KEY"].map(|name| (name.to_owned(), CANARY.to_owned())).to_vec()
    }

    /// Does what the tool asks of the owner of a `.env` file: puts `key` in, or takes the old one out.
    pub fn fill_dotenv(&self, copy: &Copy, key: Option<&str>) -> Result<()> {
        let Some(name) = &self.settings.dotenv else { return Ok(()) };
        let file = copy.folder.join(name);
        let text = std::fs::read_to_string(&file).with_context(|| format!("can't read {name}"))?;
        let old = format!("{NEW_VARIABLE}={PORTKEY_KEY}");
        ensure!(
            text.lines().any(|line| line == old),
            "{name} should hold {NEW_VARIABLE} with the value untouched:\n{text}"
        );
        let new = key.map(|key| format!("{NEW_VARIABLE}={key}")).unwrap_or_default();
        std::fs::write(&file, text.replace(&old, &new)).with_context(|| format!("can't write {name}"))
    }
}

impl Copy {
    /// Points every literal URL of the old gateway at a mock on `port`.
    pub fn point_at(&self, port: u16) -> Result<()> {
        self.replace(OLD_HOST, &format!("http://127.0.0.1:{port}"))
    }

    /// Replaces `old` by `new` in every file.
    pub fn replace(&self, old: &str, new: &str) -> Result<()> {
        for name in workspace::files_under(&self.folder)? {
            let file = self.folder.join(&name);
            let text = std::fs::read_to_string(&file).with_context(|| format!("can't read {name}"))?;
            if text.contains(old) {
                std::fs::write(&file, text.replace(old, new))
                    .with_context(|| format!("can't write {name}"))?;
            }
        }
        Ok(())
    }

    /// Runs the real `aig` over it, as its user would, with the mock on `port` for the target; `mode` says whether it
    /// applies (`--yes`) or only looks (`--check`).
    pub fn migrate(&self, port: u16, mode: &str) -> Result<Run> {
        let base = format!("http://127.0.0.1:{port}/v1");
        let mut command = Command::new(workspace::aig()?);
        command.args(["migrate", "portkey", mode, "--base-url", &base]);
        command.current_dir(&self.folder).env_clear().env("HOME", &self.home);
        command.env("XDG_STATE_HOME", self.home.join("state"));
        finish(command)
    }

    /// Runs the program with `environment` and nothing else of the outer one but the PATH.
    pub fn run(&self, program: &Program, environment: &[(String, String)], ports: Ports) -> Result<Run> {
        let interpreters = Interpreters::find()?;
        let [name, arguments @ ..] = program.settings.run.as_slice() else {
            unreachable!("load() checks it")
        };
        let mut command = Command::new(match name.as_str() {
            "python3" | "notebook" => interpreters.python.clone(),
            "node" => interpreters.node.clone(),
            other => PathBuf::from(other),
        });
        if name == "notebook" {
            command.arg(workspace::root().join("tests/end_to_end/notebook.py"));
        }
        command.args(arguments).current_dir(&self.folder).env_clear();
        command.env("PATH", interpreters.path()?).env("HOME", &self.home).env("LC_ALL", "C.UTF-8");
        // What compilers keep is for all runs.
        command.env("GOCACHE", workspace::root().join("target/test-env/go"));
        if name == "cargo" {
            self.build_offline(&mut command)?;
        }
        let mut python = vec![workspace::packages()?.join("python")];
        if self.stage == Stage::Before {
            python.push(before::packages()?.join("python"));
            command.env(before::BASE_VARIABLE, format!("http://127.0.0.1:{}/v1", ports.portkey));
        }
        command.env("PYTHONPATH", std::env::join_paths(python)?).env("PYTHONDONTWRITEBYTECODE", "1");
        command.env("https_proxy", format!("http://127.0.0.1:{}", ports.outside));
        command.env("HTTPS_PROXY", format!("http://127.0.0.1:{}", ports.outside));
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        finish(command)
    }
}

impl Copy {
    /// Lets cargo find this repository's own packages, without the network: the program's are some of them.
    fn build_offline(&self, command: &mut Command) -> Result<()> {
        let root = workspace::root();
        std::fs::copy(root.join("Cargo.lock"), self.folder.join("Cargo.lock")).context("no Cargo.lock")?;
        let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
        for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
            command.env(name, std::env::var_os(name).map_or_else(|| home.join(folder), PathBuf::from));
        }
        if let Some(toolchain) = std::env::var_os("RUSTUP_TOOLCHAIN") {
            command.env("RUSTUP_TOOLCHAIN", toolchain);
        }
        command.env("CARGO_TARGET_DIR", root.join("target/test-env/rust"));
        command.env("CARGO_NET_OFFLINE", "true").env("CARGO_TERM_QUIET", "true");
        Ok(())
    }
}

/// Puts the mocks' keys in.
fn filled(environment: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let fill = |value: &str| match value {
        "{portkey-key}" => PORTKEY_KEY.to_owned(),
        "{portkey-key-with-config}" => PORTKEY_KEY_WITH_CONFIG.to_owned(),
        "{provider-key}" => PROVIDER_KEY.to_owned(),
        other => other.to_owned(),
    };
    environment.iter().map(|(name, value)| (name.clone(), fill(value))).collect()
}

#[cfg(unix)]
fn link(to: &Path, at: &Path) -> Result<()> {
    std::os::unix::fs::symlink(to, at).with_context(|| format!("can't link {}", at.display()))
}

#[cfg(windows)]
fn link(to: &Path, at: &Path) -> Result<()> {
    std::os::windows::fs::symlink_dir(to, at).with_context(|| format!("can't link {}", at.display()))
}

fn finish(mut command: Command) -> Result<Run> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("can't start {}", command.get_program().to_string_lossy()))?;
    Ok(Run {
        success: output.status.success(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}
