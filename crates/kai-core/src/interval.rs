//! Numbers that say how sure they are and where they come from.

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
