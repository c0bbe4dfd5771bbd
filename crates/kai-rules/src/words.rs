//! Words that many messages share.

use std::time::Duration;

/// `a`, `a and b`, `a, b and 3 more`, each in backticks.
pub(crate) fn list<T: AsRef<str>>(names: &[T]) -> String {
    let quoted = |it: &T| format!("`{}`", it.as_ref());
    match names {
        [] => "nothing".to_string(),
        [one] => quoted(one),
        [one, two] => format!("{} and {}", quoted(one), quoted(two)),
        [one, two, three] => format!("{}, {} and {}", quoted(one), quoted(two), quoted(three)),
        [one, two, rest @ ..] => {
            format!("{}, {} and {} more", quoted(one), quoted(two), rest.len())
        }
    }
}

/// `a`, `a or b`, `a, b or c`, each in backticks.
pub(crate) fn any<T: AsRef<str>>(names: &[T]) -> String {
    let listed = list(names);
    listed.rsplit_once(" and ").map_or(listed.clone(), |(head, last)| format!("{head} or {last}"))
}

/// `1 pod`, `3 pods`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// `Both pods`, `All 3 pods`, as a sentence begins.
pub(crate) fn every(number: usize, nouns: &str) -> String {
    let all = match number {
        2 => "Both".to_owned(),
        number => format!("All {number}"),
    };
    format!("{all} {nouns}")
}

/// `a` stops, `a` and `b` stop.
pub(crate) fn stop<T: AsRef<str>>(names: &[T]) -> String {
    format!("{} {}", list(names), if names.len() == 1 { "stops" } else { "stop" })
}

/// `a` fails where it needs it: what a caller makes of that is not written down.
pub(crate) fn fail<T: AsRef<str>>(names: &[T]) -> String {
    let verb = if names.len() == 1 { "fails where it needs it" } else { "fail where they need it" };
    format!("{} {verb}", list(names))
}

/// `a`, `a and b`, `a, b and c`, as they are.
pub(crate) fn clauses(clauses: &[&str]) -> String {
    match clauses {
        [] => String::new(),
        [one] => (*one).to_string(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

/// `90 s`, `2 min 30 s`, `12 hours`, `3 days 1 hour`: in full, the largest unit first of which there are two.
pub(crate) fn time(time: Duration) -> String {
    const UNITS: [(u64, &str, &str); 4] =
        [(86_400, "day", "days"), (3600, "hour", "hours"), (60, "min", "min"), (1, "s", "s")];
    let (mut seconds, millis) = (time.as_secs(), time.subsec_millis());
    let mut parts = Vec::new();
    for (length, one, many) in UNITS {
        let count = seconds / length;
        if count > 1 || (count == 1 && (length == 1 || !parts.is_empty())) {
            parts.push(format!("{count} {}", if count == 1 { one } else { many }));
            seconds %= length;
        }
    }
    if millis > 0 || parts.is_empty() {
        parts.push(format!("{millis} ms"));
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_said_in_full() {
        let said = |seconds: f64| time(Duration::from_secs_f64(seconds));
        assert_eq!(said(150.0), "2 min 30 s");
        assert_eq!(said(90.0), "90 s");
        assert_eq!(said(0.25), "250 ms");
        assert_eq!(said(5400.0), "90 min");
        assert_eq!(said(9000.0), "2 hours 30 min");
        assert_eq!(said(176_461.0), "2 days 1 hour 1 min 1 s");
    }
}
