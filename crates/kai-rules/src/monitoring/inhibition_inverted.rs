//! Critical alerts that are muted by lesser ones.

use kai_core::{Edit, FailureMode, Fix, Level, Pillar, SmolStr, Term};
use kai_graph::{Component, Inhibition, LabelSet, Matcher};

use super::near;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "inhibition-inverted",
    pillar: Pillar::Observability,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("inhibition_inverted.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Some(facts) = near::notifications(component) else { return };
    for inhibition in &facts.inhibitions {
        let Some(lesser) = lesser(inhibition) else { continue };
        let label = component.label();
        let message = format!(
            "`{label}` mutes alerts of severity `critical` while one of severity `{lesser}` fires; the page \
             about an outage is withheld because of a warning about it"
        );
        out.push(
            RULE.worsens(
                component.id,
                FailureMode::Misconfigured,
                Term::TimeToDetect,
                "warnings mute critical alerts",
                message,
            )
            .at(inhibition.origin)
            .shows_as("No alert can show it: Alertmanager lists the critical one as inhibited")
            .recover("Turn the rule round; what fires is sent with the next group interval")
            .fix(fix(inhibition, ctx))
            .remedy("Let `critical` be the source and the lesser severity the target")
            .verify("amtool alert query --alertmanager.url=http://localhost:9093 --inhibited severity=critical # empty while a warning of the same name fires"),
        );
    }
}

/// Source and target change their names, and keep what they hold.
fn fix(inhibition: &Inhibition, ctx: Context<'_>) -> Option<Fix> {
    const WAYS: [&str; 4] = ["_match", "_match_re", "_matchers", "Match"];
    let mut edits: Vec<Edit> = Vec::new();
    for way in WAYS {
        for (from, to) in [("source", "target"), ("target", "source")] {
            if let Some(entry) = ctx.entry(inhibition.origin, &[&format!("{from}{way}")]) {
                edits.push(ctx.give_key(&entry, &format!("{to}{way}"))?);
            }
        }
    }
    (edits.len() > 1).then(|| Fix::unsafely("Turn the rule round", edits))
}

/// The severity of its sources, where it is less than the one that it mutes.
fn lesser(inhibition: &Inhibition) -> Option<&'static str> {
    const LESSER: &[&str] = &["warning", "info", "none"];
    let mutes_critical = takes(&inhibition.target, "critical") == Some(true);
    let by_critical = takes(&inhibition.source, "critical") != Some(false);
    let lesser = LESSER.iter().find(|it| takes(&inhibition.source, it) == Some(true));
    lesser.copied().filter(|_| mutes_critical && !by_critical)
}

/// Whether the matchers on the severity take one; none where there is no such matcher.
fn takes(matchers: &[Matcher], severity: &str) -> Option<bool> {
    let pair = (SmolStr::new_static("severity"), SmolStr::new(severity));
    let labels = LabelSet::closed(vec![pair]);
    let about: Vec<_> = matchers.iter().filter(|it| it.label == "severity").collect();
    (!about.is_empty()).then(|| about.iter().all(|it| it.admits(&labels) == Some(true)))
}
