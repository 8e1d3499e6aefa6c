//! Jupyter notebooks: the code of all cells is one region, for a name of one cell is used in another. It is put together
//! from the JSON strings of their sources; only the insides of those strings ever change.

use std::ops::Range;

use super::{Escape, Region, RegionKind, Segment, by_word, commands};
use crate::language;

/// A token of JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// A bracket, brace, colon or comma.
    Sign(u8),
    /// A string; the span between its quotes.
    String(Range<usize>),
    /// A number or word.
    Scalar,
}

/// The tokens of a JSON text, with their offsets; `None` at what is none.
fn tokens(text: &str) -> impl Iterator<Item = Option<(usize, Token)>> + '_ {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        let start = at;
        match *bytes.get(at)? {
            sign @ (b'{' | b'}' | b'[' | b']' | b':' | b',') => {
                at += 1;
                Some(Some((start, Token::Sign(sign))))
            }
            b'"' => loop {
                let found = memchr::memchr2(b'"', b'\\', &bytes[at + 1..]).map(|found| at + 1 + found);
                match found {
                    None => {
                        at = bytes.len();
                        return Some(None);
                    }
                    Some(found) if bytes[found] == b'"' => {
                        at = found + 1;
                        return Some(Some((start, Token::String(start + 1..found))));
                    }
                    Some(found) => at = (found + 1).min(bytes.len() - 1),
                }
            },
            byte if byte.is_ascii_alphanumeric() || byte == b'-' => {
                while bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte))
                {
                    at += 1;
                }
                Some(Some((start, Token::Scalar)))
            }
            _ => {
                at = bytes.len();
                Some(None)
            }
        }
    })
}

/// What the walk has found of a cell.
#[derive(Debug, Default)]
struct Cell {
    /// Its type, as written.
    kind: String,
    /// The strings of its source, between their quotes.
    source: Vec<Range<usize>>,
    /// The extent of its outputs.
    outputs: Option<Range<usize>>,
}

/// The cells, and the kernel's language.
fn read(text: &str) -> Option<(Vec<Cell>, String)> {
    let mut cells: Vec<Cell> = Vec::new();
    let mut kernel = String::from("python");
    // The keys (empty in arrays) on the way to here, and whether the next string of an object is a key.
    let mut path: Vec<String> = Vec::new();
    let mut objects: Vec<bool> = Vec::new();
    let mut wants_key = false;
    let mut outputs = None;
    for token in tokens(text) {
        let (start, token) = token?;
        match token {
            Token::Sign(open @ (b'{' | b'[')) => {
                let keys: Vec<&str> = path.iter().map(String::as_str).collect();
                if open == b'{' && keys == ["cells", ""] {
                    cells.push(Cell::default());
                }
                if keys == ["cells", "", "outputs"] {
                    outputs = Some(start);
                }
                objects.push(open == b'{');
                path.push(String::new());
                wants_key = open == b'{';
            }
            Token::Sign(b'}' | b']') => {
                path.pop()?;
                objects.pop()?;
                wants_key = false;
                if path.len() == 3 && path[0] == "cells" && path[2] == "outputs" {
                    let cell = cells.last_mut()?;
                    cell.outputs = outputs.take().map(|from| from..start + 1);
                }
            }
            Token::Sign(b',') => wants_key = *objects.last()?,
            Token::String(span) if wants_key => {
                *path.last_mut()? = text[span].to_owned();
                wants_key = false;
            }
            Token::String(span) => {
                let keys: Vec<&str> = path.iter().map(String::as_str).collect();
                match keys.as_slice() {
                    ["cells", "", "cell_type"] => cells.last_mut()?.kind = text[span].to_owned(),
                    ["cells", "", "source"] | ["cells", "", "source", ""] => {
                        cells.last_mut()?.source.push(span)
                    }
                    ["metadata", "language_info", "name"] | ["metadata", "kernelspec", "language"] => {
                        kernel = text[span].to_owned();
                    }
                    _ => {}
                }
            }
            Token::Sign(_) | Token::Scalar => {}
        }
    }
    path.is_empty().then_some((cells, kernel))
}

