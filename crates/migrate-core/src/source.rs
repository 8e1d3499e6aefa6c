//! Rule packs: all that is known of a source gateway, of the target, and of the clients that call them, as data.
//!
//! No gateway's name, host, header or variable stands in Rust; they stand in `sources/*.toml` and
//! `targets/*.toml`, and what is common to all OpenAI-style clients in `clients/clients.toml`. A pack is checked
//! when it is loaded, and an error names key and line.

mod load;
mod lookup;

use serde::Deserialize;

use crate::finding::{Level, Rule};

/// A rule pack that can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// There is no built-in source of that name.
    #[error("no source gateway is called `{name}`; known: {}{}", known.join(", "), suggestion.as_ref().map(|s| format!(" (did you mean `{s}`?)")).unwrap_or_default())]
    Unknown {
        /// What was asked for.
        name: String,
        /// The names there are.
        known: Vec<String>,
        /// The nearest one, if one is near.
        suggestion: Option<String>,
    },
    /// A pack is no TOML of the expected form, or contradicts itself.
    #[error("{pack}:{line}: {key}: {message}")]
    Invalid {
        /// The pack's name or file.
        pack: String,
        /// The line, counted from 1.
        line: usize,
        /// The key, dotted.
        key: String,
        /// What is wrong with it, and what is allowed.
        message: String,
    },
}

/// What a host is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum HostRole {
    /// Serves the API that moves.
    Api,
    /// Serves something that has no counterpart: control plane, MCP, agents, telemetry.
    Infrastructure,
    /// The dashboard: links only.
    Dashboard,
    /// Documentation and other pages: links only.
    Documentation,
    /// May be a gateway of the user's own (`localhost:8787`); counts only beside other evidence.
    SelfHosted,
}

/// A host of the source gateway.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Host {
    /// Host name, with port if it has one; lower case. A leading `*.` stands for any subdomain.
    pub name: String,
    /// What it is for.
    pub role: HostRole,
    /// What to say of it, for hosts that have no counterpart.
    #[serde(default)]
    pub help: String,
}

/// What becomes of a URL path below the API's base.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum EndpointClass {
    /// The target serves it too.
    Same,
    /// An OpenAI endpoint that the target does not list: moves, with a finding.
    Unlisted,
    /// The path is on the target, with another meaning: stays, with a finding.
    Different,
    /// Only the source has it: stays, with a finding, and pins its unit.
    SourceOnly,
    /// An old form of the base itself: goes.
    Base,
}

/// A path below the API's base.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Endpoint {
    /// The path, with leading `/`, without the version; matches itself and everything below it (`/prompts` matches
    /// `/prompts/x/render`). The longest match decides. `{}` as a part matches any one part. A path that stands beside
    /// the version, not below it (`/v2`), is listed as it is.
    pub path: String,
    /// What becomes of it.
    pub class: EndpointClass,
    /// What to do, for the finding.
    #[serde(default)]
    pub help: String,
}

/// What an environment variable holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum VariableRole {
    /// The gateway key: renamed.
    Key,
    /// The base URL: keeps its name, gets the new value.
    Url,
    /// A virtual key.
    VirtualKey,
    /// A gateway configuration.
    Config,
    /// Belongs to an installation of the source gateway itself: never touched.
    Infrastructure,
    /// Anything else.
    Other,
}

impl VariableRole {
    /// Its name in data.
    pub fn id(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Url => "url",
            Self::VirtualKey => "virtual-key",
            Self::Config => "config",
            Self::Infrastructure => "infrastructure",
            Self::Other => "other",
        }
    }
}

/// An environment variable of the source gateway.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Variable {
    /// Its name. One `*`, anywhere, matches any text.
    pub name: String,
    /// What it holds.
    pub role: VariableRole,
    /// What to do about it, for the finding.
    #[serde(default)]
    pub help: String,
}

/// What becomes of a request header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum HeaderClass {
    /// Carries the gateway key: becomes the target's credential.
    Credential,
    /// Gets another name, value kept (see [`Header::becomes`]).
    Rename,
    /// Has no counterpart: goes, with a finding.
    Remove,
    /// Sent by the SDK by itself: goes, without a finding.
    Silent,
    /// Means something that the target can't do: its unit stays.
    Pin,
}

