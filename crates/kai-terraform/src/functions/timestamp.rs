//! Times of RFC 3339, and what Terraform says of a text that is none.

use jiff::civil::DateTime;

/// A time with the offset that it was written with, in minutes.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    pub time: DateTime,
    pub offset: i32,
}

impl Moment {
    /// Comparable across offsets: nanoseconds of UTC.
    pub(super) fn instant(&self) -> i128 {
        let since = self.time.duration_since(DateTime::constant(1970, 1, 1, 0, 0, 0, 0));
        since.as_nanos() - i128::from(self.offset) * 60_000_000_000
    }

    pub(super) fn zone(&self) -> String {
        if self.offset == 0 { "Z".into() } else { self.offset_text(":") }
    }

    pub(super) fn offset_text(&self, separator: &str) -> String {
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.unsigned_abs();
        format!("{sign}{:02}{separator}{:02}", minutes / 60, minutes % 60)
    }

    /// Without a fraction of the second.
    pub(super) fn rfc_3339(&self) -> String {
        format!("{}{}", self.time.strftime("%Y-%m-%dT%H:%M:%S"), self.zone())
    }
}

pub(super) fn parse(text: &str) -> Result<Moment, String> {
    read(text).map_err(|it| format!("not a valid RFC3339 timestamp: {it}"))
}

fn read(text: &str) -> Result<Moment, String> {
    let mut reader = Reader { rest: text };
    let year = reader.number(4, "year", 0..=9999)?;
    reader.literal('-')?;
    let month = reader.number(2, "month", 1..=12)?;
    reader.literal('-')?;
    let day = reader.day()?;
    if !reader.skip('T') {
        return Err("missing required time introducer 'T'".into());
    }
    let hour = reader.hour()?;
    reader.literal(':')?;
    let minute = reader.number(2, "minute", 0..=59)?;
    reader.literal(':')?;
    let second = reader.number(2, "second", 0..=59)?;
    let nanosecond = reader.fraction();
    let offset = reader.offset()?;
    if !reader.rest.is_empty() {
        return Err(format!("extra text: {:?}", reader.rest));
    }
    let small = |it: i32| i8::try_from(it).unwrap_or_default();
    let time = DateTime::new(
        i16::try_from(year).unwrap_or_default(),
        small(month),
        small(day),
        small(hour),
        small(minute),
        small(second),
        nanosecond,
    );
    time.map(|time| Moment { time, offset }).map_err(|_| "day out of range".into())
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn cannot<T>(&self, what: &str) -> Result<T, String> {
        if self.rest.is_empty() {
            return Err(format!("end of string before {what}"));
        }
        Err(format!("cannot use {:?} as {what}", self.rest))
    }

    fn number(
        &mut self,
        length: usize,
        what: &str,
        range: std::ops::RangeInclusive<i32>,
    ) -> Result<i32, String> {
        let digits = self.rest.get(..length).filter(|it| it.bytes().all(|it| it.is_ascii_digit()));
        let value = digits.and_then(|it| it.parse().ok()).filter(|it| range.contains(it));
        let Some(value) = value else {
            // Go names what is left once the number is read.
            if let (Some(_), "month") = (digits, what) {
                self.rest = &self.rest[length..];
            }
            return self.cannot(what);
        };
        self.rest = &self.rest[length..];
        Ok(value)
    }

    /// Whether the month has it is seen later.
    fn day(&mut self) -> Result<i32, String> {
        match self.number(2, "day of month", 0..=99)? {
            day @ 1..=31 => Ok(day),
            _ => Err("day out of range".into()),
        }
    }

    fn hour(&mut self) -> Result<i32, String> {
        let is_short = self.rest.get(1..2) == Some(":");
        if is_short {
            return Err("hour must have exactly two digits".into());
        }
        match self.number(2, "hour", 0..=99)? {
            hour @ 0..=23 => Ok(hour),
            _ => Err("hour must be between 0 and 23 inclusive".into()),
        }
    }

    fn skip(&mut self, it: char) -> bool {
        let rest = self.rest.strip_prefix(it);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn literal(&mut self, it: char) -> Result<(), String> {
        let expected = it.to_string();
        if self.skip(it) {
            return Ok(());
        }
        if self.rest.is_empty() {
            return Err(format!("end of string where {expected:?} is expected"));
        }
        Err(format!("found {:?} where {expected:?} is expected", self.rest))
    }

    fn fraction(&mut self) -> i32 {
        let Some(behind) = self.rest.strip_prefix('.') else { return 0 };
        let length = behind.bytes().take_while(u8::is_ascii_digit).count();
        if length == 0 {
            return 0;
        }
        self.rest = &behind[length..];
        format!("{:0<9}", &behind[..length.min(9)]).parse().unwrap_or_default()
    }

    fn offset(&mut self) -> Result<i32, String> {
        if self.skip('Z') {
            return Ok(0);
        }
        let part = |from: usize, most: i32| {
            let digits = self.rest.get(from..from + 2)?;
            let is_number = digits.bytes().all(|it| it.is_ascii_digit());
            digits.parse().ok().filter(|it: &i32| is_number && *it <= most)
        };
        let sign = match self.rest.chars().next() {
            Some('+') => Some(1),
            Some('-') => Some(-1),
            _ => None,
        };
        let separator = self.rest.get(3..4) == Some(":");
        let read = sign.filter(|_| separator).zip(part(1, 23)).zip(part(4, 59));
        let Some(((sign, hours), minutes)) = read else { return self.cannot("UTC offset") };
        self.rest = &self.rest[6..];
        Ok(sign * (hours * 60 + minutes))
    }
}
