//! Loading packs, and what they must hold to: a pack that gets past here can be relied on by every rule.

use std::collections::HashSet;

use regex::Regex;
use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue};

use super::{Clients, HeaderClass, HostRole, Source, SourceError, Target};

// Every file of `sources/` and `targets/`, by name: `SOURCES`, `TARGETS`.
include!(concat!(env!("OUT_DIR"), "/packs.rs"));

static CLIENTS: &str = include_str!("../../clients/clients.toml");

impl Source {
    /// The built-in source of this name, with its target and the clients.
    ///
    /// # Errors
    /// [`SourceError::Unknown`] if there is none of that name; it says which there are.
    pub fn builtin(name: &str) -> Result<Self, SourceError> {
        let text = Self::builtin_text(name).ok_or_else(|| unknown(name, SOURCES))?;
        Self::from_pack(&Pack { name: &format!("{name}.toml"), text, own: true })
    }

    /// The names of the built-in sources, sorted.
    pub fn builtin_names() -> impl Iterator<Item = &'static str> {
        SOURCES.iter().map(|(name, _)| *name)
    }

    /// The text of the built-in source of this name: something to start a pack of one's own from.
    pub fn builtin_text(name: &str) -> Option<&'static str> {
        text_of(SOURCES, name)
    }

    /// A source from a pack of the caller's own. Its target is one of the built-in ones.
    ///
    /// # Errors
    /// [`SourceError::Invalid`] with key and line of what is wrong; the pack is called `source` in it.
    pub fn from_toml(text: &str) -> Result<Self, SourceError> {
        Self::from_toml_named("source", text)
    }

    /// As [`Source::from_toml`]; errors call the pack `pack` (the file it was read from).
    ///
    /// # Errors
    /// [`SourceError::Invalid`] with key and line of what is wrong.
    pub fn from_toml_named(pack: &str, text: &str) -> Result<Self, SourceError> {
        Self::from_pack(&Pack { name: pack, text, own: false })
    }

    fn from_pack(pack: &Pack<'_>) -> Result<Self, SourceError> {
        let mut source: Self = pack.parse()?;
        let Some(target) = text_of(TARGETS, &source.target_name) else {
            let known: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
            let message = format!("there is no target `{}`; known: {}", source.target_name, known.join(", "));
            return Err(pack.invalid(&["target"], message));
        };
        source.target = load_target(&source.target_name, target)?;
        for step in &mut source.target.next_steps {
            *step = step.replace("{source}", &source.title);
        }
        source.clients = load_clients("clients.toml", CLIENTS)?;
        check(pack, &source)?;
        Ok(source)
    }
}

fn load_target(name: &str, text: &str) -> Result<Target, SourceError> {
    let pack = Pack { name: &format!("{name}.toml"), text, own: true };
    let target: Target = pack.parse()?;
    if !target.base_url.ends_with(&target.version_path) {
        let message =
            format!("must end in the version path, `{}`, without a slash behind it", target.version_path);
        return Err(pack.invalid(&["base_url"], message));
    }
    Ok(target)
}

fn load_clients(name: &str, text: &str) -> Result<Clients, SourceError> {
    let pack = Pack { name, text, own: true };
    let clients: Clients = pack.parse()?;
    pack.patterns("secret_shapes", &clients.secret_shapes)?;
    pack.distinct("client", "name", clients.clients.iter().map(|client| client.name.clone()))?;
    for (key, names) in [
        ("credential_headers", &clients.credential_headers),
        ("header_setters", &clients.header_setters),
        ("header_getters", &clients.header_getters),
        ("credential_setters", &clients.credential_setters),
        ("dummy_keys", &clients.dummy_keys),
        ("secret_names", &clients.secret_names),
    ] {
        for (at, name) in names.iter().enumerate() {
            pack.lower(&[key, &at.to_string()], name)?;
        }
    }
    Ok(clients)
}

