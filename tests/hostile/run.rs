//! The real command on a folder of its own, with little memory.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use aig_tests::workspace;

/// What the command may take, in kilobytes of address space: a bound on its memory that the system itself holds.
const MEMORY: usize = 2 << 20;

/// What the command may take, in seconds of a processor. It takes a small part of it; only what never ends gets there.
const SECONDS: usize = 300;

pub struct Place {
    folder: tempfile::TempDir,
}

pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Place {
    pub fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(place.root()).unwrap();
        place
    }

    pub fn root(&self) -> PathBuf {
        self.folder.path().join("tree")
    }

    pub fn outside(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn read(&self, path: &str) -> Vec<u8> {
        std::fs::read(self.root().join(path)).unwrap()
    }

    /// The command with the tree as its last argument. It must end by itself, with a code of its own.
    pub fn aig(&self, arguments: &[&str]) -> Ran {
        let mut command = if cfg!(target_os = "linux") {
            let mut limited = Command::new("sh");
            let limits = format!("ulimit -v {MEMORY}; ulimit -t {SECONDS}; exec \"$@\"");
            limited.args(["-c", &limits, "sh"]).arg(workspace::aig().unwrap());
            limited
        } else {
            Command::new(workspace::aig().unwrap())
        };
        command.args(arguments).arg(self.root()).stdin(Stdio::null());
        command.env("HOME", self.outside()).env("XDG_STATE_HOME", self.outside().join("state"));
        let Output { status, stdout, stderr } = command.output().unwrap();
        let ran = Ran {
            code: status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&stdout).into_owned(),
            stderr: String::from_utf8_lossy(&stderr).into_owned(),
        };
        assert!((0..=2).contains(&ran.code), "{arguments:?}: {}: {}", status, ran.stderr);
        assert!(!ran.stderr.contains("panicked"), "{arguments:?}: {}", ran.stderr);
        ran
    }

    /// The report of a run that writes nothing.
    pub fn report(&self) -> serde_json::Value {
        let ran = self.aig(&["migrate", "portkey", "--dry-run", "--format", "json"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        serde_json::from_str(&ran.stdout).unwrap()
    }

    /// Migrates, and asserts that it went well.
    pub fn migrate(&self) -> Ran {
        let ran = self.aig(&["migrate", "portkey", "--yes"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran
    }
}

/// The reasons for which `path` is skipped.
#[cfg(unix)]
pub fn skipped(report: &serde_json::Value, path: &str) -> Option<String> {
    let skipped = report["skipped"].as_array().unwrap();
    let found = skipped.iter().find(|entry| entry["path"] == path)?;
    Some(found["reason"].as_str().unwrap().to_owned())
}
