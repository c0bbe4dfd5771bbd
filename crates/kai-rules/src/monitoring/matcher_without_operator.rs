//! Matchers whose operator YAML read as a tag.

use kai_core::{FailureMode, Level, Pillar, Term};
use kai_graph::Component;

use super::near;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "matcher-without-operator",
    pillar: Pillar::Observability,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("matcher_without_operator.md"),
    check: Check::Component(check),
};

fn check(component: &Component, _: Context<'_>, out: &mut Observed) {
    let Some(facts) = near::notifications(component) else { return };
    for label in &facts.empty_operators {
        let message = format!(
            "A matcher on `{}` in `{}` has an empty `matchType`: YAML reads `!=` and `!~` without quotes as a tag \
             with nothing behind it, and nothing means `=`; the API server does not look into routes within routes, \
             so the route takes the opposite of what is written, and what it was made for goes to the route above",
            label.value,
            component.label(),
        );
        out.push(
            RULE.worsens(
                component.id,
                FailureMode::Misconfigured,
                Term::TimeToDetect,
                "a matcher lost its operator",
                message,
            )
            .at(label.origin)
            .shows_as("Nothing: the object is admitted; a test alert that arrives elsewhere does")
            .recover("Quote the operator and apply again; the routes change at once")
            .remedy("Write the operator in quotes: `matchType: \"!=\"`")
            .verify(format!(
                "kubectl -n {} get alertmanagerconfig {} -o yaml | grep -B1 'name: {}' # each below its matchType, none empty",
                component.namespace, component.name, label.value
            )),
        );
    }
}
