//! `cargo xtask demo`: the main job, on a copy of the sample tree.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::files;
use crate::step::{cargo, root, run, say, target};

/// Builds `aig`, migrates a copy of `tests/sample`, and says what changed.
///
/// # Errors
/// If a step fails, or nothing was changed.
pub fn demo() -> Result<()> {
    run("building aig", cargo(&["build", "--workspace", "--bin", "aig"]))?;
    let (sample, tree, state) =
        (root().join("tests/sample"), target()?.join("demo"), target()?.join("demo-state"));
    say(&format!("copying tests/sample to {}", tree.display()));
    files::empty(&tree)?;
    files::copy_tree(&sample, &tree)?;
    separate(&tree);

    let binary = target()?.join("debug").join(format!("aig{}", std::env::consts::EXE_SUFFIX));
    let aig = |flags: &[&str]| {
        let mut command = Command::new(&binary);
        command.current_dir(&tree).args(["migrate", "portkey"]).args(flags);
        // The run record of a demo is nothing to keep in the user's own state folder.
        command.env("XDG_STATE_HOME", &state);
        command
    };
    run("aig migrate portkey --dry-run   (the preview: writes nothing)", aig(&["--dry-run"]))?;
    run("aig migrate portkey --yes --stat   (applies it)", aig(&["--yes", "--stat"]))?;
    run(
        "aig migrate portkey --check --stat   (once more: nothing is left to do)",
        aig(&["--check", "--stat"]),
    )?;

    let mut changed = Vec::new();
    for name in files::names_under(&sample)? {
        if read(&sample, &name)? != read(&tree, &name)? {
            changed.push(name);
        }
    }
    ensure!(!changed.is_empty(), "the demo changed nothing in {}", tree.display());
    say(&format!(
        "{} files of {} were migrated, each with its backup beside it:",
        changed.len(),
        tree.display()
    ));
    for name in changed {
        eprintln!("      {name}");
    }
    say(&format!("to compare:  diff -ru {} {}", sample.display(), tree.display()));
    Ok(())
}

fn read(folder: &Path, name: &str) -> Result<Vec<u8>> {
    let file = folder.join(name);
    fs::read(&file).with_context(|| format!("can't read {}", file.display()))
}

/// Makes the copy a repository of its own, as a user's tree is one: with all committed, and so that the tool does not
/// note its backups in the project's. Without git the demo goes on.
fn separate(tree: &Path) {
    let author = ["-c", "user.name=demo", "-c", "user.email=demo@localhost", "-c", "commit.gpgsign=false"];
    let steps: [&[&str]; 3] = [
        &["init", "--quiet"],
        &["add", "--all"],
        &["commit", "--quiet", "--no-verify", "--message", "The sample"],
    ];
    for step in steps {
        let done = Command::new("git")
            .current_dir(tree)
            .args(author)
            .args(step)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if !done.is_ok_and(|status| status.success()) {
            say("git does not work here: going on without a repository");
            return;
        }
    }
}
