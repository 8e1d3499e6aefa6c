//! A file as regions, each in one language. A plain source file is one region.
//!
//! A region's text is put together from segments of the file's text; offsets map back through them.

use std::ops::Range;
use std::sync::Arc;

use crate::language::{self, Language};
use crate::syntax::Syntax;

mod asciidoc;
mod commands;
mod listing;
mod markdown;
mod markup;
mod notebook;
mod restructured_text;
mod scripts;

/// A piece of a region's text and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Segment {
    /// Its extent in the region's text.
    region: Range<usize>,
    /// Its extent in the file's text. Of the same length, then offsets map one to one; else it is one piece.
    file: Range<usize>,
    /// Whether nothing but what [`Escape`] puts after a line's end stands between the piece before and this one.
    follows: bool,
}

/// How a region's text is written in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Escape {
    /// As it is.
    None,
    /// With this in front of every line but the first.
    Indent(String),
    /// In JSON strings. After a line's end comes this, where each line is a string of its own.
    Json(Option<String>),
}

/// What a region is to its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RegionKind {
    /// The whole file.
    File,
    /// Code in a page or notebook.
    Code,
    /// What stands around code: prose, the JSON of a notebook.
    Prose,
    /// What a program once printed: the outputs of a notebook, of a console session. A record, not to be rewritten.
    Output,
}

/// A part of a file, in one language.
#[derive(Clone, Debug)]
pub struct Region {
    /// Its language.
    pub language: &'static dyn Language,
    /// What it is to its file.
    pub kind: RegionKind,
    /// Its text. What is found in it shares it: a long file is not copied for that.
    pub text: Arc<str>,
    /// In order of both texts; never empty.
    segments: Vec<Segment>,
    escape: Escape,
    /// Its tree, where splitting the file took one; it is handed out once.
    syntax: Option<Syntax>,
}

impl Region {
    /// Its tree; `None` if its language can't digest it. What splitting the file has made is not made again.
    pub(crate) fn parse(&mut self) -> Option<Syntax> {
        let mut syntax = self.syntax.take().or_else(|| self.language.parse(&self.text))?;
        syntax.shrink();
        Some(syntax)
    }

    /// A region that is this span of the file.
    fn plain(language: &'static dyn Language, kind: RegionKind, text: &str, span: Range<usize>) -> Self {
        let segments = vec![Segment { region: 0..span.len(), file: span.clone(), follows: false }];
        Self { language, kind, text: text[span].into(), segments, escape: Escape::None, syntax: None }
    }

    /// A region of whole lines, each without as much of `prefix` as it begins with.
    fn lines(
        language: &'static dyn Language,
        kind: RegionKind,
        text: &str,
        lines: &[Range<usize>],
        prefix: &str,
    ) -> Self {
        let mut inner = String::new();
        let mut segments: Vec<Segment> = Vec::new();
        for line in lines {
            let common = text[line.clone()].bytes().zip(prefix.bytes()).take_while(|(a, b)| a == b).count();
            let file = line.start + common..line.end;
            let start = inner.len();
            inner.push_str(&text[file.clone()]);
            match segments.last_mut() {
                Some(last) if last.file.end == file.start => {
                    last.file.end = file.end;
                    last.region.end = inner.len();
                }
                _ => segments.push(Segment { region: start..inner.len(), file, follows: start > 0 }),
            }
        }
        let escape = if prefix.is_empty() { Escape::None } else { Escape::Indent(prefix.to_owned()) };
        Self { language, kind, text: inner.into(), segments, escape, syntax: None }
    }

