//! Joins names.

/// `a`, `b` and 3 more, each in backticks.
pub(crate) fn list<T: AsRef<str>>(names: &[T], shown: usize) -> String {
    let mut quoted: Vec<String> =
        names.iter().take(shown).map(|it| format!("`{}`", it.as_ref())).collect();
    let more = names.len() - quoted.len();
    if more > 0 {
        quoted.push(format!("{more} more"));
    }
    and(&quoted)
}

/// `a, b and c`
pub(crate) fn and(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

/// `1 journey`, `3 journeys`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// With a full stop, unless it ends with one or is nothing.
pub(crate) fn sentence(text: &str) -> String {
    let text = text.trim_end();
    match text.is_empty() || text.ends_with(['.', '?', '!', ':']) {
        true => text.to_owned(),
        false => format!("{text}."),
    }
}

/// The first sentence of a text.
pub(crate) fn first_sentence(text: &str) -> String {
    let end = text.match_indices(". ").map(|(at, _)| at).find(|&at| {
        // A full stop after one letter is an abbreviation.
        text[..at].chars().rev().take(2).all(|it| it.is_alphanumeric() || it == '`' || it == ')')
    });
    end.map_or_else(|| sentence(text), |at| text[..=at].to_owned())
}

/// The first sentence of a text, as the end of another one.
pub(crate) fn clause(text: &str) -> String {
    const OPENERS: &[&str] =
        &["A", "All", "An", "Any", "Both", "Each", "Every", "It", "No", "Nobody", "Nothing", "The"];
    let text = first_sentence(text);
    let opener = text.split(' ').next().unwrap_or_default();
    match OPENERS.contains(&opener) {
        true => format!("{}{}", opener.to_lowercase(), &text[opener.len()..]),
        false => text,
    }
}

/// With its first letter large.
pub(crate) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).collect()
}
