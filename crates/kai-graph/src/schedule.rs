//! When something that is due again and again is due, as Go's cron library reads it.
//!
//! CronJobs, Velero and most operators take five fields. CloudNativePG reads the same library's first
//! version, which begins with seconds and lets the last field be left out, so that the five fields of
//! a crontab mean something else to it.

use std::time::Duration;

use crate::quantity::{duration, iso_duration};

/// Who reads the expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Minute, hour, day, month, day of the week.
    Crontab,
    /// The same after a second; the day of the week may be left out.
    WithSeconds,
    /// A crontab in which `L` is the last day of a month and `L-2` the one two days before it.
    WithLastDays,
}

/// A schedule that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schedule {
    Every(Duration),
    Times(Times),
}

/// The minutes of the day, and the days. Each number is a set of bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Times {
    minutes: u64,
    hours: u64,
    days: u64,
    /// Days before the last one of a month.
    last_days: u64,
    months: u64,
    weekdays: u64,
    /// Which of a month's days of the week: the first to the fifth, and 0 for the last.
    weeks: u64,
    /// One of the two fields of days is a star, so that the other one decides alone.
    is_either_day_any: bool,
}

/// A day of the week in every week, as a set of weeks.
const EVERY_WEEK: u64 = 0b11_1110;
/// The last one of a month.
const LAST_WEEK: u64 = 1;

/// What one field may hold.
struct Field {
    name: &'static str,
    min: u32,
    max: u32,
    names: &'static [&'static str],
}

const MONTHS: &[&str] =
    &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const SECOND: Field = Field { name: "second", min: 0, max: 59, names: &[] };
const MINUTE: Field = Field { name: "minute", ..SECOND };
const HOUR: Field = Field { name: "hour", min: 0, max: 23, names: &[] };
const DAY: Field = Field { name: "day of the month", min: 1, max: 31, names: &[] };
const MONTH: Field = Field { name: "month", min: 1, max: 12, names: MONTHS };
const WEEKDAY: Field = Field { name: "day of the week", min: 0, max: 6, names: WEEKDAYS };

impl Schedule {
    /// The schedule, or what is wrong with it, as a clause.
    ///
    /// # Errors
    ///
    /// Says why the reader refuses it.
    pub fn parse(text: &str, dialect: Dialect) -> Result<Self, String> {
        let text = text.trim();
        let text = match text.split_once(' ') {
            Some((zone, rest)) if zone.starts_with("TZ=") || zone.starts_with("CRON_TZ=") => rest,
            _ => text,
        };
        if let Some(name) = text.strip_prefix('@') {
            return descriptor(name);
        }
        let fields: Vec<&str> = text.split_whitespace().collect();
        let fields = match (dialect, &fields[..]) {
            (Dialect::Crontab | Dialect::WithLastDays, [minute, hour, day, month, weekday]) => {
                [minute, hour, day, month, weekday]
            }
            (Dialect::WithSeconds, [second, minute, hour, day, month, rest @ ..])
                if rest.len() < 2 =>
            {
                SECOND.parse(second)?;
                [minute, hour, day, month, rest.first().unwrap_or(&"*")]
            }
            (Dialect::Crontab | Dialect::WithLastDays, _) => {
                return Err(wrong_count(fields.len(), "five"));
            }
            (Dialect::WithSeconds, _) => return Err(wrong_count(fields.len(), "six")),
        };
        let [minute, hour, day, month, weekday] = fields;
        let is_any = |it: &str| it.starts_with(['*', '?']);
        let (last_days, days) = match dialect {
            Dialect::WithLastDays => last_days(day),
            Dialect::Crontab | Dialect::WithSeconds => (0, (*day).to_owned()),
        };
        Ok(Self::Times(Times {
            minutes: MINUTE.parse(minute)?,
            hours: HOUR.parse(hour)?,
            days: if days.is_empty() { 0 } else { DAY.parse(&days)? },
            last_days,
            months: MONTH.parse(month)?,
            weekdays: WEEKDAY.parse(weekday)?,
            weeks: EVERY_WEEK,
            is_either_day_any: is_any(day) || is_any(weekday),
        }))
    }

