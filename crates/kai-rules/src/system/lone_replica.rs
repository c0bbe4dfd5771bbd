//! A single pod that a journey cannot do without.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Term, Traced};
use kai_graph::{Controller, Of, Selector, Strategy, VolumeSource, Workload};

use crate::command::{kubectl, resource, serving, undo};
use crate::storage::machine_of;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "lone-replica",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("lone_replica.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let journeys = ctx.journeys_that_need(workload.component.id);
    if journeys.is_empty() || !is_replicable(workload.controller) || is_alone_by_design(workload) {
        return;
    }
    // State on a scratch volume is the worse half of the same weakness, and has its own rule.
    if super::state_dies_with_pod::scratch(workload).is_some() {
        return;
    }
    if let Some(floor) = lone_floor(workload, ctx) {
        out.push(hazard(workload, &floor, ctx));
    }
}

fn is_replicable(controller: Controller) -> bool {
    matches!(
        controller,
        Controller::Deployment
            | Controller::StatefulSet
            | Controller::ReplicaSet
            | Controller::Rollout
    )
}

/// A test that makes traffic, a pod whose only volume forbids a second one and that says so where it
/// is no datastore, and software that keeps in memory what no second pod would have.
fn is_alone_by_design(workload: Of<'_, Workload>) -> bool {
    const ALONE: [&str; 1] = ["pushgateway"];
    let is_such = |it: &str| ALONE.contains(&it);
    let mut images = workload.pod.containers.iter().filter_map(|it| it.image.value());
    let is_test = workload.component.label_value("tier") == Some("test")
        || workload.pod_labels.iter().any(|(key, value)| key == "tier" && value == "test");
    let is_recreated = workload.rollout.strategy.value() == Some(&Strategy::Recreate);
    let is_bound = is_recreated && holds_claim(&workload) && workload.engine.is_none();
    is_test || images.any(|it| is_such(it.name())) || is_bound
}

/// Software by the end of its name, or of its image's, of which two that do not know of each other are two systems.
fn keeps_state<'a>(workload: &Of<'a, Workload>) -> Option<&'a str> {
    const SOFTWARE: [&str; 14] = [
        "cassandra",
        "clickhouse",
        "consul",
        "elasticsearch",
        "etcd",
        "flink-jobmanager",
        "hbase-master",
        "hive-metastore",
        "influxdb",
        "jenkins",
        "namenode",
        "opensearch",
        "spark-master",
        "zookeeper",
    ];
    let Of { component, facts } = *workload;
    let images = facts.pod.containers.iter().filter_map(|it| it.image.value());
    let mut names = images.map(|it| it.name()).chain([component.name.as_str()]);
    names.find_map(|name| {
        let is_such = |it: &&str| {
            name.strip_suffix(it).is_some_and(|rest| rest.is_empty() || rest.ends_with(['-', '_']))
        };
        SOFTWARE.into_iter().find(is_such)
    })
}

fn holds_claim(workload: &Workload) -> bool {
    !workload.claim_templates.is_empty()
        || workload.pod.volumes.iter().any(|it| matches!(it.source, VolumeSource::Claim { .. }))
}

/// Where it says that one pod is all there may be: an autoscaler's floor goes before the count.
struct Floor {
    at: OriginId,
    autoscaler: Option<String>,
}

fn lone_floor(workload: Of<'_, Workload>, ctx: Context<'_>) -> Option<Floor> {
    if let Some(autoscaler) = ctx.system.autoscalers_of(workload.component).first() {
        let min = autoscaler.replicas_min.traced().filter(|it| it.value == 1)?;
        let name = Some(autoscaler.component.label());
        return Some(Floor { at: min.origin, autoscaler: name });
    }
    let &Traced { value: 1, origin } = workload.replicas.traced()? else { return None };
    Some(Floor { at: origin, autoscaler: None })
}

fn hazard(workload: Of<'_, Workload>, floor: &Floor, ctx: Context<'_>) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let alone = match &floor.autoscaler {
        Some(autoscaler) => format!("`{autoscaler}` lets `{label}` shrink to one pod"),
        None => format!("`{label}` is one pod"),
    };
    // A volume on a machine keeps its pod there.
    let away = match machine(workload, ctx) {
        Some(_) => "restarts, hangs or waits for its machine",
        None => "restarts, moves or hangs",
    };
    let message = format!("{alone}; while it {away}, {}", ctx.stops(component.id));
    let hazard = RULE
        .worsens(component.id, FailureMode::PodLoss, Term::Impact, "one pod", message)
        .at(floor.at)
        .loses(LossClass::Outage)
        .shows_as(format!(
            "`{}` shows none ready; `{}` of `{}` is 0",
            kubectl(component, format!("get {}", resource(component))),
            serving(component),
            component.name,
        ))
        .recover(recovery(workload, ctx))
        .remedy(remedy(workload))
        .fix(run_two(workload, floor, ctx))
        .verify(proof(workload));
    match workload.rollout.strategy.traced() {
        // A volume for one node leaves no other strategy.
        Some(strategy) if strategy.value == Strategy::Recreate && !holds_claim(&workload) => {
            hazard.related(strategy.origin, "every rollout stops it before the next one starts")
        }
        _ => hazard,
    }
}