/// A request header of the source gateway, and the SDK argument that makes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Header {
    /// Its name, lower case. A trailing `*` matches any ending.
    pub name: String,
    /// What becomes of it.
    pub class: HeaderClass,
    /// The new name, for [`HeaderClass::Rename`].
    #[serde(default)]
    pub becomes: Option<String>,
    /// The rule that its edits and findings come from.
    #[serde(deserialize_with = "rule")]
    pub rule: Rule,
    /// The level of the finding on removal.
    #[serde(default = "check", deserialize_with = "level")]
    pub level: Level,
    /// Whether its value is a secret: never kept on a moved unit, never printed.
    #[serde(default)]
    pub secret: bool,
    /// The Python SDK's argument, where declared.
    #[serde(default)]
    pub python: Option<String>,
    /// The Node SDK's argument, where declared.
    #[serde(default)]
    pub node: Option<String>,
    /// What was lost, and what to do, for the finding.
    #[serde(default)]
    pub help: String,
}

/// A package of the source gateway in some registry.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Package {
    /// Its name in the registry.
    pub name: String,
    /// `pypi`, `npm`, `crates`, `nuget`, …
    pub registry: String,
    /// The module names it is imported by; a module stands for all below it.
    #[serde(default)]
    pub modules: Vec<String>,
    /// What takes its place (a package of the same registry), with the version range to write.
    #[serde(default)]
    pub becomes: Option<Replacement>,
    /// What to do by hand, for the finding.
    #[serde(default)]
    pub help: String,
}

/// A package that takes another's place.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Replacement {
    /// Its name.
    pub name: String,
    /// The version range, in the registry's own notation.
    pub version: String,
}

/// A client class of the source's SDK.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SdkClass {
    /// Its name in the source's SDK.
    pub name: String,
    /// The class that takes its place.
    pub becomes: String,
    /// The modules that export it, if not the SDK's own: one of these is no client itself, but makes what another
    /// library calls models with, and what is called on it is that library's in both.
    #[serde(default)]
    pub modules: Vec<String>,
    /// The module of what takes its place, if it is not that of the SDK's.
    pub module: Option<String>,
    /// The argument of what takes its place that holds headers, if it is not that of the SDK's.
    pub headers_argument: Option<String>,
    /// Further arguments of what takes its place, with their text.
    #[serde(default)]
    pub arguments: std::collections::BTreeMap<String, String>,
}

/// The source's own SDK, and what takes its place. Maps are by language id.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Sdk {
    /// The modules that export it.
    pub modules: std::collections::BTreeMap<String, String>,
    /// The modules that take their place.
    pub becomes: std::collections::BTreeMap<String, String>,
    /// The name by which these export their class, where it is not its own.
    #[serde(default)]
    pub exported: std::collections::BTreeMap<String, String>,
    /// A function that makes a headers object from arguments.
    pub headers_helper: String,
    /// Functions of others that do the same, known by their names.
    #[serde(skip)]
    pub more_headers_helpers: Vec<String>,
    /// Constants that hold the base URL.
    pub url_constants: Vec<String>,
    /// The argument of the new client that takes the key.
    pub key_argument: std::collections::BTreeMap<String, String>,
    /// The argument of the new client that takes the base URL.
    pub url_argument: std::collections::BTreeMap<String, String>,
    /// The argument of the new client that takes headers.
    pub headers_argument: std::collections::BTreeMap<String, String>,
    /// The argument (or option) of the new client's methods that takes headers.
    pub call_headers_argument: std::collections::BTreeMap<String, String>,
    /// Arguments that both clients have.
    pub kept_arguments: Vec<String>,
    /// Arguments of the old client that only set how it works itself.
    pub dropped_arguments: Vec<String>,
    /// The method that gives a client with other settings.
    pub options_method: String,
    /// Methods that both clients have, by path.
    pub methods: Vec<String>,
    /// Methods that both clients have and the target does not serve; a path that ends in a dot stands for all below.
    pub unserved_methods: Vec<String>,
    /// Methods by which the old client is known, of those that the new one lacks; a path that ends in a dot stands for all
    /// below.
    pub own_methods: Vec<String>,
    /// Arguments that the new client's methods take.
    pub parameters: Vec<String>,
    /// Methods that need a model now.
    pub model_methods: Vec<String>,
    /// Methods of the old client's answers that the new one's lack.
    pub answer_methods: Vec<String>,
    /// Client classes.
    #[serde(rename = "client")]
    pub clients: Vec<SdkClass>,
}

/// A model vendor: how the source names it, how the target does.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Vendor {
    /// The source's provider name.
    pub provider: String,
    /// The target's vendor name.
    pub vendor: String,
    /// Prefixes of model names that are certainly this vendor's.
    pub families: Vec<String>,
}

/// A row of the product page's table that is not code.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Comparison {
    /// What is compared.
    pub thing: String,
    /// How the source has it.
    pub source: String,
    /// How the target has it.
    pub target: String,
}

