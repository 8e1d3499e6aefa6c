//! The key in settings that are data: a value is text there, and a variable is read in the notation that the reader of
//! the file knows.

use crate::facts::{RegionFacts, statement_of};
use crate::finding::{Level, Rule};
use crate::syntax::{Kind, NodeId, Role};
use crate::token::TokenKind;
use crate::tree::{At, Place, holds_url};

use super::key_value::KeyValue;
use crate::rewrite::Rewriter;

impl Rewriter<'_, '_> {
    /// The value of a key's entry becomes the target's key. `header` is the value of the source's key in a header of the
    /// same client, as it reads after the edits.
    pub(super) fn key_of_settings(
        &mut self,
        at: At,
        facts: &RegionFacts,
        value: NodeId,
        group: u32,
        header: Option<String>,
    ) {
        let span = facts.tree().node(value).span.clone();
        let text = facts.node_text(value);
        let target = &self.tree.source.target;
        let (title, variable) = (&target.title, target.key_variable.clone());
        let read = facts.language.environment_read(facts.tree(), &facts.text, value);
        match (self.key_value(Place { at, node: value }), header) {
            (KeyValue::Dummy | KeyValue::OtherRead | KeyValue::Unknown { ours: false }, Some(header)) => {
                if !matches!(self.key_value(Place { at, node: value }), KeyValue::Dummy) {
                    self.provider_key(at, span.clone(), text);
                }
                self.note_added(at, &header);
                self.replace(at, span, header, Rule::AuthHeader, group);
            }
            (KeyValue::OtherRead, None) if self.may_be_target_key(at, facts, value, &span) => {
                self.must_be_target_key(at, span, &format!("`{text}` must be"), Level::Check);
            }
            (KeyValue::OtherRead, None) => {
                self.provider_key(at, span.clone(), text);
                let name = read.map_or(span, |read| read.name);
                self.note_added(at, &variable);
                self.replace(at, name, variable, Rule::ProviderKey, group);
            }
            (KeyValue::Dummy, None) => {
                let new = match facts.language.spell_environment_read(&variable) {
                    Some(spelled) => spelled.text,
                    None => {
                        // Someone has to put the key in.
                        let help = format!("Put your {title} key in the place of `{variable}`.");
                        let message = "there is no key here yet";
                        self.find(at, span.clone(), Rule::EnvValue, Level::Action, message, help);
                        facts.language.spell_string(&variable, Some(text))
                    }
                };
                self.note_added(at, &new);
                self.replace(at, span, new, Rule::AuthHeader, group);
            }
            (KeyValue::Literal | KeyValue::Unknown { ours: false }, _) => {
                let message = format!("the key that is written out here is not one of {title}");
                let help = format!("Put a key of {title} here, or read it from `{variable}`.");
                self.find(at, span, Rule::HardCodedKey, Level::Action, message, help);
            }
            (
                KeyValue::Target
                | KeyValue::Placeholder
                | KeyValue::Read { .. }
                | KeyValue::Named { .. }
                | KeyValue::Unknown { ours: true },
                _,
            ) => {}
        }
    }

    /// Names and values line by line: what stands beside the URL of a client as its key (`openai.base-url` and
    /// `openai.api-key`, `OPENAI_BASE_URL` and `OPENAI_API_KEY`) is sent to the target now.
    pub(super) fn keys_beside_urls(&mut self, at: At, facts: &RegionFacts) {
        let syntax = facts.tree();
        let assigns: Vec<(NodeId, &str, NodeId)> = syntax
            .ids()
            .filter(|&id| syntax.kind(id) == Kind::Assign)
            .filter_map(|id| {
                let target = syntax.child(id, Role::Target)?;
                Some((id, facts.node_text(target), syntax.child(id, Role::Value)?))
            })
            .collect();
        for &(assign, name, value) in &assigns {
            let clients = &self.tree.source.clients;
            let Some(prefix) = prefix_of(name, &clients.url_arguments) else { continue };
            let statement = statement_of(facts.language, syntax, assign);
            if !self.units.moves(at, statement) || !holds_url(facts, &syntax.node(value).span) {
                continue;
            }
            let group = self.group(at, statement);
            let beside = assigns.iter().filter(|(_, name, _)| {
                prefix_of(name, &clients.key_arguments) == Some(prefix)
                    // A variable of the source's is dealt with by its name.
                    && !facts.sites.iter().any(|site| {
                        matches!(site.token.kind, TokenKind::Variable { .. } | TokenKind::TargetVariable)
                            && facts.text[site.token.span.clone()] == **name
                    })
            });
            for &(_, key, given) in beside {
                let is_variable = !key.contains(['.', '-']);
                if !is_variable {
                    self.key_of_settings(at, facts, given, group, None);
                } else if !matches!(
                    self.key_value(Place { at, node: given }),
                    KeyValue::Target | KeyValue::Read { .. } | KeyValue::Named { .. }
                ) {
                    let span = syntax.node(given).span.clone();
                    let title = &self.tree.source.target.title;
                    let message = format!("what reads `{name}` may send `{key}` to {title}");
                    let help = format!("If it does, a key of {title} belongs there, and never a provider's.");
                    self.find(at, span, Rule::EnvValue, Level::Check, message, help);
                }
            }
        }
    }
}

/// What stands in front of one of these words in a name, whose words may be joined by `_`, `-` or `.`.
fn prefix_of<'n>(name: &'n str, words: &[String]) -> Option<&'n str> {
    let plain = name.to_ascii_lowercase().replace('-', "_");
    let ends = words.iter().filter(|word| {
        let rest = plain.strip_suffix(&word.to_ascii_lowercase());
        rest.is_some_and(|rest| rest.ends_with(['_', '.']) && rest.len() > 1)
    });
    ends.map(|word| &name[..name.len() - word.len()]).min_by_key(|prefix| prefix.len())
}
