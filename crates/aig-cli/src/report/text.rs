//! The preview for people: a patch with words between. Each file with its findings, then the variables to set, then one
//! line of sums.

use std::collections::BTreeMap;
use std::io::{self, Write};

use migrate_core::finding::{Finding, Level};
use migrate_core::mask::escape_for_terminal;
use migrate_core::parallel;
use migrate_core::plan::{EnvironmentChange, EnvironmentKind, FilePlan};

use super::frame::wrap;
use super::{Report, View, diff};
use crate::shown::Shown;
use crate::style::Styles;
use crate::words::count;

pub(crate) struct Text;

impl Report for Text {
    fn preview(&self, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
        if !view.quiet {
            files(view, out)?;
            environment(view, out)?;
            skipped(view, out)?;
        }
        sums(view, out)
    }
}

/// The files, in order. They are made ready on several threads, a long one on its way out.
fn files(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let threads = parallel::threads(view.threads);
    for group in parallel::groups(&view.plan.files, |file| file.original.len() + file.rewritten.len()) {
        if let [alone] = group[..] {
            file(view, alone, out)?;
            continue;
        }
        let ready = parallel::map(group, threads, &|| false, |each| {
            let mut text = Vec::new();
            file(view, each, &mut text).map(|()| text)
        });
        for text in ready {
            out.write_all(&text?)?;
        }
    }
    Ok(())
}

fn file(view: &View<'_>, file: &FilePlan, out: &mut dyn Write) -> io::Result<()> {
    let told = |finding: &&Finding| view.verbose || finding.level != Level::Note;
    let findings: Vec<&Finding> = file.findings.iter().filter(told).collect();
    if file.edits.is_empty() && findings.is_empty() {
        return Ok(());
    }
    let text = Shown::new(&file.original, file.language, view.masker);
    if !file.edits.is_empty() {
        let note = match findings.len() {
            0 => String::new(),
            number => format!(", {}", count(number, "finding")),
        };
        diff::print(view, file, &text, &file.edits, &file.rewritten, &note, out)?;
    } else {
        let Styles { bold, .. } = view.styles;
        writeln!(
            out,
            "{bold}{}{}: {}",
            diff::label(&file.path),
            bold.close(),
            count(findings.len(), "finding")
        )?;
    }
    if !findings.is_empty() {
        view.frames().print(&file.path, Some(&text), findings.iter().copied(), out)?;
    }
    writeln!(out)
}

/// Variables with another name or value, each with where it is set and where it is read.
fn environment(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    if view.plan.environment.is_empty() {
        return Ok(());
    }
    let Styles { bold, .. } = view.styles;
    writeln!(out, "{bold}Variables to set wherever the program runs{}", bold.close())?;
    let names: Vec<String> =
        view.plan.environment.iter().map(|change| escape_for_terminal(&change.to).into_owned()).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or_default();
    for (change, name) in view.plan.environment.iter().zip(&names) {
        let how = how(change);
        writeln!(out, "  {bold}{name:width$}{}  {}", bold.close(), escape_for_terminal(&how))?;
        let (set, read): (Vec<&str>, Vec<&str>) =
            change.files.iter().map(String::as_str).partition(|path| is_value_file(view, path));
        for (what, files) in [("set in", set), ("named in", read)] {
            if !files.is_empty() {
                let files: Vec<_> = files.iter().map(|path| escape_for_terminal(path)).collect();
                let head = format!("    {what}: ");
                writeln!(out, "{head}{}", wrap(&files.join(", "), head.len(), 6))?;
            }
        }
    }
    writeln!(out)
}

/// What has to be done about a variable.
pub(crate) fn how(change: &EnvironmentChange) -> String {
    match change.kind {
        EnvironmentKind::Rename => format!("in place of {}", change.from),
        // Nothing of the source's is named: what is asked for was not needed before.
        EnvironmentKind::Add if change.from == change.to => "is needed now".to_owned(),
        EnvironmentKind::Add => format!("beside {}", change.from),
        _ => "needs a new value".to_owned(),
    }
}

/// Whether a file of the plan gives variables their values: those of its kind that are no programs or documents.
fn is_value_file(view: &View<'_>, path: &str) -> bool {
    let file = view.plan.files.iter().find(|file| file.path == path);
    file.is_some_and(|file| {
        ["dotenv", "yaml", "json", "toml", "hcl", "ini", "properties", "dockerfile"].contains(&file.language)
    })
}

fn skipped(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    if !view.verbose || view.plan.skipped.is_empty() {
        return Ok(());
    }
    let Styles { bold, .. } = view.styles;
    writeln!(out, "{bold}Passed over{}", bold.close())?;
    for skipped in &view.plan.skipped {
        writeln!(out, "  {} ({})", escape_for_terminal(&skipped.path), skipped.reason.id())?;
    }
    writeln!(out)
}

/// The one line of sums.
pub(crate) fn sums(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let plan = view.plan;
    let edits = if plan.is_empty() {
        "Nothing to change".to_owned()
    } else {
        format!("{} in {}", count(plan.edit_count(), "edit"), count(plan.changed().count(), "file"))
    };
    let levels = levels(plan.files.iter().flat_map(|file| &file.findings).map(|finding| finding.level));
    write!(out, "{edits}; {levels}; {} read", count(plan.files_scanned, "file"))?;
    if !plan.skipped.is_empty() {
        let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
        for skipped in &plan.skipped {
            *reasons.entry(skipped.reason.id()).or_default() += 1;
        }
        let reasons: Vec<String> =
            reasons.iter().map(|(reason, number)| format!("{number} {reason}")).collect();
        write!(out, ", {} passed over ({})", plan.skipped.len(), reasons.join(", "))?;
    }
    writeln!(out)
}

/// `2 actions, 1 check, 1 note`, or that there is nothing.
pub(crate) fn levels(levels: impl Iterator<Item = Level>) -> String {
    let mut sums: BTreeMap<Level, usize> = BTreeMap::new();
    for level in levels {
        *sums.entry(level).or_default() += 1;
    }
    if sums.is_empty() {
        return "no findings".to_owned();
    }
    let sums: Vec<String> = sums.iter().map(|(level, number)| count(*number, level.id())).collect();
    sums.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_of_a_variable_is_told_as_what_it_is() {
        let told = |kind, from| how(&EnvironmentChange::new(kind, from, "NEW", Vec::new()));
        assert_eq!(told(EnvironmentKind::Rename, "OLD"), "in place of OLD");
        assert_eq!(told(EnvironmentKind::Add, "OLD"), "beside OLD");
        assert_eq!(told(EnvironmentKind::Add, "NEW"), "is needed now");
        assert_eq!(told(EnvironmentKind::Value, "NEW"), "needs a new value");
    }
}
