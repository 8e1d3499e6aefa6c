//! `aig migrate`: plan, preview, ask, apply.

use std::path::Path;
use std::sync::Arc;

use migrate_core::finding::Level;
use migrate_core::fs::FileSystem;
use migrate_core::mask::Masker;
use migrate_core::{ApplyOptions, Config, Plan, PlanOptions, Source, apply, plan};

use super::open;
use crate::git::Commits;
use crate::io::{Phase, Session};
use crate::options::{Migrate, Mode};
use crate::report::{self, Look, View};
use crate::review::{self, Planner};
use crate::style::Styles;
use crate::words::{count, words};
use crate::{ExitCode, next_steps, page, paths, progress};

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
    asked.config = Config::load(&fs).map_err(words)?;
    if options.mode == Mode::ShowConfig {
        return show_config(&asked, &source, &place.root, session);
    }
    let source = asked.config.as_ref().map_or_else(|| source.clone(), |config| config.extend(&source));
    let interrupt = Arc::clone(&session.interrupt);
    asked.cancelled = Some(Arc::new(move || interrupt.is_requested()));
    // What only sums are shown of needs no marks.
    let commits = (report::of(options.format).asks() && !options.quiet).then(|| Commits::new(&place.root));
    let commits = commits.map(Arc::new);
    asked.matched = commits.clone().map(|commits| Arc::new(move |paths: &[&str]| commits.ask(paths)) as _);
    let line = progress::Line::new(session.stderr_is_terminal && !options.quiet);
    asked.progress = line.callback();
    let planned = plan(&fs, &source, &asked);
    drop(line);
    let planned = planned.map_err(words)?;
    let commits = commits.as_deref();
    if options.mode == Mode::Interactive && !planned.is_empty() {
        // Between two questions there is no room for progress.
        (asked.progress, asked.matched) = (None, None);
        let planner = Planner { fs: &fs, source: &source, options: asked };
        return interactive(options, &source, &planner, &place.root, commits, planned, session);
    }
    finish(options, &source, &fs, &place.root, commits, &planned, session)
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

/// Prints the settings that a run goes by as TOML, each with where it comes from.
fn show_config(
    asked: &PlanOptions,
    source: &Source,
    root: &Path,
    session: &mut Session<'_>,
) -> Result<ExitCode, String> {
    let none = Config::default();
    let config = asked.config.as_ref().unwrap_or(&none);
    let found = match &asked.config {
        Some(config) => config.file.to_owned(),
        None => format!("none; looked for {}", Config::PLACES.join(", ")),
    };
    let list = |values: &[String]| {
        let values: Vec<String> = values.iter().map(|value| toml_text(value)).collect();
        format!("[{}]", values.join(", "))
    };
    let lists = |name: &str, flags: &[String], settings: &[String]| {
        let origin = match (flags, settings) {
            ([], []) => "default",
            ([], _) => config.file,
            _ => "flag",
        };
        let values = if flags.is_empty() { settings } else { flags };
        format!("{name} = {}  # {origin}\n", list(values))
    };
    let mut out = format!("# settings of {}: {found}\n", root.display());
    out += &lists("include", &asked.walk.include, &config.include);
    out += &lists("exclude", &asked.walk.exclude, &config.exclude);
    let (url, origin) = match (&asked.base_url, &config.base_url) {
        (Some(url), _) => (url, "flag"),
        (None, Some(url)) => (url, config.file),
        (None, None) => (&source.target.base_url, "default"),
    };
    out += &format!("base-url = {}  # {origin}\n", toml_text(url));
    out += &lists("from-urls", &asked.from_urls, &config.from_urls);
    let origin = match () {
        () if asked.keep_unmapped => "flag",
        () if config.keep_unmapped => config.file,
        () => "default",
    };
    out += &format!("keep-unmapped = {}  # {origin}\n", asked.keep_unmapped || config.keep_unmapped);
    out += &lists("header-helpers", &[], &config.header_helpers);
    out += "\n[variables]\n";
    for (name, role) in &config.variables {
        out += &format!("{name} = {}  # {}\n", toml_text(role.id()), config.file);
    }
    session.print(&out);
    Ok(ExitCode::Done)
}

