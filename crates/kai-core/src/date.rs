//! Days of the calendar.

use std::fmt;
use std::str::FromStr;

/// A day as `2027-01-01` names it. Later days are larger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// A text that names no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoDate;

impl Date {
    /// Nothing where there is no such day.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let is_day = (1..=days_in(year, month)).contains(&day);
        is_day.then_some(Self { year, month, day })
    }
}

/// 0 where there is no such month.
fn days_in(year: u16, month: u8) -> u8 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 0,
    }
}

impl FromStr for Date {
    type Err = NoDate;

    fn from_str(text: &str) -> Result<Self, NoDate> {
        let is_sign = |(at, byte): (usize, u8)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        };
        if text.len() != 10 || !text.bytes().enumerate().all(is_sign) {
            return Err(NoDate);
        }
        let number = |part: &str| part.parse::<u8>().map_err(|_| NoDate);
        let year = text[..4].parse().map_err(|_| NoDate)?;
        Self::new(year, number(&text[5..7])?, number(&text[8..])?).ok_or(NoDate)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_that_there_are_can_be_named() {
        for text in ["2027-01-01", "2028-02-29", "2000-02-29", "2026-12-31"] {
            assert_eq!(text.parse::<Date>().map(|it| it.to_string()), Ok(text.to_owned()));
        }
        let wrong = ["2027-02-29", "2100-02-29", "2027-13-01", "2027-00-10", "2027-4-01", "soon"];
        for text in wrong.into_iter().chain(["2027-01-0é", "2027-04-31", "2027-01-00", ""]) {
            assert_eq!(text.parse::<Date>(), Err(NoDate), "{text}");
        }
    }

    #[test]
    fn later_days_are_larger() {
        let days = ["2026-12-31", "2027-01-01", "2027-01-02", "2027-02-01"];
        let dates: Vec<Date> = days.iter().filter_map(|it| it.parse().ok()).collect();
        assert!(dates.len() == days.len() && dates.is_sorted());
    }
}
