//! Colours of code, from the syntax that the plan itself is made with.

use migrate_core::document::Document;
use migrate_core::syntax::{Kind, Role};

/// The colour of each byte of a text.
pub(super) type Colours = Vec<u8>;

pub(super) const NONE: u8 = 0;
pub(super) const STRING: u8 = 1;
pub(super) const COMMENT: u8 = 2;
pub(super) const KEY: u8 = 3;
pub(super) const CALL: u8 = 4;

/// The colours of the text of the file `path`; those of what can't be parsed are [`NONE`].
pub(super) fn colours(path: &str, text: &str) -> Colours {
    let mut colours = vec![NONE; text.len()];
    // Regions are told in offsets behind a byte order mark.
    if text.starts_with('\u{feff}') {
        return colours;
    }
    for region in Document::split(path, text).regions {
        let Some(syntax) = region.language.parse(&region.text) else { continue };
        // A node comes before those in it: what is inside is painted over what is around it.
        for id in syntax.ids() {
            let node = syntax.node(id);
            let colour = match (node.kind, node.role) {
                (Kind::String, Role::Key) | (Kind::Name, Role::Key) => KEY,
                (Kind::String, _) => STRING,
                (Kind::Comment, _) => COMMENT,
                (Kind::Name, Role::Callee) => CALL,
                (Kind::Hole, _) => NONE,
                _ => continue,
            };
            if !node.span.is_empty()
                && region.is_contiguous(node.span.clone())
                && let Some(part) = colours.get_mut(region.to_file(node.span.clone()))
            {
                part.fill(colour);
            }
        }
    }
    colours
}
