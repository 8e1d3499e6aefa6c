//! Masking of secrets in text that is shown, and escaping of what drives a terminal.
//!
//! Not allowed here: changing what is written to a file. A mask errs on the side of hiding: a value whose name looks
//! like a key's is hidden unless it is plainly a reference, a placeholder or a name.

mod value;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use aho_corasick::AhoCorasick;
use regex::Regex;

use crate::source::{Source, VariableRole};

/// What stands in the place of the hidden part of a secret.
pub const MASK: char = '…';

/// Beginnings of keys that are the same for everyone, and tell a reader which kind of key stood there.
const PUBLIC_PREFIXES: [&str; 15] = [
    "sk-", "pk-", "rk-", "ghp_", "gho_", "ghu_", "ghs_", "AKIA", "ASIA", "AIza", "eyJ", "hf_", "gsk_",
    "xai-", "r8_",
];

/// What is longer, in bytes, is no name: encoded data, a file in one word.
const LONGEST_NAME: usize = 200;

/// Ends of names that look like a key's, of values that are none: where a key is, what it is called.
const HARMLESS_ENDS: [&str; 24] = [
    "url",
    "urls",
    "uri",
    "env",
    "name",
    "names",
    "file",
    "path",
    "dir",
    "type",
    "header",
    "headers",
    "limit",
    "limits",
    "count",
    "ttl",
    "expiry",
    "length",
    "label",
    "placeholder",
    "prefix",
    "description",
    "variable",
    "var",
];

/// Finds secrets in text. Made once from a source's data, used for everything that is shown.
#[derive(Clone, Debug)]
pub struct Masker {
    /// Whole secrets by shape: patterns, and what they are compiled to as soon as a text is looked at.
    patterns: Vec<String>,
    shapes: OnceLock<Vec<Regex>>,
    /// All of them in one, which tells faster that a text has none; `None` if they can't be put together.
    any_shape: OnceLock<Option<Regex>>,
    /// Parts of names, lower case, without separators.
    names: Vec<String>,
    /// All of them, searched for at once; `None` if that can't be.
    any_name: OnceLock<Option<AhoCorasick>>,
    values: value::Values,
}

impl Masker {
    /// A masker for the secrets that `source` and the clients it knows have. Patterns that are no regex are passed
    /// over: loading a source refuses them.
    pub fn new(source: &Source) -> Self {
        let shapes = source.secret_shapes.iter().chain(&source.clients.secret_shapes);
        let mut harmless: Vec<String> = source.clients.credential_headers.clone();
        harmless.extend(source.headers.iter().map(|header| header.name.clone()));
        harmless.push(source.target.credential_header.to_lowercase());
        // A header or argument that holds a secret is a name of one, whatever its words.
        let headers = source.headers.iter().filter(|header| header.secret).filter_map(|header| {
            header.name.strip_prefix(&source.header_prefix).filter(|rest| !rest.contains('*'))
        });
        let variables = source.variables.iter().filter_map(|variable| {
            let is_secret = matches!(variable.role, VariableRole::Key | VariableRole::VirtualKey);
            (is_secret && !variable.name.contains('*')).then_some(variable.name.as_str())
        });
        let variables: Vec<String> = variables.map(str::to_lowercase).collect();
        let variables = variables.iter().map(String::as_str);
        Self::from_parts(
            shapes.map(String::as_str),
            source.clients.secret_names.iter().map(String::as_str).chain(headers).chain(variables),
            value::Values::new(harmless, source.clients.dummy_keys.clone()),
        )
    }

