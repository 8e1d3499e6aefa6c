//! Text that people read: documents. Nothing in it runs.

use crate::syntax::{NodeId, Syntax};

use super::{EnvironmentRead, Import, Language, Separator, Spelled, Wrap};

/// Text that people read.
#[derive(Debug)]
pub(super) struct Prose;

impl Language for Prose {
    fn id(&self) -> &'static str {
        "text"
    }

    fn parse(&self, _: &str) -> Option<Syntax> {
        None
    }

    fn environment_read(&self, _: &Syntax, _: &str, _: NodeId) -> Option<EnvironmentRead> {
        None
    }

    fn spell_environment_read(&self, _: &str) -> Option<Spelled> {
        None
    }

    fn spell_prefixed(&self, _: &Syntax, _: &str, _: NodeId, _: &str) -> Option<Wrap> {
        None
    }

    fn spell_string(&self, value: &str, _: Option<&str>) -> String {
        value.to_owned()
    }

    fn spell_entry(&self, _: &Syntax, _: NodeId, _: &str, _: &str) -> Option<String> {
        None
    }

    fn has_expressions(&self) -> bool {
        false
    }

    fn separator(&self, _: &Syntax, _: NodeId) -> Separator {
        Separator::Line
    }

    fn imports(&self, _: &Syntax, _: &str, _: NodeId) -> Vec<Import> {
        Vec::new()
    }

    fn add_import(&self, _: &Syntax, _: &str, _: &str) -> Option<(usize, String)> {
        None
    }

    fn is_prose(&self) -> bool {
        true
    }
}
