//! Somebody else's chart in whatever version is the newest.

use kai_core::{FailureMode, Hazard, Known, Level, LossClass, OriginId, Pillar, SmolStr, Term};
use kai_graph::{Of, Reconciliation, Upstream};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "chart-version-floats",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("chart_version_floats.md"),
    check: Check::Reconciliation(check),
};

fn check(order: Of<'_, Reconciliation>, ctx: Context<'_>, out: &mut Observed) {
    for source in order.facts.sources.iter().filter(|it| it.chart.is_some()) {
        if let Some((range, at)) = floating(source) {
            out.push(hazard(order, source, &range, ctx.shown(at, order.component)));
        }
    }
}

/// A range of versions, or a name that moves; and where it stands.
pub(crate) fn floating(source: &Upstream) -> Option<(SmolStr, OriginId)> {
    let (revision, at) = match &source.revision {
        Known::Value(it) => (it.value.clone(), it.origin),
        Known::Unknown(kai_core::Reason::NotDeclared) => (SmolStr::default(), source.origin),
        Known::Unknown(_) => return None,
    };
    let text = revision.trim();
    // An empty text is what a template leaves of a version that nobody gave it here.
    let is_left_open = text.is_empty() && matches!(source.revision, Known::Value(_));
    if is_left_open || text.contains("${") || text.contains("{{") {
        return None;
    }
    let is_range = text.contains(['*', '^', '~', '>', '<', '|']) || text.contains(" - ");
    let is_open = text.split('.').any(|it| it.eq_ignore_ascii_case("x"));
    let is_moving = matches!(text, "" | "latest" | "HEAD" | "main" | "master" | "stable");
    (is_range || is_open || is_moving).then(|| (text.into(), at))
}

fn hazard(order: Of<'_, Reconciliation>, source: &Upstream, range: &str, at: OriginId) -> Hazard {
    let component = order.component;
    let label = component.label();
    let what = source.chart.as_ref().unwrap_or(&source.repository);
    let version = match range {
        "" | "*" => "the newest version".to_string(),
        _ => format!("whatever `{range}` means today"),
    };
    let message = format!(
        "`{label}` installs {version} of `{what}`: a release of somebody else reaches the cluster without \
         a change here, and going back has no commit to go back to"
    );
    RULE.worsens(
        component.id,
        FailureMode::Rollout,
        Term::Frequency,
        "a version that moves",
        message,
    )
    .at(at)
    .loses(LossClass::Degraded)
    .shows_as(format!("`{label}` reports a new revision, and nobody committed anything"))
    .recover("Write the version that ran before, which the history of the release names")
    .remedy("Name one version, and let a bot propose the next one")
    .verify(kubectl(component, format!("get {} -o yaml | grep -i revision", resource(component))))
}
