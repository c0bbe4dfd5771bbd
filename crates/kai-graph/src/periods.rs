//! When something that begins by a schedule and lasts is going on, over one year.
//!
//! The year is always the same one, with a 29th of February: what is said of it does not depend on the day on
//! which it is said. Clocks are set as the rules of each zone say.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;

use crate::schedule::{Day, Dialect, Schedule, Times};

/// Times of one year in seconds, in order and apart from each other; the end of one is not part of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Periods(Vec<(i64, i64)>);

const FIRST: Date = date(2028, 1, 1);
const AFTER: Date = date(2029, 1, 1);
const DAY: i64 = 24 * 60 * 60;
const MINUTE: i64 = 60;

/// True for a time zone of the IANA database: `Europe/Berlin`.
#[must_use]
pub fn is_zone(name: &str) -> bool {
    TimeZone::get(name).is_ok()
}

impl Periods {
    /// The whole year.
    #[must_use]
    pub fn always() -> Self {
        Self(vec![(start_of(FIRST), start_of(AFTER))])
    }

    /// Nothing where the schedule or the zone cannot be read, and for one that counts from its first run.
    #[must_use]
    pub fn of(schedule: &str, dialect: Dialect, lasts: Duration, zone: &str) -> Option<Self> {
        let zone = TimeZone::get(zone).ok()?;
        let Ok(Schedule::Times(times)) = Schedule::parse(schedule, dialect) else { return None };
        let (first, after) = (start_of(FIRST), start_of(AFTER));
        let lasts = i64::try_from(lasts.as_secs()).unwrap_or(i64::MAX).min(after - first);
        let runs = runs(&times, lasts);
        let mut all = Vec::new();
        // What begins before the year may reach into it; zones are less than a day apart.
        for number in -1 - lasts.div_euclid(DAY) - 1..(after - first) / DAY + 1 {
            let Some(day) = day(number) else { continue };
            if times.is_due(&as_day(day)) {
                let at = |minute| moment(day, minute, &zone);
                all.extend(
                    runs.iter().filter_map(|(from, to)| Some((at(*from)?, at(*to)? + lasts))),
                );
            }
        }
        let clipped = all.into_iter().map(|(from, to)| (from.max(first), to.min(after)));
        Some(Self::joined(clipped.collect()))
    }

    /// In order, with what touches as one.
    fn joined(mut all: Vec<(i64, i64)>) -> Self {
        all.retain(|it| it.0 < it.1);
        all.sort_unstable();
        let mut joined: Vec<(i64, i64)> = Vec::new();
        for (from, to) in all {
            match joined.last_mut().filter(|it| from <= it.1) {
                Some(last) => last.1 = last.1.max(to),
                None => joined.push((from, to)),
            }
        }
        Self(joined)
    }

    /// What is in one of the two.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self::joined([self.0, other.0].concat())
    }

    /// What is in both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let (mut own, mut others) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut both = Vec::new();
        while let (Some(one), Some(two)) = (own.peek(), others.peek()) {
            both.push((one.0.max(two.0), one.1.min(two.1)));
            if one.1 < two.1 {
                own.next();
            } else {
                others.next();
            }
        }
        Self::joined(both)
    }

    /// What is not in the other one.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        let mut rest = Vec::new();
        let mut from = start_of(FIRST);
        for (start, end) in &other.0 {
            rest.push((from, *start));
            from = *end;
        }
        rest.push((from, start_of(AFTER)));
        self.and(&Self::joined(rest))
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them together.
    #[must_use]
    pub fn total(&self) -> Duration {
        let seconds: i64 = self.0.iter().map(|(from, to)| to - from).sum();
        Duration::from_secs(seconds.unsigned_abs())
    }

    /// The most of them by the clocks of a zone, as people say it, and how many others there are: `Monday to
    /// Friday from 16:00 to 17:30`. Empty where there is none, and for a zone that nobody knows.
    #[must_use]
    pub fn in_words(&self, zone: &str) -> String {
        let Ok(zone) = TimeZone::get(zone) else { return String::new() };
        let mut alike: BTreeMap<Clock, Starts> = BTreeMap::new();
        for (from, to) in &self.0 {
            let (Some(from), Some(to)) = (civil(*from, &zone), civil(*to, &zone)) else { continue };
            let starts = alike.entry(Clock::of(from, to)).or_default();
            starts.weekdays |= 1 << from.weekday().to_sunday_zero_offset();
            starts.count += 1;
        }
        let all: i64 = alike.values().map(|it| it.count).sum();
        let longest = |it: &(Clock, Starts)| it.1.count * it.0.minutes();
        let Some((clock, starts)) = alike.into_iter().max_by_key(longest) else {
            return String::new();
        };
        let others = all - starts.count;
        let text = clock.in_words(&starts);
        match others {
            // What the ends of the year cut is like the others.
            0..=2 => text,
            many if many > starts.count => format!("at {all} times of a year"),
            many => format!("{text}, and at {many} other times of a year"),
        }
    }
}

