//! What is printed of a plan: one format a file.

pub mod json;
mod stat;
pub(crate) mod text;

use std::collections::BTreeSet;
use std::io::{self, Write};

use migrate_core::mask::Masker;
use migrate_core::{Plan, Source};

use crate::options::Format;
use crate::style::Styles;

/// A plan, and how it is to be shown.
pub(crate) struct View<'a> {
    pub plan: &'a Plan,
    pub source: &'a Source,
    pub masker: &'a Masker,
    /// Also notes, and what was passed over.
    pub verbose: bool,
    /// Only the sums.
    pub quiet: bool,
    /// Planned files with changes that are in no commit.
    pub uncommitted: BTreeSet<String>,
    /// Whether a person looks: control characters are spelt out.
    pub is_terminal: bool,
    pub styles: Styles,
}

/// A format.
pub(crate) trait Report {
    /// Prints what would change.
    fn preview(&self, view: &View<'_>, out: &mut dyn Write) -> io::Result<()>;

    /// Whether it is for a person, who can be asked and told more.
    fn asks(&self) -> bool {
        true
    }
}

/// The printer of a format.
pub(crate) fn of(format: Format) -> &'static dyn Report {
    match format {
        Format::Text => &text::Text,
        Format::Stat => &stat::Stat,
        Format::Json => &json::Json,
    }
}
