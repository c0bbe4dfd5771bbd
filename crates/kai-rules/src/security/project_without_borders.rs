//! Projects of Argo CD in which teams deliver into every namespace.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, SmolStr, Term};
use kai_graph::{Component, Destination, Facts, Project};

use crate::command::kubectl;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "project-without-borders",
    pillar: Pillar::Security,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("project_without_borders.md"),
    check: Check::Component(check),
};

/// Kinds each of which is enough to take what a namespace's strongest account may do.
const ENOUGH: &[&str] =
    &["*", "CronJob", "DaemonSet", "Deployment", "Job", "Pod", "RoleBinding", "StatefulSet"];

fn check(component: &Component, _: Context<'_>, out: &mut Observed) {
    let Facts::Project(project) = &component.facts else { return };
    let everywhere = project.destinations.iter().find(|it| it.namespace == "*");
    let from_anywhere = project.sources.iter().any(|it| it == "*");
    if let Some(destination) = everywhere.filter(|_| from_anywhere && delivers_pods(project))
        && !project.managers.is_empty()
    {
        out.push(hazard(component, project, destination));
    }
}

fn delivers_pods(project: &Project) -> bool {
    let is_denied =
        |it: &&str| project.denied_kinds.iter().any(|denied| denied == it || denied == "*");
    match project.allowed_kinds.is_empty() {
        true => ENOUGH[1..].iter().any(|it| !is_denied(it)),
        false => project.allowed_kinds.iter().any(|it| ENOUGH.contains(&it.as_str())),
    }
}

fn hazard(component: &Component, project: &Project, destination: &Destination) -> Hazard {
    let mut groups: Vec<&SmolStr> = project.managers.iter().collect();
    groups.dedup();
    let message = format!(
        "`{}` lets {} deliver from any repository into every namespace, `{}` and `kube-system` included; a pod \
         there acts as Argo CD itself, so unless admission refuses it each of these teams, and whoever takes one \
         over, has the cluster",
        component.label(),
        words::list(&groups),
        component.namespace,
    );
    RULE.worsens(
        component.id,
        FailureMode::Compromise,
        Term::Impact,
        "a project without borders",
        message,
    )
    .at(destination.origin)
    .loses(LossClass::Degraded)
    .shows_as("Applications of the project whose destination is not the team's own namespace")
    .recover("Narrow the project; applications outside of it stop syncing and say so")
    .remedy(
        "Give each team a project with its own namespaces as destinations and its own repositories",
    )
    .verify(kubectl(
        component,
        format!("get appproject {} -o jsonpath='{{.spec.destinations}}' # no *", component.name),
    ))
}
