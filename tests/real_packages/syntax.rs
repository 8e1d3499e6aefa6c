//! Whether changed files can still be read by the languages' own tools: `python3` and `node`, not our grammars.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use aig_tests::workspace::{self, Interpreters};
use anyhow::{Context, Result, ensure};

/// A changed file: its name, its bytes before and after.
pub type Changed<'a> = (&'a str, &'a [u8], &'a [u8]);

/// The changed files that could be read before and can't be now, each with the reason. `context` are files that
/// decide how others are read (`package.json`).
pub fn broken(changed: &[Changed<'_>], context: &[(&str, &[u8])]) -> Result<Vec<String>> {
    let temp = tempfile::tempdir().context("no temporary folder")?;
    let (before, after) = (temp.path().join("before"), temp.path().join("after"));
    for (name, bytes) in context {
        put(&before, name, bytes)?;
        put(&after, name, bytes)?;
    }
    for (name, old, new) in changed {
        put(&before, name, old)?;
        put(&after, name, new)?;
    }
    let interpreters = Interpreters::find()?;
    let with = |endings: &[&str]| -> Vec<&str> {
        let names = changed.iter().map(|(name, _, _)| *name);
        names.filter(|name| endings.iter().any(|ending| name.ends_with(ending))).collect()
    };
    let mut broken = python(&interpreters, &before, &after, &with(&[".py", ".pyi", ".json"]))?;
    for name in with(&[".js", ".mjs", ".cjs"]) {
        if node(&interpreters, &before, name)?.is_none()
            && let Some(reason) = node(&interpreters, &after, name)?
        {
            broken.push(format!("{name}: {reason}"));
        }
    }
    Ok(broken)
}

fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let file = folder.join(name);
    if let Some(parent) = file.parent() {
        std::fs::create_dir_all(parent).with_context(|| format!("can't make {}", parent.display()))?;
    }
    std::fs::write(&file, bytes).with_context(|| format!("can't write {}", file.display()))
}

fn python(interpreters: &Interpreters, before: &Path, after: &Path, names: &[&str]) -> Result<Vec<String>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let mut child = Command::new(&interpreters.python)
        .arg(workspace::root().join("tests/real_packages/syntax.py"))
        .args([before, after])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("python3 does not start")?;
    // The script prints nothing before it has read all, so this can't block.
    child.stdin.take().context("no pipe to python3")?.write_all(names.join("\n").as_bytes())?;
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "syntax.py fails: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

/// Why node can't read the file; `None` if it can.
fn node(interpreters: &Interpreters, folder: &Path, name: &str) -> Result<Option<String>> {
    let output = Command::new(&interpreters.node)
        .arg("--check")
        .arg(folder.join(name))
        .stdin(Stdio::null())
        .output()
        .context("node does not start")?;
    Ok((!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).into_owned()))
}
