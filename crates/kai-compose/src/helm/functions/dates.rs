//! Dates, with a clock that stands still, and durations.

use std::rc::Rc;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Zoned};
use kai_core::OriginId;

use super::convert::{go_integer, to_int, to_text};
use super::{Function, Kind, Outcome, function, layout};
use crate::helm::run::Run;
use crate::helm::value::{Data, Object, Text, Value};

const DATE: &[Kind] = &[Kind::Text, Kind::Any];
const ZONED: &[Kind] = &[Kind::Text, Kind::Any, Kind::Text];

pub(super) const ALL: &[Function] = &[
    function("ago", &[Kind::Any], None, |run, it| {
        let ago = shown_duration(past(&it[0]));
        Ok(Text::new(ago, run.generated(&it)).into())
    }),
    function("date", DATE, None, |run, it| Ok(formatted(run, &it[1], &it[0], "UTC"))),
    function("dateInZone", ZONED, None, in_zone),
    function("dateModify", DATE, None, |_, it| Ok(modified(&it).unwrap_or_else(|_| it[1].clone()))),
    function("date_in_zone", ZONED, None, in_zone),
    function(
        "date_modify",
        DATE,
        None,
        |_, it| Ok(modified(&it).unwrap_or_else(|_| it[1].clone())),
    ),
    function("duration", &[Kind::Any], None, |_, it| {
        // Numbers of values are floats, of which Sprig makes nothing.
        let seconds = match &it[0].data {
            Data::Text(text) => go_integer(text.as_str()),
            Data::Int(number, crate::helm::value::IntType::Int64) => *number,
            _ => 0,
        };
        // Go's durations have 64 bits, and what is too long for them begins again.
        Ok(Value::text(shown_duration(seconds.wrapping_mul(SECOND).into())))
    }),
    function("durationRound", &[Kind::Any], None, |_, it| {
        Ok(Text::new(rounded(&it[0]), it[0].origin).into())
    }),
    function("htmlDate", &[Kind::Any], None, |run, it| {
        Ok(formatted(run, &it[0], &Value::text("2006-01-02"), "UTC"))
    }),
    function("htmlDateInZone", &[Kind::Any, Kind::Text], None, |run, it| {
        let zone = to_text(&it[1]);
        Ok(formatted(run, &it[0], &Value::text("2006-01-02"), zone.as_str()))
    }),
    function("mustDateModify", DATE, None, |_, it| modified(&it)),
    function("mustToDate", &[Kind::Text, Kind::Text], None, |_, it| to_date(&it)),
    function("must_date_modify", DATE, None, |_, it| modified(&it)),
    function("now", &[], None, |run, _| Ok(time(now()).with_origin(run.generated(&[])))),
    function("toDate", &[Kind::Text, Kind::Text], None, |_, it| {
        Ok(to_date(&it).unwrap_or_else(|_| time(zero())))
    }),
    function("unixEpoch", &[Kind::Any], None, |run, it| {
        let seconds = moment(&it[0]).timestamp().as_second().to_string();
        Ok(Text::new(seconds, origin(run, &it[0])).into())
    }),
];

/// In nanoseconds.
const SECOND: i64 = 1_000_000_000;

/// How many nanoseconds a time lies before the present; of what is too far away, as far as Go can say.
fn past(value: &Value) -> i128 {
    // Go counts the seconds of a time from the year 1, in 64 bits.
    const BEFORE_1970: i64 = 62_135_596_800;
    let then = match value.data {
        Data::Int(seconds, _) => seconds.wrapping_add(BEFORE_1970),
        _ => moment(value).timestamp().as_second() + BEFORE_1970,
    };
    let present = now().timestamp().as_second() + BEFORE_1970;
    let seconds = i128::from(present) - i128::from(then);
    (seconds * i128::from(SECOND)).clamp(i64::MIN.into(), i64::MAX.into())
}

/// What every run takes for the present, so that the same input gives the same output.
fn now() -> Zoned {
    let date: DateTime = jiff::civil::date(2024, 1, 1).at(0, 0, 0, 0);
    date.to_zoned(TimeZone::UTC).unwrap_or_default()
}

