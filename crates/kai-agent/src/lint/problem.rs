//! One thing that is wrong.

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    pub line: usize,
    pub message: String,
}

impl Problem {
    pub(super) fn new(line: usize, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }
}

/// ` (did you mean `x`?)` where something is near.
pub(super) fn meant(word: &str, known: &[&str]) -> String {
    let nearest = known.iter().map(|it| (strsim::osa_distance(word, it), it)).min();
    match nearest {
        Some((distance, it)) if distance <= 3 && distance < it.len() => {
            format!("; did you mean `{it}`?")
        }
        _ => format!("; there are {}", known.join(", ")),
    }
}
