//! What can be switched off.

use anyhow::{Result, ensure};
use migrate_core::Source;
use migrate_core::edit::Edit;
use migrate_core::finding::Rule;
use migrate_core::plan::FilePlan;
use migrate_core::source::{Clients, Sdk};

/// Stands where a name was that is switched off.
const NOTHING: &str = "nothing.of.that.name";

type Change = Box<dyn Fn(&mut Source) + Send + Sync>;

/// A rule that is off.
pub struct Off {
    /// What it is called in the table.
    pub name: String,
    /// A fixture with none of these words can't need it; no words: any can.
    pub words: Vec<String>,
    /// How it is off.
    pub switch: Switch,
}

/// How a rule is switched off.
pub enum Switch {
    /// It is not.
    None,
    /// By a change of the pack.
    Source(Change),
    /// By leaving out the edits of a rule id.
    Edits(Rule),
    /// By leaving out the edits of files in a language.
    Language(&'static str),
    /// By leaving out the edits that take a whole import.
    Imports,
    /// By leaving out the findings of a rule id.
    Findings(Rule),
}

impl Switch {
    /// Whether it takes this edit out.
    pub fn holds_edit(&self, file: &FilePlan, edit: &Edit) -> bool {
        match self {
            Self::None | Self::Source(_) | Self::Findings(_) => false,
            Self::Edits(rule) => edit.rule == *rule,
            Self::Language(language) => file.language == *language,
            Self::Imports => {
                let text = String::from_utf8_lossy(&file.original[edit.span.clone()]);
                let import = ["import ", "from "].iter().any(|word| text.trim_start().starts_with(word));
                import && edit.replacement.is_empty()
            }
        }
    }
}

/// All rules, by kind.
///
/// # Errors
/// If a kind has no rules, so that nothing would be tried.
pub fn all(source: &Source) -> Result<Vec<(&'static str, Vec<Off>)>> {
    let mut out: Vec<(&'static str, Vec<Off>)> = vec![
        ("edits", edits()),
        ("findings", findings()),
        ("languages", languages()),
        ("hosts", entries(&source.hosts, |host| vec![host.name.clone()], |source| &mut source.hosts)),
        (
            "endpoints",
            entries(
                &source.endpoints,
                |endpoint| vec![endpoint.path.clone()],
                |source| &mut source.endpoints,
            ),
        ),
        (
            "variables",
            entries(
                &source.variables,
                |variable| vec![variable.name.clone()],
                |source| &mut source.variables,
            ),
        ),
        (
            "headers",
            entries(
                &source.headers,
                |header| {
                    let names = [Some(&header.name), header.python.as_ref(), header.node.as_ref()];
                    names.into_iter().flatten().cloned().collect()
                },
                |source| &mut source.headers,
            ),
        ),
        (
            "packages",
            entries(&source.packages, |package| vec![package.name.clone()], |source| &mut source.packages),
        ),
        ("vendors", vendors(source)),
        (
            "languages that fall back",
            texts(&source.clients.falling_back, |source| &mut source.clients.falling_back, false),
        ),
        ("providers", texts(&source.providers, |source| &mut source.providers, false)),
        ("unrelated names", texts(&source.unrelated, |source| &mut source.unrelated, false)),
        (
            "clients",
            entries(
                &source.clients.clients,
                |client| vec![client.name.clone()],
                |source| &mut source.clients.clients,
            ),
        ),
    ];
    if let Some(sdk) = &source.sdk {
        out.push(("names of the SDK", names_of_sdk(sdk)));
        for (kind, list) in lists_of_sdk() {
            let mut copy = sdk.clone();
            let names = list(&mut copy).clone();
            out.push((kind, texts_of(&names, move |source| source.sdk.as_mut().map(list), true)));
        }
    }
    for (kind, list) in lists_of_clients() {
        let mut copy = source.clients.clone();
        let names = list(&mut copy).clone();
        out.push((kind, texts_of(&names, move |source| Some(list(&mut source.clients)), true)));
    }
    for (kind, offs) in &out {
        ensure!(!offs.is_empty(), "there are no {kind} to switch off");
    }
    Ok(out)
}

type SdkList = fn(&mut Sdk) -> &mut Vec<String>;
type ClientsList = fn(&mut Clients) -> &mut Vec<String>;

fn lists_of_sdk() -> Vec<(&'static str, SdkList)> {
    vec![
        ("URL constants", |sdk| &mut sdk.url_constants),
        ("kept arguments", |sdk| &mut sdk.kept_arguments),
        ("methods", |sdk| &mut sdk.methods),
        ("unserved methods", |sdk| &mut sdk.unserved_methods),
        ("parameters", |sdk| &mut sdk.parameters),
        ("model methods", |sdk| &mut sdk.model_methods),
        ("answer methods", |sdk| &mut sdk.answer_methods),
        ("own methods", |sdk| &mut sdk.own_methods),
    ]
}

/// What is masked by name or by shape is tried by the tests of the masking.
fn lists_of_clients() -> Vec<(&'static str, ClientsList)> {
    vec![
        ("key arguments", |clients| &mut clients.key_arguments),
        ("URL arguments", |clients| &mut clients.url_arguments),
        ("header arguments", |clients| &mut clients.header_arguments),
        ("auth arguments", |clients| &mut clients.auth_arguments),
        ("client arguments", |clients| &mut clients.client_arguments),
        ("settings classes", |clients| &mut clients.settings_classes),
        ("credential headers", |clients| &mut clients.credential_headers),
        ("entry names", |clients| &mut clients.entry_names),
        ("entry values", |clients| &mut clients.entry_values),
        ("expressions", |clients| &mut clients.expressions),
        ("interfaces", |clients| &mut clients.interfaces),
        ("header setters", |clients| &mut clients.header_setters),
        ("header getters", |clients| &mut clients.header_getters),
        ("header mergers", |clients| &mut clients.header_mergers),
        ("header removers", |clients| &mut clients.header_removers),
        ("words of removal", |clients| &mut clients.removal_words),
        ("copies", |clients| &mut clients.copies),
        ("key setters", |clients| &mut clients.key_setters),
        ("URL setters", |clients| &mut clients.url_setters),
        ("header map setters", |clients| &mut clients.header_map_setters),
        ("model setters", |clients| &mut clients.model_setters),
        ("credential setters", |clients| &mut clients.credential_setters),
        ("makers of header names", |clients| &mut clients.header_names),
        ("makers of texts", |clients| &mut clients.text_makers),
        ("conversions", |clients| &mut clients.conversions),
        ("openers", |clients| &mut clients.openers),
        ("assertions", |clients| &mut clients.assertions),
        ("header flags", |clients| &mut clients.header_flags),
        ("credential flags", |clients| &mut clients.credential_flags),
        ("dummy keys", |clients| &mut clients.dummy_keys),
        ("secret references", |clients| &mut clients.secret_references),
    ]
}

fn edits() -> Vec<Off> {
    // Rules that only ever say something make no edits.
    const SAYING: [Rule; 7] = [
        Rule::EnvValue,
        Rule::HardCodedKey,
        Rule::ResponseHeader,
        Rule::Endpoint,
        Rule::IndirectHeader,
        Rule::KeptWhole,
        Rule::Unparsable,
    ];
    let rules = Rule::ALL.into_iter().filter(|rule| !SAYING.contains(rule) && *rule != Rule::SelfHosted);
    let by_rule = rules.map(|rule| off(format!("edits of {rule}"), Switch::Edits(rule)));
    by_rule.chain([off("imports that go".to_owned(), Switch::Imports)]).collect()
}

fn findings() -> Vec<Off> {
    // The header that authenticates is written, never spoken of; what no grammar digests is in tests/hostile.
    let rules = Rule::ALL.into_iter().filter(|rule| ![Rule::AuthHeader, Rule::Unparsable].contains(rule));
    rules.map(|rule| off(format!("findings of {rule}"), Switch::Findings(rule))).collect()
}

fn languages() -> Vec<Off> {
    let all = migrate_core::language::all();
    all.iter()
        .map(|language| off(format!("edits in {}", language.id()), Switch::Language(language.id())))
        .collect()
}

fn off(name: String, switch: Switch) -> Off {
    Off { name, words: Vec::new(), switch }
}

fn change(name: String, words: Vec<String>, change: impl Fn(&mut Source) + Send + Sync + 'static) -> Off {
    // A pattern is spoken of by what it starts with, or ends with.
    let words = words.iter().map(|word| {
        let parts = word.split(['*', '{', '}', '\\', '(', '[', '^', '$']);
        parts.max_by_key(|part| part.len()).unwrap_or_default().to_owned()
    });
    Off { name, words: words.collect(), switch: Switch::Source(Box::new(change)) }
}

/// Each entry of a list of the pack.
fn entries<T: 'static>(
    list: &[T],
    words: impl Fn(&T) -> Vec<String>,
    of: fn(&mut Source) -> &mut Vec<T>,
) -> Vec<Off> {
    let each = list.iter().enumerate().map(|(at, entry)| {
        let words = words(entry);
        change(words[0].clone(), words, move |source| drop(of(source).remove(at)))
    });
    each.collect()
}

