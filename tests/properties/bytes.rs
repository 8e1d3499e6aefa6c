//! Text, edits, and taking them back, over any bytes.

use std::collections::BTreeMap;

use migrate_core::edit::{Edit, apply_edits, normalize};
use migrate_core::finding::Rule;
use migrate_core::fs::{Failure, Operation};
use migrate_core::plan::{FilePlan, Plan};
use migrate_core::text::Text;
use migrate_core::{ApplyOptions, FileSystem, MemoryFs, UndoOptions, apply};

use crate::random::Random;

/// Every character has its bytes, all bytes have a character, and a replaced span changes nothing else.
pub fn text(random: &mut Random) {
    let bytes = random.file(60);
    let Some(text) = Text::decode(&bytes) else { return };
    let mark = text.byte_offset(0);
    assert!(mark <= 3);
    let mut at = mark;
    for (offset, char) in text.text().char_indices() {
        let span = text.byte_span(offset..offset + char.len_utf8());
        assert!(span.start == at && span.end > at, "{offset}: {span:?}, not from {at}");
        assert_eq!(text.text_offset(span.start), offset);
        assert_eq!(text.text_offset(span.end - 1), offset);
        if char != char::REPLACEMENT_CHARACTER {
            let encoded = text.encode(char.encode_utf8(&mut [0; 4]));
            assert!(encoded.is_none_or(|encoded| encoded == bytes[span.clone()]));
        }
        at = span.end;
    }
    assert_eq!(at, bytes.len().max(mark));
    assert_eq!(text.line(1).start, 0);

    let mut span = random.span(text.text().len());
    while !text.text().is_char_boundary(span.start) {
        span.start -= 1;
    }
    while !text.text().is_char_boundary(span.end) {
        span.end += 1;
    }
    let replacement = *random.pick(&["", "AIGATEWAY_API_KEY", "x\r\ny", "é"]);
    let Some(encoded) = text.encode(replacement) else { return };
    let place = text.byte_span(span.clone());
    let spliced = [&bytes[..place.start], &encoded, &bytes[place.end..]].concat();
    let again = Text::decode(&spliced).map(|text| text.text().to_owned());
    let expected = [&text.text()[..span.start], replacement, &text.text()[span.end..]].concat();
    // Strange bytes that a replaced span had kept apart may make a character together.
    // And a byte order mark is one only at the start.
    let strange = text.text().contains([char::REPLACEMENT_CHARACTER, '\u{FEFF}']);
    assert!(strange || again.as_deref() == Some(&expected), "{expected:?}, not {again:?}");
}

/// Some edits of `original`; they may overlap.
fn edits(random: &mut Random, original: &[u8]) -> Vec<Edit> {
    let count = random.below(8);
    let mut edits = Vec::new();
    for group in 0..count {
        let span = random.span(original.len());
        let replacement = random.bytes(4);
        edits.push(Edit::new(original, span, replacement, Rule::BaseUrl, group as u32));
    }
    edits
}

/// Edits that pass are sorted and disjoint, make the text that they say, and can be taken back; the others overlap.
pub fn edit(random: &mut Random) {
    let original = random.bytes(40);
    let made = edits(random, &original);
    let mut edits = made.clone();
    if let Err(overlap) = normalize(&mut edits) {
        let overlapping = made.iter().enumerate().any(|(index, a)| {
            made[index + 1..].iter().any(|b| {
                let (a, b) = if a.span.start <= b.span.start { (a, b) } else { (b, a) };
                b.span.start < a.span.end || a.span == b.span || a.span.start == b.span.start
            })
        });
        assert!(overlapping, "{overlap}");
        return;
    }
    let new = apply_edits(&original, &edits);
    // One at a time, from the back, which is another way to the same text.
    let mut slow = original.clone();
    let mut back = Vec::new();
    for edit in edits.iter().rev() {
        slow.splice(edit.span.clone(), edit.replacement.iter().copied());
    }
    assert_eq!(new, slow);
    // And back again.
    let (mut old_end, mut new_end) = (0, 0);
    for edit in &edits {
        let start = new_end + (edit.span.start - old_end);
        let span = start..start + edit.replacement.len();
        assert_eq!(new[span.clone()], edit.replacement);
        back.push(Edit::new(&new, span, original[edit.span.clone()].to_vec(), Rule::BaseUrl, 0));
        (old_end, new_end) = (edit.span.end, start + edit.replacement.len());
    }
    assert_eq!(apply_edits(&new, &back), original);
}

/// Whatever fails, or ends it, and whenever: after an undo every byte is as it was.
pub fn undo(random: &mut Random) {
    let names = ["a.py", "b/c.sh", "b/.env", "z.md"];
    let files: BTreeMap<&str, Vec<u8>> =
        names.iter().take(1 + random.below(4)).map(|name| (*name, random.bytes(12))).collect();
    let fs = MemoryFs::from_files(&files);
    let before = fs.files();
    let mut plan = Plan::new("here", "there");
    for (path, bytes) in &files {
        let edits = edits(random, bytes);
        if let Ok(file) = FilePlan::new(*path, "text", fs.read(path).unwrap(), edits) {
            plan.files.push(file);
        }
    }
    let changed = plan.files.iter().any(|file| file.original != file.rewritten);
    let new: BTreeMap<&str, &[u8]> =
        plan.files.iter().map(|file| (file.path.as_str(), &*file.rewritten)).collect();
    let mut options = ApplyOptions::default();
    options.backup = !random.once_in(4);
    let operations =
        [Operation::Stage, Operation::Backup, Operation::Commit, Operation::SaveRecord, Operation::Read];
    match random.below(3) {
        0 => {}
        1 => fs.kill_at(1 + random.below(24)),
        _ => fs.fail(*random.pick(&operations), 1 + random.below(6), Failure::Io("no space".into())),
    }
    let applied = apply(&fs, &plan, &options);
    let killed = fs.killed();
    fs.heal();
    let now = fs.files();
    for (path, old) in &files {
        let held = &now[*path];
        assert!(held == old || new.get(path).is_some_and(|new| new == held), "{path} is neither old nor new");
    }
    if applied.is_err() && !killed {
        assert_eq!(now, before, "an apply that failed has left something");
    }
    let over = new.iter().all(|(path, new)| now[*path] == *new);
    if !options.backup && over {
        return;
    }
    match migrate_core::undo(&fs, &UndoOptions::default()) {
        Ok(_) => {}
        Err(error) => assert!(applied.is_err() || !changed, "{error}"),
    }
    assert_eq!(fs.files(), before, "undone");
}
