//! Amounts of compute.

use std::fmt;
use std::time::Duration;

/// Thousandths of a processor core.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Millicores(pub u64);

/// Bytes of memory or storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Bytes(pub u64);

impl Millicores {
    /// Reads a quantity as the API does: `0.5`, `250m`, `1e3m` is none, `2k` is two thousand cores.
    /// What is finer than a thousandth is rounded up.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        scaled(text, 1000).map(Self)
    }
}

impl Bytes {
    /// Reads a quantity as the API does: `1Gi`, `500M`, `1e9`, `128974848`. Parts of a byte are
    /// rounded up.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        scaled(text, 1).map(Self)
    }
}

impl fmt::Display for Millicores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            whole if whole % 1000 == 0 => write!(f, "{}", whole / 1000),
            milli => write!(f, "{milli}m"),
        }
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(1 << 40, "Ti"), (1 << 30, "Gi"), (1 << 20, "Mi"), (1 << 10, "Ki")];
        match units.into_iter().find(|(unit, _)| self.0 >= *unit && self.0.is_multiple_of(*unit)) {
            Some((unit, name)) => write!(f, "{}{name}", self.0 / unit),
            None => write!(f, "{}", self.0),
        }
    }
}

/// Reads a time as Go writes it: `1.5s`, `1h30m`, `300ms`.
#[must_use]
pub fn duration(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut nanos: u64 = 0;
    while !rest.is_empty() {
        let end = rest.find(|it: char| it.is_ascii_alphabetic() || it == 'µ')?;
        let (number, tail) = rest.split_at(end);
        let end = tail.find(|it: char| it.is_ascii_digit() || it == '.').unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(end);
        let unit = match unit {
            "ns" => 1,
            "us" | "µs" => 1000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        nanos = nanos.checked_add(scaled(number, unit)?)?;
        rest = tail;
    }
    (!text.is_empty()).then(|| Duration::from_nanos(nanos))
}

/// Reads a time as ISO 8601 writes it: `P1W`, `PT4H`, `P1Y6M`. A month has 30 days, and a year 365.
#[must_use]
pub fn iso_duration(text: &str) -> Option<Duration> {
    const HOUR: u64 = 60 * 60;
    const DAY: u64 = 24 * HOUR;
    let mut rest = text.strip_prefix('P').filter(|it| !it.is_empty())?;
    let (mut seconds, mut is_time): (u64, bool) = (0, false);
    while !rest.is_empty() {
        if let Some(time) = rest.strip_prefix('T').filter(|it| !it.is_empty() && !is_time) {
            (rest, is_time) = (time, true);
        }
        let end = rest.find(|it: char| !it.is_ascii_digit())?;
        let (count, tail) = rest.split_at(end);
        let unit = match (tail.as_bytes().first()?, is_time) {
            (b'Y', false) => 365 * DAY,
            (b'M', false) => 30 * DAY,
            (b'W', false) => 7 * DAY,
            (b'D', false) => DAY,
            (b'H', true) => HOUR,
            (b'M', true) => 60,
            (b'S', true) => 1,
            _ => return None,
        };
        seconds = count.parse::<u64>().ok()?.checked_mul(unit)?.checked_add(seconds)?;
        rest = &tail[1..];
    }
    Some(Duration::from_secs(seconds))
}

/// The quantity times `scale`, rounded up; none where it is no quantity, is negative, or does not
/// fit. Exact: a decimal number of up to 18 digits, then a binary or decimal suffix or an exponent.
fn scaled(text: &str, scale: u128) -> Option<u64> {
    let text = text.strip_prefix('+').unwrap_or(text);
    let end = text.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.len() + fraction.len() > 18 || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let digits: u128 = format!("{whole}{fraction}").parse().ok()?;
    let (multiplier, divisor) = unit(suffix)?;
    let divisor = divisor.checked_mul(10_u128.pow(u32::try_from(fraction.len()).ok()?))?;
    let product = digits.checked_mul(multiplier)?.checked_mul(scale)?;
    u64::try_from(product.div_ceil(divisor)).ok()
}

/// A suffix as a fraction of whole numbers.
fn unit(suffix: &str) -> Option<(u128, u128)> {
    Some(match suffix {
        "" => (1, 1),
        "n" => (1, 1_000_000_000),
        "u" => (1, 1_000_000),
        "m" => (1, 1000),
        "k" => (1000, 1),
        "M" => (1_000_000, 1),
        "G" => (1_000_000_000, 1),
        "T" => (1_000_000_000_000, 1),
        "P" => (1_000_000_000_000_000, 1),
        "E" => (1_000_000_000_000_000_000, 1),
        "Ki" => (1 << 10, 1),
        "Mi" => (1 << 20, 1),
        "Gi" => (1 << 30, 1),
        "Ti" => (1 << 40, 1),
        "Pi" => (1 << 50, 1),
        "Ei" => (1 << 60, 1),
        _ => {
            let exponent: i32 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
            let power = 10_u128.checked_pow(exponent.unsigned_abs())?;
            if exponent < 0 { (1, power) } else { (power, 1) }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, millicores: Option<u64>, bytes: Option<u64>) {
        assert_eq!(Millicores::parse(text).map(|it| it.0), millicores, "{text} as millicores");
        assert_eq!(Bytes::parse(text).map(|it| it.0), bytes, "{text} as bytes");
    }

    #[test]
    fn quantities_read_as_the_api_reads_them() {
        check("1", Some(1000), Some(1));
        check("250m", Some(250), Some(1));
        check("0.5", Some(500), Some(1));
        check(".5", Some(500), Some(1));
        check("1.", Some(1000), Some(1));
        check("1.5Gi", Some(1_610_612_736_000), Some(1_610_612_736));
        check("1e3", Some(1_000_000), Some(1000));
        check("1E3", Some(1_000_000), Some(1000));
        check("1E", None, Some(1_000_000_000_000_000_000));
        check("100n", Some(1), Some(1));
        check("12e-1", Some(1200), Some(2));
    }

    #[test]
    fn what_is_no_quantity_is_none() {
        for text in ["", "m", "1 Gi", "1gi", "1GiB", "-1", "1.2.3", "one", "1e", "99999999999999E"]
        {
            check(text, None, None);
        }
    }

    #[test]
    fn amounts_are_shown_in_the_largest_whole_unit() {
        assert_eq!(Bytes(128 << 20).to_string(), "128Mi");
        assert_eq!(Bytes(1_500_000).to_string(), "1500000");
        assert_eq!(Bytes(0).to_string(), "0");
        assert_eq!(Millicores(2000).to_string(), "2");
        assert_eq!(Millicores(250).to_string(), "250m");
    }
}
