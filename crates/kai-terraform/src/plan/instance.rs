//! One instance of a module, and what was evaluated in it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use kai_core::{OriginId, Reason, Span};
use smol_str::SmolStr;

use super::expansion::{Bound, Expansion};
use super::request::Change;
use crate::config::{Module, ModuleCall, ResourceName};
use crate::value::{Cause, Value};

/// A module as it is called in one place, with the values that it was called with.
pub(super) struct Instance {
    pub(super) module: Arc<Module>,
    /// `module.a[0].module.b`, nothing for the root.
    pub(super) address: String,
    /// The names of the calls on the way, as the manifest of installed modules has them.
    pub(super) manifest_key: String,
    /// What `path.module` is.
    pub(super) path: String,
    pub(super) parent: Option<Rc<Self>>,
    pub(super) call: Option<Arc<ModuleCall>>,
    /// `each` and `count` of the call.
    pub(super) bound: Bound,
    pub(super) depth: usize,
    pub(super) memo: RefCell<Memo>,
}

/// What is evaluated once.
#[derive(Default)]
pub(super) struct Memo {
    pub(super) values: BTreeMap<Name, Slot<Value>>,
    pub(super) expansions: BTreeMap<Name, Slot<Rc<Expansion>>>,
    pub(super) changes: BTreeMap<(ResourceName, String), Slot<Rc<Change>>>,
    pub(super) children: BTreeMap<SmolStr, Rc<Vec<Rc<Instance>>>>,
}

/// What a value is called in its module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Name {
    Variable(SmolStr),
    Local(SmolStr),
    Output(SmolStr),
    Call(SmolStr),
    Resource(ResourceName),
    /// An argument of one instance of a resource whose provider is not here.
    Argument(ResourceName, String, SmolStr),
}

/// A thing that is evaluated once: it waits for itself only in a cycle.
pub(super) enum Slot<T> {
    Busy,
    Done(T),
}

impl Name {
    pub(super) fn text(&self, module: &str) -> String {
        let rest = match self {
            Self::Variable(name) => format!("var.{name}"),
            Self::Local(name) => format!("local.{name}"),
            Self::Output(name) => format!("output.{name}"),
            Self::Call(name) => format!("module.{name}"),
            Self::Resource(name) => name.to_string(),
            Self::Argument(name, key, _) => format!("{name}{key}"),
        };
        super::address::below(module, &rest)
    }
}

impl Instance {
    /// Where a thing of this module is written.
    pub(super) fn place(&self, name: &Name) -> Option<Span> {
        match name {
            Name::Variable(name) => self.module.variables.get(name).map(|it| it.span),
            Name::Local(name) => self.module.locals.get(name).map(|it| it.span),
            Name::Output(name) => self.module.outputs.get(name).map(|it| it.span),
            Name::Call(name) => self.module.calls.get(name).map(|it| it.span),
            Name::Resource(name) | Name::Argument(name, ..) => {
                self.module.resources.get(name).map(|it| it.span)
            }
        }
    }

    /// Why something in this module is not known.
    pub(super) fn cause(&self, reason: Reason, text: &str, origin: OriginId) -> Cause {
        Cause::new(reason, super::address::below(&self.address, text), origin)
    }
}
