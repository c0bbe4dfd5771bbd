//! Availability of things that are made of things.

use crate::Ratio;

/// All of them are needed: `∏ Aᵢ`.
#[must_use]
pub fn series(parts: &[Ratio]) -> Ratio {
    Ratio::clamped(parts.iter().map(|it| it.get()).product())
}

/// Any of them will do, and they fail independently: `1 − ∏ (1 − Aᵢ)`. Nothing is available where
/// there is nothing.
#[must_use]
pub fn parallel(parts: &[Ratio]) -> Ratio {
    Ratio::clamped(1.0 - parts.iter().map(|it| it.rest().get()).product::<f64>())
}

/// At least `needed` of them, which fail independently: the Poisson-binomial tail, in
/// `O(needed × parts)`.
#[must_use]
pub fn k_of_n(needed: usize, parts: &[Ratio]) -> Ratio {
    // `up[count]` is the chance that exactly so many are up; the last place gathers "enough".
    let mut up = vec![0.0; needed + 1];
    up[0] = 1.0;
    for part in parts {
        let (works, fails) = (part.get(), part.rest().get());
        up[needed] += if needed == 0 { 0.0 } else { up[needed - 1] * works };
        for count in (0..needed).rev() {
            let gained = if count == 0 { 0.0 } else { up[count - 1] * works };
            up[count] = up[count] * fails + gained;
        }
    }
    Ratio::clamped(up[needed])
}

/// Unavailability of two equal things that share a part of their causes (the β-factor model):
/// `β·U + ((1 − β)·U)²`. Multiplying unavailabilities instead promises far too much.
#[must_use]
pub fn pair_unavailability(unavailability: Ratio, shared: Ratio) -> Ratio {
    let (u, beta) = (unavailability.get(), shared.get());
    let alone = (1.0 - beta) * u;
    Ratio::clamped(beta * u + alone * alone)
}
