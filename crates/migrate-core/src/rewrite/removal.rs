//! Taking items out of their containers: each goes with its separator, its line and its same-line comment, and with
//! nothing else.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::RegionFacts;
use crate::language::Separator;
use crate::syntax::{Kind, NodeId, Role, Span, Syntax};

/// Items to take out of one region.
#[derive(Debug, Default)]
pub(super) struct Removals {
    items: BTreeMap<NodeId, BTreeSet<NodeId>>,
    statements: BTreeSet<NodeId>,
    links: BTreeSet<(usize, usize)>,
}

impl Removals {
    /// Takes `item` out of `container`.
    pub(super) fn item(&mut self, container: NodeId, item: NodeId) {
        self.items.entry(container).or_default().insert(item);
    }

    /// Whether `item` of `container` goes.
    pub(super) fn takes(&self, container: NodeId, item: NodeId) -> bool {
        self.items.get(&container).is_some_and(|gone| gone.contains(&item))
    }

    /// Forgets what goes within `span`: something else takes its place.
    pub(super) fn forget(&mut self, syntax: &Syntax, span: &Span) {
        let is_within = |node: NodeId| {
            let node = &syntax.node(node).span;
            span.start <= node.start && node.end <= span.end
        };
        for gone in self.items.values_mut() {
            gone.retain(|&item| !is_within(item));
        }
        self.statements.retain(|&statement| !is_within(statement));
        self.links.retain(|&(start, end)| start < span.start || span.end < end);
    }

    /// Takes a whole statement out.
    pub(super) fn statement(&mut self, statement: NodeId) {
        self.statements.insert(statement);
    }

    /// Takes a link of a chain out: everything from the end of its object to its own end.
    pub(super) fn link(&mut self, span: Span) {
        self.links.insert((span.start, span.end));
    }

    /// Whether all of the text of `span` goes by links, but for blanks and line ends.
    pub(super) fn blanks(&self, text: &str, span: &Span) -> bool {
        let mut rest = String::new();
        let mut at = span.start;
        for &(start, end) in self.links.iter().filter(|(start, end)| span.start <= *start && *end <= span.end)
        {
            rest.push_str(text.get(at..start).unwrap_or_default());
            at = at.max(end);
        }
        rest.push_str(&text[at..span.end]);
        rest.replace("\\n", "").replace("\\r", "").trim().is_empty()
    }

    /// Whether everything in `container` goes.
    pub(super) fn empties(&self, syntax: &Syntax, text: &str, container: NodeId) -> bool {
        let Some(gone) = self.items.get(&container) else { return false };
        let items = items_of(syntax, container);
        let follows = |comment: NodeId| {
            let start = syntax.node(comment).span.start;
            let before =
                items.iter().map(|&item| syntax.node(item).span.end).filter(|&end| end <= start).max();
            before.is_some_and(|end| !text[end..start].contains(['\n', '\r']))
        };
        items.iter().all(|item| gone.contains(item))
            // A comment of its own would go with the container; one behind an item goes with that.
            && syntax.children(container).iter().all(|&child| {
                syntax.kind(child) != Kind::Comment || follows(child)
            })
    }

    /// What is left between the parentheses of a call on lines of their own, when all its arguments go.
    fn emptied(&self, facts: &RegionFacts, container: NodeId) -> Option<Span> {
        let (syntax, text) = (facts.tree(), &facts.text);
        let span = &syntax.node(container).span;
        let whole = text.get(span.clone())?.strip_prefix('(')?.strip_suffix(')')?;
        let goes = syntax.kind(container) == Kind::Arguments && self.empties(syntax, text, container);
        (goes && whole.starts_with(['\n', '\r'])).then(|| span.start + 1..span.end - 1)
    }

