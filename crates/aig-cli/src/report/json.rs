//! The machine-readable report: one object, masked, never applied. Its form is `schema/plan.schema.json`.

use std::io::{self, Write};

use migrate_core::mask::Masker;
use migrate_core::plan::FilePlan;
use migrate_core::{Plan, Source};
use serde::Serialize;

use super::View;
use crate::shown::Shown;

/// The version of the form.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    files: Vec<File<'a>>,
    environment: Vec<Environment<'a>>,
    skipped: Vec<Skipped<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
pub(super) struct Head<'a> {
    schema: u32,
    source: &'a str,
    target: &'a str,
}

#[derive(Serialize)]
pub(super) struct File<'a> {
    path: &'a str,
    language: &'a str,
    edits: Vec<Edit>,
    findings: Vec<Finding>,
}

#[derive(Serialize)]
struct Edit {
    rule: &'static str,
    group: u32,
    line: usize,
    column: usize,
    start: usize,
    end: usize,
    before: String,
    after: String,
}

#[derive(Serialize)]
struct Finding {
    rule: &'static str,
    level: &'static str,
    line: usize,
    column: usize,
    message: String,
    help: String,
}

#[derive(Serialize)]
pub(super) struct Environment<'a> {
    kind: &'static str,
    from: &'a str,
    to: &'a str,
    files: &'a [String],
}

#[derive(Serialize)]
pub(super) struct Skipped<'a> {
    path: &'a str,
    reason: &'static str,
}

#[derive(Serialize)]
pub(super) struct Summary {
    files_scanned: usize,
    files_changed: usize,
    edits: usize,
    findings: usize,
}

pub(crate) struct Json;

impl super::Report for Json {
    fn preview(&self, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer(&mut *out, &build(view.plan, view.masker))?;
        writeln!(out)
    }

    fn asks(&self) -> bool {
        false
    }
}

/// The report of `plan`, which was made for `source`: what `--format json` prints.
pub fn report(plan: &Plan, source: &Source) -> serde_json::Value {
    // Strings, numbers and lists: there is nothing in it that could fail.
    serde_json::to_value(build(plan, &Masker::new(source))).unwrap_or_default()
}

/// The same as text, byte for byte what `--format json` prints before the end of the line.
pub fn text(plan: &Plan, source: &Source) -> String {
    serde_json::to_string(&build(plan, &Masker::new(source))).unwrap_or_default()
}

fn build<'a>(plan: &'a Plan, masker: &Masker) -> Report<'a> {
    Report {
        head: head(plan),
        files: shown(plan).map(|file| self::file(file, masker)).collect(),
        environment: environment(plan).collect(),
        skipped: skipped(plan).collect(),
        summary: summary(plan),
    }
}

pub(super) fn head(plan: &Plan) -> Head<'_> {
    Head { schema: SCHEMA, source: &plan.source, target: &plan.target }
}

/// The files that are told of.
pub(super) fn shown(plan: &Plan) -> impl Iterator<Item = &FilePlan> {
    plan.files.iter().filter(|file| !file.edits.is_empty() || !file.findings.is_empty())
}

pub(super) fn environment(plan: &Plan) -> impl Iterator<Item = Environment<'_>> {
    plan.environment.iter().map(|change| Environment {
        kind: change.kind.id(),
        from: &change.from,
        to: &change.to,
        files: &change.files,
    })
}

pub(super) fn skipped(plan: &Plan) -> impl Iterator<Item = Skipped<'_>> {
    plan.skipped.iter().map(|skipped| Skipped { path: &skipped.path, reason: skipped.reason.id() })
}

pub(super) fn summary(plan: &Plan) -> Summary {
    Summary {
        files_scanned: plan.files_scanned,
        files_changed: plan.changed().count(),
        edits: plan.edit_count(),
        findings: plan.finding_count(),
    }
}

pub(super) fn file<'a>(file: &'a FilePlan, masker: &Masker) -> File<'a> {
    let findings = file.findings.iter().map(|finding| Finding {
        rule: finding.rule.id(),
        level: finding.level.id(),
        line: finding.line,
        column: finding.column,
        message: masker.mask_line(&finding.message).into_owned(),
        help: masker.mask_line(&finding.help).into_owned(),
    });
    let mut edits = Vec::with_capacity(file.edits.len());
    if !file.edits.is_empty() {
        let old = Shown::new(&file.original, file.language, masker);
        let new = Shown::new(&file.rewritten, file.language, masker);
        let mut delta = 0_isize;
        for edit in &file.edits {
            let start = edit.span.start.saturating_add_signed(delta);
            let end = start + edit.replacement.len();
            delta += edit.replacement.len() as isize - edit.span.len() as isize;
            edits.push(Edit {
                rule: edit.rule.id(),
                group: edit.group,
                line: edit.line,
                column: edit.column,
                start: edit.span.start,
                end: edit.span.end,
                before: old.part(old.offset(edit.span.start)..old.offset(edit.span.end)).into_owned(),
                after: new.part(new.offset(start)..new.offset(end)).into_owned(),
            });
        }
    }
    File { path: &file.path, language: file.language, edits, findings: findings.collect() }
}
