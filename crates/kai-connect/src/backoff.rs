//! How long is waited before a call is repeated.

use std::time::Duration;

use kai_agent::model::Failure;

use crate::error_body::WAIT_MAX_SECONDS;
use crate::provider::Patience;

/// What the provider asks for and a little more, else twice as long each time. `chance` lies between 0 and 1: callers that
/// failed together shall not come back together.
pub(crate) fn pause(
    failure: &Failure,
    attempt: u32,
    patience: &Patience,
    chance: f64,
) -> Option<Duration> {
    if !failure.is_repeatable || attempt > patience.repetitions {
        return None;
    }
    let max = Duration::from_secs(WAIT_MAX_SECONDS);
    match failure.wait {
        Some(wait) if wait > max => None,
        Some(wait) => Some(wait.mul_f64(1.0 + chance / 10.0)),
        None => {
            let doubled = patience.pause.saturating_mul(1 << (attempt - 1).min(10));
            Some(doubled.min(max).mul_f64(0.5 + chance / 2.0))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use kai_agent::model::{Failure, FailureKind};

    use super::pause;
    use crate::provider::Patience;

    #[test]
    fn waits_double_and_what_is_asked_for_is_kept() {
        let patience = Patience::default();
        let mut failure = Failure::new(FailureKind::RateLimited, "slow down");
        let waits = [1, 2, 3, 4].map(|it| pause(&failure, it, &patience, 1.0));
        let expected = [500, 1000, 2000].map(|it| Some(Duration::from_millis(it)));
        assert_eq!(waits, [expected[0], expected[1], expected[2], None]);
        failure.wait = Some(Duration::from_secs(7));
        assert_eq!(pause(&failure, 1, &patience, 0.0), Some(Duration::from_secs(7)));
        assert_eq!(pause(&failure, 1, &patience, 1.0), Some(Duration::from_millis(7700)));
        failure.wait = Some(Duration::from_secs(61));
        assert_eq!(pause(&failure, 1, &patience, 0.0), None);
        assert_eq!(pause(&Failure::new(FailureKind::Auth, ""), 1, &patience, 0.0), None);
    }
}
