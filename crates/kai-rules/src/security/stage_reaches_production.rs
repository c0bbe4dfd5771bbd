//! Identities of other stages that may open what production keeps.

use kai_core::{Environment, FailureMode, Hazard, Known, Level, LossClass, Pillar, Term};
use kai_graph::{CloudAccount, CloudPower, HeldGrant, ManagedDatabase, Of};

use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "stage-reaches-production",
    pillar: Pillar::Security,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("stage_reaches_production.md"),
    check: Check::System(check),
};

/// An identity of another stage, and a grant that reaches production.
struct Way<'a> {
    account: Of<'a, CloudAccount>,
    held: HeldGrant<'a>,
}

fn check(ctx: Context<'_>, out: &mut Observed) {
    let is_production = |it: &Of<'_, ManagedDatabase>| {
        ctx.system.environment(it.component) == Environment::Production
    };
    for database in ctx.system.managed_databases().filter(is_production) {
        let ways = ways(database, ctx);
        if !ways.is_empty() {
            out.push(hazard(database, &ways, ctx));
        }
    }
}

fn ways<'a>(database: Of<'a, ManagedDatabase>, ctx: Context<'a>) -> Vec<Way<'a>> {
    let others = ctx.system.cloud_accounts().filter(|it| {
        let environment = ctx.system.environment(it.component);
        matches!(environment, Environment::Staging | Environment::Development)
            && ctx.system.is_same_configuration(it.component, database.component)
    });
    others
        .flat_map(|account| {
            let held = ctx.system.grants_held_by(account).filter(|it| {
                it.grant.has(CloudPower::Databases) && it.grant.holds_throughout(&database.home)
            });
            held.map(move |held| Way { account, held })
        })
        .collect()
}

fn hazard(database: Of<'_, ManagedDatabase>, ways: &[Way<'_>], ctx: Context<'_>) -> Hazard {
    const SHOWN: usize = 3;
    let first = &ways[0];
    let home = database.home.value().map_or("", |it| it.as_str());
    let identity = first.account.cloud_name.value().unwrap_or(&first.account.component.name);
    let stage = ctx.system.environment(first.account.component).as_str();
    let mut roles: Vec<_> = ways
        .iter()
        .filter(|it| it.account.component.id == first.account.component.id)
        .map(|it| it.held.grant.role.as_str())
        .collect();
    roles.dedup();
    let message = format!(
        "`{identity}` of {stage} has {} in all of project `{home}`, and `{}` of production is there: a wrong \
         connection name, or whoever gets into {stage}, comes as far as the login of production's database",
        words::list(&roles),
        database.component.label(),
    );
    let hazard = RULE
        .worsens(
            database.component.id,
            FailureMode::Compromise,
            Term::Loss,
            format!("{stage} can open it"),
            message,
        )
        .at(first.held.holder.origin)
        .loses(LossClass::Compromise)
        .shows_as(format!(
            "`cloudsql.instances.connect` by `{identity}` in the admin activity log, which is always on"
        ))
        .recover(format!("Take the role from `{identity}`, then {}", way_back(database)))
        .remedy(
            "Give each stage a project of its own; until then bind the role with a condition on the name of the \
             stage's own database",
        )
        .verify(format!(
            "gcloud projects get-iam-policy {home} --flatten=bindings \
             --filter='bindings.members:{identity}@ AND bindings.role:roles/cloudsql' \
             --format='table(bindings.role,bindings.condition.expression)' # each role has its condition"
        ));
    ways[1..].iter().take(SHOWN).fold(hazard, |hazard, it| {
        let name = it.account.cloud_name.value().unwrap_or(&it.account.component.name);
        hazard.related(it.held.holder.origin, format!("`{}` for `{name}`", it.held.grant.role))
    })
}

/// What undoes writes of somebody else.
fn way_back(database: Of<'_, ManagedDatabase>) -> &'static str {
    let has = |it: &Known<bool>| it.value() == Some(&true);
    match (has(&database.has_point_in_time), has(&database.has_backup)) {
        (true, _) => "set the database back to the moment before it wrote",
        (false, true) => "restore the last copy from before it wrote; what came after is lost",
        (false, false) => "undo by hand what it wrote: no copy from before is declared here",
    }
}
