//! How things are said to people: counted things, errors.

use migrate_core::Error;
use migrate_core::fs::FsError;

/// An error of the library in words.
pub(crate) fn words(error: impl Into<Error>) -> String {
    let error = error.into();
    match &error {
        Error::Fs(FsError::NotFound { path }) => format!("{path}: no such file or folder"),
        _ => error.to_string(),
    }
}

/// `1 file`, `2 files`.
pub(crate) fn count(number: usize, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}