fn texts(names: &[String], of: fn(&mut Source) -> &mut Vec<String>, words: bool) -> Vec<Off> {
    texts_of(names, move |source| Some(of(source)), words)
}

fn texts_of(
    names: &[String],
    of: impl Fn(&mut Source) -> Option<&mut Vec<String>> + Copy + Send + Sync + 'static,
    words: bool,
) -> Vec<Off> {
    let each = names.iter().map(|name| {
        // Of a path of methods the last name; how an object before it is called is the program's own affair.
        let word = name.trim_end_matches('.').rsplit('.').next().unwrap_or(name).to_owned();
        let words = if words { vec![word] } else { Vec::new() };
        let gone = name.clone();
        change(format!("`{name}`"), words, move |source| {
            if let Some(list) = of(source) {
                list.retain(|name| *name != gone);
            }
        })
    });
    each.collect()
}

fn vendors(source: &Source) -> Vec<Off> {
    let mut out =
        entries(&source.vendors, |vendor| vec![vendor.provider.clone()], |source| &mut source.vendors);
    for (at, vendor) in source.vendors.iter().enumerate() {
        for (number, family) in vendor.families.iter().enumerate() {
            let name = format!("{}: {family}", vendor.provider);
            out.push(change(name, vec![family.clone()], move |source| {
                source.vendors[at].families.remove(number);
            }));
        }
    }
    out
}

fn names_of_sdk(sdk: &Sdk) -> Vec<Off> {
    let mut out = vec![
        change("the headers helper".to_owned(), vec![sdk.headers_helper.clone()], |source| {
            with_sdk(source, |sdk| sdk.headers_helper = NOTHING.to_owned());
        }),
        change("the method of options".to_owned(), vec![sdk.options_method.clone()], |source| {
            with_sdk(source, |sdk| sdk.options_method = NOTHING.to_owned());
        }),
        change("the whole SDK".to_owned(), Vec::new(), |source| source.sdk = None),
    ];
    for (at, class) in sdk.clients.iter().enumerate() {
        out.push(change(class.name.clone(), vec![class.name.clone()], move |source| {
            with_sdk(source, |sdk| drop(sdk.clients.remove(at)));
        }));
    }
    for language in sdk.modules.keys() {
        let language = language.clone();
        out.push(change(format!("the module of {language}"), Vec::new(), move |source| {
            with_sdk(source, |sdk| drop(sdk.modules.remove(&language)));
        }));
    }
    out
}

fn with_sdk(source: &mut Source, change: impl Fn(&mut Sdk)) {
    source.sdk.iter_mut().for_each(change);
}
