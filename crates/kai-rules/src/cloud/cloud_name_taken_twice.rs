//! Two resources of one kind that claim one name of the cloud.

use std::collections::BTreeMap;

use kai_core::{
    Environment, FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term, Traced,
};
use kai_graph::{Alarm, Component, Facts};

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
    let mut everywhere = BTreeMap::<_, Vec<(&Component, OriginId)>>::new();
    let has_partitions =
        ctx.system.components().iter().any(|it| partition(it).is_some_and(|it| it != "aws"));
    for component in ctx.system.components() {
        let Some(name) = name(component) else { continue };
        // Another provider is another region or account.
        let provider = component.label_value("provider").unwrap_or_default();
        let region = component.label_value("region").unwrap_or_default();
        let home = component.label_value("home").unwrap_or_default();
        let module = component.name.rsplit_once('.').map_or("", |it| it.0);
        let kind = &component.native_kind;
        let within = within(component);
        let held = (component, name.origin);
        // In which one a bucket is, nobody knows.
        let is_apart = has_partitions && partition(component).is_none();
        let is_of_the_world = is_of_the_world(component, &within) && !is_apart;
        // Examples are tried one at a time.
        let is_tried = ctx.system.environment(component) >= Environment::Example;
        if is_of_the_world && !is_tried && module.is_empty() && is_settled(component, ctx) {
            let environment = ctx.system.environment(component);
            let partition = partition(component).unwrap_or("aws");
            let key = (environment, kind, partition, within.clone(), name.value);
            everywhere.entry(key).or_default().push(held);
        }
        let key = (component.root, kind, (provider, region, home), module, within, name.value);
        holders.entry(key).or_default().push(held);
    }
    for ((.., name), them) in holders {
        let [first, others @ ..] = &them[..] else { continue };
        if let Some(second) = others.first() {
            out.push(hazard(*first, *second, name, ctx));
        }
    }
    for ((.., name), them) in everywhere {
        let path = |it: &Component| &ctx.system.root(it.root).path;
        let [first, others @ ..] = &them[..] else { continue };
        if let Some(second) = others.iter().find(|it| path(it.0) != path(first.0)) {
            out.push(hazard(*first, *second, name, ctx));
        }
    }
}

/// The part of Amazon's cloud that a region is in, which knows nothing of the others
/// (docs.aws.amazon.com/whitepapers, `AWS Fault Isolation Boundaries`); none where no region is known.
fn partition(component: &Component) -> Option<&'static str> {
    const PARTITIONS: &[(&str, &str)] = &[
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-iso", "aws-iso"),
        ("eu-isoe-", "aws-iso-e"),
        ("eusc-", "aws-eusc"),
    ];
    let region = component.label_value("region")?;
    let found = PARTITIONS.iter().find(|it| region.starts_with(it.0));
    Some(found.map_or("aws", |it| it.1))
}

/// What a name is one of: a record is one of its zone and type.
fn within(component: &Component) -> String {
    let Facts::DnsRecord(record) = &component.facts else { return String::new() };
    let zone = record.zone.as_ref().map(|zone| match (&zone.text, zone.resource()) {
        (Some(text), _) => text.to_string(),
        (None, Some(it)) => format!(" {}.{}{}", it.kind, it.name, it.attribute),
        (None, None) => String::new(),
    });
    let ty = record.ty.value().map(ToString::to_string);
    format!("{} {}", zone.unwrap_or_default(), ty.unwrap_or_default())
}

/// True for a name that no account and no region tells from another one: of a bucket of S3, of a record in
/// a zone that is written as it is.
fn is_of_the_world(component: &Component, within: &str) -> bool {
    match component.facts {
        Facts::Bucket(_) => component.native_kind == "aws_s3_bucket",
        Facts::DnsRecord(_) => !within.starts_with(' '),
        _ => false,
    }
}

/// True where something says in which environment it is.
fn is_settled(component: &Component, ctx: Context<'_>) -> bool {
    !ctx.system.root(component.root).is_environment_assumed()
}