/// The regions of a notebook; `None` if it is none.
pub(super) fn split(text: &str) -> Option<Vec<Region>> {
    let (cells, kernel) = read(text)?;
    let kernel = by_word(&kernel).unwrap_or_else(language::lexical);
    let mut out = Vec::new();
    let mut code: Vec<Region> = Vec::new();
    let mut lists: Vec<bool> = Vec::new();
    let mut at = 0;
    let between = |out: &mut Vec<Region>, from: usize, to: usize| {
        if from < to {
            out.push(Region::plain(language::prose(), RegionKind::Prose, text, from..to));
        }
    };
    for cell in cells {
        let mut spans = Vec::new();
        if let (Some(first), Some(last), "code") =
            (cell.source.first(), cell.source.last(), cell.kind.as_str())
        {
            spans.push((first.start..last.end, false));
        }
        spans.extend(cell.outputs.clone().map(|outputs| (outputs, true)));
        spans.sort_by_key(|(span, _)| span.start);
        for (span, output) in spans {
            between(&mut out, at, span.start);
            at = span.end;
            if output {
                out.push(Region::plain(language::prose(), RegionKind::Output, text, span));
            } else if let Some(region) = source(text, &cell.source, kernel) {
                let regions = if kernel.id() == "python" { commands::python(region) } else { vec![region] };
                for region in regions {
                    if region.language.id() == kernel.id() {
                        code.push(region);
                        lists.push(is_list(text, &cell.source));
                    } else {
                        out.push(region);
                    }
                }
            }
        }
    }
    between(&mut out, at, text.len());
    // A line's end is written in two ways in sources that are lists and in those that are one string.
    if lists.windows(2).all(|pair| pair[0] == pair[1]) {
        out.extend(joined(code));
    } else {
        out.extend(code);
    }
    out.sort_by_key(|region| region.segments.first().map_or(0, |segment| segment.file.start));
    (!out.is_empty()).then_some(out)
}

/// Whether a cell's source is a list of strings.
fn is_list(text: &str, strings: &[Range<usize>]) -> bool {
    strings.first().is_some_and(|first| text[..first.start - 1].trim_end().ends_with('['))
}

/// The code of several cells as one region.
fn joined(regions: Vec<Region>) -> Option<Region> {
    let mut regions = regions.into_iter();
    let mut all = regions.next()?;
    let mut text = all.text.to_string();
    for next in regions {
        if !text.ends_with('\n') {
            // A line's end that the file does not have: a cell ends where its last string does.
            let end = all.segments.last().map_or(0, |segment| segment.file.end);
            let region = text.len()..text.len() + 1;
            text.push('\n');
            all.segments.push(Segment { region, file: end..end, follows: true });
        }
        let moved = text.len();
        text.push_str(&next.text);
        all.segments.extend(next.segments.into_iter().map(|segment| Segment {
            region: moved + segment.region.start..moved + segment.region.end,
            ..segment
        }));
        if matches!(all.escape, Escape::Json(None)) {
            all.escape = next.escape;
        }
    }
    all.text = text.into();
    Some(all)
}

/// A cell's source as a region; `None` if it is empty.
fn source(text: &str, strings: &[Range<usize>], language: &'static dyn language::Language) -> Option<Region> {
    let mut inner = String::new();
    let mut segments: Vec<Segment> = Vec::new();
    let separator = strings.windows(2).next().map(|pair| &text[pair[0].end..pair[1].start]);
    let mut add = |piece: &str, file: Range<usize>| {
        let start = inner.len();
        inner.push_str(piece);
        let gap = segments.last().map(|last: &Segment| &text[last.file.end..file.start]);
        let follows = gap.is_some_and(|gap| gap.is_empty() || Some(gap) == separator);
        segments.push(Segment { region: start..inner.len(), file, follows });
    };
    for string in strings {
        let mut at = string.start;
        while at < string.end {
            let run = text[at..string.end].find('\\').unwrap_or(string.end - at);
            if run > 0 {
                add(&text[at..at + run], at..at + run);
                at += run;
                continue;
            }
            let (char, length) = unescape(&text[at..string.end]);
            add(char.encode_utf8(&mut [0; 4]), at..at + length);
            at += length;
        }
    }
    let escape = Escape::Json(separator.map(str::to_owned));
    (!segments.is_empty()).then_some(Region {
        language,
        kind: RegionKind::Code,
        text: inner.into(),
        segments,
        escape,
        syntax: None,
    })
}

/// The character of the escape that `text` begins with, and its length in bytes. A lone surrogate is a placeholder.
fn unescape(text: &str) -> (char, usize) {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    match text.as_bytes().get(1) {
        Some(b'n') => ('\n', 2),
        Some(b'r') => ('\r', 2),
        Some(b't') => ('\t', 2),
        Some(b'b') => ('\u{8}', 2),
        Some(b'f') => ('\u{c}', 2),
        Some(b'u') => match (unit(0), unit(6)) {
            (Some(first), second) => {
                let pair = [first, second.unwrap_or(0)];
                match char::decode_utf16(pair).next() {
                    Some(Ok(char)) => (char, 6 * char.len_utf16()),
                    _ => (char::REPLACEMENT_CHARACTER, 6),
                }
            }
            (None, _) => (char::REPLACEMENT_CHARACTER, 2),
        },
        // Some other character that stands for itself: take it whole.
        _ => {
            let char = text[1..].chars().next().unwrap_or(char::REPLACEMENT_CHARACTER);
            (char, (1 + char.len_utf8()).min(text.len()))
        }
    }
}

/// `text` as it stands in a JSON string. Lines end with `\n` there, whatever ends the file's own; after each line's end comes `separator`, if lines are strings of their own.
pub(super) fn escape(text: &str, separator: Option<&str>) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.replace("\r\n", "\n").chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => {
                out.push_str("\\n");
                out.push_str(separator.unwrap_or_default());
            }
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            char if char.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(char))),
            char => out.push(char),
        }
    }
    out
}
