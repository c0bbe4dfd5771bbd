//! Which zones or regions a question names.

use super::Token;
use super::recognise::is_small;

/// True for what clouds name regions and zones like: `eu-west-1`, `eu-west-1a`, `europe-west1-b`.
pub(crate) fn is_place_name(word: &str) -> bool {
    const CONTINENTS: &[&str] = &[
        "af",
        "ap",
        "asia",
        "australia",
        "ca",
        "cn",
        "eu",
        "europe",
        "il",
        "me",
        "mx",
        "northamerica",
        "sa",
        "southamerica",
        "us",
    ];
    const SIDES: &[&str] = &["north", "south", "east", "west", "central", "gov"];
    let mut parts = word.split('-');
    let continent = parts.next().is_some_and(|it| CONTINENTS.contains(&it));
    let side = parts.next().is_some_and(|part| SIDES.iter().any(|it| part.starts_with(it)));
    continent && side && word.bytes().any(|it| it.is_ascii_digit())
}

/// True for the name of a zone, which is that of its region with a letter behind it.
pub(crate) fn is_zone_name(word: &str) -> bool {
    is_place_name(word) && word.ends_with(|it: char| it.is_ascii_lowercase())
}

/// Words behind which the name of one stands.
const KINDS: &[&str] = &["zone", "zones", "az", "azs", "region", "regions"];
/// Starts of words by which somebody loses what stands before them.
const ENDS: &[&str] =
    &["fail", "go", "die", "lost", "down", "is", "burn", "disappear", "out", "crash", "breaks"];

/// A word that names a zone or a region, or can be meant for nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) said: String,
    pub(crate) at: usize,
}

/// What is named beside the word "zone" or "region", out of those that are known; and what stands right
/// behind that word and is no word of a question.
pub(crate) fn places(
    tokens: &[Token],
    known: &[String],
    is_word: impl Fn(&Token) -> bool,
) -> Vec<Place> {
    let mut found: Vec<Place> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let is_behind = is_behind(at, tokens, &found) || is_place_name(&token.word);
        let is_known = known.iter().any(|it| it.eq_ignore_ascii_case(&token.word));
        let is_name = match token.word.as_str() {
            _ if token.is_quoted => true,
            // "Zone a fails" names it, and "a zone" or "the zone a pod is in" does not.
            "a" | "i" => is_behind && tokens.get(at + 1).is_none_or(is_end),
            _ if is_known => is_behind || !is_small(token),
            word => word.chars().count() == 1 || !is_word(token),
        };
        if is_name && (is_known || is_behind) {
            found.push(Place { said: token.said.clone(), at });
        }
    }
    found
}

/// True right behind a word for zones, and in a list that begins there.
fn is_behind(at: usize, tokens: &[Token], found: &[Place]) -> bool {
    let word = |back: usize| at.checked_sub(back).and_then(|it| tokens.get(it));
    let is_listed = word(1).is_some_and(|it| matches!(it.word.as_str(), "and" | "or"))
        && found.last().is_some_and(|it| it.at + 2 == at);
    is_listed || word(1).is_some_and(|it| KINDS.contains(&it.word.as_str()))
}

fn is_end(token: &Token) -> bool {
    let is_joined = matches!(token.word.as_str(), "and" | "or");
    is_joined || ENDS.iter().any(|it| token.word.starts_with(it))
}
