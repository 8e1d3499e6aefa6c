//! Accounts for every marker occurrence of a file: rewritten, reported, or left on purpose with the reason.
//!
//! What no rule spoke for gets a finding here, so that nothing of the source gateway is ever passed over in silence.

use std::ops::Range;

use crate::edit::Edit;
use crate::facts::Site;
use crate::finding::{Finding, Level, Rule};
use crate::plan::{Fate, LedgerEntry, LeftReason};
use crate::token::TokenKind;

/// A site of a file, in the file's bytes.
#[derive(Debug)]
pub(crate) struct Occurrence<'a> {
    /// Its span in the file's bytes.
    pub span: Range<usize>,
    /// The site.
    pub site: &'a Site,
    /// Whether a finding somewhere speaks for it.
    pub reported: bool,
    /// Why it is left, if a rule left it.
    pub left: Option<LeftReason>,
}

impl Occurrence<'_> {
    /// Whether it is of the target, not of the source: a fact for the join, and nothing to account for.
    pub(crate) fn is_of_target(&self) -> bool {
        matches!(self.site.token.kind, TokenKind::TargetUrl | TokenKind::TargetVariable)
    }
}

/// Balances the ledger of a file. `stray` are marker occurrences outside all regions. Returns the entries, sorted,
/// and the findings for what no rule spoke for.
pub(crate) fn balance(
    original: &[u8],
    title: &str,
    occurrences: &[Occurrence<'_>],
    stray: &[Range<usize>],
    edits: &[Edit],
    findings: &[Finding],
) -> (Vec<LedgerEntry>, Vec<Finding>) {
    let mut entries = Vec::new();
    let mut missed = Vec::new();
    let is_edited = |span: &Range<usize>| {
        edits.iter().any(|edit| edit.span.start < span.end && span.start < edit.span.end)
    };
    for occurrence in occurrences {
        if occurrence.is_of_target() {
            continue;
        }
        let span = &occurrence.span;
        let overlaps = |finding: &Finding| finding.start < span.end && span.start < finding.end;
        let fate = if is_edited(span) {
            Fate::Rewritten
        } else if occurrence.reported || findings.iter().any(overlaps) {
            Fate::Reported
        } else if let Some(reason) = occurrence.left {
            Fate::Left(reason)
        } else {
            missed.push(missed_finding(original, title, occurrence));
            Fate::Reported
        };
        entries.push(LedgerEntry { start: span.start, end: span.end, fate });
    }
    entries.extend(stray.iter().map(|span| LedgerEntry {
        start: span.start,
        end: span.end,
        fate: if is_edited(span) { Fate::Rewritten } else { Fate::Left(LeftReason::Prose) },
    }));
    entries.sort();
    (entries, missed)
}

fn missed_finding(original: &[u8], title: &str, occurrence: &Occurrence<'_>) -> Finding {
    let rule = match occurrence.site.token.kind {
        TokenKind::Url(_) => Rule::BaseUrl,
        TokenKind::Header(_) | TokenKind::CgiHeader => Rule::UnmappedHeader,
        TokenKind::Variable { .. } => Rule::EnvVar,
        TokenKind::Module => Rule::Manifest,
        _ => Rule::SdkClient,
    };
    let text = String::from_utf8_lossy(&original[occurrence.span.clone()]).into_owned();
    Finding::new(
        original,
        occurrence.span.clone(),
        rule,
        Level::Action,
        format!("`{text}` of {title} is used in a way that is not understood"),
    )
    .with_help("Look at this place by hand.")
}
