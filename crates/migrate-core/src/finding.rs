//! Findings and skips: what the tool says instead of guessing.

use std::fmt;
use std::ops::Range;

/// The rule that an edit or a finding comes from. The ids are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// The gateway's URL.
    BaseUrl,
    /// An environment variable's name.
    EnvVar,
    /// An environment variable's value.
    EnvValue,
    /// The header that authenticates a request.
    AuthHeader,
    /// The upstream provider's key on a request.
    ProviderKey,
    /// A key written out in a file.
    HardCodedKey,
    /// The tracing header of a request.
    TraceHeader,
    /// A header of the gateway's that is read from a response.
    ResponseHeader,
    /// A virtual key.
    VirtualKey,
    /// A gateway configuration.
    Config,
    /// Any other header or argument without a counterpart.
    UnmappedHeader,
    /// A client of the gateway's own SDK.
    SdkClient,
    /// A method that only the gateway's own SDK has.
    SdkMethod,
    /// A model name.
    Model,
    /// An endpoint that the target lacks.
    Endpoint,
    /// A package manifest.
    Manifest,
    /// A header name that reaches its request in a way that can't be followed.
    IndirectHeader,
    /// A gateway of the user's own.
    SelfHosted,
    /// A unit that stays on the source gateway.
    KeptWhole,
    /// A file that could not be read by syntax.
    Unparsable,
}

impl Rule {
    /// All rules, in the order of the documentation.
    pub const ALL: [Self; 20] = [
        Self::BaseUrl,
        Self::EnvVar,
        Self::EnvValue,
        Self::AuthHeader,
        Self::ProviderKey,
        Self::HardCodedKey,
        Self::TraceHeader,
        Self::ResponseHeader,
        Self::VirtualKey,
        Self::Config,
        Self::UnmappedHeader,
        Self::SdkClient,
        Self::SdkMethod,
        Self::Model,
        Self::Endpoint,
        Self::Manifest,
        Self::IndirectHeader,
        Self::SelfHosted,
        Self::KeptWhole,
        Self::Unparsable,
    ];

    /// The stable id, in kebab case.
    pub fn id(self) -> &'static str {
        match self {
            Self::BaseUrl => "base-url",
            Self::EnvVar => "env-var",
            Self::EnvValue => "env-value",
            Self::AuthHeader => "auth-header",
            Self::ProviderKey => "provider-key",
            Self::HardCodedKey => "hard-coded-key",
            Self::TraceHeader => "trace-header",
            Self::ResponseHeader => "response-header",
            Self::VirtualKey => "virtual-key",
            Self::Config => "config",
            Self::UnmappedHeader => "unmapped-header",
            Self::SdkClient => "sdk-client",
            Self::SdkMethod => "sdk-method",
            Self::Model => "model",
            Self::Endpoint => "endpoint",
            Self::Manifest => "manifest",
            Self::IndirectHeader => "indirect-header",
            Self::SelfHosted => "self-hosted",
            Self::KeptWhole => "kept-whole",
            Self::Unparsable => "unparsable",
        }
    }

    /// The rule with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.id() == id)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// How much a finding asks of its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Level {
    /// Will not work until someone does something.
    Action,
    /// Works; its meaning may have changed.
    Check,
    /// Left on purpose.
    Note,
}

impl Level {
    /// `action`, `check` or `note`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Check => "check",
            Self::Note => "note",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// Something that a human should know or do, at a place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Finding {
    /// Byte offset, in the original file, of the first byte it is about.
    pub start: usize,
    /// Byte offset past the last one.
    pub end: usize,
    /// Line of `start`, counted from 1.
    pub line: usize,
    /// Column of `start`, in characters, counted from 1.
    pub column: usize,
    /// The rule.
    pub rule: Rule,
    /// The level.
    pub level: Level,
    /// What was found. Holds no secret: values are masked before they get here.
    pub message: String,
    /// What to do next. May be empty for a note.
    pub help: String,
}

impl Finding {
    /// A finding about `span` of `original`, without help. Line and column are counted here.
    pub fn new(
        original: &[u8],
        span: Range<usize>,
        rule: Rule,
        level: Level,
        message: impl Into<String>,
    ) -> Self {
        let (line, column) = crate::text::line_and_column(original, span.start);
        Self {
            start: span.start,
            end: span.end,
            line,
            column,
            rule,
            level,
            message: message.into(),
            help: String::new(),
        }
    }

    /// The same finding, with what to do next.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

/// Why a file was not looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SkipReason {
    /// Holds bytes that no text holds.
    Binary,
    /// Says of itself that a tool made it.
    Generated,
    /// Longer than the limit.
    TooLarge,
    /// A lockfile.
    Lockfile,
    /// A minified bundle or a source map.
    Minified,
    /// A folder of dependencies, build outputs or caches, or of the version control system.
    ExcludedFolder,
    /// Named by an ignore file.
    Ignored,
    /// Named by `--exclude`, or not by `--include`.
    Filtered,
    /// A symbolic link: never followed.
    SymbolicLink,
    /// A fifo, socket or device.
    NotAFile,
    /// The operating system refused to open or read it.
    Unreadable,
    /// Its name is not UTF-8.
    NameNotUtf8,
    /// A backup or staged file of this tool.
    Backup,
}

impl SkipReason {
    /// The stable id, in kebab case.
    pub fn id(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::Generated => "generated",
            Self::TooLarge => "too-large",
            Self::Lockfile => "lockfile",
            Self::Minified => "minified",
            Self::ExcludedFolder => "excluded-folder",
            Self::Ignored => "ignored",
            Self::Filtered => "filtered",
            Self::SymbolicLink => "symbolic-link",
            Self::NotAFile => "not-a-file",
            Self::Unreadable => "unreadable",
            Self::NameNotUtf8 => "name-not-utf8",
            Self::Backup => "backup",
        }
    }
}

/// A file or folder that was passed over.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Skipped {
    /// Its path.
    pub path: String,
    /// Why.
    pub reason: SkipReason,
}

impl Skipped {
    /// `path` was passed over for `reason`.
    pub fn new(path: impl Into<String>, reason: SkipReason) -> Self {
        Self { path: path.into(), reason }
    }
}
