//! Tokens: the occurrences of markers in a region's text, each with its whole word and what kind of word it is.
//!
//! This is the level of text: no syntax is known here. The ledger accounts for every token.

use std::ops::Range;
use std::sync::OnceLock;

use regex::Regex;

use crate::source::{EndpointClass, HostRole, Source, VariableRole};

/// What a URL token points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum UrlForm {
    /// The API's base, followed by this endpoint path (may be empty): `prefix` is the span of scheme, host and version.
    Base { prefix: Range<usize>, class: EndpointClass, endpoint: String },
    /// The API's host without the version path; `prefix` is scheme and host.
    Root { prefix: Range<usize> },
    /// The API's bare host name, without a scheme; `prefix` is the host.
    Host { prefix: Range<usize> },
    /// A websocket URL, or a path of another version: has no counterpart.
    Foreign,
    /// A host that has no counterpart.
    Infrastructure { help: String },
    /// A dashboard or documentation page.
    Page,
    /// A gateway of the user's own, by a well-known address.
    SelfHosted,
}

/// What a token is, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A URL or a bare host.
    Url(UrlForm),
    /// A header's name, lower case.
    Header(String),
    /// A header's name in CGI spelling (`HTTP_X_…`).
    CgiHeader,
    /// An environment variable's name, as it stands.
    Variable { role: VariableRole, key: Option<Range<usize>> },
    /// A package's or module's name.
    Module,
    /// The exact name of something that the SDK exports.
    SdkName,
    /// An identifier or a part of one.
    Identifier,
    /// The gateway as a tool that knows it names it, with a model.
    Provider,
    /// A plain word.
    Word,
    /// A part of a path or URL of someone else.
    Path,
    /// Something else of that name.
    Unrelated,
    /// The target's URL.
    TargetUrl,
    /// The target's key variable, in a longer name or alone.
    TargetVariable,
}

/// A marker occurrence with its whole word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// Byte span in the region's text.
    pub span: Range<usize>,
    /// What it is.
    pub kind: TokenKind,
}

/// Finds tokens. Made once for a plan.
#[derive(Debug)]
pub(crate) struct Tokenizer<'s> {
    source: &'s Source,
    markers: Regex,
    /// The source's patterns, compiled with the first marker that asks for them.
    unrelated: OnceLock<Vec<Regex>>,
    providers: OnceLock<Vec<Regex>>,
    from_urls: Vec<String>,
    key_names: Vec<String>,
}

const URL_BYTES: &[u8] = b"-._~:/@%+";

impl<'s> Tokenizer<'s> {
    /// A tokenizer for the markers of `source`; `from_urls` are further base URLs, without trailing slash.
    pub(crate) fn new(source: &'s Source, from_urls: &[String]) -> Self {
        let mut words: Vec<String> = source
            .markers
            .iter()
            .chain(&source.target.markers)
            .map(|word| regex::escape(word))
            .chain(from_urls.iter().map(|url| regex::escape(url)))
            .chain(
                source
                    .hosts
                    .iter()
                    .filter(|host| host.role == HostRole::SelfHosted)
                    .map(|host| regex::escape(&host.name)),
            )
            .collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let pattern = words.join("|");
        Self {
            source,
            // Escaped literals joined by `|`.
            markers: compile(&pattern),
            unrelated: OnceLock::new(),
            providers: OnceLock::new(),
            from_urls: from_urls.to_vec(),
            key_names: source
                .variables
                .iter()
                .filter(|variable| variable.role == VariableRole::Key && !variable.name.ends_with('*'))
                .map(|variable| variable.name.clone())
                .collect(),
        }
    }

    /// All tokens of `text`, in order, disjoint.
    pub(crate) fn tokens(&self, text: &str) -> Vec<Token> {
        let mut out: Vec<Token> = Vec::new();
        let mut covered = 0;
        for found in self.markers.find_iter(text) {
            if found.start() < covered {
                continue;
            }
            let token = self.token(text, found.range());
            covered = token.span.end;
            out.push(token);
        }
        out
    }

    /// Whether `text` has a token.
    pub(crate) fn has_token(&self, text: &str) -> bool {
        self.markers.is_match(text)
    }

