//! A pod on the node's network that cannot resolve the names of the cluster that it calls.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Component, Dependency, DependencyKind, Facts, Of, Workload};
use kai_syntax::edit;

use crate::command::{field, kubectl, resource};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "host-network-without-dns",
    pillar: Pillar::OperationalReadiness,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("host_network_without_dns.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let pod = &workload.facts.pod;
    let is_on_host = pod.host_network.value() == Some(&true);
    let is_left = pod.dns_policy.value().is_some_and(|it| it == "ClusterFirst");
    if !workload.is_rescheduled() || !is_on_host || !is_left {
        return;
    }
    let needs = ctx.system.needs(workload.component.id).iter();
    let calls = needs
        .filter(|it| matches!(it.kind, DependencyKind::Calls | DependencyKind::WaitsFor))
        .filter(|it| is_own(it, workload.facts, ctx));
    let mut called: Vec<_> = calls.map(|it| ctx.system.component(it.target)).collect();
    called.retain(|it| matches!(it.facts, Facts::NetworkPath(_)));
    called.dedup_by_key(|it| it.id);
    if !called.is_empty() {
        out.push(hazard(workload, &called, ctx));
    }
}

/// True where its own commands or variables name the Service, or a file that nobody else reads: who shares a file needs
/// a part of it.
fn is_own(call: &Dependency, workload: &Workload, ctx: Context<'_>) -> bool {
    let containers = workload.pod.all_containers();
    let mut texts = containers.flat_map(|it| {
        let words = it.command.iter().chain(&it.args).map(|it| it.origin);
        words.chain(it.env.iter().map(|it| it.origin))
    });
    let place = ctx.origins.span(call.origin);
    let is_other =
        |it: &Dependency| it.source != call.source && ctx.origins.span(it.origin) == place;
    texts.any(|it| it == call.origin) || !ctx.system.needed_by(call.target).any(is_other)
}

fn hazard(workload: Of<'_, Workload>, called: &[&Component], ctx: Context<'_>) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let names: Vec<_> = called.iter().map(|it| it.label()).collect();
    let message = format!(
        "`{label}` runs on the network of its node and resolves names as the node does, where {} {} \
         unknown; its calls end with `no such host`",
        words::list(&names),
        if names.len() == 1 { "is" } else { "are" },
    );
    let at = workload.facts.pod.host_network.traced().map(|it| it.origin);
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Misconfigured,
            Term::Impact,
            "cannot resolve what it calls",
            message,
        )
        .at(at.unwrap_or(workload.facts.pod.origin))
        .loses(LossClass::Outage)
        .shows_as(format!("Logs of `{label}` say `no such host`"))
        .recover(format!(
            "`{}`: say `dnsPolicy: ClusterFirstWithHostNet`",
            kubectl(component, format!("edit {}", resource(component)))
        ))
        .remedy("Say `dnsPolicy: ClusterFirstWithHostNet` beside `hostNetwork: true`")
        .fix(resolve(workload.facts, ctx))
        .verify(field(component, ".spec.template.spec.dnsPolicy"));
    called.iter().fold(hazard, |hazard, it| hazard.related(it.origin, "is called by name"))
}

fn resolve(workload: &Workload, ctx: Context<'_>) -> Option<Fix> {
    let pod = workload.pod.origin;
    let edits = edit::insert_entry(ctx.origins, pod, "dnsPolicy", "ClusterFirstWithHostNet")?;
    Some(Fix::unsafely("Resolve the names of the cluster", edits))
}
