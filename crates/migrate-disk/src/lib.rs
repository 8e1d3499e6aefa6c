//! The real filesystem under `migrate-core`.
#![forbid(unsafe_code)]
