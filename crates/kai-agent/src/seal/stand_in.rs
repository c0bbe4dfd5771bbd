//! What stands for a secret.

use std::collections::BTreeMap;
use std::fmt;

use super::{forms, names, random, typed};

/// The door, for one conversation. A secret is `‹secret-1›` wherever it occurs in it, another one `‹secret-2›`: so it can be told
/// that two places hold the same, and nothing else.
#[derive(Default)]
pub struct Seal {
    number_by_secret: BTreeMap<String, usize>,
}

impl Seal {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The text without values that are secret by their type, their name, their form or their place.
    /// Sealing what is sealed changes nothing.
    pub fn text(&mut self, text: &str) -> String {
        let text = typed::private_keys(self, text);
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
        sealed
    }

    /// The secret's number in this conversation.
    pub(super) fn stand_in(&mut self, secret: &str) -> String {
        let secret = secret.trim();
        if is_stand_in(secret) {
            return secret.to_owned();
        }
        let next = self.number_by_secret.len() + 1;
        let number = self.number_by_secret.entry(secret.to_owned()).or_insert(next);
        format!("‹secret-{number}›")
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seal").field("secret_count", &self.number_by_secret.len()).finish()
    }
}

fn is_stand_in(text: &str) -> bool {
    let number = text.strip_prefix("‹secret-").and_then(|it| it.strip_suffix('›'));
    number.is_some_and(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()))
}
