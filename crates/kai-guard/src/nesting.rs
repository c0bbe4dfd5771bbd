//! How deep a text goes, told before anything reads it that calls itself for each level.

/// What it takes to read a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nesting {
    Flat,
    /// It may need a large stack.
    Deep,
    /// Nobody could say how long it takes, and why.
    TooDeep(&'static str),
}

/// Openings of a text that is read where it stands.
const FLAT_MAX: usize = 8;
/// Levels that a text may have.
const LEVELS_MAX: usize = 100;
/// Openings that a text may have, whatever closes them: a closing sign may be quoted, and close nothing.
const OPENINGS_MAX: usize = 400;

/// `${name:-text}` and `$((1))` may hold another one, and each level is read several times as often as the one around it.
const EXPANSIONS_MAX: usize = 4;

const OPENING: &[&str] = &["if", "case", "while", "until", "for", "select", "!", "&&", "||"];
const CLOSING: &[&str] = &["fi", "esac", "done"];

/// By what opens and closes, quoted or not.
pub(crate) fn of(text: &str) -> Nesting {
    let is_part = |it: char| it.is_alphanumeric() || "_!&|".contains(it);
    let (mut level, mut levels, mut openings) = (0_usize, 0, 0_usize);
    for word in text.split(|it| !is_part(it)) {
        openings += usize::from(OPENING.contains(&word));
    }
    for piece in text.split_inclusive(|it: char| !is_part(it)) {
        let word = piece.trim_end_matches(|it| !is_part(it));
        let is_operator = word.starts_with(['!', '&', '|']);
        if CLOSING.contains(&word) {
            level = level.saturating_sub(1);
        } else if OPENING.contains(&word) && !is_operator {
            level += 1;
        }
        match piece.chars().last() {
            Some('(' | '{') => {
                openings += 1;
                level += 1;
            }
            Some(')' | '}') => level = level.saturating_sub(1),
            _ => {}
        }
        levels = levels.max(level);
    }
    match openings {
        it if it > OPENINGS_MAX => Nesting::TooDeep(
            "more than 400 brackets and conditions, which may take hours to read, so nobody has",
        ),
        _ if levels > LEVELS_MAX => Nesting::TooDeep(
            "more than 100 brackets and conditions inside of each other, which nobody has read",
        ),
        _ if expansions(text) > EXPANSIONS_MAX => {
            Nesting::TooDeep("more than 4 expansions that may hold others, which nobody has read")
        }
        it if it > FLAT_MAX => Nesting::Deep,
        _ => Nesting::Flat,
    }
}

/// How many may hold another one: plain text stands inside of the others.
fn expansions(text: &str) -> usize {
    let hold = |open: &str, close: char| {
        let may_hold = |it: &&str| {
            let end = it.find(['{', '}', '"', '\'', '`', '$', '\\', '(', ')']);
            end.is_none_or(|end| !it[end..].starts_with(close))
        };
        text.split(open).skip(1).filter(may_hold).count()
    };
    hold("${", '}') + hold("$((", ')')
}
