//! Words of a text by their letters, as Go's `xstrings` finds and joins them.

use std::sync::LazyLock;

use regex::Regex;

/// What a word is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Number,
    /// Capitals; a word that begins with one and goes on in small letters is one, too.
    Capital,
    Small,
    Connector,
    Punctuation,
    Other,
}

/// From here on letters belong to scripts without capitals, and join no word.
const IDEOGRAPHS: char = '\u{3400}';

fn class(it: char) -> Class {
    match it {
        _ if is_connector(it) => Class::Connector,
        _ if is_punctuation(it) => Class::Punctuation,
        _ if it.is_uppercase() => Class::Capital,
        _ if it.is_alphabetic() && it < IDEOGRAPHS => Class::Small,
        _ if it.is_numeric() => Class::Number,
        _ => Class::Other,
    }
}

fn is_connector(it: char) -> bool {
    matches!(it, '-' | '_') || it.is_whitespace()
}

/// Unlike in Rust, `$` and `<` are symbols and no punctuation.
fn is_punctuation(it: char) -> bool {
    static PUNCTUATION: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\p{P}$").ok());
    match it.is_ascii() {
        true => it.is_ascii_punctuation() && !"$+<=>^`|~".contains(it),
        false => {
            let found = PUNCTUATION.as_ref();
            found.is_some_and(|pattern| pattern.is_match(it.encode_utf8(&mut [0; 4])))
        }
    }
}

/// `ToSnakeCase` and `ToKebabCase`.
pub(super) fn separated(text: &str, separator: char) -> String {
    let words = words(text);
    let class_at = |at: usize| words.get(at).map(|it| it.0);
    let joins = |at: usize| {
        let after = class_at(at);
        after.is_some_and(|it| !matches!(it, Class::Connector | Class::Punctuation))
    };
    let mut out = String::new();
    let mut at = 0;
    while let Some((class, word)) = words.get(at) {
        push(&mut out, *class, word, separator);
        at += 1;
        match class {
            Class::Connector | Class::Punctuation => continue,
            Class::Number => {
                at = push_letters(&words, at, &mut out);
            }
            // A number belongs to the word before it, unless small letters follow it.
            _ if class_at(at) == Some(Class::Number) && at + 1 < words.len() => {
                if class_at(at + 1) == Some(Class::Small) {
                    out.push(separator);
                    at = push_letters(&words, at, &mut out);
                } else {
                    out.push_str(words[at].1);
                    at += 1;
                }
            }
            _ if class_at(at) == Some(Class::Number) => continue,
            _ => {}
        }
        if joins(at) {
            out.push(separator);
        }
    }
    out
}

/// Numbers and small letters that follow each other; gives the place behind them.
fn push_letters(words: &[(Class, &str)], mut at: usize, out: &mut String) -> usize {
    while let Some((Class::Small | Class::Number, word)) = words.get(at) {
        out.push_str(word);
        at += 1;
    }
    at
}

fn push(out: &mut String, class: Class, word: &str, separator: char) {
    match class {
        Class::Connector => out.extend(word.chars().map(|_| separator)),
        Class::Capital => out.extend(word.chars().flat_map(char::to_lowercase)),
        _ => out.push_str(word),
    }
}

fn words(text: &str) -> Vec<(Class, &str)> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let class = class(first);
        let (word, after) = rest.split_at(word_length(rest, class));
        words.push((class, word));
        rest = after;
    }
    words
}

fn word_length(text: &str, of: Class) -> usize {
    let run =
        |text: &str, of: &[Class]| text.find(|it| !of.contains(&class(it))).unwrap_or(text.len());
    if of != Class::Capital {
        return run(text, &[of]);
    }
    let capitals = run(text, &[Class::Capital]);
    let small = run(&text[capitals..], &[Class::Small]);
    let count = text[..capitals].chars().count();
    match (count, small) {
        (_, 0) => capitals,
        (1, _) => capitals + small,
        // The last capital begins the next word.
        _ => text[..capitals].char_indices().next_back().map_or(capitals, |it| it.0),
    }
}

/// `ToPascalCase`.
pub(super) fn camel(text: &str) -> String {
    let mut out = String::new();
    let begin = text.find(|it| !is_connector(it)).unwrap_or(text.len());
    out.push_str(&text[..begin]);
    let (mut upper, mut before_is_upper) = (true, false);
    let mut rest = text[begin..].chars().peekable();
    while let Some(character) = rest.next() {
        if is_connector(character) {
            // Of several connectors only the last one goes, and only between words.
            if rest.peek().is_none_or(|&it| is_connector(it)) {
                out.push(character);
            }
            upper = true;
            continue;
        }
        let is_upper = character.is_uppercase();
        if upper {
            out.extend(character.to_uppercase());
        } else if is_upper && before_is_upper {
            // Letters of an abbreviation but the first are small.
            out.extend(character.to_lowercase());
        } else {
            out.push(character);
        }
        (upper, before_is_upper) = (false, is_upper);
    }
    out
}
