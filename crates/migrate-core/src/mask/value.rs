//! Values that stand beside a name: `NAME=value`, `"name": "value"`, `name("value")`, `name: x` over `value: y`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// What is known of values that are no secrets.
#[derive(Clone, Debug)]
pub(super) struct Values {
    /// Names that may stand as a value, lower case.
    names: Vec<String>,
    /// Stand-ins for a key, lower case.
    dummies: Vec<String>,
}

/// A pattern of this file. It is fixed, so that it compiles is a matter of the tests.
macro_rules! pattern {
    ($name:ident, $pattern:expr) => {
        #[allow(clippy::expect_used)]
        static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($pattern).expect("a fixed pattern"));
    };
}

// What stands between a name and its value: the end of the name's own quotes and brackets, then a sign. A type
// annotation counts to the sign. All that is not ASCII may stand in one: of letters alone, sixty times over, the
// automaton would take longer to build than most trees take to be read.
pattern!(
    BETWEEN,
    r#"^(?P<close>\\*["'`]{0,3}[\])]{0,2})(?P<gap>\s*)(?P<sign>[:?!]{1,2}\s*[A-Za-z_][0-9A-Za-z_\x{80}-\x{10FFFF}.\[\]|<>? ]{0,60}?\s*=|:=|=>|:-|\+=|===?|!==?|=|:|\|\||\?\?=?|\?:|or(?-u:\b)|,|\(|>)(?P<after>\s*)"#
);
// `name: X` with `value: Y` behind it.
pattern!(PAIRED, r#"^\\*["']?\s*,?\s*-?\s*\\*["']?(?:value|Value|VALUE)\\*["']?\s*[:=]\s*"#);
pattern!(QUOTE, r#"^(?:[fFbBrRuU]{1,2}|\$@?|@\$?)?(?P<escape>\\*)(?P<quote>"""|'''|"|'|`)"#);
pattern!(JOIN, r"^\s*(?:\+|\.|<>|\|\|)?\s*");
pattern!(BARE, r#"^(?:<[^<>\n]*>|[^\s,;)}\]"'`<>&|]+)"#);
pattern!(SHELL_BARE, r#"^(?:<[^<>\n]*>|[^\s;"'`&|]+)"#);
pattern!(SCHEME, r"^(?i:bearer|basic|token|key)\s+");
pattern!(
    INTERPOLATION,
    r"\$\{\{.*?\}\}|\{\{.*?\}\}|[$#]?\{[^{}]*\}|\$\([^()]*\)|\$[A-Za-z_][A-Za-z0-9_]*|%[A-Za-z0-9_]+%|%\(?[A-Za-z0-9_]*\)?[sdv]|<%.*?%>"
);
pattern!(CAPITALS, r"^(?:[A-Z]+|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)$");
pattern!(
    STAND_IN,
    r"^(?i:(?:your|my)[_\- ].*|x{3,}.*|change[_-]?me.*|replace[_\- ].*|insert[_\- ].*|enter[_\- ].*|dummy.*|placeholder.*|example.*|todo.*|redacted)$"
);
pattern!(
    LITERAL,
    r"^(?i:none|null|nil|true|false|undefined|str|string|int|number|bytes|any|object|option|optional|required)$"
);
pattern!(
    REFERENCE,
    r"^(?:\$|%[A-Za-z0-9_]|![A-Za-z0-9_]|@Microsoft\.KeyVault|arn:|op://|vault:|ref\+|file:|(?:os\.)?(?:environ|getenv)(?-u:\b)|process\.env(?-u:\b)|import\.meta\.env(?-u:\b)|System\.getenv(?-u:\b)|ENV\[|env[.(\[]|secrets?[.\[]|vars?\.|local\.|data\.)"
);
pattern!(PLAIN_URL, r"^[a-z][a-z0-9+.-]*://[^@\s]*$");
pattern!(IDENTIFIER, r"^[A-Za-z_$][A-Za-z_$]*[0-9]{0,2}(?:_[A-Za-z]+[0-9]{0,2})*$");
pattern!(HEADER_NAME, r"^[xX](?:-[A-Za-z]+)+$");
pattern!(SHELL_START, r"^\s*(?:[#;/*>$]+\s*)?(?:- )?(?:(?:export|set|setx|declare -x|ENV|env|ARG) )?$");

/// How a value without quotes is to be read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bare {
    /// As text: the value itself.
    Text,
    /// As an entry of YAML or INI: text, unless the file is a program.
    Entry,
    /// As an expression: a variable's name, a call.
    Expression,
}

impl Values {
    pub(super) fn new(names: Vec<String>, dummies: Vec<String>) -> Self {
        Self { names, dummies }
    }

    /// Adds the ranges of values that stand beside a name that `is_secret`.
    pub(super) fn named(
        &self,
        text: &str,
        code: bool,
        is_secret: &dyn Fn(&str) -> bool,
        found: &mut Vec<Range<usize>>,
    ) {
        let mut at = 0;
        while let Some(place) = next_name(text, at) {
            at = place.end;
            let name = &text[place.clone()];
            if !is_secret(name) {
                continue;
            }
            let before = before(text, place.start);
            let rest = &text[place.end..];
            if let Some(paired) = PAIRED.find(rest) {
                self.value(text, place.end + paired.end(), Bare::Entry, code, found);
                continue;
            }
            // Its end first, which takes one pass; its parts are looked for in what is known to be it.
            let whole = BETWEEN.find(rest).map_or("", |found| found.as_str());
            let Some(between) = BETWEEN.captures(whole) else {
                self.flag(text, name, before, place.end, code, found);
                continue;
            };
            let part = |group: &str| between.name(group).map_or("", |part| part.as_str());
            let start = place.end + between[0].len();
            let quoted_name = part("close").contains(['"', '\'', '`']);
            let bare = match part("sign") {
                // An argument list, or a call: only a literal counts.
                "," if !quoted_name => continue,
                "," | "(" if QUOTE.is_match(&text[start..]) => Bare::Expression,
                "," | "(" => continue,
                ">" if before.ends_with('<') => Bare::Entry,
                ">" => continue,
                ":-" => Bare::Text,
                // A header as one string: `"name: value"`.
                ":" if !quoted_name && before.ends_with(['"', '\'', '`']) => Bare::Text,
                "=" if part("gap").is_empty() && part("after").is_empty() && is_text(name, before, code) => {
                    Bare::Text
                }
                "=" | ":" if is_entry(before, &text[start..], part("after"), part("sign")) => Bare::Entry,
                _ => Bare::Expression,
            };
            // The value of a mapping may be another mapping, on lines of its own.
            if bare == Bare::Entry && part("after").contains('\n') {
                continue;
            }
            self.value(text, start, bare, code, found);
        }
    }

    /// `--api-key VALUE`, `ENV NAME VALUE`.
    fn flag(
        &self,
        text: &str,
        name: &str,
        before: &str,
        end: usize,
        code: bool,
        found: &mut Vec<Range<usize>>,
    ) {
        let rest = &text[end..];
        let gap = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let is_flag = before.ends_with("--") || before.ends_with(" -");
        let is_set =
            ["ENV ", "ARG ", "setx ", "set -x ", "set -gx "].iter().any(|word| before.ends_with(word));
        if gap > 0
            && (is_flag || is_set || (name.chars().all(|c| !c.is_lowercase()) && before.trim().is_empty()))
        {
            self.value(text, end + gap, if is_set { Bare::Text } else { Bare::Expression }, code, found);
        }
    }

    /// Adds the secret of the value that starts at `start`, and of the literals joined to it.
    fn value(&self, text: &str, mut start: usize, bare: Bare, code: bool, found: &mut Vec<Range<usize>>) {
        let mut first = true;
        while let Some(quote) = QUOTE.captures(&text[start..]) {
            let inside = start + quote[0].len();
            let end = closing(text, inside, &quote["escape"], &quote["quote"]);
            self.literal(text, inside..end, found);
            first = false;
            let behind = (end + quote["escape"].len() + quote["quote"].len()).min(text.len());
            if !text.is_char_boundary(behind) {
                return;
            }
            start = behind + JOIN.find(&text[behind..]).map_or(0, |join| join.end());
        }
        if !first {
            return;
        }
        let pattern: &Regex = if bare == Bare::Text { &SHELL_BARE } else { &BARE };
        let Some(word) = pattern.find(&text[start..]) else { return };
        let next = text[start + word.end()..].chars().next();
        let word = word.as_str();
        let looks_random = word.len() >= 8
            && word.chars().any(|c| c.is_ascii_digit())
            && word.chars().any(|c| c.is_ascii_alphabetic())
            && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_+/=".contains(c))
            && !IDENTIFIER.is_match(word);
        let is_secret = match bare {
            Bare::Text => true,
            Bare::Entry => looks_random || !code,
            Bare::Expression => looks_random,
        };
        let is_call = next == Some('(')
            || word.ends_with(['(', ')']) && word.contains('(')
            || (bare != Bare::Text && word.contains('('));
        if is_secret && !is_call {
            let scheme = SCHEME.find(&text[start..]).map_or(0, |scheme| scheme.end());
            let word = pattern.find(&text[start + scheme..]).map_or("", |word| word.as_str());
            let range = start + scheme..start + scheme + word.len();
            // A path of names is an expression; a text may hold dots.
            let dotted = bare != Bare::Text
                && word.contains('.')
                && word.split('.').all(|part| IDENTIFIER.is_match(part));
            if !dotted {
                self.literal(text, range, found);
            }
        }
    }

    fn literal(&self, text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
        let content = &text[range.clone()];
        let scheme = SCHEME.find(content).map_or(0, |scheme| scheme.end());
        let secret = content[scheme..].trim();
        let start = range.start + scheme + (content[scheme..].len() - content[scheme..].trim_start().len());
        if !self.is_harmless(secret) {
            found.push(start..start + secret.len());
        }
    }

    /// Whether `value`, the changing part of something with a key's shape, only shows where a key would stand.
    pub(super) fn is_stand_in(&self, value: &str) -> bool {
        !value.chars().any(char::is_alphanumeric)
            || value.contains(super::MASK)
            || STAND_IN.is_match(value)
            || (value.contains('_') && CAPITALS.is_match(value))
            || self.dummies.contains(&value.to_lowercase())
    }

    /// Whether `value` is plainly no secret: a reference, a placeholder, a name.
    pub(super) fn is_harmless(&self, value: &str) -> bool {
        let value = value.trim();
        let lower = value.to_lowercase();
        let rest = INTERPOLATION.replace_all(value, "");
        let prefix = super::public_prefix(value);
        let bracketed = |open: char, close: char| value.starts_with(open) && value.ends_with(close);
        !rest.chars().any(char::is_alphanumeric)
            || rest.trim().eq_ignore_ascii_case("bearer")
            || value.contains([super::MASK])
            || value.contains("***")
            || value.ends_with("...")
            || bracketed('<', '>')
            || bracketed('[', ']')
            || CAPITALS.is_match(value)
            || STAND_IN.is_match(value)
            || (!prefix.is_empty() && self.is_stand_in(&value[prefix.len()..]))
            || LITERAL.is_match(value)
            || REFERENCE.is_match(value)
            || PLAIN_URL.is_match(value)
            || HEADER_NAME.is_match(value)
            || (value.len() < 6 && value.chars().all(|c| c.is_ascii_digit()))
            || self.names.contains(&lower)
            || self.dummies.contains(&lower)
    }
}

/// The first name of `text` at or behind `from`: `[A-Za-z_][A-Za-z0-9_-]*`. Every word is one, so no automaton is
/// asked for it.
fn next_name(text: &str, from: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let starts = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    let goes_on = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let start = from + bytes.get(from..)?.iter().position(starts)?;
    let length = bytes[start..].iter().position(|byte| !goes_on(byte));
    Some(start..length.map_or(bytes.len(), |length| start + length))
}

/// Where the literal that starts at `inside` ends: at its quote, or at the line's end if it never closes.
fn closing(text: &str, inside: usize, escape: &str, quote: &str) -> usize {
    let many_lines = quote.len() > 1 || quote == "`";
    let bytes = text.as_bytes();
    let mut at = inside;
    while at < bytes.len() {
        if bytes[at] == b'\n' && !many_lines {
            return at;
        }
        if text.is_char_boundary(at)
            && text[at..].starts_with(escape)
            && text[at + escape.len()..].starts_with(quote)
        {
            return at;
        }
        // A quote behind a backslash belongs to the text.
        at += if bytes[at] == b'\\' && escape.is_empty() { 2 } else { 1 };
    }
    bytes.len()
}

/// How far to either side of a name, in bytes, its line is looked at. Lines may be megabytes long.
const REACH: usize = 400;

/// What stands before `at` on its line, as far as [`REACH`].
fn before(text: &str, at: usize) -> &str {
    let far = at.saturating_sub(REACH);
    let near = (far..=at).find_map(|start| text.get(start..at)).unwrap_or_default();
    near.rfind('\n').map_or(near, |newline| &near[newline + 1..])
}

/// Whether `NAME=` in this place is an assignment of a shell or a dotenv file, or a query's, whose value is text.
fn is_text(name: &str, before: &str, code: bool) -> bool {
    name.chars().all(|c| !c.is_ascii_lowercase())
        || before.ends_with(['?', '&'])
        || before.ends_with("--")
        || (!code && SHELL_START.is_match(before))
}

/// Whether the name and the bare value behind it are all that stands on the line.
fn is_entry(before: &str, value: &str, gap: &str, sign: &str) -> bool {
    let line = (0..=REACH.min(value.len())).rev().find_map(|end| value.get(..end)).unwrap_or_default();
    let line = line.split('\n').next().unwrap_or_default();
    let line = line.split(" #").next().unwrap_or_default().trim_end();
    before
        .trim_start()
        .trim_start_matches("- ")
        .trim_matches(['"', '\''])
        .chars()
        .all(|c| c.is_alphanumeric() || c == '.')
        && (sign == "=" || !gap.is_empty())
        && !line.ends_with([',', ';', '{', '(', '['])
}
