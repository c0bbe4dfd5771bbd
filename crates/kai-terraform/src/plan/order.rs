//! In which order the values of a module are asked for.
//!
//! Each asks for those that it needs, so that any order gives the same. Only where a module has so
//! many that one could need hundreds one after the other, those that are needed come first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kai_core::Span;
use smol_str::SmolStr;

use crate::config::{Local, Module, Resource};
use crate::eval::References;
use crate::syntax::{Step, StepKind};

/// Fewer never need each other too deeply.
const FEW: usize = 100;

/// A value that others of its module may need.
#[derive(Clone, Copy)]
pub(super) enum Valued<'a> {
    Local(&'a SmolStr, &'a Local),
    Resource(&'a Arc<Resource>),
}

/// `local`, `data.aws_vpc`, `aws_vpc`; and the name.
type Key = (String, SmolStr);

/// Every local and every resource of the module.
pub(super) fn in_order(module: &Module) -> Vec<Valued<'_>> {
    let locals = module.locals.iter().map(|(name, it)| Valued::Local(name, it));
    let resources = module.resources.values().map(Valued::Resource);
    let all: Vec<Valued<'_>> = locals.chain(resources).collect();
    if all.len() <= FEW {
        return all;
    }
    let by_key: BTreeMap<Key, usize> =
        all.iter().enumerate().map(|(at, it)| (it.key(), at)).collect();
    let (mut seen, mut order) = (BTreeSet::new(), Vec::with_capacity(all.len()));
    for first in 0..all.len() {
        // What is needed is laid on top, so that it is done before what needs it.
        let mut open = vec![(first, false)];
        while let Some((at, is_done)) = open.pop() {
            if is_done {
                order.push(all[at]);
            } else if seen.insert(at) {
                open.push((at, true));
                let needed = all[at].needs().into_iter().filter_map(|it| by_key.get(&it));
                open.extend(needed.filter(|it| !seen.contains(*it)).map(|it| (*it, false)));
            }
        }
    }
    order
}

impl Valued<'_> {
    fn key(&self) -> Key {
        match self {
            Self::Local(name, _) => ("local".into(), (*name).clone()),
            Self::Resource(it) => {
                let data = if it.name.is_data { "data." } else { "" };
                (format!("{data}{}", it.name.ty), it.name.name.clone())
            }
        }
    }

    fn needs(&self) -> Vec<Key> {
        let mut needed = Vec::new();
        let mut add = key_of(&mut needed);
        match self {
            Self::Local(_, local) => References::each(&local.expr, &mut add),
            Self::Resource(it) => {
                let repeated = [&it.repetition.count, &it.repetition.for_each];
                repeated.into_iter().flatten().for_each(|it| References::each(it, &mut add));
                References::each_in(&it.body, &mut add);
            }
        }
        drop(add);
        needed
    }
}

/// Adds the key of each reference.
fn key_of(into: &mut Vec<Key>) -> impl FnMut(&str, &[Step], Span) {
    |root, steps, _| {
        let name = |at: usize| match steps.get(at).map(|it| &it.kind) {
            Some(StepKind::Attribute(name)) => Some(name.clone()),
            _ => None,
        };
        let key = match root {
            "data" => name(0).and_then(|ty| Some((format!("data.{ty}"), name(1)?))),
            root => name(0).map(|it| (root.to_owned(), it)),
        };
        into.extend(key);
    }
}
