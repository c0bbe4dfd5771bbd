//! Names that there are not, and those that were probably meant.

use std::fmt;

/// Something that was asked for by a name that nothing has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// What it would be: `node`, `workload`.
    pub what: &'static str,
    pub name: String,
    /// The names that are most like it, at most three.
    pub nearest: Vec<String>,
}

impl Unknown {
    /// `names` are all that there are.
    #[must_use]
    pub fn new(what: &'static str, name: &str, names: impl IntoIterator<Item = String>) -> Self {
        Self { what, name: name.to_owned(), nearest: nearest(name, names) }
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no {} `{}`", self.what, self.name)?;
        match self.nearest.as_slice() {
            [] => write!(f, ", and no other either"),
            names => {
                let names: Vec<String> = names.iter().map(|it| format!("`{it}`")).collect();
                write!(f, "; did you mean {}", names.join(", "))
            }
        }
    }
}

/// The names that differ least, the best first.
pub(crate) fn nearest(name: &str, names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut rated: Vec<(u64, String)> =
        names.into_iter().map(|it| (distance(name, &it), it)).collect();
    rated.sort();
    rated.dedup();
    rated.into_iter().take(3).map(|(_, it)| it).collect()
}

/// What ends with the name, or holds it, is nearer than what is only spelled alike.
#[expect(clippy::cast_possible_truncation, reason = "a similarity between 0 and 1000")]
#[expect(clippy::cast_sign_loss, reason = "a similarity between 0 and 1000")]
fn distance(name: &str, other: &str) -> u64 {
    let tail = other.rsplit('/').next().unwrap_or(other);
    if tail == name {
        return 0;
    }
    let likeness = strsim::jaro_winkler(name, other).max(strsim::jaro_winkler(name, tail));
    let holds = other.contains(name) || name.contains(tail);
    1000 - (likeness * 900.0) as u64 - if holds { 90 } else { 0 }
}
