//! Finding an entry of a pack by what stands in a file.

use super::{Client, Clients, Endpoint, Header, Host, Package, Source, Target, Variable, Vendor};

impl Source {
    /// The header of this name, whatever its case; `_` counts as `-`, and the CGI prefix `HTTP_` is ignored. An exact
    /// entry wins over a pattern, a longer pattern over a shorter one.
    pub fn header(&self, name: &str) -> Option<&Header> {
        let mut name = name.to_ascii_lowercase().replace('_', "-");
        if let Some(rest) = name.strip_prefix("http-").filter(|rest| rest.starts_with(&self.header_prefix)) {
            name = rest.to_owned();
        }
        best(&self.headers, |header| &header.name, &name)
    }

    /// The variable of this name. An exact entry wins over a pattern, a longer pattern over a shorter one.
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        best(&self.variables, |variable| &variable.name, name)
    }

    /// The host of this name, whatever its case, with or without a port. An exact entry wins over `*.`.
    pub fn host(&self, name: &str) -> Option<&Host> {
        let name = name.to_ascii_lowercase();
        let find = |name: &str| best(&self.hosts, |host| &host.name, name);
        find(&name).or_else(|| find(name.rsplit_once(':')?.0))
    }

    /// What is known of a path below the API's base: with a leading `/`, without the version; a query or fragment is
    /// ignored. The entry with the most parts wins.
    pub fn endpoint(&self, path: &str) -> Option<&Endpoint> {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let given: Vec<&str> = parts(path).collect();
        let matching = self.endpoints.iter().filter(|endpoint| {
            let mut given = given.iter();
            parts(&endpoint.path).all(|part| given.next().is_some_and(|given| part == "{}" || part == *given))
        });
        matching.max_by_key(|endpoint| parts(&endpoint.path).count())
    }

    /// The package that an imported module belongs to: the one with the longest module name that is `module` or
    /// stands before it (`a.b` and `a/b` are below `a`).
    pub fn package_of_module(&self, module: &str) -> Option<&Package> {
        let below = |name: &&String| {
            module
                .strip_prefix(name.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '/']))
        };
        let length = |package: &Package| package.modules.iter().filter(below).map(String::len).max();
        let matching = self.packages.iter().filter_map(|package| Some((length(package)?, package)));
        matching.max_by_key(|(length, _)| *length).map(|(_, package)| package)
    }

    /// The vendor that a provider's name, as the source spells it, stands for.
    pub fn vendor(&self, provider: &str) -> Option<&Vendor> {
        self.vendors.iter().find(|vendor| vendor.provider == provider)
    }
}

impl Vendor {
    /// Whether a model of this name is certainly this vendor's.
    pub fn has_model(&self, model: &str) -> bool {
        self.families.iter().any(|family| model.starts_with(family.as_str()))
    }
}

impl Target {
    /// The service's root: the base URL less its version path, without trailing slash.
    pub fn root_url(&self) -> &str {
        self.root_of(&self.base_url)
    }

    /// The root of a base URL that replaces this target's own.
    pub fn root_of<'a>(&self, base_url: &'a str) -> &'a str {
        let base_url = base_url.trim_end_matches('/');
        base_url.strip_suffix(self.version_path.as_str()).unwrap_or(base_url)
    }
}

impl Clients {
    /// The client whose constructor has this name (without its module).
    pub fn client(&self, name: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.name == name)
    }

    /// Whether something of this name holds a secret. The name is split into words at punctuation and humps, and the
    /// words of an entry of `secret_names` must follow one another in it.
    pub fn is_secret_name(&self, name: &str) -> bool {
        let name = format!("_{}_", words(name).join("_"));
        self.secret_names.iter().any(|secret| name.contains(&format!("_{secret}_")))
    }
}

/// The lower-case words of an identifier, a header or a variable: `openAIApiKey` is `open`, `ai`, `api`, `key`.
fn words(name: &str) -> Vec<String> {
    let mut out: Vec<String> = vec![String::new()];
    let chars: Vec<char> = name.chars().collect();
    for (at, &char) in chars.iter().enumerate() {
        if !char.is_alphanumeric() {
            out.push(String::new());
            continue;
        }
        let before = at.checked_sub(1).map(|before| chars[before]);
        let after_lower = before.is_some_and(|before| before.is_lowercase() || before.is_ascii_digit());
        let ends_capitals =
            before.is_some_and(char::is_uppercase) && chars.get(at + 1).is_some_and(|c| c.is_lowercase());
        if char.is_uppercase() && (after_lower || ends_capitals) {
            out.push(String::new());
        }
        if let Some(word) = out.last_mut() {
            word.extend(char.to_lowercase());
        }
    }
    out.retain(|word| !word.is_empty());
    out
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

/// The entry whose name is `name`; else, of those whose pattern matches it, the one with the longest pattern.
fn best<'a, T>(entries: &'a [T], pattern: impl Fn(&T) -> &str, name: &str) -> Option<&'a T> {
    // Most names that are asked for are entries, and lengths tell most entries apart.
    if let Some(exact) = entries.iter().rfind(|entry| pattern(entry) == name).filter(|_| !name.contains('*'))
    {
        return Some(exact);
    }
    let matching = entries.iter().filter(|entry| matches(pattern(entry), name));
    matching.max_by_key(|entry| (!pattern(entry).contains('*'), pattern(entry).len()))
}

/// Whether `name` is `pattern`, in which one `*` matches any text that is not empty.
fn matches(pattern: &str, name: &str) -> bool {
    if pattern.len() > name.len() {
        return false;
    }
    match pattern.split_once('*') {
        None => pattern == name,
        Some((before, after)) => {
            name.len() > before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
        }
    }
}