    /// The parts of this region at `spans` (sorted, not empty) as a region of their own.
    fn parts(&self, language: &'static dyn Language, kind: RegionKind, spans: &[Range<usize>]) -> Self {
        let mut text = String::new();
        let mut segments = Vec::new();
        let mut before = None;
        for span in spans {
            let moved = text.len();
            let mut adjacent = before == Some(span.start);
            before = Some(span.end);
            text.push_str(&self.text[span.clone()]);
            for segment in &self.segments[self.segment(span.start)..] {
                let start = segment.region.start.max(span.start);
                let end = segment.region.end.min(span.end);
                if start >= end {
                    break;
                }
                let file = self.place(start, start)..self.place(end, end - 1);
                let region = moved + start - span.start..moved + end - span.start;
                let follows = adjacent && (segment.follows || start > segment.region.start);
                segments.push(Segment { region, file, follows });
                adjacent = true;
            }
        }
        Self { language, kind, text: text.into(), segments, escape: self.escape.clone(), syntax: None }
    }

    /// The span in the file's text of a span of the region: from the place of its first byte to that of its last, and
    /// after a line's end to where the next line begins.
    /// Between them there may be text of the file that is not the region's; see [`Region::is_contiguous`].
    pub fn to_file(&self, span: Range<usize>) -> Range<usize> {
        let start = self.place(span.start, span.start);
        if span.is_empty() {
            return start..start;
        }
        let last = self.segment(span.end - 1);
        let end = self.place(span.end, span.end - 1);
        // A whole line goes with what stands before the next one, as `escape` puts it after every line's end.
        if let Some(next) = self.segments.get(last + 1)
            && self.text.as_bytes().get(span.end - 1) == Some(&b'\n')
            && end == self.segments[last].file.end
            && next.follows
        {
            return start..next.file.start;
        }
        start..end.max(start)
    }

    /// Whether a span of the region can be replaced as one span of the file: nothing stands in between but what
    /// [`Region::escape`] puts after a line's end.
    pub fn is_contiguous(&self, span: Range<usize>) -> bool {
        let first = self.segment(span.start);
        let last = if span.is_empty() { first } else { self.segment(span.end - 1) };
        self.segments[first..=last].iter().skip(1).all(|segment| segment.follows)
    }

    /// The offset in the region's text of an offset in the file's, if the region holds it.
    pub fn from_file(&self, offset: usize) -> Option<usize> {
        let index = self.segments.partition_point(|segment| segment.file.end <= offset);
        let segment = self.segments.get(index)?;
        let within = offset.checked_sub(segment.file.start)?;
        let same = segment.file.len() == segment.region.len();
        Some(segment.region.start + if same { within } else { 0 })
    }

    /// `replacement` as it is written in the file.
    pub fn escape(&self, replacement: &str) -> String {
        match &self.escape {
            Escape::None => replacement.to_owned(),
            Escape::Indent(indent) => replacement.replace('\n', &format!("\n{indent}")),
            Escape::Json(separator) => notebook::escape(replacement, separator.as_deref()),
        }
    }

    /// The index of the segment that holds this byte of the region; the last one past the end.
    fn segment(&self, offset: usize) -> usize {
        let index = self.segments.partition_point(|segment| segment.region.end <= offset);
        index.min(self.segments.len() - 1)
    }

    /// The file's offset of a region's offset, by the segment that holds the byte at `by`.
    fn place(&self, offset: usize, by: usize) -> usize {
        let segment = &self.segments[self.segment(by)];
        let within = offset.saturating_sub(segment.region.start);
        if segment.file.len() == segment.region.len() {
            (segment.file.start + within).min(segment.file.end)
        } else if within == 0 {
            segment.file.start
        } else {
            segment.file.end
        }
    }
}

/// A file's regions.
#[derive(Clone, Debug)]
pub struct Document {
    /// The language of the file itself: the id of a language, or what holds the regions (`markdown`, `asciidoc`, `notebook`).
    pub language: &'static str,
    /// The regions, by their place in the file.
    pub regions: Vec<Region>,
}

impl Document {
    /// Whether a file of this name may import another file of its tree. Cheap: the walk asks it of every file.
    pub(crate) fn may_import(path: &str) -> bool {
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        matches!(
            ending,
            "py" | "ipynb"
                | "js"
                | "mjs"
                | "cjs"
                | "jsx"
                | "ts"
                | "mts"
                | "cts"
                | "tsx"
                | "vue"
                | "svelte"
                | "astro"
                | "cs"
                | "java"
                | "kt"
                | "rs"
        )
    }

