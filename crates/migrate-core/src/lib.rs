//! Plans and applies the migration of a source tree from one LLM gateway to another.
//!
//! The crate is pure: it reads and writes only through a [`FileSystem`], and touches no disk, clock, environment,
//! terminal or network of its own.
//!
//! [`plan()`] reads a tree and says what would change; [`apply()`] makes it so; [`undo()`] takes it back.
//!
//! ```
//! use migrate_core::{ApplyOptions, MemoryFs, PlanOptions, Source, UndoOptions, apply, plan, undo};
//!
//! # fn main() -> Result<(), migrate_core::Error> {
//! // A source of one's own, as `examples/acme.toml` describes it; `Source::builtin` has those that come with the crate.
//! let pack = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/acme.toml"));
//! let source = Source::from_toml(pack)?;
//! let before = "curl https://llm.acme.dev/v1/chat/completions -H \"x-acme-api-key: $ACME_API_KEY\"\n";
//! let fs = MemoryFs::from_files([("ask.sh", before)]);
//!
//! let plan = plan(&fs, &source, &PlanOptions::default())?;
//! assert_eq!((plan.changed().count(), plan.finding_count()), (1, 0));
//!
//! let applied = apply(&fs, &plan, &ApplyOptions::default())?;
//! assert_eq!(applied.files[0].0, "ask.sh");
//! assert!(!fs.file("ask.sh").unwrap_or_default().starts_with(b"curl https://llm.acme.dev"));
//!
//! undo(&fs, &UndoOptions::default())?;
//! assert_eq!(fs.file("ask.sh").as_deref(), Some(before.as_bytes()));
//! # Ok(())
//! # }
//! ```
//!
//! What goes wrong with one file is a [finding](finding::Finding) or a [skip](finding::Skipped) of the plan; an [`Error`]
//! is about the whole. Two programs in `examples/` show a source and a [`FileSystem`] of one's own; the real disk is in the
//! crate `migrate-disk`.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod apply;
pub mod config;
mod constant;
pub mod document;
pub mod edit;
mod endpoint;
pub mod error;
mod facts;
pub mod finding;
mod foreign;
pub mod fs;
mod join;
pub mod language;
mod ledger;
pub mod mask;
pub mod parallel;
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
mod tree;
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
