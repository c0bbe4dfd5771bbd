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

/// `30 s`, `5 min`, `12 hours`, `3 days`: the largest unit that loses little.
pub(crate) fn time(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0 => format!("{} ms", time.as_millis()),
        1..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} hours", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}
