//! How many bad minutes an objective allows.

use kai_core::Interval;

use crate::Ratio;

/// A mean Gregorian year: 365.25 days.
pub const MINUTES_PER_YEAR: f64 = 525_960.0;

/// The errors that an availability objective allows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SloBudget {
    target: Ratio,
}

impl SloBudget {
    #[must_use]
    pub fn new(target: Ratio) -> Self {
        Self { target }
    }

    #[must_use]
    pub fn target(self) -> Ratio {
        self.target
    }

    /// Bad minutes allowed in a year: `(1 − target) × 525,960`.
    #[must_use]
    pub fn minutes_per_year(self) -> f64 {
        self.target.rest().get() * MINUTES_PER_YEAR
    }

    /// Bad minutes as a multiple of what is allowed: 1 spends the year's budget exactly. An
    /// objective of 100 % allows nothing, so that any bad minute is infinitely too many.
    #[must_use]
    pub fn spent_by(self, bad_minutes: Interval) -> Interval {
        let share = |minutes: f64| {
            if minutes == 0.0 { 0.0 } else { minutes / self.minutes_per_year() }
        };
        Interval::new(share(bad_minutes.low), share(bad_minutes.typical), share(bad_minutes.high))
    }

    /// How many times faster than allowed the budget goes while this share of requests fails.
    #[must_use]
    pub fn burn_rate(self, failing: Ratio) -> f64 {
        if failing == Ratio::NONE { 0.0 } else { failing.get() / self.target.rest().get() }
    }
}
