//! Matchers whose operator YAML read as a tag.

use kai_core::{Edit, FailureMode, Fix, Hazard, Level, Pillar, SmolStr, Span, Term};
use kai_graph::{Component, LostOperator, Notifications};

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

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Some(facts) = near::notifications(component) else { return };
    let environment = ctx.system.environment(component);
    // What was to be for every environment but this one is not missed here, if it takes nothing else.
    let is_of_others = |it: &LostOperator| it.is_hidden && it.value == environment.as_str();
    let lost = facts.lost_operators.iter().filter(|it| !is_of_others(it));
    out.hazards.extend(lost.map(|it| hazard(component, facts, it).fix(fix(it, ctx))));
}

/// The operator in quotes, where it stands by itself on what is left of its line.
fn fix(lost: &LostOperator, ctx: Context<'_>) -> Option<Fix> {
    const KEY: &str = "matchType:";
    let span = ctx.origins.outermost(ctx.origins.span(lost.origin)?);
    let text = &ctx.origins.document(span.document).text;
    let line = text.get(..span.start as usize)?.rfind('\n').map_or(0, |it| it + 1);
    let end = text.get(line..)?.find('\n').map_or(text.len(), |it| line + it);
    let key = line + text.get(line..end)?.rfind(KEY)? + KEY.len();
    let rest = text.get(key..end)?;
    let start = key + rest.len() - rest.trim_start().len();
    let operator = text.get(start..start + 2).filter(|it| matches!(*it, "!=" | "!~"))?;
    let after = text.get(start + 2..end)?.trim_start();
    if !after.is_empty() && !after.starts_with(['#', ',', '}']) {
        return None;
    }
    let [start, end] = [start, start + 2].map(|it| u32::try_from(it).ok());
    let place = Span { document: span.document, start: start?, end: end? };
    let edit = Edit::replace(place, format!("\"{operator}\""));
    Some(Fix::unsafely("Quote the operator", vec![edit]))
}

fn hazard(component: &Component, facts: &Notifications, lost: &LostOperator) -> Hazard {
    let label = &lost.label;
    let last = facts.route.receiver.as_ref().filter(|_| !facts.is_part);
    let is_mute = |it: &&SmolStr| facts.receiver(it).is_some_and(|it| it.urgency().is_none());
    let (end, sign) = match last.filter(is_mute) {
        Some(it) => (
            format!("what no other route takes ends in `{it}`, which tells nobody"),
            "Nothing: the object is admitted; a test alert that reaches nobody does",
        ),
        None => (
            "what it was made for goes elsewhere".to_owned(),
            "Nothing: the object is admitted; a test alert that arrives elsewhere does",
        ),
    };
    let message = format!(
        "A matcher on `{label}` in `{}` has an empty `matchType`: YAML reads `!=` and `!~` without quotes as a tag \
         with nothing behind it, and nothing means `=`; the API server does not look into routes within routes, \
         so the route takes what is `{}` and not what is written, and {end}",
        component.label(),
        lost.value,
    );
    RULE.worsens(
        component.id,
        FailureMode::Misconfigured,
        Term::TimeToDetect,
        "a matcher lost its operator",
        message,
    )
    .at(lost.origin)
    .shows_as(sign)
    .recover("Quote the operator and apply again; the routes change at once")
    .remedy("Write the operator in quotes: `matchType: \"!=\"`, or `\"!~\"`")
    .verify(format!(
        "kubectl -n {} get alertmanagerconfig {} -o yaml | grep -B1 'name: {label}' # each below its matchType, none empty",
        component.namespace, component.name,
    ))
}
