//! A service of a project that is not started again, while its neighbours are.

use std::collections::BTreeMap;

use kai_core::{
    Edit, FailureMode, Fix, Hazard, Level, LossClass, Pillar, Role, RootId, SmolStr, Term,
};
use kai_graph::{Of, Workload};

use crate::command::is_compose;
use crate::purpose::works_on_machines;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "restart-missing",
    pillar: Pillar::Recovery,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("restart_missing.md"),
    check: Check::System(check),
};

/// The services of one project.
#[derive(Default)]
struct Project<'a> {
    restarted: usize,
    left: Vec<Of<'a, Workload>>,
}

fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut projects: BTreeMap<(RootId, &SmolStr), Project<'_>> = BTreeMap::new();
    for workload in ctx.system.workloads().filter(|it| is_compose(it.facts)) {
        let component = workload.component;
        let project = projects.entry((component.root, &component.namespace)).or_default();
        let Some(policy) = workload.facts.pod.restart_policy.traced() else { continue };
        if policy.value == "Always" {
            project.restarted += 1;
        } else if ctx.origins.role(policy.origin) == Role::ProviderDefault && serves(workload, ctx)
        {
            project.left.push(workload);
        }
    }
    for project in projects.values_mut().filter(|it| it.restarted > it.left.len()) {
        // What others need stands for what nobody calls.
        project.left.sort_by_key(|it| !ctx.system.needed_by(it.component.id).any(|_| true));
        if let Some(first) = project.left.first() {
            let again = |it: &Of<'_, Workload>| {
                ctx.insert(it.facts.pod.origin, "restart", "unless-stopped")
            };
            let edits: Option<Vec<Vec<Edit>>> = project.left.iter().map(again).collect();
            let fix = edits.map(|it| Fix::unsafely("Start it again", it.concat()));
            out.push(hazard(*first, project).fix(fix));
        }
    }
}

/// Something needs it for as long as it runs, or it watches the machine. What runs once and ends needs no restart.
fn serves(workload: Of<'_, Workload>, ctx: Context<'_>) -> bool {
    workload.is_long_running()
        && workload.facts.profiles.is_empty()
        && (works_on_machines(workload)
            || ctx.system.needed_by(workload.component.id).next().is_some())
}

fn hazard(first: Of<'_, Workload>, project: &Project<'_>) -> Hazard {
    let names: Vec<_> = project.left.iter().map(|it| it.component.name.as_str()).collect();
    let (has, stays) = if names.len() == 1 { ("has", "it stays") } else { ("have", "they stay") };
    let message = format!(
        "{} {has} no `restart`, and {} of the project {}; after a crash or a reboot of the host \
         {stays} down until somebody looks",
        words::list(&names),
        words::count(project.restarted, "other"),
        if project.restarted == 1 { "has" } else { "have" },
    );
    let hazard = RULE
        .worsens(
            first.component.id,
            FailureMode::PodLoss,
            Term::TimeToRecover,
            "not started again",
            message,
        )
        .at(first.component.origin)
        .loses(LossClass::Outage)
        .shows_as("`docker compose ps -a` shows it as exited")
        .recover(format!("`docker compose start {}`", names.join(" ")))
        .remedy(
            "Say `restart: unless-stopped`, as its neighbours do, or `restart: \"no\"` on purpose",
        )
        .verify(format!(
            "docker inspect -f '{{{{.HostConfig.RestartPolicy.Name}}}}' $(docker compose ps -q {}) # not no",
            names[0],
        ));
    let others = project.left[1..].iter();
    others.fold(hazard, |hazard, it| hazard.related(it.component.origin, "nor is this one"))
}
