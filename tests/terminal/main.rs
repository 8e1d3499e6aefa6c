//! The real command on a real pseudo-terminal: `aig migrate --interactive`, key by key.

#![forbid(unsafe_code)]
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use aig_tests::workspace::{aig, root};
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

/// Rows and columns that a session has to work at.
const SIZES: [(u16, u16); 4] = [(24, 80), (1, 1), (5, 20), (0, 0)];

#[derive(Debug, Deserialize)]
struct Session {
    code: i32,
    output: String,
    restored: bool,
    failure: Option<String>,
}

/// Units that have nothing to do with one another, one a file.
fn units(folder: &Path) -> Result<()> {
    for number in 1..=5 {
        let text = format!(
            "import requests\n\nrequests.get(\n    \"https://api.portkey.ai/v1/models\",\n    headers={{\"x-portkey-api-key\": KEY}},\n    timeout={number},\n)\n"
        );
        fs::write(folder.join(format!("u{number}.py")), text)?;
    }
    Ok(())
}

/// The numbers of the units that have moved; each file is wholly old or wholly new.
fn moved(folder: &Path) -> Result<Vec<u32>> {
    let mut moved = Vec::new();
    for number in 1..=5 {
        let text = fs::read_to_string(folder.join(format!("u{number}.py")))?;
        let (old, new) = (text.contains("portkey"), text.contains("aigateway"));
        ensure!(old != new, "u{number}.py is neither old nor new:\n{text}");
        moved.extend(new.then_some(number));
    }
    Ok(moved)
}

/// Answers `aig migrate portkey --interactive` in `folder`. Each step is what to wait for and what to type.
fn answer(folder: &Path, size: (u16, u16), steps: &[Value]) -> Result<Session> {
    let asked = json!({
        "command": [aig()?, "migrate", "portkey", "--interactive"],
        "folder": folder,
        "rows": size.0,
        "columns": size.1,
        "steps": steps,
    });
    let mut python = Command::new("python3");
    python.arg(root().join("tests/terminal/drive.py")).arg(asked.to_string());
    let output = python.env("XDG_STATE_HOME", folder.join("../state")).output().context("python3")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    let session: Session = serde_json::from_slice(&output.stdout).with_context(|| errors.into_owned())?;
    ensure!(session.failure.is_none(), "{:?}:\n{}", session.failure, session.output);
    ensure!(session.restored, "the terminal's modes are not what they were:\n{}", session.output);
    for mode in ["\u{1b}[?1049", "\u{1b}[?25l", "\u{1b}[2J"] {
        ensure!(!session.output.contains(mode), "{mode:?} was sent to the terminal");
    }
    ensure!(!session.output.contains("panicked"), "{}", session.output);
    Ok(session)
}

fn step(expect: &str, send: &str) -> Value {
    json!({ "expect": expect, "send": format!("{send}\n") })
}

/// A fresh tree of five units, in a folder of its own.
fn tree() -> Result<(tempfile::TempDir, std::path::PathBuf)> {
    let folder = tempfile::tempdir()?;
    let tree = folder.path().join("tree");
    fs::create_dir(&tree)?;
    units(&tree)?;
    Ok((folder, tree))
}

#[test]
fn every_key_does_what_its_help_says_at_any_size() -> Result<()> {
    for size in SIZES {
        let (_folder, tree) = tree()?;
        let steps = [
            step("[1/5] Move this unit?", "j"),
            step("[2/5] Move this unit?", "k"),
            step("[1/5] Move this unit?", "J"),
            step("[2/5] Move this unit?", "K"),
            step("[1/5] Move this unit?", "K"),
            step("This is the first unit.", "k"),
            step("There is no undecided unit before this one.", "?"),
            step("J - go to the next unit", "what"),
            step("J - go to the next unit", "n"),
            step("[2/5] Move this unit?", "y"),
            step("[3/5] Move this unit?", "K"),
            step("[2/5] Move this unit? (now: yes)", "J"),
            step("[3/5] Move this unit?", "k"),
            step("There is no undecided unit before this one.", "a"),
            step("[4/5] Move this unit?", "d"),
            step("[5/5] Move this unit?", "J"),
            step("This is the last unit.", "j"),
            step("There is no undecided unit behind this one.", "q"),
        ];
        let session = answer(&tree, size, &steps)?;
        ensure!(session.code == 0, "{size:?}: code {}:\n{}", session.code, session.output);
        ensure!(moved(&tree)? == [2, 3], "{size:?}: {:?}", moved(&tree)?);
        ensure!(session.output.contains("Applied 8 edits in 2 files."), "{}", session.output);
    }
    Ok(())
}

