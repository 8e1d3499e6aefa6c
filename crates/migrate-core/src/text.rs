//! Bytes and text: decodes a file, maps offsets in its text to offsets in its bytes and back, and encodes
//! replacements in the file's own encoding. The floors above never think of encodings.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// What stands in the text for a byte (or UTF-16 unit) that is no part of a character.
const PLACEHOLDER: char = char::REPLACEMENT_CHARACTER;

/// How many bytes of text lie between two checkpoints of a UTF-16 file.
const STRIDE: usize = 256;

/// How a file's bytes stand for its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    /// UTF-8, after a byte order mark of this many bytes (0 or 3).
    Utf8 { mark: usize },
    /// UTF-16 after a byte order mark.
    Utf16 { little: bool },
    /// UTF-8 with bytes in it that are none (Latin-1, broken files): each is one placeholder.
    Mixed,
}

/// A decoded file.
#[derive(Clone, Debug)]
pub struct Text {
    /// What is found in it shares it: a long file is not copied for that.
    text: Arc<str>,
    encoding: Encoding,
    /// Length of the file in bytes.
    length: usize,
    /// Text offsets of placeholders, sorted.
    placeholders: Vec<usize>,
    /// For UTF-16: pairs of text offset and byte offset, sorted, about one every [`STRIDE`].
    checkpoints: Vec<(usize, usize)>,
    /// Text offsets at which lines start; the first is 0. Found when one is asked for.
    lines: OnceLock<Vec<usize>>,
}

