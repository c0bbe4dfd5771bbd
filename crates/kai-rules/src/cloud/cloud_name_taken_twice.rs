//! Two resources of one kind that claim one name of the cloud.

use std::collections::BTreeMap;

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term, Traced};
use kai_graph::{Component, Facts};

use super::near;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "cloud-name-taken-twice",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("cloud_name_taken_twice.md"),
    check: Check::System(check),
};

fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut holders = BTreeMap::<_, Vec<(&Component, OriginId)>>::new();
    for component in ctx.system.components() {
        let Some(name) = name(component) else { continue };
        // Another provider is another region or account.
        let provider = component.label_value("provider").unwrap_or_default();
        let region = component.label_value("region").unwrap_or_default();
        let module = component.name.rsplit_once('.').map_or("", |it| it.0);
        let key = (component.root, &component.native_kind, provider, region, module, name.value);
        holders.entry(key).or_default().push((component, name.origin));
    }
    for ((.., name), them) in holders {
        let [first, others @ ..] = &them[..] else { continue };
        if let Some(second) = others.first() {
            out.push(hazard(*first, *second, name));
        }
    }
}

fn name(component: &Component) -> Option<Traced<&str>> {
    let name = match &component.facts {
        Facts::Alarm(it) => &it.cloud_name,
        Facts::Bucket(it) => &it.cloud_name,
        Facts::CloudProgram(it) if it.service.is_none() => &it.cloud_name,
        Facts::CloudRole(it) => &it.cloud_name,
        Facts::LogGroup(it) => &it.cloud_name,
        Facts::Topic(it) => &it.cloud_name,
        Facts::MessageQueue(it) => &it.cloud_name,
        Facts::ManagedCache(it) => &it.cloud_name,
        Facts::Timetable(it) => &it.cloud_name,
        _ => return None,
    };
    let name = name.traced()?;
    Some(Traced { value: name.value.as_str(), origin: name.origin })
}

/// What follows depends on whether the cloud takes a second one under a name for the first.
fn end(component: &Component) -> &'static str {
    match component.facts {
        Facts::Alarm(_) => {
            "each apply makes of it what the last one says, and one of the two alarms does not exist"
        }
        Facts::Bucket(_) | Facts::CloudProgram(_) | Facts::CloudRole(_) | Facts::LogGroup(_) => {
            "the second one is refused because it is already there, and the apply stops half way"
        }
        _ => "each apply makes of it what the last one says, and only one of the two exists",
    }
}

fn hazard(first: (&Component, OriginId), second: (&Component, OriginId), name: &str) -> Hazard {
    let (one, other) = (near::address(first.0), near::address(second.0));
    let message =
        format!("`{one}` and `{other}` are both called `{name}` in one place: {}", end(first.0));
    // Whoever is named otherwise than it is called is the copy.
    let is_own = |it: &Component| it.name.split('[').next() == Some(name);
    let (copy, original) = if is_own(second.0) { (first, second) } else { (second, first) };
    RULE.worsens(
        copy.0.id,
        FailureMode::Misconfigured,
        Term::TimeToDetect,
        "two resources under one name",
        message,
    )
    .at(copy.1)
    .loses(LossClass::Degraded)
    .related(original.1, "the same name")
    .shows_as("A plan that is never empty, or an apply that ends with `AlreadyExists`")
    .recover("Give one of them its own name and apply; the cloud makes what is missing")
    .remedy(format!("Give `{}` a name of its own", near::address(copy.0)))
    .verify("terraform plan -detailed-exitcode # twice in a row: the second one is empty")
}
