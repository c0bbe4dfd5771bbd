//! A webhook without which the API refuses ordinary work, and which one pod answers.

use kai_core::{Edit, FailureMode, Fix, Hazard, Level, LossClass, Pillar, SmolStr, Term};
use kai_graph::{
    Component, DependencyKind, Expression, Facts, Hook, Of, Operator, Selector, Webhook, Workload,
};

use crate::command::{delete, kubectl, resource};
use crate::written::quoted;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "webhook-fails-closed",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("webhook_fails_closed.md"),
    check: Check::Webhook(check),
};

fn check(webhook: Of<'_, Webhook>, ctx: Context<'_>, out: &mut Observed) {
    for hook in &webhook.hooks {
        // Objects that ask for it by a label are not everybody's.
        let is_opt_in = hook.object_selector.as_ref().is_some_and(wants_label);
        if hook.fails_closed.value() != Some(&true) || is_opt_in {
            continue;
        }
        let asked: Vec<_> = hook.resources.iter().filter(|it| is_ordinary(it)).collect();
        if asked.is_empty() {
            continue;
        }
        for workload in answering(webhook.component, hook, ctx) {
            let is_alone = is_alone(workload, ctx);
            let asks_itself = asks_itself(hook, workload, ctx);
            if is_alone || asks_itself {
                let fix = fix(hook, workload, is_alone, asks_itself, ctx);
                let found = hazard(webhook, hook, workload, &asked, is_alone, asks_itself, ctx);
                out.push(found.fix(fix));
            }
        }
    }
}

fn wants_label(selector: &Selector) -> bool {
    let wants = |it: &Expression| matches!(it.operator, Operator::In | Operator::Exists);
    !selector.labels.is_empty() || selector.expressions.iter().any(wants)
}

/// Kinds without which nothing in a cluster can be started, mended or scaled. A webhook over kinds
/// of its own operator stops that operator's work only, which stands still anyway while it is away.
pub(super) fn is_ordinary(resource: &SmolStr) -> bool {
    const ORDINARY: [&str; 13] = [
        "pods",
        "deployments",
        "replicasets",
        "statefulsets",
        "daemonsets",
        "jobs",
        "services",
        "namespaces",
        "configmaps",
        "secrets",
        "nodes",
        "endpoints",
        "*",
    ];
    const GROUPS: [&str; 5] = ["", "apps", "batch", "core", "*"];
    let (group, name) = resource.split_once('/').unwrap_or(("", resource));
    // Subresources (`pods/exec`) are special cases of daily work.
    GROUPS.contains(&group) && ORDINARY.contains(&name)
}

pub(super) fn answering<'a>(
    webhook: &Component,
    hook: &'a Hook,
    ctx: Context<'a>,
) -> impl Iterator<Item = Of<'a, Workload>> {
    ctx.targets(webhook.id, DependencyKind::AskedBy)
        .chain(ctx.sources(webhook.id, DependencyKind::AskedBy))
        .filter(|it| hook.service.as_ref().is_some_and(|service| service.name == it.name))
        .flat_map(move |it| match &it.facts {
            Facts::NetworkPath(_) => {
                ctx.targets(it.id, DependencyKind::Routes).filter_map(Component::workload).collect()
            }
            _ => it.workload().into_iter().collect::<Vec<_>>(),
        })
}

pub(super) fn is_alone(workload: Of<'_, Workload>, ctx: Context<'_>) -> bool {
    workload.replicas.value() == Some(&1)
        && workload.is_long_running()
        && ctx.system.autoscalers_of(workload.component).is_empty()
}

/// True where the pods that answer are themselves asked about, so that they cannot come back.
fn asks_itself(hook: &Hook, workload: Of<'_, Workload>, ctx: Context<'_>) -> bool {
    let asks_pods = hook
        .resources
        .iter()
        .any(|it| matches!(it.as_str(), "/pods" | "pods" | "*/*" | "/*" | "*"));
    let by_object = hook.object_selector.as_ref().is_none_or(Selector::is_empty);
    let by_namespace = match &hook.namespace_selector {
        None => true,
        Some(selector) => {
            let component = workload.component;
            ctx.selects_namespace(selector, &component.namespace, component.root) == Some(true)
        }
    };
    asks_pods && by_object && by_namespace
}

