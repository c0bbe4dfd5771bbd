//! A workload that acts as an account that does not exist.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, Role, SmolStr, Term, Traced};
use kai_graph::{Component, Of, Workload};

use crate::command::{kubectl, settled};
use crate::likeness::only_slip;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "service-account-missing",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("service_account_missing.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let Some(account) = workload.pod.service_account.traced() else { return };
    let is_default = ctx.origins.role(account.origin) == Role::ApiDefault;
    if is_default || ctx.system.identity_of(workload).is_some() {
        return;
    }
    let component = workload.component;
    if let Some(scope) =
        ctx.missing(component, "ServiceAccount", &component.namespace, &account.value)
    {
        out.push(hazard(workload, account, scope, ctx).fix(fix(component, account, ctx)));
    }
}

/// Where a slip of the hand makes the name of an account. Another account has other rights.
fn fix(component: &Component, account: &Traced<SmolStr>, ctx: Context<'_>) -> Option<Fix> {
    let accounts = ctx.system.held(component.root, "ServiceAccount", &component.namespace);
    let name = only_slip(&account.value, accounts.map(|it| it.name.as_str()))?;
    let edits = ctx.set_text(account.origin, "serviceAccountName", name)?;
    Some(Fix::unsafely(format!("Act as `{name}`"), edits))
}

fn hazard(
    workload: Of<'_, Workload>,
    account: &Traced<SmolStr>,
    scope: String,
    ctx: Context<'_>,
) -> Hazard {
    let component = workload.component;
    let (label, namespace) = (component.label(), &component.namespace);
    let lack = if ctx.is_live(component) {
        format!("which `{namespace}` does not have;")
    } else {
        format!("which nothing here declares in `{namespace}`; unless somebody made it by hand,")
    };
    let message = format!(
        "`{label}` acts as service account `{}`, {lack} the API refuses its pods, and none is created",
        account.value,
    );
    RULE.worsens(
        component.id,
        FailureMode::Misconfigured,
        Term::Impact,
        "no account to act as",
        message,
    )
    .at(account.origin)
    .loses(if ctx.is_live(component) { LossClass::Outage } else { LossClass::Degraded })
    .searched(scope)
    .shows_as(format!("Event `FailedCreate`: `serviceaccount \"{}\" not found`", account.value))
    .recover(format!(
        "`{}`",
        kubectl(component, format!("create serviceaccount {}", account.value))
    ))
    .remedy("Declare the account beside the workload, with no more rights than it needs")
    .verify(settled(component))
}
