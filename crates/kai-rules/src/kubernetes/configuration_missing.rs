//! A ConfigMap or Secret, or a key of one, that a pod cannot start without and that is not there.

use kai_core::{
    FailureMode, Fix, GapKind, Hazard, Level, LossClass, OriginId, Pillar, Scalar, SmolStr, Term,
};
use kai_graph::{Component, EnvSource, Facts, Of, VolumeSource, Workload};

use crate::command::{kubectl, undo};
use crate::likeness::{is_named_after, is_slip, meant, only_slip};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "configuration-missing",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("configuration_missing.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let mut lacks: Vec<Lack<'_>> = Vec::new();
    for wanted in wanted(workload.facts) {
        let Some(lack) = lack(workload, wanted, ctx) else { continue };
        match lacks.iter_mut().find(|it| it.is_same_object(&lack)) {
            Some(known) => known.keys.extend(lack.keys),
            None => lacks.push(lack),
        }
    }
    for lack in lacks {
        out.push(hazard(workload, &lack, ctx).fix(fix(workload, &lack, ctx)));
    }
}

/// Something that must be there before a container starts.
struct Wanted<'a> {
    kind: &'static str,
    name: &'a SmolStr,
    /// None where the whole object is wanted.
    key: Option<&'a SmolStr>,
    at: OriginId,
    is_mounted: bool,
}

fn wanted(workload: &Workload) -> Vec<Wanted<'_>> {
    let variables = workload.pod.all_containers().flat_map(|it| &it.env).filter_map(|it| {
        let (kind, name, key) = match &it.source {
            EnvSource::Configuration { name, key, is_optional: false } => ("ConfigMap", name, key),
            EnvSource::Secret { name, key, is_optional: false } => ("Secret", name, key),
            _ => return None,
        };
        Some(Wanted { kind, name, key: key.as_ref(), at: it.origin, is_mounted: false })
    });
    let mut wanted: Vec<_> = variables.collect();
    for volume in &workload.pod.volumes {
        mounted(&volume.source, volume.origin, &mut wanted);
    }
    wanted
}

fn mounted<'a>(source: &'a VolumeSource, at: OriginId, wanted: &mut Vec<Wanted<'a>>) {
    match source {
        VolumeSource::Configuration { name, is_optional: false, .. } => {
            wanted.push(Wanted { kind: "ConfigMap", name, key: None, at, is_mounted: true });
        }
        VolumeSource::Secret { name, is_optional: false, .. } => {
            wanted.push(Wanted { kind: "Secret", name, key: None, at, is_mounted: true });
        }
        VolumeSource::Projected(sources) => {
            for source in sources {
                mounted(source, at, wanted);
            }
        }
        _ => {}
    }
}

/// What is not there: an object, or keys of one that is.
struct Lack<'a> {
    wanted: Wanted<'a>,
    /// Empty where the whole object is missing.
    keys: Vec<&'a SmolStr>,
    found: Found<'a>,
}

enum Found<'a> {
    Object(&'a Component),
    Nothing { scope: String },
}

impl Lack<'_> {
    fn is_same_object(&self, other: &Self) -> bool {
        (self.wanted.kind, self.wanted.name) == (other.wanted.kind, other.wanted.name)
    }
}

fn lack<'a>(workload: Of<'a, Workload>, wanted: Wanted<'a>, ctx: Context<'a>) -> Option<Lack<'a>> {
    let Component { namespace, root, .. } = workload.component;
    let Some(object) = ctx.system.resolve(wanted.kind, namespace, wanted.name, *root) else {
        let scope = ctx.missing(workload.component, wanted.kind, namespace, wanted.name)?;
        if !is_meant_to_be_here(workload.component, &wanted, ctx) {
            return None;
        }
        return Some(Lack { wanted, keys: Vec::new(), found: Found::Nothing { scope } });
    };
    let key = wanted.key.filter(|_| !is_filled_later(object))?;
    let has_key = match &object.facts {
        Facts::Configuration(facts) => facts.settings.iter().any(|it| it.key == *key),
        Facts::Secret(facts) => facts.is_reference || facts.keys.iter().any(|(it, _)| it == key),
        _ => true,
    };
    let is_lacking = !has_key && is_complete(object, workload.component, ctx);
    is_lacking.then(|| Lack { wanted, keys: vec![key], found: Found::Object(object) })
}

/// True for an object without any key: somebody or a controller fills it, as with the token of a service account.
fn is_filled_later(object: &Component) -> bool {
    match &object.facts {
        Facts::Configuration(facts) => facts.settings.is_empty(),
        Facts::Secret(facts) => facts.keys.is_empty(),
        _ => false,
    }
}

