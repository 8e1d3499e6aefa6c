//! The key in settings that are data: a value is text there, and a variable is read in the notation that the reader of
//! the file knows.

use crate::facts::RegionFacts;
use crate::finding::{Level, Rule};
use crate::join::{At, Place};
use crate::syntax::NodeId;

use super::Rewriter;
use super::credential::KeyValue;

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
        let path = &self.tree.files[at.file].path;
        let read = facts.language.environment_read(facts.tree(), &facts.text, value);
        match (self.key_value(Place { at, node: value }), header) {
            (KeyValue::Dummy | KeyValue::OtherRead | KeyValue::Unknown { ours: false }, Some(header)) => {
                if !matches!(self.key_value(Place { at, node: value }), KeyValue::Dummy) {
                    self.provider_key(at, span.clone(), text);
                }
                self.note_added(&header, &variable, path);
                self.replace(at, span, header, Rule::AuthHeader, group);
            }
            (KeyValue::OtherRead, None) if self.may_be_target_key(at, facts, value, &span) => {
                self.must_be_target_key(at, span, &format!("`{text}` must be"), Level::Check);
            }
            (KeyValue::OtherRead, None) => {
                self.provider_key(at, span.clone(), text);
                let name = read.map_or(span, |read| read.name);
                self.note_added(&variable, &variable, path);
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
                self.note_added(&new, &variable, path);
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
}
