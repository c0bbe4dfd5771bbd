//! Numbers, with their units and what they count.

use super::words::{stems, tokens};

/// A number as it stands in a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Quantity {
    /// As it was written.
    pub(super) written: String,
    value: f64,
    unit: Unit,
    /// Words around it, the nearest first: those behind it, and those before it.
    after: Vec<String>,
    before: Vec<String>,
}

/// With the value in the smallest of its kind.
#[derive(Debug, Clone, PartialEq)]
enum Unit {
    None,
    Seconds,
    Bytes,
    Percent,
    Other(String),
}

/// Words that stand for numbers.
const WORDS: &[(&str, f64)] = &[
    ("zero", 0.0),
    ("one", 1.0),
    ("single", 1.0),
    ("lone", 1.0),
    ("once", 1.0),
    ("two", 2.0),
    ("twice", 2.0),
    ("both", 2.0),
    ("couple", 2.0),
    ("pair", 2.0),
    ("three", 3.0),
    ("thrice", 3.0),
    ("triple", 3.0),
    ("double", 2.0),
    ("half", 0.5),
    ("four", 4.0),
    ("five", 5.0),
    ("six", 6.0),
    ("seven", 7.0),
    ("eight", 8.0),
    ("nine", 9.0),
    ("ten", 10.0),
    ("eleven", 11.0),
    ("twelve", 12.0),
    ("dozen", 12.0),
    ("thirteen", 13.0),
    ("fourteen", 14.0),
    ("fifteen", 15.0),
    ("sixteen", 16.0),
    ("seventeen", 17.0),
    ("eighteen", 18.0),
    ("nineteen", 19.0),
    ("twenty", 20.0),
    ("thirty", 30.0),
    ("forty", 40.0),
    ("fifty", 50.0),
    ("sixty", 60.0),
    ("seventy", 70.0),
    ("eighty", 80.0),
    ("ninety", 90.0),
    ("hundred", 100.0),
    ("thousand", 1000.0),
    ("million", 1e6),
    ("billion", 1e9),
];

const UNITS: &[(&str, f64, Unit)] = &[
    ("ms", 0.001, Unit::Seconds),
    ("millisecond", 0.001, Unit::Seconds),
    ("s", 1.0, Unit::Seconds),
    ("sec", 1.0, Unit::Seconds),
    ("second", 1.0, Unit::Seconds),
    ("min", 60.0, Unit::Seconds),
    ("minute", 60.0, Unit::Seconds),
    ("h", 3600.0, Unit::Seconds),
    ("hour", 3600.0, Unit::Seconds),
    ("d", 86400.0, Unit::Seconds),
    ("day", 86400.0, Unit::Seconds),
    ("week", 604_800.0, Unit::Seconds),
    ("b", 1.0, Unit::Bytes),
    ("byte", 1.0, Unit::Bytes),
    ("k", 1e3, Unit::Bytes),
    ("kb", 1e3, Unit::Bytes),
    ("mb", 1e6, Unit::Bytes),
    ("gb", 1e9, Unit::Bytes),
    ("g", 1e9, Unit::Bytes),
    ("tb", 1e12, Unit::Bytes),
    ("ki", 1024.0, Unit::Bytes),
    ("kib", 1024.0, Unit::Bytes),
    ("mi", 1_048_576.0, Unit::Bytes),
    ("mib", 1_048_576.0, Unit::Bytes),
    ("gi", 1_073_741_824.0, Unit::Bytes),
    ("gib", 1_073_741_824.0, Unit::Bytes),
    ("ti", 1_099_511_627_776.0, Unit::Bytes),
    ("tib", 1_099_511_627_776.0, Unit::Bytes),
    ("%", 1.0, Unit::Percent),
    ("percent", 1.0, Unit::Percent),
];

/// Words that begin what has to be so first.
const BEHIND_WHEN: &[&str] =
    &["a", "an", "it", "its", "that", "the", "their", "these", "they", "this", "those", "you"];

/// Words that count the same.
const ALIKE: &[&[&str]] = &[&["pod", "replica", "copy", "instance"]];
/// A noun stands no further from its number in evidence.
const WINDOW: usize = 5;

/// True for a word that stands for a number.
pub(super) fn is_number_word(word: &str) -> bool {
    WORDS.iter().any(|it| it.0 == word)
}

/// A word that is a number, or a number with its unit, or some of them in a row (`3/5`, `2-4`).
pub(super) fn is_number(token: &str) -> bool {
    is_number_word(token) || parts(token).is_some()
}

/// True for a word that is the unit of a number before it.
pub(super) fn is_unit(word: &str) -> bool {
    let forms = stems(word);
    UNITS.iter().any(|it| forms.iter().any(|form| form == it.0))
}

