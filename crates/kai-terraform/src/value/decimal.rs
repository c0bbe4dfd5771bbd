//! Numbers in the notations of Go's `math/big`.

use num_bigint::{BigInt, BigUint, Sign};

use super::Number;

impl Number {
    /// `%f` with that many decimals, ties to even.
    #[must_use]
    pub fn fixed(&self, decimals: usize) -> String {
        let Some((mantissa, exponent)) = self.parts() else { return self.to_string() };
        let power = i64::try_from(decimals).unwrap_or(i64::MAX);
        let digits = scaled(mantissa.magnitude(), exponent, power).to_string();
        let digits = format!("{digits:0>width$}", width = decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        let point = if decimals > 0 { "." } else { "" };
        format!("{}{whole}{point}{fraction}", sign(mantissa))
    }

    /// `%e` with that many decimals.
    #[must_use]
    pub fn scientific(&self, decimals: usize) -> String {
        let Some((mantissa, exponent)) = self.parts() else { return self.to_string() };
        let (digits, point) = significant(mantissa.magnitude(), exponent, decimals + 1);
        format!("{}{}", sign(mantissa), with_exponent(&digits, point))
    }

    /// `%g` with that many significant digits.
    #[must_use]
    pub fn general(&self, precision: usize) -> String {
        let Some((mantissa, exponent)) = self.parts() else { return self.to_string() };
        let (digits, point) = significant(mantissa.magnitude(), exponent, precision);
        let digits = digits.trim_end_matches('0');
        let length = i64::try_from(digits.len()).unwrap_or(i64::MAX);
        let precision = i64::try_from(precision).unwrap_or(i64::MAX);
        let limit = if precision > length && length >= point { length } else { precision };
        general(mantissa, digits, point, limit)
    }

    /// `%g` with as many digits as the number needs.
    #[must_use]
    pub fn shortest_general(&self) -> String {
        let Some((mantissa, _)) = self.parts() else { return self.to_string() };
        let (digits, point) = self.shortest_digits();
        general(mantissa, digits.trim_end_matches('0'), point, 6)
    }

    /// The digits of the shortest decimal, and the place of the point after the first of them.
    fn shortest_digits(&self) -> (String, i64) {
        let plain = self.absolute().to_string();
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let all = [whole, fraction].concat();
        let zeros = all.len() - all.trim_start_matches('0').len();
        let point = i64::try_from(whole.len()).unwrap_or(i64::MAX);
        (all[zeros..].to_owned(), point - i64::try_from(zeros).unwrap_or(0))
    }
}

fn sign(mantissa: &BigInt) -> &'static str {
    if mantissa.sign() == Sign::Minus { "-" } else { "" }
}

fn general(mantissa: &BigInt, digits: &str, point: i64, limit: i64) -> String {
    let sign = sign(mantissa);
    if digits.is_empty() {
        return format!("{sign}0");
    }
    if !(-4..limit).contains(&(point - 1)) {
        return format!("{sign}{}", with_exponent(digits, point));
    }
    let length = i64::try_from(digits.len()).unwrap_or(i64::MAX);
    let zeros = |count: i64| "0".repeat(usize::try_from(count).unwrap_or(0));
    if point <= 0 {
        return format!("{sign}0.{}{digits}", zeros(-point));
    }
    if point >= length {
        return format!("{sign}{digits}{}", zeros(point - length));
    }
    let (whole, fraction) = digits.split_at(usize::try_from(point).unwrap_or(0));
    format!("{sign}{whole}.{fraction}")
}

fn with_exponent(digits: &str, point: i64) -> String {
    let (first, rest) = digits.split_at(digits.len().min(1));
    let dot = if rest.is_empty() { "" } else { "." };
    let power = point - 1;
    let sign = if power < 0 { '-' } else { '+' };
    format!("{first}{dot}{rest}e{sign}{:02}", power.unsigned_abs())
}

/// That many significant digits, and the place of the point after the first of them.
fn significant(magnitude: &BigUint, exponent: i64, count: usize) -> (String, i64) {
    if *magnitude == BigUint::default() {
        return ("0".repeat(count), 1);
    }
    let top = exponent + i64::try_from(magnitude.bits()).unwrap_or(i64::MAX);
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    // log10(2) is 0.30103; one too low or high is mended below.
    let mut point = top * 30_103 / 100_000;
    loop {
        let digits = scaled(magnitude, exponent, count - point).to_string();
        let length = i64::try_from(digits.len()).unwrap_or(i64::MAX);
        if length == count {
            return (digits, point);
        }
        point += length - count;
    }
}

/// `magnitude * 2^exponent * 10^power` as the nearest integer, ties to even.
fn scaled(magnitude: &BigUint, exponent: i64, power: i64) -> BigUint {
    let ten = BigUint::from(10_u32).pow(u32::try_from(power.unsigned_abs()).unwrap_or(u32::MAX));
    let (mut n, mut d) = (magnitude.clone(), BigUint::from(1_u32));
    if power >= 0 {
        n *= ten;
    } else {
        d *= ten;
    }
    if exponent >= 0 {
        n <<= exponent.unsigned_abs();
    } else {
        d <<= exponent.unsigned_abs();
    }
    let whole = &n / &d;
    let twice = (n - &whole * &d) << 1_u32;
    let is_odd = whole.bit(0);
    if twice > d || (twice == d && is_odd) { whole + 1_u32 } else { whole }
}
