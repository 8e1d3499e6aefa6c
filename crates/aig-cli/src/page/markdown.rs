//! The report as Markdown, for the description of a pull request.

use std::fmt::Write as _;

use migrate_core::mask::escape_for_terminal;

use super::{GENERATED, told};
use crate::hunk::{Kind, hunks};
use crate::report::{
    View,
    text::{how, levels},
};
use crate::shown::Shown;
use crate::words::count;

pub(super) fn page(view: &View<'_>) -> String {
    let told = told(view, view.verbose);
    let mut out = String::new();
    let _ = write!(
        out,
        "<!-- {GENERATED} -->\n## {} → {}\n\n`aig migrate {}`: {} in {}; {}.\n",
        prose(&view.source.title),
        prose(&view.source.target.title),
        view.plan.source,
        count(view.plan.edit_count(), "edit"),
        count(view.plan.changed().count(), "file"),
        levels(view.plan.files.iter().flat_map(|file| &file.findings).map(|finding| finding.level)),
    );
    if !view.plan.environment.is_empty() {
        out.push_str("\n### Variables to set\n\n| Variable | How | Files |\n|---|---|---|\n");
        for change in &view.plan.environment {
            let files: Vec<String> = change.files.iter().map(|path| code(path).replace('|', "\\|")).collect();
            let (to, how) = (code(&change.to), prose(&how(change)).replace('|', "\\|"));
            let _ = writeln!(out, "| {} | {how} | {} |", to.replace('|', "\\|"), files.join(", "));
        }
    }
    let mut findings: Vec<_> =
        told.iter().flat_map(|told| told.findings.iter().map(|finding| (told.file, *finding))).collect();
    findings.sort_by_key(|(_, finding)| finding.level);
    if !findings.is_empty() {
        out.push_str("\n### Findings\n\n");
    }
    for (file, finding) in findings {
        let place = code(&format!("{}:{}", file.path, finding.line));
        let message = prose(&view.masker.mask_line(&finding.message));
        let _ = writeln!(out, "- [ ] **{}[{}]** {place}: {message}", finding.level, finding.rule);
        if !finding.help.is_empty() {
            let _ = writeln!(out, "      {}", prose(&view.masker.mask_line(&finding.help)));
        }
    }
    out.push_str("\n### Files\n");
    for file in told.iter().map(|told| told.file).filter(|file| !file.edits.is_empty()) {
        let old = Shown::new(&file.original, file.language, view.masker);
        let new = Shown::new(&file.rewritten, file.language, view.masker);
        let mut body = String::new();
        for hunk in hunks(&old, &new, &file.edits) {
            let _ = writeln!(body, "{}", hunk.header());
            for line in &hunk.lines {
                let (sign, side) = match line.kind {
                    Kind::Context => (' ', &old),
                    Kind::Removed => ('-', &old),
                    Kind::Added => ('+', &new),
                };
                let part = side.part(line.range.clone());
                let _ = writeln!(body, "{sign}{}", escape_for_terminal(part.trim_end_matches(['\n', '\r'])));
            }
        }
        let fence = "`".repeat(longest_run(&body).max(2) + 1);
        let edits = count(file.edits.len(), "edit");
        let name = prose(&file.path);
        let _ = write!(
            out,
            "\n<details><summary><code>{name}</code>: {edits}</summary>\n\n{fence}diff\n{body}{fence}\n\n</details>\n"
        );
    }
    out
}

/// A text in which nothing starts an element or drives a terminal.
fn prose(text: &str) -> String {
    escape_for_terminal(text).replace('&', "&amp;").replace('<', "&lt;").replace('\n', " ")
}

/// A text as code, however many backticks it holds.
fn code(text: &str) -> String {
    let fence = "`".repeat(longest_run(text) + 1);
    let pad = if text.contains('`') { " " } else { "" };
    format!("{fence}{pad}{}{pad}{fence}", escape_for_terminal(text))
}

/// How many backticks stand together at most.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}
