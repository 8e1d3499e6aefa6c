//! `aig clean`.

use std::path::PathBuf;

use migrate_core::clean;
use migrate_core::fs::FileSystem as _;

use super::open;
use crate::ExitCode;
use crate::io::{Phase, Session};
use crate::words::{count, words};

pub(super) fn run(paths: &[PathBuf], dry_run: bool, session: &mut Session<'_>) -> Result<ExitCode, String> {
    let (fs, _) = open(paths)?;
    let (backups, done) = if dry_run {
        (fs.backups().map_err(words)?, "would be removed")
    } else {
        session.interrupt.enter(Phase::Committing);
        let removed = clean(&fs);
        session.interrupt.enter(Phase::Planning);
        (removed.map_err(words)?, "removed")
    };
    let mut text = String::new();
    for backup in &backups {
        text.push_str(&format!("{backup}\n"));
    }
    text.push_str(&format!("{} {done}\n", count(backups.len(), "backup")));
    session.print(&text);
    Ok(ExitCode::Done)
}
