//! Numbers as Terraform computes them: binary floats that carry their own precision.
//!
//! A literal has 512 bits, an integer that a function gives 64, a result of `pow` or `log` 53; an
//! operation has the precision of its wider operand and rounds to the nearest, ties to even. A
//! number prints as the shortest decimal that reads back to it at its precision.

use std::cmp::Ordering;
use std::fmt;

use num_bigint::{BigInt, BigUint, Sign};

/// Bits of a literal.
const PRECISION: u64 = 512;
/// Beyond this power of ten a number is not read: Terraform would need minutes to print it.
const DECIMAL_EXPONENT_MAX: i64 = 100_000;

/// A number, finite or not; two are equal when their values are, whatever their precision.
#[derive(Debug, Clone)]
pub enum Number {
    Finite(Float),
    Infinite { is_negative: bool },
}

/// `mantissa * 2^exponent`; the mantissa is odd or zero.
#[derive(Debug, Clone)]
pub struct Float {
    mantissa: BigInt,
    exponent: i64,
    precision: u64,
}

impl Number {
    #[must_use]
    pub fn from_i64(value: i64) -> Self {
        Self::finite(BigInt::from(value), 0, 64)
    }

    /// The integer, with the bits that it needs but no fewer than 64.
    #[must_use]
    pub fn from_big(value: BigInt) -> Self {
        let precision = value.bits().max(64);
        Self::finite(value, 0, precision)
    }

    /// What a computation in doubles gave; none for what is not a number.
    #[must_use]
    pub fn from_f64(value: f64) -> Option<Self> {
        if value.is_nan() {
            return None;
        }
        if value.is_infinite() {
            return Some(Self::Infinite { is_negative: value < 0.0 });
        }
        let bits = value.to_bits();
        let raw = i64::try_from((bits >> 52) & 0x7ff).unwrap_or_default();
        let fraction = bits & ((1 << 52) - 1);
        let mantissa = if raw == 0 { fraction } else { fraction | (1 << 52) };
        let magnitude = BigInt::from(mantissa);
        let signed = if value < 0.0 { -magnitude } else { magnitude };
        Some(Self::finite(signed, raw.max(1) - 1075, 53))
    }

