//! A default limit below what a container asks for.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, Container, LimitRange, Of, Workload};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "limit-range-refuses-pods",
    pillar: Pillar::Scaling,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("limit_range_refuses_pods.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let Component { root, namespace, .. } = workload.component;
    if !workload.is_rescheduled() {
        return;
    }
    let ranges = ctx.system.limit_ranges(namespace, *root);
    // Which of several gives the default is not defined.
    let [range] = ranges[..] else { return };
    let mut containers = workload.facts.pod.all_containers();
    if let Some(refusal) = containers.find_map(|it| refusal(it, range.facts)) {
        out.push(hazard(workload, range, &refusal));
    }
}

/// A request that the default limit is too small for.
struct Refusal<'a> {
    container: &'a Container,
    resource: &'static str,
    request: (String, OriginId),
    limit: (String, OriginId),
}

fn refusal<'a>(container: &'a Container, range: &LimitRange) -> Option<Refusal<'a>> {
    let (requests, limits) = (&container.requests, &container.limits);
    if let (Some(request), Some(limit), true) =
        (requests.memory.traced(), range.memory_limit.traced(), limits.memory.is_not_declared())
        && request.value > limit.value
    {
        let (request, limit) =
            ((request.value.to_string(), request.origin), (limit.value.to_string(), limit.origin));
        return Some(Refusal { container, resource: "memory", request, limit });
    }
    let (request, limit) = (requests.cpu.traced()?, range.cpu_limit.traced()?);
    (limits.cpu.is_not_declared() && request.value > limit.value).then(|| Refusal {
        container,
        resource: "cpu",
        request: (request.value.to_string(), request.origin),
        limit: (limit.value.to_string(), limit.origin),
    })
}

fn hazard(workload: Of<'_, Workload>, range: Of<'_, LimitRange>, refusal: &Refusal<'_>) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let Refusal { container, resource: amount, request, limit } = refusal;
    let message = format!(
        "`{}` of `{label}` asks for {} of {amount} and states no limit; `{}` gives it a limit of {}, \
         which is below the request, and the API refuses every new pod",
        container.name,
        request.0,
        range.component.label(),
        limit.0,
    );
    RULE.worsens(
        component.id,
        FailureMode::Misconfigured,
        Term::Impact,
        "its namespace refuses its pods",
        message,
    )
    .at(request.1)
    .related(limit.1, "the limit that it is given")
    .loses(LossClass::Outage)
    .shows_as(format!(
        "`{}` shows `FailedCreate: … must be less than or equal to {amount} limit`",
        kubectl(component, format!("describe {}", resource(component))),
    ))
    .recover(format!(
        "`{}`: state a limit; pods that run already stay",
        kubectl(component, format!("edit {}", resource(component))),
    ))
    .remedy(format!("State a {amount} limit of `{}`, at least {}", container.name, request.0))
    .verify(format!(
        "{} # no FailedCreate",
        kubectl(component, "get events --field-selector reason=FailedCreate")
    ))
}
