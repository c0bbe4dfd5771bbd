//! When production is to be left alone.

use kai_graph::{Dialect, Periods};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::pattern::{Many, many};
use crate::{At, Cron, Length, Zone};

/// A time in which nothing may change by itself: market hours, month-end.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Busy {
    /// As people call it: `market hours`.
    pub name: At<String>,
    /// When it begins, as cron writes it: `0 9 * * 1-5`; `L` is the last day of a month, `L-2` the one two days
    /// before it.
    pub schedule: At<Cron>,
    /// How long it lasts: `8h30m`.
    pub duration: At<Length>,
    /// By which clocks it begins, as IANA names them: `Europe/Berlin`; UTC where it is left out.
    pub time_zone: Option<At<Zone>>,
    /// Journeys that are busy then; all that runs in production where it is left out.
    #[serde(default, deserialize_with = "many")]
    #[schemars(with = "Many<String>")]
    pub journeys: Vec<At<String>>,
}

impl Busy {
    /// The time zone by its name.
    #[must_use]
    pub fn zone(&self) -> &str {
        self.time_zone.as_ref().map_or("UTC", |it| it.value.0.as_str())
    }

    /// Its name, and when it is: ``market hours (`0 9 * * 1-5` for 8h30m, Europe/Berlin)``.
    #[must_use]
    pub fn in_words(&self) -> String {
        let Self { name, schedule, duration, .. } = self;
        let (schedule, zone) = (&schedule.value.0, self.zone());
        format!("{} (`{schedule}` for {}, {zone})", name.value, duration.value)
    }

    /// When it is busy, over a year.
    #[must_use]
    pub fn periods(&self) -> Periods {
        let lasts = self.duration.value.0;
        let schedule = &self.schedule.value.0;
        Periods::of(schedule, Dialect::WithLastDays, lasts, self.zone()).unwrap_or_default()
    }
}
