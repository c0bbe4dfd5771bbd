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

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::Project(project) = &component.facts else { return };
    let everywhere = project.destinations.iter().find(|it| it.namespace == "*");
    let from_anywhere = project.sources.iter().any(|it| it == "*");
    if let Some(destination) = everywhere.filter(|_| from_anywhere && delivers_pods(project))
        && !project.managers.is_empty()
    {
        let asked = asked(component, ctx);
        out.push(hazard(component, project, destination, asked, &at_home(component, project, ctx)));
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

/// The webhook that the API asks about every Application, and what it refuses is its own affair.
fn asked<'a>(component: &Component, ctx: Context<'a>) -> Option<&'a Component> {
    let environment = ctx.system.environment(component);
    let is_asked = |it: &&Component| {
        let Facts::Webhook(webhook) = &it.facts else { return false };
        let mut resources = webhook.hooks.iter().flat_map(|it| &it.resources);
        resources.any(|it| it == "argoproj.io/applications")
    };
    let near = ctx.system.components().iter().filter(is_asked);
    near.into_iter().find(|it| ctx.system.environment(it) == environment)
}

/// Groups that have a project with borders besides, with its name.
fn at_home<'a>(
    component: &Component,
    project: &'a Project,
    ctx: Context<'a>,
) -> Vec<(&'a SmolStr, &'a SmolStr)> {
    let environment = ctx.system.environment(component);
    let others: Vec<_> = ctx
        .system
        .components()
        .iter()
        .filter(|it| it.id != component.id && ctx.system.environment(it) == environment)
        .filter_map(|it| match &it.facts {
            Facts::Project(facts) => Some((&it.name, facts)),
            _ => None,
        })
        .filter(|(_, it)| it.destinations.iter().all(|it| it.namespace != "*"))
        .collect();
    let own = |group: &'a SmolStr| {
        let mut own = others.iter().filter(|(_, it)| it.managers.contains(group));
        // A group that helps out in the projects of others is at home in the one with its name.
        let named = own.clone().find(|(name, _)| group.ends_with(name.as_str()));
        Some((group, named.or_else(|| own.next())?.0))
    };
    project.managers.iter().filter_map(own).collect()
}

fn hazard(
    component: &Component,
    project: &Project,
    destination: &Destination,
    asked: Option<&Component>,
    at_home: &[(&SmolStr, &SmolStr)],
) -> Hazard {
    // Who has no borders anywhere may be meant to have none.
    let mut groups: Vec<&SmolStr> = match at_home {
        [] => project.managers.iter().collect(),
        some => some.iter().map(|it| it.0).collect(),
    };
    groups.dedup();
    let (sources, unless) = match asked {
        Some(it) => (format!("the repositories that `{}` lets pass", it.label()), ""),
        None => ("any repository".to_owned(), "unless admission refuses it "),
    };
    let message = format!(
        "`{}` lets {} deliver from {sources} into every namespace, `{}` and `kube-system` included; a pod there \
         acts as Argo CD itself, so {unless}each of these teams, and whoever takes one over, has the cluster",
        component.label(),
        words::list(&groups),
        component.namespace,
    );
    let hazard = RULE.worsens(
        component.id,
        FailureMode::Compromise,
        Term::Impact,
        "a project without borders",
        message,
    )
    .at(destination.origin)
    .loses(LossClass::Compromise)
    .shows_as("Objects of its applications in namespaces of others (`.status.resources[*].namespace`)")
    .recover("Narrow the project, which stops what comes; delete what was put elsewhere, and rotate what that could read")
    .remedy(match at_home {
        [] => "Give each team a project with its own namespaces as destinations and its own repositories"
            .to_owned(),
        some => format!(
            "Name the namespaces of its applications as destinations of `{}` instead of `*`; these groups need no \
             more than `get` and `sync` there, for each has a project of its own ({})",
            component.name,
            words::list(&some.iter().map(|it| it.1).collect::<Vec<_>>()),
        ),
    })
    .verify(kubectl(
        component,
        format!(
            "get appproject {} -o jsonpath='{{.spec.destinations[*].namespace}}' # no *",
            component.name
        ),
    ));
    match asked {
        Some(it) => hazard.related(it.origin, "is asked about each Application"),
        None => hazard,
    }
}
