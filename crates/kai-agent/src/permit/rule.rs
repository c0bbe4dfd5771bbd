//! A rule of the user: `Bash`, `Bash(git *)`, `Read(charts/*)`.

use std::fmt;
use std::str::FromStr;

/// A tool, and which of its calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    tool: String,
    /// Pieces between stars; nothing where every call is meant.
    pattern: Option<String>,
}

impl FromStr for Rule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no rule; write `Bash` or `Bash(git *)`");
        let (tool, pattern) = match text.split_once('(') {
            None => (text, None),
            Some((tool, rest)) => (tool, Some(rest.strip_suffix(')').ok_or_else(wrong)?)),
        };
        let is_name = !tool.is_empty()
            && tool.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_' || it == b'*');
        if !is_name {
            return Err(wrong());
        }
        Ok(Self { tool: tool.to_owned(), pattern: pattern.map(str::to_owned) })
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.pattern {
            Some(pattern) => write!(f, "{}({pattern})", self.tool),
            None => f.write_str(&self.tool),
        }
    }
}

impl Rule {
    pub(super) fn matches(&self, tool: &str, text: &str) -> bool {
        is_like(&self.tool, tool) && self.pattern.as_ref().is_none_or(|it| is_like(it, text))
    }
}

impl Rule {
    /// The same of a host, whose letters may be large or small.
    pub(super) fn matches_host(&self, tool: &str, host: &str) -> bool {
        let pattern = self.pattern.as_ref().map(|it| it.to_lowercase());
        Self { pattern, ..self.clone() }.matches(tool, &host.to_lowercase())
    }

    /// True for a rule about some calls of this tool.
    pub(super) fn is_of(&self, tool: &str) -> bool {
        self.pattern.is_some() && is_like(&self.tool, tool)
    }
}

/// Stars stand for anything.
fn is_like(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let pieces: Vec<&str> = pieces.collect();
    let Some((last, middle)) = pieces.split_last() else { return rest.is_empty() };
    for piece in middle {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}
