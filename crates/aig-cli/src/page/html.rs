//! The report as one page: nothing is loaded, and no script runs but its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;

use migrate_core::finding::{Finding, Level};
use migrate_core::fs::Hash;
use migrate_core::mask::escape_for_terminal;
use migrate_core::plan::FilePlan;

use super::colour::{Colours, NONE, colours};
use super::{GENERATED, Told, folder, told};
use crate::hunk::{Kind, Line, Marks, hunks};
use crate::report::{View, text::how};
use crate::shown::Shown;
use crate::words::count;

pub(super) const STYLE: &str = include_str!("style.css");
pub(super) const SCRIPT: &str = include_str!("script.js");
/// SHA-256 of [`STYLE`] and [`SCRIPT`], in base64: the page's policy allows these two and nothing else.
pub(super) const STYLE_HASH: &str = "3A7/ArndZI6kr56dtg7CbJ3gXSB7VVcPG+iar8zrBXo=";
pub(super) const SCRIPT_HASH: &str = "Bo30LGxZsz0dN4XpTGMIJyL63ST3Ai4X6rKe/Is+I4c=";

/// How many bars a chart has at most.
const MOST_BARS: usize = 24;
/// Of a line that is longer, in bytes, only what stands near an edit is shown.
const LONGEST_LINE: usize = 1000;
/// How near, in bytes.
const NEAR: usize = 120;

pub(super) fn page(view: &View<'_>) -> String {
    let told = told(view, true);
    let title = format!("{} → {}", view.source.title, view.source.target.title);
    let mut out = String::new();
    // Ticks are kept for the plan of this tree, whatever else is opened from the same place.
    let plan = Hash::of(view.root.display().to_string().as_bytes()).to_hex();
    let _ = write!(
        out,
        "<!doctype html>\n<!-- {GENERATED} -->\n<html lang=\"en\" data-plan=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; \
         script-src 'sha256-{SCRIPT_HASH}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#files\">Skip to the files</a>\n\
         <header>\n<h1>{}</h1>\n<p>What <code>aig migrate {}</code> changes, and what it leaves to you.</p>\n</header>\n<main>\n",
        &plan[..16],
        text(&title),
        text(&title),
        text(&view.plan.source),
    );
    sums(view, &mut out);
    chart(&told, &mut out);
    variables(view, &mut out);
    filters(&told, &mut out);
    findings(view, &told, &mut out);
    out.push_str("<h2 id=\"files\">Files</h2>\n");
    for (number, told) in told.iter().enumerate() {
        file(view, number, told, &mut out);
    }
    let _ = write!(
        out,
        "</main>\n<footer><p>Made by aig {}. Values of keys are masked.</p></footer>\n<script>{SCRIPT}</script>\n</body>\n</html>\n",
        env!("CARGO_PKG_VERSION")
    );
    out
}

fn sums(view: &View<'_>, out: &mut String) {
    let level = |level: Level| {
        view.plan
            .files
            .iter()
            .flat_map(|file| &file.findings)
            .filter(|finding| finding.level == level)
            .count()
    };
    let sums = [
        (view.plan.edit_count(), "edits"),
        (view.plan.changed().count(), "files changed"),
        (level(Level::Action), "actions"),
        (level(Level::Check), "checks"),
        (level(Level::Note), "notes"),
        (view.plan.files_scanned, "files read"),
        (view.plan.skipped.len(), "passed over"),
    ];
    out.push_str("<ul class=\"sums\">");
    for (number, what) in sums {
        let _ = write!(out, "<li><b>{number}</b> {what}</li>");
    }
    out.push_str("</ul>\n");
}

