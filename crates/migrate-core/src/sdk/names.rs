//! What names mean that the SDK gives: its classes, its arguments and the headers that they make.

use std::collections::BTreeMap;

use crate::language::Language;
use crate::scope::Scopes;
use crate::source::{Sdk, SdkClass, Source};
use crate::syntax::{Kind, NodeId, Role, Syntax};

/// What a name of a program is in the SDK.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SdkName {
    /// A client class, by its index.
    Class(usize),
    /// The function that makes headers.
    Helper,
    /// A constant that holds the base URL.
    Url,
    /// The module itself.
    Module,
    /// Anything else that it exports.
    Other(String),
}

/// The value of a map by language: a dialect has its family's.
pub(crate) fn by_language<'m>(map: &'m BTreeMap<String, String>, language: &dyn Language) -> Option<&'m str> {
    map.get(language.id()).or_else(|| map.get(language.family())).map(String::as_str)
}

impl Sdk {
    /// The class of this name.
    fn class(&self, name: &str) -> Option<usize> {
        self.clients.iter().position(|class| class.modules.is_empty() && class.name == name)
    }

    /// What `exported` of `module` is, where `own` is the SDK's own module.
    pub(crate) fn name_in(&self, own: &str, module: &str, exported: &str) -> Option<SdkName> {
        if module == own {
            return Some(self.name(exported));
        }
        let is_this = |class: &SdkClass| {
            class.name == exported && class.modules.iter().any(|exporting| exporting == module)
        };
        self.clients.iter().position(is_this).map(SdkName::Class)
    }

    fn name(&self, exported: &str) -> SdkName {
        // A package that exports its client by default exports the first class.
        let exported = if exported == "default" {
            self.clients.first().map_or("", |class| class.name.as_str())
        } else {
            exported
        };
        if let Some(class) = self.class(exported) {
            SdkName::Class(class)
        } else if exported == self.headers_helper {
            SdkName::Helper
        } else if self.url_constants.iter().any(|constant| constant == exported) {
            SdkName::Url
        } else {
            SdkName::Other(exported.to_string())
        }
    }

    /// Whether an expression names a function of others that makes headers as the SDK's own does: one that the region
    /// does not define itself.
    fn is_helper_of_others(&self, scopes: &Scopes, syntax: &Syntax, text: &str, node: NodeId) -> bool {
        let name = match syntax.kind(node) {
            Kind::Name => node,
            Kind::Member => match syntax.child(node, Role::Property) {
                Some(property) => property,
                None => return false,
            },
            _ => return false,
        };
        let name = &text[syntax.node(name).span.clone()];
        self.more_headers_helpers.iter().any(|helper| helper == name)
            && scopes.resolve(syntax, text, node).is_none_or(|(_, binding)| binding.import.is_some())
    }

    /// Whether a call is one of the SDK's headers helper: it makes headers, and sends none.
    pub(crate) fn makes_headers(
        &self,
        language: &dyn Language,
        scopes: &Scopes,
        syntax: &Syntax,
        text: &str,
        call: NodeId,
    ) -> bool {
        let callee = syntax.child(call, Role::Callee);
        callee.and_then(|callee| self.name_of(language, scopes, syntax, text, callee))
            == Some(SdkName::Helper)
    }

    /// What the expression at `node` is in the SDK, if it is a name of it.
    pub(crate) fn name_of(
        &self,
        language: &dyn Language,
        scopes: &Scopes,
        syntax: &Syntax,
        text: &str,
        node: NodeId,
    ) -> Option<SdkName> {
        let module = by_language(&self.modules, language)?;
        if self.is_helper_of_others(scopes, syntax, text, node) {
            return Some(SdkName::Helper);
        }
        let imported = |name: NodeId| {
            let (_, binding) = scopes.resolve(syntax, text, name)?;
            let import = binding.import.as_ref()?;
            Some((import.module.clone(), import.imported.clone()))
        };
        match syntax.kind(node) {
            Kind::Name | Kind::Shorthand => match imported(node)? {
                (from, Some(name)) if name != "*" => self.name_in(module, &from, &name),
                (from, _) => (from == module).then_some(SdkName::Module),
            },
            Kind::Member => {
                let object =
                    syntax.child(node, Role::Object).filter(|&object| syntax.kind(object) == Kind::Name)?;
                let property = syntax.child(node, Role::Property)?;
                match imported(object)? {
                    (from, None) if from == module => {}
                    (from, Some(name)) if from == module && name == "*" => {}
                    _ => return None,
                }
                Some(self.name(&text[syntax.node(property).span.clone()]))
            }
            _ => None,
        }
    }
}

/// The header that an argument of the SDK makes: a declared one, or by the rule by which others are made.
pub(crate) fn argument_header<'s>(
    source: &'s Source,
    language: &dyn Language,
    name: &str,
) -> Option<&'s crate::source::Header> {
    let python = language.family() == "python";
    let declared = source.headers.iter().find(|header| {
        let argument = if python { &header.python } else { &header.node };
        argument.as_deref() == Some(name)
    });
    declared.or_else(|| source.header(&header_name(source, name)))
}

/// The header's name that an argument's name becomes.
pub(crate) fn header_name(source: &Source, name: &str) -> String {
    if name.eq_ignore_ascii_case("authorization") {
        return "authorization".to_string();
    }
    // `traceID` counts as `traceId`.
    let name = name.replacen("ID", "Id", 1);
    format!("{}{}", source.header_prefix, snake(&name).replace('_', "-"))
}

/// `fineTuning` as `fine_tuning`.
pub(crate) fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            if !out.is_empty() {
                out.push('_');
            }
            out.push(c.to_ascii_lowercase());
        } else {
            out.push(c);
        }
    }
    out
}

/// What holds the named options of a call: its arguments, or the map that is its first one. `None` if it has other
/// arguments than these.
pub(crate) fn options_of(syntax: &Syntax, call: NodeId) -> Option<NodeId> {
    let arguments = syntax.arguments(call)?;
    let first = syntax.children(arguments).iter().copied().find(|&child| syntax.kind(child) != Kind::Comment);
    match first {
        None => Some(arguments),
        Some(first) if syntax.kind(first) == Kind::Map => Some(first),
        Some(first) if matches!(syntax.kind(first), Kind::Pair | Kind::Spread) => Some(arguments),
        Some(_) => None,
    }
}

/// The value of an item among options.
pub(crate) fn item_value(syntax: &Syntax, item: NodeId) -> Option<NodeId> {
    match syntax.kind(item) {
        Kind::Pair => syntax.child(item, Role::Value),
        Kind::Shorthand => Some(item),
        _ => None,
    }
}