/// Settings of a platform come from elsewhere. What is named after the workload is its own, and what
/// differs by a slip of the hand from something that is here is here under another name.
fn is_meant_to_be_here(from: &Component, wanted: &Wanted<'_>, ctx: Context<'_>) -> bool {
    ctx.is_live(from)
        || is_named_after(wanted.name, &from.name)
        || ctx
            .system
            .held(from.root, wanted.kind, &from.namespace)
            .any(|it| is_slip(wanted.name, &it.name))
}

/// The keys may come from a file that is not there, and another root of the same object may add them.
fn is_complete(object: &Component, from: &Component, ctx: Context<'_>) -> bool {
    ctx.system.environment(object) == ctx.system.environment(from)
        && ctx.system.root(object.root).gaps.iter().all(|it| it.kind == GapKind::Chart)
        && ctx.system.twins(object).next().is_none()
}

/// Where one object or one key can be meant.
fn fix(workload: Of<'_, Workload>, lack: &Lack<'_>, ctx: Context<'_>) -> Option<Fix> {
    let Wanted { kind, name, at, is_mounted, .. } = &lack.wanted;
    let (key, from, to) = match (&lack.found, lack.keys.as_slice()) {
        (Found::Nothing { .. }, _) => {
            let Component { root, namespace, .. } = workload.component;
            let others = ctx.system.held(*root, kind, namespace).map(|it| it.name.as_str());
            ("name", name.as_str(), only_slip(name, others)?)
        }
        (Found::Object(object), [key]) => {
            let keys: Vec<&str> = match &object.facts {
                Facts::Configuration(facts) => {
                    facts.settings.iter().map(|it| it.key.as_str()).collect()
                }
                Facts::Secret(facts) => facts.keys.iter().map(|it| it.0.as_str()).collect(),
                _ => return None,
            };
            ("key", key.as_str(), meant(key, keys.into_iter())?)
        }
        _ => return None,
    };
    let entry = match (*is_mounted, *kind) {
        (true, "Secret") => ctx.entry_beside(*at, &["secret", "secretName"]),
        (true, _) => ctx.entry_beside(*at, &["configMap", key]),
        (false, "Secret") => {
            ctx.entry(*at, &["secretKeyRef", key]).or_else(|| ctx.entry(*at, &[key]))
        }
        (false, _) => ctx.entry(*at, &["configMapKeyRef", key]).or_else(|| ctx.entry(*at, &[key])),
    }?;
    let edit = ctx.rewrite(&entry, from, &Scalar::string(to))?;
    Some(Fix::unsafely(format!("Read `{to}`"), vec![edit]))
}

fn hazard(workload: Of<'_, Workload>, lack: &Lack<'_>, ctx: Context<'_>) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let Wanted { kind, name, .. } = lack.wanted;
    let message = match lack.keys.as_slice() {
        [] if ctx.is_live(component) => format!(
            "`{label}` reads {kind} `{name}`, which `{}` does not have; its containers are never \
             started",
            component.namespace,
        ),
        [] => format!(
            "`{label}` reads {kind} `{name}`, which nothing here declares; unless somebody made it by \
             hand its containers are never started, and a rebuilt cluster lacks it"
        ),
        [key] => format!(
            "`{label}` reads key `{key}` of {kind} `{name}`, which does not have it; its containers \
             are never started"
        ),
        keys => format!(
            "`{label}` reads keys {} of {kind} `{name}`, which does not have them; its containers \
             are never started",
            words::list(keys),
        ),
    };
    let is_certain = !lack.keys.is_empty() || ctx.is_live(component);
    let event = if lack.wanted.is_mounted {
        "ContainerCreating with the event `FailedMount`"
    } else {
        "`CreateContainerConfigError`"
    };
    let title = "settings that are not there";
    let hazard = RULE
        .worsens(component.id, FailureMode::Misconfigured, Term::Impact, title, message)
        .at(lack.wanted.at)
        .loses(if is_certain { LossClass::Outage } else { LossClass::Degraded })
        .shows_as(format!("Pods of `{label}` stay in {event}"))
        .recover(format!("{}, or create what is missing", undo(component, ctx)))
        .remedy(match &lack.found {
            Found::Nothing { .. } => {
                "Declare it beside the workload, or mark the reference `optional: true`"
            }
            Found::Object(_) => "Add what is missing, or correct the name in the workload",
        })
        .verify(kubectl(component, format!("describe {} {name}", kind.to_lowercase())));
    match &lack.found {
        Found::Nothing { scope } => hazard.searched(scope.clone()),
        Found::Object(object) => hazard.related(object.origin, "the keys that are there"),
    }
}