    fn from_parts<'a>(
        shapes: impl Iterator<Item = &'a str>,
        names: impl Iterator<Item = &'a str>,
        values: value::Values,
    ) -> Self {
        Self {
            patterns: shapes.chain([JWT]).map(str::to_owned).collect(),
            shapes: OnceLock::new(),
            any_shape: OnceLock::new(),
            any_name: OnceLock::new(),
            names: names.map(|name| name.chars().filter(|c| c.is_alphanumeric()).collect()).collect(),
            values,
        }
    }

    /// The byte ranges of `text` that must not be shown, sorted and disjoint. `code` says whether `text` is a
    /// program: there a bare word beside a key's name is a variable, elsewhere it may be the key itself.
    pub fn secrets(&self, text: &str, code: bool) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        if self.may_hold_shape(text) {
            let compile = || self.patterns.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect();
            for shape in self.shapes.get_or_init(compile) {
                for hit in shape.find_iter(text) {
                    self.shaped(text, hit.range(), &mut found);
                }
            }
        }
        // Whether there is any is told faster than what its parts are, and most often there is none.
        for shape in FRAMED.iter().filter(|shape| shape.is_match(text)) {
            for captures in shape.captures_iter(text) {
                if let Some(secret) = captures.get(1)
                    && !self.values.is_harmless(secret.as_str())
                {
                    found.push(secret.range());
                }
            }
        }
        self.values.named(text, code, &|name| self.is_secret_name(name), &mut found);
        merge(found)
    }

    /// `line` with its secrets masked. Of a secret, at most a well-known beginning (`sk-`) is left.
    pub fn mask_line<'a>(&self, line: &'a str) -> Cow<'a, str> {
        mask_ranges(line, &self.secrets(line, false))
    }

    /// Whether one of the shapes may be in `text`.
    fn may_hold_shape(&self, text: &str) -> bool {
        let compile = || {
            let parts: Vec<String> = self.patterns.iter().map(|pattern| format!("(?:{pattern})")).collect();
            Regex::new(&parts.join("|")).ok()
        };
        self.any_shape.get_or_init(compile).as_ref().is_none_or(|any| any.is_match(text))
    }

    /// Whether a variable, argument, field or header of this name holds a secret.
    pub fn is_secret_name(&self, name: &str) -> bool {
        if name.len() > LONGEST_NAME || !self.may_be_secret_name(name) {
            return false;
        }
        let words = words(name);
        if words.last().is_some_and(|last| HARMLESS_ENDS.contains(&last.as_str())) {
            return false;
        }
        let joined = words.concat();
        self.names.iter().any(|part| {
            if part.len() >= 6 {
                return joined.contains(part.as_str());
            }
            // A short part ("token", "pwd") counts only as whole words: `tokenizer` holds no token.
            (0..words.len()).any(|first| {
                let mut rest = part.as_str();
                for word in &words[first..] {
                    match rest.strip_prefix(word.as_str()) {
                        Some("") => return true,
                        Some(more) => rest = more,
                        None => return false,
                    }
                }
                false
            })
        })
    }

    /// Whether one of the parts may be in `name`, which is not longer than [`LONGEST_NAME`]. Every word of a program is
    /// asked for, so this makes no text of its own.
    fn may_be_secret_name(&self, name: &str) -> bool {
        if !name.is_ascii() {
            return true;
        }
        let mut letters = [0; LONGEST_NAME];
        let mut length = 0;
        for byte in name.bytes().filter(u8::is_ascii_alphanumeric) {
            letters[length] = byte.to_ascii_lowercase();
            length += 1;
        }
        let any = self.any_name.get_or_init(|| AhoCorasick::new(&self.names).ok());
        any.as_ref().is_none_or(|any| any.is_match(&letters[..length]))
    }

    fn shaped(&self, text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
        let secret = &text[range.clone()];
        let rest = &secret[public_prefix(secret).len()..];
        // The example of a key (`sk-YOUR_KEY`, `sk-xxxx`) has a key's shape.
        let tail = rest.rsplit_once('-').map_or(rest, |(_, tail)| tail);
        if !self.values.is_stand_in(rest) && !self.values.is_stand_in(tail) {
            found.push(range);
        }
    }
}

/// A JSON web token.
const JWT: &str = r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?";

/// Secrets known by what stands around them; group 1 is the secret.
static FRAMED: LazyLock<Vec<Regex>> =
    LazyLock::new(|| FRAMES.iter().filter_map(|shape| Regex::new(shape).ok()).collect());

const FRAMES: [&str; 4] = [
    // A token behind the scheme of a credential, long and with a digit or a sign in it: no word of prose.
    r"(?i)\b(?:bearer|basic)\s+([a-z_~+/-]*[0-9.=][a-z0-9._~+/=-]{7,}|[a-z0-9._~+/=-]{20,})",
    // The password of a URL.
    r"://[^/\s:@]*:([^@\s/]+)@",
    // The password of `curl -u`.
    r#"(?:^|\s)(?:-u|--user)[ =]?["']?[^:\s"'$]*:([^\s"'@]+)"#,
    // A key in PEM.
    r"(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----(.+?)(?:-----END|\z)",
];

/// `text` with what lies in `ranges` masked; the ranges are sorted, disjoint, and on character boundaries.
pub fn mask_ranges<'a>(text: &'a str, ranges: &[Range<usize>]) -> Cow<'a, str> {
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for range in ranges {
        out.push_str(&text[at..range.start]);
        out.push_str(public_prefix(&text[range.clone()]));
        out.push(MASK);
        at = range.end;
    }
    out.push_str(&text[at..]);
    Cow::Owned(out)
}

fn public_prefix(secret: &str) -> &str {
    PUBLIC_PREFIXES
        .iter()
        .find(|prefix| secret.len() > prefix.len() + 4 && secret.starts_with(**prefix))
        .map_or("", |prefix| &secret[..prefix.len()])
}

/// Sorts ranges and joins those that touch.
fn merge(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.retain(|range| !range.is_empty());
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// The words of a name in any case style, lower case: `x-apiKey_ID` → `x`, `api`, `key`, `id`.
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = name.chars().collect();
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| chars[at]);
        let after = chars.get(at + 1);
        let starts_word = c.is_uppercase()
            && (before.is_some_and(|b| b.is_lowercase() || b.is_ascii_digit())
                || (before.is_some_and(char::is_uppercase) && after.is_some_and(|a| a.is_lowercase())));
        if (starts_word || !c.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// `text` with everything that drives or disguises a terminal spelt out (`\u{202e}`): C0 and C1 control
/// characters, DEL, bidirectional controls, zero-width characters, variation tags. Tabs stay; a line's end is a
/// control character too, so give it one line at a time.
pub fn escape_for_terminal(text: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| matches!(byte, b'\t' | b' '..=b'~');
    // Nearly all text is of plain letters, and need not be decoded.
    if text.bytes().all(is_plain) || !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_unsafe(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Whether [`escape_for_terminal`] spells this character out.
pub fn is_unsafe(c: char) -> bool {
    matches!(c,
        '\0'..='\x08' | '\x0a'..='\x1f' | '\x7f'..='\u{9f}'
        // Soft hyphen, Arabic letter mark, Mongolian vowel separator.
        | '\u{ad}' | '\u{61c}' | '\u{180e}'
        // Zero width, marks of direction; line and paragraph separator, embeddings, overrides; isolates and other
        // invisible operators; the zero-width no-break space; interlinear annotations.
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        // Tags.
        | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests;
