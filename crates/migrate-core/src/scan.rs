//! The fast search: does a file hold a marker at all? Almost every file ends here.
//!
//! Not allowed here: decoding, regular expressions, allocation a file. A hit is only a candidate; what it means is
//! decided on decoded text, in [`token`](crate::token).
//!
//! All markers are looked for in one pass, by the rarest few bytes of each: where those stand, the whole word is
//! compared. The searcher keys on them, so that text which holds none of them is passed over at the speed of memory.
//! Three bytes are the best: a fourth costs the searcher more than the places cost that it would pass over.

use aho_corasick::packed;
use memchr::memmem::Finder;

use crate::fs::Search;
use crate::source::Source;

/// So many bytes of a marker are looked for.
const CORE: usize = 3;

/// Bytes by how often they stand in source text, the most frequent first; others are rarer still.
const COMMON: &[u8] =
    b" etaoirnslcdup\tm\n_fhg0b,()=;.v1w*->/x2:\"E{}TRSACIO'3[]NLD4k8yP6q5#&jMUFz7G9+<HBK!W\\VY|X@%QZJ$?^`~";

/// Words that source text is full of, however rare their letters are.
const COMMON_WORDS: [&[u8]; 7] = [b"api", b"gateway", b"http", b"key", b"local", b"port", b"tag"];

/// Looks for markers in raw bytes.
#[derive(Debug)]
pub(crate) struct Scanner {
    markers: Vec<Marker>,
    /// Finds the cores of all markers at once; not to be had on every machine.
    packed: Option<packed::Searcher>,
    /// For the other machines: each marker by itself.
    single: Vec<Finder<'static>>,
    /// The markers in both byte orders of UTF-16.
    wide: Vec<Finder<'static>>,
}

/// A marker, and where its core begins.
#[derive(Debug)]
struct Marker {
    word: Vec<u8>,
    core: usize,
}

impl Marker {
    fn new(word: &str) -> Self {
        let word = word.as_bytes().to_vec();
        let core = (0..=word.len().saturating_sub(CORE))
            .max_by_key(|&start| rarity(&word[start..word.len().min(start + CORE)]))
            .unwrap_or(0);
        Self { word, core }
    }

    fn core(&self) -> &[u8] {
        &self.word[self.core..self.word.len().min(self.core + CORE)]
    }

    /// Whether the marker stands in `bytes` with its core at `at`.
    fn is_around(&self, bytes: &[u8], at: usize) -> bool {
        at.checked_sub(self.core).is_some_and(|start| bytes[start..].starts_with(&self.word))
    }
}

/// How rare a few bytes are: the higher, the rarer. A piece of a common word is not.
fn rarity(bytes: &[u8]) -> usize {
    let lower = bytes.to_ascii_lowercase();
    let is_common = COMMON_WORDS.iter().any(|word| word.windows(lower.len()).any(|part| part == lower));
    if is_common { 0 } else { bytes.iter().map(|&byte| rank(byte)).sum() }
}

/// How rare a byte is: the higher, the rarer.
fn rank(byte: u8) -> usize {
    COMMON.iter().position(|&common| common == byte).unwrap_or(COMMON.len())
}

impl Scanner {
    /// A scanner for the markers of `source` and its target, and for further base URLs.
    pub(crate) fn new(source: &Source, from_urls: &[String]) -> Self {
        let words = source.markers.iter().chain(&source.target.markers).chain(from_urls);
        let words: Vec<&str> = words.map(String::as_str).filter(|word| !word.is_empty()).collect();
        let markers: Vec<Marker> = words.iter().map(|word| Marker::new(word)).collect();
        let packed = packed::Config::new().builder().extend(markers.iter().map(Marker::core)).build();
        let single = words.iter().map(|word| Finder::new(word.as_bytes()).into_owned()).collect();
        let wide = words
            .iter()
            .flat_map(|word| {
                let units: Vec<u16> = word.encode_utf16().collect();
                let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
                let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
                [Finder::new(&little).into_owned(), Finder::new(&big).into_owned()]
            })
            .collect();
        Self { markers, packed, single, wide }
    }

    /// Whether `bytes` hold a marker in one of its exact spellings, as UTF-8 or, after a byte order mark, UTF-16.
    pub(crate) fn is_candidate(&self, bytes: &[u8]) -> bool {
        let any = |finders: &[Finder<'static>]| finders.iter().any(|finder| finder.find(bytes).is_some());
        if is_wide(bytes) {
            return any(&self.wide);
        }
        let Some(packed) = &self.packed else { return any(&self.single) };
        let mut from = 0;
        while let Some(found) = packed.find_in(bytes, aho_corasick::Span::from(from..bytes.len())) {
            if self.markers.iter().any(|marker| marker.is_around(bytes, found.start())) {
                return true;
            }
            from = found.start() + 1;
        }
        false
    }
}

/// Whether a text begins with a byte order mark of UTF-16.
fn is_wide(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff])
}

impl Search for Scanner {
    fn is_in(&self, part: &[u8]) -> bool {
        self.is_candidate(part)
    }

    fn overlap(&self) -> usize {
        self.markers.iter().map(|marker| marker.word.len()).max().unwrap_or(0)
    }

    /// How UTF-16 is to be read is said at its start alone.
    fn wants_whole(&self, start: &[u8]) -> bool {
        is_wide(start)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scanner() -> Scanner {
        Scanner::new(&Source::builtin("portkey").unwrap(), &["http://localhost:8787".to_owned()])
    }

    #[test]
    fn the_core_of_a_word_is_its_rarest_part() {
        let source = Source::builtin("portkey").unwrap();
        let cores: Vec<_> = source.markers.iter().map(|word| Marker::new(word).core().to_vec()).collect();
        assert_eq!(cores, [b"rtk", b"RTK", b"rtk", b"rtK"]);
        // A word that is shorter than a core is its own.
        assert_eq!(Marker::new("ab").core(), b"ab");
    }

    proptest! {
        /// One pass says what a search for each marker says, wherever they stand and whatever is around.
        #[test]
        fn one_pass_finds_what_many_find(text in r"([a-z -]|port|PORT|Port|tkey|key|TKEY|KEY|tKey|Key|api\.|aigateway|\.sh|AIGATEWAY|_API|_KEY|x-aig|-tag|http://localhost|:8787){0,40}") {
            let scanner = scanner();
            let expected = scanner.markers.iter().any(|marker| Finder::new(&marker.word).find(text.as_bytes()).is_some());
            prop_assert_eq!(scanner.is_candidate(text.as_bytes()), expected);
            let singly = scanner.single.iter().any(|finder| finder.find(text.as_bytes()).is_some());
            prop_assert_eq!(singly, expected);
        }
    }
}
