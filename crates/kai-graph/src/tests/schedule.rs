use crate::{Dialect, Schedule};

/// The shortest and the longest gap in minutes, or why it is refused.
#[track_caller]
fn check(text: &str, dialect: Dialect, expected: &str) {
    let said = match Schedule::parse(text, dialect).map(|it| it.gaps()) {
        Ok(Some((min, max))) => format!("{} to {}", min.as_secs() / 60, max.as_secs() / 60),
        Ok(None) => "never".to_string(),
        Err(why) => why,
    };
    assert_eq!(said, expected, "{text}");
}

#[test]
fn a_crontab_has_five_fields() {
    let check = |text, expected| check(text, Dialect::Crontab, expected);
    check("*/5 * * * *", "5 to 5");
    check("0 3 * * *", "1440 to 1440");
    check("0 3 * * 1-5", "1440 to 4320");
    check("0 3 * * SUN", "10080 to 10080");
    check("0 8,20 * * *", "720 to 720");
    check("50/5 * * * *", "5 to 55");
    check("0 0 1 * *", "40320 to 44640");
    check("@every 90m", "90 to 90");
    check("@daily", "1440 to 1440");
    check("0 0 0 * * *", "it has 6 fields, and its reader wants five");
    check("0 24 * * *", "`24` is no hour from 0 to 23");
    check("0 0 * * 7", "`7` is no day of the week from 0 to 6");
    check("*/0 * * * *", "`*/0` is no minute from 0 to 59");
    check("@noon", "nobody knows `@noon`");
    check("TZ=UTC 0 3 * * *", "1440 to 1440");
}

#[test]
fn a_day_that_never_comes_is_no_run() {
    check("0 0 31 2 *", Dialect::Crontab, "never");
    check("0 0 29 2 *", Dialect::Crontab, "2103840 to 2103840");
    // Either field of days is enough where both are written.
    check("0 0 31 2 1", Dialect::Crontab, "10080 to 504000");
}

#[test]
fn five_fields_begin_with_seconds_to_the_first_version() {
    check("0 0 3 * * *", Dialect::WithSeconds, "1440 to 1440");
    check("0 3 * * *", Dialect::WithSeconds, "60 to 60");
    check("3 * * *", Dialect::WithSeconds, "it has 4 fields, and its reader wants six");
}

#[test]
fn amazon_counts_days_from_sunday_and_writes_rates_in_words() {
    let days = |text: &str| {
        let gaps = Schedule::of_amazon(text).and_then(|it| it.gaps());
        gaps.map(|it| it.1.as_secs() / (24 * 60 * 60))
    };
    assert_eq!(days("cron(0 5 ? * SUN *)"), Some(7));
    assert_eq!(days("cron(0 5 ? * 1 *)"), Some(7));
    assert_eq!(days("cron(0 5 ? * 2-6 *)"), Some(3));
    assert_eq!(days("rate(2 days)"), Some(2));
    assert_eq!(days("cron(0 5 ? * THU#3 *)"), Some(35));
    assert_eq!(days("cron(0 5 ? * 3#5 *)"), Some(119));
    assert_eq!(days("cron(0 5 ? * 6L *)"), Some(35));
    assert_eq!(days("cron(0 5 ? 1 FRIL *)"), Some(371));
    assert_eq!(days("cron(0 5 ? * L *)"), Some(7));
    assert_eq!(days("cron(0 5 L * ? *)"), Some(31));
    let unread = [
        "cron(0 5 ? * THU#6 *)",
        "cron(0 5 ? * 3#1,6#3 *)",
        "cron(0 5 ? * 2,6L *)",
        "cron(0 5 L-2 * ? *)",
        "cron(0 5 LW * ? *)",
        "cron(0 5 15W * ? *)",
        "cron(0 5 * * ? 2027)",
        "0 5 * * *",
        "rate(often)",
        "rate(18446744073709551615 days)",
    ];
    for text in unread {
        assert_eq!(days(text), None, "{text}");
    }
}

#[test]
fn azure_repeats_an_interval_from_a_moment_on() {
    let hours = |text: &str| {
        let gaps = Schedule::of_azure(text).and_then(|it| it.gaps());
        gaps.map(|it| it.1.as_secs() / (60 * 60))
    };
    assert_eq!(hours("R/2021-05-23T02:30:00+00:00/P1W"), Some(168));
    assert_eq!(hours("R/2021-05-23T02:30:00+00:00/PT4H"), Some(4));
    assert_eq!(hours("R/2021-05-23T02:30:00+00:00/P1DT12H"), Some(36));
    let unread = ["P1W", "R/P1W", "R/a/P", "R/a/PT", "R/a/P0D", "R/a/P1H", "R/a/PT1D", "R/a/P1.5D"];
    for text in unread.into_iter().chain(["R/a/P99999999999999999999Y", "R/a/P1Dé"]) {
        assert_eq!(hours(text), None, "{text}");
    }
}
