//! Words of a question that are spelt wrong.

use super::leftover::EMPTY;
use super::names::{Names, distance};
use super::recognise::{SMALL, strangers};
use super::{Token, subject};
use crate::case::Case;
use crate::intent::INTENTS;

/// Shorter words are near to too many others.
const LETTERS: usize = 5;

/// The words with names in the place of those that are near to one, and spelt right, and how each of them was read; nothing
/// where every word was understood.
pub(crate) fn respelt(
    tokens: &[Token],
    names: &Names,
    case: Case<'_>,
) -> Option<(Vec<Token>, String)> {
    let strange: Vec<&Token> = strangers(tokens, names);
    let mut readings = Vec::new();
    let respelt = tokens.iter().map(|token| {
        if token.is_quoted || !strange.contains(&token) {
            return token.clone();
        }
        let named = named(token, tokens, names, case);
        let Some(word) = named.or_else(|| meant(&token.word, names).map(str::to_owned)) else {
            return token.clone();
        };
        readings.push(format!("I read `{}` as `{word}`", token.said));
        Token { word: word.to_lowercase(), ..token.clone() }
    });
    let respelt: Vec<Token> = respelt.collect();
    (!readings.is_empty()).then(|| (respelt, readings.join(". ")))
}

/// What the one thing that runs and is near to a word is called.
fn named(token: &Token, tokens: &[Token], names: &Names, case: Case<'_>) -> Option<String> {
    let target = subject::meant(token, tokens, names, case)?;
    target.components.iter().min_by_key(|it| case.environment(**it)).map(|it| case.label(*it))
}

/// The one word of questions that is a slip of the hand away.
fn meant(word: &str, names: &Names) -> Option<&'static str> {
    let is_plain = word.len() >= LETTERS && word.bytes().all(|it| it.is_ascii_lowercase());
    if !is_plain || !names.near(word).is_empty() {
        return None;
    }
    let mut near: Vec<&str> = words().filter(|it| distance(it, word) == 1).collect();
    near.sort_unstable();
    near.dedup();
    // `risk` and `risks` say the same.
    near.dedup_by(|next, before| next.strip_prefix(*before) == Some("s"));
    match near[..] {
        [only] => Some(only),
        _ => None,
    }
}

/// Every word that a question may be made of.
fn words() -> impl Iterator<Item = &'static str> {
    let patterns = INTENTS.iter().flat_map(|it| it.patterns);
    let groups = patterns.flat_map(|it| it.trim_start_matches('>').split_whitespace());
    let words = groups.flat_map(|it| it.split('|')).map(|it| it.trim_end_matches('*'));
    let plain = |it: &&str| it.bytes().all(|it| it.is_ascii_lowercase());
    words
        .chain(SMALL.iter().chain(EMPTY).copied())
        .filter(plain)
        .filter(|it| it.len() >= LETTERS - 1)
}
