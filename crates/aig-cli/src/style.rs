//! Colours. One vocabulary for all printers; plain when colour is off.

use std::fmt;

use anstyle::{AnsiColor, Style};

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colour {
    Always,
    Never,
}

impl Colour {
    /// Whether to colour, where `auto` is what the stream itself is good for.
    pub fn decide(choice: Option<Self>, auto: bool) -> bool {
        choice.map_or(auto, |choice| choice == Self::Always)
    }
}

/// A style that prints as what switches it on, and knows what switches it off again.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Paint(Style);

impl Paint {
    /// What switches the style off.
    pub fn close(self) -> impl fmt::Display {
        self.0.render_reset()
    }
}

impl fmt::Display for Paint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.render().fmt(f)
    }
}

/// The styles of a stream.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Styles {
    pub added: Paint,
    pub removed: Paint,
    /// The edited words of an added line.
    pub added_word: Paint,
    /// The edited words of a removed line.
    pub removed_word: Paint,
    pub hunk: Paint,
    pub bold: Paint,
    pub dim: Paint,
    pub action: Paint,
    pub check: Paint,
    pub note: Paint,
    coloured: bool,
}

impl Styles {
    /// The styles, if `colour` is on.
    pub fn new(colour: bool) -> Self {
        if !colour {
            return Self::default();
        }
        let foreground = |colour: AnsiColor| Paint(Style::new().fg_color(Some(colour.into())));
        let word = |colour: AnsiColor| Paint(Style::new().bold().underline().fg_color(Some(colour.into())));
        let bold = |colour: AnsiColor| Paint(Style::new().bold().fg_color(Some(colour.into())));
        Self {
            added: foreground(AnsiColor::Green),
            removed: foreground(AnsiColor::Red),
            added_word: word(AnsiColor::Green),
            removed_word: word(AnsiColor::Red),
            coloured: true,
            hunk: foreground(AnsiColor::Cyan),
            bold: Paint(Style::new().bold()),
            dim: Paint(Style::new().dimmed()),
            action: bold(AnsiColor::Red),
            check: bold(AnsiColor::Yellow),
            note: bold(AnsiColor::Blue),
        }
    }

    /// Whether nothing is coloured.
    pub fn is_plain(&self) -> bool {
        !self.coloured
    }
}
