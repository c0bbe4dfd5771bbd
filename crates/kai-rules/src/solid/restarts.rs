//! Compose projects of which every service is started again by itself.

use std::collections::BTreeMap;

use kai_core::{RootId, SmolStr};
use kai_graph::{Of, Solid, Workload};

use super::evidence::{Evidence, credit};
use crate::command::is_compose;
use crate::{Context, words};

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let mut projects: BTreeMap<(RootId, &SmolStr), Vec<Of<'_, Workload>>> = BTreeMap::new();
    let services = ctx.system.workloads().filter(|it| is_compose(it.facts) && it.is_long_running());
    for service in services.filter(|it| it.facts.profiles.is_empty()) {
        let component = service.component;
        projects.entry((component.root, &component.namespace)).or_default().push(service);
    }
    let evidence = projects.iter().filter_map(|(key, it)| evidence(key.1, it)).collect();
    credit(evidence, "project", ctx)
}

fn evidence<'a>(project: &SmolStr, services: &[Of<'a, Workload>]) -> Option<Evidence<'a>> {
    let is_restarted =
        |it: &Of<'_, Workload>| it.pod.restart_policy.value().is_some_and(|it| it == "Always");
    let first = services.first().filter(|_| services.len() >= 2)?;
    services.iter().all(is_restarted).then(|| Evidence {
        component: first.component,
        at: first.component.origin,
        title: format!(
            "{} of `{project}` start again by themselves",
            words::every(services.len(), "services")
        ),
        verify: String::from(
            "docker inspect -f '{{.Name}} {{.HostConfig.RestartPolicy.Name}}' $(docker compose ps -q)",
        ),
    })
}
