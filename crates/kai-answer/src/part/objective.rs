//! Targets: declared, or a marked blank.

use std::time::Duration;

use kai_assess::detection::length;
use kai_core::ComponentId;
use kai_graph::Journey;
use kai_settings::{Disruption, Named, Slo};

use crate::answer::Statement;
use crate::case::Case;

const DAYS: u64 = 24 * 3600;

/// The target of a journey and over how long, where somebody declared one.
pub(crate) fn target<'a>(case: Case<'a>, journey: &str) -> Option<(&'a Slo, f64, Duration)> {
    let settings = case.settings();
    let own = settings.journey(journey);
    let tier = own.and_then(|it| settings.tier(&it.tier.as_ref()?.value));
    let slo = own
        .and_then(|it| it.slo.as_ref())
        .or_else(|| tier.and_then(|it| it.slo.as_ref()))
        .or(settings.slo.as_ref())?;
    let window = slo.window.map_or(Duration::from_secs(30 * DAYS), |it| it.0);
    Some((slo, slo.target.value.0, window))
}

/// A journey's objective with its budget in minutes, or a blank.
pub(crate) fn objective(case: Case<'_>, journey: &Journey) -> Statement {
    let name = journey.name.as_str();
    match target(case, name) {
        Some((slo, target, window)) => {
            let days = window.as_secs() / DAYS;
            let minutes = (1.0 - target) * window.as_secs_f64() / 60.0;
            let percent = kai_core::two_digits((1.0 - target) * 100.0);
            let budget = kai_core::two_digits(minutes);
            let text = format!(
                "`{name}`: {percent}% of {days} days may be bad, which is {budget} minutes."
            );
            let arithmetic = vec![format!("(1 - {target}) × {days} d × 1440 min = {budget} min")];
            let number = case.number(
                name,
                format!("budget of `{name}`: {budget} minutes in {days} days"),
                arithmetic,
            );
            Statement::new(text, vec![case.span("kai.yaml", slo.target.origin), number])
        }
        None => Statement::blank(format!("Target of `{name}`:"), "slo.target"),
    }
}

/// RTO and RPO of a component, declared or blank.
pub(crate) fn recovery_objective(
    case: Case<'_>,
    id: ComponentId,
    disruption: Disruption,
) -> Vec<Statement> {
    let component = case.component(id);
    let (namespace, kind, name) =
        (component.namespace.as_str(), component.native_kind.as_str(), component.name.as_str());
    let named = Named { namespace, kind, name };
    let journeys: Vec<&str> = case.journeys(id).0.into_iter().map(|it| it.name.as_str()).collect();
    let settings = case.settings();
    let of = |what: &str, field: &str, declared: Option<kai_core::Traced<Duration>>| match declared
    {
        Some(it) => Statement::new(
            format!("{what}: {}.", length(it.value)),
            vec![case.span("kai.yaml", it.origin)],
        ),
        None => {
            Statement::blank(format!("{what} (nothing declares one):"), format!("recovery.{field}"))
        }
    };
    vec![
        of("RTO", "rto", settings.rto(named, &journeys, disruption)),
        of("RPO", "rpo", settings.rpo(named, &journeys, disruption)),
    ]
}