/// The first and last of starts that come while the one before still lasts, in minutes of the day.
fn runs(times: &Times, lasts: i64) -> Vec<(i64, i64)> {
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for minute in times.minutes_of_day().filter_map(|it| i64::try_from(it).ok()) {
        match runs.last_mut().filter(|it| (minute - it.1) * MINUTE <= lasts) {
            Some(last) => last.1 = minute,
            None => runs.push((minute, minute)),
        }
    }
    runs
}

fn start_of(day: Date) -> i64 {
    moment(day, 0, &TimeZone::UTC).unwrap_or_default()
}

/// The day that many days after the first of the year.
fn day(number: i64) -> Option<Date> {
    FIRST.checked_add(jiff::Span::new().try_days(number).ok()?).ok()
}

fn as_day(day: Date) -> Day {
    let number = |it: i8| u64::from(it.unsigned_abs());
    Day {
        month: number(day.month()),
        day: number(day.day()),
        weekday: number(day.weekday().to_sunday_zero_offset()),
        left: number(day.days_in_month() - day.day()),
    }
}

/// When the clocks of a zone show a minute of a day; the first minute after a gap for one in it.
fn moment(day: Date, minute: i64, zone: &TimeZone) -> Option<i64> {
    let (hour, minute) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
    Some(zone.to_timestamp(day.at(hour, minute, 0, 0)).ok()?.as_second())
}

fn civil(second: i64, zone: &TimeZone) -> Option<DateTime> {
    Some(zone.to_datetime(Timestamp::from_second(second).ok()?))
}

/// What clocks show from the begin to the end of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Clock {
    /// Minutes of the day.
    from: i64,
    to: i64,
    nights: i64,
}

/// On which days of the week, as bits from Sunday on, and how often something begins.
#[derive(Debug, Default)]
struct Starts {
    weekdays: u8,
    count: i64,
}

const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

impl Clock {
    fn of(from: DateTime, to: DateTime) -> Self {
        let minute = |it: DateTime| i64::from(it.hour()) * 60 + i64::from(it.minute());
        let nights = (to.date() - from.date()).get_days();
        match (minute(to), i64::from(nights)) {
            // Midnight is the end of a day.
            (0, nights) if nights > 0 => {
                Self { from: minute(from), to: 24 * 60, nights: nights - 1 }
            }
            (to, nights) => Self { from: minute(from), to, nights },
        }
    }

    fn minutes(self) -> i64 {
        self.nights * 24 * 60 + self.to - self.from
    }

    fn in_words(self, starts: &Starts) -> String {
        let time = |it: i64| format!("{:02}:{:02}", it / 60, it % 60);
        let (from, to) = (time(self.from), time(self.to));
        let days: Vec<usize> = (0..7).filter(|it| starts.weekdays & 1 << it != 0).collect();
        // A year has 52 or 53 of each day of the week, and its ends may cut two.
        let is_each = starts.count >= 50 * i64::try_from(days.len()).unwrap_or(i64::MAX);
        match (self.nights, &days[..]) {
            (0, _) if is_each => format!("{} from {from} to {to}", in_words(&days)),
            (0, _) => format!("on {} days of a year from {from} to {to}", starts.count),
            (1, [_, _, _, _, _, _, _]) if is_each => format!("every night from {from} to {to}"),
            (nights, [day]) if is_each => {
                let end = (day + usize::try_from(nights).unwrap_or_default()) % 7;
                format!("from {} {from} to {} {to}", WEEKDAYS[*day], WEEKDAYS[end])
            }
            _ if starts.count == 1 => format!("once a year for {} h", self.minutes() / 60),
            _ => format!("{} times a year for {} h", starts.count, self.minutes() / 60),
        }
    }
}

/// `every day`, `Monday to Friday`, `Monday, Wednesday and Friday`.
fn in_words(days: &[usize]) -> String {
    // Weeks begin on Monday.
    let mut days: Vec<usize> = days.iter().map(|it| (it + 6) % 7).collect();
    days.sort_unstable();
    let name = |it: &usize| WEEKDAYS[(it + 1) % 7];
    match &days[..] {
        [_, _, _, _, _, _, _] => "every day".to_owned(),
        [first, .., last] if days.len() > 2 && last - first + 1 == days.len() => {
            format!("{} to {}", name(first), name(last))
        }
        [all @ .., last] if !all.is_empty() => {
            let all: Vec<&str> = all.iter().map(name).collect();
            format!("{} and {}", all.join(", "), name(last))
        }
        _ => days.iter().map(name).collect(),
    }
}