/// What TOML and serde can't say of a source.
fn check(pack: &Pack<'_>, source: &Source) -> Result<(), SourceError> {
    pack.patterns("unrelated", &source.unrelated)?;
    pack.patterns("providers", &source.providers)?;
    pack.patterns("secret_shapes", &source.secret_shapes)?;
    if source.markers.is_empty() {
        return Err(
            pack.invalid(&["markers"], "must name at least one: the fast search looks for nothing else")
        );
    }
    for (at, marker) in source.markers.iter().enumerate() {
        check_marker(pack, source, marker, at)?;
    }
    if !source.version_path.starts_with('/') || source.version_path.ends_with('/') {
        return Err(pack.invalid(&["version_path"], "must start with `/` and not end with it, as in `/v1`"));
    }
    if !source.hosts.iter().any(|host| host.role == HostRole::Api) {
        return Err(pack.invalid(&["host"], "no host has the role `api`: there is nothing to move"));
    }
    pack.lower(&["header_prefix"], &source.header_prefix)?;

    pack.distinct("host", "name", source.hosts.iter().map(|host| host.name.to_ascii_lowercase()))?;
    pack.distinct("endpoint", "path", source.endpoints.iter().map(|endpoint| endpoint.path.clone()))?;
    pack.distinct("variable", "name", source.variables.iter().map(|variable| variable.name.clone()))?;
    pack.distinct("header", "name", source.headers.iter().map(|header| header.name.to_ascii_lowercase()))?;
    let packages = source.packages.iter().map(|package| format!("{}:{}", package.registry, package.name));
    pack.distinct("package", "name", packages)?;
    pack.distinct("vendor", "provider", source.vendors.iter().map(|vendor| vendor.provider.clone()))?;

    for (at, host) in source.hosts.iter().enumerate() {
        let key = ["host", &at.to_string(), "name"];
        pack.lower(&key, &host.name)?;
        if host.name.contains('/') {
            return Err(pack.invalid(&key, "is a host, with its port at most: no scheme, no path"));
        }
        // A gateway of the user's own has no name to be found by; it counts only beside other evidence.
        if host.role != HostRole::SelfHosted {
            pack.marked(&key, &host.name, source)?;
        }
    }
    for (at, endpoint) in source.endpoints.iter().enumerate() {
        if !endpoint.path.starts_with('/') || endpoint.path.len() < 2 {
            return Err(
                pack.invalid(&["endpoint", &at.to_string(), "path"], "must start with `/`, and name a path")
            );
        }
    }
    for (at, variable) in source.variables.iter().enumerate() {
        let key = ["variable", &at.to_string(), "name"];
        pack.one_star(&key, &variable.name)?;
        pack.marked(&key, &variable.name, source)?;
    }
    for (at, header) in source.headers.iter().enumerate() {
        let at = at.to_string();
        let key = ["header", &at, "name"];
        pack.lower(&key, &header.name)?;
        pack.one_star(&key, &header.name)?;
        pack.marked(&key, &header.name, source)?;
        match (header.class, &header.becomes) {
            (HeaderClass::Rename, None) => {
                let message =
                    format!("`{}` has the class `rename` and no `becomes`: give the new name", header.name);
                return Err(pack.invalid(&["header", &at], message));
            }
            (HeaderClass::Rename, Some(_)) | (_, None) => {}
            (_, Some(_)) => {
                let message = "only a header of the class `rename` gets a new name";
                return Err(pack.invalid(&["header", &at, "becomes"], message));
            }
        }
    }
    for (at, name) in source.response_headers.iter().enumerate() {
        pack.lower(&["response_headers", &at.to_string()], name)?;
    }
    for (at, package) in source.packages.iter().enumerate() {
        pack.marked(&["package", &at.to_string(), "name"], &package.name, source)?;
    }
    Ok(())
}

/// A marker is text that something of the pack holds.
fn check_marker(pack: &Pack<'_>, source: &Source, marker: &str, at: usize) -> Result<(), SourceError> {
    let key = ["markers", &at.to_string()];
    if marker.len() < 4 || !marker.is_ascii() {
        return Err(pack.invalid(
            &key,
            format!("`{marker}` must be four or more ASCII characters: it is searched for in bytes"),
        ));
    }
    let lower = marker.to_lowercase();
    let hosts = source.hosts.iter().map(|host| &host.name);
    let variables = source.variables.iter().map(|variable| &variable.name);
    let mut names = hosts.chain(variables).chain(source.headers.iter().map(|header| &header.name));
    if names.any(|name| name.to_lowercase().contains(&lower)) {
        return Ok(());
    }
    Err(pack.invalid(
        &key,
        format!("no host, variable or header holds `{marker}`: it would find nothing that is known"),
    ))
}

/// A pack's text, and what to call it.
struct Pack<'a> {
    name: &'a str,
    text: &'a str,
    /// Whether it is built in. What takes long to check is left to the tests then: it is the same each time.
    own: bool,
}