    /// Reads a decimal: an optional sign, digits with or without a point, an optional exponent.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (is_negative, rest) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        if matches!(rest, "Inf" | "inf") {
            return Some(Self::Infinite { is_negative });
        }
        let (digits, exponent) = match rest.find(['e', 'E']) {
            Some(at) => (&rest[..at], parse_exponent(&rest[at + 1..])?),
            None => (rest, 0),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all = [whole, fraction].concat();
        if all.is_empty() || !all.bytes().all(|it| it.is_ascii_digit()) {
            return None;
        }
        let magnitude = BigInt::parse_bytes(all.as_bytes(), 10)?;
        let signed = if is_negative { -magnitude } else { magnitude };
        let exponent = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        if exponent.abs() > DECIMAL_EXPONENT_MAX {
            return None;
        }
        Some(Self::from_decimal(signed, exponent, PRECISION))
    }

    /// `digits * 10^exponent`, rounded.
    fn from_decimal(digits: BigInt, exponent: i64, precision: u64) -> Self {
        let power =
            BigInt::from(10).pow(u32::try_from(exponent.unsigned_abs()).unwrap_or(u32::MAX));
        if exponent >= 0 {
            return Self::finite(digits * power, 0, precision);
        }
        quotient(digits, 0, &power, 0, precision)
    }

    fn finite(mantissa: BigInt, exponent: i64, precision: u64) -> Self {
        Self::Finite(Float::rounded(mantissa, exponent, precision))
    }

    #[must_use]
    pub fn zero() -> Self {
        Self::from_i64(0)
    }

    #[must_use]
    pub fn is_zero(&self) -> bool {
        matches!(self, Self::Finite(it) if it.mantissa.sign() == Sign::NoSign)
    }

    #[must_use]
    pub fn is_negative(&self) -> bool {
        match self {
            Self::Finite(it) => it.mantissa.sign() == Sign::Minus,
            Self::Infinite { is_negative } => *is_negative,
        }
    }

    #[must_use]
    pub fn is_infinite(&self) -> bool {
        matches!(self, Self::Infinite { .. })
    }

    #[must_use]
    pub fn is_integer(&self) -> bool {
        matches!(self, Self::Finite(it) if it.exponent >= 0 || it.mantissa.sign() == Sign::NoSign)
    }

    /// The integer, if it is one.
    #[must_use]
    pub fn to_big(&self) -> Option<BigInt> {
        let Self::Finite(float) = self else { return None };
        self.is_integer().then(|| float.mantissa.clone() << float.exponent.max(0).unsigned_abs())
    }

    /// The number as `mantissa * 2^exponent`; none for an infinite one.
    #[must_use]
    pub(super) fn parts(&self) -> Option<(&BigInt, i64)> {
        let Self::Finite(float) = self else { return None };
        Some((&float.mantissa, float.exponent))
    }

    /// The whole part, towards zero.
    #[must_use]
    pub fn truncated(&self) -> Option<BigInt> {
        let Self::Finite(float) = self else { return None };
        if float.exponent >= 0 {
            return self.to_big();
        }
        let magnitude = float.mantissa.magnitude() >> float.exponent.unsigned_abs();
        Some(BigInt::from_biguint(float.mantissa.sign(), magnitude))
    }

    /// The integer, if it is one that fits.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        let Self::Finite(float) = self else { return None };
        if float.exponent > 64 {
            return None;
        }
        i64::try_from(self.to_big()?).ok()
    }

    /// The nearest double.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        match self {
            Self::Finite(it) => it.scientific().parse().unwrap_or(f64::INFINITY),
            Self::Infinite { is_negative: true } => f64::NEG_INFINITY,
            Self::Infinite { .. } => f64::INFINITY,
        }
    }

    #[must_use]
    pub fn negated(&self) -> Self {
        match self {
            Self::Finite(it) => {
                Self::Finite(Float { mantissa: -it.mantissa.clone(), ..it.clone() })
            }
            Self::Infinite { is_negative } => Self::Infinite { is_negative: !is_negative },
        }
    }

    #[must_use]
    pub fn absolute(&self) -> Self {
        if self.is_negative() { self.negated() } else { self.clone() }
    }

    /// The sum; none for infinities of different signs.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Infinite { is_negative: one }, Self::Infinite { is_negative: two }) => {
                (one == two).then(|| self.clone())
            }
            (Self::Infinite { .. }, _) => Some(self.clone()),
            (_, Self::Infinite { .. }) => Some(other.clone()),
            (Self::Finite(one), Self::Finite(two)) => Some(Self::Finite(one.plus(two))),
        }
    }

    /// The difference; none for equal infinities.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Option<Self> {
        self.plus(&other.negated())
    }

    /// The product; none for zero times infinity. It keeps every bit up to 512.
    #[must_use]
    pub fn times(&self, other: &Self) -> Option<Self> {
        let (Self::Finite(one), Self::Finite(two)) = (self, other) else {
            let is_negative = self.is_negative() != other.is_negative();
            return (!self.is_zero() && !other.is_zero()).then_some(Self::Infinite { is_negative });
        };
        let mantissa = &one.mantissa * &two.mantissa;
        let product = Float::rounded(mantissa, one.exponent + two.exponent, PRECISION);
        let precision = one.precision.max(two.precision).max(product.mantissa.bits());
        Some(Self::Finite(Float { precision, ..product }))
    }

    /// The quotient; none for zero by zero and infinity by infinity.
    #[must_use]
    pub fn divided_by(&self, other: &Self) -> Option<Self> {
        let is_negative = self.is_negative() != other.is_negative();
        match (self, other) {
            (Self::Infinite { .. }, Self::Infinite { .. }) => None,
            (Self::Infinite { .. }, _) => Some(Self::Infinite { is_negative }),
            (_, Self::Infinite { .. }) => Some(Self::zero()),
            _ if other.is_zero() => (!self.is_zero()).then_some(Self::Infinite { is_negative }),
            (Self::Finite(one), Self::Finite(two)) => {
                let precision = one.precision.max(two.precision);
                let (n, d) = (one.mantissa.clone(), &two.mantissa);
                Some(quotient(n, one.exponent, d, two.exponent, precision))
            }
        }
    }

    /// The remainder, with the sign of the dividend.
    #[must_use]
    pub fn remainder(&self, other: &Self) -> Option<Self> {
        if self.is_infinite() || other.is_infinite() {
            return self.times(other);
        }
        if other.is_zero() {
            return Some(self.clone());
        }
        let whole = Self::from_big(self.divided_by(other)?.truncated()?);
        let (Self::Finite(other), Self::Finite(whole)) = (other, &whole) else { return None };
        let precision = other.precision.max(whole.precision);
        let mantissa = &other.mantissa * &whole.mantissa;
        self.minus(&Self::finite(mantissa, other.exponent + whole.exponent, precision))
    }

    /// The largest integer that is not greater.
    #[must_use]
    pub fn floor(&self) -> Self {
        let Some(whole) = self.truncated().filter(|_| !self.is_integer()) else {
            return self.clone();
        };
        Self::from_big(if self.is_negative() { whole - 1 } else { whole })
    }

    /// The smallest integer that is not less.
    #[must_use]
    pub fn ceil(&self) -> Self {
        self.negated().floor().negated()
    }
}

fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// `(n * 2^n_exponent) / (d * 2^d_exponent)`, rounded once.
fn quotient(n: BigInt, n_exponent: i64, d: &BigInt, d_exponent: i64, precision: u64) -> Number {
    let shift = (precision + 3 + d.bits()).saturating_sub(n.bits());
    let (sign, magnitude) = (n.sign() * d.sign(), n.magnitude() << shift);
    let whole = &magnitude / d.magnitude();
    let is_exact = &whole * d.magnitude() == magnitude;
    // A bit below all others tells a remainder from a tie.
    let sticky = (whole << 1_u32) | BigUint::from(u32::from(!is_exact));
    let exponent = n_exponent - d_exponent - i64::try_from(shift).unwrap_or(i64::MAX) - 1;
    Number::finite(BigInt::from_biguint(sign, sticky), exponent, precision)
}

impl Float {
    fn rounded(mantissa: BigInt, exponent: i64, precision: u64) -> Self {
        let (sign, mut magnitude) = mantissa.into_parts();
        let mut exponent = exponent;
        let excess = magnitude.bits().saturating_sub(precision);
        if excess > 0 {
            let is_half = magnitude.bit(excess - 1);
            let is_tie = magnitude.trailing_zeros() == Some(excess - 1);
            magnitude >>= excess;
            if is_half && (!is_tie || magnitude.bit(0)) {
                magnitude += 1_u32;
            }
            exponent += i64::try_from(excess).unwrap_or(i64::MAX);
        }
        let zeros = magnitude.trailing_zeros().unwrap_or_default();
        if zeros > 0 {
            magnitude >>= zeros;
            exponent += i64::try_from(zeros).unwrap_or(i64::MAX);
        }
        let mantissa = BigInt::from_biguint(sign, magnitude);
        if mantissa.sign() == Sign::NoSign {
            exponent = 0;
        }
        Self { mantissa, exponent, precision }
    }

    /// One more than the power of two of the highest bit.
    fn top(&self) -> i64 {
        self.exponent + i64::try_from(self.mantissa.bits()).unwrap_or(i64::MAX)
    }

    fn plus(&self, other: &Self) -> Self {
        let precision = self.precision.max(other.precision);
        if self.mantissa.sign() == Sign::NoSign {
            return Self { precision, ..other.clone() };
        }
        if other.mantissa.sign() == Sign::NoSign {
            return Self { precision, ..self.clone() };
        }
        // What is this far below the last bit cannot change it.
        let far = i64::try_from(2 * precision + 8).unwrap_or(i64::MAX);
        if self.top() - other.top() > far {
            return Self { precision, ..self.clone() };
        }
        if other.top() - self.top() > far {
            return Self { precision, ..other.clone() };
        }
        let exponent = self.exponent.min(other.exponent);
        let align = |it: &Self| it.mantissa.clone() << (it.exponent - exponent).unsigned_abs();
        Self::rounded(align(self) + align(other), exponent, precision)
    }