    /// `cron(0 5 ? * SUN *)` and `rate(12 hours)`, as Amazon writes them: the day of the week is counted from
    /// Sunday as 1 and may be the third of a month (`THU#3`) or its last (`6L`), and a year stands last
    /// (docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html). None for what has no such form here,
    /// such as the workday nearest to a date (`15W`).
    #[must_use]
    pub fn of_amazon(text: &str) -> Option<Self> {
        if let Some(rate) = text.strip_prefix("rate(").and_then(|it| it.strip_suffix(')')) {
            let (count, unit) = rate.trim().split_once(' ')?;
            let seconds = match unit.trim().trim_end_matches('s') {
                "minute" => 60,
                "hour" => 60 * 60,
                "day" => 24 * 60 * 60,
                _ => return None,
            };
            let seconds = count.parse::<u64>().ok()?.checked_mul(seconds)?;
            return Some(Self::Every(Duration::from_secs(seconds)));
        }
        let fields = text.strip_prefix("cron(")?.strip_suffix(')')?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let [minute, hour, day, month, weekday, "*"] = fields[..] else { return None };
        let any = |it: &str| if it == "?" { "*".to_owned() } else { it.to_owned() };
        let (weekday, weeks) = weeks(weekday)?;
        if day.contains("L-") || weekday.contains('/') {
            return None;
        }
        let from_sunday = |it: char| match it.to_digit(10) {
            Some(day @ 1..=7) => char::from_digit(day - 1, 10).unwrap_or(it),
            _ => it,
        };
        let weekday: String = any(weekday).chars().map(from_sunday).collect();
        let crontab = format!("{minute} {hour} {} {month} {weekday}", any(day));
        match Self::parse(&crontab, Dialect::WithLastDays).ok()? {
            Self::Times(times) => Some(Self::Times(Times { weeks, ..times })),
            Self::Every(_) => None,
        }
    }

    /// `R/2021-05-23T02:30:00+00:00/P1W`, as Azure writes it: an interval of ISO 8601 that repeats from a moment on.
    /// None for what has no such form.
    #[must_use]
    pub fn of_azure(text: &str) -> Option<Self> {
        let (_, interval) = text.strip_prefix("R/")?.split_once('/')?;
        iso_duration(interval).filter(|it| !it.is_zero()).map(Self::Every)
    }

    /// The shortest and the longest time from one run to the next; none where no day ever comes.
    #[must_use]
    pub fn gaps(&self) -> Option<(Duration, Duration)> {
        match self {
            Self::Every(interval) => Some((*interval, *interval)),
            Self::Times(times) => times.gaps(),
        }
    }
}

/// The days before the last one of a month that a list names, and the rest of the list.
fn last_days(list: &str) -> (u64, String) {
    let before = |part: &str| match part.strip_prefix('L')? {
        "" => Some(0),
        it => it.strip_prefix('-')?.parse::<u32>().ok().filter(|it| *it < DAY.max),
    };
    let set = list.split(',').filter_map(before).fold(0, |set, it| set | 1 << it);
    let rest: Vec<&str> = list.split(',').filter(|it| before(it).is_none()).collect();
    (set, rest.join(","))
}

/// What Amazon writes as a day of the week, without which of a month's it is, and these. `L` alone ends the week.
fn weeks(weekday: &str) -> Option<(&str, u64)> {
    let (day, weeks) = match (weekday.split_once('#'), weekday.strip_suffix('L')) {
        (Some((day, week)), _) => {
            let week = week.parse::<u32>().ok().filter(|it| (1..=5).contains(it))?;
            (day, 1 << week)
        }
        (None, Some("")) => ("SAT", EVERY_WEEK),
        (None, Some(day)) => (day, LAST_WEEK),
        (None, None) => return Some((weekday, EVERY_WEEK)),
    };
    let is_one_day = !day.contains([',', '-', '*', '?']);
    is_one_day.then_some((day, weeks))
}

fn wrong_count(count: usize, wanted: &str) -> String {
    format!("it has {count} fields, and its reader wants {wanted}")
}

fn descriptor(name: &str) -> Result<Schedule, String> {
    let hours = |count: u64| Ok(Schedule::Every(Duration::from_secs(count * 60 * 60)));
    // Velero and others let one choose a random minute.
    match name.strip_suffix("-random").unwrap_or(name) {
        "yearly" | "annually" => hours(365 * 24),
        "monthly" => hours(30 * 24),
        "weekly" => hours(7 * 24),
        "daily" | "midnight" => hours(24),
        "hourly" => hours(1),
        it => it
            .strip_prefix("every ")
            .and_then(duration)
            .filter(|it| !it.is_zero())
            .map(Schedule::Every)
            .ok_or_else(|| format!("nobody knows `@{it}`")),
    }
}

