//! The machine-readable report, one object a line, for trees whose report is too large to be held as one value.

use std::io::{self, Write};

use serde::Serialize;

use super::{View, json};

/// A line: what it is, and that.
#[derive(Serialize)]
struct Line<T> {
    r#type: &'static str,
    #[serde(flatten)]
    value: T,
}

pub(crate) struct JsonLines;

impl super::Report for JsonLines {
    fn preview(&self, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
        line(out, "plan", &json::head(view.plan))?;
        for file in json::shown(view.plan) {
            line(out, "file", &json::file(file, view.masker))?;
        }
        for change in json::environment(view.plan) {
            line(out, "environment", &change)?;
        }
        for skipped in json::skipped(view.plan) {
            line(out, "skipped", &skipped)?;
        }
        line(out, "summary", &json::summary(view.plan))
    }

    fn asks(&self) -> bool {
        false
    }
}

fn line(out: &mut dyn Write, r#type: &'static str, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Line { r#type, value })?;
    writeln!(out)
}