    /// The decimal digits of the shortest decimal that reads back to the number, and the place of
    /// the point after the first of them.
    fn shortest(&self) -> (String, i64) {
        let magnitude = self.mantissa.magnitude();
        if self.mantissa.sign() == Sign::NoSign {
            return ("0".into(), 1);
        }
        if self.exponent >= 0 && self.top().unsigned_abs() <= self.precision {
            let digits = (magnitude << self.exponent.unsigned_abs()).to_string();
            let point = i64::try_from(digits.len()).unwrap_or(i64::MAX);
            return (digits.trim_end_matches('0').into(), point);
        }
        // The shortest length that reads back: longer ones do too.
        let (mut low, mut high) = (1, self.precision * 31 / 100 + 3);
        while low < high {
            let middle = u64::midpoint(low, high);
            let (digits, point) = self.digits(middle);
            if self.reads_back(&digits, point) { high = middle } else { low = middle + 1 }
        }
        let (digits, point) = self.digits(low);
        (digits.trim_end_matches('0').into(), point)
    }

    fn reads_back(&self, digits: &str, point: i64) -> bool {
        let Some(value) = BigInt::parse_bytes(digits.as_bytes(), 10) else { return false };
        let exponent = point - i64::try_from(digits.len()).unwrap_or(i64::MAX);
        let Number::Finite(read) = Number::from_decimal(value, exponent, self.precision) else {
            return false;
        };
        read.mantissa.magnitude() == self.mantissa.magnitude() && read.exponent == self.exponent
    }

    /// That many significant digits, rounded to the nearest.
    fn digits(&self, count: u64) -> (String, i64) {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        // log10(2) is 0.30103; one too low is mended below.
        let mut point = self.top() * 30_103 / 100_000;
        loop {
            let digits = self.scaled(count - point).to_string();
            let length = i64::try_from(digits.len()).unwrap_or(i64::MAX);
            if length == count {
                return (digits, point);
            }
            point += length - count;
        }
    }

    /// The number times a power of ten as the nearest integer, without its sign.
    fn scaled(&self, power: i64) -> BigUint {
        let ten =
            BigUint::from(10_u32).pow(u32::try_from(power.unsigned_abs()).unwrap_or(u32::MAX));
        let mut n = self.mantissa.magnitude().clone();
        let mut d = BigUint::from(1_u32);
        if power >= 0 {
            n *= ten;
        } else {
            d *= ten;
        }
        let shift = self.exponent.unsigned_abs();
        if self.exponent >= 0 {
            n <<= shift;
        } else {
            d <<= shift;
        }
        let twice = (n << 1_u32) + &d;
        twice / (d << 1_u32)
    }

    fn scientific(&self) -> String {
        let (digits, point) = self.shortest();
        let sign = if self.mantissa.sign() == Sign::Minus { "-" } else { "" };
        format!("{sign}0.{digits}e{point}")
    }
}

/// The whole number in decimal, never with an exponent.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let float = match self {
            Self::Finite(float) => float,
            Self::Infinite { is_negative: true } => return f.write_str("-Inf"),
            Self::Infinite { .. } => return f.write_str("+Inf"),
        };
        if float.mantissa.sign() == Sign::Minus {
            f.write_str("-")?;
        }
        let (digits, point) = float.shortest();
        let length = i64::try_from(digits.len()).unwrap_or(i64::MAX);
        if point <= 0 {
            let zeros = usize::try_from(-point).unwrap_or_default();
            return write!(f, "0.{}{digits}", "0".repeat(zeros));
        }
        if point >= length {
            let zeros = usize::try_from(point - length).unwrap_or_default();
            return write!(f, "{digits}{}", "0".repeat(zeros));
        }
        let (whole, fraction) = digits.split_at(usize::try_from(point).unwrap_or_default());
        write!(f, "{whole}.{fraction}")
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let rank = |it: &Self| match it {
            Self::Infinite { is_negative: true } => -1,
            Self::Finite(_) => 0,
            Self::Infinite { .. } => 1,
        };
        let (Self::Finite(one), Self::Finite(two)) = (self, other) else {
            return rank(self).cmp(&rank(other));
        };
        let signs = one.mantissa.sign().cmp(&two.mantissa.sign());
        if signs != Ordering::Equal || one.mantissa.sign() == Sign::NoSign {
            return signs;
        }
        if one.top() != two.top() {
            let by_size = one.top().cmp(&two.top());
            return if self.is_negative() { by_size.reverse() } else { by_size };
        }
        let exponent = one.exponent.min(two.exponent);
        let align = |it: &Float| it.mantissa.clone() << (it.exponent - exponent).unsigned_abs();
        align(one).cmp(&align(two))
    }
}
