//! Line formats of names and values, read by hand: INI and properties, requirements, and what of Dockerfiles and
//! Makefiles is no shell.

use super::Separator;
use super::data::{Data, holes, trim, trimmed};
use super::spell;
use crate::syntax::{Kind, NodeId, Role, Span, Syntax};

/// INI, properties and the like.
pub(super) static INI: Data = line_format("ini", |text| Some(lines(text, &['#', ';', '!'], ini)));
/// Requirements of Python packages.
pub(super) static REQUIREMENTS: Data = line_format("requirements", |text| Some(lines(text, &['#'], word)));
/// Dockerfiles, without their commands.
pub(super) static DOCKERFILE: Data = line_format("dockerfile", |text| Some(lines(text, &['#'], docker)));
/// Makefiles, without their commands.
pub(super) static MAKEFILE: Data = line_format("makefile", |text| Some(lines(text, &['#'], make)));

const fn line_format(id: &'static str, parse: fn(&str) -> Option<Syntax>) -> Data {
    Data {
        id,
        parse,
        sign: "=",
        quoted_keys: false,
        reads: false,
        interpolation: None,
        words: false,
        separator: line,
    }
}

fn line(_: &Syntax, _: NodeId) -> Separator {
    Separator::Line
}

/// Lowers a text line by line; `entry` adds what stands on one.
fn lines(text: &str, comments: &[char], entry: fn(&mut Syntax, &str, Span)) -> Syntax {
    let mut syntax = Syntax::new(Kind::Block, text.len());
    let mut at = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let start = at + line.len() - line.trim_start().len();
        let end = at + line.trim_end().len();
        at += line.len();
        if start >= end {
            continue;
        }
        if text[start..end].starts_with(comments) {
            syntax.push(Syntax::ROOT, Kind::Comment, Role::Item, start..end, start..end);
        } else {
            entry(&mut syntax, text, start..end);
        }
    }
    syntax
}

/// Adds a value: without the comment behind it, and with its content between quotes.
fn value(syntax: &mut Syntax, text: &str, parent: NodeId, role: Role, span: Span) {
    let inner = &text[span.clone()];
    let quoted = inner.len() > 1 && inner.starts_with(['"', '\'']) && inner.ends_with(&inner[..1]);
    let content = if quoted { span.start + 1..span.end - 1 } else { span.clone() };
    let string = syntax.push(parent, Kind::String, role, span, content.clone());
    holes(syntax, text, string, content);
}

/// Adds `name` … `value` as an assignment.
fn assign(syntax: &mut Syntax, text: &str, name: Span, given: Span) {
    let whole = name.start..given.end.max(name.end);
    let statement = syntax.push(Syntax::ROOT, Kind::Statement, Role::Item, whole.clone(), whole.clone());
    let assign = syntax.push(statement, Kind::Assign, Role::Item, whole.clone(), whole);
    syntax.push(assign, Kind::Name, Role::Target, name.clone(), name);
    value(syntax, text, assign, Role::Value, given);
}

/// A line that is only text.
fn word(syntax: &mut Syntax, text: &str, span: Span) {
    value(syntax, text, Syntax::ROOT, Role::Item, span);
}

/// `name = value`, `name: value`, `[section]`.
fn ini(syntax: &mut Syntax, text: &str, span: Span) {
    match text[span.clone()].find(['=', ':']) {
        Some(sign) if sign > 0 && !text[span.clone()].starts_with('[') => {
            let name = trimmed(text, span.start..span.start + sign);
            let given = trimmed(text, span.start + sign + 1..span.end);
            let given = if given.is_empty() { span.end..span.end } else { given };
            if &text[name.clone()] == "Environment" {
                return environment(syntax, text, given);
            }
            assign(syntax, text, name, given);
        }
        _ => word(syntax, text, span),
    }
}

/// `NAME=value "OTHER=value"`: the variables of a systemd unit.
fn environment(syntax: &mut Syntax, text: &str, span: Span) {
    for each in words(text, span) {
        let quoted = text[each.clone()].starts_with(['"', '\'']) && each.len() > 1;
        let inner = if quoted { trim(each.clone(), 1) } else { each.clone() };
        match text[inner.clone()].find('=') {
            Some(sign) => {
                assign(syntax, text, inner.start..inner.start + sign, inner.start + sign + 1..inner.end);
            }
            None => word(syntax, text, each),
        }
    }
}

/// `NAME = value` with any of make's signs, `export` before it or not.
fn make(syntax: &mut Syntax, text: &str, span: Span) {
    let line = &text[span.clone()];
    let sign = line.find('=');
    let (Some(sign), true) = (sign, sign.is_some_and(|sign| sign > 0)) else {
        return word(syntax, text, span);
    };
    let before = line[..sign].trim_end_matches([':', '?', '+', '!']).trim_end();
    let name = before.rsplit([' ', '\t']).next().unwrap_or(before);
    if !spell::is_identifier(name, "-.") {
        return word(syntax, text, span);
    }
    let end = span.start + before.len();
    let given = trimmed(text, span.start + sign + 1..span.end);
    let given = if given.is_empty() { span.end..span.end } else { given };
    assign(syntax, text, end - name.len()..end, given);
}

/// `ENV NAME=value …`, `ENV NAME value`, `ARG NAME=value`; any other instruction is only text.
fn docker(syntax: &mut Syntax, text: &str, span: Span) {
    let line = &text[span.clone()];
    let instruction = line.split([' ', '\t']).next().unwrap_or_default();
    let sets = ["env", "arg"].iter().any(|known| instruction.eq_ignore_ascii_case(known));
    let rest = trimmed(text, span.start + if sets { instruction.len() } else { 0 }..span.end);
    let words = words(text, rest.clone());
    let named = |word: &Span| {
        let equals = text[word.clone()].find('=')?;
        spell::is_identifier(&text[word.start..word.start + equals], "").then_some(word.start + equals)
    };
    let Some(first) = words.first().cloned() else { return word(syntax, text, span) };
    if named(&first).is_some() {
        // A line may go on with more of them, after a backslash.
        for each in words {
            match named(&each) {
                Some(equals) => assign(syntax, text, each.start..equals, equals + 1..each.end),
                None => word(syntax, text, each),
            }
        }
    } else if sets && spell::is_identifier(&text[first.clone()], "") {
        let given = trimmed(text, first.end..rest.end);
        let given = if given.is_empty() { first.end..first.end } else { given };
        assign(syntax, text, first, given);
    } else {
        word(syntax, text, span);
    }
}

/// The words of a line; blanks in quotes part none.
fn words(text: &str, span: Span) -> Vec<Span> {
    let mut out = Vec::new();
    let (mut start, mut quote) = (None, None);
    for (offset, char) in text[span.clone()].char_indices() {
        let at = span.start + offset;
        match quote {
            Some(open) if open == char => quote = None,
            Some(_) => {}
            None if matches!(char, '"' | '\'') => {
                quote = Some(char);
                start = start.or(Some(at));
            }
            None if char.is_whitespace() => out.extend(start.take().map(|start| start..at)),
            None => start = start.or(Some(at)),
        }
    }
    out.extend(start.map(|start| start..span.end));
    out
}
