//! What stands above an answer.

use std::time::{Duration, SystemTime};

/// What the lines above an answer say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub status: u16,
    /// How long the provider asks to wait.
    pub wait: Option<Duration>,
    /// Whether it says that the same may be asked again.
    pub should_retry: Option<bool>,
}

impl Head {
    #[must_use]
    pub fn new(status: u16) -> Self {
        Self { status, wait: None, should_retry: None }
    }

    /// Reads what it needs with `header`, which knows them by their names in small letters.
    #[must_use]
    pub fn read(status: u16, now: SystemTime, header: impl Fn(&str) -> Option<String>) -> Self {
        let milliseconds = header("retry-after-ms").and_then(|it| it.trim().parse::<u64>().ok());
        let seconds = header("retry-after").and_then(|it| wait(&it, now));
        let should_retry = match header("x-should-retry").as_deref().map(str::trim) {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => None,
        };
        Self { status, wait: milliseconds.map(Duration::from_millis).or(seconds), should_retry }
    }
}

/// Seconds, or a date that is still to come.
fn wait(text: &str, now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok().filter(|it| !it.is_zero());
    }
    let date = httpdate::parse_http_date(text).ok()?;
    date.duration_since(now).ok().filter(|it| !it.is_zero())
}
