//! `aig migrate`: plan, preview, ask, apply.

use std::path::Path;
use std::sync::Arc;

use migrate_core::finding::Level;
use migrate_core::fs::FileSystem;
use migrate_core::mask::Masker;
use migrate_core::{ApplyOptions, Plan, PlanOptions, Source, apply, plan};

use super::{count, open, words};
use crate::io::{Phase, Session};
use crate::options::{Format, Migrate, Mode};
use crate::report::{self, View};
use crate::style::Styles;
use crate::{ExitCode, git, next_steps, paths, progress};

pub(super) fn run(options: &Migrate, session: &mut Session<'_>) -> Result<ExitCode, String> {
    let source = load(options)?;
    let (fs, place) = open(&options.paths)?;
    let mut asked = PlanOptions::default();
    asked.walk.roots = place.roots;
    asked.walk.include.clone_from(&options.include);
    asked.walk.exclude.clone_from(&options.exclude);
    asked.walk.ignore_files = options.ignore_files;
    asked.walk.threads = options.threads;
    asked.base_url.clone_from(&options.base_url);
    asked.from_urls.clone_from(&options.from_urls);
    asked.keep_unmapped = options.keep_unmapped;
    let interrupt = Arc::clone(&session.interrupt);
    asked.cancelled = Some(Arc::new(move || interrupt.is_requested()));
    let line = progress::Line::new(session.stderr_is_terminal && !options.quiet);
    asked.progress = Some(line.callback());
    let plan = plan(&fs, &source, &asked);
    drop(line);
    finish(options, &source, &fs, &place.root, &plan.map_err(words)?, session)
}

/// The source: a built-in one, or that of the user's file.
fn load(options: &Migrate) -> Result<Source, String> {
    let Some(file) = &options.source_file else { return Source::builtin(&options.source).map_err(words) };
    let shown = file.display().to_string();
    let text = std::fs::read_to_string(file).map_err(|error| format!("{shown}: {}", paths::plain(&error)))?;
    let source = Source::from_toml_named(&shown, &text).map_err(words)?;
    if source.name != options.source {
        return Err(format!(
            "{shown} describes `{}`, not `{}`; run `aig migrate {} --source-file {shown}`",
            source.name, options.source, source.name
        ));
    }
    Ok(source)
}

/// Shows a plan and does with it what was asked for.
fn finish(
    options: &Migrate,
    source: &Source,
    fs: &dyn FileSystem,
    root: &Path,
    plan: &Plan,
    session: &mut Session<'_>,
) -> Result<ExitCode, String> {
    let masker = Masker::new(source);
    let changed: Vec<&str> = plan.changed().map(|file| file.path.as_str()).collect();
    let view = View {
        plan,
        source,
        masker: &masker,
        verbose: options.verbose,
        quiet: options.quiet,
        uncommitted: if options.format == Format::Json {
            Default::default()
        } else {
            git::uncommitted(root, &changed)
        },
        is_terminal: session.stdout_is_terminal,
        styles: Styles::new(session.stdout_colour(options.color)),
    };
    let report = report::of(options.format);
    report.preview(&view, session.stdout()).map_err(|error| error.to_string())?;

    let pending = if plan.is_empty() { ExitCode::Done } else { ExitCode::Pending };
    let agreed = match options.mode {
        Mode::DryRun => return Ok(ExitCode::Done),
        Mode::Check { strict } => {
            let actions = plan.files.iter().flat_map(|file| &file.findings).any(|f| f.level == Level::Action);
            return Ok(if strict && actions { ExitCode::Pending } else { pending });
        }
        Mode::Apply => true,
        // With nothing to apply, an earlier run that was killed may still have backups to remove.
        Mode::Ask if plan.is_empty() => !options.backup,
        Mode::Ask if !report.asks() => false,
        Mode::Ask => {
            let question =
                format!("Apply {} in {}?", count(plan.edit_count(), "edit"), count(changed.len(), "file"));
            let styles = Styles::new(session.stderr_colour(options.color));
            session.ask(&question, &styles)?
        }
    };
    if !agreed {
        if !plan.is_empty() && report.asks() {
            session.tell("Nothing was written.");
        }
        return Ok(pending);
    }
    if session.interrupt.is_requested() {
        return Err(words(migrate_core::Error::Cancelled));
    }
    let mut asked = ApplyOptions::default();
    asked.backup = options.backup;
    session.interrupt.enter(Phase::Committing);
    let applied = apply(fs, plan, &asked);
    session.interrupt.enter(Phase::Planning);
    let applied = applied.map_err(words)?;
    if report.asks() && !options.quiet && !plan.is_empty() {
        next_steps::print(&view, &applied, options, root, session.stdout())
            .map_err(|error| error.to_string())?;
    }
    Ok(ExitCode::Done)
}

#[cfg(test)]
mod tests;
