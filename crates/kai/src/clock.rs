//! What day it is.

use std::time::{SystemTime, UNIX_EPOCH};

use kai_core::Date;

const SECONDS_A_DAY: u64 = 86_400;

/// Today in UTC; nothing where the clock stands before 1970.
pub(crate) fn today() -> Option<Date> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    date(i64::try_from(since.as_secs() / SECONDS_A_DAY).ok()?)
}

/// The day that comes so many days after the first of January 1970, by Howard Hinnant's
/// `civil_from_days`: years begin in March, so that a leap day is the last one.
fn date(days: i64) -> Option<Date> {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        let days = [0, 58, 59, 11_016, 19_782, 20_785, 47_540];
        let shown: Vec<_> = days.into_iter().filter_map(date).map(|it| it.to_string()).collect();
        let expected = [
            "1970-01-01",
            "1970-02-28",
            "1970-03-01",
            "2000-02-29",
            "2024-02-29",
            "2026-11-28",
            "2100-02-28",
        ];
        assert_eq!(shown, expected);
    }
}
