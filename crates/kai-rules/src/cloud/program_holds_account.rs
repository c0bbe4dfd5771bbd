//! Programs that run with the power over everything in the account.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{CloudAccount, CloudPower, CloudRole, Component, Facts, Of};

use super::near;
use super::role_open_to_strangers::is_of_cluster;
use crate::waiver::waiver;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "program-holds-account",
    pillar: Pillar::Security,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("program_holds_account.md"),
    check: Check::Component(check),
};

/// Services that run programs, as policies call them, and what is run.
const PROGRAMS: &[(&str, &str)] = &[
    ("ec2.amazonaws.com", "a machine"),
    ("ecs-tasks.amazonaws.com", "a task of ECS"),
    ("lambda.amazonaws.com", "a function of Lambda"),
    ("pods.eks.amazonaws.com", "a pod of EKS"),
    ("tasks.apprunner.amazonaws.com", "a service of App Runner"),
];

/// Words for what changes the account for a living.
const CHANGERS: &[&str] = &[
    "admin",
    "apply",
    "atlantis",
    "bootstrap",
    "build",
    "deploy",
    "deployer",
    "runner",
    "terraform",
];

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    const CHECKS: &[&str] =
        &["CKV_AWS_61", "CKV_AWS_62", "CKV_AWS_63", "CKV_AWS_274", "CKV_AWS_355", "CKV_GCP_"];
    if !near::is_production(component, ctx) {
        return;
    }
    let mut said = Observed::default();
    match &component.facts {
        Facts::CloudRole(role) => {
            // A boundary takes away what the policies give, and which part of it is not read.
            if let (Some(what), Some(power)) = (program(role), role.powers.first())
                && !role.is_bounded
                && !changes(&component.name)
            {
                let pods = pods(component, ctx);
                let what =
                    pods.first().map_or_else(|| what.to_owned(), |it| format!("`{}`", it.label()));
                let hazard = of_role(component, role, &what, power);
                let related =
                    |hazard: Hazard, it: &&Component| hazard.related(it.origin, "what runs as it");
                said.push(pods.iter().take(5).fold(hazard, related));
            }
        }
        Facts::CloudAccount(account) if !changes(&component.name) => {
            of_account(Of { component, facts: &**account }, ctx, &mut said);
        }
        _ => {}
    }
    out.take(said, waiver(component, CHECKS).as_ref());
}

fn changes(name: &str) -> bool {
    let words = near::words(name);
    CHANGERS.iter().any(|it| words.contains(*it))
}

/// The workloads whose service account acts as the role.
fn pods<'a>(role: &'a Component, ctx: Context<'a>) -> Vec<&'a Component> {
    let accounts: Vec<_> = ctx.system.accounts_of(role).collect();
    let acts = |workload: &&Component| {
        let Some(it) = workload.workload() else { return false };
        let name = it.facts.pod.service_account.value();
        accounts
            .iter()
            .any(|account| account.namespace == workload.namespace && name == Some(&account.name))
    };
    near::components(role, ctx).filter(acts).collect()
}

fn program(role: &CloudRole) -> Option<&'static str> {
    let statements = &role.trust.value()?.statements;
    if statements.iter().any(|it| it.is_allowed && is_of_cluster(it)) {
        return Some("a pod of EKS");
    }
    let services = statements.iter().filter(|it| it.is_allowed).flat_map(|it| &it.services);
    services.into_iter().find_map(|own| PROGRAMS.iter().find(|it| it.0 == own).map(|it| it.1))
}

fn of_role(
    component: &Component,
    role: &CloudRole,
    what: &str,
    (policy, at): &(kai_core::SmolStr, OriginId),
) -> Hazard {
    let address = near::address(component);
    let message = format!(
        "{what} runs as `{address}`, which may do everything in the account (`{policy}`): whoever makes the program run a \
         request or a command of theirs has databases, backups and keys at once",
        what = super::topic_refuses_publisher::capital(what),
    );
    let name = role.cloud_name.value().map_or("NAME", |it| it.as_str());
    hazard(component, message, *at)
        .related(component.origin, "the role")
        .verify(format!("aws iam list-attached-role-policies --role-name {name} # names nothing with `Administrator`"))
}

fn of_account(account: Of<'_, CloudAccount>, ctx: Context<'_>, out: &mut Observed) {
    let component = account.component;
    let grant = ctx.system.grants_held_by(account).find(|it| {
        it.grant.powers.contains(&CloudPower::Everything) && it.grant.condition.is_none()
    });
    let (Some(held), Some(program)) = (grant, account.facts.runs.first()) else { return };
    let home = held.grant.home.value().map_or("PROJECT", |it| it.as_str());
    let message = format!(
        "`{program}` runs as `{}`, which has `{}` in the project: whoever makes it run a request or a command of theirs has \
         databases, backups and keys at once",
        near::address(component),
        held.grant.role,
    );
    out.push(hazard(component, message, held.holder.origin).related(component.origin, "the account").verify(format!(
        "gcloud projects get-iam-policy {home} --flatten=bindings --filter='bindings.role:(roles/owner roles/editor)'"
    )));
}

fn hazard(component: &Component, message: String, at: OriginId) -> Hazard {
    RULE.worsens(
        component.id,
        FailureMode::Compromise,
        Term::Loss,
        "a program with power over everything",
        message,
    )
    .at(at)
    .loses(LossClass::Compromise)
    .shows_as("Calls of the role to services that the program has nothing to do with, in the audit log")
    .recover("End the sessions of the role, take the policy away, and look at what it did since")
    .remedy("Give it the actions that it uses on the things that it uses: the cloud lists what was used in the last 90 days")
}
