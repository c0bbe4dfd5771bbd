//! Namespaces that admit every pod, in which no pod asks for it.

use kai_core::{Edit, FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Span, Term};
use kai_graph::{Component, Pod, VolumeSource};

use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "namespace-admits-privileged",
    pillar: Pillar::Security,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("namespace_admits_privileged.md"),
    check: Check::Component(check),
};

const LABEL: &str = "pod-security.kubernetes.io/enforce";

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let is_open = component.native_kind == "Namespace"
        && component.label_value(LABEL).is_some_and(|it| it == "privileged");
    if !is_open {
        return;
    }
    let pods: Vec<_> = ctx
        .system
        .workloads_in(component.root, &component.name)
        .filter_map(Component::workload)
        .collect();
    let is_needed = pods.iter().any(|it| needs_more(&it.facts.pod));
    // Something that was not read may need it: a chart, an operator's pods.
    let absence = ctx.system.absence_of_pods(component, &component.name);
    let is_seen = matches!(absence, kai_graph::Absence::Certain { .. });
    if !pods.is_empty() && !is_needed && is_seen {
        let written = ctx.origins.first_written(component.origin);
        out.push(hazard(component, pods.len()).at(written).fix(fix(written, ctx)));
    }
}

/// True where the profile `baseline` refuses the pod (Pod Security Standards).
fn needs_more(pod: &Pod) -> bool {
    const ALLOWED: &[&str] = &[
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    ];
    let is_set = |it: &kai_core::Known<bool>| it.value() == Some(&true);
    let is_host_path =
        pod.volumes.iter().any(|it| matches!(it.source, VolumeSource::HostPath { .. }));
    !pod.is_fully_read
        || is_host_path
        || is_set(&pod.host_network)
        || is_set(&pod.host_pid)
        || is_set(&pod.host_ipc)
        || pod.all_containers().any(|it| {
            is_set(&it.security.is_privileged)
                || it.ports.iter().any(|it| it.host_port.is_some())
                || it.security.capabilities_added.iter().any(|it| !ALLOWED.contains(&it.0.as_str()))
        })
}

/// The word behind the label, where it stands once in the object as it was first written.
fn fix(name: OriginId, ctx: Context<'_>) -> Option<Fix> {
    let span = ctx.origins.outermost(ctx.origins.span(name)?);
    let text = &ctx.origins.document(span.document).text;
    let at = span.start as usize;
    let begin = text[..at].rfind("\n---").unwrap_or(0);
    let end = text[at..].find("\n---").map_or(text.len(), |it| at + it);
    let object = &text[begin..end];
    let (before, after) = object.split_once(LABEL).filter(|it| !it.1.contains(LABEL))?;
    let value = after.trim_start_matches(['"', '\'', ':', ' ']);
    let start = begin + before.len() + LABEL.len() + (after.len() - value.len());
    let old = "privileged";
    let start = u32::try_from(start).ok()?;
    let end = start + u32::try_from(old.len()).ok()?;
    let edit = Edit::replace(Span { start, end, ..span }, "baseline");
    value.starts_with(old).then(|| Fix::unsafely("Admit no privileged pods", vec![edit]))
}

fn hazard(component: &Component, pod_count: usize) -> Hazard {
    let namespace = &component.name;
    let verb = if pod_count == 1 { "needs" } else { "need" };
    let message = format!(
        "Namespace `{namespace}` admits privileged pods, and none of its {} {verb} that; whoever may \
         start a pod there has the node",
        words::count(pod_count, "workload"),
    );
    RULE.worsens(
        component.id,
        FailureMode::Compromise,
        Term::Impact,
        "admits more than it runs",
        message,
    )
    .loses(LossClass::Degraded)
    .shows_as("Privileged pods that nobody deployed; warnings of the API where `warn` is set")
    .recover("Set the label; it holds for new pods")
    .remedy(format!("Set `{LABEL}: baseline`, with `warn: restricted` beside it"))
    .verify(format!(
        "kubectl label --dry-run=server --overwrite ns {namespace} {LABEL}=baseline # no warnings"
    ))
}