/// Go's zero time.
fn zero() -> Zoned {
    jiff::civil::date(1, 1, 1).at(0, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap_or_default()
}

pub(super) fn time(moment: Zoned) -> Value {
    Value::plain(Data::Object(Rc::new(Object::Time(moment))))
}

/// A time, a number of seconds since 1970, or the present.
fn moment(value: &Value) -> Zoned {
    let seconds = match &value.data {
        Data::Object(object) => match &**object {
            Object::Time(moment) => return moment.clone(),
            _ => return now(),
        },
        Data::Int(seconds, _) => *seconds,
        _ => return now(),
    };
    Timestamp::from_second(seconds).map_or_else(|_| now(), |it| it.to_zoned(TimeZone::UTC))
}

/// That of a time, or that of the present where a value is none.
fn origin(run: &Run<'_>, value: &Value) -> OriginId {
    match value.data {
        Data::Object(_) | Data::Int(..) => value.origin,
        _ => run.generated(&[]),
    }
}

fn formatted(run: &Run<'_>, date: &Value, format: &Value, zone: &str) -> Value {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let moment = moment(date).with_time_zone(zone);
    let text = layout::format(&moment, to_text(format).as_str());
    Text::new(text, origin(run, date)).into()
}

fn in_zone(run: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let zone = to_text(&arguments[2]);
    Ok(formatted(run, &arguments[1], &arguments[0], zone.as_str()))
}

fn modified(arguments: &[Value]) -> Outcome {
    let text = to_text(&arguments[0]);
    let nanoseconds = parse_duration(text.as_str())
        .ok_or_else(|| format!("time: invalid duration {:?}", text.as_str()))?;
    let span = i64::try_from(nanoseconds).map_err(|_| "the duration is too long")?;
    let moved = moment(&arguments[1]).checked_add(Span::new().nanoseconds(span));
    Ok(time(moved.map_err(|it| it.to_string())?).with_origin(arguments[1].origin))
}

fn to_date(arguments: &[Value]) -> Outcome {
    let (format, text) = (to_text(&arguments[0]), to_text(&arguments[1]));
    let parsed = layout::parse(format.as_str(), text.as_str());
    parsed.map(time).ok_or_else(|| {
        format!("parsing time {:?} as {:?}: cannot parse", text.as_str(), format.as_str())
    })
}

/// `1h30m`, in nanoseconds.
fn parse_duration(text: &str) -> Option<i128> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    let mut total = 0.0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|it: char| !it.is_ascii_digit() && it != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let unit_end = rest.find(|it: char| it.is_ascii_digit() || it == '.').unwrap_or(rest.len());
        let unit = match &rest[..unit_end] {
            "ns" => 1.0,
            "us" | "µs" | "μs" => 1e3,
            "ms" => 1e6,
            "s" => 1e9,
            "m" => 6e10,
            "h" => 3.6e12,
            _ => return None,
        };
        total += number * unit;
        rest = &rest[unit_end..];
    }
    const LONGEST: f64 = 9_223_372_036_854_775_807.0;
    #[expect(clippy::cast_possible_truncation, reason = "no longer than Go's longest")]
    (total <= LONGEST).then_some((sign * total) as i128)
}

/// As Go's `Duration` prints itself, for what is no part of a single second.
fn shown_duration(nanoseconds: i128) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let (whole, part) =
        (nanoseconds.abs() / i128::from(SECOND), nanoseconds.abs() % i128::from(SECOND));
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
    let part = format!(".{part:09}");
    let part = part.trim_end_matches('0').trim_end_matches('.');
    match (hours, minutes) {
        (0, 0) => format!("{sign}{seconds}{part}s"),
        (0, _) => format!("{sign}{minutes}m{seconds}{part}s"),
        _ => format!("{sign}{hours}h{minutes}m{seconds}{part}s"),
    }
}

/// The largest unit that fits, as Sprig names it.
fn rounded(value: &Value) -> String {
    let nanoseconds = match &value.data {
        Data::Text(text) => parse_duration(text.as_str()).unwrap_or(0),
        Data::Int(number, crate::helm::value::IntType::Int64) => (*number).into(),
        Data::Object(_) => {
            let past = now().timestamp().as_second() - moment(value).timestamp().as_second();
            i128::from(past) * i128::from(SECOND)
        }
        _ => 0,
    };
    let seconds = nanoseconds.unsigned_abs() / u128::from(SECOND.unsigned_abs());
    for (length, unit) in
        [(31_536_000, "y"), (2_592_000, "mo"), (86_400, "d"), (3600, "h"), (60, "m"), (1, "s")]
    {
        if seconds >= length {
            return format!("{}{unit}", seconds / length);
        }
    }
    "0s".into()
}

/// Methods of a time.
pub(super) fn year_day(moment: &Zoned) -> i64 {
    moment.day_of_year().into()
}

/// The time so many years, months and days later.
pub(super) fn add_date(moment: &Zoned, parts: &[Value]) -> Outcome {
    let part = |at: usize| parts.get(at).map_or(0, to_int);
    let span = Span::new()
        .try_years(part(0))
        .and_then(|it| it.try_months(part(1)))
        .and_then(|it| it.try_days(part(2)));
    let moved = span.and_then(|it| moment.checked_add(it));
    Ok(time(moved.map_err(|it| it.to_string())?))
}