/// Every number of a text of one spelling.
pub(super) fn quantities(normal: &str) -> Vec<Quantity> {
    let mut found = Vec::new();
    for line in normal.lines() {
        let tokens = tokens(line);
        for (at, token) in tokens.iter().enumerate() {
            let near = |it: &str| {
                stems(it.trim_matches(|it: char| !it.is_alphanumeric()))
                    .last()
                    .cloned()
                    .unwrap_or_default()
            };
            let after: Vec<String> =
                tokens[at + 1..].iter().take(WINDOW).map(|it| near(it)).collect();
            let before: Vec<String> =
                tokens[..at].iter().rev().take(WINDOW).map(|it| near(it)).collect();
            // `once it has lasted` says when, not how often.
            let is_when =
                *token == "once" && tokens.get(at + 1).is_some_and(|it| BEHIND_WHEN.contains(it));
            for (value, unit) in numbers(token).into_iter().filter(|_| !is_when) {
                let next = tokens.get(at + 1).copied().unwrap_or_default();
                let (value, unit) = scaled(value, &unit, next);
                found.push(Quantity {
                    written: (*token).to_owned(),
                    value,
                    unit,
                    after: after.clone(),
                    before: before.clone(),
                });
            }
        }
    }
    found
}

fn numbers(token: &str) -> Vec<(f64, String)> {
    if let Some((_, value)) = WORDS.iter().find(|it| it.0 == token) {
        return vec![(*value, String::new())];
    }
    if let Some(parts) = parts(token) {
        return parts;
    }
    // `replicas=3`, `Deployment/x:3`, `timeout:30s`: what evidence is written like.
    let pieces = token.split(['=', ':', ',', '(', ')', '[', ']', '/', '"']);
    pieces.filter_map(number).collect()
}

fn parts(token: &str) -> Option<Vec<(f64, String)>> {
    let token =
        token.trim_start_matches(['~', '≈', '<', '>', '≤', '≥', '=', '+', '±', '#', '$', '€', '×']);
    if token.is_empty() {
        return None;
    }
    if let Some(it) = number(token) {
        return Some(vec![it]);
    }
    let pieces: Vec<Option<(f64, String)>> =
        token.split(['/', '-', '–', '×']).map(number).collect();
    pieces.into_iter().collect()
}

fn number(word: &str) -> Option<(f64, String)> {
    let end = word
        .find(|it: char| !(it.is_ascii_digit() || matches!(it, '.' | ',' | '_')))
        .unwrap_or(word.len());
    let (digits, unit) = word.split_at(end);
    let is_unit = unit.chars().count() <= 5
        && unit.chars().all(|it| it.is_alphabetic() || matches!(it, '%' | '²' | '×'));
    if !digits.starts_with(|it: char| it.is_ascii_digit()) || !is_unit {
        return None;
    }
    let digits = digits.trim_end_matches(['.', ',']);
    let plain: String = digits.chars().filter(|it| !matches!(it, ',' | '_')).collect();
    Some((plain.parse().ok()?, unit.to_owned()))
}

fn scaled(value: f64, unit: &str, next: &str) -> (f64, Unit) {
    let known = |word: &str| {
        let forms = stems(word);
        UNITS.iter().find(|it| forms.iter().any(|form| form == it.0)).cloned()
    };
    if !unit.is_empty() {
        return match known(unit) {
            Some((_, factor, unit)) => (value * factor, unit),
            None => (value, Unit::Other(unit.to_owned())),
        };
    }
    // A letter alone behind a space is no unit, `3 a`.
    match known(next).filter(|it| it.0.len() > 1 || it.0 == "%") {
        Some((_, factor, unit)) => (value * factor, unit),
        None => (value, Unit::None),
    }
}

impl Quantity {
    /// True where evidence has this number, of this unit, for this thing.
    pub(super) fn is_in(&self, evidence: &[Self], is_function: impl Fn(&str) -> bool) -> bool {
        let noun = self.noun(is_function);
        evidence
            .iter()
            .any(|it| self.is_same(it) && noun.as_deref().is_none_or(|noun| it.is_near(noun)))
    }

    fn is_same(&self, other: &Self) -> bool {
        let equal = |one: f64, two: f64| (one - two).abs() <= 1e-9 * one.abs().max(two.abs());
        if self.unit == other.unit {
            return equal(self.value, other.value);
        }
        // `periodSeconds: 30` has its unit in its name.
        let named = other.before.first().map(String::as_str).unwrap_or_default();
        let factor = match (&self.unit, &other.unit) {
            (Unit::Seconds, Unit::None) if named.ends_with("second") => 1.0,
            (Unit::Seconds, Unit::None) if named.ends_with("minute") => 60.0,
            _ => return false,
        };
        equal(self.value, other.value * factor)
    }

    /// What it counts: the word behind it, or the last one before it that says something.
    fn noun(&self, is_function: impl Fn(&str) -> bool) -> Option<String> {
        if self.unit != Unit::None {
            return None;
        }
        let says = |it: &&String| !it.is_empty() && !is_function(it) && !is_number(it);
        let counted = match self.after.first() {
            Some(it) if says(&it) => Some(it),
            // `2 of the 3 pods`
            Some(it) if it == "of" => self.after.iter().find(says),
            _ => None,
        };
        counted.or_else(|| self.before.iter().take(3).find(says)).cloned()
    }

    fn is_near(&self, noun: &str) -> bool {
        let alike = ALIKE.iter().find(|it| it.contains(&noun));
        let is_meant = |it: &String| {
            it == noun
                || alike.is_some_and(|all| all.iter().any(|one| it == one || it.ends_with(one)))
        };
        self.after.iter().chain(&self.before).any(is_meant)
    }
}