/// Where the changes are: a bar a folder. Where there are too many folders, those below one another are taken together.
fn chart(told: &[Told<'_>], out: &mut String) {
    let sums = |depth: usize| {
        let mut folders: BTreeMap<String, usize> = BTreeMap::new();
        for told in told.iter().filter(|told| !told.file.edits.is_empty()) {
            let parts: Vec<&str> = folder(&told.file.path).split('/').take(depth).collect();
            *folders.entry(parts.join("/")).or_default() += told.file.edits.len();
        }
        folders
    };
    let deepest =
        told.iter().map(|told| told.file.path.matches('/').count()).max().unwrap_or_default().max(1);
    let folders = (1..=deepest).rev().map(sums).find(|folders| folders.len() <= MOST_BARS);
    let folders = folders.unwrap_or_else(|| {
        let mut all: Vec<_> = sums(1).into_iter().collect();
        all.sort_by_key(|(_, edits)| std::cmp::Reverse(*edits));
        let rest = all.split_off(MOST_BARS - 1).iter().map(|(_, edits)| edits).sum();
        all.into_iter().chain([("other folders".to_owned(), rest)]).collect()
    });
    let most = folders.values().copied().max().unwrap_or_default();
    if most == 0 {
        return;
    }
    out.push_str(
        "<h2>Where the changes are</h2>\n<table class=\"chart\"><thead class=\"unseen\"><tr><th scope=\"col\">Folder</th>\
         <th scope=\"col\">Edits</th><td></td></tr></thead><tbody>\n",
    );
    for (folder, edits) in folders {
        let width = (edits * 100).div_ceil(most);
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\"><code>{}</code></th><td class=\"number\">{edits}</td><td><svg aria-hidden=\"true\" \
             preserveAspectRatio=\"none\" viewBox=\"0 0 100 10\"><rect width=\"{width}\" height=\"10\"/></svg></td></tr>",
            text(&folder)
        );
    }
    out.push_str("</tbody></table>\n");
}

fn variables(view: &View<'_>, out: &mut String) {
    if view.plan.environment.is_empty() {
        return;
    }
    out.push_str(
        "<h2>Variables to set</h2>\n<table class=\"variables\"><thead><tr><th scope=\"col\">Variable</th>\
         <th scope=\"col\">How</th><th scope=\"col\">Files</th></tr></thead><tbody>\n",
    );
    for change in &view.plan.environment {
        let files: Vec<String> =
            change.files.iter().map(|path| format!("<code>{}</code>", text(path))).collect();
        let _ = writeln!(
            out,
            "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>",
            text(&change.to),
            text(&how(change)),
            files.join(", ")
        );
    }
    out.push_str("</tbody></table>\n");
}

fn filters(told: &[Told<'_>], out: &mut String) {
    let (mut rules, mut languages, mut folders) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for Told { file, findings } in told {
        rules.extend(file.edits.iter().map(|edit| edit.rule.id()));
        rules.extend(findings.iter().map(|finding| finding.rule.id()));
        languages.insert(file.language);
        folders.insert(folder(&file.path));
    }
    // Without a script there is nothing to filter with.
    out.push_str("<h2>Show</h2>\n<form hidden>\n");
    for (name, label, values) in
        [("rule", "Rule", &rules), ("language", "Language", &languages), ("folder", "Folder", &folders)]
    {
        let _ = write!(out, "<label>{label}<select name=\"{name}\"><option value=\"\">all</option>");
        for value in values {
            let value = text(value);
            let _ = write!(out, "<option value=\"{value}\">{value}</option>");
        }
        out.push_str("</select></label>\n");
    }
    out.push_str(
        "<button type=\"reset\">Show all</button>\n</form>\n<p id=\"status\" role=\"status\"></p>\n",
    );
}

/// What the filters go by.
fn data(file: &FilePlan, rules: &BTreeSet<&str>) -> String {
    let rules: Vec<&str> = rules.iter().copied().collect();
    format!(
        "data-rules=\"{}\" data-language=\"{}\" data-folder=\"{}\"",
        rules.join(" "),
        text(file.language),
        text(folder(&file.path))
    )
}

/// The checklist. Notes ask for nothing: they are folded away.
fn findings(view: &View<'_>, told: &[Told<'_>], out: &mut String) {
    let mut all: Vec<(usize, &FilePlan, &Finding)> = Vec::new();
    for (number, told) in told.iter().enumerate() {
        all.extend(told.findings.iter().map(|finding| (number, told.file, *finding)));
    }
    if all.is_empty() {
        return;
    }
    // What has to be done comes first.
    all.sort_by_key(|(_, _, finding)| finding.level);
    let first_note = all.partition_point(|(_, _, finding)| finding.level != Level::Note);
    let (asking, notes) = all.split_at(first_note);
    out.push_str("<h2>Findings</h2>\n");
    let mut keys = Keys::default();
    checklist(view, asking, &mut keys, out);
    if !notes.is_empty() {
        let _ = writeln!(out, "<details><summary>{}: left on purpose</summary>", count(notes.len(), "note"));
        checklist(view, notes, &mut keys, out);
        out.push_str("</details>\n");
    }
}

/// What ticks are kept under. A finding is known by what it says, so that a tick outlives a line that moves.
#[derive(Default)]
struct Keys(BTreeMap<String, usize>);