#[test]
fn capitals_are_for_all_that_remain() -> Result<()> {
    for (last, expected) in [("A", vec![2, 3, 4, 5]), ("D", vec![])] {
        let (_folder, tree) = tree()?;
        let steps = [step("[1/5] Move this unit?", "n"), step("[2/5] Move this unit?", last)];
        let session = answer(&tree, (24, 80), &steps)?;
        ensure!(moved(&tree)? == expected, "{last}: {:?}\n{}", moved(&tree)?, session.output);
        let code = i32::from(expected.is_empty());
        ensure!(session.code == code, "{last}: code {}:\n{}", session.code, session.output);
    }
    Ok(())
}

#[test]
fn an_end_that_is_no_answer_writes_nothing() -> Result<()> {
    for size in SIZES {
        for (key, code) in [("\u{3}", 2), ("\u{4}", 1)] {
            let (_folder, tree) = tree()?;
            let steps = [
                step("[1/5] Move this unit?", "y"),
                json!({ "expect": "[2/5] Move this unit?", "send": key }),
            ];
            let session = answer(&tree, size, &steps)?;
            ensure!(session.code == code, "{key:?}: code {}:\n{}", session.code, session.output);
            ensure!(moved(&tree)?.is_empty(), "{key:?} wrote {:?}", moved(&tree)?);
            ensure!(session.output.to_lowercase().contains("nothing was written"), "{}", session.output);
        }
    }
    Ok(())
}

#[test]
fn a_file_that_changes_while_it_is_looked_at_is_shown_again() -> Result<()> {
    let (_folder, tree) = tree()?;
    let newer = format!("# newer\n{}", fs::read_to_string(tree.join("u2.py"))?);
    let steps = [
        step("[1/5] Move this unit?", "y"),
        json!({ "expect": "[2/5] Move this unit?", "send": "n\n", "files": { "u2.py": newer } }),
        step("u2.py has changed meanwhile", ""),
        step("[2/5] Move this unit?", "y"),
        step("[3/5] Move this unit?", "D"),
    ];
    let session = answer(&tree, (24, 80), &steps)?;
    ensure!(moved(&tree)? == [1, 2], "{:?}\n{}", moved(&tree)?, session.output);
    let text = fs::read_to_string(tree.join("u2.py"))?;
    ensure!(text.starts_with("# newer\n"), "what was typed meanwhile is lost:\n{text}");
    Ok(())
}

/// What a unit leaves to do in files that belong to no unit is shown and asked for before anything is written.
#[test]
fn what_follows_from_the_answers_is_asked_for() -> Result<()> {
    let request = |name: &str| {
        format!(
            "import os\nimport requests\n\nrequests.get(\"https://api.portkey.ai/v1/models\", headers={{\"x-portkey-api-key\": os.environ[\"PORTKEY_API_KEY\"]}})  # {name}\n"
        )
    };
    for (last, writes) in [("y", true), ("n", false)] {
        let folder = tempfile::tempdir()?;
        let tree = folder.path().join("tree");
        fs::create_dir(&tree)?;
        let before: BTreeMap<&str, String> = BTreeMap::from([
            (".env", "PORTKEY_API_KEY=\n".to_owned()),
            ("a.py", request("a")),
            ("b.py", request("b")),
        ]);
        for (path, text) in &before {
            fs::write(tree.join(path), text)?;
        }
        let steps = [
            step("[1/2] Move this unit?", "y"),
            step("[2/2] Move this unit?", "n"),
            step("What follows from your answers", ""),
        ];
        // The empty line above is an answer too: it is No. A session that says yes answers the question itself.
        let steps = if writes {
            vec![steps[0].clone(), steps[1].clone(), step("Apply 6 edits in 2 files?", last)]
        } else {
            steps.to_vec()
        };
        let session = answer(&tree, (24, 80), &steps)?;
        let env = fs::read_to_string(tree.join(".env"))?;
        let a = fs::read_to_string(tree.join("a.py"))?;
        if writes {
            ensure!(env == "PORTKEY_API_KEY=\nAIGATEWAY_API_KEY=\n", "{env}\n{}", session.output);
            ensure!(a.contains("AIGATEWAY_API_KEY") && !a.contains("PORTKEY"), "{a}");
        } else {
            ensure!(env == before[".env"] && a == before["a.py"], "{env}{a}");
            ensure!(session.code == 1, "code {}", session.code);
        }
        ensure!(fs::read_to_string(tree.join("b.py"))? == before["b.py"], "what was refused was written");
    }
    Ok(())
}
