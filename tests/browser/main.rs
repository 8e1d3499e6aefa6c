//! The report of a run, in a real browser: headless Chromium, where it is installed.

#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use aig_tests::workspace::{aig, copy_tree, everything_required, root};
use anyhow::{Context, Result, ensure};
use libtest_mimic::{Arguments, Trial};
use serde::Deserialize;
use serde_json::json;

/// What it is like to use a page.
#[derive(Debug, Deserialize)]
struct Seen {
    /// How many scripts, images, frames, links to files and objects there are.
    elements: [usize; 5],
    /// The files that are shown.
    files: Vec<String>,
    /// By colour scheme: the smallest contrast, where it is, and the page's background.
    contrast: BTreeMap<String, (f64, String, String)>,
    /// The widths at which the page has to be scrolled sideways.
    wider: Vec<u32>,
    /// What the tab key goes through: element, name, and the finding's key or class.
    tabs: Vec<[String; 3]>,
    /// The box that was ticked; those that are ticked then, and after the page is loaded again.
    ticked: (String, Vec<String>, Vec<String>),
    status: String,
    /// By filter and its choice: the files that are shown.
    filtered: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    after_reset: Vec<String>,
    /// By role: what a screen reader calls each element.
    named: BTreeMap<String, Vec<String>>,
    requests: Vec<String>,
    /// Exceptions, dialogs, and what was written to the console or refused by the policy.
    complaints: Vec<String>,
}

fn chromium() -> Option<&'static str> {
    let starts =
        |name: &&str| Command::new(name).arg("--version").output().is_ok_and(|out| out.status.success());
    ["chromium", "chromium-browser", "google-chrome"].into_iter().find(starts)
}

/// A tree to report on: the sample, and names and text that are markup.
fn tree(folder: &Path) -> Result<PathBuf> {
    let tree = folder.join("tree");
    copy_tree(&root().join("tests/sample"), &tree, &[])?;
    let odd = tree.join("odd & \"folder\"");
    fs::create_dir(&odd)?;
    let text = "curl https://api.portkey.ai/v1/models -H \"x-portkey-api-key: $PORTKEY_API_KEY\" -H 'x-portkey-config: <img src=x onerror=alert(1)>'\n\
                # </script><script>alert(2)</script> \u{202e}gnp.exe\u{200b}\n";
    fs::write(odd.join("<img src=x onerror=alert(3)>'\u{202e}.sh"), text)?;
    let wide = format!(
        "{{\"a\": \"{0}\", \"url\": \"https://api.portkey.ai/v1\", \"b\": \"{0}\"}}\n",
        "<b>".repeat(9000)
    );
    fs::write(tree.join("one-line.json"), wide)?;
    Ok(tree)
}

fn report(tree: &Path, name: &str) -> Result<PathBuf> {
    let report = tree.with_file_name(name);
    let mut command = Command::new(aig()?);
    command.args(["migrate", "portkey", "--dry-run", "--quiet", "--report"]).arg(&report).arg(tree);
    let output = command.output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(report)
}

fn look(browser: &str, page: &Path, folder: &Path) -> Result<Seen> {
    let profile = folder.join("profile");
    fs::create_dir(&profile)?;
    let asked = json!({ "browser": browser, "page": page, "profile": profile });
    let mut python = Command::new("python3");
    python.arg(root().join("tests/browser/drive.py")).arg(asked.to_string());
    let output = python.output().context("python3")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).with_context(|| errors.into_owned())
}