impl Keys {
    fn of(&mut self, path: &str, finding: &Finding, message: &str) -> String {
        let known = format!("{}\0{path}\0{message}", finding.rule.id());
        let number = self.0.entry(known.clone()).or_default();
        *number += 1;
        Hash::of(format!("{known}\0{number}").as_bytes()).to_hex()[..16].to_owned()
    }
}

fn checklist(view: &View<'_>, all: &[(usize, &FilePlan, &Finding)], keys: &mut Keys, out: &mut String) {
    if all.is_empty() {
        return;
    }
    out.push_str("<ul class=\"findings\">\n");
    for (number, file, finding) in all {
        let message = view.masker.mask_line(&finding.message);
        let key = keys.of(&file.path, finding, &message);
        let _ = write!(
            out,
            "<li {}><input type=\"checkbox\" id=\"f-{key}\" data-finding=\"{key}\"><div><label for=\"f-{key}\">\
             <span class=\"level {level}\">{level}[{}]</span> {}</label>\
             <p><a href=\"#file-{number}\"><code>{}:{}:{}</code></a></p>",
            data(file, &BTreeSet::from([finding.rule.id()])),
            finding.rule.id(),
            prose(&message),
            text(&file.path),
            finding.line,
            finding.column,
            level = finding.level,
        );
        if !finding.help.is_empty() {
            let _ = write!(out, "<p>{}</p>", prose(&view.masker.mask_line(&finding.help)));
        }
        out.push_str("</div></li>\n");
    }
    out.push_str("</ul>\n");
}

/// A file, before and after, side by side.
fn file(view: &View<'_>, number: usize, told: &Told<'_>, out: &mut String) {
    let Told { file, findings } = told;
    let mut rules: BTreeSet<&str> = file.edits.iter().map(|edit| edit.rule.id()).collect();
    rules.extend(findings.iter().map(|finding| finding.rule.id()));
    let sums = format!("{}, {}", count(file.edits.len(), "edit"), count(findings.len(), "finding"));
    let _ = writeln!(
        out,
        "<section class=\"file\" id=\"file-{number}\" aria-labelledby=\"name-{number}\" {}><header>\
         <h3 id=\"name-{number}\"><code>{}</code></h3><span>{} · {sums}</span></header>",
        data(file, &rules),
        text(&file.path),
        text(file.language)
    );
    if !file.edits.is_empty() {
        diff(view, file, out);
    }
    out.push_str("</section>\n");
}

/// One side of a diff.
struct Side<'a> {
    shown: &'a Shown<'a>,
    colours: Colours,
    /// What the edits change of it, sorted.
    marks: Vec<Range<usize>>,
    look: Look,
}

/// How a changed line of a side is told: not by its colour alone.
#[derive(Clone, Copy)]
struct Look {
    class: &'static str,
    element: &'static str,
    sign: char,
}

const BEFORE: Look = Look { class: "old", element: "del", sign: '−' };
const AFTER: Look = Look { class: "new", element: "ins", sign: '+' };

impl Side<'_> {
    /// The two cells of a line.
    fn cells(&self, line: &Line, changed: bool) -> String {
        let body = self.line(line.range.clone(), changed);
        let number = line.number;
        if !changed {
            return format!("<td class=\"n\">{number}</td><td class=\"same\">{body}</td>");
        }
        let Look { class, element, sign } = self.look;
        format!(
            "<td class=\"n {class}\">{number} {sign}</td><td class=\"{class}\"><{element}>{body}</{element}></td>"
        )
    }

    /// Whether something is edited near an offset.
    fn is_near(&self, at: usize) -> bool {
        let next = self.marks.partition_point(|mark| mark.end + NEAR <= at);
        self.marks.get(next).is_some_and(|mark| mark.start <= at + NEAR)
    }

    fn line(&self, range: Range<usize>, changed: bool) -> String {
        let shown = self.shown.part(range.clone());
        let body = shown.trim_end_matches(['\n', '\r']);
        // What is masked has other offsets than its text.
        if matches!(shown, std::borrow::Cow::Owned(_)) {
            let end =
                (0..=LONGEST_LINE.min(body.len())).rev().find(|end| body.is_char_boundary(*end)).unwrap_or(0);
            let more = if end < body.len() { "…" } else { "" };
            return text(&body[..end]) + more;
        }
        let mut out = String::new();
        let (mut run, mut before) = (String::new(), (NONE, false));
        let mut flush = |run: &mut String, (colour, marked): (u8, bool)| {
            if run.is_empty() {
                return;
            }
            let mut part = text(run);
            if colour != NONE {
                part = format!("<span class=\"c{colour}\">{part}</span>");
            }
            if marked {
                part = format!("<mark>{part}</mark>");
            }
            out.push_str(&part);
            run.clear();
        };
        let (is_long, mut is_cut) = (body.len() > LONGEST_LINE, false);
        for (at, c) in body.char_indices() {
            let at = range.start + at;
            if is_long && !self.is_near(at) {
                if !is_cut {
                    flush(&mut run, before);
                    before = (NONE, false);
                    run.push('…');
                }
                is_cut = true;
                continue;
            }
            is_cut = false;
            let mark = self.marks.partition_point(|mark| mark.end <= at);
            let marked = changed && self.marks.get(mark).is_some_and(|mark| mark.contains(&at));
            let now = (self.colours.get(at).copied().unwrap_or(NONE), marked);
            if now != before {
                flush(&mut run, before);
                before = now;
            }
            run.push(c);
        }
        flush(&mut run, before);
        out
    }
}

