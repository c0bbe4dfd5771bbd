//! A security.txt that says of itself that it is out of date.

use kai_core::{Date, FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, Facts};

use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "contact-expired",
    pillar: Pillar::Security,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("contact_expired.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::FixedAnswer(answer) = &component.facts else { return };
    let Some(body) = answer.body.traced() else { return };
    if let Some(end) = end(&body.value).filter(|it| ctx.today.is_some_and(|today| *it < today)) {
        out.push(hazard(component, end, ctx.within(body.origin, FIELD)));
    }
}

/// The field that RFC 9116 asks for.
const FIELD: &str = "Expires:";

/// The day on which a security.txt ends; none where the text is none.
fn end(text: &str) -> Option<Date> {
    let is_contact = text.lines().any(|it| it.trim_start().starts_with("Contact:"));
    let field = text.lines().find_map(|it| it.trim_start().strip_prefix(FIELD))?;
    field.trim().get(..10).filter(|_| is_contact)?.parse().ok()
}

fn hazard(component: &Component, end: Date, at: OriginId) -> Hazard {
    let message = format!(
        "The security.txt that `{}` answers with ended on {end}: who has found a hole is told that its contacts are out of \
         date, and may publish instead",
        component.label(),
    );
    RULE.worsens(
        component.id,
        FailureMode::Compromise,
        Term::TimeToDetect,
        "a security contact that has expired",
        message,
    )
    .at(at)
    .related(component.origin, "answers with it")
    .loses(LossClass::Toil)
    .shows_as("Nothing: a report that does not come")
    .recover("Set a new date; nothing else is needed")
    .remedy("Compute the date when it is applied (`timeadd`), or let an alarm or a job remind you a month before")
    .verify("curl -s https://HOST/.well-known/security.txt | grep Expires # a day to come")
}
