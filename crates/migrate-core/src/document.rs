//! A file as regions, each in one language. A plain source file is one region.
//!
//! A region's text is put together from segments of the file's text; offsets map back through them.

use std::ops::Range;

use crate::language::{self, Language};

/// A piece of a region's text and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Segment {
    /// Its extent in the region's text.
    region: Range<usize>,
    /// Its extent in the file's text. Of the same length, then offsets map one to one; else it is one piece.
    file: Range<usize>,
}

/// How a region's text is written in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Escape {
    /// As it is.
    None,
}

/// A part of a file, in one language.
#[derive(Clone, Debug)]
pub struct Region {
    /// Its language.
    pub language: &'static dyn Language,
    /// Its text.
    pub text: String,
    segments: Vec<Segment>,
    escape: Escape,
}

impl Region {
    /// A region that is the whole file.
    fn whole(language: &'static dyn Language, text: &str) -> Self {
        let all = 0..text.len();
        let segments = vec![Segment { region: all.clone(), file: all }];
        Self { language, text: text.to_owned(), segments, escape: Escape::None }
    }

    /// The span in the file's text of a span of the region: from the place of its first byte to that of its last.
    /// Between them there may be text of the file that is not the region's; see [`Region::is_contiguous`].
    pub fn to_file(&self, span: Range<usize>) -> Range<usize> {
        let start = self.place(span.start, span.start);
        if span.is_empty() {
            return start..start;
        }
        let end = self.place(span.end, span.end - 1);
        start..end.max(start)
    }

    /// Whether a span of the region is one span of the file, with no text of others in between.
    pub fn is_contiguous(&self, span: Range<usize>) -> bool {
        let first = self.segment(span.start);
        let last = if span.is_empty() { first } else { self.segment(span.end - 1) };
        self.segments[first..=last].windows(2).all(|pair| pair[0].file.end == pair[1].file.start)
    }

    /// The offset in the region's text of an offset in the file's, if the region holds it.
    pub fn from_file(&self, offset: usize) -> Option<usize> {
        let index = self.segments.partition_point(|segment| segment.file.end <= offset);
        let segment = self.segments.get(index)?;
        let within = offset.checked_sub(segment.file.start)?;
        let same = segment.file.len() == segment.region.len();
        Some(segment.region.start + if same { within } else { 0 })
    }

    /// `replacement` as it is written in the file, with no regard to where.
    pub fn escape(&self, replacement: &str) -> String {
        match self.escape {
            Escape::None => replacement.to_owned(),
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
    /// The language of the file itself: the id of a language, or what holds the regions (`markdown`, `notebook`).
    pub language: &'static str,
    /// The regions, by their place in the file.
    pub regions: Vec<Region>,
}

impl Document {
    /// Splits the file at `path` (of which only the name counts, and the first line of `text`) into its regions.
    pub fn split(path: &str, text: &str) -> Self {
        let language = language_of(path, text);
        Self { language: language.id(), regions: vec![Region::whole(language, text)] }
    }
}

/// The language of a plain file, by its name, else by its first line.
fn language_of(path: &str, text: &str) -> &'static dyn Language {
    let name = path.rsplit('/').next().unwrap_or(path);
    let id = by_name(name).or_else(|| by_first_line(text.lines().next().unwrap_or_default()));
    id.and_then(language::by_id).unwrap_or_else(language::lexical)
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
        _ => {}
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
        "md" | "mdx" | "markdown" | "rst" | "txt" | "adoc" | "asciidoc" | "org" | "tex" => "text",
        _ => return None,
    })
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
            _ => return None,
        })
    })
}
