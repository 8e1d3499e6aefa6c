//! A source of numbers that is the same for the same seed, on every machine.

use std::ops::Range;

/// Steele, Lea and Flood's SplitMix64.
#[derive(Debug)]
pub struct Random {
    state: u64,
}

impl Random {
    pub fn new(seed: u64) -> Self {
        let mut random = Self { state: seed };
        // Seeds that follow each other must not give numbers that do.
        random.state = random.next() ^ seed.rotate_left(32);
        random
    }

    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 if that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        if end == 0 { 0 } else { (self.next() % end as u64) as usize }
    }

    /// True once in `times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub fn pick<'t, T>(&mut self, things: &'t [T]) -> &'t T {
        &things[self.below(things.len())]
    }

    /// A span of something of this length; often short.
    pub fn span(&mut self, length: usize) -> Range<usize> {
        let start = self.below(length + 1);
        let longest = if self.once_in(4) { length - start } else { (length - start).min(12) };
        start..start + self.below(longest + 1)
    }

    /// Bytes of text with strange ones between, up to so many pieces.
    pub fn bytes(&mut self, pieces: usize) -> Vec<u8> {
        const PIECES: [&[u8]; 20] = [
            b"a",
            b"key",
            b" = ",
            b"\n",
            b"\r\n",
            b"\r",
            b"\t",
            b"\"",
            b"\\",
            "é".as_bytes(),
            "😀".as_bytes(),
            "\u{FFFD}".as_bytes(),
            "\u{FEFF}".as_bytes(),
            b"\xE9",
            b"\xFF",
            b"\xC3",
            b"\xF0\x9F",
            b"\x1B[31m",
            b"PORTKEY_API_KEY",
            b"https://api.portkey.ai/v1",
        ];
        let mut bytes = Vec::new();
        for _ in 0..self.below(pieces) {
            if self.once_in(16) {
                bytes.push(self.next() as u8);
            } else {
                bytes.extend_from_slice(self.pick::<&[u8]>(&PIECES));
            }
        }
        bytes
    }

    /// Bytes in one of the encodings that files have.
    pub fn file(&mut self, pieces: usize) -> Vec<u8> {
        let bytes = self.bytes(pieces);
        match self.below(8) {
            0 => [b"\xEF\xBB\xBF".as_slice(), &bytes].concat(),
            kind @ (1 | 2) => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
                let mut file: Vec<u8> = units
                    .flat_map(|unit| if kind == 1 { unit.to_le_bytes() } else { unit.to_be_bytes() })
                    .collect();
                if self.once_in(8) {
                    // Half a character, or a surrogate that stands alone.
                    file.truncate(file.len() - self.below(3).min(file.len() - 2));
                }
                file
            }
            _ => bytes,
        }
    }
}
