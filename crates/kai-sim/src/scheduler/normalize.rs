//! Scores on one scale.

/// The best score that a plugin can give.
pub(super) const BEST: i64 = 100;

/// The largest becomes 100 (plugins/helper/normalize_score.go, v1.34.1).
pub(super) fn by_largest(scores: &mut [i64]) {
    let largest = scores.iter().copied().max().unwrap_or(0);
    if largest > 0 {
        scores.iter_mut().for_each(|it| *it = BEST * *it / largest);
    }
}

/// As [`by_largest`], where less is better: all are best where all are 0.
pub(super) fn by_largest_reversed(scores: &mut [i64]) {
    by_largest(scores);
    scores.iter_mut().for_each(|it| *it = BEST - *it);
}
