//! What stands in the same environment, and how names compare.

use std::collections::BTreeSet;

use kai_core::{Environment, SmolStr};
use kai_graph::{Component, Naming, Of, Topic};

use crate::Context;

/// What is declared by Terraform for the environment of a component, by id.
pub(super) fn components<'a>(
    of: &Component,
    ctx: Context<'a>,
) -> impl Iterator<Item = &'a Component> {
    let environment = ctx.system.environment(of);
    ctx.system.components().iter().filter(move |it| ctx.system.environment(it) == environment)
}

pub(super) fn is_production(component: &Component, ctx: Context<'_>) -> bool {
    ctx.system.environment(component) == Environment::Production
}

/// The topic that a text names, if it was read.
pub(super) fn topic<'a>(
    naming: &Naming,
    from: &Component,
    ctx: Context<'a>,
) -> Option<Of<'a, Topic>> {
    let component = ctx.system.named_by(naming, from.root)?;
    match &component.facts {
        kai_graph::Facts::Topic(facts) => Some(Of { component, facts }),
        _ => None,
    }
}

/// The words of a name, in lower case, without numbers and what is shorter than three letters.
pub(super) fn words(text: &str) -> BTreeSet<SmolStr> {
    let parts = text.split(|it: char| !it.is_ascii_alphabetic());
    parts.filter(|it| it.len() >= 3).map(|it| SmolStr::from(it.to_ascii_lowercase())).collect()
}

/// The address as Terraform writes it: `aws_sns_topic.alerts`.
pub(super) fn address(component: &Component) -> String {
    format!("{}.{}", component.native_kind, component.name)
}
