//! Files of HTTP requests, as editors send them (`.http`, `.rest`): a request line, headers, a body.

use super::Separator;
use super::data::{Data, holes, trimmed};
use crate::syntax::{Kind, NodeId, Role, Span, Syntax};

/// Files of requests.
pub(super) static HTTP: Data = Data {
    id: "http",
    parse: |text| Some(parse(text)),
    sign: ": ",
    quoted_keys: false,
    reads: false,
    interpolation: None,
    words: false,
    separator: |_, _| Separator::Line,
};

/// Where in a request a line stands.
enum Part {
    Start,
    Head(NodeId),
    Body,
}

fn parse(text: &str) -> Syntax {
    let mut syntax = Syntax::new(Kind::Block, text.len());
    let mut part = Part::Start;
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let start = end;
        end += line.len();
        let span = trimmed(text, start..end);
        let line = &text[span.clone()];
        if line.starts_with("###") {
            part = Part::Start;
        }
        match part {
            _ if line.starts_with('#') || line.starts_with("//") => {
                // Between the headers of a request it is a part of that.
                let around = if let Part::Head(request) = part { request } else { Syntax::ROOT };
                extend(&mut syntax, around, span.end);
                syntax.push(around, Kind::Comment, Role::Item, span.clone(), span);
            }
            Part::Start if line.is_empty() => {}
            Part::Start if line.starts_with('@') => variable(&mut syntax, text, span),
            Part::Start => {
                let request = syntax.push(Syntax::ROOT, Kind::Map, Role::Item, span.clone(), span.clone());
                string(&mut syntax, text, request, Role::Item, span);
                part = Part::Head(request);
            }
            Part::Head(_) if line.is_empty() => part = Part::Body,
            Part::Head(request) => header(&mut syntax, text, request, span),
            Part::Body => string(&mut syntax, text, Syntax::ROOT, Role::Item, span),
        }
    }
    syntax
}

/// Makes a node reach to `end`.
fn extend(syntax: &mut Syntax, id: NodeId, end: usize) {
    let node = syntax.node_mut(id);
    node.span.end = node.span.end.max(end);
    node.content.end = node.span.end;
}

fn string(syntax: &mut Syntax, text: &str, parent: NodeId, role: Role, span: Span) {
    let string = syntax.push(parent, Kind::String, role, span.clone(), span.clone());
    holes(syntax, text, string, span);
}

/// `@name = value`.
fn variable(syntax: &mut Syntax, text: &str, span: Span) {
    let Some(sign) = text[span.clone()].find('=') else {
        return string(syntax, text, Syntax::ROOT, Role::Item, span);
    };
    let name = trimmed(text, span.start + 1..span.start + sign);
    let given = trimmed(text, span.start + sign + 1..span.end);
    let assign = syntax.push(Syntax::ROOT, Kind::Assign, Role::Item, span.clone(), span);
    syntax.push(assign, Kind::Name, Role::Target, name.clone(), name);
    string(syntax, text, assign, Role::Value, given);
}

/// `name: value` as an entry of its request; any other line of the head goes on with the URL.
fn header(syntax: &mut Syntax, text: &str, request: NodeId, span: Span) {
    extend(syntax, request, span.end);
    let line = &text[span.clone()];
    let sign = line.find(':').filter(|&sign| !line.starts_with(['?', '&']) && !line[..sign].contains(' '));
    let Some(sign) = sign else { return string(syntax, text, request, Role::Item, span) };
    let name = trimmed(text, span.start..span.start + sign);
    let given = trimmed(text, span.start + sign + 1..span.end);
    let pair = syntax.push(request, Kind::Pair, Role::Item, span.clone(), span);
    syntax.push(pair, Kind::Name, Role::Key, name.clone(), name);
    string(syntax, text, pair, Role::Value, given);
}