fn main() -> std::process::ExitCode {
    let arguments = Arguments::from_args();
    let browser = chromium();
    if browser.is_none() {
        eprintln!("skipped: no chromium (Debian: apt-get install chromium)");
    }
    let page = Trial::test("the_page_works_in_a_browser", move || {
        the_page_works_in_a_browser(browser).map_err(|error| format!("{error:#}").into())
    });
    let trials = vec![
        // What is not run is reported as ignored, never as passed.
        page.with_ignored_flag(browser.is_none() && !everything_required()),
        Trial::test("a_report_in_the_tree_is_not_migrated", || {
            a_report_in_the_tree_is_not_migrated().map_err(|error| format!("{error:#}").into())
        }),
    ];
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn the_page_works_in_a_browser(browser: Option<&'static str>) -> Result<()> {
    let browser = browser.context("there is no chromium (Debian: apt-get install chromium)")?;
    let folder = tempfile::tempdir()?;
    let tree = tree(folder.path())?;
    let page = report(&tree, "report.html")?;
    let seen = look(browser, &page, folder.path())?;

    ensure!(seen.complaints.is_empty(), "{:#?}", seen.complaints);
    ensure!(seen.requests.len() == 1 && seen.requests[0].starts_with("file:"), "{:?}", seen.requests);
    ensure!(seen.elements == [1, 0, 0, 0, 0], "text became elements: {:?}", seen.elements);
    ensure!(seen.files.len() == 9, "{:?}", seen.files);
    ensure!(seen.files.iter().any(|file| file.contains("<img src=x onerror=alert(3)>")), "{:?}", seen.files);
    ensure!(!seen.files.iter().any(|file| file.contains('\u{202e}')), "{:?}", seen.files);

    for (scheme, (contrast, place, _)) in &seen.contrast {
        ensure!(*contrast >= 4.5, "{scheme}: contrast {contrast:.2} at {place}");
    }
    ensure!(seen.contrast["light"].2 != seen.contrast["dark"].2, "dark is as light");
    ensure!(seen.wider.is_empty(), "wider than the window at {:?}", seen.wider);

    let tabs: Vec<&str> = seen.tabs.iter().map(|[element, ..]| element.as_str()).collect();
    ensure!(tabs == ["A", "SELECT", "SELECT", "SELECT", "BUTTON", "INPUT"], "{:?}", seen.tabs);
    let (ticked, now, again) = &seen.ticked;
    ensure!(now == std::slice::from_ref(ticked) && again == now, "a tick is not kept: {:?}", seen.ticked);
    ensure!(seen.status.contains("9 files shown; 1 of "), "{}", seen.status);

    ensure!(seen.after_reset == seen.files);
    let shown = |filter: &str, choice: &str| {
        seen.filtered[filter].get(choice).map(|files| files.iter().map(String::as_str).collect::<Vec<_>>())
    };
    ensure!(shown("language", "python") == Some(vec!["app.py"]), "{:?}", seen.filtered);
    ensure!(shown("folder", "src") == Some(vec!["src/client.ts", "src/webhook.js"]), "{:?}", seen.filtered);
    ensure!(shown("rule", "trace-header") == Some(vec!["scripts/ask.sh", "src/client.ts", "src/webhook.js"]));
    for (filter, choices) in &seen.filtered {
        let of_some = choices.values().all(|files| {
            !files.is_empty() && files.len() < seen.files.len() || filter == "rule" && !files.is_empty()
        });
        ensure!(of_some, "{filter}: {choices:?}");
    }

    let boxes = &seen.named["checkbox"];
    ensure!(boxes.len() > 5, "{boxes:?}");
    for (role, names) in &seen.named {
        ensure!(names.iter().all(|name| !name.trim().is_empty()), "a {role} has no name: {names:?}");
    }
    ensure!(seen.named["combobox"] == ["Rule", "Language", "Folder"], "{:?}", seen.named["combobox"]);
    ensure!(seen.named["region"].len() == 9, "{:?}", seen.named["region"]);
    Ok(())
}

/// Both forms, in the tree itself: a later run does not look into them.
fn a_report_in_the_tree_is_not_migrated() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let tree = tree(folder.path())?;
    let before = report(&tree, "report.html")?;
    for name in ["report.html", "report.md"] {
        report(&tree, &format!("tree/{name}"))?;
    }
    let after = report(&tree, "again.html")?;
    let files = |page: PathBuf| -> Result<usize> {
        Ok(fs::read_to_string(page)?.matches("<section class=\"file\"").count())
    };
    ensure!(files(before)? == 9 && files(after)? == 9, "a report is a part of the next one");
    Ok(())
}
