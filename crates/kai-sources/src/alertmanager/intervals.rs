//! Time intervals, as far as they decide about weekends.

use kai_core::{Node, OriginId, SmolStr, Traced};

use crate::fields::Fields;

const WEEK: [&str; 7] =
    ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// Every interval that a configuration defines.
pub(super) struct Intervals {
    all: Vec<Interval>,
}

struct Interval {
    name: SmolStr,
    origin: OriginId,
    /// True where some hour of Saturday or Sunday is in it, or may be.
    touches_weekend: bool,
    /// True where all of Saturday and Sunday is in it.
    covers_weekend: bool,
}

impl Intervals {
    pub(super) fn of(configuration: Fields<'_>) -> Self {
        let lists = ["time_intervals", "mute_time_intervals", "muteTimeIntervals", "timeIntervals"];
        let defined = lists.into_iter().flat_map(|it| configuration.list(it));
        Self { all: defined.filter_map(interval).collect() }
    }

    /// The interval that keeps a route silent at weekends: the first of those outside of which it
    /// says nothing, where none of them has any of a weekend, or one in which it says nothing.
    pub(super) fn silent_weekend(&self, route: Fields<'_>) -> Option<Traced<SmolStr>> {
        let named = |keys: [&'static str; 2]| {
            let names = keys.into_iter().flat_map(|it| route.names(it));
            names.map(|(name, _)| self.all.iter().find(|it| it.name == name)).collect::<Vec<_>>()
        };
        let active = named(["active_time_intervals", "activeTimeIntervals"]);
        let is_away = |it: &Option<&Interval>| it.is_some_and(|it| !it.touches_weekend);
        let outside = active.first().copied().flatten().filter(|_| active.iter().all(is_away));
        let muted = named(["mute_time_intervals", "muteTimeIntervals"]);
        let inside = muted.into_iter().flatten().find(|it| it.covers_weekend);
        let found = outside.or(inside)?;
        Some(Traced { value: found.name.clone(), origin: found.origin })
    }
}

fn interval(fields: Fields<'_>) -> Option<Interval> {
    let (name, origin) = fields.name("name")?;
    let spans = ["time_intervals", "timeIntervals"].into_iter().flat_map(|it| fields.list(it));
    let spans: Vec<_> =
        spans.map(|it| (days(it.nodes("weekdays")), is_by_days_alone(it))).collect();
    let has = |days: &Option<Vec<usize>>, day| days.as_ref().is_none_or(|it| it.contains(&day));
    let touches = |day| spans.iter().any(|(days, _)| has(days, day));
    let covers = |day| spans.iter().any(|(days, alone)| *alone && has(days, day));
    Some(Interval {
        name,
        origin,
        touches_weekend: touches(0) || touches(6),
        covers_weekend: covers(0) && covers(6),
    })
}

/// True where nothing but days of the week limits it.
fn is_by_days_alone(span: Fields<'_>) -> bool {
    span.entries().all(|(key, _)| matches!(key.as_str(), "weekdays" | "location"))
}

/// The days of the week, from Sunday; none where all of them are meant, or one cannot be read.
fn days(written: &[Node]) -> Option<Vec<usize>> {
    let at = |name: &str| WEEK.iter().position(|it| name.trim().eq_ignore_ascii_case(it));
    let mut days = Vec::new();
    for node in written {
        let text = node.text()?;
        let (first, last) = text.split_once(':').unwrap_or((text, text));
        days.extend(at(first)?..=at(last)?);
    }
    (!days.is_empty()).then_some(days)
}
