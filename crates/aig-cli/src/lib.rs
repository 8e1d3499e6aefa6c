//! The command `aig`, as a library.
#![forbid(unsafe_code)]