impl Text {
    /// Decodes a file by its byte order mark, else as UTF-8, else as UTF-8 with strange bytes in it. `None` for what
    /// is no text: a NUL byte (or a NUL character in UTF-16), or broken UTF-8 full of control characters.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let little = bytes.starts_with(&[0xFF, 0xFE]);
        if little || bytes.starts_with(&[0xFE, 0xFF]) {
            return Self::decode_utf16(bytes, little);
        }
        if memchr::memchr(0, bytes).is_some() {
            return None;
        }
        let mark = if bytes.starts_with(&[0xEF, 0xBB, 0xBF]) { 3 } else { 0 };
        match std::str::from_utf8(&bytes[mark..]) {
            Ok(text) => {
                Some(Self::new(text.into(), Encoding::Utf8 { mark }, bytes.len(), Vec::new(), Vec::new()))
            }
            Err(_) => Self::decode_mixed(bytes),
        }
    }

    fn decode_utf16(bytes: &[u8], little: bool) -> Option<Self> {
        let units = bytes[2..].chunks_exact(2).map(|pair| {
            let pair = [pair[0], pair[1]];
            if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }
        });
        let mut text = String::with_capacity(bytes.len());
        let mut placeholders = Vec::new();
        let mut checkpoints = vec![(0, 2)];
        let (mut at, mut last) = (2, 0);
        for unit in char::decode_utf16(units) {
            if text.len() >= last + STRIDE {
                last = text.len();
                checkpoints.push((last, at));
            }
            match unit {
                Ok('\0') => return None,
                Ok(char) => {
                    at += 2 * char.len_utf16();
                    text.push(char);
                }
                Err(_) => {
                    placeholders.push(text.len());
                    at += 2;
                    text.push(PLACEHOLDER);
                }
            }
        }
        if at < bytes.len() {
            placeholders.push(text.len());
            text.push(PLACEHOLDER);
        }
        Some(Self::new(text.into(), Encoding::Utf16 { little }, bytes.len(), placeholders, checkpoints))
    }

    fn decode_mixed(bytes: &[u8]) -> Option<Self> {
        let control = |byte: &&u8| **byte < 0x20 && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B);
        if bytes.iter().filter(control).count() > bytes.len() / 32 {
            return None;
        }
        let mut text = String::with_capacity(bytes.len() + 64);
        let mut placeholders = Vec::new();
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            for _ in chunk.invalid() {
                placeholders.push(text.len());
                text.push(PLACEHOLDER);
            }
        }
        Some(Self::new(text.into(), Encoding::Mixed, bytes.len(), placeholders, Vec::new()))
    }

    fn new(
        text: Arc<str>,
        encoding: Encoding,
        length: usize,
        placeholders: Vec<usize>,
        checkpoints: Vec<(usize, usize)>,
    ) -> Self {
        Self { text, encoding, length, placeholders, checkpoints, lines: OnceLock::new() }
    }

    fn lines(&self) -> &[usize] {
        self.lines.get_or_init(|| {
            let bytes = self.text.as_bytes();
            let mut lines = vec![0];
            for end in memchr::memchr2_iter(b'\n', b'\r', bytes) {
                if bytes[end] == b'\n' || bytes.get(end + 1) != Some(&b'\n') {
                    lines.push(end + 1);
                }
            }
            lines
        })
    }

    /// The text, without a byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text, to be held on to.
    pub(crate) fn shared(&self) -> &Arc<str> {
        &self.text
    }

    /// Whether the text is the file, byte for byte.
    pub(crate) fn is_exact(&self) -> bool {
        self.encoding == Encoding::Utf8 { mark: 0 }
    }

    /// The byte offset in the file of a text offset. An offset inside a character counts as its start.
    pub fn byte_offset(&self, offset: usize) -> usize {
        let offset = self.floor(offset);
        if offset == self.text.len() {
            return self.length;
        }
        match self.encoding {
            Encoding::Utf8 { mark } => offset + mark,
            Encoding::Mixed => {
                let before = self.placeholders.partition_point(|&at| at < offset);
                offset - before * (PLACEHOLDER.len_utf8() - 1)
            }
            Encoding::Utf16 { .. } => {
                let index = self.checkpoints.partition_point(|&(text, _)| text <= offset) - 1;
                let (text, byte) = self.checkpoints[index];
                byte + self.text[text..offset].chars().map(|char| 2 * char.len_utf16()).sum::<usize>()
            }
        }
    }

    /// The text offset of a byte offset in the file. An offset inside a character counts as its start, one inside
    /// the byte order mark as 0.
    pub fn text_offset(&self, byte: usize) -> usize {
        if byte >= self.length {
            return self.text.len();
        }
        match self.encoding {
            Encoding::Utf8 { mark } => self.floor(byte.saturating_sub(mark)),
            Encoding::Mixed => {
                let (mut low, mut high) = (0, self.placeholders.len());
                // The first placeholder whose byte is not before this one.
                while low < high {
                    let middle = low.midpoint(high);
                    if self.placeholders[middle] - middle * (PLACEHOLDER.len_utf8() - 1) < byte {
                        low = middle + 1;
                    } else {
                        high = middle;
                    }
                }
                self.floor(byte + low * (PLACEHOLDER.len_utf8() - 1))
            }
            Encoding::Utf16 { .. } => {
                let index = self.checkpoints.partition_point(|&(_, at)| at <= byte).saturating_sub(1);
                let (text, mut at) = self.checkpoints[index];
                for (offset, char) in self.text[text..].char_indices() {
                    at += 2 * char.len_utf16();
                    if at > byte {
                        return text + offset;
                    }
                }
                self.text.len()
            }
        }
    }

    /// The span of bytes in the file of a span of text.
    pub fn byte_span(&self, span: Range<usize>) -> Range<usize> {
        self.byte_offset(span.start)..self.byte_offset(span.end)
    }

    /// `replacement` in the file's own encoding. `None` if the file can't hold it: anything but ASCII in a file of
    /// unknown encoding, or a placeholder where the file has units that are no characters.
    pub fn encode(&self, replacement: &str) -> Option<Vec<u8>> {
        match self.encoding {
            Encoding::Utf8 { .. } => Some(replacement.as_bytes().to_vec()),
            Encoding::Mixed => replacement.is_ascii().then(|| replacement.as_bytes().to_vec()),
            Encoding::Utf16 { little } => {
                if !self.placeholders.is_empty() && replacement.contains(PLACEHOLDER) {
                    return None;
                }
                let units = replacement.encode_utf16();
                Some(
                    units
                        .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
                        .collect(),
                )
            }
        }
    }

    /// Line and column of a text offset, in characters, both from 1. `\n`, `\r\n` and a lone `\r` end a line.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let offset = self.floor(offset);
        let line = self.lines().partition_point(|&start| start <= offset);
        let start = self.lines()[line - 1];
        (line, self.text[start..offset].chars().count() + 1)
    }

    /// The span of text of a line (from 1) with its ending; empty past the last one.
    pub fn line(&self, line: usize) -> Range<usize> {
        let start = self.lines().get(line.saturating_sub(1)).copied().unwrap_or(self.text.len());
        start..self.lines().get(line).copied().unwrap_or(self.text.len()).max(start)
    }

    /// How the line of a text offset ends: `"\n"`, `"\r\n"` or `"\r"`. For a last line without an ending, how the
    /// line before it does; `"\n"` if there is none.
    pub fn line_ending(&self, offset: usize) -> &'static str {
        let line = self.lines().partition_point(|&start| start <= self.floor(offset));
        let end = match self.lines().get(line) {
            Some(&next) => next,
            None => self.lines()[line - 1],
        };
        match &self.text.as_bytes()[..end] {
            [.., b'\r', b'\n'] => "\r\n",
            [.., b'\r'] => "\r",
            _ => "\n",
        }
    }

    /// The nearest character boundary at or before `offset`, within the text.
    fn floor(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

/// Line and column, both counted from 1, of the byte offset `at` in `bytes`. Columns are characters of UTF-8.
pub fn line_and_column(bytes: &[u8], at: usize) -> (usize, usize) {
    let before = &bytes[..at.min(bytes.len())];
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    // Every character but for the continuation bytes of the longer ones.
    let column = before[line_start..].iter().filter(|byte| **byte & 0xC0 != 0x80).count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn utf16(text: &str, little: bool) -> Vec<u8> {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    }

    #[test]
    fn binary_is_no_text() {
        assert!(Text::decode(b"a\0b").is_none());
        assert!(Text::decode(&[0xFF, 0xFE, 0, 0, b'a', 0, 0, 0]).is_none(), "UTF-32");
        assert!(Text::decode(&[0x89, 1, 2, 3, 4, 5, 0xC0]).is_none());
        assert_eq!(Text::decode(b"").unwrap().text(), "");
    }

    #[test]
    fn latin1_maps_byte_for_byte() {
        let text = Text::decode(b"caf\xE9 = key \xFCx").unwrap();
        let at = text.text().find("key").unwrap();
        assert_eq!(text.byte_span(at..at + 3), 7..10);
        assert_eq!(text.text_offset(7), at);
        assert_eq!(text.line_column(at), (1, 8));
        assert_eq!(text.encode("KEY").unwrap(), b"KEY");
        assert_eq!(text.encode("é"), None);
    }

    #[test]
    fn a_byte_order_mark_is_no_text() {
        let text = Text::decode(b"\xEF\xBB\xBFkey").unwrap();
        assert_eq!(text.text(), "key");
        assert_eq!(text.byte_span(0..3), 3..6);
        assert_eq!(text.text_offset(1), 0);
    }

    #[test]
    fn lines_end_in_any_way() {
        let text = Text::decode("a\r\nü=b\rc\n\nd".as_bytes()).unwrap();
        assert_eq!(text.line_column(0), (1, 1));
        assert_eq!(text.line_column(text.text().find("b").unwrap()), (2, 3));
        assert_eq!(text.line_column(text.text().find("c").unwrap()), (3, 1));
        assert_eq!(text.line_column(text.text().len()), (5, 2));
        assert_eq!(text.line_ending(0), "\r\n");
        assert_eq!(text.line_ending(text.text().find("b").unwrap()), "\r");
        assert_eq!(text.line_ending(text.text().find("c").unwrap()), "\n");
        assert_eq!(text.line_ending(text.text().len()), "\n");
        assert_eq!(&text.text()[text.line(2)], "ü=b\r");
        assert_eq!(&text.text()[text.line(5)], "d");
        assert!(text.line(6).is_empty());
    }

    #[test]
    fn a_lone_surrogate_keeps_its_place() {
        let mut bytes = utf16("a", true);
        bytes.extend([0x00, 0xD8, b'k', 0, 9]);
        let text = Text::decode(&bytes).unwrap();
        let at = text.text().find('k').unwrap();
        assert_eq!(text.byte_span(at..at + 1), 6..8);
        assert_eq!(text.text_offset(6), at);
        assert_eq!(text.encode("\u{FFFD}"), None);
    }

    /// Every character's span, in order, covers the file without gap, and maps back.
    fn check_map(bytes: &[u8], mark: usize) {
        let Some(text) = Text::decode(bytes) else { return };
        let mut at = mark;
        for (offset, char) in text.text().char_indices() {
            let span = text.byte_span(offset..offset + char.len_utf8());
            assert_eq!(span.start, at);
            assert!(span.end > span.start);
            assert_eq!(text.text_offset(span.start), offset);
            assert_eq!(text.text_offset(span.end - 1), offset);
            if let (false, Some(encoded)) = (char == PLACEHOLDER, text.encode(char.encode_utf8(&mut [0; 4])))
            {
                assert_eq!(encoded, bytes[span.clone()]);
            }
            at = span.end;
        }
        assert_eq!(at, bytes.len().max(mark));
    }

    proptest! {
        #[test]
        fn any_bytes_map_exactly(bytes in proptest::collection::vec(1u8.., 0..600)) {
            let mark = match bytes.as_slice() {
                [0xEF, 0xBB, 0xBF, ..] => 3,
                [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => 2,
                _ => 0,
            };
            check_map(&bytes, mark);
        }

        #[test]
        fn broken_utf8_maps_exactly(parts in proptest::collection::vec(("[ -~é😀\u{FFFD}\n]{0,9}", 0x80u8..), 1..40)) {
            let bytes: Vec<u8> = parts.iter().flat_map(|(text, byte)| text.bytes().chain([*byte])).collect();
            check_map(&bytes, 0);
        }

        #[test]
        fn utf16_maps_exactly(text in "[a-zé😀\u{FFFD}\r\n]{0,700}", little: bool) {
            let bytes = utf16(&text, little);
            let decoded = Text::decode(&bytes).unwrap();
            prop_assert_eq!(decoded.text(), text.as_str());
            check_map(&bytes, 2);
            prop_assert_eq!(decoded.encode(&text).unwrap(), &bytes[2..]);
        }

        #[test]
        fn columns_count_from_their_line(text in "[a-cé\r\n]{0,60}") {
            let decoded = Text::decode(text.as_bytes()).unwrap();
            let (mut line, mut column) = (1, 1);
            let mut before = ' ';
            for (offset, char) in text.char_indices() {
                if before == '\n' || (before == '\r' && char != '\n') {
                    line += 1;
                    column = 1;
                }
                prop_assert_eq!(decoded.line_column(offset), (line, column));
                column += 1;
                before = char;
            }
        }
    }

    #[test]
    fn places_count_lines_and_characters_from_one() {
        let bytes = "a\nbé→x\n".as_bytes();
        assert_eq!(line_and_column(bytes, 0), (1, 1));
        assert_eq!(line_and_column(bytes, 1), (1, 2));
        assert_eq!(line_and_column(bytes, 2), (2, 1));
        assert_eq!(line_and_column(bytes, bytes.len() - 2), (2, 4));
        assert_eq!(line_and_column(bytes, bytes.len()), (3, 1));
        assert_eq!(line_and_column(b"\xff\xfe", 2), (1, 3));
    }
}
