//! Joins names and sentences.

/// `a`, `b` and 3 more, each in backticks.
pub(crate) fn list<T: AsRef<str>>(names: &[T], shown: usize) -> String {
    let quoted: Vec<_> = names.iter().take(shown).map(|it| format!("`{}`", it.as_ref())).collect();
    let more = names.len() - quoted.len();
    match (quoted.as_slice(), more) {
        ([], _) => "nothing".to_string(),
        (quoted, more) if more > 0 => format!("{} and {more} more", quoted.join(", ")),
        ([one], _) => one.clone(),
        ([all @ .., last], _) => format!("{} and {last}", all.join(", ")),
    }
}

/// `1 object`, `3 objects`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// With its first letter large.
pub(crate) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).collect()
}

/// With a full stop, unless it ends with one or is nothing.
pub(crate) fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.is_empty() || text.ends_with(['.', '?', '!']) {
        text.to_string()
    } else {
        format!("{text}.")
    }
}

/// Sentences one after another.
pub(crate) fn join(sentences: &[String]) -> String {
    let all: Vec<_> = sentences.iter().map(|it| sentence(it)).filter(|it| !it.is_empty()).collect();
    all.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_listed_up_to_a_number() {
        assert_eq!(list::<&str>(&[], 3), "nothing");
        assert_eq!(list(&["a"], 3), "`a`");
        assert_eq!(list(&["a", "b", "c"], 3), "`a`, `b` and `c`");
        assert_eq!(list(&["a", "b", "c", "d"], 2), "`a`, `b` and 2 more");
    }

    #[test]
    fn sentences_end_once() {
        assert_eq!(join(&["One".to_string(), String::new(), "Two.".to_string()]), "One. Two.");
    }
}
