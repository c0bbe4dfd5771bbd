//! Alerts whose quantile is a mean.

use kai_core::{FailureMode, Hazard, Level, Pillar, Term};
use kai_graph::{AlertRule, Component};

use super::near;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "quantile-of-one",
    pillar: Pillar::Observability,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("quantile_of_one.md"),
    check: Check::Component(check),
};

fn check(component: &Component, _: Context<'_>, out: &mut Observed) {
    for alert in near::alerts(component).iter().filter(|it| it.has_quantile_of_one) {
        out.push(hazard(component, alert));
    }
}

fn hazard(component: &Component, alert: &AlertRule) -> Hazard {
    let name = &alert.name;
    let message = format!(
        "Alert `{name}` takes a quantile of one series, which is that series whatever the quantile: where it \
         divides sums, it measures the mean, and users at the slow end can wait long while it stays silent"
    );
    RULE.worsens(
        component.id,
        FailureMode::Misconfigured,
        Term::TimeToDetect,
        "a quantile that is a mean",
        message,
    )
    .at(alert.expression)
    .related(alert.origin, "the alert")
    .shows_as(format!(
        "A test of `{name}` stays silent where more requests than the quantile leaves out are over the limit and \
         their mean is below it"
    ))
    .recover("Ask the histogram, or the slowest group of series, and look again")
    .remedy(
        "Take `histogram_quantile` over buckets, summed by `le`; where there are none, keep a label in the sums \
         (`by (pod)`) and let the alert say that it looks over pods",
    )
    .verify(
        "promtool test rules tests.yaml # more slow requests than the quantile leaves out, a mean below the limit: \
         the alert fires",
    )
}
