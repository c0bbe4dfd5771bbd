//! A number of pods, or a share of them.

/// A count, or a percentage of a total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntOrPercent {
    Int(i64),
    Percent(i64),
}

impl IntOrPercent {
    /// A whole number, or one followed by a percent sign; nothing for other texts.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_suffix('%') {
            Some(share) => share.parse().ok().map(Self::Percent),
            None => text.parse().ok().map(Self::Int),
        }
    }

    #[must_use]
    pub fn rounded_up(self, total: i64) -> i64 {
        match self {
            Self::Int(count) => count,
            Self::Percent(share) => {
                (share.saturating_mul(total).saturating_add(99)).div_euclid(100)
            }
        }
    }

    #[must_use]
    pub fn rounded_down(self, total: i64) -> i64 {
        match self {
            Self::Int(count) => count,
            Self::Percent(share) => share.saturating_mul(total).div_euclid(100),
        }
    }
}
