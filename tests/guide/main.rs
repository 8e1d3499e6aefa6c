//! The guide: what it prints is what the command prints, and it can be built.
//!
//! `docs/guide/rules.md` and `docs/guide/commands.md` are made here: `UPDATE_SNAPSHOTS=1` writes them anew.

#![forbid(unsafe_code)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use aig_tests::workspace::{aig, copy_tree, everything_required, files_under, root, target};
use anyhow::{Context, Result, ensure};
use libtest_mimic::{Arguments, Failed, Trial};
use regex::Regex;
use serde::Deserialize;

type Test = fn() -> Result<()>;

fn main() {
    let all: [(&str, Test); 5] = [
        ("the_page_of_the_rules_is_what_explain_tells", rules),
        ("the_page_of_the_commands_is_their_help", commands),
        ("what_the_guide_shows_is_printed", examples),
        ("options_that_the_guide_names_exist", options),
        ("the_guide_can_be_built", build),
    ];
    let missing = !tool().is_ok_and(|tool| tool.join("mkdocs").is_dir()) && !everything_required();
    let trials = all.into_iter().map(|(name, test)| {
        let run = move || test().map_err(|error| Failed::from(format!("{error:#}")));
        let ignored = missing && name == "the_guide_can_be_built";
        let kind = if ignored { "not run: cargo xtask setup fetches mkdocs" } else { "" };
        Trial::test(name, run).with_kind(kind).with_ignored_flag(ignored)
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}

/// Where `cargo xtask setup` puts the tool that builds the guide.
fn tool() -> Result<PathBuf> {
    Ok(target()?.join("guide-env/python"))
}

fn guide() -> PathBuf {
    root().join("docs/guide")
}

/// The pages that are written by hand, by name.
fn pages() -> Result<Vec<(String, String)>> {
    let pages = files_under(&guide())?.into_iter().filter(|page| page.ends_with(".md"));
    let pages = pages.filter(|page| page != "rules.md" && page != "commands.md");
    pages.map(|page| Ok((page.clone(), fs::read_to_string(guide().join(&page))?))).collect()
}

/// What the command prints in `folder`, with nothing of this process's environment that it heeds.
fn run(folder: &Path, arguments: &[&str]) -> Result<String> {
    let mut command = Command::new(aig()?);
    command.current_dir(folder).args(arguments).env("XDG_STATE_HOME", folder.join(".git/state"));
    command.env_remove("AIGATEWAY_API_KEY").env_remove("COLUMNS");
    let output = command.output()?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.code() != Some(2), "aig {}: {errors}", arguments.join(" "));
    Ok(String::from_utf8(output.stdout)?)
}

/// Holds a page to `text`, or writes it.
fn page_is(name: &str, text: &str) -> Result<()> {
    let file = guide().join(name);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some_and(|value| value == "1") {
        return fs::write(&file, text).with_context(|| format!("can't write {}", file.display()));
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    let line = kept.lines().zip(text.lines()).position(|(kept, made)| kept != made);
    let line = line.unwrap_or(kept.lines().count().min(text.lines().count())) + 1;
    ensure!(kept == text, "docs/guide/{name}:{line} is out of date (UPDATE_SNAPSHOTS=1 writes it anew)");
    Ok(())
}

/// A rule, in the form of the data that `aig explain` prints.
#[derive(Deserialize)]
struct About {
    id: String,
    title: String,
    does: String,
    why: String,
    asks: String,
    file: Option<String>,
    before: Option<String>,
    after: Option<String>,
}

#[derive(Deserialize)]
struct Rules {
    rule: Vec<About>,
}

/// The examples in that data are held to the engine by a test of the command.
fn rules() -> Result<()> {
    let text = fs::read_to_string(root().join("crates/aig-cli/rules.toml"))?;
    let mut page = String::from(
        "# Every rule\n\n\
         `aig explain RULE` prints the same in a terminal.\n\
         The name of a rule stands in the brackets of a finding, as in `action[config]`.\n",
    );
    for about in toml::from_str::<Rules>(&text)?.rule {
        let About { id, title, does, why, asks, .. } = &about;
        let told = run(root(), &["explain", id])?;
        ensure!(told.starts_with(&format!("{id}: {title}\n")), "aig explain {id} tells: {told}");
        write!(
            page,
            "\n## {id}\n\n**{title}.**\n{does}\n\n*Why:* {why}\n\n*What a finding asks of you:* {asks}\n"
        )?;
        let (Some(file), Some(before)) = (&about.file, &about.before) else { continue };
        let Some(after) = &about.after else {
            write!(page, "\n`{file}`, which stays as it is:\n\n```text\n{before}```\n")?;
            continue;
        };
        write!(page, "\n`{file}`, before and after:\n\n```diff\n")?;
        for change in similar::TextDiff::from_lines(before, after).iter_all_changes() {
            write!(page, "{}{}", change.tag(), change.value())?;
        }
        page.push_str("```\n");
    }
    page_is("rules.md", &page)
}

fn commands() -> Result<()> {
    let command = Regex::new(r"(?m)^  ([a-z]+)  ")?;
    let help = run(root(), &["--help"])?;
    let mut page = String::from("# Every command\n\nWhat `--help` prints; `aig man` prints manual pages.\n");
    write!(page, "\n## aig\n\n```text\n{help}```\n")?;
    let names: Vec<&str> =
        command.captures_iter(&help).filter_map(|found| found.get(1)).map(|name| name.as_str()).collect();
    ensure!(names.contains(&"doctor"), "the help names no commands:\n{help}");
    for name in names {
        let help = run(root(), &[name, "--help"])?;
        write!(page, "\n## aig {name}\n\n```text\n{}\n```\n", help.trim_end())?;
    }
    page_is("commands.md", &page)
}

/// Each block of `diff` or `text` of the pages that are written by hand is a piece of what the command prints when the
/// sample tree is migrated.
fn examples() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let tree = folder.path().join("sample");
    copy_tree(&root().join("tests/sample"), &tree, &[])?;
    let mut printed = String::new();
    for arguments in
        [&["doctor"] as &[&str], &["migrate", "portkey", "--dry-run"], &["migrate", "portkey", "--yes"]]
    {
        printed += &run(&tree, arguments)?;
    }
    let fence = Regex::new(r"(?s)```(?:diff|text)\n(.*?)```")?;
    let mut seen = 0;
    for (name, text) in pages()? {
        for block in fence.captures_iter(&text) {
            seen += 1;
            ensure!(printed.contains(&block[1]), "docs/guide/{name}: this is not printed:\n{}", &block[1]);
        }
    }
    ensure!(seen >= 4, "only {seen} examples found: the test reads the pages wrongly");
    Ok(())
}

/// Each `aig …` of the guide, in blocks of code and in code spans, names a command and options that there are.
fn options() -> Result<()> {
    let named = Regex::new(r"(?m)(?:^|`|run: |- )aig ([a-z]+)\b([^`#\n|>]*)")?;
    let flag = Regex::new(r"(?:^|\s)(--[a-z-]+|-[a-z]\b)")?;
    let mut seen = 0;
    for (name, text) in pages()? {
        for found in named.captures_iter(&text) {
            let help = run(root(), &[&found[1], "--help"]).with_context(|| format!("docs/guide/{name}"))?;
            for flag in flag.captures_iter(&found[2]) {
                let known = Regex::new(&format!(r"(?m)[ ,]{}(?:[ ,]|$)", regex::escape(&flag[1])))?;
                ensure!(known.is_match(&help), "docs/guide/{name}: `aig {}` has no {}", &found[1], &flag[1]);
                seen += 1;
            }
        }
    }
    ensure!(seen > 15, "only {seen} options found: the test reads the pages wrongly");
    Ok(())
}

/// Links that lead nowhere, and pages that are missing in the table of contents, fail the build.
fn build() -> Result<()> {
    let site = tempfile::tempdir()?;
    let mut mkdocs = Command::new("python3");
    mkdocs.env("PYTHONPATH", tool()?).args(["-m", "mkdocs", "build", "--strict", "--config-file"]);
    mkdocs.arg(root().join("docs/mkdocs.yml")).arg("--site-dir").arg(site.path().join("guide"));
    let output = mkdocs.output().context("python3 does not start")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "mkdocs (`cargo xtask setup` fetches it): {errors}");
    let tour = fs::read_to_string(site.path().join("guide/tour.html"))?;
    ensure!(tour.contains("doctor.html"), "the tour does not lead to its pages");
    Ok(())
}