fn diff(view: &View<'_>, file: &FilePlan, out: &mut String) {
    let old = Shown::new(&file.original, file.language, view.masker);
    let new = Shown::new(&file.rewritten, file.language, view.masker);
    let Marks { removed, added } = Marks::new(&old, &new, &file.edits);
    let coloured =
        |shown: &Shown<'_>| if shown.is_exact { colours(&file.path, &shown.text) } else { Vec::new() };
    let before = Side { colours: coloured(&old), shown: &old, marks: removed, look: BEFORE };
    let after = Side { colours: coloured(&new), shown: &new, marks: added, look: AFTER };
    out.push_str(
        "<table class=\"diff\"><colgroup><col class=\"n\"><col><col class=\"n\"><col></colgroup><thead class=\"unseen\"><tr>\
         <th scope=\"col\">Line</th><th scope=\"col\">Before</th><th scope=\"col\">Line</th><th scope=\"col\">After</th></tr></thead>\
         <tbody>\n",
    );
    for (index, hunk) in hunks(&old, &new, &file.edits).iter().enumerate() {
        if index > 0 {
            out.push_str("<tr class=\"gap\"><td colspan=\"4\">⋯</td></tr>\n");
        }
        let shift = hunk.new.start as isize - hunk.old.start as isize;
        let mut shift_now = shift;
        let mut rest = hunk.lines.as_slice();
        while let Some(line) = rest.first() {
            if line.kind == Kind::Context {
                let other = Line { number: line.number.saturating_add_signed(shift_now), ..line.clone() };
                let right = format!(
                    "<td class=\"n\">{}</td><td class=\"same\">{}</td>",
                    other.number,
                    before.line(line.range.clone(), false)
                );
                let _ = writeln!(out, "<tr>{}{right}</tr>", before.cells(line, false));
                rest = &rest[1..];
                continue;
            }
            let gone = rest.iter().take_while(|line| line.kind == Kind::Removed).count();
            let come = rest[gone..].iter().take_while(|line| line.kind == Kind::Added).count();
            shift_now += come as isize - gone as isize;
            for row in 0..gone.max(come) {
                let cell = |side: &Side<'_>, line: Option<&Line>| {
                    let empty = || "<td class=\"n none\"></td><td class=\"none\"></td>".to_owned();
                    line.map_or_else(empty, |line| side.cells(line, true))
                };
                let left = rest[..gone].get(row);
                let right = rest[gone..gone + come].get(row);
                let _ = writeln!(out, "<tr>{}{}</tr>", cell(&before, left), cell(&after, right));
            }
            rest = &rest[gone + come..];
        }
    }
    out.push_str("</tbody></table>\n");
}

/// A sentence, in which backquotes are around code.
fn prose(sentence: &str) -> String {
    let parts: Vec<&str> = sentence.split('`').collect();
    // One that stands alone is no code's.
    if parts.len().is_multiple_of(2) {
        return text(sentence);
    }
    let part = |(index, part): (usize, &&str)| match index % 2 {
        0 => text(part),
        _ => format!("<code>{}</code>", text(part)),
    };
    parts.iter().enumerate().map(part).collect()
}

/// A text for people, with what HTML and what terminals take for their own spelt out.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in escape_for_terminal(&text.replace('\t', "    ")).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
