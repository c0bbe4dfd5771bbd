//! The order of a review.
//!
//! Environment, loss class, level; then whether a journey is known to suffer, bad minutes over all
//! journeys (weighed by their tiers; to two digits, because the third carries nothing), the blast radius, how unsure the
//! number is, how cheap the fix is; then where it is written, so that no tie is left to chance.

use std::cmp::{Ordering, Reverse};

use kai_core::Applicability;

use super::risk::Risk;

/// Sorts risks by the order of a review, worst first.
pub(crate) fn sort(risks: &mut [Risk<'_>]) {
    risks.sort_by(compare);
}

pub(crate) fn compare(one: &Risk<'_>, other: &Risk<'_>) -> Ordering {
    let place = |it: &Risk<'_>| it.place.as_ref().map(|it| (it.path.clone(), it.line, it.column));
    ranked(one)
        .cmp(&ranked(other))
        .then_with(|| place(one).cmp(&place(other)))
        .then_with(|| one.hazard.rule.cmp(other.hazard.rule))
        .then_with(|| {
            let name = |it: &Risk<'_>| (it.component.namespace.clone(), it.component.label());
            name(one).cmp(&name(other))
        })
        .then_with(|| one.hazard.title.cmp(&other.hazard.title))
}

fn ranked(risk: &Risk<'_>) -> impl Ord {
    let fix = match &risk.hazard.fix {
        Some(fix) if fix.applicability == Applicability::Safe => 0_u8,
        Some(_) => 1,
        None => 2,
    };
    (
        risk.environment,
        risk.class,
        risk.leveled.level,
        risk.reach.journeys.is_empty(),
        Reverse(two_digits(risk.weighed_minutes)),
        Reverse((risk.reach.journeys.len(), risk.reach.dependants.len())),
        Reverse(two_digits(kai_slo::width(risk.minutes).min(1e6))),
        fix,
    )
}

/// A number to two significant digits, as an integer that sorts like it.
#[expect(clippy::cast_possible_truncation, reason = "both parts are small")]
fn two_digits(value: f64) -> i64 {
    if value.is_nan() || value <= 0.0 {
        return i64::MIN;
    }
    let magnitude = value.log10().floor();
    let digits = (value / 10_f64.powf(magnitude - 1.0)).round();
    (magnitude as i64) * 100 + digits as i64
}
