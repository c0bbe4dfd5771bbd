//! Words into lines.

/// Text as a terminal may show it: control characters and direction marks of a reviewed file become
/// visible, runs of white space one space.
#[must_use]
pub fn clean(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(visible).collect();
    words.join(" ")
}

pub(crate) fn visible(word: &str) -> String {
    word.chars()
        .map(|it| match it {
            _ if it.is_control() => '\u{fffd}',
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                '\u{fffd}'
            }
            other => other,
        })
        .collect()
}

/// How many columns a text takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().count()
}

/// Lines of at most `columns` characters; only a word that is longer than a line exceeds it.
#[must_use]
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in clean(text).split(' ') {
        if !line.is_empty() && width(&line) + 1 + width(word) > columns {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// The text in at most `limit` lines: whole sentences while they fit, else whole clauses that fill
/// the lines, else words; an ellipsis says that something is left out.
pub(super) fn fit(text: &str, columns: usize, limit: usize) -> Vec<String> {
    let lines = wrap(text, columns);
    if lines.len() <= limit {
        return lines;
    }
    let text = clean(text);
    let whole = starts(&text, ". ").map(|it| wrap(it, columns)).rfind(|it| it.len() <= limit);
    let clauses = || {
        let mut clauses =
            starts(&text, "; ").map(|it| wrap(&format!("{} …", it.trim_end_matches(';')), columns));
        clauses.rfind(|it| it.len() <= limit).filter(|it| it.len() == limit)
    };
    whole.or_else(clauses).unwrap_or_else(|| {
        let mut kept: Vec<String> = lines.into_iter().take(limit).collect();
        if let Some(last) = kept.last_mut() {
            *last = cut(&format!("{last} …"), columns);
        }
        kept
    })
}

/// The beginnings of a text that end with a separator, shortest first.
fn starts<'a>(text: &'a str, separator: &'a str) -> impl DoubleEndedIterator<Item = &'a str> {
    let ends: Vec<usize> = text.match_indices(separator).map(|(at, _)| at).collect();
    ends.into_iter().map(|at| &text[..=at])
}

/// Shorter ends of a sentence say little on their own: "until then it stops".
const TELLING: usize = 40;

/// What follows from what is, where both do not fit: a message says the one and then the other, and
/// the head of a card has said what is.
pub(super) fn consequence(text: &str, columns: usize, limit: usize) -> Option<Vec<String>> {
    let text = clean(text);
    let first = starts(&text, ". ").next().unwrap_or(&text);
    let mut cuts: Vec<usize> = first.match_indices("; ").map(|(at, it)| at + it.len()).collect();
    cuts.extend(first.match_indices(", so ").map(|(at, it)| at + it.len()));
    cuts.sort_unstable();
    let mut rests = cuts.into_iter().map(|at| wrap(&capitalized(&first[at..]), columns));
    rests.find(|it| it.len() <= limit).filter(|it| width(&it[0]) >= TELLING)
}

/// With a capital letter at its start.
pub(crate) fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|it| it.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// The text in one line of at most `columns`, cut at a word where it must be.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    let text = clean(text);
    if width(&text) <= columns {
        return text;
    }
    let room = columns.saturating_sub(2);
    let kept: String = text.chars().take(room).collect();
    let at_word = kept.rfind(' ').filter(|&at| at * 2 > kept.len()).unwrap_or(kept.len());
    format!("{} …", kept[..at_word].trim_end_matches([' ', ',', ';', ':', '…']))
}

/// `1 file`, `2 files`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{} {noun}s", grouped(number)) }
}

/// Thousands apart, so that a large count can be read.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
