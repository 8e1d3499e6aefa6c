//! Annotations of a pull request, as GitHub Actions reads them from a step's output.

use std::io::{self, Write};

use migrate_core::finding::Level;

use super::{Report, View};
use crate::words::count;

pub(crate) struct GitHub;

impl Report for GitHub {
    fn preview(&self, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
        for file in &view.plan.files {
            let path = property(&file.path);
            if let Some(first) = file.edits.first() {
                let edits = count(file.edits.len(), "edit");
                let text = format!("{edits} pending: run `aig migrate {}`", view.plan.source);
                let title = property(&format!("{edits} pending"));
                writeln!(out, "::warning file={path},line={},title={title}::{}", first.line, data(&text))?;
            }
            for finding in &file.findings {
                let command = match finding.level {
                    Level::Action => "error",
                    Level::Check => "warning",
                    Level::Note if !view.verbose => continue,
                    _ => "notice",
                };
                let mut text = view.masker.mask_line(&finding.message).into_owned();
                if !finding.help.is_empty() {
                    text.push('\n');
                    text.push_str(&view.masker.mask_line(&finding.help));
                }
                let title = property(&format!("{}[{}]", finding.level, finding.rule));
                let place = format!("file={path},line={},col={}", finding.line, finding.column);
                writeln!(out, "::{command} {place},title={title}::{}", data(&text))?;
            }
        }
        Ok(())
    }

    fn asks(&self) -> bool {
        false
    }
}

/// A text behind a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_spelt_out() {
        assert_eq!(data("50%: a\r\nb,c"), "50%25: a%0D%0Ab,c");
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
    }
}
