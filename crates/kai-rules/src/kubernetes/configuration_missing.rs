//! A ConfigMap or Secret, or a key of one, that a pod cannot start without and that is not there.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term};
use kai_graph::{Component, EnvSource, Facts, Of, VolumeSource, Workload};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "configuration-missing",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("configuration_missing.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let mut said = Vec::new();
    for wanted in wanted(workload.facts) {
        let Some(lack) = lack(workload, &wanted, ctx) else { continue };
        let key = (wanted.kind, wanted.name, wanted.key);
        if !said.contains(&key) {
            said.push(key);
            out.push(hazard(workload, &wanted, &lack));
        }
    }
}

/// Something that must be there before a container starts.
struct Wanted<'a> {
    kind: &'static str,
    name: &'a SmolStr,
    /// None where the whole object is wanted.
    key: Option<&'a SmolStr>,
    at: OriginId,
}

fn wanted(workload: &Workload) -> Vec<Wanted<'_>> {
    let variables = workload.pod.all_containers().flat_map(|it| &it.env).filter_map(|it| {
        let (kind, name, key) = match &it.source {
            EnvSource::Configuration { name, key, is_optional: false } => ("ConfigMap", name, key),
            EnvSource::Secret { name, key, is_optional: false } => ("Secret", name, key),
            _ => return None,
        };
        Some(Wanted { kind, name, key: key.as_ref(), at: it.origin })
    });
    let mut wanted: Vec<_> = variables.collect();
    for volume in &workload.pod.volumes {
        mounted(&volume.source, volume.origin, &mut wanted);
    }
    wanted
}

fn mounted<'a>(source: &'a VolumeSource, at: OriginId, wanted: &mut Vec<Wanted<'a>>) {
    match source {
        VolumeSource::Configuration { name, is_optional: false } => {
            wanted.push(Wanted { kind: "ConfigMap", name, key: None, at });
        }
        VolumeSource::Secret { name, is_optional: false } => {
            wanted.push(Wanted { kind: "Secret", name, key: None, at });
        }
        VolumeSource::Projected(sources) => {
            for source in sources {
                mounted(source, at, wanted);
            }
        }
        _ => {}
    }
}

/// What is not there.
enum Lack<'a> {
    Object { scope: String },
    Key { key: &'a SmolStr, object: &'a Component },
}

fn lack<'a>(workload: Of<'a, Workload>, wanted: &Wanted<'a>, ctx: Context<'a>) -> Option<Lack<'a>> {
    let Component { namespace, root, .. } = workload.component;
    let Some(object) = ctx.system.resolve(wanted.kind, namespace, wanted.name, *root) else {
        let scope = ctx.missing(workload.component, wanted.kind, namespace, wanted.name)?;
        return Some(Lack::Object { scope });
    };
    let key = wanted.key?;
    let has_key = match &object.facts {
        Facts::Configuration(facts) => facts.settings.iter().any(|it| it.key == *key),
        Facts::Secret(facts) => facts.is_reference || facts.keys.iter().any(|(it, _)| it == key),
        _ => true,
    };
    (!has_key && is_complete(object, ctx)).then_some(Lack::Key { key, object })
}

/// The same object may be declared through several roots, of which one adds the key.
fn is_complete(object: &Component, ctx: Context<'_>) -> bool {
    ctx.system.twins(object).next().is_none()
}

fn hazard(workload: Of<'_, Workload>, wanted: &Wanted<'_>, lack: &Lack<'_>) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let missing = match lack {
        Lack::Object { .. } => {
            format!(
                "{} `{}`, which `{}` does not have",
                wanted.kind, wanted.name, component.namespace
            )
        }
        Lack::Key { key, .. } => {
            format!("key `{key}` of {} `{}`, which does not have it", wanted.kind, wanted.name)
        }
    };
    let message = format!("`{label}` reads {missing}; its containers are never started");
    let event = match (lack, wanted.key.is_some()) {
        (Lack::Object { .. }, false) => "ContainerCreating with the event `FailedMount`",
        _ => "`CreateContainerConfigError`",
    };
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Misconfigured,
            Term::Impact,
            "settings that are not there",
            message,
        )
        .at(wanted.at)
        .loses(LossClass::Outage)
        .shows_as(format!("Pods of `{label}` stay in {event}"))
        .recover(format!(
            "`{}`",
            kubectl(component, format!("rollout undo {}", resource(component)))
        ))
        .remedy(match lack {
            Lack::Object { .. } => {
                "Declare it beside the workload, or mark the reference `optional: true`"
            }
            Lack::Key { .. } => "Add the key, or correct its name in the workload",
        })
        .verify(kubectl(
            component,
            format!(
                "get {} {} -o jsonpath='{{.data}}' | tr ',' '\\n' | cut -d: -f1",
                wanted.kind.to_lowercase(),
                wanted.name
            ),
        ));
    match lack {
        Lack::Object { scope } => hazard.searched(scope.clone()),
        Lack::Key { object, .. } => hazard.related(object.origin, "the keys that are there"),
    }
}
