//! What stands for a secret.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;

use super::{forms, names, random, typed, visible};

/// A shorter secret may be a word of the language, and is sealed only where something says that it is one.
const REMEMBERED_MIN: usize = 12;

/// The door, for one conversation. A secret is `‹secret-1›` wherever it occurs in it, another one `‹secret-2›`: so it can be
/// told that two places hold the same, and nothing else. What was once seen as a secret is known wherever it stands later,
/// also as base64.
#[derive(Default)]
pub struct Seal {
    number_by_secret: BTreeMap<String, usize>,
    /// Texts that give a secret away, the longest first, and its number.
    known: Vec<(String, usize)>,
}

impl Seal {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The text without values that are secret by their type, their name, their form or their place.
    /// Sealing what is sealed changes nothing.
    pub fn text(&mut self, text: &str) -> String {
        let text = self.without_known(visible::visible(text).into_owned());
        let text = typed::private_keys(self, &text);
        let text = typed::secrets(self, &text);
        let text = typed::variables(self, &text);
        let mut sealed = String::with_capacity(text.len());
        let mut is_named_before = false;
        for line in text.split_inclusive('\n') {
            let line = names::seal(self, line, is_named_before);
            is_named_before = names::names_a_secret(&line);
            let line = forms::seal(self, &line);
            sealed.push_str(&random::seal(self, &line));
        }
        // What this text taught may stand above the place that names it.
        self.without_known(sealed)
    }

    fn without_known(&self, text: String) -> String {
        self.known.iter().fold(text, |text, (known, number)| {
            if text.contains(known) { text.replace(known, &shown(*number)) } else { text }
        })
    }

    /// The secret's number in this conversation.
    pub(super) fn stand_in(&mut self, secret: &str) -> String {
        let secret = secret.trim();
        if is_stand_in(secret) {
            return secret.to_owned();
        }
        if let Some(number) = self.number_by_secret.get(secret) {
            return shown(*number);
        }
        let number = self.number_by_secret.len() + 1;
        self.number_by_secret.insert(secret.to_owned(), number);
        if is_remembered(secret) {
            self.known.extend(given_away_by(secret).map(|it| (it, number)));
            self.known.sort_by_key(|it| std::cmp::Reverse(it.0.len()));
        }
        shown(number)
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seal").field("secret_count", &self.number_by_secret.len()).finish()
    }
}

fn shown(number: usize) -> String {
    format!("‹secret-{number}›")
}

/// Long enough, and neither a word nor a name, of which Secrets hold many: those of hosts have small letters alone.
fn is_remembered(secret: &str) -> bool {
    let has = |is: fn(u8) -> bool| secret.bytes().any(is);
    let is_of_name =
        |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || b"-._/:@".contains(&it);
    let is_name = secret.bytes().all(is_of_name);
    let has_letters = has(|it| it.is_ascii_alphabetic());
    let is_mixed = has(|it| !it.is_ascii_alphabetic());
    let is_one_word = !secret.contains(['\n', ' ', '‹']);
    secret.len() >= REMEMBERED_MIN && has_letters && is_mixed && is_one_word && !is_name
}

/// The secret itself, as a host would be called, and the letters of base64 that it makes wherever it begins in what is encoded.
fn given_away_by(secret: &str) -> impl Iterator<Item = String> {
    let encoded = (0..3).map(|offset| {
        let shifted = [&b"\0\0"[..offset], secret.as_bytes()].concat();
        let letters = BASE64_STANDARD_NO_PAD.encode(&shifted);
        // What the bytes beside it have a part in is not of the secret alone.
        let whole = shifted.len() * 8 / 6;
        let start = (offset * 8).div_ceil(6);
        letters[start..whole].to_owned()
    });
    // Names of hosts have small letters only.
    [secret.to_owned(), secret.to_ascii_lowercase()].into_iter().chain(encoded)
}

fn is_stand_in(text: &str) -> bool {
    let number = text.strip_prefix("‹secret-").and_then(|it| it.strip_suffix('›'));
    number.is_some_and(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()))
}
