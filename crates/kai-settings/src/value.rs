//! Values that are written as one text or number.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use kai_core::{Date, Interval};
use kai_graph::{Dialect, Millicores, Schedule, is_zone};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};

/// A length of time: `30s`, `15m`, `1h30m`, `24h`, `7d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Length(pub Duration);

/// A share of good events or minutes, between a half and one: `99.9%`, `99.9` or `0.999`.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Target(pub f64);

/// A version of Kubernetes: `1.31`, or `v1.31.2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    pub major: u32,
    pub minor: u32,
}

/// The first day on which something no longer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Until(pub Date);

/// When something begins, in the five fields of a crontab: `0 9 * * 1-5`; `L` is the last day of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron(pub String);

/// A time zone of the IANA database: `Europe/Berlin`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(pub String);

/// Cores of a processor as Kubernetes writes them: `4`, `3.92`, `3920m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cores(pub Millicores);

/// A number, or `[low, typical, high]` where it is not sure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range(pub Interval);

impl Length {
    fn of(text: &str) -> Option<Self> {
        let (mut seconds, mut digits) = (0_u64, String::new());
        for sign in text.chars() {
            if sign.is_ascii_digit() {
                digits.push(sign);
                continue;
            }
            let unit = match sign {
                's' => 1,
                'm' => 60,
                'h' => 3600,
                'd' => 86_400,
                'w' => 604_800,
                _ => return None,
            };
            let count: u64 = std::mem::take(&mut digits).parse().ok()?;
            seconds = seconds.checked_add(count.checked_mul(unit)?)?;
        }
        (digits.is_empty() && !text.is_empty()).then_some(Self(Duration::from_secs(seconds)))
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0.as_secs();
        if rest == 0 {
            return f.write_str("0s");
        }
        for (unit, seconds) in [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)] {
            // Hours are what people count backups in, up to two days.
            if unit == "d" && rest < 2 * seconds {
                continue;
            }
            if rest >= seconds {
                write!(f, "{}{unit}", rest / seconds)?;
                rest %= seconds;
            }
        }
        Ok(())
    }
}

impl Cron {
    fn of(text: &str) -> Option<Self> {
        let schedule = Schedule::parse(text, Dialect::WithLastDays).ok();
        let is_of_days = !text.contains('=') && matches!(schedule, Some(Schedule::Times(_)));
        is_of_days.then(|| Self(text.to_owned()))
    }
}

impl Target {
    fn of(text: &str) -> Option<Self> {
        let (number, is_percent) = match text.strip_suffix('%') {
            Some(number) => (number.trim(), true),
            None => (text, false),
        };
        let number: f64 = number.parse().ok()?;
        let share = if is_percent || number > 1.0 { number / 100.0 } else { number };
        // `99.9` is 0.999, whatever a division by 100 makes of it.
        let share = (share * 1e12).round() / 1e12;
        (0.5..1.0).contains(&share).then_some(Self(share))
    }
}

impl Version {
    fn of(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix('v').unwrap_or(text).split('.');
        let (major, minor) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        (parts.all(|it| it.parse::<u32>().is_ok()) && major == 1).then_some(Self { major, minor })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// Reads a text with a function that knows it, and says what is wanted where it does not.
struct TextVisitor<T> {
    of: fn(&str) -> Option<T>,
    wanted: &'static str,
}

impl<T> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wanted)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        let refused = || E::custom(format!("this must be {}, not `{text}`", self.wanted));
        (self.of)(text.trim()).ok_or_else(refused)
    }
}

macro_rules! is_a_text {
    ($($name:ident: $wanted:literal, $pattern:literal, $of:expr;)*) => {$(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(TextVisitor { of: $of, wanted: $wanted })
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "type": ["string", "number"],
                    "pattern": $pattern,
                    "description": $wanted,
                })
            }
        }
    )*};
}

is_a_text! {
    Length: "a length of time as `15m`, `1h30m` or `7d`", "^([0-9]+[smhdw])+$", Self::of;
    Target: "a share as `99.9%`, at least 50 % and below 100 %", "^[0-9.]+ *%?$", Self::of;
    Cores: "cores as `4`, `3.92` or `3920m`", "^[0-9.]+m?$",
        |it| Millicores::parse(it).filter(|it| it.0 > 0).map(Self);
    Cron: "a schedule of five fields as `0 9 * * 1-5`", "^[^ ]+( +[^ ]+){4}$", Self::of;
    Zone: "a time zone as `Europe/Berlin`", "^[A-Za-z0-9_+/-]+$",
        |it| is_zone(it).then(|| Self(it.to_owned()));
    Version: "a version as `1.31`", "^v?1\\.[0-9]+(\\.[0-9]+)?$", Self::of;
    Until: "a day as `2027-01-01`", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", |it| it.parse().ok().map(Self);
}

impl<'de> Deserialize<'de> for Range {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RangeVisitor)
    }
}

struct RangeVisitor;

const RANGE: &str = "a number, or `[low, typical, high]` in that order, above 0";

impl<'de> Visitor<'de> for RangeVisitor {
    type Value = Range;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(RANGE)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Range, E> {
        #[expect(clippy::cast_precision_loss, reason = "nobody writes such a rate")]
        self.visit_f64(value as f64)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Range, E> {
        ordered(Interval::exactly(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Range, A::Error> {
        let mut numbers: Vec<f64> = Vec::new();
        while let Some(number) = items.next_element()? {
            numbers.push(number);
        }
        match numbers.as_slice() {
            &[low, typical, high] => ordered(Interval::new(low, typical, high)),
            _ => Err(A::Error::custom(format!("this must be {RANGE}"))),
        }
    }
}

fn ordered<E: Error>(interval: Interval) -> Result<Range, E> {
    let Interval { low, typical, high } = interval;
    let is_right = 0.0 < low && low <= typical && typical <= high && high.is_finite();
    if is_right { Ok(Range(interval)) } else { Err(E::custom(format!("this must be {RANGE}"))) }
}

impl JsonSchema for Range {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Range".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": RANGE,
            "oneOf": [
                { "type": "number", "exclusiveMinimum": 0 },
                {
                    "type": "array",
                    "items": { "type": "number", "exclusiveMinimum": 0 },
                    "minItems": 3,
                    "maxItems": 3,
                },
            ],
        })
    }
}
