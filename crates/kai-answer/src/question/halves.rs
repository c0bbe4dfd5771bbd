//! Where one question ends and the next one begins.

/// What stands between two questions.
const BETWEEN: &[&str] = &["? ", "; ", ", ", " and "];

/// The ways to take a question for two, as it is written.
pub(crate) fn halves(question: &str) -> impl Iterator<Item = (&str, &str)> {
    let found = BETWEEN.iter().flat_map(move |between| question.match_indices(between));
    found.map(move |(at, between)| {
        let (first, second) = (&question[..at], question[at + between.len()..].trim());
        (first.trim_end_matches([',', ' ']), second.strip_prefix("and ").unwrap_or(second))
    })
}