/// The machine that holds the volume of its pod.
fn machine(workload: Of<'_, Workload>, ctx: Context<'_>) -> Option<String> {
    let claims = ctx.system.claims_of(workload);
    claims.iter().find_map(|it| machine_of(it.claim?, workload.component, ctx))
}

/// Two pods of a database may be two databases, so that their number proves nothing.
fn proof(workload: Of<'_, Workload>) -> String {
    let component = workload.component;
    if workload.engine.is_none() {
        let count = format!("get {} -o jsonpath='{{.spec.replicas}}'", resource(component));
        return kubectl(component, count);
    }
    const TRIED: &str = "in a test cluster, while requests run: none fails";
    let selector = workload.selector.as_ref().map_or_else(String::new, Selector::to_text);
    kubectl(
        component,
        match workload.controller {
            Controller::StatefulSet => format!("delete pod/{}-0 # {TRIED}", component.name),
            // The labels are those of whatever takes over, too.
            _ => format!("get pods -l '{selector}' # several; delete the one that serves, {TRIED}"),
        },
    )
}

fn recovery(workload: Of<'_, Workload>, ctx: Context<'_>) -> String {
    let component = workload.component;
    if !holds_claim(&workload) {
        return format!("By itself, or {}", undo(component, ctx));
    }
    if let Some(on) = machine(workload, ctx) {
        return format!(
            "By itself on the machine that holds its volume (`{on}`). If that is lost for good, delete its Node and give the \
             claim up{}: what was on it comes from a copy, or from what filled it",
            giving_up(workload),
        );
    }
    let pods = match (workload.controller, &workload.selector) {
        (Controller::StatefulSet, _) => format!("pod/{}-0", component.name),
        (_, selector) => {
            let labels = selector.as_ref().map_or_else(String::new, Selector::to_text);
            format!("pod -l '{labels}'")
        }
    };
    let force = kubectl(component, format!("delete {pods} --force"));
    format!("By itself where its volume can follow it; if its node is off, `{force}` first")
}

/// A claim that is deleted waits for its pod to go, and the next pod of a set makes a new one.
fn giving_up(workload: Of<'_, Workload>) -> String {
    let component = workload.component;
    let [template] = &workload.claim_templates[..] else { return String::new() };
    let command =
        format!("delete pvc/{}-{name}-0 pod/{name}-0", template.name, name = component.name);
    format!(" (`{}`), and it starts empty", kubectl(component, command))
}

fn remedy(workload: Of<'_, Workload>) -> String {
    match workload.engine {
        Some(engine) => {
            // Pods of a set have claims of their own; others share the one that they name.
            let is_shared = workload.claim_templates.is_empty() && holds_claim(&workload);
            format!(
                "Run {} with a replica that takes over; a second pod alone {}",
                engine.name,
                if is_shared {
                    "would share its files or wait for them"
                } else {
                    "would be an empty one"
                },
            )
        }
        None if let Some(software) = keeps_state(&workload) => format!(
            "Run `{software}` as its maker says for several (a standby, a cluster): it keeps its state in itself, and a second \
             pod alone would be another one",
        ),
        None if holds_claim(&workload) => {
            "Let pods share what its volume holds (a database, a bucket), then run two".to_string()
        }
        None => "Run two pods on different nodes, with a budget that keeps one of them; what a pod remembers by itself \
                 (sessions, requests that it has seen) goes into a store first"
            .to_string(),
    }
}

/// A second pod is safe to start only where nothing shows state of its own.
fn run_two(workload: Of<'_, Workload>, floor: &Floor, ctx: Context<'_>) -> Option<Fix> {
    if workload.engine.is_some() || holds_claim(&workload) || keeps_state(&workload).is_some() {
        return None;
    }
    let key = if floor.autoscaler.is_some() { "minReplicas" } else { "replicas" };
    Some(
        Fix::unsafely("Run two pods", ctx.set(floor.at, key, 2)?)
            .reveals("drain-unbounded")
            .reveals("rollout-drops-capacity"),
    )
}