    /// Of the statements to take out, those in whose place something must stand, and what: because nothing else is left
    /// in their body and the language has no empty ones, or because they are a body without braces.
    pub(super) fn stubs(&self, facts: &RegionFacts) -> BTreeMap<NodeId, &'static str> {
        let syntax = facts.tree();
        let mut out = BTreeMap::new();
        if let Some(stub) = facts.language.empty_statement() {
            let bodies = self.statements.iter().filter(|&&statement| {
                syntax.node(statement).role == Role::Body && syntax.kind(statement) != Kind::Block
            });
            out.extend(bodies.map(|&statement| (statement, stub)));
        }
        let Some(stub) = facts.language.empty_body() else { return out };
        let first = |statement: NodeId| {
            let body = syntax.parent(statement).filter(|&up| up != Syntax::ROOT)?;
            let mut rest =
                syntax.children(body).iter().copied().filter(|&child| syntax.kind(child) != Kind::Comment);
            let first = rest.next()?;
            let empties = syntax.kind(body) == Kind::Block
                && self.statements.contains(&first)
                && rest.all(|other| self.statements.contains(&other));
            empties.then_some(first)
        };
        out.extend(self.statements.iter().filter_map(|&statement| Some((first(statement)?, stub))));
        out
    }

    /// The spans to delete, sorted and disjoint.
    pub(super) fn spans(&self, facts: &RegionFacts) -> Vec<Span> {
        let mut spans: Vec<Span> = self.links.iter().map(|&(start, end)| start..end).collect();
        let stubs = self.stubs(facts);
        for &statement in &self.statements {
            let stub = stubs.contains_key(&statement);
            let span = facts.tree().node(statement).span.clone();
            spans.push(if stub { span } else { statement_span(facts, statement) });
        }
        for (&container, gone) in &self.items {
            match facts.language.separator(facts.tree(), container) {
                Separator::Blank => blank_spans(facts, container, gone, &mut spans),
                Separator::Comma | Separator::CommaOrLine => {
                    comma_spans(facts, container, gone, &mut spans);
                    spans.extend(self.emptied(facts, container));
                }
                Separator::Line => {
                    spans.extend(
                        gone.iter().map(|&item| whole_lines(&facts.text, &facts.tree().node(item).span)),
                    );
                }
            }
        }
        let mut spans = merge(spans);
        for span in &mut spans {
            // The first link behind a type's name: the next one is called on the type then (`Http::first()->next()`).
            let rest = &facts.text[span.end..];
            let (next, of_type) = (rest.trim_start(), facts.text[span.clone()].starts_with("::"));
            if of_type && next.starts_with("->") {
                *span = span.start + 2..span.end + rest.len() - next.len() + 2;
            }
        }
        spans
    }
}

/// Sorts spans and joins those that touch or overlap.
fn merge(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| (span.start, span.end));
    let mut out: Vec<Span> = Vec::new();
    for span in spans {
        match out.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => out.push(span),
        }
    }
    out
}

/// `item` as it is written behind the one at `span`: on a line of its own where that stands on one.
pub(super) fn behind(text: &str, span: &Span, item: &str) -> String {
    let line = line_start(text, span.start);
    if line > 0 && text[line..span.start].trim().is_empty() {
        format!(",{}{item}", new_line(text, span.start))
    } else {
        format!(", {item}")
    }
}

/// The end of the line that the one at `at` follows, and what that one is indented with: what a new line of the same
/// block begins with.
pub(super) fn new_line(text: &str, at: usize) -> String {
    let line = line_start(text, at);
    let end = if text[..line].ends_with("\r\n") { "\r\n" } else { "\n" };
    let indent: String = text[line..at].chars().take_while(|char| char.is_whitespace()).collect();
    format!("{end}{indent}")
}

/// The items of a container.
pub(super) fn items_of(syntax: &Syntax, container: NodeId) -> Vec<NodeId> {
    syntax
        .children(container)
        .iter()
        .copied()
        .filter(|&child| {
            !matches!(syntax.kind(child), Kind::Comment | Kind::Arguments)
                && syntax.node(child).role != Role::Callee
        })
        .collect()
}

/// The whole lines of `span`, with the last one's end.
pub(super) fn whole_lines(text: &str, span: &Span) -> Span {
    let start = line_start(text, span.start);
    start..line_end(text, span.end)
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind(['\n', '\r']).map_or(0, |found| found + 1)
}

/// The offset past the line end at or after `at`.
fn line_end(text: &str, at: usize) -> usize {
    match text[at..].find(['\n', '\r']) {
        Some(found) if text[at + found..].starts_with("\r\n") => at + found + 2,
        Some(found) => at + found + 1,
        None => text.len(),
    }
}

/// Whether nothing but blanks stands before `at` on its line.
fn first_on_line(text: &str, at: usize) -> bool {
    text[line_start(text, at)..at].trim().is_empty()
}

/// Whole lines to take out, with so many of the blank lines behind them that no wider gap is left than there was.
pub(super) fn with_gap(text: &str, span: &Span) -> Span {
    let whole = span.start == line_start(text, span.start)
        && (span.end == text.len() || text[..span.end].ends_with(['\n', '\r']));
    if !whole || span.is_empty() {
        return span.clone();
    }
    let is_blank = |line: &str| line.trim().is_empty();
    let mut before = 0;
    let mut at = span.start;
    while at > 0 {
        let end = text[..at]
            .strip_suffix('\n')
            .map_or(at - 1, |rest| rest.strip_suffix('\r').unwrap_or(rest).len());
        let start = line_start(text, end);
        if !is_blank(&text[start..end]) {
            break;
        }
        before += 1;
        at = start;
    }
    let is_first = at == 0;
    let mut end = span.end;
    for _ in 0..if is_first { usize::MAX } else { before } {
        let next = line_end(text, end);
        if next == end || !is_blank(&text[end..next]) {
            break;
        }
        end = next;
    }
    span.start..end
}

/// What follows on the line from `at`, without the line's end.
fn rest_of_line(text: &str, at: usize) -> &str {
    let rest = &text[at..];
    &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())]
}