    /// Splits the file at `path` (of which only the name counts, and the first line of `text`) into its regions.
    pub fn split(path: &str, text: &str) -> Self {
        Self::split_into(path, text, || text.into())
    }

    /// As [`Document::split`]; a region that is the whole file shares its text.
    pub(crate) fn split_shared(path: &str, text: &Arc<str>) -> Self {
        Self::split_into(path, text, || Arc::clone(text))
    }

    fn split_into(path: &str, text: &str, whole: impl FnOnce() -> Arc<str>) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        match ending.as_deref() {
            Some("md" | "mdx" | "markdown" | "qmd" | "rmd") => {
                return Self { language: "markdown", regions: markdown::split(text) };
            }
            Some("adoc" | "asciidoc") => {
                return Self { language: "asciidoc", regions: asciidoc::split(text) };
            }
            Some("rst") => {
                return Self { language: "restructuredtext", regions: restructured_text::split(text) };
            }
            Some("ipynb") => {
                if let Some(regions) = notebook::split(text) {
                    return Self { language: "notebook", regions };
                }
            }
            Some("html" | "htm" | "vue" | "svelte" | "astro") => return markup::split(text),
            _ => {}
        }
        let id = by_name(name).or_else(|| by_first_line(text.lines().next().unwrap_or_default()));
        let id = id.map(|id| {
            if id == "ini" && ending.as_deref() != Some("ini") {
                by_directives(text).unwrap_or(id)
            } else {
                id
            }
        });
        let language = id.and_then(language::by_id).unwrap_or_else(language::lexical);
        let all = Segment { region: 0..text.len(), file: 0..text.len(), follows: false };
        let file = Region {
            language,
            kind: RegionKind::File,
            text: whole(),
            segments: vec![all],
            escape: Escape::None,
            syntax: None,
        };
        let regions = match language.id() {
            "yaml" => scripts::of_yaml(file),
            "dockerfile" => scripts::of_dockerfile(file),
            "makefile" => scripts::of_makefile(file),
            _ => vec![file],
        };
        Self { language: language.id(), regions }
    }
}

/// The language that a fence, a kernel or a cell calls by this name; `None` for an unknown one.
fn by_word(word: &str) -> Option<&'static dyn Language> {
    let word = word.to_ascii_lowercase();
    let id = match word.as_str() {
        "py" | "python3" | "ipython" | "ipython3" => "python",
        "js" | "jsx" | "mjs" | "cjs" | "node" | "nodejs" => "javascript",
        "ts" | "mts" | "cts" => "typescript",
        "sh" | "shell" | "zsh" | "curl" | "terminal" | "console" | "shell-session" | "shellsession" => "bash",
        "env" | "ini" | ".env" => "dotenv",
        "yml" => "yaml",
        "golang" => "go",
        "cs" | "c#" | "dotnet" => "csharp",
        "rb" => "ruby",
        "rs" => "rust",
        "kt" | "kts" => "kotlin",
        "jsonc" | "json5" => "json",
        known => known,
    };
    language::by_id(id).filter(|language| language.id() != language::lexical().id())
}

