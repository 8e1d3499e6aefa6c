//! What the documents claim: each test, path, chore, crate, flag and exit code that they name, and the examples.

#![forbid(unsafe_code)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use aig_tests::workspace::{aig, copy_tree, files_under, root};
use anyhow::{Context, Result, ensure};
use regex::Regex;

const DOCUMENTS: [&str; 4] = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"];

/// In the table of invariants each row says, in its last column, in which files which tests hold it.
#[test]
fn tests_that_are_named_exist() -> Result<()> {
    let rows = rows(&section("ARCHITECTURE.md", "## Invariants")?);
    ensure!(rows.len() > 20, "only {} invariants found: the test reads the wrong table", rows.len());
    let mut wrong = Vec::new();
    for row in rows {
        let (mut file, mut code, mut named) = (String::new(), String::new(), 0);
        for word in code_spans(row.last().context("a row has columns")?) {
            if word.contains('/') {
                code = fs::read_to_string(root().join(&word)).with_context(|| word.clone())?;
                // A function of a test of several files is called from the one that runs them.
                let runner = root().join(folder_of(&word)).join("main.rs");
                if !word.ends_with("main.rs") && runner.is_file() {
                    code += &fs::read_to_string(runner)?;
                }
                file = word;
            } else {
                named += 1;
                if !is_run(&code, &word)? {
                    wrong.push(format!("{file} has no test `{word}`"));
                }
            }
        }
        if named == 0 {
            wrong.push(format!("no test is named for: {}", row[0]));
        }
    }
    ensure!(wrong.is_empty(), "ARCHITECTURE.md:\n{}", wrong.join("\n"));
    Ok(())
}

/// Whether `code` has a test of this name, or a function that something in it names.
fn is_run(code: &str, name: &str) -> Result<bool> {
    let test = Regex::new(&format!(r"#\[test\]\s+(#\[[^\]]*\]\s+)*fn {name}\b"))?;
    let function = Regex::new(&format!(r"\bfn {name}\b"))?;
    let mentions = Regex::new(&format!(r"\b{name}\b"))?.find_iter(code).count();
    Ok(test.is_match(code) || function.is_match(code) && mentions > 1)
}

