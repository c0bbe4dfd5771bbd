//! Durations as Prometheus and Alertmanager write them.

use std::time::Duration;

use kai_core::{Known, Reason};

use crate::fields::{Fields, is_templated};

/// Units from long to short, each at most once: `1h30m`, `5m`, `0`.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    const UNITS: [(&str, u64); 7] = [
        ("y", 365 * 86_400_000),
        ("w", 7 * 86_400_000),
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("ms", 1),
        ("m", 60_000),
        ("s", 1_000),
    ];
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let (mut rest, mut total) = (text, 0_u64);
    while !rest.is_empty() {
        let digits = rest.find(|it: char| !it.is_ascii_digit())?;
        let number: u64 = rest[..digits].parse().ok()?;
        let (unit, size) = UNITS.iter().find(|(unit, _)| rest[digits..].starts_with(unit))?;
        total = total.checked_add(number.checked_mul(*size)?)?;
        rest = &rest[digits + unit.len()..];
    }
    (!text.is_empty()).then(|| Duration::from_millis(total))
}

/// The duration under the key, else what the program takes where nothing is written.
pub(crate) fn duration_or(fields: Fields<'_>, key: &str, default: Duration) -> Known<Duration> {
    written(fields, key).or(|| fields.default(default))
}

/// The duration under the key, if it is there.
pub(crate) fn written(fields: Fields<'_>, key: &str) -> Known<Duration> {
    let Some(node) = fields.node(key) else { return Known::default() };
    match node.text() {
        Some(text) if is_templated(text) => Known::Unknown(Reason::Templated),
        Some(text) => duration(text)
            .map_or(Known::Unknown(Reason::Unreadable), |it| Known::new(it, node.origin)),
        None => Known::Unknown(Reason::Unreadable),
    }
}
