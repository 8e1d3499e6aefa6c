//! Accounts for every marker occurrence of a file: rewritten, reported, or left on purpose with the reason.
//!
//! What no rule spoke for gets a finding here, so that nothing of the source gateway is ever passed over in silence.

use std::ops::Range;

use crate::edit::Edit;
use crate::facts::Site;
use crate::finding::{Finding, Level, Rule};
use crate::plan::values::{Fate, LedgerEntry, LeftReason};
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
    let edited = Spans::new(edits.iter().map(|edit| edit.span.clone()));
    let told = Spans::new(findings.iter().map(|finding| finding.start..finding.end));
    for occurrence in occurrences {
        if occurrence.is_of_target() {
            continue;
        }
        let span = &occurrence.span;
        let fate = if edited.overlap(span) {
            Fate::Rewritten
        } else if occurrence.reported || told.overlap(span) {
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
        fate: if edited.overlap(span) { Fate::Rewritten } else { Fate::Left(LeftReason::Prose) },
    }));
    entries.sort();
    (entries, missed)
}

/// Spans, to be asked whether one of them overlaps or covers another, without a look at each.
pub(crate) struct Spans {
    /// Where each begins, in order.
    starts: Vec<usize>,
    /// How far that one and those before it reach.
    reach: Vec<usize>,
}

impl Spans {
    pub(crate) fn new(spans: impl Iterator<Item = Range<usize>>) -> Self {
        let mut spans: Vec<Range<usize>> = spans.collect();
        spans.sort_unstable_by_key(|span| span.start);
        let mut farthest = 0;
        let reach = spans.iter().map(|span| {
            farthest = span.end.max(farthest);
            farthest
        });
        let reach = reach.collect();
        Self { starts: spans.into_iter().map(|span| span.start).collect(), reach }
    }

    /// Whether one of them has a byte in common with `span`.
    fn overlap(&self, span: &Range<usize>) -> bool {
        let before_its_end = self.starts.partition_point(|&start| start < span.end);
        before_its_end > 0 && self.reach[before_its_end - 1] > span.start
    }

    /// Whether `span` lies in one of them.
    pub(crate) fn cover(&self, span: &Range<usize>) -> bool {
        let not_behind = self.starts.partition_point(|&start| start <= span.start);
        not_behind > 0 && self.reach[not_behind - 1] >= span.end
    }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_spans_overlap_as_one_by_one(
            spans in proptest::collection::vec((0usize..40, 0usize..6), 0..12),
            start in 0usize..40,
            length in 0usize..6,
        ) {
            let spans: Vec<Range<usize>> = spans.into_iter().map(|(start, length)| start..start + length).collect();
            let asked = start..start + length;
            let singly = spans.iter().any(|span| span.start < asked.end && asked.start < span.end);
            let covered = spans.iter().any(|span| span.start <= asked.start && asked.end <= span.end);
            let spans = Spans::new(spans.into_iter());
            prop_assert_eq!((spans.overlap(&asked), spans.cover(&asked)), (singly, covered));
        }
    }
}
