//! Key material in the clear, in a file that others can read.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Component, Facts, Material, MaterialKind};

use crate::command::{is_compose, kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "committed-credential",
    pillar: Pillar::Security,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("committed_credential.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    // A Secret of a live cluster is where it should be; a key in a variable is not.
    if matches!(component.facts, Facts::Secret(_)) && ctx.is_live(component) {
        return;
    }
    // One object is one rotation: its worst material names it, the rest stands beside it.
    let mut material = material(component);
    material.sort_by_key(|it| (it.kind, !is_password(it)));
    if let [worst, others @ ..] = &material[..] {
        out.push(hazard(component, worst, others));
    }
}

fn material(component: &Component) -> Vec<&Material> {
    match &component.facts {
        Facts::Secret(facts) if !facts.is_reference => facts.material.iter().collect(),
        Facts::Configuration(facts) => facts.material.iter().collect(),
        Facts::Workload(facts) => facts.pod.all_containers().flat_map(|it| &it.material).collect(),
        _ => Vec::new(),
    }
}

fn hazard(component: &Component, worst: &Material, others: &[&Material]) -> Hazard {
    // A key that says what it is need not be explained.
    let what = if is_password(worst) { String::new() } else { format!("{} ", noun(worst)) };
    let message = format!(
        "`{}` of `{}` is {what}in the clear for every reader",
        worst.key,
        component.label(),
    );
    let hazard = RULE
        .worsens(component.id, FailureMode::Compromise, Term::Loss, title(worst), message)
        .at(worst.origin)
        .loses(loss(worst))
        .shows_as("Its use from places that are not ours")
        .recover("Issue a new one and revoke the old")
        .remedy(remedy(component))
        .verify(verify(component, worst));
    others.iter().fold(hazard, |hazard, it| {
        hazard.related(it.origin, format!("`{}` is {} as well", it.key, noun(it)))
    })
}

/// The password of a demo opens a demo: a weakness, not the house.
fn loss(worst: &Material) -> LossClass {
    let key = worst.key.to_lowercase();
    let is_demo = ["demo", "example", "sample", "test", "dummy"].iter().any(|it| key.contains(it));
    match worst.kind {
        MaterialKind::Password if is_demo => LossClass::Degraded,
        _ => LossClass::Compromise,
    }
}

fn noun(material: &Material) -> &'static str {
    match material.kind {
        MaterialKind::PrivateKey => "a private key",
        MaterialKind::AccessToken => "an access token",
        MaterialKind::Password if is_password(material) => "a password",
        MaterialKind::Password => "a secret",
    }
}

/// True where the key says so itself.
fn is_password(material: &Material) -> bool {
    material.kind == MaterialKind::Password && material.key.to_lowercase().contains("pass")
}

fn title(material: &Material) -> String {
    let noun = noun(material);
    format!("{} in the files", noun.split_once(' ').map_or(noun, |(_, noun)| noun))
}

fn remedy(component: &Component) -> &'static str {
    match &component.facts {
        Facts::Workload(it) if is_compose(it) => {
            "Keep it in a file that git ignores, mount it under `secrets`, restart its readers"
        }
        _ => "Keep it in a secret manager (ExternalSecrets, SealedSecrets), restart its readers",
    }
}

/// Shows the public half or a digest, never the secret itself.
fn verify(component: &Component, worst: &Material) -> String {
    let key = worst.key.replace('.', "\\.");
    let get = |path: &str| {
        kubectl(component, format!("get {} -o jsonpath='{{{path}}}'", resource(component)))
    };
    let shown = match &component.facts {
        Facts::Secret(_) => format!("{} | base64 -d", get(&format!(".data.{key}"))),
        Facts::Workload(it) if is_compose(it) => {
            format!("docker compose config {}", component.name)
        }
        Facts::Workload(_) => get(".spec.template.spec.containers[*].env"),
        _ => get(&format!(".data.{key}")),
    };
    match (worst.kind, &component.facts) {
        (MaterialKind::PrivateKey, Facts::Secret(_) | Facts::Configuration(_)) => {
            format!("{shown} | openssl pkey -pubout # must differ from this key's")
        }
        _ => format!("{shown} | sha256sum # must differ from these files"),
    }
}
