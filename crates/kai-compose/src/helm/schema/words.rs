//! What Helm says of a value that a schema refuses.

use std::fmt::Display;

use boon::{ErrorKind, ValidationError};

use super::NAME;
use super::pattern::Written;

/// One line for each value that is refused, in Helm's words.
pub(super) fn lines(error: &ValidationError<'_, '_>, patterns: &Written) -> Vec<String> {
    let mut lines = Vec::new();
    list(error, patterns, &mut lines);
    lines
}

fn list(error: &ValidationError<'_, '_>, patterns: &Written, lines: &mut Vec<String>) {
    if error.causes.is_empty() && !is_rounded(&error.kind) {
        lines.push(format!("- at '{}': {}", error.instance_location, words(&error.kind, patterns)));
    }
    error.causes.iter().for_each(|it| list(it, patterns, lines));
}

fn words(kind: &ErrorKind<'_, '_>, patterns: &Written) -> String {
    match kind {
        ErrorKind::Pattern { got, want } => {
            let want = patterns.get(*want).map_or(*want, String::as_str);
            ErrorKind::Pattern { got: got.clone(), want }.to_string()
        }
        ErrorKind::Type { got, want } => {
            let want: Vec<_> = want.iter().map(|it| it.to_string()).collect();
            format!("got {got}, want {}", want.join(" or "))
        }
        ErrorKind::Required { want } if want.len() == 1 => {
            format!("missing property '{}'", want[0])
        }
        ErrorKind::AdditionalProperties { got } => {
            let got: Vec<_> = got.iter().map(|it| format!("'{it}'")).collect();
            format!("additional properties {} not allowed", got.join(", "))
        }
        ErrorKind::RefCycle { url, kw_loc1, kw_loc2 } => {
            let (_, place) = url.split_once('#').unwrap_or_default();
            format!(
                "both {kw_loc1} and {kw_loc2} resolve to \"file:///{NAME}#{place}\" causing reference \
                 cycle"
            )
        }
        ErrorKind::MinProperties { got, want } => bound("minProperties", got, want),
        ErrorKind::MaxProperties { got, want } => bound("maxProperties", got, want),
        ErrorKind::MinItems { got, want } => bound("minItems", got, want),
        ErrorKind::MaxItems { got, want } => bound("maxItems", got, want),
        ErrorKind::MinLength { got, want } => bound("minLength", got, want),
        ErrorKind::MaxLength { got, want } => bound("maxLength", got, want),
        ErrorKind::Minimum { got, want } => bound("minimum", got, want),
        ErrorKind::Maximum { got, want } => bound("maximum", got, want),
        ErrorKind::ExclusiveMinimum { got, want } => bound("exclusiveMinimum", got, want),
        ErrorKind::ExclusiveMaximum { got, want } => bound("exclusiveMaximum", got, want),
        ErrorKind::MultipleOf { got, want } => bound("multipleOf", got, want),
        other => other.to_string(),
    }
}

fn bound(word: &str, got: impl Display, want: impl Display) -> String {
    format!("{word}: got {got}, want {want}")
}

/// True where only a division of binary numbers leaves a rest, as of 0.29 by 0.01: Helm divides
/// decimal ones.
fn is_rounded(kind: &ErrorKind<'_, '_>) -> bool {
    let ErrorKind::MultipleOf { got, want } = kind else { return false };
    let (got, want) = (decimal(&got.to_string()), decimal(&want.to_string()));
    let (Some((got, got_places)), Some((want, want_places))) = (got, want) else { return false };
    let places = got_places.max(want_places);
    let scaled = |number: i128, from: u32| number.checked_mul(10_i128.checked_pow(places - from)?);
    let rest = scaled(got, got_places).zip(scaled(want, want_places));
    rest.and_then(|(got, want)| got.checked_rem(want)) == Some(0)
}

/// A number as it is written, as a whole one and how many of its digits are behind the point.
fn decimal(text: &str) -> Option<(i128, u32)> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let places = i32::try_from(fraction.len()).ok()? - exponent.parse::<i32>().ok()?;
    match u32::try_from(places) {
        Ok(places) => Some((digits, places)),
        Err(_) => Some((digits.checked_mul(10_i128.checked_pow(places.unsigned_abs())?)?, 0)),
    }
}
