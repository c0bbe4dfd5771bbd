//! One pod that the whole cluster goes through, or that alone would tell of an outage.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, Term, Traced};
use kai_graph::{Controller, Image, Of, Workload};

use crate::command::{field, kubectl, resource, serving};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "lone-platform-service",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("lone_platform_service.md"),
    check: Check::Workload(check),
};

/// What a well-known program is to its cluster.
struct Platform {
    /// The end of the image's repository.
    image: &'static str,
    what: &'static str,
    /// What is while it is away.
    away: &'static str,
    loss: LossClass,
    /// True where a second pod works beside the first one as it is.
    is_stateless: bool,
}

const PLATFORM: [Platform; 9] = [
    watcher("alertmanager", "sends every alert", "no alert reaches anybody"),
    resolver("coredns"),
    resolver("kube-dns"),
    gateway("haproxy-ingress"),
    gateway("ingress-nginx/controller"),
    gateway("nginx-ingress-controller"),
    keeper("openbao"),
    watcher("prometheus", "evaluates every alert", "nothing is measured and no alert fires"),
    keeper("vault"),
];

const fn watcher(image: &'static str, what: &'static str, away: &'static str) -> Platform {
    Platform { image, what, away, loss: LossClass::Degraded, is_stateless: false }
}

const fn resolver(image: &'static str) -> Platform {
    Platform {
        image,
        what: "resolves every name",
        away: "no name of the cluster resolves and everything that calls anything fails",
        loss: LossClass::Outage,
        is_stateless: true,
    }
}

const fn gateway(image: &'static str) -> Platform {
    Platform {
        image,
        what: "carries every route from outside",
        away: "every host that it serves is away",
        loss: LossClass::Outage,
        is_stateless: true,
    }
}

const fn keeper(image: &'static str) -> Platform {
    Platform {
        image,
        what: "hands out every secret",
        away: "pods that start get none, and it comes back sealed until somebody opens it",
        loss: LossClass::Degraded,
        is_stateless: false,
    }
}

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let replicated = [Controller::Deployment, Controller::StatefulSet, Controller::Rollout];
    let Some(platform) = platform(workload.facts) else { return };
    // What a journey is known to need has a rule of its own.
    let is_on_journey = !ctx.journeys_that_need(workload.component.id).is_empty();
    if !replicated.contains(&workload.controller) || is_on_journey {
        return;
    }
    let is_scaled = !ctx.system.autoscalers_of(workload.component).is_empty();
    let count = workload.replicas.traced().filter(|it| it.value == 1 && !is_scaled);
    if let Some(count) = count {
        out.push(hazard(workload, platform, count, ctx));
    }
}

fn platform(workload: &Workload) -> Option<&'static Platform> {
    let image = workload.pod.containers.first()?.image.value()?;
    PLATFORM.iter().find(|it| is_image(image, it.image))
}

fn is_image(image: &Image, wanted: &str) -> bool {
    let rest = image.repository.strip_suffix(wanted);
    rest.is_some_and(|it| it.is_empty() || it.ends_with('/'))
}

fn hazard(
    workload: Of<'_, Workload>,
    platform: &Platform,
    count: &Traced<u32>,
    ctx: Context<'_>,
) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let message = format!(
        "`{label}` {} and is one pod; while it restarts, moves or hangs, {}",
        platform.what, platform.away,
    );
    let fix = platform.is_stateless.then(|| ctx.set(count.origin, "replicas", 2)).flatten();
    RULE.worsens(component.id, FailureMode::PodLoss, Term::Impact, "one pod", message)
        .at(count.origin)
        .loses(platform.loss)
        .shows_as(format!(
            "`{}` of `{}` is 0; whoever would tell is among what is away",
            serving(component),
            component.name,
        ))
        .recover(format!(
            "By itself, or `{}`",
            kubectl(component, format!("rollout restart {}", resource(component)))
        ))
        .remedy(if platform.is_stateless {
            "Run two pods on different nodes, with a budget that keeps one of them"
        } else {
            "Run two or three in the way that it clusters, on different nodes"
        })
        .fix(fix.map(|edits| Fix::unsafely("Run two pods", edits).reveals("drain-unbounded")))
        .verify(field(component, ".spec.replicas"))
}
