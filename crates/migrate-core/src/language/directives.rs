//! Configuration of web servers and proxies: directives of words, in blocks. nginx ends a directive with `;`, Caddy,
//! Apache and HAProxy with the line.

use super::Separator;
use super::data::{Data, holes, trim};
use crate::syntax::{Kind, NodeId, Role, Span, Syntax};

/// nginx.
pub(super) static NGINX: Data = directives("nginx", |text| Some(parse(text, false)));
/// Caddyfiles, and what Apache and HAProxy read.
pub(super) static CADDYFILE: Data = directives("caddyfile", |text| Some(parse(text, true)));

const fn directives(id: &'static str, parse: fn(&str) -> Option<Syntax>) -> Data {
    let separator = |_: &Syntax, _: NodeId| Separator::Line;
    Data {
        id,
        parse,
        sign: " ",
        quoted_keys: false,
        reads: false,
        interpolation: None,
        words: true,
        separator,
    }
}

/// Words that are no directive by themselves: the next one says what is done.
const FIRST_WORDS: [&str; 5] = ["http-request", "http-response", "header", "requestheader", "proxysetheader"];

/// Blocks nest no deeper than this; what stands deeper stays in the last one.
const DEEPEST: usize = 64;

/// A word, or what parts directives.
enum Piece {
    Word(Span),
    Comment(Span),
    End,
    Open(usize),
    Close(usize),
}

/// The pieces of a text, in order.
fn pieces(text: &str, by_line: bool) -> Vec<Piece> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        at += 1;
        match bytes[start] {
            b'\n' if by_line => out.push(Piece::End),
            byte if byte.is_ascii_whitespace() => {}
            b'\\' if by_line && matches!(bytes.get(at), Some(b'\n' | b'\r')) => {
                at += 1 + usize::from(text[at..].starts_with("\r\n"));
            }
            b';' if !by_line => out.push(Piece::End),
            b'#' => {
                at = text[start..].find('\n').map_or(bytes.len(), |found| start + found);
                out.push(Piece::Comment(start..start + text[start..at].trim_end().len()));
            }
            b'{' | b'}' if by_line && !bytes.get(at).is_none_or(u8::is_ascii_whitespace) => {
                at = word_end(text, start, by_line);
                out.push(Piece::Word(start..at));
            }
            b'{' => out.push(Piece::Open(start)),
            b'}' => out.push(Piece::Close(start)),
            _ => {
                at = word_end(text, start, by_line);
                out.push(Piece::Word(start..at));
            }
        }
    }
    out.push(Piece::End);
    out
}

/// The end of the word that begins at `start`.
fn word_end(text: &str, start: usize, by_line: bool) -> usize {
    let bytes = text.as_bytes();
    let quote = bytes[start];
    if matches!(quote, b'"' | b'\'' | b'`') {
        let mut at = start + 1;
        while at < bytes.len() && bytes[at] != quote {
            at += 1 + usize::from(bytes[at] == b'\\');
        }
        return (at + 1).min(bytes.len());
    }
    let mut at = start;
    let mut braces = 0usize;
    while at < bytes.len() && !bytes[at].is_ascii_whitespace() {
        match bytes[at] {
            b';' if !by_line => break,
            b'{' if at > start && !by_line && bytes[at - 1] != b'$' => break,
            b'{' => braces += 1,
            b'}' if braces == 0 => break,
            b'}' => braces -= 1,
            _ => {}
        }
        at += 1;
    }
    at.max(start + 1)
}

fn parse(text: &str, by_line: bool) -> Syntax {
    let mut syntax = Syntax::new(Kind::Block, text.len());
    let mut blocks = vec![Syntax::ROOT];
    let mut words: Vec<Span> = Vec::new();
    for piece in pieces(text, by_line) {
        let block = blocks[blocks.len() - 1];
        match piece {
            Piece::Word(span) => words.push(span),
            Piece::Comment(span) => {
                if words.is_empty() {
                    syntax.push(block, Kind::Comment, Role::Item, span.clone(), span);
                }
            }
            Piece::End => directive(&mut syntax, text, block, &mut words),
            Piece::Open(at) => {
                let head = words.first().map_or(at, |first| first.start);
                let outer = syntax.push(block, Kind::Other, Role::Item, head..at + 1, head..at + 1);
                directive(&mut syntax, text, outer, &mut words);
                let inner = syntax.push(outer, Kind::Block, Role::Body, at..at + 1, at..at + 1);
                if blocks.len() < DEEPEST {
                    blocks.push(inner);
                }
            }
            Piece::Close(at) => {
                directive(&mut syntax, text, block, &mut words);
                if blocks.len() > 1 {
                    blocks.pop();
                    extend(&mut syntax, block, at + 1);
                    let outer = syntax.node(block).parent;
                    extend(&mut syntax, outer, at + 1);
                }
            }
        }
    }
    for block in blocks.into_iter().skip(1) {
        extend(&mut syntax, block, text.len());
        let outer = syntax.node(block).parent;
        extend(&mut syntax, outer, text.len());
    }
    syntax
}

fn extend(syntax: &mut Syntax, id: NodeId, end: usize) {
    let node = syntax.node_mut(id);
    node.span.end = end;
    node.content.end = end;
}

/// Adds the directive that `words` are as a call, and takes them.
fn directive(syntax: &mut Syntax, text: &str, block: NodeId, words: &mut Vec<Span>) {
    let (Some(first), Some(last)) = (words.first().cloned(), words.last().cloned()) else { return };
    let whole = first.start..last.end;
    let call = syntax.push(block, Kind::Call, Role::Item, whole.clone(), whole);
    let two =
        FIRST_WORDS.iter().any(|word| text[first.clone()].eq_ignore_ascii_case(word)) && words.len() > 1;
    let name = first.start..if two { words[1].end } else { first.end };
    syntax.push(call, Kind::Name, Role::Callee, name.clone(), name);
    for word in words.drain(..).skip(if two { 2 } else { 1 }) {
        let inner = &text[word.clone()];
        let quoted = inner.len() > 1 && inner.starts_with(['"', '\'', '`']) && inner.ends_with(&inner[..1]);
        let content = if quoted { trim(word.clone(), 1) } else { word.clone() };
        let string = syntax.push(call, Kind::String, Role::Item, word, content.clone());
        holes(syntax, text, string, content);
    }
}
