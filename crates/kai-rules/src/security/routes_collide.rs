//! Two routes that claim one host and path.

use std::collections::BTreeMap;

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, RootId, SmolStr, Term};
use kai_graph::{Backend, EntryPoint, EntryPointKind, Of};

use crate::command::kubectl;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "routes-collide",
    pillar: Pillar::OperationalReadiness,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("routes_collide.md"),
    check: Check::System(check),
};

/// Root, controller, the ports of it that the route names, host and path.
type Claim<'a> = (RootId, EntryPointKind, &'a [SmolStr], &'a str, &'a SmolStr, &'a str);

fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut claims: BTreeMap<Claim<'_>, (Of<'_, EntryPoint>, &Backend)> = BTreeMap::new();
    let mut said = Vec::new();
    for entry in ctx.system.entry_points().filter(|it| claims_hosts(*it)) {
        for backend in entry.facts.backends.iter().filter(|it| !it.host.is_empty()) {
            let parents = entry.facts.parents.as_slice();
            let ports = entry.component.annotation(ENTRY_POINTS).unwrap_or_default();
            let path = match backend.path.trim_end_matches('/') {
                "" => "/",
                path => path,
            };
            let claim =
                (entry.component.root, entry.facts.kind, parents, ports, &backend.host, path);
            let Some((first, other)) = claims.get(&claim).copied() else {
                claims.insert(claim, (entry, backend));
                continue;
            };
            let pair = (first.component.id, entry.component.id);
            if pair.0 != pair.1
                && is_other_target((first, other), (entry, backend))
                && !ctx.may_be_alternatives(first.component, entry.component)
                && !said.contains(&pair)
            {
                said.push(pair);
                out.push(hazard(first, entry, backend, path));
            }
        }
    }
}

/// An Ingress that takes a share of another one's traffic, or that says which of both comes first, shares its
/// host on purpose.
fn claims_hosts(entry: Of<'_, EntryPoint>) -> bool {
    let is_share = |(key, value): &(SmolStr, SmolStr)| {
        // `group.order` of Amazon's load balancers, `router.priority` of Traefik.
        match key.rsplit(['/', '.']).next() {
            Some("canary") => value == "true",
            Some("order" | "priority") => true,
            _ => false,
        }
    };
    entry.facts.kind == EntryPointKind::Ingress && !entry.component.annotations.iter().any(is_share)
}

/// Says on which of its ports Traefik listens for a route.
const ENTRY_POINTS: &str = "traefik.ingress.kubernetes.io/router.entrypoints";

fn is_other_target(
    one: (Of<'_, EntryPoint>, &Backend),
    other: (Of<'_, EntryPoint>, &Backend),
) -> bool {
    let target = |(entry, backend): (Of<'_, EntryPoint>, &Backend)| {
        (entry.component.namespace.clone(), backend.name.clone(), backend.port.clone())
    };
    target(one) != target(other)
}

fn hazard(
    first: Of<'_, EntryPoint>,
    second: Of<'_, EntryPoint>,
    backend: &Backend,
    path: &str,
) -> Hazard {
    let address = format!("{}{path}", backend.host);
    let message = format!(
        "`{}` and `{}` both claim `{address}` for other targets; the controller takes one of them, mostly \
         the older, and after a rebuild it may be the other",
        first.component.label(),
        second.component.label(),
    );
    RULE.worsens(
        second.component.id,
        FailureMode::Misconfigured,
        Term::Impact,
        "two routes for one address",
        message,
    )
    .at(backend.origin)
    .related(first.component.origin, "the other claim")
    .loses(LossClass::Degraded)
    .shows_as(format!(
        "Answers of the wrong service at `{address}`; the controller's log names the conflict"
    ))
    .recover("Delete the claim that is wrong; the controller takes the other at once")
    .remedy("Give each its own host or path, or put both backends into one object")
    .verify(kubectl(second.component, format!("get ingress -A | grep {}", backend.host)))
}
