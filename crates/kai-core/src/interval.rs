//! Numbers that say how sure they are and where they come from.

use std::fmt;

/// A plausible 90 % range and its typical value, `low <= typical <= high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    pub low: f64,
    pub typical: f64,
    pub high: f64,
}

/// Where a number comes from, most trusted first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum NumberSource {
    /// A drill, an incident, alert history.
    Measured(String),
    /// The user said so.
    Declared(String),
    /// Computed from configuration; the text is the arithmetic.
    Derived(String),
    /// A published prior; the text is its key in the table of priors.
    Assumed(String),
}

/// An interval with its source. Units are the business of the field that holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    pub interval: Interval,
    pub source: NumberSource,
}

impl Interval {
    #[must_use]
    pub const fn new(low: f64, typical: f64, high: f64) -> Self {
        Self { low, typical, high }
    }

    #[must_use]
    pub const fn exactly(value: f64) -> Self {
        Self { low: value, typical: value, high: value }
    }

    /// Sum, end by end.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self::new(self.low + other.low, self.typical + other.typical, self.high + other.high)
    }

    /// Product, end by end; both must be non-negative.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        Self::new(self.low * other.low, self.typical * other.typical, self.high * other.high)
    }

    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        self.times(Self::exactly(factor))
    }
}

/// `12 (2 to 52)`, or the number alone where it is exact.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [low, typical, high] = [self.low, self.typical, self.high].map(two_digits);
        if low == high { f.write_str(&typical) } else { write!(f, "{typical} ({low} to {high})") }
    }
}

/// Two significant digits, without an exponent.
#[must_use]
pub fn two_digits(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    #[expect(clippy::cast_possible_truncation, reason = "a logarithm of a double is small")]
    let magnitude = value.abs().log10().floor() as i32;
    let scale = 10_f64.powi(1 - magnitude);
    let rounded = (value * scale).round() / scale;
    let decimals = usize::try_from((1 - magnitude).max(0)).unwrap_or(0);
    let text = format!("{rounded:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_with_two_digits() {
        let shown: Vec<_> =
            [0.0, 0.0834, 0.5, 1.0, 9.96, 12.34, 526.0, 5259.6].map(two_digits).into();
        assert_eq!(shown, ["0", "0.083", "0.5", "1", "10", "12", "530", "5300"]);
        assert_eq!(Interval::new(2.0, 12.0, 52.0).to_string(), "12 (2 to 52)");
        assert_eq!(Interval::exactly(0.1).to_string(), "0.1");
    }
}
