//! What a review asks about: the units of a plan, those joined that share a variable.

use std::collections::{BTreeMap, BTreeSet};

use migrate_core::Plan;
use migrate_core::edit::{Edit, Group, SHARED};
use migrate_core::finding::Rule;
use migrate_core::plan::FilePlan;

/// How many lines around a unit's edits are looked through for a variable's name.
const AROUND: usize = 3;

/// One thing to say yes or no to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// Its groups in the plan.
    pub groups: BTreeSet<Group>,
    /// The files it has edits in, as indexes into those of the plan; at least one.
    pub files: Vec<usize>,
}

/// What an item is known by, also in another plan of the same tree: for each edit its file, and the bytes before and
/// after.
pub(super) type Key = Vec<(String, Vec<u8>, Vec<u8>)>;

impl Item {
    /// Its edits of a file.
    pub fn edits(&self, file: &FilePlan) -> Vec<Edit> {
        file.edits.iter().filter(|edit| self.groups.contains(&edit.group)).cloned().collect()
    }

    pub fn key(&self, plan: &Plan) -> Key {
        let files = self.files.iter().map(|file| &plan.files[*file]);
        let edits = files.flat_map(|file| self.edits(file).into_iter().map(move |edit| (file, edit)));
        edits
            .map(|(file, edit)| (file.path.clone(), file.original[edit.span].to_vec(), edit.replacement))
            .collect()
    }
}

/// The items of a plan, in the order of their first edits.
pub(super) fn items(plan: &Plan) -> Vec<Item> {
    let mut groups: BTreeMap<Group, BTreeSet<usize>> = BTreeMap::new();
    let mut order: Vec<Group> = Vec::new();
    for (index, file) in plan.files.iter().enumerate() {
        for edit in file.edits.iter().filter(|edit| edit.group != SHARED) {
            if !order.contains(&edit.group) {
                order.push(edit.group);
            }
            groups.entry(edit.group).or_default().insert(index);
        }
    }
    let mut items: Vec<Item> = order
        .iter()
        .map(|group| Item {
            groups: BTreeSet::from([*group]),
            files: groups[group].iter().copied().collect(),
        })
        .collect();
    // A file that gives a variable its value, and the code that reads it, are decided together: one without the other
    // would send a key to the wrong gateway.
    for (name, group) in variables(plan) {
        let named: Vec<Group> =
            order.iter().copied().filter(|other| *other != group && names(plan, *other, &name)).collect();
        for other in named {
            join(&mut items, group, other);
        }
    }
    items
}

fn join(items: &mut Vec<Item>, a: Group, b: Group) {
    let of = |items: &[Item], group| items.iter().position(|item| item.groups.contains(&group));
    if let (Some(a), Some(b)) = (of(items, a), of(items, b))
        && a != b
    {
        let gone = items.remove(a.max(b));
        let kept = &mut items[a.min(b)];
        kept.groups.extend(gone.groups);
        kept.files.extend(gone.files);
        kept.files.sort_unstable();
        kept.files.dedup();
    }
}

/// The variables that a unit gives a URL to, in a file of values.
fn variables(plan: &Plan) -> BTreeSet<(String, Group)> {
    let mut found = BTreeSet::new();
    for file in &plan.files {
        for edit in file.edits.iter().filter(|edit| edit.group != SHARED && edit.rule == Rule::BaseUrl) {
            let before = &file.original[..edit.span.start];
            let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
            let line = String::from_utf8_lossy(line);
            // `NAME=`, `NAME: "`, `export NAME="`, `- NAME=`, `"NAME": "`
            let name = line.trim_end_matches(['"', '\'', ' ', '=', ':']);
            let is_set = name.len() < line.len() && line[name.len()..].contains(['=', ':']);
            let start = name.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
            let name = &name[start..];
            let is_variable = name.contains('_') && !name.chars().any(|c| c.is_ascii_lowercase());
            if is_set && is_variable {
                found.insert((name.to_owned(), edit.group));
            }
        }
    }
    found
}

/// Whether a unit names a variable on or near the lines that it changes.
fn names(plan: &Plan, group: Group, name: &str) -> bool {
    plan.files.iter().any(|file| {
        let edits = file.edits.iter().filter(|edit| edit.group == group);
        let (first, last) = (edits.clone().map(|edit| edit.line).min(), edits.map(|edit| edit.line).max());
        let (Some(first), Some(last)) = (first, last) else { return false };
        let lines = file.original.split(|byte| *byte == b'\n');
        let near = lines.skip(first.saturating_sub(1 + AROUND)).take(last - first + 1 + 2 * AROUND);
        near.into_iter().any(|line| {
            let line = String::from_utf8_lossy(line);
            let words = line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            words.into_iter().any(|word| word == name)
        })
    })
}
