//! What stands in the same environment, and how names compare.

use std::collections::BTreeSet;

use kai_core::{Edit, Environment, OriginId, SmolStr};
use kai_graph::{CloudProgram, Component, Facts, Naming, Of, Publication, Topic};

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

/// What a component publishes to topics. Alarms are let in by the policy that each topic has by default,
/// and by no other one that does not name them (AWS knowledge center, "CloudWatch alarm SNS notification").
pub(super) fn publications(component: &Component) -> Vec<Publication> {
    match &component.facts {
        Facts::Publication(facts) => vec![(**facts).clone()],
        Facts::Alarm(facts) => {
            let told = facts.actions.value().map(Vec::as_slice).unwrap_or_default();
            let publication = |topic: &Naming| Publication {
                topic: topic.clone(),
                service: SmolStr::new_static(ALARMS),
                subject: SmolStr::new_static("alarms"),
                is_let_by_default: true,
                of_vault: None,
            };
            told.iter().map(publication).collect()
        }
        _ => Vec::new(),
    }
}

/// What policies call the service that raises alarms.
pub(super) const ALARMS: &str = "cloudwatch.amazonaws.com";

/// The words of a name, in lower case, without numbers and what is shorter than three letters.
pub(super) fn words(text: &str) -> BTreeSet<SmolStr> {
    let parts = text.split(|it: char| !it.is_ascii_alphabetic());
    parts.filter(|it| it.len() >= 3).map(|it| SmolStr::from(it.to_ascii_lowercase())).collect()
}

/// The address as Terraform writes it: `aws_sns_topic.alerts`.
pub(super) fn address(component: &Component) -> String {
    format!("{}.{}", component.native_kind, component.name)
}

/// The block that an instance is made of: `workers` of `workers[0]`.
pub(super) fn block_name(component: &Component) -> &str {
    component.name.split('[').next().unwrap_or_default()
}

/// The programs of the environment that are told of a component, by what their environment mentions.
pub(super) fn told<'a>(of: &Component, ctx: Context<'a>) -> Vec<Of<'a, CloudProgram>> {
    let programs = components(of, ctx).filter_map(program);
    let is_told = |it: &Of<'_, CloudProgram>| {
        let mut referred = it.facts.told.iter();
        referred
            .any(|to| ctx.system.referred(to, it.component.root).is_some_and(|it| it.id == of.id))
    };
    programs.filter(is_told).collect()
}

pub(super) fn program(component: &Component) -> Option<Of<'_, CloudProgram>> {
    match &component.facts {
        Facts::CloudProgram(facts) => Some(Of { component, facts }),
        _ => None,
    }
}

/// The block that declares a component, up to its closing brace.
pub(super) fn block<'a>(component: &Component, ctx: Context<'a>) -> Option<&'a str> {
    let span = ctx.origins.span(component.origin)?;
    let text = ctx.origins.document(span.document).text.get(span.start as usize..)?;
    text.split("\n}").next()
}

/// An edit of a literal, where it is written as `old`.
pub(super) fn swap(at: OriginId, old: &str, new: &str, ctx: Context<'_>) -> Option<Vec<Edit>> {
    let span = ctx.origins.editable(at)?;
    let document = ctx.origins.document(span.document);
    let text = document.text.get(span.start as usize..span.end as usize)?;
    (text == old).then(|| vec![Edit::replace(span, new)])
}

/// False where a value is the default of a variable of the root itself: whoever applies it elsewhere may
/// give another one.
pub(super) fn is_settled(component: &Component, at: OriginId, ctx: Context<'_>) -> bool {
    let Some(span) = ctx.origins.editable(at) else { return true };
    let document = ctx.origins.document(span.document);
    let before = document.text.get(..span.start as usize).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let is_default = line.trim_start().starts_with("default");
    let is_own = document.path.parent() == Some(ctx.system.root(component.root).path.as_path());
    !(is_default && is_own)
}