impl Pack<'_> {
    fn parse<T: DeserializeOwned>(&self) -> Result<T, SourceError> {
        toml::from_str(self.text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            let table = DeTable::parse(self.text).ok();
            let key = table
                .and_then(|table| key_at(table.get_ref(), offset))
                .unwrap_or_else(|| "(top level)".to_owned());
            self.error(offset, key, error.message().replace('\n', "; "))
        })
    }

    /// An error about the value at `path`, a list of keys and indices.
    fn invalid(&self, path: &[&str], message: impl Into<String>) -> SourceError {
        let table = DeTable::parse(self.text).ok();
        let offset = table.and_then(|table| offset_of(table.get_ref(), path)).unwrap_or_default();
        self.error(offset, dotted(path), message.into())
    }

    fn error(&self, offset: usize, key: String, message: String) -> SourceError {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
        SourceError::Invalid { pack: self.name.to_owned(), line, key, message }
    }

    fn patterns(&self, key: &str, patterns: &[String]) -> Result<(), SourceError> {
        if self.own {
            return Ok(());
        }
        for (at, pattern) in patterns.iter().enumerate() {
            if let Err(error) = Regex::new(pattern) {
                let reason = error.to_string();
                let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
                let message = format!("`{pattern}` is no regular expression: {reason}");
                return Err(self.invalid(&[key, &at.to_string()], message));
            }
        }
        Ok(())
    }

    fn distinct(
        &self,
        table: &str,
        field: &str,
        names: impl Iterator<Item = String>,
    ) -> Result<(), SourceError> {
        let mut seen = HashSet::new();
        for (at, name) in names.enumerate() {
            if seen.contains(&name) {
                return Err(
                    self.invalid(&[table, &at.to_string(), field], format!("`{name}` is there twice"))
                );
            }
            seen.insert(name);
        }
        Ok(())
    }

    fn lower(&self, path: &[&str], name: &str) -> Result<(), SourceError> {
        if name.to_lowercase() == name {
            return Ok(());
        }
        Err(self.invalid(path, format!("`{name}` must be in lower case: it is compared so")))
    }

    fn one_star(&self, path: &[&str], name: &str) -> Result<(), SourceError> {
        if name.matches('*').count() <= 1 {
            return Ok(());
        }
        Err(self.invalid(path, format!("`{name}` has more than one `*`")))
    }

    fn marked(&self, path: &[&str], name: &str, source: &Source) -> Result<(), SourceError> {
        let lower = name.to_lowercase();
        if source.markers.iter().any(|marker| lower.contains(&marker.to_lowercase())) {
            return Ok(());
        }
        let markers = source.markers.join(", ");
        Err(self.invalid(
            path,
            format!("`{name}` holds none of the markers ({markers}): it would never be found"),
        ))
    }
}

/// The dotted key of the last value that starts at or before `offset`: errors point at a value, a key, or (a missing
/// field) at the header of its table.
fn key_at(table: &DeTable<'_>, offset: usize) -> Option<String> {
    let mut path: Vec<String> = Vec::new();
    let mut table = Some(table);
    while let Some(inner) = table.take() {
        // Tables of an array start at their own headers, so the nearest start decides.
        let starts = inner.iter().filter_map(|(key, value)| {
            Some((last_start(key.span().start, value.get_ref(), offset)?, key, value))
        });
        let Some((_, key, value)) = starts.max_by_key(|(start, ..)| *start) else { break };
        path.push(key.get_ref().to_string());
        let mut value = value.get_ref();
        if let DeValue::Array(items) = value {
            let Some(at) = items.iter().rposition(|item| item.span().start <= offset) else { break };
            path.push(at.to_string());
            value = items[at].get_ref();
        }
        if let DeValue::Table(inner) = value {
            table = Some(inner);
        }
    }
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    (!path.is_empty()).then(|| dotted(&path))
}

/// The last start, at or before `offset`, of `key` or of an item of its array.
fn last_start(key: usize, value: &DeValue<'_>, offset: usize) -> Option<usize> {
    let items = match value {
        DeValue::Array(items) => {
            items.iter().map(|item| item.span().start).filter(|start| *start <= offset).max()
        }
        _ => None,
    };
    (key <= offset).then_some(key).max(items)
}

/// The offset of the value at `path`, or of the deepest value on the way to it.
fn offset_of(table: &DeTable<'_>, path: &[&str]) -> Option<usize> {
    let (first, rest) = path.split_first()?;
    let mut value = table.get(*first)?;
    for key in rest {
        let next = match value.get_ref() {
            DeValue::Table(table) => table.get(*key),
            DeValue::Array(items) => key.parse().ok().and_then(|at: usize| items.get(at)),
            _ => None,
        };
        match next {
            Some(next) => value = next,
            None => break,
        }
    }
    Some(value.span().start)
}

/// `header`, `3`, `name` as `header[3].name`.
fn dotted(path: &[&str]) -> String {
    let mut out = String::new();
    for part in path {
        if part.bytes().all(|byte| byte.is_ascii_digit()) {
            out.push_str(&format!("[{part}]"));
        } else {
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(part);
        }
    }
    out
}

fn text_of(packs: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    packs.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

fn unknown(name: &str, packs: &[(&str, &str)]) -> SourceError {
    let known: Vec<String> = packs.iter().map(|(known, _)| (*known).to_owned()).collect();
    let near = known.iter().map(|known| (distance(&name.to_lowercase(), known), known)).min();
    let suggestion =
        near.filter(|(distance, known)| *distance <= known.len() / 3).map(|(_, known)| known.clone());
    SourceError::Unknown { name: name.to_owned(), known, suggestion }
}

/// How many insertions, removals and replacements of characters turn `a` into `b`.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, left) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, right) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(left != *right);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_built_in_packs_compile() {
        for name in Source::builtin_names() {
            let source = Source::builtin(name).unwrap();
            let own = source.unrelated.iter().chain(&source.providers).chain(&source.secret_shapes);
            for pattern in own.chain(&source.clients.secret_shapes) {
                assert!(Regex::new(pattern).is_ok(), "{name}: `{pattern}` is no regular expression");
            }
        }
    }
}
