//! Text of no known language, or that its grammar can't digest: no syntax, only bytes.

use super::spell;
use super::{EnvironmentRead, Import, Language, Separator, Spelled, Wrap};
use crate::syntax::{Kind, NodeId, Syntax};

/// No language.
#[derive(Debug)]
pub(super) struct Lexical;

impl Language for Lexical {
    fn id(&self) -> &'static str {
        "lexical"
    }

    fn parse(&self, text: &str) -> Option<Syntax> {
        Some(Syntax::new(Kind::Other, text.len()))
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

    fn spell_string(&self, value: &str, like: Option<&str>) -> String {
        spell::string(value, like.and_then(spell::quote_of))
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
}