/// All that is known of a source gateway.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Source {
    /// The name on the command line.
    pub name: String,
    /// The name in prose.
    pub title: String,
    /// The name of the target pack.
    #[serde(rename = "target")]
    pub target_name: String,
    /// Exact spellings that the fast search looks for. Whatever holds none of them holds nothing of this gateway.
    pub markers: Vec<String>,
    /// Patterns (regex, of the whole token) that hold a marker but mean something else: the packages of a wallet of the
    /// same name.
    #[serde(default)]
    pub unrelated: Vec<String>,
    /// Patterns (regex, of a whole text) by which tools that know this gateway themselves name it, with a model: such a
    /// setting speaks to it without URL or header.
    #[serde(default)]
    pub providers: Vec<String>,
    /// The API's version path, as in `/v1`.
    pub version_path: String,
    /// What all its request headers start with, lower case.
    pub header_prefix: String,
    /// Hosts.
    #[serde(rename = "host")]
    pub hosts: Vec<Host>,
    /// Paths below the API's base.
    #[serde(rename = "endpoint", default)]
    pub endpoints: Vec<Endpoint>,
    /// Environment variables.
    #[serde(rename = "variable")]
    pub variables: Vec<Variable>,
    /// Request headers.
    #[serde(rename = "header")]
    pub headers: Vec<Header>,
    /// Names of response headers, lower case.
    #[serde(default)]
    pub response_headers: Vec<String>,
    /// Packages.
    #[serde(rename = "package", default)]
    pub packages: Vec<Package>,
    /// Exported names of the SDK by which a use of it is known.
    #[serde(default)]
    pub sdk_names: Vec<String>,
    /// Patterns (regex) of keys and ids by shape; what a match is worth is in the rules. Matches are masked.
    #[serde(default)]
    pub secret_shapes: Vec<String>,
    /// The SDK, if it has one.
    #[serde(default)]
    pub sdk: Option<Sdk>,
    /// Model vendors.
    #[serde(rename = "vendor", default)]
    pub vendors: Vec<Vendor>,
    /// Rows of the table that are not code.
    #[serde(rename = "comparison", default)]
    pub comparisons: Vec<Comparison>,
    /// The target. Filled on load.
    #[serde(skip)]
    pub target: Target,
    /// The clients. Filled on load.
    #[serde(skip)]
    pub clients: Clients,
}

/// All that is known of the target gateway.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Target {
    /// Its name.
    pub name: String,
    /// The name in prose.
    pub title: String,
    /// Exact spellings that tell a place that has moved already.
    pub markers: Vec<String>,
    /// The OpenAI-style base URL, without trailing slash.
    pub base_url: String,
    /// The API's version path, as in `/v1`: the root URL is the base less this.
    pub version_path: String,
    /// The variable that holds the key.
    pub key_variable: String,
    /// What every key starts with.
    pub key_prefix: String,
    /// The scheme of the `Authorization` header, with its blank: `Bearer `.
    pub scheme: String,
    /// The header that carries the key.
    pub credential_header: String,
    /// The longest value, in characters, that a tag may have.
    pub tag_limit: usize,
    /// The header that carries the tag.
    pub tag_header: String,
    /// What to do after an apply, in order, in prose, behind what follows from the plan. `{source}` has become the
    /// source's title.
    #[serde(default)]
    pub next_steps: Vec<String>,
    /// Where keys are made.
    pub keys_url: String,
    /// Where routing rules are made.
    pub dashboard_url: String,
}

/// A client library's constructor.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Client {
    /// The class or function name, without its module.
    pub name: String,
    /// The argument (or option) that takes the key, by language id.
    #[serde(default)]
    pub key: std::collections::BTreeMap<String, String>,
    /// The place, counted from 0, of the argument without a name that takes the key, by language id.
    #[serde(default)]
    pub position: std::collections::BTreeMap<String, usize>,
    /// The variable that the client falls back to when it is given no key.
    #[serde(default)]
    pub fallback: Option<String>,
    /// Sends its key in a header of its own (`x-api-key`) that the target accepts.
    #[serde(default)]
    pub own_header: bool,
    /// Speaks a protocol that the target does not: its unit stays.
    #[serde(default)]
    pub pins: bool,
}

