//! A share of a whole.

/// A number from 0 to 1: an availability, a probability, a share of requests.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Ratio(f64);

impl Ratio {
    pub const NONE: Self = Self(0.0);
    pub const ALL: Self = Self(1.0);

    /// The nearest ratio; what is not a number counts as nothing.
    #[must_use]
    pub fn clamped(value: f64) -> Self {
        if value.is_nan() { Self::NONE } else { Self(value.clamp(0.0, 1.0)) }
    }

    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }

    /// What is missing to the whole.
    #[must_use]
    pub fn rest(self) -> Self {
        Self(1.0 - self.0)
    }
}

/// As a percentage, with as many decimals as it takes: `99.95 %`.
impl std::fmt::Display for Ratio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = format!("{:.6}", self.0 * 100.0);
        let text = text.trim_end_matches('0').trim_end_matches('.');
        write!(f, "{text} %")
    }
}
