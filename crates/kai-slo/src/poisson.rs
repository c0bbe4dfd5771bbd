//! Between "how often" and "how likely", for events that do not know of each other.

use crate::Ratio;

/// The chance that something with this yearly rate happens at least once in so many years:
/// `1 − e^(−f·T)`.
#[must_use]
pub fn chance_of_any(per_year: f64, years: f64) -> Ratio {
    Ratio::clamped(-(-per_year * years).exp_m1())
}

/// The yearly rate behind "at least one in so many years": `−ln(1 − p) ÷ T`. A certain event has
/// no finite rate.
#[must_use]
pub fn rate_of(chance: Ratio, years: f64) -> f64 {
    -(-chance.get()).ln_1p() / years
}
