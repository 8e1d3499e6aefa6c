//! Trees that were made to hurt, texts in every encoding, and keys in every kind of place, through the real command.

#![forbid(unsafe_code)]
// A test that panics has failed, which is what its unwraps are for.
#![allow(clippy::unwrap_used)]

mod encodings;
mod packs;
mod run;
mod secrets;
#[cfg(unix)]
mod trees;