/// Its own namespace is left out, and a second pod is run of what elects one to work.
fn fix(
    hook: &Hook,
    workload: Of<'_, Workload>,
    is_alone: bool,
    asks_itself: bool,
    ctx: Context<'_>,
) -> Option<Fix> {
    let mut edits: Vec<Edit> = Vec::new();
    if is_alone {
        let count = workload.facts.replicas.traced().filter(|_| elects(workload.facts))?;
        edits.extend(ctx.set(count.origin, "replicas", 2)?);
    }
    if asks_itself {
        let elsewhere = format!(
            "{{ matchExpressions: [{{ key: kubernetes.io/metadata.name, operator: NotIn, values: [{}] }}] }}",
            quoted(&workload.component.namespace),
        );
        let is_free = hook.namespace_selector.is_none();
        edits.extend(is_free.then(|| ctx.insert(hook.origin, "namespaceSelector", &elsewhere))??);
    }
    let title = match (is_alone, asks_itself) {
        (true, false) => "Run two pods",
        (true, true) => "Run two pods, and leave their namespace out",
        _ => "Leave its own namespace out",
    };
    Some(Fix::unsafely(title, edits).reveals("drain-unbounded"))
}

/// True where it is told to elect one of its pods, so that two do not do the same work.
pub(super) fn elects(workload: &Workload) -> bool {
    workload.pod.containers.iter().any(|it| {
        let mut words = it.command.iter().chain(&it.args);
        words.any(|it| {
            let word = it.value.trim_start_matches('-');
            word.starts_with("leader-elect") && !word.ends_with("=false")
        })
    })
}

fn hazard(
    webhook: Of<'_, Webhook>,
    hook: &Hook,
    workload: Of<'_, Workload>,
    asked: &[&SmolStr],
    is_alone: bool,
    asks_itself: bool,
    ctx: Context<'_>,
) -> Hazard {
    let label = workload.component.label();
    let answers = if is_alone { "the one pod of " } else { "" };
    let itself =
        if asks_itself { ", its own pods included, so it cannot come back by itself" } else { "" };
    let kinds: Vec<_> = asked.iter().map(|it| it.trim_start_matches('/')).collect();
    let message = format!(
        "While {answers}`{label}` does not answer, the API refuses every change of {} that `{}` \
         is asked about{itself}",
        words::list(&kinds),
        hook.name,
    );
    let hazard = RULE
        .worsens(
            webhook.component.id,
            FailureMode::ControlLoss,
            Term::Impact,
            "the API waits for one webhook",
            message,
        )
        .at(hook.fails_closed.traced().map_or(hook.origin, |it| it.origin))
        .related(workload.component.origin, "answers it")
        .loses(LossClass::Degraded)
        .shows_as(format!("Rollouts report `failed calling webhook \"{}\"`", hook.name,))
        .recover(format!(
            "{}, mend `{label}`, then apply it again",
            delete(webhook.component, ctx),
        ));
    let hazard = match workload.replicas.traced() {
        Some(count) if is_alone => hazard.related(count.origin, "one pod"),
        _ => hazard,
    };
    hazard.remedy(remedy(is_alone, asks_itself, workload)).verify(kubectl(
        workload.component,
        format!("get {} -o jsonpath='{{.status.readyReplicas}}'", resource(workload.component)),
    ))
}

fn remedy(is_alone: bool, asks_itself: bool, workload: Of<'_, Workload>) -> String {
    let exclude =
        format!("leave `{}` out with a `namespaceSelector`", workload.component.namespace);
    match (is_alone, asks_itself) {
        (true, true) => format!("Run two pods on different nodes, and {exclude}"),
        (true, false) => {
            "Run two pods on different nodes, or say `failurePolicy: Ignore` if a missed check does \
             no harm"
                .to_string()
        }
        _ => format!("In the webhook, {exclude}"),
    }
}
