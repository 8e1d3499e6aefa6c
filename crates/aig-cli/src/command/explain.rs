//! `aig explain`: what a rule does, why, and what its findings ask for.

use migrate_core::finding::Rule;

use crate::ExitCode;
use crate::io::Session;
use crate::report::frame::wrap;
use crate::rules::{self, About};
use crate::style::{Colour, Styles};

pub(super) fn run(
    rule: Option<&str>,
    color: Option<Colour>,
    session: &mut Session<'_>,
) -> Result<ExitCode, String> {
    let Some(id) = rule else {
        let width = rules::all().iter().map(|about| about.id.len()).max().unwrap_or_default();
        for about in rules::all() {
            session.print(&format!("{:width$}  {}", about.id, about.title));
        }
        return Ok(ExitCode::Done);
    };
    let Some((_, about)) = Rule::from_id(id).and_then(rules::of) else {
        let near = Rule::ALL.into_iter().map(Rule::id).filter(|known| is_near(known, id));
        let near: Vec<String> = near.map(|known| format!("`{known}`")).collect();
        return Err(match near.as_slice() {
            [] => format!("there is no rule `{id}`; `aig explain` lists them"),
            near => format!("there is no rule `{id}`; did you mean {}?", near.join(" or ")),
        });
    };
    let styles = Styles::new(session.stdout_colour(color));
    let text = page(about, &styles);
    session.stdout().write_all(text.as_bytes()).map_err(|error| error.to_string())?;
    Ok(ExitCode::Done)
}

fn page(about: &About, styles: &Styles) -> String {
    let Styles { bold, added, removed, .. } = *styles;
    let mut text = format!("{bold}{}{}: {}\n", about.id, bold.close(), about.title);
    for (head, body) in
        [("What it does", &about.does), ("Why", &about.why), ("What it asks of you", &about.asks)]
    {
        text.push_str(&format!("\n{bold}{head}{}\n  {}\n", bold.close(), wrap(body, 2, 2)));
    }
    if let (Some(file), Some(before)) = (&about.file, &about.before) {
        let stays = if about.after.is_none() { ", which stays as it is" } else { "" };
        text.push_str(&format!("\n{bold}Example{}: {file}{stays}\n", bold.close()));
        let mut lines = |sign: &str, paint: crate::style::Paint, body: &str| {
            for line in body.lines() {
                text.push_str(&format!("  {paint}{sign} {line}{}\n", paint.close()));
            }
        };
        match &about.after {
            Some(after) => {
                lines("-", removed, before);
                lines("+", added, after);
            }
            None => lines(" ", styles.dim, before),
        }
    }
    text
}

/// Whether one id may have been meant where the other was typed: one letter is wrong, missing or too many, or one is a
/// part of the other.
fn is_near(known: &str, typed: &str) -> bool {
    if typed.len() >= 3 && (known.contains(typed) || typed.contains(known)) {
        return true;
    }
    let (a, b): (Vec<char>, Vec<char>) = (known.chars().collect(), typed.chars().collect());
    let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let same_end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    a.len().abs_diff(b.len()) <= 1 && same + same_end + 2 >= a.len().max(b.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_mistyped_is_near() {
        for typed in ["base-ur", "baze-url", "base-urll", "bsae-url", "url"] {
            assert!(is_near("base-url", typed), "{typed}");
        }
        assert!(!is_near("base-url", "model"));
        assert!(!is_near("base-url", "ba"));
    }
}
