//! A limit of processor time that stops users' requests in the middle.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, Role, Term, Traced};
use kai_graph::{Component, Container, EntryPointKind, Facts, Millicores, Of, Workload};

use crate::command::{field, kubectl, resource};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "cpu-limit-throttles",
    pillar: Pillar::Scaling,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("cpu_limit_throttles.md"),
    check: Check::Workload(check),
};

/// A tenth of a core: 10 ms of work in each period of 100 ms.
const TENTH: Millicores = Millicores(100);

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let journeys = ctx.journeys_that_need(workload.component.id);
    if journeys.is_empty() || !workload.is_rescheduled() || !is_entered(workload, ctx) {
        return;
    }
    // Of several, only the one that a path leads to is known to work for users.
    let paths = ctx.system.paths_to(workload);
    let targets: Vec<_> =
        paths.iter().flat_map(|it| &it.facts.ports).filter_map(|it| it.target.as_ref()).collect();
    let containers = &workload.facts.pod.containers;
    let serves =
        |it: &&Container| containers.len() == 1 || targets.iter().any(|port| it.opens(port));
    for container in containers.iter().filter(serves) {
        let limit = container.limits.cpu.traced().filter(|it| it.value <= TENTH);
        if let Some(limit) = limit.filter(|it| it.value.0 > 0) {
            let fix = fix(workload, container, limit, ctx);
            out.push(hazard(workload, container, limit, &journeys).fix(fix));
        }
    }
}

/// True where users come in right in front of it, so that its time is theirs.
fn is_entered(workload: Of<'_, Workload>, ctx: Context<'_>) -> bool {
    let paths = ctx.system.paths_to(workload);
    let mut users = paths.iter().flat_map(|it| ctx.system.needed_by(it.component.id));
    users.any(|it| match &ctx.system.component(it.source).facts {
        Facts::EntryPoint(entry) => entry.kind != EntryPointKind::PublishedPort,
        _ => false,
    })
}

/// Without the limit, where a request of its own stays, and the namespace asks for no limit and gives none.
fn fix(
    workload: Of<'_, Workload>,
    container: &Container,
    limit: &Traced<Millicores>,
    ctx: Context<'_>,
) -> Option<Fix> {
    let Component { root, namespace, .. } = workload.component;
    let request = container.requests.cpu.traced()?;
    let is_own = ctx.origins.role(request.origin) != Role::ApiDefault;
    let is_governed = ctx.system.held(*root, "ResourceQuota", namespace).next().is_some()
        || !ctx.system.limit_ranges(namespace, *root).is_empty();
    let limits = ctx.mapping_around(limit.origin).filter(|_| is_own && !is_governed)?;
    let all = ctx.entry_beside(limits, &["limits"])?;
    let gone = if all.holds_one() { all } else { ctx.entry(limits, &["cpu"])? };
    Some(Fix::unsafely("Let the limit go", vec![ctx.remove(&gone)?]))
}

fn hazard(
    workload: Of<'_, Workload>,
    container: &Container,
    limit: &Traced<Millicores>,
    journeys: &[&str],
) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let work = limit.value.0 / 10;
    let message = format!(
        "`{}` of `{label}` may compute for {work} ms in every 100 ms; a request of {} that needs more \
         than that waits for the rest of the period, again and again, while the node may be idle",
        container.name,
        words::list(journeys),
    );
    RULE.worsens(
        component.id,
        FailureMode::Overload,
        Term::Frequency,
        "requests stop at a CPU limit",
        message,
    )
    .at(limit.origin)
    .loses(LossClass::Degraded)
    .impact(0.5)
    .shows_as(format!(
        "`container_cpu_cfs_throttled_periods_total` of `{}` grows, and latency comes in steps of 100 ms",
        container.name,
    ))
    .recover(format!(
        "`{}`",
        kubectl(
            component,
            format!("set resources {} -c {} --limits=cpu=1", resource(component), container.name)
        )
    ))
    .remedy(
        "Keep the request, which is what the scheduler plans with, and raise the limit or let it go; \
         keep limits where one tenant must not take from another",
    )
    .verify(field(
        component,
        &format!(".spec.template.spec.containers[?(@.name==\"{}\")].resources", container.name),
    ))
}