/// Links, and paths in code spans: whatever begins with a folder of the repository. A path with a placeholder (`<name>`)
/// counts up to that.
#[test]
fn paths_that_are_named_exist() -> Result<()> {
    let link = Regex::new(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")?;
    let path = Regex::new(r"^\.?[A-Za-z][A-Za-z0-9_.-]*/[A-Za-z0-9_./<>-]*$")?;
    let mut wrong = Vec::new();
    for document in DOCUMENTS {
        let text = outside_fences(&read(document)?);
        let links = link.captures_iter(&text).map(|found| found[1].to_owned());
        let links = links.filter(|target| !target.contains("://"));
        let spans = code_spans(&text).into_iter().filter(|span| {
            let top = span.split('/').next().unwrap_or_default();
            let built = ["target", ".git", "node_modules"].contains(&top);
            path.is_match(span) && !built && root().join(top).is_dir()
        });
        let named: BTreeSet<String> = links.chain(spans).collect();
        ensure!(!named.is_empty(), "{document} names no path: the test reads it wrongly");
        for name in named {
            let fixed = name.split('<').next().unwrap_or_default();
            let fixed = if fixed.len() == name.len() { fixed } else { folder_of(fixed) };
            if !root().join(fixed).exists() {
                wrong.push(format!("{document}: there is no {name}"));
            }
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[test]
fn chores_that_are_named_exist() -> Result<()> {
    let chores = read("crates/xtask/src/main.rs")?;
    let named = Regex::new(r"cargo xtask ([a-z-]+)")?;
    for document in DOCUMENTS {
        for found in named.captures_iter(&read(document)?) {
            ensure!(
                chores.contains(&format!("[\"{}\"] =>", &found[1])),
                "{document}: there is no `{}`",
                &found[0]
            );
        }
    }
    Ok(())
}

/// What the code map lists is there; and of the engine, where each file is a floor or a part of one, nothing is missing.
#[test]
fn the_code_map_is_whole() -> Result<()> {
    let map = section("ARCHITECTURE.md", "## Code map")?;
    let mut wrong = Vec::new();
    for part in map.split("\n### ").skip(1) {
        let folder =
            code_spans(part).into_iter().next().context("a heading of the code map names a folder")?;
        let names: BTreeSet<String> = rows(part).iter().flat_map(|row| code_spans(&row[0])).collect();
        let at = root().join(&folder);
        wrong.extend(
            names.iter().filter(|name| !at.join(name).exists()).map(|name| format!("no {folder}/{name}")),
        );
        if folder == "crates/migrate-core/src" {
            let files = files_under(&at)?.into_iter().filter(|file| !file.contains('/'));
            wrong.extend(
                files
                    .filter(|file| !names.contains(file))
                    .map(|file| format!("{folder}/{file} is not in it")),
            );
        }
    }
    ensure!(wrong.is_empty(), "the code map of ARCHITECTURE.md:\n{}", wrong.join("\n"));
    Ok(())
}

/// The crates that the shipped crates stand on directly, and no others, are in the table.
#[test]
fn dependencies_are_told() -> Result<()> {
    let table = rows(&section("ARCHITECTURE.md", "## Dependencies")?);
    let told: BTreeSet<String> = table.iter().flat_map(|row| code_spans(&row[0])).collect();
    let mut used = BTreeSet::new();
    for name in ["migrate-core", "migrate-disk", "aig-cli"] {
        let manifest: toml::Table = read(&format!("crates/{name}/Cargo.toml"))?.parse()?;
        let platforms = manifest.get("target").and_then(toml::Value::as_table);
        let tables = platforms.into_iter().flat_map(|platforms| platforms.values());
        let tables = tables.filter_map(|platform| platform.get("dependencies"));
        for table in tables.chain(manifest.get("dependencies")) {
            used.extend(table.as_table().into_iter().flat_map(|table| table.keys().cloned()));
        }
    }
    let own: BTreeSet<String> = ["migrate-core", "migrate-disk"].map(str::to_owned).into();
    let used: BTreeSet<String> = used.difference(&own).cloned().collect();
    let missing: Vec<_> = used.difference(&told).collect();
    let idle: Vec<_> = told.difference(&used).collect();
    ensure!(
        missing.is_empty() && idle.is_empty(),
        "the dependencies in ARCHITECTURE.md: not told {missing:?}; told, and not used {idle:?}"
    );
    Ok(())
}

/// The table of `aig migrate` has its flags as the help spells them; of the other commands, all flags are named.
#[test]
fn the_readme_tells_every_flag() -> Result<()> {
    let commands = Regex::new(r"(?m)^  ([a-z]+)  ")?;
    let bracketed = Regex::new(r"\[(-[^\]]*)\]")?;
    let help = run(&["--help"])?;
    let commands: Vec<&str> =
        commands.captures_iter(&help).filter_map(|found| found.get(1)).map(|name| name.as_str()).collect();
    ensure!(commands.contains(&"migrate"), "the help names no commands:\n{help}");
    let others = rows(&section("README.md", "### Other commands")?);
    for command in commands {
        let expected = flags(&run(&[command, "--help"])?)?;
        let told: BTreeSet<String> = if command == "migrate" {
            rows(&section("README.md", "### `aig migrate`")?)
                .iter()
                .flat_map(|row| code_spans(&row[0]))
                .collect()
        } else {
            let usage = others.iter().flat_map(|row| code_spans(&row[0]));
            let usage = usage.filter(|usage| usage.split(' ').nth(1) == Some(command));
            let usage: Vec<String> = usage.collect();
            ensure!(usage.len() == 1, "README.md: `aig {command}` has {} rows", usage.len());
            bracketed.captures_iter(&usage[0]).map(|found| found[1].to_owned()).collect()
        };
        ensure!(
            told == expected,
            "README.md, `aig {command}`: not told {:?}; told, and not in the help {:?}",
            expected.difference(&told).collect::<Vec<_>>(),
            told.difference(&expected).collect::<Vec<_>>()
        );
    }
    Ok(())
}

/// The flags of a help text as it spells them (`-n, --dry-run`), without that for help.
fn flags(help: &str) -> Result<BTreeSet<String>> {
    let flag = Regex::new(r"(?m)^ {2,6}((?:-[a-zA-Z], )?--[a-z-]+(?: <[A-Z]+>)?)(?:\s|$)")?;
    let all = flag.captures_iter(help).map(|found| found[1].to_owned());
    Ok(all.filter(|flag| !flag.ends_with("--help")).collect())
}

#[test]
fn the_readme_tells_every_exit_code() -> Result<()> {
    let code = Regex::new(r"(?m)^  ([0-9])  (.+)$")?;
    let help = run(&["--help"])?;
    let expected: Vec<Vec<String>> = code
        .captures_iter(&help)
        .map(|found| vec![format!("`{}`", &found[1]), found[2].to_owned()])
        .collect();
    ensure!(expected.len() == 3, "the help has {} exit codes", expected.len());
    let told = rows(&section("README.md", "### Exit codes")?);
    ensure!(told == expected, "README.md tells {told:?}, the help {expected:?}");
    Ok(())
}

/// Each `diff` block of the README is a piece of what the command prints for the sample tree.
#[test]
fn the_examples_of_the_readme_are_real() -> Result<()> {
    let readme = read("README.md")?;
    let fence = Regex::new(r"(?s)```diff\n(.*?)\n```")?;
    let blocks: Vec<String> = fence.captures_iter(&readme).map(|found| trimmed(&found[1])).collect();
    ensure!(!blocks.is_empty(), "README.md has no example");
    let folder = tempfile::tempdir()?;
    let tree = folder.path().join("sample");
    copy_tree(&root().join("tests/sample"), &tree, &[])?;
    let printed = trimmed(&run_in(&tree, &["migrate", "portkey", "--dry-run"])?);
    for block in blocks {
        ensure!(
            printed.contains(&format!("{block}\n")),
            "README.md: this is not what aig prints for tests/sample:\n{block}\nIt prints:\n{printed}"
        );
    }
    Ok(())
}

/// The header and the gateway that CONTRIBUTING.md adds are accepted, and the gateway's request moves.
#[test]
fn the_packs_of_contributing_work() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let at = folder.path();

    let header = toml_block("## Add a header")?;
    fs::write(at.join("pack.toml"), run(&["migrate", "--print-source", "portkey"])? + "\n" + &header)?;
    run_in(at, &["migrate", "portkey", "--source-file", "pack.toml", "--dry-run", "pack.toml"])?;

    fs::write(at.join("acme.toml"), toml_block("## Add a gateway")?)?;
    let request = "curl https://llm.acme.dev/v1/chat/completions -H \"x-acme-api-key: $ACME_API_KEY\"\n";
    fs::write(at.join("call.sh"), request)?;
    let printed = run_in(at, &["migrate", "acme", "--source-file", "acme.toml", "--dry-run", "call.sh"])?;
    let moved =
        "+curl https://api.aigateway.sh/v1/chat/completions -H \"Authorization: Bearer $AIGATEWAY_API_KEY\"";
    ensure!(printed.lines().any(|line| line == moved), "the request did not move:\n{printed}");
    Ok(())
}

/// The first block of TOML in a section of CONTRIBUTING.md, without its indent.
fn toml_block(heading: &str) -> Result<String> {
    let text = section("CONTRIBUTING.md", heading)?;
    let mut lines = text.lines().map(str::trim).skip_while(|line| *line != "```toml");
    lines.next().with_context(|| format!("`{heading}` has no TOML"))?;
    Ok(lines.take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect())
}

/// Without blanks at the ends of lines, which editors take away.
fn trimmed(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect::<String>().trim_end().to_owned() + "\n"
}

fn run(arguments: &[&str]) -> Result<String> {
    run_in(root(), arguments)
}

/// What `aig` prints in `folder`; it must end well.
fn run_in(folder: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new(aig()?).current_dir(folder).args(arguments).output()?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "aig {} fails: {errors}", arguments.join(" "));
    Ok(String::from_utf8(output.stdout)?)
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(root().join(path)).with_context(|| path.to_owned())
}

/// What stands under a heading, up to the next one of its level or above.
fn section(document: &str, heading: &str) -> Result<String> {
    let text = read(document)?;
    let level = heading.bytes().take_while(|byte| *byte == b'#').count();
    let mut lines = text.lines().skip_while(|line| *line != heading);
    lines.next().with_context(|| format!("{document} has no `{heading}`"))?;
    let ends = |line: &str| {
        let hashes = line.bytes().take_while(|byte| *byte == b'#').count();
        (1..=level).contains(&hashes) && line[hashes..].starts_with(' ')
    };
    Ok(lines.take_while(|line| !ends(line)).map(|line| format!("{line}\n")).collect())
}

/// The rows of the tables in a text, without their heads.
fn rows(text: &str) -> Vec<Vec<String>> {
    let lines: Vec<&str> = text.lines().collect();
    let is_rule = |line: &str| line.starts_with("|---");
    let mut out = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let is_head = lines.get(number + 1).is_some_and(|next| is_rule(next));
        if line.starts_with('|') && !is_rule(line) && !is_head {
            out.push(line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect());
        }
    }
    out
}

fn code_spans(text: &str) -> Vec<String> {
    text.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

fn outside_fences(text: &str) -> String {
    let mut inside = false;
    let mut out = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if !inside {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// A file that git ignores is not in a fresh clone: a fixture that holds one fails there, and only there.
#[test]
fn no_file_of_the_tests_is_ignored_by_git() -> Result<()> {
    let listed = Command::new("git")
        .args(["ls-files", "--others", "--ignored", "--exclude-standard", "tests"])
        .current_dir(root())
        .output()
        .context("git is needed")?;
    if !listed.status.success() {
        // Not a clone: an archive of the sources holds all of them.
        return Ok(());
    }
    let ignored = String::from_utf8_lossy(&listed.stdout);
    ensure!(ignored.trim().is_empty(), "git ignores these; `git add --force` them:\n{ignored}");
    Ok(())
}
