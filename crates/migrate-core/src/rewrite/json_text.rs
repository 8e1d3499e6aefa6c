//! JSON inside a string of another language: a request's body, as it stands between quotes, with holes and escapes.

use std::ops::Range;

/// The members of the object that a text begins with whose values are plain strings, as spans of key and value, and
/// the keys of the others. Empty where the text is no such object. Quotes may be escaped (`\"`), if all are.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Members {
    pub strings: Vec<(Range<usize>, Range<usize>)>,
    pub others: Vec<Range<usize>>,
}

impl Members {
    /// Reads `text` as far as it can be made out.
    pub(super) fn of(text: &str) -> Self {
        let mut members = Self::default();
        let Some(open) = text.find('{').filter(|&open| {
            // What a shell's word begins with, and a variable's sigil of none.
            text[..open].chars().all(|char| char.is_whitespace() || "'\"".contains(char))
        }) else {
            return members;
        };
        let quote = if text[open + 1..].trim_start().starts_with("\\\"") { "\\\"" } else { "\"" };
        let (mut depth, mut at) = (1_usize, open + 1);
        let mut key: Option<Range<usize>> = None;
        let mut after_colon = false;
        while depth > 0 && at < text.len() {
            let rest = &text[at..];
            if rest.starts_with(quote) {
                let start = at + quote.len();
                let Some(end) = end_of(text, start, quote) else { break };
                at = end + quote.len();
                if depth == 1 {
                    match key.take() {
                        Some(key) if after_colon => {
                            members.strings.push((key, start..end));
                            after_colon = false;
                        }
                        _ => key = Some(start..end),
                    }
                }
                continue;
            }
            let Some(char) = rest.chars().next() else { break };
            match char {
                ':' if depth == 1 => after_colon = true,
                ',' if depth == 1 => {
                    members.others.extend(key.take());
                    after_colon = false;
                }
                '{' | '[' => depth += 1,
                '}' | ']' => depth -= 1,
                _ => {}
            }
            at += char.len_utf8();
        }
        members.others.extend(key);
        members
    }

    /// The value of the first string member of this name.
    pub(super) fn string(&self, text: &str, name: &str) -> Option<Range<usize>> {
        self.strings.iter().find(|(key, _)| &text[key.clone()] == name).map(|(_, value)| value.clone())
    }

    /// Whether there is a member of this name, whatever its value.
    pub(super) fn has(&self, text: &str, name: &str) -> bool {
        let keys = self.strings.iter().map(|(key, _)| key).chain(&self.others);
        keys.into_iter().any(|key| &text[key.clone()] == name)
    }
}

/// Where the string that begins at `start` ends: the next quote that is not escaped itself.
fn end_of(text: &str, start: usize, quote: &str) -> Option<usize> {
    let mut at = start;
    loop {
        let rest = text.get(at..)?;
        if rest.starts_with(quote) {
            return Some(at);
        }
        let mut chars = rest.chars();
        let char = chars.next()?;
        at += char.len_utf8();
        if char == '\\' {
            // In an escaped string each escape is escaped too: `\\\"`.
            let skipped = chars.next()?;
            at += skipped.len_utf8();
            if quote.len() > 1 && skipped == '\\' && text[at..].starts_with(quote) {
                at += quote.len();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(text: &str) -> Option<&str> {
        let members = Members::of(text);
        members.string(text, "model").map(|span| &text[span])
    }

    #[test]
    fn members_are_found_in_any_quoting() {
        let table = [
            (r#"{"model": "m", "messages": []}"#, Some("m")),
            (r#"{"messages": [{"model": "inner"}], "model": "m"}"#, Some("m")),
            (r#"{\"model\": \"m\", \"messages\": [{\"content\": \"a \\\"b\\\" c\"}]}"#, Some("m")),
            ("'{\"messages\":[{\"content\":\"'\"$Q\"'\"}],\"model\":\"m\"}'", Some("m")),
            (r#"{"messages": $MESSAGES, "model": "m"}"#, Some("m")),
            (r#"{"model": 1, "x": "model"}"#, None),
            (r#"say {"model": "m"}"#, None),
            (r#"{"model": "#, None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(model(text), expected, "{text}");
        }
        let text = r#"{"messages": [], "stream": true, "model": "m"}"#;
        let members = Members::of(text);
        assert!(members.has(text, "messages") && members.has(text, "stream") && members.has(text, "model"));
        assert!(!members.has(text, "m"));
    }
}