    fn token(&self, text: &str, marker: Range<usize>) -> Token {
        let bytes = text.as_bytes();
        if let Some(token) = self.url(text, &marker) {
            return token;
        }
        let word = |extra: &[u8]| {
            let keep = |byte: u8| byte.is_ascii_alphanumeric() || extra.contains(&byte);
            let mut start = marker.start;
            while start > 0 && keep(bytes[start - 1]) {
                start -= 1;
            }
            let mut end = marker.end;
            while end < bytes.len() && keep(bytes[end]) {
                end += 1;
            }
            start..end
        };

        let hyphenated = word(b"-");
        let lower = text[hyphenated.clone()].to_ascii_lowercase();
        if let Some(at) = lower.find(&self.source.header_prefix) {
            let start = hyphenated.start + at;
            // A name that goes on in a template ends in a hyphen: it is a header all the same.
            return Token { span: start..hyphenated.end, kind: TokenKind::Header(lower[at..].to_string()) };
        }

        let scoped = word(b"-_@/.");
        let scoped_text = text[scoped.clone()].trim_end_matches(['.', '/', '-']);
        let scoped_span = scoped.start..scoped.start + scoped_text.len();
        if is_whole(&self.unrelated, &self.source.unrelated, scoped_text) {
            return Token { span: scoped_span, kind: TokenKind::Unrelated };
        }
        let named = word(b"-_@/.:");
        if named.start == marker.start
            && is_whole(&self.providers, &self.source.providers, &text[named.clone()])
        {
            return Token { span: named, kind: TokenKind::Provider };
        }
        if self.is_module(scoped_text) && scoped_span.end >= marker.end {
            return Token { span: scoped_span, kind: TokenKind::Module };
        }

        let snake = word(b"_");
        let name = &text[snake.clone()];
        if name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
            && let Some(kind) = self.variable(name, snake.start)
        {
            return Token { span: snake, kind };
        }
        if self.source.sdk_names.iter().any(|known| known == name) {
            return Token { span: snake, kind: TokenKind::SdkName };
        }
        // The marker in lower case behind a letter is the tail of another word: `viewportkey`, `supportkey`.
        let before = marker.start.checked_sub(1).map(|at| bytes[at]);
        if bytes[marker.start].is_ascii_lowercase() && before.is_some_and(|byte| byte.is_ascii_alphabetic()) {
            return Token { span: snake, kind: TokenKind::Unrelated };
        }
        if scoped_text.contains('/') {
            return Token { span: snake, kind: TokenKind::Path };
        }
        let kind = if snake == marker { TokenKind::Word } else { TokenKind::Identifier };
        Token { span: snake, kind }
    }

    fn variable(&self, name: &str, start: usize) -> Option<TokenKind> {
        if self.is_cgi_header(name) {
            return Some(TokenKind::CgiHeader);
        }
        for key in &self.key_names {
            if let Some(at) = find_word(name, key) {
                let span = start + at..start + at + key.len();
                return Some(TokenKind::Variable { role: VariableRole::Key, key: Some(span) });
            }
        }
        if find_word(name, &self.source.target.key_variable).is_some() {
            return Some(TokenKind::TargetVariable);
        }
        let role = self.source.variable(name)?.role;
        Some(TokenKind::Variable { role, key: None })
    }

    /// `X_…` and `HTTP_X_…`: the header prefix in the spelling of CGI.
    fn is_cgi_header(&self, name: &str) -> bool {
        let prefix = self.source.header_prefix.replace('-', "_").to_ascii_uppercase();
        name.starts_with(&prefix) || name.strip_prefix("HTTP_").is_some_and(|rest| rest.starts_with(&prefix))
    }

