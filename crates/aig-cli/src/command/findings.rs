//! `aig findings`: the findings of the newest run again.

use std::path::PathBuf;

use migrate_core::last_findings;
use migrate_core::mask::Masker;

use super::open;
use crate::ExitCode;
use crate::io::Session;
use crate::report::frame::Frames;
use crate::report::text;
use crate::style::{Colour, Styles};
use crate::words::words;

pub(super) fn run(
    paths: &[PathBuf],
    verbose: bool,
    color: Option<Colour>,
    session: &mut Session<'_>,
) -> Result<ExitCode, String> {
    let (fs, _) = open(paths)?;
    let Some(last) = last_findings(&fs).map_err(words)? else {
        return Err(
            "no run is on record here; `aig migrate <SOURCE> --dry-run` prints what it would find".into()
        );
    };
    // The source may be one of the user's own, that is not at hand: what is recorded is masked already, and what
    // all sources share is masked once more.
    let masker = migrate_core::Source::builtin(&last.source).ok().map(|source| Masker::new(&source));
    let styles = Styles::new(session.stdout_colour(color));
    let frames = Frames { masker: masker.as_ref(), verbose, styles };
    for (path, finding) in &last.findings {
        frames.print(path, None, [finding], session.stdout()).map_err(|error| error.to_string())?;
    }
    let sums = text::levels(last.findings.iter().map(|(_, finding)| finding.level));
    session.print(&format!("{sums} (places as they were before the run)\n"));
    Ok(ExitCode::Done)
}