/// A language's id by a file's name.
fn by_name(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    if lower == ".env"
        || lower.starts_with(".env.")
        || lower.ends_with(".env")
        || lower.starts_with(".dev.vars")
    {
        return Some("dotenv");
    }
    match lower.as_str() {
        ".envrc" | ".bashrc" | ".bash_profile" | ".bash_aliases" | ".profile" | ".zshrc" | ".zshenv"
        | ".zprofile" | "pkgbuild" => return Some("bash"),
        "env.example" | "env.sample" | "env.template" | "dotenv" => return Some("dotenv"),
        "makefile" | "gnumakefile" | "justfile" => return Some("makefile"),
        "gemfile" | "rakefile" | "vagrantfile" => return Some("ruby"),
        "nginx.conf" => return Some("nginx"),
        "caddyfile" | "httpd.conf" | "apache2.conf" | ".htaccess" | "haproxy.cfg" => {
            return Some("caddyfile");
        }
        "requirements.in" | "constraints.txt" => return Some("requirements"),
        // Pages that have no ending by custom, and what packages say of themselves.
        "readme" | "changelog" | "changes" | "news" | "notice" | "todo" | "metadata" | "pkg-info" => {
            return Some("text");
        }
        "setup.cfg" | "pipfile" | ".npmrc" | ".pypirc" | ".editorconfig" | "pip.conf" => {
            return Some(if lower == "pipfile" { "toml" } else { "ini" });
        }
        _ => {}
    }
    if lower.starts_with("dockerfile") || lower.ends_with(".dockerfile") || lower.starts_with("containerfile")
    {
        return Some("dockerfile");
    }
    if lower.starts_with("requirements") && lower.ends_with(".txt") {
        return Some("requirements");
    }
    // A template of a source file is one: `config.py.example`.
    let mut stem = lower.as_str();
    for ending in [".example", ".sample", ".template", ".dist", ".tmpl"] {
        stem = stem.strip_suffix(ending).unwrap_or(stem);
    }
    Some(match stem.rsplit_once('.')?.1 {
        "py" | "pyi" | "pyw" => "python",
        "js" | "mjs" | "cjs" | "jsx" => "javascript",
        "ts" | "mts" | "cts" => "typescript",
        "tsx" => "tsx",
        "sh" | "bash" | "zsh" | "ksh" | "bats" => "bash",
        "json" | "jsonc" | "json5" | "code-workspace" | "webmanifest" => "json",
        "yaml" | "yml" => "yaml",
        "toml" => "toml",
        "ini" | "cfg" | "conf" | "properties" | "service" | "socket" | "timer" => "ini",
        "nginx" | "nginxconf" => "nginx",
        "caddyfile" => "caddyfile",
        "http" | "rest" => "http",
        "mk" | "mak" => "makefile",
        "go" => "go",
        "java" => "java",
        "kt" | "kts" => "kotlin",
        "cs" | "csx" => "csharp",
        "rb" | "rake" | "gemspec" | "ru" => "ruby",
        "php" | "phtml" => "php",
        "rs" => "rust",
        "xml" | "config" | "csproj" | "props" | "targets" | "plist" | "resx" => "xml",
        "tf" | "tfvars" | "hcl" => "hcl",
        "md" | "mdx" | "markdown" | "txt" | "org" | "tex" => "text",
        _ => return None,
    })
}

/// The language of a `.conf` file that is no list of names and values, but of directives.
fn by_directives(text: &str) -> Option<&'static str> {
    let says = |words: &[&str]| {
        text.lines().any(|line| line.split_whitespace().next().is_some_and(|first| words.contains(&first)))
    };
    if says(&["proxy_pass", "proxy_set_header", "server_name", "upstream", "location"]) {
        return Some("nginx");
    }
    says(&["RequestHeader", "ProxyPass", "http-request", "<VirtualHost"]).then_some("caddyfile")
}

/// A language's id by a script's first line.
fn by_first_line(line: &str) -> Option<&'static str> {
    let mut words = line.strip_prefix("#!")?.split(|char: char| char.is_whitespace() || char == '/');
    words.find_map(|word| {
        let word = word.trim_end_matches(|char: char| char.is_ascii_digit() || char == '.');
        Some(match word {
            "python" | "pypy" => "python",
            "node" | "nodejs" | "bun" => "javascript",
            "deno" | "ts-node" | "tsx" => "typescript",
            "sh" | "bash" | "zsh" | "dash" | "ksh" | "ash" => "bash",
            "ruby" => "ruby",
            "php" => "php",
            _ => return None,
        })
    })
}

#[cfg(test)]
mod tests;