fn toml_text(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// How plans of this run are shown.
fn look<'a>(
    options: &Migrate,
    source: &'a Source,
    masker: &'a Masker,
    root: &'a Path,
    commits: Option<&'a Commits>,
    session: &Session<'_>,
) -> Look<'a> {
    Look {
        source,
        masker,
        root,
        verbose: options.verbose,
        quiet: options.quiet,
        commits,
        is_terminal: session.stdout_is_terminal,
        styles: Styles::new(session.stdout_colour(options.color)),
        threads: options.threads,
    }
}

/// Goes through a plan with whoever answers, and applies what was agreed to.
fn interactive(
    options: &Migrate,
    source: &Source,
    planner: &Planner<'_>,
    root: &Path,
    commits: Option<&Commits>,
    planned: Plan,
    session: &mut Session<'_>,
) -> Result<ExitCode, String> {
    let masker = Masker::new(source);
    let look = look(options, source, &masker, root, commits, session);
    let styles = Styles::new(session.stderr_colour(options.color));
    match review::review(planner, &look, planned, &styles, session)? {
        Some(plan) => {
            let view = look.at(&plan);
            if let Some(report) = &options.report {
                page::write(&view, report)?;
            }
            write(options, &view, planner.fs, session)
        }
        None => {
            session.tell("Nothing was written.");
            Ok(ExitCode::Pending)
        }
    }
}

/// Shows a plan and does with it what was asked for.
fn finish(
    options: &Migrate,
    source: &Source,
    fs: &dyn FileSystem,
    root: &Path,
    commits: Option<&Commits>,
    plan: &Plan,
    session: &mut Session<'_>,
) -> Result<ExitCode, String> {
    let masker = Masker::new(source);
    let view = look(options, source, &masker, root, commits, session).at(plan);
    let report = report::of(options.format);
    if let Some(file) = &options.report {
        page::write(&view, file)?;
    }
    report.preview(&view, session.stdout()).map_err(|error| error.to_string())?;

    let pending = if plan.is_empty() { ExitCode::Done } else { ExitCode::Pending };
    let agreed = match options.mode {
        Mode::DryRun | Mode::ShowConfig => return Ok(ExitCode::Done),
        Mode::Check { strict } => {
            let actions = plan.files.iter().flat_map(|file| &file.findings).any(|f| f.level == Level::Action);
            return Ok(if strict && actions { ExitCode::Pending } else { pending });
        }
        Mode::Apply => true,
        // With nothing to apply, an earlier run that was killed may still have backups to remove.
        Mode::Ask | Mode::Interactive if plan.is_empty() => !options.backup,
        Mode::Ask if !report.asks() => false,
        Mode::Ask | Mode::Interactive => {
            let files = count(plan.changed().count(), "file");
            let question = format!("Apply {} in {files}?", count(plan.edit_count(), "edit"));
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
    write(options, &view, fs, session)
}

/// Applies a plan, and tells what comes next.
fn write(
    options: &Migrate,
    view: &View<'_>,
    fs: &dyn FileSystem,
    session: &mut Session<'_>,
) -> Result<ExitCode, String> {
    if session.interrupt.is_requested() {
        return Err(words(migrate_core::Error::Cancelled));
    }
    let mut asked = ApplyOptions::default();
    asked.backup = options.backup;
    session.interrupt.enter(Phase::Committing);
    let applied = apply(fs, view.plan, &asked);
    session.interrupt.enter(Phase::Planning);
    let applied = applied.map_err(words)?;
    if report::of(options.format).asks() && !options.quiet && !view.plan.is_empty() {
        next_steps::print(view, &applied, options, session.stdout()).map_err(|error| error.to_string())?;
    }
    Ok(ExitCode::Done)
}

#[cfg(test)]
mod tests;
