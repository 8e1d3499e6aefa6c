//! The three commands, through `scenarios.toml`.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use aig_tests::fixture::read_tree;
use aig_tests::workspace::root;
use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Doors, fill, quiet, tree_of};

/// One entry of `scenarios.toml`, which tells what the fields mean.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    pub title: String,
    arguments: Vec<String>,
    #[serde(default)]
    before: Vec<Vec<String>>,
    #[serde(default)]
    stdin: String,
    stdout: Option<Stdout>,
    wait_for: Option<String>,
    signal: Option<String>,
    #[serde(default)]
    terminal: Vec<(String, String)>,
    ends: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Stdout {
    Closed,
    None,
}

#[derive(Deserialize)]
struct Scenarios {
    scenario: Vec<Scenario>,
}

/// All scenarios that this platform can play.
pub fn scenarios() -> Result<Vec<Scenario>> {
    let file = root().join("tests/doors/scenarios.toml");
    let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let all: Scenarios = toml::from_str(&text).context("scenarios.toml")?;
    let plain = |it: &Scenario| it.signal.is_none() && it.stdout.is_none() && it.terminal.is_empty();
    Ok(all.scenario.into_iter().filter(|it| cfg!(unix) || plain(it)).collect())
}

/// What can be seen of a run.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    ends: String,
    stdout: String,
    stderr: String,
    tree: BTreeMap<String, String>,
}

/// What each command does is what the native one does, which ends as the scenario says.
pub fn compare(doors: &Doors, scenario: &Scenario) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let sample = read_tree(&root().join("tests/sample"))?;
    let mut native = None;
    for (name, program) in doors.commands() {
        // In the very same place, so that nothing that is printed differs for that.
        let place = folder.path().join("place");
        let (tree, state) = (place.join("tree"), place.join("state"));
        fill(&tree, &sample)?;
        let seen = play(scenario, program, &tree, &state).context(name)?;
        fs::remove_dir_all(&place)?;
        ensure!(
            seen.ends == scenario.ends,
            "{name} ends with {}, not {}: {}",
            seen.ends,
            scenario.ends,
            seen.stderr
        );
        match &native {
            None => native = Some(seen),
            Some(native) => ensure!(seen == *native, "{name} differs: {seen:#?}\nnative: {native:#?}"),
        }
    }
    Ok(())
}

fn play(scenario: &Scenario, program: &Path, tree: &Path, state: &Path) -> Result<Seen> {
    let mut earlier = String::new();
    for arguments in &scenario.before {
        let output = quiet(program, state).current_dir(tree).args(arguments).stdin(Stdio::null()).output()?;
        earlier.push_str(&ending(output.status));
        earlier.push_str(&String::from_utf8(output.stdout)?);
    }
    let (ends, stdout, stderr) = if scenario.terminal.is_empty() {
        piped(scenario, program, tree, state)?
    } else {
        on_a_terminal(scenario, program, tree, state)?
    };
    Ok(Seen { ends, stdout: earlier + &stdout, stderr, tree: tree_of(tree)? })
}

fn piped(scenario: &Scenario, program: &Path, tree: &Path, state: &Path) -> Result<(String, String, String)> {
    let mut command = match scenario.stdout {
        // Only a shell can leave a stream out.
        Some(Stdout::None) => {
            let mut shell = quiet(Path::new("sh"), state);
            shell.args(["-c", "exec \"$0\" \"$@\" >&-"]).arg(program);
            shell
        }
        _ => quiet(program, state),
    };
    command.current_dir(tree).args(&scenario.arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    if scenario.stdout == Some(Stdout::Closed) {
        drop(child.stdout.take());
    }
    let mut stderr = Vec::new();
    let mut input = child.stdin.take();
    if let Some(text) = &scenario.wait_for {
        let stream = child.stderr.as_mut().context("standard error is a pipe")?;
        let mut byte = [0];
        while !stderr.ends_with(text.as_bytes()) {
            ensure!(
                stream.read(&mut byte)? == 1,
                "it ended before {text:?}: {:?}",
                String::from_utf8_lossy(&stderr)
            );
            stderr.push(byte[0]);
        }
    }
    match &scenario.signal {
        Some(signal) => send(&child, signal)?,
        None => {
            if let Some(input) = &mut input {
                // Who does not read its input closes it.
                let _ = input.write_all(scenario.stdin.as_bytes());
            }
            input = None;
        }
    }
    let output = child.wait_with_output()?;
    drop(input);
    stderr.extend(output.stderr);
    Ok((ending(output.status), String::from_utf8(output.stdout)?, String::from_utf8(stderr)?))
}

fn send(child: &Child, signal: &str) -> Result<()> {
    let sent = Command::new("sh").arg("-c").arg(format!("kill -{signal} {}", child.id())).status()?;
    ensure!(sent.success(), "SIG{signal} can't be sent");
    Ok(())
}

fn on_a_terminal(
    scenario: &Scenario,
    program: &Path,
    tree: &Path,
    state: &Path,
) -> Result<(String, String, String)> {
    let steps = scenario.terminal.iter().map(|(expect, send)| json!({ "expect": expect, "send": send }));
    let command: Vec<Value> = std::iter::once(json!(program))
        .chain(scenario.arguments.iter().map(|argument| json!(argument)))
        .collect();
    let asked = json!({
        "command": command, "folder": tree, "rows": 24, "columns": 80, "steps": steps.collect::<Vec<_>>(),
    });
    let mut python = quiet(Path::new("python3"), state);
    let output = python.arg(root().join("tests/terminal/drive.py")).arg(asked.to_string()).output()?;
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let seen: Value = serde_json::from_slice(&output.stdout).context(errors)?;
    if !seen["failure"].is_null() || seen["restored"] != true {
        bail!("on the terminal: {seen:#}");
    }
    Ok((seen["code"].to_string(), seen["output"].as_str().unwrap_or_default().to_owned(), String::new()))
}

/// An exit code, or `signal N`.
fn ending(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return format!("signal {signal}");
    }
    status.code().map_or_else(|| status.to_string(), |code| code.to_string())
}
