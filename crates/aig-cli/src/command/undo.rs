//! `aig undo`.

use std::path::PathBuf;
use std::sync::Arc;

use migrate_core::fs::FileSystem;
use migrate_core::{PlanOptions, Source, UndoOptions, undo};

use super::open;
use crate::ExitCode;
use crate::io::{Phase, Session};
use crate::words::{count, words};

pub(super) fn run(paths: &[PathBuf], force: bool, session: &mut Session<'_>) -> Result<ExitCode, String> {
    let (fs, _) = open(paths)?;
    let mut options = UndoOptions::default();
    options.force = force;
    options.replan = Some(Arc::new(replan));
    session.interrupt.enter(Phase::Committing);
    let undone = undo(&fs, &options);
    session.interrupt.enter(Phase::Planning);
    let undone = undone.map_err(words)?;

    let mut text = String::new();
    for path in &undone.restored {
        text.push_str(&format!("restored  {path}\n"));
    }
    for path in &undone.unchanged {
        text.push_str(&format!("unchanged {path}\n"));
    }
    for (path, newer) in &undone.newer {
        text.push_str(&format!("          the newer text of {path} is in {newer}\n"));
    }
    text.push_str(&format!("{} restored\n", count(undone.restored.len(), "file")));
    session.print(&text);
    for (path, backup) in &undone.left {
        match backup {
            Some(backup) => session.tell(format_args!(
                "aig: {path}: edited since, and left; the original is in {backup}. --force restores it and keeps the newer text"
            )),
            None => session.tell(format_args!("aig: {path}: edited since, and left; there is no backup of the original")),
        }
    }
    for path in &undone.without_backup {
        session.tell(format_args!(
            "aig: {path}: left; there is no backup of the original. Restore it from version control"
        ));
    }
    let whole = undone.left.is_empty() && undone.without_backup.is_empty();
    Ok(if whole { ExitCode::Done } else { ExitCode::Failed })
}

/// Without a run record nobody knows which source the tree was moved away from: the first whose plan changes
/// something is taken.
pub(crate) fn replan(fs: &dyn FileSystem) -> Result<migrate_core::Plan, migrate_core::Error> {
    let mut last = None;
    for name in Source::builtin_names() {
        let plan = migrate_core::plan(fs, &Source::builtin(name)?, &PlanOptions::default())?;
        if !plan.is_empty() {
            return Ok(plan);
        }
        last = Some(plan);
    }
    last.ok_or(migrate_core::Error::NothingToUndo)
}
