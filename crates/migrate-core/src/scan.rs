//! The fast search: does a file hold a marker at all? Almost every file ends here.
//!
//! Not allowed here: decoding, regular expressions, allocation a file. A hit is only a candidate; what it means is
//! decided on decoded text, in [`token`](crate::token).

use memchr::memmem::Finder;

use crate::source::Source;

/// Looks for markers in raw bytes.
#[derive(Debug)]
pub(crate) struct Scanner {
    narrow: Vec<Finder<'static>>,
    wide: Vec<Finder<'static>>,
}

impl Scanner {
    /// A scanner for the markers of `source` and its target, and for further base URLs.
    pub(crate) fn new(source: &Source, from_urls: &[String]) -> Self {
        let words = source.markers.iter().chain(&source.target.markers).chain(from_urls);
        let markers: Vec<&str> = words.map(String::as_str).collect();
        let narrow = markers.iter().map(|marker| Finder::new(marker.as_bytes()).into_owned()).collect();
        let wide = markers
            .iter()
            .flat_map(|marker| {
                let units: Vec<u16> = marker.encode_utf16().collect();
                let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
                let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
                [Finder::new(&little).into_owned(), Finder::new(&big).into_owned()]
            })
            .collect();
        Self { narrow, wide }
    }

    /// Whether `bytes` hold a marker in one of its exact spellings, as UTF-8 or, after a byte order mark, UTF-16.
    pub(crate) fn is_candidate(&self, bytes: &[u8]) -> bool {
        let wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
        let finders = if wide { &self.wide } else { &self.narrow };
        finders.iter().any(|finder| finder.find(bytes).is_some())
    }
}