/// What is common to the clients of OpenAI-style APIs.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Clients {
    /// Constructors.
    #[serde(rename = "client", default)]
    pub clients: Vec<Client>,
    /// The variables that a client reads its base URL from when it is given none, by the variable that it reads its key
    /// from.
    #[serde(default)]
    pub url_fallbacks: std::collections::BTreeMap<String, Vec<String>>,
    /// Names of arguments that take the key.
    pub key_arguments: Vec<String>,
    /// Names of arguments that take a base URL.
    pub url_arguments: Vec<String>,
    /// Names of arguments that take headers.
    pub header_arguments: Vec<String>,
    /// Names of arguments that take other credentials of a request (`auth`).
    pub auth_arguments: Vec<String>,
    /// Names of arguments that are a client, which has a key of its own.
    pub client_arguments: Vec<String>,
    /// Families of languages whose clients look for a key of their own when they are given null.
    #[serde(default)]
    pub falling_back: Vec<String>,
    /// Base classes of settings, whose fields are read from variables of the same name.
    #[serde(default)]
    pub settings_classes: Vec<String>,
    /// Headers that carry a provider's credential, lower case.
    pub credential_headers: Vec<String>,
    /// What statements that assert begin with, and functions that do.
    #[serde(default)]
    pub assertions: Vec<String>,
    /// Keys under which a map that is one header has its name.
    #[serde(default)]
    pub entry_names: Vec<String>,
    /// Keys under which a map that is one header has its value.
    #[serde(default)]
    pub entry_values: Vec<String>,
    /// What texts start with that are expressions of the tool they are for: a sign, and braces behind it.
    #[serde(default)]
    pub expressions: Vec<String>,
    /// Names of functions that set a header from a name and a value, lower case.
    pub header_setters: Vec<String>,
    /// Names of functions that set the key of a client, lower case.
    #[serde(default)]
    pub key_setters: Vec<String>,
    /// Names of functions that set the URL of a client or request, lower case.
    #[serde(default)]
    pub url_setters: Vec<String>,
    /// Names of functions that set the model of a client or request, lower case.
    #[serde(default)]
    pub model_setters: Vec<String>,
    /// Names of functions that set headers from a map of them, lower case.
    #[serde(default)]
    pub header_map_setters: Vec<String>,
    /// Names of functions that set a request's credential without naming its header, lower case.
    #[serde(default)]
    pub credential_setters: Vec<String>,
    /// Names of functions that put headers into those that they are called on, lower case.
    #[serde(default)]
    pub header_mergers: Vec<String>,
    /// Names of methods that give what they are called on once more, lower case.
    #[serde(default)]
    pub copies: Vec<String>,
    /// Names of functions that take a header out by its name, lower case.
    #[serde(default)]
    pub header_removers: Vec<String>,
    /// What stands before a header that a statement takes out.
    #[serde(default)]
    pub removal_words: Vec<String>,
    /// Names of functions that read or remove a header by its name, lower case.
    pub header_getters: Vec<String>,
    /// What the path of a function ends in that makes a header's name of a text in lower case.
    #[serde(default)]
    pub header_names: Vec<String>,
    /// Constants that hold the name of a credential header: what their path ends in, and the header in lower case.
    #[serde(default)]
    pub header_constants: std::collections::BTreeMap<String, String>,
    /// Paths of functions that give the text that they are given, as another type.
    #[serde(default)]
    pub text_makers: Vec<String>,
    /// Methods that open the result of a call.
    #[serde(default)]
    pub openers: Vec<String>,
    /// Methods of a text that give the same text, as another type.
    #[serde(default)]
    pub conversions: Vec<String>,
    /// Command-line flags that take a header.
    pub header_flags: Vec<String>,
    /// Command-line flags that take a credential.
    pub credential_flags: Vec<String>,
    /// Values that stand for "no key", lower case.
    pub dummy_keys: Vec<String>,
    /// Patterns (regex) of secrets by shape, of any vendor.
    pub secret_shapes: Vec<String>,
    /// What stands before a name that a store of secrets outside the tree knows (`secrets.`), and the keys of maps that
    /// refer to one (`secretKeyRef`).
    pub secret_references: Vec<String>,
    /// Keys of maps whose entries are names that callers from outside the tree have to give.
    #[serde(default)]
    pub interfaces: Vec<String>,
    /// Words of names whose values are secrets, lower case, joined by `_` (see [`Clients::is_secret_name`]).
    pub secret_names: Vec<String>,
}

fn check() -> Level {
    Level::Check
}

fn rule<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Rule, D::Error> {
    let id = String::deserialize(deserializer)?;
    Rule::from_id(&id).ok_or_else(|| serde::de::Error::custom(format!("`{id}` is no rule id")))
}

fn level<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Level, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "action" => Ok(Level::Action),
        "check" => Ok(Level::Check),
        "note" => Ok(Level::Note),
        other => Err(serde::de::Error::custom(format!("`{other}` is no level: action, check or note"))),
    }
}
