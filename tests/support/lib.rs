//! What the test targets share.

#![forbid(unsafe_code)]

pub mod fixture;
pub mod hard_cases;
pub mod languages;
pub mod ledger;
pub mod workspace;
