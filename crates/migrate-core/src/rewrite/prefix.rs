//! Prefixes that a program puts before the names of its settings to get those of variables.

use crate::facts::{Context, RegionFacts, Site};
use crate::finding::{Level, Rule};
use crate::source::VariableRole;
use crate::token::TokenKind;
use crate::tree::At;

use super::Rewriter;

impl Rewriter<'_, '_> {
    /// Tells of a text that is the beginning of the key variable's name: what is read by it keeps its name, and is not
    /// there any more. Whether it is one.
    pub(super) fn prefix(&mut self, at: At, facts: &RegionFacts, index: usize, site: &Site) -> bool {
        let text = &facts.text[site.token.span.clone()];
        let source = self.tree.source;
        let mut variables = source.variables.iter();
        let is_prefix = |name: &str| name.len() > text.len() && name.starts_with(text);
        let found =
            variables.find(|variable| variable.role == VariableRole::Key && is_prefix(&variable.name));
        let whole = site.context == Context::Text { whole: true };
        let is_word = matches!(site.token.kind, TokenKind::Word | TokenKind::Identifier);
        let Some(variable) = found.filter(|_| whole && is_word && text.ends_with('_')) else { return false };
        // Where a part of the tree stays, the old name is kept too.
        if self.units.stays(at, site.statement) || self.units.key_stays() {
            return false;
        }
        let target = &source.target;
        let message = format!(
            "`{text}` is put before the names of variables: `{}` is not read by it, and `{}` may be gone",
            target.key_variable, variable.name
        );
        let help = format!(
            "Read `{}` by its whole name, or set `{}` to the key of {}.",
            target.key_variable, variable.name, target.title
        );
        self.find(at, site.token.span.clone(), Rule::EnvVar, Level::Action, message, help);
        self.draft(at).reported.insert(index);
        true
    }
}
