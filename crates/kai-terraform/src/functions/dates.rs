//! Functions of times.

use jiff::Span;

use super::arguments::{Outcome, text};
use super::duration::parse_duration;
use super::timestamp::{Moment, parse};
use crate::function::{Function, FunctionError, Parameter, Surroundings};
use crate::value::{Type, Value};

pub(super) fn functions() -> Vec<Function> {
    let string = |name| Parameter::new(name, Type::String);
    vec![
        Function::new("formatdate", Type::String, formatdate)
            .takes(string("format"))
            .takes(string("time")),
        Function::new("timeadd", Type::String, timeadd)
            .takes(string("timestamp"))
            .takes(string("duration")),
        Function::new("timecmp", Type::Number, timecmp)
            .takes(string("timestamp_a"))
            .takes(string("timestamp_b")),
    ]
}

fn timeadd(_: &dyn Surroundings, arguments: &[Value], _: &Type) -> Outcome {
    let moment = parse(text(&arguments[0])).map_err(FunctionError::new)?;
    let nanoseconds = parse_duration(text(&arguments[1])).map_err(FunctionError::new)?;
    let moved = moment.time.checked_add(Span::new().nanoseconds(nanoseconds));
    let time = moved.map_err(|_| FunctionError::new("the result is out of the range of times"))?;
    Ok(Value::string(Moment { time, ..moment }.rfc_3339()))
}

fn timecmp(_: &dyn Surroundings, arguments: &[Value], _: &Type) -> Outcome {
    let moment =
        |at: usize| parse(text(&arguments[at])).map_err(|message| FunctionError::of(at, message));
    let (one, other) = (moment(0)?.instant(), moment(1)?.instant());
    Ok(Value::int(match one.cmp(&other) {
        std::cmp::Ordering::Less => -1,
        std::cmp::Ordering::Equal => 0,
        std::cmp::Ordering::Greater => 1,
    }))
}

fn formatdate(_: &dyn Surroundings, arguments: &[Value], _: &Type) -> Outcome {
    let moment = parse(text(&arguments[1])).map_err(|message| FunctionError::of(1, message))?;
    let formatted = formatted(text(&arguments[0]), &moment);
    formatted.map(Value::string).map_err(|message| FunctionError::of(0, message))
}

fn formatted(format: &str, moment: &Moment) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        let length = if first == '\'' {
            let (literal, length) = quoted(rest).ok_or("unterminated literal '")?;
            out.push_str(&literal);
            length
        } else if first.is_ascii_alphabetic() {
            let end = rest.find(|it| it != first).unwrap_or(rest.len());
            out.push_str(&verb(&rest[..end], moment)?);
            end
        } else {
            out.push(first);
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    Ok(out)
}

/// A quoted text and its length in the format; two quotes are one that is meant.
fn quoted(rest: &str) -> Option<(String, usize)> {
    if rest.starts_with("''") {
        return Some(("'".into(), 2));
    }
    let mut at = 1;
    loop {
        at += rest.get(at..)?.find('\'')?;
        if !rest[at + 1..].starts_with('\'') {
            return Some((rest[1..at].replace("''", "'"), at + 1));
        }
        at += 2;
    }
}

fn verb(token: &str, moment: &Moment) -> Result<String, String> {
    let time = moment.time;
    let short_or_padded = |value: i8, rule: &str| match token.len() {
        1 => Ok(value.to_string()),
        2 => Ok(format!("{value:02}")),
        _ => Err(invalid(token, rule)),
    };
    let month = time.strftime("%B").to_string();
    let day = time.strftime("%A").to_string();
    match token.as_bytes()[0] {
        b'Y' => match token.len() {
            2 => Ok(format!("{:02}", time.year() % 100)),
            4 => Ok(format!("{:04}", time.year())),
            _ => Err(invalid(token, "year must either be \"YY\" or \"YYYY\"")),
        },
        b'M' => match token.len() {
            3 => Ok(month[..3].to_owned()),
            4 => Ok(month),
            _ => short_or_padded(time.month(), "month must be \"M\", \"MM\", \"MMM\", or \"MMMM\""),
        },
        b'D' => short_or_padded(time.day(), "day of month must either be \"D\" or \"DD\""),
        b'E' => match token.len() {
            3 => Ok(day[..3].to_owned()),
            4 => Ok(day),
            _ => Err(invalid(token, "day of week must either be \"EEE\" or \"EEEE\"")),
        },
        b'h' => short_or_padded(time.hour(), "24-hour must either be \"h\" or \"hh\""),
        b'H' => {
            let hour = if time.hour() % 12 == 0 { 12 } else { time.hour() % 12 };
            short_or_padded(hour, "12-hour must either be \"H\" or \"HH\"")
        }
        b'A' | b'a' if token.len() == 2 => {
            let half = if time.hour() < 12 { "am" } else { "pm" };
            Ok(if token == "AA" { half.to_uppercase() } else { half.to_owned() })
        }
        b'A' | b'a' => {
            let letter = &token[..1];
            Err(invalid(token, &format!("must be \"{letter}{letter}\"")))
        }
        b'm' => short_or_padded(time.minute(), "minute must either be \"m\" or \"mm\""),
        b's' => short_or_padded(time.second(), "second must either be \"s\" or \"ss\""),
        b'Z' => match token.len() {
            1 => Ok(moment.zone()),
            3 if moment.offset == 0 => Ok("UTC".into()),
            3 | 4 => Ok(moment.offset_text("")),
            5 => Ok(moment.offset_text(":")),
            _ => Err(invalid(token, "timezone must be Z, ZZZZ, or ZZZZZ")),
        },
        _ => Err(format!("invalid date format verb {token:?}")),
    }
}

fn invalid(token: &str, rule: &str) -> String {
    format!("invalid date format verb {token:?}: {rule}")
}
