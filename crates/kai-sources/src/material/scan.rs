//! Finding material in a value.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use kai_core::{OriginId, SmolStr};
use kai_graph::{Likeness, Material, MaterialKind};

use super::{password, pem, registry, token, url};

/// Something found, as a range of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) kind: MaterialKind,
    pub(crate) range: Range<usize>,
}

impl Found {
    /// What is kept of it: not its bytes.
    pub(crate) fn material(&self, key: &SmolStr, text: &str, origin: OriginId) -> Material {
        let bytes = text.get(self.range.clone()).unwrap_or_default();
        Material {
            key: key.clone(),
            kind: self.kind,
            is_guessed_first: password::is_guessed_first(bytes),
            likeness: Likeness::of(bytes),
            origin,
        }
    }
}

/// What kind of place the value stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A Secret: a key that sounds secret holds one unless the value stands for another.
    Secret,
    /// A configuration or a variable, where `token` may be the name of one.
    Open,
}

/// What opens each form of material: the reader to call where it stands.
type Reader = fn(&str, usize) -> Option<Found>;

const OPENINGS: &[(&str, Reader)] = &[
    ("-----BEGIN ", pem::private_key),
    ("://", url::password),
    ("AGE-SECRET-KEY-1", token::age),
    ("AIza", token::google),
    ("SG.", token::sendgrid),
    ("dop_v1_", token::digital_ocean),
    ("eyJ", token::json_web_token),
    ("ghp_", token::github),
    ("gho_", token::github),
    ("ghs_", token::github),
    ("github_pat_", token::github_fine_grained),
    ("glpat-", token::gitlab),
    ("npm_", token::github),
    ("rk_live_", token::stripe),
    ("sk_live_", token::stripe),
    ("xoxb-", token::slack),
    ("xoxp-", token::slack),
];

static OPENING: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::new(OPENINGS.iter().map(|(it, _)| it))
        .expect("a few short words make an automaton")
});

/// The material in a value that stands under this key.
pub(crate) fn in_value(key: &str, value: &str, place: Place) -> Vec<Found> {
    if registry::is_credentials_file(key) {
        return registry::passwords(value);
    }
    let found = in_text(value);
    if found.is_empty() && password::is_in_clear(key, value, place) {
        return vec![Found { kind: MaterialKind::Password, range: 0..value.len() }];
    }
    found
}

/// The material in an argument: `--password=x`, or `x` after `--password`.
pub(crate) fn in_argument(before: Option<&str>, argument: &str) -> Vec<Found> {
    let found = in_text(argument);
    if !found.is_empty() {
        return found;
    }
    let flag = argument.strip_prefix('-').and_then(|it| it.split_once('='));
    let (key, start) = match (flag, before) {
        (Some((flag, value)), _) => (flag, argument.len() - value.len()),
        (None, Some(before)) if is_flag(before) && !argument.starts_with('-') => (before, 0),
        _ => return Vec::new(),
    };
    match password::is_in_clear(key, &argument[start..], Place::Open) {
        true => vec![Found { kind: MaterialKind::Password, range: start..argument.len() }],
        false => Vec::new(),
    }
}

fn is_flag(text: &str) -> bool {
    text.starts_with("--") && !text.contains(['=', ' '])
}

/// Material that shows by its own form, wherever it stands. Comments are examples.
fn in_text(text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let (mut line, mut seen) = (0, 0);
    for opening in OPENING.find_iter(text) {
        let at = opening.start();
        line = memchr::memrchr(b'\n', &text.as_bytes()[seen..at]).map_or(line, |it| seen + it + 1);
        seen = at;
        let end = found.last().map_or(0, |it| it.range.end);
        let (_, read) = OPENINGS[opening.pattern().as_usize()];
        if at >= end && !is_comment(&text[line..at]) {
            found.extend(read(text, at));
        }
    }
    found
}

fn is_comment(line: &str) -> bool {
    let start = line.trim_start();
    start.starts_with('#') || start.starts_with("//")
}

/// The text with everything that was found struck out.
pub(crate) fn mask(text: &SmolStr, found: &[Found]) -> SmolStr {
    if found.is_empty() {
        return text.clone();
    }
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    for Found { range, .. } in found {
        masked.push_str(text.get(at..range.start).unwrap_or_default());
        masked.push_str("***");
        at = range.end.max(at);
    }
    masked.push_str(text.get(at..).unwrap_or_default());
    masked.into()
}
