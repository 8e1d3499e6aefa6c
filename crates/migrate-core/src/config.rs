//! What a tree says of itself: settings in `.aig.toml`, in `[tool.aig]` of `pyproject.toml`, or under `"aig"` in
//! `package.json`, in the root of what is migrated.
//!
//! Not allowed here: deciding what wins. [`plan()`](crate::plan()) takes from a [`Config`] what its options leave open.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::fs::{FileSystem, FsError};
use crate::source::{Source, Variable, VariableRole};
use crate::text::Text;

/// The file that holds nothing but settings.
const OWN: &str = ".aig.toml";
const PYTHON: &str = "pyproject.toml";
const NODE: &str = "package.json";

/// Settings that can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A setting that there is not, or a value that it can't have.
    #[error("{file}:{line}: {message}")]
    Invalid {
        /// The file.
        file: &'static str,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong, and what is allowed.
        message: String,
    },
    /// More than one file has settings.
    #[error("{} all hold settings; keep those of one of them", files.join(", "))]
    Several {
        /// The files.
        files: Vec<&'static str>,
    },
    /// A file can't be read.
    #[error(transparent)]
    Fs(#[from] FsError),
}

/// Settings of a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// The file they stand in, as a path in the root.
    pub file: &'static str,
    /// Globs of which a path must match at least one, if there are any.
    pub include: Vec<String>,
    /// Globs that exclude a path.
    pub exclude: Vec<String>,
    /// Replaces the target's base URL.
    pub base_url: Option<String>,
    /// Further base URLs to move.
    pub from_urls: Vec<String>,
    /// Leaves harmless headers without a counterpart in place.
    pub keep_unmapped: bool,
    /// Further names of environment variables, each with what it holds.
    pub variables: BTreeMap<String, VariableRole>,
    /// Further names of functions that make headers from arguments, as the SDK's own helper does.
    pub header_helpers: Vec<String>,
    /// Where in the file's text the settings stand.
    own: Range<usize>,
}

/// The settings as they are written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Form {
    include: Vec<String>,
    exclude: Vec<String>,
    #[serde(alias = "baseUrl")]
    base_url: Option<Url>,
    #[serde(alias = "fromUrls")]
    from_urls: Vec<Url>,
    #[serde(alias = "keepUnmapped")]
    keep_unmapped: bool,
    variables: BTreeMap<VariableName, VariableRole>,
    #[serde(alias = "headerHelpers")]
    header_helpers: Vec<FunctionName>,
}

/// A text that was found to be an http(s) URL.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct Url(String);

impl TryFrom<String> for Url {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match checked_url(&text) {
            Some(url) => Ok(Self(url.to_owned())),
            None => Err(format!("`{text}` is no http(s) URL; give one like https://gateway.example/v1")),
        }
    }
}

/// `url` without a slash at its end, if it can be written into any kind of file.
pub(crate) fn checked_url(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let plain = |c: char| c.is_ascii_graphic() && !"\"'`\\<>{}$".contains(c);
    let is_plain = !rest.is_empty() && !rest.starts_with('/') && rest.chars().all(plain);
    is_plain.then(|| url.trim_end_matches('/'))
}

#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(try_from = "String")]
struct VariableName(String);

impl TryFrom<String> for VariableName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        // What is shorter occurs by chance.
        if name.len() >= 4 && name.bytes().all(plain) && name.starts_with(|c: char| c.is_ascii_uppercase()) {
            return Ok(Self(name));
        }
        Err(format!("`{name}` is no name of a variable: at least four of A-Z, 0-9 and _, a letter first"))
    }
}

#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct FunctionName(String);

impl TryFrom<String> for FunctionName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.len() >= 4 && name.chars().all(plain) && !name.starts_with(|c: char| c.is_ascii_digit()) {
            return Ok(Self(name));
        }
        Err(format!(
            "`{name}` is no name of a function: at least four letters, digits and _, without its module"
        ))
    }
}

impl Config {
    /// The files that are asked for settings, in words.
    pub const PLACES: [&str; 3] = [OWN, "[tool.aig] in pyproject.toml", "\"aig\" in package.json"];

