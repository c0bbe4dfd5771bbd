//! Consoles of charts that ask nobody who he is, with a route to them.

use kai_core::{FailureMode, Level, LossClass, Pillar, Term};
use kai_graph::{Of, Reconciliation};

use crate::command::field;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "console-without-login",
    pillar: Pillar::Security,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("console_without_login.md"),
    check: Check::Reconciliation(check),
};

/// True for what is called after the inside of a network.
fn is_inner(gateway: &str) -> bool {
    ["internal", "intranet", "lan", "private"]
        .iter()
        .any(|word| gateway.split(['-', '.', '_']).any(|it| it == *word))
}

fn check(order: Of<'_, Reconciliation>, _: Context<'_>, out: &mut Observed) {
    let Some(console) = &order.facts.console else { return };
    let component = order.component;
    let place = match &console.host {
        Some(host) => format!("`{host}`"),
        None => "its route".to_string(),
    };
    let (through, whoever) = match &console.gateway {
        Some(it) if is_inner(it) => (
            format!(" through the Gateway `{it}`"),
            "whoever is in the network that it serves".to_owned(),
        ),
        Some(it) => (format!(" through the Gateway `{it}`"), "whoever reaches that".to_owned()),
        None => (String::new(), "whoever reaches that".to_owned()),
    };
    let message = format!(
        "`{}` publishes {} at {place}{through} and leaves its login out; {whoever} {}",
        component.label(),
        console.name,
        console.does,
    );
    let audited = match &console.user {
        Some(user) => {
            format!("Changes by user `{user}` in the API's audit log that nobody of you has made")
        }
        None => "Changes in the API's audit log that nobody of you has made".to_owned(),
    };
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
        .shows_as(audited)
        .recover("Take the route away, then look at what was changed")
        .remedy("Let it ask an identity provider (OIDC), or give strangers a role that only reads")
        .verify(format!(
            "{} # a login, or a role that only reads, in the place of what strangers have now",
            field(component, ".spec.values"),
        )),
    );
}
