//! A proxy to the database that is gone before the program that it serves.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Container, EnvSource, Of, Workload};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "sidecar-stops-first",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("sidecar_stops_first.md"),
    check: Check::Workload(check),
};

/// Proxies that close every connection when they are told to stop, unless an option says how long
/// they shall wait: the option as their command line and as their environment spell it.
const PROXIES: [(&str, &str, &str); 4] = [
    ("alloydb-auth-proxy", "max-sigterm-delay", "ALLOYDB_PROXY_MAX_SIGTERM_DELAY"),
    ("cloud-sql-proxy", "max-sigterm-delay", "CSQL_PROXY_MAX_SIGTERM_DELAY"),
    ("cloudsql-proxy", "term_timeout", "TERM_TIMEOUT"),
    ("gce-proxy", "term_timeout", "TERM_TIMEOUT"),
];

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    if !workload.is_long_running() || !workload.is_rescheduled() {
        return;
    }
    // A native sidecar is stopped after the containers that it serves.
    let containers = &workload.facts.pod.containers;
    let found = containers.iter().find_map(|it| Some((it, proxy(it)?)));
    let Some((proxy, (at, option))) = found.filter(|_| containers.len() > 1) else { return };
    let served: Vec<_> =
        containers.iter().filter(|it| it.name != proxy.name).map(|it| it.name.as_str()).collect();
    out.push(hazard(workload, proxy, at, option, &served, ctx));
}

/// Where its flags stand, or its image where it has none, and the option that it lacks, for a proxy that
/// does not wait.
fn proxy(container: &Container) -> Option<(OriginId, &'static str)> {
    let image = container.image.traced()?;
    let (_, option, variable) = PROXIES.into_iter().find(|it| it.0 == image.value.name())?;
    let is_told = container.command.iter().chain(&container.args).any(|it| {
        let flag = it.value.trim_start_matches('-');
        flag.strip_prefix(option).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
    });
    let mut variables = container.env.iter();
    // A whole ConfigMap may hold the option as well.
    let may_be_told = variables.any(|it| it.name == variable || is_whole(&it.source));
    let is_quiet = !is_told && !may_be_told && container.pre_stop.is_none();
    let at = container.args.first().map_or(image.origin, |it| it.origin);
    is_quiet.then_some((at, option))
}

fn is_whole(source: &EnvSource) -> bool {
    matches!(
        source,
        EnvSource::Configuration { key: None, .. } | EnvSource::Secret { key: None, .. }
    )
}

fn hazard(
    workload: Of<'_, Workload>,
    proxy: &Container,
    at: OriginId,
    option: &str,
    served: &[&str],
    ctx: Context<'_>,
) -> Hazard {
    let component = workload.component;
    let (label, name) = (component.label(), &proxy.name);
    let is_unchecked = proxy.liveness.is_none() && proxy.startup.is_none();
    let unchecked = if is_unchecked && proxy.readiness.is_none() {
        "; nothing checks it, so a pod whose proxy hangs stays ready"
    } else {
        ""
    };
    let message = format!(
        "`{name}` of `{label}` closes its connections as soon as it is told to stop; every release, drain and \
         scale-down cuts off what {} has begun and not finished by then{unchecked}",
        words::list(served),
    );
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Rollout,
            Term::Impact,
            "the proxy to its database stops first",
            message,
        )
        .at(at)
        .loses(LossClass::Degraded)
        .impact(0.05 * workload.share_of_one_pod())
        .shows_as(format!("Errors of connections to the database rise at releases of `{label}`"))
        .recover("Reads may be asked again; of what was written and cut off, look first whether it is there")
        .remedy(format!(
            "Give `{name}` `--{option}` of as long as a request takes, within the pod's grace period, and \
             probes; or make it a native sidecar (an init container with `restartPolicy: Always`), with the \
             patches that name it"
        ))
        .verify(format!(
            "{} # under load: no request fails",
            kubectl(component, format!("rollout restart {}", resource(component))),
        ));
    let grace = workload.facts.pod.termination_grace.traced();
    match grace.filter(|it| ctx.origins.role(it.origin) != kai_core::Role::ApiDefault) {
        Some(grace) => hazard.related(grace.origin, format!("{} s to stop", grace.value)),
        None => hazard,
    }
}