    /// The settings in the root of `fs`, if there are any.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`] with file and line of a setting that is not known or has an impossible value;
    /// [`ConfigError::Several`] if more than one file has settings.
    pub fn load(fs: &dyn FileSystem) -> Result<Option<Self>, ConfigError> {
        let mut found: Vec<Self> = Vec::new();
        for (file, parse) in [(OWN, own as Parse), (PYTHON, python), (NODE, node)] {
            let contents = match fs.read(file) {
                Ok(contents) => contents,
                Err(FsError::NotFound { .. }) => continue,
                // A link, say. Only the file that is there for nothing else has to be readable.
                Err(_) if file != OWN => continue,
                Err(error) => return Err(error.into()),
            };
            let Some(text) = Text::decode(&contents.bytes) else { continue };
            found.extend(parse(file, text.text())?);
        }
        if found.len() > 1 {
            return Err(ConfigError::Several { files: found.iter().map(|config| config.file).collect() });
        }
        Ok(found.pop())
    }

    /// Where in the text of the file at `path` the settings stand, if they do.
    pub(crate) fn own_span(&self, path: &str) -> Option<Range<usize>> {
        (path == self.file).then(|| self.own.clone())
    }

    /// `source`, with the further names: what is shown of a plan is to be masked by this one.
    pub fn extend(&self, source: &Source) -> Source {
        let mut source = source.clone();
        for (name, role) in &self.variables {
            source.variables.retain(|known| known.name != *name);
            source.variables.push(Variable { name: name.clone(), role: *role, help: String::new() });
        }
        if let Some(sdk) = &mut source.sdk {
            sdk.more_headers_helpers.clone_from(&self.header_helpers);
        }
        // What is searched for has to be found in files that say nothing else of the source, too.
        for name in self.variables.keys().chain(&self.header_helpers) {
            if !source.markers.iter().any(|marker| name.contains(marker.as_str())) {
                source.markers.push(name.clone());
            }
        }
        source
    }

    fn new(file: &'static str, form: Form, own: Range<usize>) -> Self {
        Self {
            file,
            include: form.include,
            exclude: form.exclude,
            base_url: form.base_url.map(|url| url.0),
            from_urls: form.from_urls.into_iter().map(|url| url.0).collect(),
            keep_unmapped: form.keep_unmapped,
            variables: form.variables.into_iter().map(|(name, role)| (name.0, role)).collect(),
            header_helpers: form.header_helpers.into_iter().map(|name| name.0).collect(),
            own,
        }
    }
}

/// Reads the settings of a file's text, if it has any.
type Parse = fn(&'static str, &str) -> Result<Option<Config>, ConfigError>;

fn own(file: &'static str, text: &str) -> Result<Option<Config>, ConfigError> {
    let form = toml::from_str(text).map_err(|error| wrong_toml(file, text, &error))?;
    Ok(Some(Config::new(file, form, 0..text.len())))
}

fn python(file: &'static str, text: &str) -> Result<Option<Config>, ConfigError> {
    #[derive(Deserialize)]
    struct Project {
        tool: Option<Tool>,
    }
    #[derive(Deserialize)]
    struct Tool {
        aig: Option<Form>,
    }
    // A file that says nothing of us may be as broken as it likes.
    if !text.contains("aig") || !text.contains("tool") {
        return Ok(None);
    }
    let project = match toml::from_str::<Project>(text) {
        Ok(project) => project,
        Err(_) if !text.contains("tool.aig") => return Ok(None),
        Err(error) => return Err(wrong_toml(file, text, &error)),
    };
    let form = project.tool.and_then(|tool| tool.aig);
    Ok(form.map(|form| Config::new(file, form, section(text))))
}

/// The lines of the tables `[tool.aig]` and `[tool.aig.…]`, from the first to the last.
fn section(text: &str) -> Range<usize> {
    let (mut start, mut end, mut at, mut inside) = (None, 0, 0, false);
    for line in text.split_inclusive('\n') {
        let head = line.trim_start();
        if head.starts_with('[') {
            let name = head.trim_start_matches('[').trim_start();
            inside = name.strip_prefix("tool.aig").is_some_and(|rest| rest.starts_with([']', '.', ' ']));
        }
        if inside {
            start.get_or_insert(at);
            end = at + line.len();
        }
        at += line.len();
    }
    start.unwrap_or(0)..end
}

fn node(file: &'static str, text: &str) -> Result<Option<Config>, ConfigError> {
    #[derive(Deserialize)]
    struct Package<'t> {
        #[serde(borrow)]
        aig: Option<&'t RawValue>,
    }
    if !text.contains("\"aig\"") {
        return Ok(None);
    }
    // A package that can't be read has no settings: that it is broken is not for us to tell.
    let Ok(Package { aig: Some(raw) }) = serde_json::from_str::<Package<'_>>(text) else { return Ok(None) };
    // The value is a part of the text.
    let start = raw.get().as_ptr() as usize - text.as_ptr() as usize;
    let form = serde_json::from_str(raw.get()).map_err(|error| {
        let message = error.to_string();
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
        let line = line_of(text, start) + error.line().saturating_sub(1);
        ConfigError::Invalid { file, line, message: message.to_owned() }
    })?;
    Ok(Some(Config::new(file, form, start..start + raw.get().len())))
}

