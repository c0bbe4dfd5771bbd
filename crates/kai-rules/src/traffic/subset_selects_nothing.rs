//! A part of a host that no pod belongs to.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term};
use kai_graph::{
    Component, Facts, Labels, NetworkPath, Of, Selector, Subset, TrafficPolicy, Workload,
};

use crate::command::kubectl;
use crate::relabel::{Candidate, Relabel};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "subset-selects-nothing",
    pillar: Pillar::OperationalReadiness,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("subset_selects_nothing.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::TrafficPolicy(policy) = &component.facts else { return };
    let Some((service, path)) = host(component, policy, ctx) else { return };
    let Some(selector) = &path.selector else { return };
    // Where nothing at all is behind the Service, that is another rule's.
    let behind = ctx.system.pods_of(selector, &service.namespace, component.root);
    if behind.is_empty() {
        return;
    }
    let pods = || behind.iter().filter_map(|it| Candidate::pods(it.component));
    for subset in policy.subsets.iter().filter(|it| !it.labels.is_empty()) {
        let narrowed = narrowed(selector, subset);
        if ctx.system.pods_of(&narrowed, &service.namespace, component.root).is_empty()
            && !may_be_labelled(component, service, selector, subset, ctx)
            && let Some(scope) = ctx.missing_pods(service, &narrowed)
        {
            let fix = fix(policy, subset, pods(), ctx);
            out.push(hazard(component, policy, subset).searched(scope).fix(fix));
        }
    }
}

/// True where the Service is of another root and pods there lack the label as a whole: who applies both
/// may give it to them by hand.
fn may_be_labelled(
    component: &Component,
    service: &Component,
    selector: &Selector,
    subset: &Subset,
    ctx: Context<'_>,
) -> bool {
    let has = |labels: &Labels, key: &SmolStr| labels.iter().any(|it| it.0 == *key);
    let is_whole =
        |it: &Of<'_, Workload>| subset.labels.iter().all(|(key, _)| has(&it.facts.pod_labels, key));
    service.root != component.root
        && !ctx.system.pods_of(selector, &service.namespace, service.root).iter().all(is_whole)
}

/// The Service that a host names: `ledger`, `ledger.shop` or the long form.
fn host<'a>(
    component: &Component,
    policy: &TrafficPolicy,
    ctx: Context<'a>,
) -> Option<(&'a Component, &'a NetworkPath)> {
    let (name, rest) = policy.host.0.split_once('.').unwrap_or((&policy.host.0, ""));
    let namespace = match rest.split('.').next() {
        Some("") | None => component.namespace.as_str(),
        Some(namespace) => namespace,
    };
    let service = ctx.system.resolve("Service", namespace, name, component.root)?;
    match &service.facts {
        Facts::NetworkPath(path) => Some((service, path)),
        _ => None,
    }
}

fn narrowed(selector: &Selector, subset: &Subset) -> Selector {
    let mut labels = selector.labels.clone();
    labels.extend(subset.labels.iter().cloned());
    labels.sort_unstable();
    labels.dedup();
    Selector { labels, expressions: selector.expressions.clone(), origin: OriginId::NONE }
}

/// Where the pods of one version differ by one label, and no other subset is theirs.
fn fix<'a>(
    policy: &TrafficPolicy,
    subset: &Subset,
    pods: impl Iterator<Item = Candidate<'a>>,
    ctx: Context<'_>,
) -> Option<Fix> {
    let labels = subset.labels.clone();
    let selector = Selector { labels, expressions: Vec::new(), origin: subset.origin };
    let relabel = Relabel::of(&selector, &subset.name, pods)?;
    let mut taken = policy.subsets.iter().flat_map(|it| &it.labels);
    if taken.any(|it| relabel.is_to(&it.1)) {
        return None;
    }
    Some(Fix::unsafely(relabel.title(), relabel.edits(subset.origin, &["labels"], ctx)?))
}

fn hazard(component: &Component, policy: &TrafficPolicy, subset: &Subset) -> Hazard {
    let host = &policy.host.0;
    let labels: Vec<_> =
        subset.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let labels = labels.join(",");
    let message = format!(
        "Subset `{}` of `{host}` wants pods with `{labels}`, and none behind the Service have them: what a \
         route sends there fails",
        subset.name,
    );
    RULE.worsens(
        component.id,
        FailureMode::Misconfigured,
        Term::Impact,
        "a subset without pods",
        message,
    )
    .at(subset.origin)
    .loses(LossClass::Outage)
    .impact(0.5)
    .shows_as("Calls get 503 with `no healthy upstream`")
    .recover("Send the traffic to a subset that has pods")
    .remedy("Name labels that the pods have")
    .verify(kubectl(component, format!("get pods -l '{labels}'")))
}
