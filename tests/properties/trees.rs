//! Texts of every language and whole trees: those of the fixtures, bent and broken.

use std::sync::OnceLock;

use aig_tests::fixture::{Fixture, Tree, folders};
use aig_tests::ledger;
use migrate_core::document::Document;
use migrate_core::text::Text;
use migrate_core::{
    ApplyOptions, MemoryFs, Plan, PlanOptions, Source, UndoOptions, apply, plan, undo, verify,
};

use crate::random::Random;

/// What is put into texts: what the rules look for, and what holds languages together.
const WORDS: [&str; 44] = [
    "PORTKEY_API_KEY",
    "AIGATEWAY_API_KEY",
    "OPENAI_API_KEY",
    "PORTKEY_BASE_URL",
    "portkey",
    "Portkey(",
    "https://api.portkey.ai/v1",
    "https://api.portkey.ai",
    "https://api.portkey.ai/v1/prompts/x",
    "api.portkey.ai",
    "x-portkey-api-key",
    "x-portkey-config",
    "x-portkey-trace-id",
    "x-portkey-virtual-key",
    "Authorization",
    "Bearer ",
    "createHeaders(",
    "portkey_ai",
    "portkey-ai",
    "client.feedback.create()",
    "os.environ[",
    "process.env.",
    "${",
    "$(",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "\"",
    "'",
    "`",
    "\\",
    "\n",
    "\r\n",
    "\r",
    ",",
    ": ",
    "=",
    "# ",
    "```python\n",
    "é😀",
    "\t",
];

fn source() -> &'static Source {
    static SOURCE: OnceLock<Source> = OnceLock::new();
    SOURCE.get_or_init(|| Source::builtin("portkey").unwrap())
}

/// The trees of the fixtures, before and after.
fn corpus() -> &'static [Tree] {
    static TREES: OnceLock<Vec<Tree>> = OnceLock::new();
    TREES.get_or_init(|| {
        let fixtures = folders().unwrap().into_iter().map(|folder| Fixture::load(&folder).unwrap());
        fixtures.flat_map(|fixture| [fixture.before, fixture.after]).collect()
    })
}

/// The files of the corpus with one of these endings.
fn texts(endings: &[&str]) -> Vec<(&'static str, &'static [u8])> {
    let all = corpus().iter().flatten();
    let ended = |path: &str| endings.iter().any(|ending| path.ends_with(&format!(".{ending}")));
    all.filter(|(path, _)| ended(path)).map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect()
}

/// Bends a text in a few places.
fn bend(random: &mut Random, bytes: &mut Vec<u8>) {
    for _ in 0..random.below(6) {
        let span = random.span(bytes.len());
        match random.below(6) {
            0 => drop(bytes.drain(span)),
            1 => {
                let piece = bytes[span].to_vec();
                let at = random.below(bytes.len() + 1);
                bytes.splice(at..at, piece);
            }
            2 | 3 => drop(bytes.splice(span.start..span.start, random.pick(&WORDS).bytes())),
            4 => drop(bytes.splice(span, random.pick(&WORDS).bytes())),
            _ => {
                let piece = random.bytes(3);
                bytes.splice(span.start..span.start, piece);
            }
        }
    }
    if random.once_in(12) {
        let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\n', "\r\n");
        *bytes = text.into_bytes();
    }
}

/// A text of words that no one would write.
fn soup(random: &mut Random) -> Vec<u8> {
    let count = random.below(40);
    (0..count).flat_map(|_| random.pick(&WORDS).bytes().chain(*random.pick(&[None, Some(b' ')]))).collect()
}

/// A file with one of these endings.
fn text(random: &mut Random, endings: &[&str]) -> (String, Vec<u8>) {
    let known = texts(endings);
    let name = format!("src/made-up.{}", random.pick(endings));
    if known.is_empty() || random.once_in(5) {
        return (name, soup(random));
    }
    let (path, bytes) = *random.pick(&known);
    let mut bytes = bytes.to_vec();
    bend(random, &mut bytes);
    (path.to_owned(), bytes)
}