fn wrong_toml(file: &'static str, text: &str, error: &toml::de::Error) -> ConfigError {
    let line = line_of(text, error.span().map_or(0, |span| span.start));
    ConfigError::Invalid { file, line, message: error.message().to_owned() }
}

/// The line of an offset, from 1.
fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::MemoryFs;

    fn load(files: &[(&str, &str)]) -> Result<Option<Config>, String> {
        let fs = MemoryFs::from_files(files.iter().copied());
        Config::load(&fs).map_err(|error| error.to_string())
    }

    #[test]
    fn each_file_can_hold_them() {
        let toml = "include = ['src/**']\nexclude = ['a']\nbase-url = 'https://g.example/v1/'\nfrom-urls = ['http://old/v1']\n\
                    keep-unmapped = true\nheader-helpers = ['our_headers']\n";
        let tables = "variables = { LLM_KEY = 'key', LLM_URL = 'url' }\n";
        let own = load(&[(".aig.toml", &format!("{toml}{tables}"))]).unwrap().unwrap();
        assert_eq!(own.base_url.as_deref(), Some("https://g.example/v1"));
        assert_eq!(own.variables["LLM_URL"], VariableRole::Url);

        let text = format!(
            "[project]\nname = 'x'\n[tool.aig]\n{toml}[tool.aig.variables]\nLLM_KEY = 'key'\nLLM_URL = 'url'\n[tool.x]\n"
        );
        let python = load(&[("pyproject.toml", &text)]).unwrap().unwrap();
        assert!(
            text[python.own.clone()].starts_with("[tool.aig]")
                && text[python.own.clone()].ends_with("'url'\n")
        );

        let json = r#"{ "name": "x", "aig": { "include": ["src/**"], "exclude": ["a"], "baseUrl": "https://g.example/v1",
            "from-urls": ["http://old/v1"], "keepUnmapped": true, "headerHelpers": ["our_headers"],
            "variables": { "LLM_KEY": "key", "LLM_URL": "url" } } }"#;
        let node = load(&[("package.json", json)]).unwrap().unwrap();
        assert!(json[node.own.clone()].starts_with("{ \"include\""));
        for other in [python, node] {
            assert_eq!(Config { file: own.file, own: own.own.clone(), ..other }, own);
        }
    }

    #[test]
    fn what_says_nothing_of_us_has_none() {
        for files in [
            &[] as &[(&str, &str)],
            &[("pyproject.toml", "[tool.x]\naigle = 1\n"), ("package.json", "{\"name\": \"aig\"}")],
            &[("pyproject.toml", "[tool\naig = 1"), ("package.json", "{\"aig\": ")],
        ] {
            assert_eq!(load(files), Ok(None), "{files:?}");
        }
    }

    #[test]
    fn errors_name_file_and_line() {
        for (file, text, told) in [
            (
                ".aig.toml",
                "exclude = []\ninclude_globs = []\n",
                ".aig.toml:2: unknown field `include_globs`, expected one of `include`",
            ),
            (".aig.toml", "\nbase-url = 'ftp://x'\n", ".aig.toml:2: `ftp://x` is no http(s) URL"),
            (
                ".aig.toml",
                "[variables]\nLLM_KEY = 'keys'\n",
                ".aig.toml:2: unknown variant `keys`, expected one of `key`",
            ),
            (".aig.toml", "[variables]\nk = 'key'\n", ".aig.toml:2: `k` is no name of a variable"),
            (".aig.toml", "include = 3", ".aig.toml:1: invalid type"),
            (
                "pyproject.toml",
                "[tool.aig]\nheader-helpers = ['a.b_c']\n",
                "pyproject.toml:2: `a.b_c` is no name of a function",
            ),
            (
                "package.json",
                "{\n\"aig\": {\n\"exclude\": [],\n\"x\": 1 } }",
                "package.json:4: unknown field `x`",
            ),
            ("package.json", "{\n\"aig\": 3 }", "package.json:2: invalid type"),
        ] {
            let error = load(&[(file, text)]).unwrap_err();
            assert!(error.starts_with(told), "{error}");
        }
        let error = load(&[(".aig.toml", ""), ("package.json", "{\"aig\": {}}")]).unwrap_err();
        assert_eq!(error, ".aig.toml, package.json all hold settings; keep those of one of them");
    }
}
