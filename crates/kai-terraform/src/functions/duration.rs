//! Durations as Go writes them.

/// `-1h30m`, in nanoseconds.
///
/// # Errors
/// What Go says of a text that is none.
pub(super) fn parse_duration(text: &str) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration {text:?}");
    let rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let (mut total, mut rest) = (0_i128, rest);
    while !rest.is_empty() {
        let end = rest.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(rest.len());
        let (number, behind) = rest.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
            return Err(invalid());
        }
        let end = behind.find(|it: char| it.is_ascii_digit() || it == '.');
        let (unit, behind) = behind.split_at(end.unwrap_or(behind.len()));
        if unit.is_empty() {
            return Err(format!("time: missing unit in duration {text:?}"));
        }
        let scale: i128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return Err(format!("time: unknown unit {unit:?} in duration {text:?}")),
        };
        let whole: i128 = format!("0{whole}").parse().map_err(|_| invalid())?;
        let digits = &fraction[..fraction.len().min(18)];
        let part: i128 = format!("0{digits}").parse().map_err(|_| invalid())?;
        let power = 10_i128.pow(u32::try_from(digits.len()).unwrap_or(0));
        let sum = whole.checked_mul(scale).and_then(|it| it.checked_add(part * scale / power));
        total = sum.and_then(|it| total.checked_add(it)).ok_or_else(invalid)?;
        rest = behind;
    }
    let signed = if text.starts_with('-') { -total } else { total };
    i64::try_from(signed).map_err(|_| invalid())
}
