//! Which resources of a module anything else of it mentions.

use std::collections::BTreeSet;

use kai_core::Span;
use smol_str::SmolStr;

use super::{Module, ResourceName};
use crate::eval::References;
use crate::syntax::{Step, StepKind};

/// Everything that a resource, a data source, a local, an output, a call, a provider or a check mentions; what a
/// resource says of itself does not count, unless a script says it.
pub(super) fn mentioned(module: &Module) -> BTreeSet<ResourceName> {
    let mut found = BTreeSet::new();
    let locals = module.locals.values().map(|it| &it.expr);
    let outputs = module.outputs.values();
    let outputs = outputs.flat_map(|it| it.value.iter().chain(&it.depends_on));
    let calls = module.calls.values().flat_map(|it| {
        let inputs = it.inputs.values().map(|it| &it.0);
        let others = [&it.repetition.count, &it.repetition.for_each, &it.depends_on];
        inputs.chain(others.into_iter().flatten())
    });
    let mut add = name_of(&mut found);
    locals.chain(outputs).chain(calls).for_each(|it| References::each(it, &mut add));
    let blocks = module.providers.iter().chain(&module.checks);
    blocks.for_each(|it| References::each_in(&it.body, &mut add));
    drop(add);
    for resource in module.resources.values() {
        let mut own = BTreeSet::new();
        let repetition = &resource.repetition;
        let around = [&repetition.count, &repetition.for_each, &resource.depends_on];
        let mut add = name_of(&mut own);
        around.into_iter().flatten().for_each(|it| References::each(it, &mut add));
        let bodies = resource.provisioners.iter().map(|it| &it.body).chain([&resource.body]);
        bodies.for_each(|it| References::each_in(it, &mut add));
        drop(add);
        own.remove(&resource.name);
        // A script of its own may attach it.
        own.extend(resource.provisioners.first().map(|_| resource.name.clone()));
        found.append(&mut own);
    }
    found
}

/// Adds the name of the resource that each reference means.
fn name_of(into: &mut BTreeSet<ResourceName>) -> impl FnMut(&str, &[Step], Span) {
    |root, steps, _| {
        let name = |at: usize| match steps.get(at).map(|it| &it.kind) {
            Some(StepKind::Attribute(name)) => Some(name.clone()),
            _ => None,
        };
        let meant = match root {
            "data" => name(0).zip(name(1)).map(|(ty, name)| (true, ty, name)),
            "resource" => name(0).zip(name(1)).map(|(ty, name)| (false, ty, name)),
            ty => name(0).map(|name| (false, SmolStr::from(ty), name)),
        };
        into.extend(meant.map(|(is_data, ty, name)| ResourceName { is_data, ty, name }));
    }
}
