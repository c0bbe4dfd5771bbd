//! A service that waits for the health of one that has no health check.

use kai_core::{Edit, FailureMode, Fix, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Component, Of, Wait, WaitCondition, Workload};

use crate::command::is_compose;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "healthy-wait-unmet",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("healthy_wait_unmet.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    if !is_compose(workload.facts) {
        return;
    }
    let Component { root, namespace, .. } = workload.component;
    for wait in &workload.facts.waits_for {
        let target = ctx.system.resolve("service", namespace, &wait.name, *root);
        let Some(target) = target.and_then(Component::workload) else { continue };
        let is_strict = wait.condition == WaitCondition::Healthy && wait.is_required;
        if is_strict && has_no_check(target.facts) {
            let fix = asked(target, ctx)
                .map(|it| Fix::unsafely(format!("Ask `{}` whether it answers", wait.name), it));
            out.push(hazard(workload, wait, target).fix(fix));
        }
    }
}

/// An image may bring a check along. The official ones of Docker's library bring none.
fn has_no_check(workload: &Workload) -> bool {
    let [container] = &workload.pod.containers[..] else { return false };
    let is_official = container.image.value().is_some_and(|it| {
        it.registry == "docker.io" && !it.repository.trim_start_matches("library/").contains('/')
    });
    workload.engine.is_some() && is_official && container.readiness.is_none()
}

/// The question that the image's own program puts, over the network, where the server that first makes the files does not
/// answer yet.
fn asked(target: Of<'_, Workload>, ctx: Context<'_>) -> Option<Vec<Edit>> {
    let [container] = &target.facts.pod.containers[..] else { return None };
    let question = match container.image.value()?.name() {
        "postgres" => "[CMD, pg_isready, -h, 127.0.0.1]",
        "mysql" => "[CMD, mysqladmin, ping, -h, 127.0.0.1]",
        "mariadb" => "[CMD, mariadb-admin, ping, -h, 127.0.0.1]",
        "redis" => "[CMD, redis-cli, ping]",
        "rabbitmq" => "[CMD, rabbitmq-diagnostics, -q, ping]",
        _ => return None,
    };
    let check = format!("{{ test: {question}, interval: 10s, start_period: 1m }}");
    ctx.insert(target.facts.pod.origin, "healthcheck", &check)
}

fn hazard(workload: Of<'_, Workload>, wait: &Wait, target: Of<'_, Workload>) -> Hazard {
    let (name, other) = (&workload.component.name, &target.component.name);
    let message = format!(
        "`{name}` waits until `{other}` is healthy, and neither the project nor its image says how \
         that is checked; `docker compose up` ends with an error and `{name}` is never started"
    );
    RULE.worsens(
        workload.component.id,
        FailureMode::Misconfigured,
        Term::Impact,
        "waits for a health check that is not there",
        message,
    )
    .at(wait.origin)
    .related(target.component.origin, "has no health check")
    .loses(LossClass::Outage)
    .shows_as(format!("`container for service \"{other}\" has no healthcheck configured`"))
    .recover(format!("`docker compose up -d --no-deps {name}` once `{other}` answers"))
    .remedy(format!(
        "Give `{other}` a `healthcheck`, as `pg_isready` or `redis-cli ping` does, or wait for \
         `service_started`"
    ))
    .verify(format!("docker compose up -d --wait {name}"))
}
