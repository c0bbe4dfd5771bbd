//! Durations, sizes and shares of a processor as Compose writes them.

use kai_graph::{Bytes, Millicores};

/// `1m30s`, `500ms`, `10s`: whole seconds, rounded up.
pub(super) fn seconds(text: &str) -> Option<u32> {
    let mut rest = text.trim();
    let mut total = 0.0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|it: char| !it.is_ascii_digit() && it != '.')?;
        let (number, after) = rest.split_at(end);
        let length = after.find(|it: char| it.is_ascii_digit()).unwrap_or(after.len());
        let (unit, after) = after.split_at(length);
        total += number.parse::<f64>().ok()? * seconds_of(unit)?;
        rest = after;
    }
    // More than any duration that people write, and exact in a double.
    let seconds = total.ceil().clamp(0.0, 1.0e9);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped above")]
    let seconds = seconds as u32;
    Some(seconds)
}

fn seconds_of(unit: &str) -> Option<f64> {
    Some(match unit {
        "us" | "µs" => 1.0e-6,
        "ms" => 1.0e-3,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return None,
    })
}

/// `300M`, `1gb`, `1048576`: every unit is a power of 1024.
pub(super) fn bytes(text: &str) -> Option<Bytes> {
    let text = text.trim().to_ascii_lowercase();
    let end = text.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit = match unit.trim() {
        "" | "b" => "",
        "k" | "kb" | "kib" => "Ki",
        "m" | "mb" | "mib" => "Mi",
        "g" | "gb" | "gib" => "Gi",
        "t" | "tb" | "tib" => "Ti",
        _ => return None,
    };
    Bytes::parse(&format!("{number}{unit}"))
}

/// `0.5`: processors.
pub(super) fn processors(text: &str) -> Option<Millicores> {
    let text = text.trim();
    text.parse::<f64>().ok().filter(|it| *it > 0.0)?;
    Millicores::parse(text)
}
