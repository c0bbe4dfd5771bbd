//! The order of a review.
//!
//! Environment, loss class, level; then whether a journey is known to suffer, bad minutes over all
//! journeys (weighed by their tiers; to two digits, because the third carries nothing), the blast radius, how unsure the
//! number is, how cheap the fix is; then where it is written, so that no tie is left to chance.

use std::cmp::{Ordering, Reverse};

use kai_core::{Applicability, Environment, Level, LossClass};

use super::risk::Risk;

/// What holds risks in the order of a review, worst first; what is equal keeps its order.
pub(crate) fn sorted<'a, T>(things: Vec<T>, risk: impl Fn(&T) -> &Risk<'a>) -> Vec<T> {
    // A rank takes logarithms, so it is made once and not for every comparison.
    let mut ranked: Vec<_> = things.into_iter().map(|it| (Rank::of(risk(&it)), it)).collect();
    ranked.sort_by(|(rank, one), (other_rank, other)| {
        rank.cmp(other_rank).then_with(|| by_place(risk(one), risk(other)))
    });
    ranked.into_iter().map(|it| it.1).collect()
}

fn by_place(one: &Risk<'_>, other: &Risk<'_>) -> Ordering {
    let place = |it: &Risk<'_>| it.place.as_ref().map(|it| (it.path.clone(), it.line, it.column));
    place(one)
        .cmp(&place(other))
        .then_with(|| one.hazard.rule.cmp(other.hazard.rule))
        .then_with(|| {
            let name = |it: &Risk<'_>| (it.component.namespace.clone(), it.component.label());
            name(one).cmp(&name(other))
        })
        .then_with(|| one.hazard.title.cmp(&other.hazard.title))
}

/// What comes before any place, worst first.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    environment: Environment,
    class: LossClass,
    level: Level,
    reaches_none: bool,
    minutes: Reverse<i64>,
    blast_radius: Reverse<(usize, usize)>,
    width: Reverse<i64>,
    effort: u8,
}

impl Rank {
    fn of(risk: &Risk<'_>) -> Self {
        Self {
            environment: risk.environment,
            class: risk.class,
            level: risk.leveled.level,
            reaches_none: risk.reach.journeys.is_empty(),
            minutes: Reverse(two_digits(risk.weighed_minutes)),
            blast_radius: Reverse((risk.reach.journeys.len(), risk.reach.dependants.len())),
            width: Reverse(two_digits(kai_slo::width(risk.minutes).min(1e6))),
            effort: match &risk.hazard.fix {
                Some(fix) if fix.applicability == Applicability::Safe => 0,
                Some(_) => 1,
                None => 2,
            },
        }
    }
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