/// Whether `rest` of a line is blank, or a comment that belongs to what stands before it on the line.
fn is_tail(facts: &RegionFacts, at: usize) -> bool {
    let rest = rest_of_line(&facts.text, at);
    let trimmed = rest.trim_start();
    if trimmed.is_empty() {
        return true;
    }
    let start = at + rest.len() - trimmed.len();
    let node = facts.tree().innermost(&(start..start + 1));
    let span = &facts.tree().node(node).span;
    facts.tree().kind(node) == Kind::Comment
        && span.start == start
        && span.end >= start + trimmed.trim_end().len()
}

/// What goes with a link of a chain: all from the end of what it is called on, or of the last comment behind that, to its
/// own end, and to that of a comment behind it on its line.
pub(super) fn link_span(facts: &RegionFacts, call: NodeId, object: NodeId) -> Span {
    let syntax = facts.tree();
    let mut start = syntax.node(object).span.end;
    let callee = syntax.child(call, Role::Callee);
    for &child in callee.map(|callee| syntax.children(callee)).unwrap_or_default() {
        if syntax.kind(child) == Kind::Comment {
            start = start.max(syntax.node(child).span.end);
        }
    }
    let end = syntax.node(call).span.end;
    let own_line = facts.text[start..end].trim_start_matches([' ', '\t']).starts_with(['\n', '\r']);
    let tail = rest_of_line(&facts.text, end).trim_end();
    start..if own_line && is_tail(facts, end) { end + tail.len() } else { end }
}

fn statement_span(facts: &RegionFacts, statement: NodeId) -> Span {
    let text = &facts.text;
    let span = facts.tree().node(statement).span.clone();
    let mut end = span.end;
    if text[end..].trim_start_matches([' ', '\t']).starts_with(';') {
        end += text[end..].find(';').map_or(0, |found| found + 1);
    }
    if first_on_line(text, span.start) && is_tail(facts, end) {
        let lines = whole_lines(text, &(span.start..end));
        return lines;
    }
    let blanks = text[end..].len() - text[end..].trim_start_matches([' ', '\t']).len();
    span.start..end + blanks
}

fn blank_spans(facts: &RegionFacts, container: NodeId, gone: &BTreeSet<NodeId>, spans: &mut Vec<Span>) {
    let syntax = facts.tree();
    let children = syntax.children(container);
    for (index, &child) in children.iter().enumerate() {
        if gone.contains(&child) {
            let span = &syntax.node(child).span;
            let start =
                index.checked_sub(1).map_or(span.start, |before| syntax.node(children[before]).span.end);
            spans.push(start..span.end);
        }
    }
}

fn comma_spans(facts: &RegionFacts, container: NodeId, gone: &BTreeSet<NodeId>, spans: &mut Vec<Span>) {
    let (syntax, text) = (facts.tree(), &facts.text);
    let items = items_of(syntax, container);
    let span_of = |index: usize| syntax.node(items[index]).span.clone();
    let mut index = 0;
    while index < items.len() {
        if !gone.contains(&items[index]) {
            index += 1;
            continue;
        }
        let first = index;
        while index < items.len() && gone.contains(&items[index]) {
            index += 1;
        }
        let last = index - 1;
        let next = (index < items.len()).then(|| span_of(index));
        let before = first.checked_sub(1).map(span_of);
        let end = span_of(last).end;
        let comma = comma_after(facts, end, container);

        let own_lines = (first..=last).all(|item| {
            let span = span_of(item);
            let end = comma_after(facts, span.end, container).unwrap_or(span.end);
            first_on_line(text, span.start) && is_tail(facts, end)
        });
        if own_lines {
            for item in first..=last {
                spans.push(whole_lines(text, &span_of(item)));
            }
            // The list had no comma after its last item, so its new last item gets none either.
            if next.is_none()
                && comma.is_none()
                && let Some(before) = before
                && let Some(after) = comma_after(facts, before.end, container)
            {
                spans.push(after - 1..after);
            }
        } else if let Some(next) = next {
            // A comment between stays.
            let stop = comma.unwrap_or(end);
            // Where the syntax is broken, the comma may be one inside the next item.
            let gap_is_blank = text.get(stop..next.start).is_some_and(|gap| gap.trim().is_empty());
            let stop = if gap_is_blank { next.start } else { stop };
            spans.push(span_of(first).start..stop);
        } else if let Some(before) = before {
            let gap = &text[before.end..span_of(first).start];
            let start = if gap.trim() == "," { before.end } else { span_of(first).start };
            spans.push(start..end);
        } else {
            spans.push(span_of(first).start..comma.unwrap_or(end));
        }
    }
}

/// The offset past the comma that follows `at` in the same container, if one does.
fn comma_after(facts: &RegionFacts, at: usize, container: NodeId) -> Option<usize> {
    let end = facts.tree().node(container).span.end;
    let rest = &facts.text[at..end];
    let trimmed = rest.trim_start();
    trimmed.starts_with(',').then(|| at + rest.len() - trimmed.len() + 1)
}