impl Field {
    /// The set of what a list of ranges names.
    fn parse(&self, text: &str) -> Result<u64, String> {
        let mut set = 0;
        for part in text.split(',') {
            set |= self.range(part).ok_or_else(|| self.refusal(part))?;
        }
        Ok(set)
    }

    fn range(&self, part: &str) -> Option<u64> {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse::<u32>().ok().filter(|it| *it > 0)?),
            None => (part, 1),
        };
        let has_step = part.contains('/');
        let (first, last) = match range {
            "*" | "?" => (self.min, self.max),
            _ => match range.split_once('-') {
                Some((first, last)) => (self.value(first)?, self.value(last)?),
                None if has_step => (self.value(range)?, self.max),
                None => (self.value(range)?, self.value(range)?),
            },
        };
        let is_inside = self.min <= first && first <= last && last <= self.max;
        let every = (first..=last).step_by(step as usize);
        is_inside.then(|| every.fold(0, |set, it| set | 1 << it))
    }

    fn all(&self) -> u64 {
        (self.min..=self.max).fold(0, |set, it| set | 1 << it)
    }

    fn value(&self, text: &str) -> Option<u32> {
        let by_name = self.names.iter().position(|it| it.eq_ignore_ascii_case(text));
        let by_name = by_name.and_then(|it| u32::try_from(it).ok()).map(|it| it + self.min);
        by_name.or_else(|| text.parse().ok())
    }

    fn refusal(&self, part: &str) -> String {
        let Self { name, min, max, .. } = self;
        format!("`{part}` is no {name} from {min} to {max}")
    }
}

impl Times {
    fn gaps(&self) -> Option<(Duration, Duration)> {
        let minutes: Vec<u64> = self.minutes_of_day().collect();
        let (first, last) = (*minutes.first()?, *minutes.last()?);
        let within = minutes.windows(2).map(|it| it[1] - it[0]);
        let days = self.days();
        days.first()?;
        let between = days.windows(2).map(|it| (it[1] - it[0]) * 24 * 60 + first - last);
        let mut all: Vec<u64> = within.chain(between).collect();
        all.sort_unstable();
        let minutes = |it: &u64| Duration::from_secs(it * 60);
        Some((minutes(all.first()?), minutes(all.last()?)))
    }

    /// The numbers of the days; two of them stand for every day.
    fn days(&self) -> Vec<u64> {
        if (MONTH.all(), DAY.all(), WEEKDAY.all()) == (self.months, self.days, self.weekdays) {
            return vec![0, 1];
        }
        // Leap days come back every four years.
        (0..).zip(calendar()).filter(|it| self.is_due(&it.1)).map(|it| it.0).collect()
    }

    /// The minutes of a day on which it is due.
    pub(crate) fn minutes_of_day(&self) -> impl Iterator<Item = u64> {
        (0..24 * 60).filter(|it| has(self.hours, it / 60) && has(self.minutes, it % 60))
    }

    pub(crate) fn is_due(&self, day: &Day) -> bool {
        let by_day = has(self.days, day.day) || has(self.last_days, day.left);
        let is_week = has(self.weeks, day.day.div_ceil(7)) || has(self.weeks, 0) && day.left < 7;
        let by_weekday = has(self.weekdays, day.weekday) && is_week;
        let is_day = match self.is_either_day_any {
            true => by_day && by_weekday,
            false => by_day || by_weekday,
        };
        has(self.months, day.month) && is_day
    }
}

fn has(set: u64, it: u64) -> bool {
    set & 1 << it != 0
}

/// A day of the calendar.
pub(crate) struct Day {
    pub(crate) month: u64,
    pub(crate) day: u64,
    /// From Sunday on.
    pub(crate) weekday: u64,
    /// Days of the month that come after it.
    pub(crate) left: u64,
}

/// The days of nine years, from the first of January 2024, a Monday.
fn calendar() -> impl Iterator<Item = Day> {
    let length = |year: u64, month: u64| match month {
        2 if year.is_multiple_of(4) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let months = (2024..2033).flat_map(|year| (1..=12).map(move |month| (year, month)));
    let days = months.flat_map(move |(year, month)| {
        let length = length(year, month);
        (1..=length).map(move |day| (month, day, length - day))
    });
    (1..).zip(days).map(|(number, (month, day, left))| Day {
        month,
        day,
        weekday: number % 7,
        left,
    })
}
