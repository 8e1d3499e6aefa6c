//! Calls that only the SDK's client has, on what can't be told to be one: out of a list, a framework's container, a
//! parameter without a type. They are reasons to stay, since the client that moves can't answer them.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Rule;
use crate::scope::BindingId;
use crate::syntax::{Kind, NodeId, Role};

use super::clients::{STEPS, step};
use super::names::{argument_header, options_of};
use super::{Reader, RegionSdk, is_source_module, item_name};

/// What is bound to the answers of a client's methods.
#[derive(Default)]
pub(super) struct Answers {
    /// The call that answered, by the name that holds the answer.
    pub of: BTreeMap<BindingId, NodeId>,
    /// Of these calls, those of which it can't be told that they are a client's.
    pub strays: BTreeSet<NodeId>,
}

impl Reader<'_, '_> {
    /// A call of `path` on something that is not known to be a client. Whether it is a method that both clients have,
    /// on something that may be one.
    pub(super) fn stray(&self, call: NodeId, path: &str, out: &mut RegionSdk) -> bool {
        if !self.clients.any() || self.is_foreign_call(call) {
            return false;
        }
        let title = &self.tree.source.title;
        if let Some(method) = self.sdk.own_methods.iter().find_map(|own| tail(path, own)) {
            let message = format!("only the SDK of {title} has `{method}`");
            self.pin(out, call, Rule::SdkMethod, message, self.unseen(method));
            return false;
        }
        let is_shared = self.sdk.methods.iter().any(|own| own.contains('.') && tail(path, own).is_some());
        let settings = if is_shared {
            self.second_argument(call)
        } else if tail(path, &self.sdk.options_method).is_some() {
            options_of(self.syntax, call)
        } else {
            None
        };
        let settings = settings.map(|settings| self.syntax.children(settings)).unwrap_or_default();
        let own = settings.iter().find_map(|&item| {
            let name = item_name(self.facts, item)?;
            let header = argument_header(self.tree.source, self.facts.language, &name)?;
            (!header.name.contains('*')).then_some((item, name))
        });
        if let Some((item, name)) = own {
            let message = format!("`{name}` is a setting that only the SDK of {title} takes");
            self.pin_with(out, call, item, Rule::SdkMethod, message, UNSEEN);
        }
        is_shared
    }

    /// A map that is the second argument of a call.
    fn second_argument(&self, call: NodeId) -> Option<NodeId> {
        let arguments = self.syntax.children(self.syntax.arguments(call)?).iter().copied();
        let second = arguments.filter(|&item| self.syntax.kind(item) != Kind::Comment).nth(1)?;
        (self.syntax.kind(second) == Kind::Map).then_some(second)
    }

    /// Whether a call is of something that another package gives.
    fn is_foreign_call(&self, call: NodeId) -> bool {
        let callee = self.syntax.child(call, Role::Callee);
        callee.is_some_and(|callee| self.is_foreign(callee, &mut { STEPS }))
    }

    /// Whether an expression is, or is taken of, what a package gives that is not the SDK.
    fn is_foreign(&self, node: NodeId, steps: &mut usize) -> bool {
        if step(steps).is_none() {
            return false;
        }
        let named = self.facts.scopes.resolve(self.syntax, &self.facts.text, node);
        if let Some((id, binding)) = named {
            if let Some(import) = &binding.import {
                return self.tree.module(self.at, &import.module).is_none()
                    && !is_source_module(self.tree, self.at, &import.module);
            }
            let declared = self.clients.declared_type(self.at, id);
            if declared.is_some_and(|declared| self.is_foreign(declared, steps)) {
                return true;
            }
            for &assign in &binding.assigns {
                if step(steps).is_none() {
                    return false;
                }
                let mut values =
                    [Role::Type, Role::Value].into_iter().filter_map(|role| self.syntax.child(assign, role));
                if values.any(|value| self.is_foreign(value, steps)) {
                    return true;
                }
            }
            return false;
        }
        match self.syntax.kind(node) {
            Kind::Call => self.syntax.child(node, Role::Callee),
            Kind::Member | Kind::Index => self.syntax.child(node, Role::Object),
            Kind::Other => self.syntax.children(node).first().copied(),
            _ => None,
        }
        .is_some_and(|inner| self.is_foreign(inner, steps))
    }

    /// What to do about a method of the SDK's client on something that is not known to be one.
    fn unseen(&self, method: &str) -> String {
        match self.method_help(method) {
            help if help.is_empty() => UNSEEN.to_string(),
            help => format!("{UNSEEN} {help}"),
        }
    }
}

/// What no one but a reader of the program can tell.
pub(super) const UNSEEN: &str = "It can't be seen whether it is that SDK's client which this is called on.";

/// The end of `path` that is `method`; one that ends in a dot stands for all below.
fn tail<'p>(path: &'p str, method: &str) -> Option<&'p str> {
    let below = method.ends_with('.');
    let starts = std::iter::once(0).chain(path.match_indices('.').map(|(dot, _)| dot + 1));
    starts
        .map(|start| &path[start..])
        .find(|rest| if below { rest.starts_with(method) } else { *rest == method })
}