/// However a file is split, every place of a region is one of the file, and back again.
pub fn document(random: &mut Random) {
    let endings = ["py", "ts", "sh", "env", "md", "ipynb", "txt", "yaml", "json", "toml", "go", "html"];
    let (path, bytes) = text(random, &endings);
    let Some(text) = Text::decode(&bytes) else { return };
    let text = text.text();
    for region in Document::split(&path, text).regions {
        let mut last = 0;
        for (offset, char) in region.text.char_indices() {
            let span = region.to_file(offset..offset + char.len_utf8());
            assert!(
                span.start >= last && span.start <= span.end && span.end <= text.len(),
                "{path}: {offset}: {span:?}"
            );
            assert!(
                text.is_char_boundary(span.start) && text.is_char_boundary(span.end),
                "{path}: {offset}: {span:?}"
            );
            let back = region.from_file(span.start);
            assert!(back.is_none_or(|back| back <= offset), "{path}: {offset} comes back as {back:?}");
            last = span.start;
        }
        let all = region.to_file(0..region.text.len());
        assert!(all.end <= text.len());
    }
}

/// One file of a language.
pub fn rewrite(random: &mut Random, endings: &[&str]) {
    let (path, bytes) = text(random, endings);
    holds(&Tree::from([(path, bytes)]), random);
}

/// A whole tree.
pub fn plan_of_a_tree(random: &mut Random) {
    let mut tree = random.pick(corpus()).clone();
    for bytes in tree.values_mut() {
        if random.once_in(2) {
            bend(random, bytes);
        }
    }
    if random.once_in(4) {
        tree.extend(random.pick(corpus()).clone());
    }
    holds(&tree, random);
}

/// Whether the tree holds text that its own language does not take. There a second run may find what the first did
/// not see, so that it is not asked to be empty.
fn is_broken(tree: &Tree) -> bool {
    tree.iter().any(|(path, bytes)| {
        let Some(text) = Text::decode(bytes) else { return false };
        let regions = Document::split(path, text.text()).regions;
        regions
            .iter()
            .any(|region| region.language.parse(&region.text).is_none_or(|syntax| syntax.errors > 0))
    })
}

fn shown(tree: &Tree) -> String {
    let file =
        |(path, bytes): (&String, &Vec<u8>)| format!("--- {path}\n{}\n", String::from_utf8_lossy(bytes));
    tree.iter().map(file).collect()
}

fn changes(planned: &Plan) -> String {
    let file = |file: &migrate_core::plan::FilePlan| {
        let (old, new) = (String::from_utf8_lossy(&file.original), String::from_utf8_lossy(&file.rewritten));
        let diff = similar::TextDiff::from_lines(&old, &new);
        format!("--- {}\n{}", file.path, diff.unified_diff().context_radius(1))
    };
    planned.files.iter().filter(|file| file.original != file.rewritten).map(file).collect()
}

/// What must hold of any tree.
fn holds(tree: &Tree, random: &mut Random) {
    let mut options = PlanOptions::default();
    options.walk.threads = 1;
    options.keep_unmapped = random.once_in(6);
    let fs = MemoryFs::from_files(tree);
    let planned = plan(&fs, source(), &options).unwrap();
    assert_eq!(fs.files(), *tree, "a plan writes nothing");
    sound(tree, &planned);

    apply(&fs, &planned, &ApplyOptions::default()).unwrap();
    let again = plan(&fs, source(), &options).unwrap();
    assert!(
        again.is_empty() || is_broken(tree),
        "a second run changes again:\n{}\nfirst:\n{}\nsecond:\n{}",
        shown(tree),
        changes(&planned),
        changes(&again)
    );
    if !planned.is_empty() {
        undo(&fs, &UndoOptions::default()).unwrap();
    }
    assert_eq!(fs.files(), *tree, "undone");
}

fn sound(tree: &Tree, planned: &Plan) {
    // Bytes behind the mark of UTF-16 are not the letters that they would be without it.
    let mut letters = tree.clone();
    letters.retain(|_, bytes| !bytes.starts_with(b"\xFF\xFE") && !bytes.starts_with(b"\xFE\xFF"));
    if let Err(error) = ledger::is_balanced(&letters, source(), planned) {
        panic!("{error:#}\n{}", shown(tree));
    }
    for file in &planned.files {
        for finding in &file.findings {
            assert!(!finding.message.contains("the tool failed on it"), "a panic:\n{}", shown(tree));
            let (start, end) = (finding.start, finding.end);
            assert!(start <= end && end <= file.original.len(), "a finding outside {}", file.path);
        }
        let (Some(old), Some(new)) = (Text::decode(&file.original), Text::decode(&file.rewritten)) else {
            panic!("{} was or becomes no text", file.path)
        };
        if let Some(how) = verify::broken(&file.path, old.text(), new.text()) {
            panic!("{}: {how}\n{}", file.path, shown(tree));
        }
    }
}
