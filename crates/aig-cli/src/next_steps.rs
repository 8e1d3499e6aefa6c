//! What comes next after an apply, in order.

use std::io::{self, Write};
use std::path::Path;

use migrate_core::finding::{Level, Rule};
use migrate_core::mask::escape_for_terminal;
use migrate_core::{Applied, Source};

use crate::options::Migrate;
use crate::report::View;
use crate::report::text::how;
use crate::style::Styles;
use crate::words::count;

/// Prints what was done and what comes next.
pub(crate) fn print(
    view: &View<'_>,
    applied: &Applied,
    options: &Migrate,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Styles { bold, .. } = view.styles;
    writeln!(out)?;
    writeln!(
        out,
        "{bold}Applied {} in {}.{}",
        count(view.plan.edit_count(), "edit"),
        count(applied.files.len(), "file"),
        bold.close()
    )?;
    for path in &applied.in_place {
        writeln!(
            out,
            "  {} was written in place: it has several names, or attributes of its own",
            safe(path)
        )?;
    }
    if applied.excluded_backups {
        writeln!(
            out,
            "  The backups were added to the repository's .git/info/exclude, so that they can't be committed."
        )?;
    }
    if !options.backup {
        for (path, backup) in &applied.files {
            if let Some(backup) = backup {
                writeln!(out, "  {}: its backup could not be removed: {}", safe(path), safe(backup))?;
            }
        }
    }
    let mut number = 0;
    let mut head = |out: &mut dyn Write, title: &str| {
        number += 1;
        writeln!(out, "\n{bold}{number}. {title}{}", bold.close())
    };

    if !view.plan.environment.is_empty() {
        head(out, "Set these variables wherever the program runs:")?;
        for change in &view.plan.environment {
            writeln!(out, "   {}: {}", safe(&change.to), safe(&how(change)))?;
            for file in &change.files {
                writeln!(out, "     {}", safe(file))?;
            }
        }
        writeln!(out, "   Keys are made at {}", view.source.target.keys_url)?;
    }

    let installs = installs(view, view.root);
    if !installs.is_empty() {
        head(out, "Install the packages:")?;
        for (folder, command) in installs {
            let place = if folder.is_empty() { String::new() } else { format!("  (in {})", safe(&folder)) };
            writeln!(out, "   {}{place}", safe(&command))?;
        }
    }

    let findings =
        view.plan.files.iter().flat_map(|file| file.findings.iter().map(move |finding| (file, finding)));
    let mut actions: Vec<_> = findings.filter(|(_, finding)| finding.level == Level::Action).collect();
    // What is still the old gateway's key comes last: it is on this list on every run.
    actions.sort_by_key(|(_, finding)| finding.rule == Rule::EnvValue);
    if !actions.is_empty() {
        head(out, "Do by hand:")?;
        for (file, finding) in actions {
            let message = view.masker.mask_line(&finding.message);
            writeln!(out, "   {}:{}: {}", safe(&file.path), finding.line, safe(&message))?;
        }
    }

    if options.backup {
        let mut paths = String::new();
        for path in options.paths.iter().filter(|path| path.as_os_str() != ".") {
            paths.push(' ');
            paths.push_str(&quoted(&path.display().to_string()));
        }
        head(out, "To take it back or to remove the backups:")?;
        writeln!(out, "   aig undo{paths}")?;
        writeln!(out, "   aig clean{paths}")?;
    }

    for step in &view.source.target.next_steps {
        head(out, &fill(step, view.source))?;
    }
    Ok(())
}

/// A step of the target's data, with the source's name in its place.
pub(crate) fn fill(step: &str, source: &Source) -> String {
    step.replace("{source}", &source.title).replace("{target}", &source.target.title)
}

/// For each folder with a changed manifest: the command that brings its lockfile and packages up to date.
fn installs(view: &View<'_>, root: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let manifests = view
        .plan
        .changed()
        .filter(|file| file.edits.iter().any(|edit| edit.rule == Rule::Manifest))
        .map(|file| file.path.rsplit_once('/').unwrap_or(("", &file.path)));
    for (folder, name) in manifests {
        let has = |lockfile: &str| beside_or_above(root, folder, lockfile);
        let command = match name {
            "package.json" if has("pnpm-lock.yaml") => "pnpm install".to_owned(),
            "package.json" if has("yarn.lock") => "yarn install".to_owned(),
            "package.json" if has("bun.lock") || has("bun.lockb") => "bun install".to_owned(),
            "package.json" => "npm install".to_owned(),
            "pyproject.toml" if has("uv.lock") => "uv sync".to_owned(),
            "pyproject.toml" if has("poetry.lock") => "poetry lock && poetry install".to_owned(),
            "pyproject.toml" if has("pdm.lock") => "pdm install".to_owned(),
            "pyproject.toml" | "setup.py" | "setup.cfg" => "pip install .".to_owned(),
            "Pipfile" => "pipenv install".to_owned(),
            "environment.yml" | "environment.yaml" => format!("conda env update --file {name}"),
            name if name.ends_with(".txt") || name.ends_with(".in") => {
                format!("pip install -r {}", quoted(name))
            }
            // An install command in a document or a script is no manifest.
            _ => continue,
        };
        let entry = (folder.to_owned(), command);
        if !found.contains(&entry) {
            found.push(entry);
        }
    }
    found
}

/// Whether a file of this name stands in `folder` or above it, up to the root.
fn beside_or_above(root: &Path, folder: &str, name: &str) -> bool {
    let folder = root.join(folder);
    folder.ancestors().take_while(|folder| folder.starts_with(root)).any(|folder| folder.join(name).is_file())
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    if !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || "_-./:@%+,=~".contains(c)) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

fn safe(text: &str) -> String {
    escape_for_terminal(text).into_owned()
}
