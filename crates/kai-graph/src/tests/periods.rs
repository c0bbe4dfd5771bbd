use std::time::Duration;

use crate::{Dialect, Periods, duration, is_zone};

fn periods(schedule: &str, lasts: &str, zone: &str) -> Periods {
    let lasts = duration(lasts).expect("a time as Go writes it");
    Periods::of(schedule, Dialect::WithLastDays, lasts, zone).expect("a schedule and a zone")
}

#[track_caller]
fn check(periods: &Periods, zone: &str, hours: u64, words: &str) {
    assert_eq!(periods.in_words(zone), words);
    assert_eq!(periods.total(), Duration::from_secs(hours * 60 * 60));
}

#[test]
fn a_schedule_and_a_length_are_times_of_a_year() {
    // 2028 has 260 days from Monday to Friday and 53 Saturdays.
    let market = periods("0 9 * * 1-5", "8h", "Europe/Berlin");
    check(&market, "Europe/Berlin", 260 * 8, "Monday to Friday from 09:00 to 17:00");
    let weekend = periods("0 18 * * 5", "60h", "UTC");
    check(&weekend, "UTC", 51 * 60 + 2 * 54, "from Friday 18:00 to Monday 06:00");
    check(&periods("0 0 31 2 *", "1h", "UTC"), "UTC", 0, "");
    check(
        &periods("0 8,12 * * 0,3", "90m", "UTC"),
        "UTC",
        315,
        "Wednesday and Sunday from 12:00 to 13:30, and at 105 other times of a year",
    );
}

#[test]
fn runs_that_touch_are_one() {
    check(&periods("* * * * *", "1m", "UTC"), "UTC", 366 * 24, "once a year for 8784 h");
    check(
        &periods("*/30 8-9 * * *", "30m", "UTC"),
        "UTC",
        366 * 2,
        "every day from 08:00 to 10:00",
    );
    assert_eq!(periods("0 * * * *", "1h", "Asia/Tokyo"), Periods::always());
}

#[test]
fn the_last_days_of_a_month_are_counted_from_its_end() {
    let last = periods("0 0 L * *", "24h", "UTC");
    check(&last, "UTC", 12 * 24, "on 12 days of a year from 00:00 to 24:00");
    let three = periods("0 0 L-2 * *", "72h", "UTC");
    check(&three, "UTC", 12 * 72, "12 times a year for 72 h");
    assert_eq!(periods("0 0 L-2,L-1,L * *", "24h", "UTC"), three);
    // What cron without that word can say covers it.
    let cover = periods("0 0 26-29 * *", "72h", "UTC");
    assert!(three.without(&cover).is_empty() && !cover.without(&three).is_empty());
}

#[test]
fn clocks_of_two_zones_differ_by_the_season() {
    let berlin = periods("0 9 * * *", "1h", "Europe/Berlin");
    let utc = periods("0 8 * * *", "1h", "UTC");
    // From the last Sunday of March to the last one of October Berlin is two hours ahead.
    check(&berlin.without(&utc), "Europe/Berlin", 217, "on 217 days of a year from 09:00 to 10:00");
    assert_eq!(berlin.and(&utc).total(), Duration::from_secs(149 * 60 * 60));
}

#[test]
fn what_is_taken_away_leaves_both_ends() {
    let day = periods("0 0 * * *", "24h", "UTC");
    assert_eq!(day, Periods::always());
    let night = day.without(&periods("0 6 * * *", "12h", "UTC"));
    check(&night, "UTC", 366 * 12, "every night from 18:00 to 06:00");
    assert!(night.clone().without(&Periods::always()).is_empty());
    assert_eq!(night.clone().or(night.clone()), night);
}

#[test]
fn what_cannot_be_read_is_nothing() {
    let hour = Duration::from_secs(3600);
    let of = |schedule, zone| Periods::of(schedule, Dialect::Crontab, hour, zone);
    assert!(of("0 9 * *", "UTC").is_none() && of("0 9 * * *", "Mars/Crater").is_none());
    assert!(of("0 9 L * *", "UTC").is_none() && of("@every 3h", "UTC").is_none());
    assert!(is_zone("Europe/Berlin") && !is_zone("Berlin"));
}
