//! Sums and products of numbers that are not exactly known.
//!
//! Multiplying low by low and high by high bounds a product, but over four factors the bound is
//! far too wide to be read as a 90 % range. Widths of independent terms are combined in quadrature
//! instead: of the values for a sum, of their logarithms for a product (the closed form for
//! log-normal factors).

use kai_core::Interval;

/// Product of independent, non-negative terms.
#[must_use]
pub fn product(terms: &[Interval]) -> Interval {
    let typical: f64 = terms.iter().map(|it| it.typical).product();
    if typical == 0.0 {
        return cannot_exceed(terms);
    }
    let low = if terms.iter().any(|it| it.low <= 0.0) {
        0.0
    } else {
        typical * (-quadrature(terms.iter().map(|it| (it.typical / it.low).ln()))).exp()
    };
    let high = typical * quadrature(terms.iter().map(|it| (it.high / it.typical).ln())).exp();
    ordered(low, typical, high)
}

/// Sum of independent, non-negative terms.
#[must_use]
pub fn sum(terms: &[Interval]) -> Interval {
    let typical: f64 = terms.iter().map(|it| it.typical).sum();
    let low = typical - quadrature(terms.iter().map(|it| it.typical - it.low));
    let high = typical + quadrature(terms.iter().map(|it| it.high - it.typical));
    ordered(low.max(0.0), typical, high)
}

/// Product end by end: what a product of non-negative terms cannot be outside of.
#[must_use]
pub fn cannot_exceed(terms: &[Interval]) -> Interval {
    terms.iter().fold(Interval::exactly(1.0), |product, &it| product.times(it))
}

/// Two answers to one question, of which neither is better: everything that either allows. The
/// typical value is the geometric mean of both, or their mean where one is zero.
#[must_use]
pub fn union(one: Interval, other: Interval) -> Interval {
    let typical = if one.typical > 0.0 && other.typical > 0.0 {
        (one.typical * other.typical).sqrt()
    } else {
        f64::midpoint(one.typical, other.typical)
    };
    ordered(one.low.min(other.low), typical, one.high.max(other.high))
}

/// What holds for a share of the time, and what holds for the rest: the range that either
/// allows, and the weighted mean as the typical value.
#[must_use]
pub fn mixture(one: Interval, share: f64, other: Interval) -> Interval {
    let typical = one.typical * share + other.typical * (1.0 - share);
    ordered(one.low.min(other.low), typical, one.high.max(other.high))
}

/// The share of the narrower interval that the other one covers, 0 to 1. Two risks that overlap
/// by more than half are a tie.
#[must_use]
pub fn overlap(one: Interval, other: Interval) -> f64 {
    let common = one.high.min(other.high) - one.low.max(other.low);
    let narrower = (one.high - one.low).min(other.high - other.low);
    if narrower > 0.0 {
        (common / narrower).clamp(0.0, 1.0)
    } else if common >= 0.0 {
        1.0
    } else {
        0.0
    }
}

/// How unsure a number is: the factor between its ends, 1 where it is exact.
#[must_use]
pub fn width(interval: Interval) -> f64 {
    if interval.high == interval.low { 1.0 } else { interval.high / interval.low }
}

fn quadrature(widths: impl Iterator<Item = f64>) -> f64 {
    widths.map(|it| it * it).sum::<f64>().sqrt()
}

/// Rounding must not turn an interval around.
fn ordered(low: f64, typical: f64, high: f64) -> Interval {
    Interval::new(low.min(typical), typical, high.max(typical))
}