fn name(component: &Component) -> Option<Traced<&str>> {
    let name = match &component.facts {
        // A service has a name in its cluster, and so have its machines.
        Facts::CloudProgram(it) if it.service.is_some() => return None,
        Facts::CloudAccount(_) | Facts::ManagedCluster(_) | Facts::ManagedBroker(_) => return None,
        Facts::NodeGroup(_) => return None,
        // One to be told from others by an id may stand beside them, and of one without a zone or a type
        // nobody knows where it stands.
        Facts::DnsRecord(it) if it.is_one_of_many || it.ty.value().is_none() => return None,
        Facts::DnsRecord(it) if it.zone.as_ref().is_none_or(kai_graph::Naming::is_unknown) => {
            return None;
        }
        facts => facts.cloud_name()?,
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
        Facts::Bucket(_)
        | Facts::CloudProgram(_)
        | Facts::CloudRole(_)
        | Facts::ClusterApi(_)
        | Facts::DnsRecord(_)
        | Facts::LogGroup(_)
        | Facts::ManagedDatabase(_) => {
            "the second one is refused because it is already there, and the apply stops half way"
        }
        _ => "each apply makes of it what the last one says, and only one of the two exists",
    }
}

/// True for alarms that say the same in everything, so that neither apply changes what the other made.
fn are_copies(one: &Component, other: &Component) -> bool {
    let (Facts::Alarm(one), Facts::Alarm(other)) = (&one.facts, &other.facts) else { return false };
    let told = |it: &Alarm| -> Option<Vec<_>> {
        let told = it.actions.value()?.iter();
        Some(told.map(|it| (it.text.clone(), it.resources.clone(), it.is_open)).collect())
    };
    let looks = |it: &Alarm| -> Vec<_> {
        let all = it.metrics.iter();
        all.map(|it| (it.name.text.clone(), it.name.resources.clone())).collect()
    };
    one.condition == other.condition
        && told(one).is_some()
        && told(one) == told(other)
        && looks(one) == looks(other)
        && one.missing.value() == other.missing.value()
}

fn hazard(
    first: (&Component, OriginId),
    second: (&Component, OriginId),
    name: &str,
    ctx: Context<'_>,
) -> Hazard {
    // Whoever is named otherwise than it is called is the copy.
    let is_own = |it: &Component| near::block_name(it) == name;
    let (copy, original) = if is_own(second.0) { (first, second) } else { (second, first) };
    let is_copy = are_copies(first.0, second.0);
    let (one, other) = (near::address(copy.0), near::address(original.0));
    let path = |it: &Component| ctx.system.root(it.root).path.as_str();
    let (both, place) = match path(copy.0) == path(original.0) {
        true => (format!("`{one}` and `{other}`"), "in one place"),
        false => (
            format!("`{one}` of `{}` and `{other}` of `{}`", path(copy.0), path(original.0)),
            "where one name is one thing for everybody",
        ),
    };
    let follows = match is_copy {
        true => {
            "they say the same, so that there is one alarm, and none that is more urgent".to_owned()
        }
        false => end(first.0).to_owned(),
    };
    let message = format!("{both} are both called `{name}` {place}: {follows}");
    let own = near::block_name(copy.0).rsplit('.').next().unwrap_or_default();
    let hazard = RULE
        .worsens(
            copy.0.id,
            FailureMode::Misconfigured,
            Term::TimeToDetect,
            "two resources under one name",
            message,
        )
        .at(copy.1)
        .loses(LossClass::Degraded)
        .related(original.1, "the same name");
    if is_copy {
        return hazard
            .shows_as(format!("Nothing: plans are empty, and an alarm called `{own}` never comes"))
            .recover("Nothing to undo; what it would have told is lost")
            .remedy(format!(
                "`terraform state rm '{one}'` first, for a new name deletes what has the old one; then give it a name, a \
                 threshold and listeners of its own: the name alone would make a second `{name}`"
            ))
            .verify(format!(
                "aws cloudwatch describe-alarms --alarm-names {own} {name} --query 'MetricAlarms[].[AlarmName,Threshold,AlarmActions]' # both"
            ));
    }
    hazard
        .shows_as("A plan that is never empty, or an apply that ends with `AlreadyExists`")
        .recover("Give one of them its own name and apply; the cloud makes what is missing")
        .remedy(format!("Give `{one}` a name of its own"))
        .verify("terraform plan -detailed-exitcode # twice in a row: the second one is empty")
}
