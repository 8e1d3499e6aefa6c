//! What must hold of the ledger of any plan.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use migrate_core::finding::{Finding, Rule};
use migrate_core::plan::{Fate, FilePlan};
use migrate_core::{Plan, Source};

use crate::fixture::Tree;

/// Every marker that stands in a file as a word is in the ledger, and the ledger tells the truth of it.
///
/// # Errors
/// Names the place that is not so.
pub fn is_balanced(before: &Tree, source: &Source, planned: &Plan) -> Result<()> {
    let skipped: BTreeSet<&str> = planned.skipped.iter().map(|skipped| skipped.path.as_str()).collect();
    let kept =
        planned.files.iter().flat_map(|file| &file.findings).any(|finding| finding.rule == Rule::KeptWhole);
    for (path, bytes) in before {
        let words = marker_words(bytes, &source.markers);
        let file = planned.files.iter().find(|file| file.path == *path);
        let inside_skipped =
            skipped.iter().any(|skipped| path == skipped || path.starts_with(&format!("{skipped}/")));
        let Some(file) = file else {
            ensure!(
                words.is_empty() || inside_skipped,
                "{path} holds a marker, and the plan does not know it"
            );
            continue;
        };
        for (start, end) in words {
            let line = 1 + bytes[..start].iter().filter(|byte| **byte == b'\n').count();
            let held = file.ledger.iter().any(|entry| entry.start <= start && end <= entry.end);
            ensure!(
                held,
                "{path}:{line}: {:?} is not in the ledger",
                String::from_utf8_lossy(&bytes[start..end])
            );
        }
        is_true(file, kept)?;
    }
    Ok(())
}

/// `kept`: whether a finding says of a whole unit that it stays; it speaks for all its places.
fn is_true(file: &FilePlan, kept: bool) -> Result<()> {
    for entry in &file.ledger {
        let touches = |start: usize, end: usize| start <= entry.end && entry.start <= end;
        let true_of_it = match entry.fate {
            Fate::Rewritten => file.edits.iter().any(|edit| touches(edit.span.start, edit.span.end)),
            // That a file can't be edited at all is said of all that stands in it.
            Fate::Reported => {
                let says = |finding: &Finding| {
                    finding.rule == Rule::Unparsable || touches(finding.start, finding.end)
                };
                kept || file.findings.iter().any(says)
            }
            _ => !file.edits.iter().any(|edit| edit.span.start < entry.end && entry.start < edit.span.end),
        };
        let text = String::from_utf8_lossy(&file.original[entry.start..entry.end]);
        ensure!(
            true_of_it,
            "{}: the ledger says {:?} of {text:?} at byte {}, and that is not so",
            file.path,
            entry.fate,
            entry.start
        );
    }
    Ok(())
}

/// Where a marker stands as a word of its own: not inside a longer run of letters of the same case.
fn marker_words(bytes: &[u8], markers: &[String]) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    for marker in markers.iter().map(|marker| marker.as_bytes()) {
        for start in 0..bytes.len().saturating_sub(marker.len() - 1) {
            let end = start + marker.len();
            if &bytes[start..end] != marker {
                continue;
            }
            let before = start.checked_sub(1).map(|at| bytes[at]);
            let after = bytes.get(end).copied();
            let capital = marker[0].is_ascii_uppercase();
            // `viewportkey`, `IMPORTKEY`; `myPortkey` is a word.
            let begins = !before
                .is_some_and(|byte| byte.is_ascii_lowercase() && !capital || byte.is_ascii_uppercase());
            let upper = marker.iter().all(u8::is_ascii_uppercase);
            // `portkeys`, `PORTKEYS`; `portkeyClient` is a word.
            let ends = !after.is_some_and(|byte| {
                if upper { byte.is_ascii_alphabetic() } else { byte.is_ascii_lowercase() }
            });
            if begins && ends {
                out.push((start, end));
            }
        }
    }
    out
}
