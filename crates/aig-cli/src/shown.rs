//! A file's bytes as text that may be shown: decoded, with its secrets known.

use std::borrow::Cow;
use std::ops::Range;

use migrate_core::language::has_expressions;
use migrate_core::mask::{Masker, mask_ranges};

/// A file's text.
pub(crate) struct Shown<'a> {
    /// The text.
    pub text: Cow<'a, str>,
    /// Whether the text is the file, byte for byte, and fit for a patch.
    pub is_exact: bool,
    /// For text that is not the file: where in the file each character of the text starts, as pairs of offsets in
    /// the file and in the text.
    places: Vec<(usize, usize)>,
    /// What must not be shown, as ranges of the text.
    secrets: Vec<Range<usize>>,
}

impl<'a> Shown<'a> {
    /// The text of a file in `language`.
    pub fn new(bytes: &'a [u8], language: &str, masker: &Masker) -> Self {
        let (text, places) = match std::str::from_utf8(bytes) {
            Ok(text) => (Cow::Borrowed(text), Vec::new()),
            Err(_) => {
                let (text, places) = decode(bytes);
                (Cow::Owned(text), places)
            }
        };
        let secrets = masker.secrets(&text, has_expressions(language));
        // A zero byte makes git take the file for a binary one.
        let is_exact = matches!(text, Cow::Borrowed(_)) && !text.contains('\0');
        Self { text, is_exact, places, secrets }
    }

    /// The offset in the text of an offset in the file.
    pub fn offset(&self, at: usize) -> usize {
        if self.places.is_empty() {
            return at.min(self.text.len());
        }
        let next = self.places.partition_point(|(byte, _)| *byte < at);
        self.places.get(next).map_or(self.text.len(), |(_, offset)| *offset)
    }

    /// A part of the text, masked. Owned if and only if something is masked.
    pub fn part(&self, range: Range<usize>) -> Cow<'_, str> {
        let first = self.secrets.partition_point(|secret| secret.end <= range.start);
        let inside: Vec<Range<usize>> = self.secrets[first..]
            .iter()
            .take_while(|secret| secret.start < range.end)
            .map(|secret| {
                secret.start.max(range.start) - range.start..secret.end.min(range.end) - range.start
            })
            .filter(|secret| !secret.is_empty())
            .collect();
        // An edit of a file that is no text at all may start in the middle of a character.
        self.text.get(range).map_or(Cow::Borrowed(""), |part| match mask_ranges(part, &inside) {
            Cow::Owned(masked) if masked == part => Cow::Borrowed(part),
            masked => masked,
        })
    }
}

/// UTF-16 by its byte order mark; else UTF-8 with a sign in the place of what is none.
fn decode(bytes: &[u8]) -> (String, Vec<(usize, usize)>) {
    let (mut text, mut places) = (String::with_capacity(bytes.len()), Vec::new());
    let unit: Option<fn([u8; 2]) -> u16> = match bytes {
        [0xFF, 0xFE, ..] => Some(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => Some(u16::from_be_bytes),
        _ => None,
    };
    if let Some(unit) = unit {
        let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        let mut at = 0;
        for decoded in char::decode_utf16(units) {
            let c = decoded.unwrap_or(char::REPLACEMENT_CHARACTER);
            places.push((at, text.len()));
            text.push(c);
            at += 2 * c.len_utf16();
        }
        places.push((at, text.len()));
        return (text, places);
    }
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            places.push((at, text.len()));
            text.push(c);
            at += c.len_utf8();
        }
        for _ in chunk.invalid() {
            places.push((at, text.len()));
            text.push(char::REPLACEMENT_CHARACTER);
            at += 1;
        }
    }
    places.push((at, text.len()));
    (text, places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use migrate_core::Source;

    fn masker() -> Masker {
        Masker::new(&Source::builtin(Source::builtin_names().next().unwrap()).unwrap())
    }

    #[test]
    fn offsets_follow_the_encoding() {
        let utf16: Vec<u8> =
            [0xFEFF_u16, 0x61, 0xD83D, 0xDD11, 0x62].iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let shown = Shown::new(&utf16, "text", &masker());
        assert_eq!(shown.text, "\u{feff}a🔑b");
        assert!(!shown.is_exact);
        assert_eq!(shown.part(shown.offset(8)..shown.offset(10)), "b");
        assert_eq!(shown.part(shown.offset(4)..shown.offset(8)), "🔑");
        let latin1 = b"caf\xe9 = 1";
        let shown = Shown::new(latin1, "text", &masker());
        assert_eq!(shown.text, "caf\u{fffd} = 1");
        assert_eq!(shown.part(shown.offset(5)..shown.offset(8)), "= 1");
    }

    #[test]
    fn a_part_of_a_secret_is_masked() {
        let text = "API_KEY=abcdefgh";
        let shown = Shown::new(text.as_bytes(), "dotenv", &masker());
        assert!(shown.is_exact);
        assert_eq!(shown.part(0..16), "API_KEY=…");
        assert_eq!(shown.part(12..16), "…");
        assert_eq!(shown.part(0..8), "API_KEY=");
    }
}