    fn is_module(&self, text: &str) -> bool {
        self.source.packages.iter().any(|package| {
            std::iter::once(&package.name).chain(&package.modules).any(|name| {
                // A module's name may be a plain word, which alone says nothing.
                let distinct = name.contains(['-', '_', '@', '/', '.']);
                distinct
                    && text
                        .strip_prefix(name.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '/', '@']))
            })
        })
    }

    fn url(&self, text: &str, marker: &Range<usize>) -> Option<Token> {
        let bytes = text.as_bytes();
        for url in &self.from_urls {
            if text[marker.start..].starts_with(url.as_str()) {
                return Some(self.based(text, marker.start, marker.start + url.len()));
            }
        }
        let keep = |byte: u8| byte.is_ascii_alphanumeric() || URL_BYTES.contains(&byte);
        let mut start = marker.start;
        while start > 0 && keep(bytes[start - 1]) {
            start -= 1;
        }
        let mut end = marker.end;
        while end < bytes.len() && keep(bytes[end]) {
            end += 1;
        }
        let chunk = &text[start..end];
        let offset = marker.start - start;
        // The scheme nearest before the marker, so that `a:https://…` and lists joined by commas are read right.
        let scheme = ["https://", "http://", "wss://", "ws://"]
            .iter()
            .filter_map(|scheme| chunk[..offset.min(chunk.len())].rfind(scheme).map(|at| (at, *scheme)))
            .max_by_key(|&(at, scheme)| (at, scheme.len()));
        let (host_start, scheme) = match scheme {
            Some((at, scheme)) => (start + at + scheme.len(), Some((start + at, scheme))),
            None => {
                // A bare host: as many name characters before the marker as there are.
                let mut at = marker.start;
                while at > start && (bytes[at - 1].is_ascii_alphanumeric() || b".-".contains(&bytes[at - 1]))
                {
                    at -= 1;
                }
                (at, None)
            }
        };
        let host_end = (host_start..end).find(|&at| b"/@%+~".contains(&bytes[at])).unwrap_or(end);
        if host_start > marker.start || host_end < marker.end && scheme.is_some() && host_end <= marker.start
        {
            return None;
        }
        let mut host = text[host_start..host_end].trim_end_matches([':', '.', '-']);
        let known = self.source.host(&host.to_ascii_lowercase()).or_else(|| {
            host = host.split(':').next().unwrap_or(host);
            self.source.host(&host.to_ascii_lowercase())
        });
        let host_end = host_start + host.len();
        let Some(known) = known else {
            let target = host.contains('.')
                && self.source.target.markers.iter().any(|word| host.eq_ignore_ascii_case(word));
            if target {
                let end = trim_prose(text, scheme.map_or(host_start, |(at, _)| at), end);
                return Some(Token {
                    span: scheme.map_or(host_start, |(at, _)| at)..end,
                    kind: TokenKind::TargetUrl,
                });
            }
            return None;
        };
        let token_start = scheme.map_or(host_start, |(at, _)| at);
        if host_end < marker.end {
            return None;
        }
        let span = token_start..trim_prose(text, token_start, end).max(host_end);
        let kind = |form| Some(Token { span: span.clone(), kind: TokenKind::Url(form) });
        match known.role {
            HostRole::Dashboard | HostRole::Documentation => kind(UrlForm::Page),
            HostRole::Infrastructure => kind(UrlForm::Infrastructure { help: known.help.clone() }),
            HostRole::SelfHosted => kind(UrlForm::SelfHosted),
            HostRole::Api => match scheme {
                Some((_, "wss://" | "ws://")) => kind(UrlForm::Foreign),
                Some((at, _)) => Some(self.api(text, at, host_end, span.end)),
                None => {
                    // A host with a path but no scheme is pieced together elsewhere: `"https://" + "api…/v1"`.
                    // Its port stays: what speaks of a host alone may know no other.
                    let port = host.find(':').unwrap_or(host.len());
                    kind(UrlForm::Host { prefix: host_start..host_start + port })
                }
            },
        }
    }

    /// A URL of the API's host.
    fn api(&self, text: &str, start: usize, host_end: usize, end: usize) -> Token {
        let path = &text[host_end..end];
        let version = &self.source.version_path;
        if let Some(rest) = path.strip_prefix(version.as_str())
            && (rest.is_empty() || rest.starts_with('/'))
        {
            let mut token = self.based(text, start, host_end + version.len());
            token.span.end = token.span.end.max(end);
            return token;
        }
        let form = if path.trim_matches('/').is_empty() {
            UrlForm::Root { prefix: start..host_end }
        } else {
            UrlForm::Foreign
        };
        Token { span: start..end, kind: TokenKind::Url(form) }
    }

    /// A URL whose base ends at `base_end`: what follows is the endpoint.
    fn based(&self, text: &str, start: usize, base_end: usize) -> Token {
        let bytes = text.as_bytes();
        let mut end = base_end;
        while end < bytes.len() && (bytes[end].is_ascii_alphanumeric() || URL_BYTES.contains(&bytes[end])) {
            end += 1;
        }
        let end = trim_prose(text, start, end).max(base_end);
        let path = text[base_end..end].trim_end_matches('/');
        let (class, prefix_end) = match self.source.endpoint(path) {
            Some(endpoint) if endpoint.class == EndpointClass::Base => {
                (EndpointClass::Same, base_end + endpoint.path.len())
            }
            Some(endpoint) => (endpoint.class, base_end),
            None if path.is_empty() => (EndpointClass::Same, base_end),
            None => (EndpointClass::Unlisted, base_end),
        };
        let form = UrlForm::Base { prefix: start..prefix_end, class, endpoint: path.to_string() };
        Token { span: start..end, kind: TokenKind::Url(form) }
    }
}

/// Where `word` stands in `name` between underscores or ends.
pub(crate) fn find_word(name: &str, word: &str) -> Option<usize> {
    name.match_indices(word).map(|(at, _)| at).find(|&at| {
        let bytes = name.as_bytes();
        let end = at + word.len();
        (at == 0 || bytes[at - 1] == b'_') && (end == name.len() || bytes[end] == b'_')
    })
}

/// The end of a URL without the punctuation of the sentence around it.
fn trim_prose(text: &str, start: usize, end: usize) -> usize {
    start + text[start..end].trim_end_matches(['.', ':', ',', ';', '+', '@', '%']).len()
}

/// Whether one of `patterns`, which are compiled when this is first asked, is all of `text`.
fn is_whole(compiled: &OnceLock<Vec<Regex>>, patterns: &[String], text: &str) -> bool {
    let compile = || patterns.iter().map(|pattern| compile(&format!("^(?:{pattern})$"))).collect();
    compiled.get_or_init(compile).iter().any(|pattern| pattern.is_match(text))
}

/// A pattern that the pack's validation has compiled already.
fn compile(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|_| never())
}

fn never() -> Regex {
    // Matches nothing; only reached if a validated pack held a pattern that does not compile.
    #[allow(clippy::unwrap_used, reason = "a constant pattern")]
    Regex::new("[^\\s\\S]").unwrap()
}
