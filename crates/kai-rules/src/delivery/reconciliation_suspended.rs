//! An order that is told to do nothing.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, Term, Traced};
use kai_graph::{Of, Reconciliation};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "reconciliation-suspended",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("reconciliation_suspended.md"),
    check: Check::Reconciliation(check),
};

fn check(order: Of<'_, Reconciliation>, ctx: Context<'_>, out: &mut Observed) {
    if let Some(suspended) = order.is_suspended.traced().filter(|it| it.value) {
        out.push(hazard(order, suspended, ctx));
    }
}

fn hazard(order: Of<'_, Reconciliation>, suspended: &Traced<bool>, ctx: Context<'_>) -> Hazard {
    let component = order.component;
    let label = component.label();
    let message = format!(
        "`{label}` is suspended in the repository itself: what is changed here does not reach the cluster, \
         and what is changed there by hand stays"
    );
    RULE.worsens(
        component.id,
        FailureMode::ControlLoss,
        Term::TimeToRecover,
        "changes do not arrive",
        message,
    )
    .at(suspended.origin)
    .loses(LossClass::Toil)
    .shows_as(format!("`gotk_suspend_status` of `{}` is 1", component.name))
    .recover("Resume it, and read the difference before it is applied")
    .remedy("Resume it, or take it out of the repository together with what it made")
    .fix(
        ctx.set_flag(suspended.origin, "suspend", false)
            .map(|it| Fix::unsafely("Apply changes again", it)),
    )
    .verify(kubectl(
        component,
        format!("get {} -o jsonpath='{{.spec.suspend}}'", resource(component)),
    ))
}
