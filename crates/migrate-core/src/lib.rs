//! Plans and applies the migration of a source tree from one LLM gateway to another.
//!
//! The crate is pure: it reads and writes only through a [`FileSystem`], and touches no disk, clock, environment,
//! terminal or network of its own.
//!
//! [`plan()`] reads a tree and says what would change; [`apply()`] makes it so; [`undo()`] takes it back.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod apply;
pub mod config;
mod constant;
pub mod document;
pub mod edit;
pub mod error;
mod facts;
pub mod finding;
mod foreign;
pub mod fs;
mod join;
pub mod language;
mod ledger;
pub mod mask;
pub mod plan;
pub mod record;
mod replace;
mod rewrite;
mod scan;
mod scope;
mod sdk;
pub mod source;
pub mod syntax;
pub mod text;
mod token;
pub mod undo;
pub mod verify;

pub use apply::{Applied, ApplyOptions, apply};
pub use config::Config;
pub use error::Error;
pub use fs::{FileSystem, MemoryFs};
pub use plan::{Plan, PlanOptions, plan};
pub use record::{LastFindings, last_findings};
pub use source::Source;
pub use undo::{UndoOptions, Undone, clean, undo};
