//! File counts only.

use std::io::{self, Write};

use migrate_core::mask::escape_for_terminal;

use super::{Report, View, text};
use crate::words::count;

pub(crate) struct Stat;

impl Report for Stat {
    fn preview(&self, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
        let shown =
            |file: &&migrate_core::plan::FilePlan| !file.edits.is_empty() || !file.findings.is_empty();
        for file in view.plan.files.iter().filter(shown).filter(|_| !view.quiet) {
            let path = escape_for_terminal(&file.path);
            let mark = if view.uncommitted.contains(&file.path) { ", uncommitted changes" } else { "" };
            let findings = match file.findings.len() {
                0 => String::new(),
                number => format!(", {}", count(number, "finding")),
            };
            writeln!(out, "{path}: {}{findings}{mark}", count(file.edits.len(), "edit"))?;
        }
        text::sums(view, out)
    }
}
