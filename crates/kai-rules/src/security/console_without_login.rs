//! Consoles of charts that ask nobody who he is, with a route to them.

use kai_core::{FailureMode, Level, LossClass, Pillar, Term};
use kai_graph::{Of, Reconciliation};

use crate::command::{field, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "console-without-login",
    pillar: Pillar::Security,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("console_without_login.md"),
    check: Check::Reconciliation(check),
};

fn check(order: Of<'_, Reconciliation>, _: Context<'_>, out: &mut Observed) {
    let Some(console) = &order.facts.console else { return };
    let component = order.component;
    let place = match &console.host {
        Some(host) => format!("`{host}`"),
        None => "its route".to_string(),
    };
    let message = format!(
        "`{}` publishes {} at {place} and leaves its login out; whoever reaches that {}",
        component.label(),
        console.name,
        console.does,
    );
    out.push(
        RULE.worsens(
            component.id,
            FailureMode::Compromise,
            Term::Loss,
            "a console that asks nobody who he is",
            message,
        )
        .at(console.origin)
        .loses(LossClass::Degraded)
        .shows_as("Changes in the API's audit log that nobody of you has made")
        .recover("Take the route away, then look at what was changed")
        .remedy("Let it ask an identity provider (OIDC), or give strangers a role that only reads")
        .verify(format!(
            "{} # and without a cookie the page asks for a login ({})",
            field(component, ".spec.values"),
            resource(component),
        )),
    );
}
