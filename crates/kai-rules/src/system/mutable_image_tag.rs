//! Images named by a tag that moves.

use std::collections::BTreeMap;

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, RootId, SmolStr, Term};
use kai_graph::{Component, Image, Workload};

use crate::command::{is_compose, kubectl, resource};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "mutable-image-tag",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("mutable_image_tag.md"),
    check: Check::System(check),
};

/// Where one image is used, in the order of components.
#[derive(Default)]
struct Uses<'a> {
    places: Vec<(&'a Component, &'a Workload, OriginId)>,
}

fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut uses: BTreeMap<(RootId, &SmolStr), Uses<'_>> = BTreeMap::new();
    for workload in ctx.system.workloads().filter(|it| !is_chart_test(it.component)) {
        for container in workload.facts.pod.all_containers() {
            let Some(image) = container.image.traced().filter(|it| is_mutable(&it.value)) else {
                continue;
            };
            let key = (workload.component.root, &image.value.reference);
            let places = &mut uses.entry(key).or_default().places;
            if places.last().is_none_or(|it| it.0.id != workload.component.id) {
                places.push((workload.component, workload.facts, image.origin));
            }
        }
    }
    for ((_, reference), uses) in uses {
        out.push(hazard(reference, &uses));
    }
}

/// A pod that `helm test` starts and nobody else.
fn is_chart_test(component: &Component) -> bool {
    component.annotation("helm.sh/hook").is_some_and(|it| it.contains("test"))
}

/// Tags that name what is newest, or the branch that it was built from.
const MOVING: [&str; 6] = ["edge", "latest", "mainline", "master", "nightly", "stable"];

/// A tag that moves, or nothing where nothing fills it in. A bare name without a registry is what Skaffold,
/// Kustomize and Flux replace when they deploy, unless it is an image that the world knows.
pub(crate) fn is_mutable(image: &Image) -> bool {
    let is_bare = !image.reference.contains('/');
    image.digest.is_none()
        && image.tag.as_ref().is_none_or(|it| MOVING.contains(&it.as_str()))
        && (!is_bare || is_official(&image.repository))
}

/// Images that Docker publishes without an owner's name, as manifests use them.
fn is_official(name: &str) -> bool {
    const OFFICIAL: [&str; 30] = [
        "alpine",
        "amazonlinux",
        "busybox",
        "caddy",
        "cassandra",
        "debian",
        "docker",
        "elasticsearch",
        "eclipse-mosquitto",
        "golang",
        "haproxy",
        "httpd",
        "influxdb",
        "mariadb",
        "memcached",
        "mongo",
        "mysql",
        "nats",
        "nginx",
        "node",
        "openjdk",
        "postgres",
        "python",
        "rabbitmq",
        "redis",
        "registry",
        "traefik",
        "ubuntu",
        "vault",
        "wordpress",
    ];
    OFFICIAL.contains(&name)
}

fn hazard(reference: &SmolStr, uses: &Uses<'_>) -> Hazard {
    let (component, workload, at) = uses.places[0];
    let others: Vec<_> = uses.places[1..].iter().map(|(it, ..)| it.label()).collect();
    let also = if others.is_empty() {
        String::new()
    } else {
        let verb = if others.len() == 1 { "does" } else { "do" };
        format!(", and so {verb} {}", words::list(&others))
    };
    let has_tag = MOVING.iter().any(|it| reference.ends_with(&format!(":{it}")));
    let tag = if has_tag { "a tag that moves" } else { "no tag, which means `latest`" };
    let message = format!(
        "`{}` runs `{reference}`, {tag}{also}; a restarted pod may be another version than its \
         neighbours, and there is no version to go back to",
        component.label(),
    );
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Rollout,
            Term::TimeToRecover,
            "image tag that moves",
            message,
        )
        .at(at)
        .loses(LossClass::Toil)
        .shows_as("Pods of one workload with different `imageID`s in their status".to_string())
        .recover("Deploy the digest in the `imageID` of a pod that still works")
        .remedy("Name a version, best by digest (`@sha256:…`)")
        .verify(verify(component, workload));
    uses.places[1..].iter().fold(hazard, |hazard, (it, _, at)| {
        hazard.related(*at, format!("`{}` runs it as well", it.label()))
    })
}

fn verify(component: &Component, workload: &Workload) -> String {
    if is_compose(workload) {
        return format!("docker compose config --images {}", component.name);
    }
    kubectl(component, format!("get {} -o jsonpath='{{..image}}'", resource(component)))
}
