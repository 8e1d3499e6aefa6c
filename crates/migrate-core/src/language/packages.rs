//! Specifiers that name a package of npm otherwise than by its bare name: with a runtime's own prefix, or by the address
//! of a service that hands packages out. Text only.

use crate::syntax::Span;

/// What stands before a package's name, and how the same place names another package.
const PLACES: [(&str, Form); 10] = [
    ("npm:/", Form::Range),
    ("npm:", Form::Range),
    ("https://esm.sh/", Form::Address("")),
    ("https://esm.run/", Form::Address("")),
    ("https://cdn.jsdelivr.net/npm/", Form::Address("/+esm")),
    // Of these it can't be told that they hand out another package in the same form.
    ("https://unpkg.com/", Form::Unknown),
    ("https://cdn.skypack.dev/", Form::Unknown),
    ("https://jspm.dev/", Form::Unknown),
    ("https://ga.jspm.io/npm:", Form::Unknown),
    ("https://dev.jspm.io/npm:", Form::Unknown),
];

/// How a place names a package.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// With a range of versions.
    Range,
    /// With one version, and this path behind it.
    Address(&'static str),
    /// In a way that is not followed.
    Unknown,
}

/// A specifier, in parts.
struct Specifier<'t> {
    place: &'static str,
    form: Form,
    /// The package's name, and where it stands.
    name: &'t str,
    span: Span,
    version: &'t str,
    /// What stands behind: a path, with leading `/`, and a query.
    path: &'t str,
    query: &'t str,
}

fn parts(text: &str) -> Option<Specifier<'_>> {
    let (place, form) = PLACES.into_iter().find(|(place, _)| text.starts_with(place))?;
    let rest = &text[place.len()..];
    let (rest, query) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));
    // `@scope/name` is one name.
    let scope = if rest.starts_with('@') { rest.find('/')? + 1 } else { 0 };
    let end = rest[scope..].find(['@', '/']).map_or(rest.len(), |end| scope + end);
    let (name, behind) = rest.split_at(end);
    let (version, path) = match behind.strip_prefix('@') {
        Some(version) => version.split_at(version.find('/').unwrap_or(version.len())),
        None => ("", behind),
    };
    let span = place.len()..place.len() + name.len();
    (!name.is_empty()).then_some(Specifier { place, form, name, span, version, path, query })
}

/// The package that a specifier names, with the path below it, and where its name stands. `None` for a bare name, a file
/// or another address.
pub(crate) fn named(specifier: &str) -> Option<(String, Span)> {
    let parts = parts(specifier)?;
    let path = match parts.form {
        Form::Address(own) if parts.path == own => "",
        _ => parts.path,
    };
    Some((format!("{}{path}", parts.name), parts.span))
}

/// The package `name`, of the range `version`, in the notation of the specifier `like`; `None` where that one can't name
/// it.
pub(crate) fn respelled(name: &str, version: &str, like: &str) -> Option<String> {
    let Some(parts) = parts(like) else { return Some(name.to_string()) };
    let place = parts.place;
    let at = |version: &str| {
        if parts.version.is_empty() { String::new() } else { format!("@{version}") }
    };
    match parts.form {
        Form::Range if matches!(parts.path, "" | "/") => {
            Some(format!("{place}{name}{}{}", at(version), parts.path))
        }
        // An address has one version: the first of the range.
        Form::Address(path) if parts.path == path => {
            let version = version.trim_start_matches(['^', '~']);
            Some(format!("{place}{name}{}{path}{}", at(version), parts.query))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specifiers() {
        let table = [
            ("npm:a", "a", Some("npm:b")),
            ("npm:a@1.9", "a", Some("npm:b@^2.1.0")),
            ("npm:/a@1/", "a/", Some("npm:/b@^2.1.0/")),
            ("npm:a@1/lib", "a/lib", None),
            ("npm:@s/a@1", "@s/a", Some("npm:b@^2.1.0")),
            ("https://esm.sh/a", "a", Some("https://esm.sh/b")),
            ("https://esm.sh/a@1.3.2?target=x", "a", Some("https://esm.sh/b@2.1.0?target=x")),
            ("https://esm.sh/a@1/lib/x.js", "a/lib/x.js", None),
            ("https://cdn.jsdelivr.net/npm/a@1/+esm", "a", Some("https://cdn.jsdelivr.net/npm/b@2.1.0/+esm")),
            ("https://cdn.jsdelivr.net/npm/a@1/x.js", "a/x.js", None),
            ("https://unpkg.com/a@1", "a", None),
        ];
        for (like, package, expected) in table {
            let (found, span) = named(like).unwrap();
            assert_eq!(found, package, "{like}");
            assert!(package.starts_with(&like[span]), "{like}");
            assert_eq!(respelled("b", "^2.1.0", like).as_deref(), expected, "{like}");
        }
        for bare in ["a", "./npm:a", "https://deno.land/std/a.ts", "npm:", "npm:@s"] {
            assert!(named(bare).is_none(), "{bare}");
        }
        assert_eq!(respelled("b", "^2.1.0", "a/lib").as_deref(), Some("b"));
    }
}
