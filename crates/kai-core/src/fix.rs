//! Proposed changes to text.

use crate::Span;

/// One replaced span. An insertion replaces an empty span, a deletion puts nothing in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    pub span: Span,
    pub text: String,
}

/// A change that Kai can make for the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What the change does, as an instruction without a full stop.
    pub title: String,
    pub applicability: Applicability,
    pub edits: Vec<Edit>,
    /// Rules that may speak once this is mended, because the worse weakness hid theirs.
    pub reveals: Vec<&'static str>,
}

/// Safe: same behaviour, comments kept. Unsafe: asks first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applicability {
    Safe,
    Unsafe,
}

impl Edit {
    #[must_use]
    pub fn replace(span: Span, text: impl ToString) -> Self {
        Self { span, text: text.to_string() }
    }

    #[must_use]
    pub fn insert(mut at: Span, text: impl Into<String>) -> Self {
        at.end = at.start;
        Self { span: at, text: text.into() }
    }

    #[must_use]
    pub fn delete(span: Span) -> Self {
        Self { span, text: String::new() }
    }

    /// Applies edits of one text. Edits that overlap an earlier one are left out, so that the
    /// result is always well defined.
    #[must_use]
    pub fn apply(text: &str, edits: &[Self]) -> String {
        let mut sorted: Vec<_> = edits.iter().collect();
        sorted.sort_by_key(|it| (it.span.start, it.span.end));
        let mut result = String::with_capacity(text.len());
        let mut at = 0;
        for edit in sorted {
            let (start, end) = (edit.span.start as usize, edit.span.end as usize);
            let Some(kept) = text.get(at..start) else { continue };
            if end > text.len() || end < start {
                continue;
            }
            result.push_str(kept);
            result.push_str(&edit.text);
            at = end;
        }
        result.push_str(text.get(at..).unwrap_or_default());
        result
    }
}

impl Fix {
    #[must_use]
    pub fn safely(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self::new(title, Applicability::Safe, edits)
    }

    #[must_use]
    pub fn unsafely(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self::new(title, Applicability::Unsafe, edits)
    }

    /// What is behind this weakness: two pods without a budget, where there was one pod.
    #[must_use]
    pub fn reveals(mut self, rule: &'static str) -> Self {
        self.reveals.push(rule);
        self
    }

    fn new(title: impl Into<String>, applicability: Applicability, edits: Vec<Edit>) -> Self {
        Self { title: title.into(), applicability, edits, reveals: Vec::new() }
    }
}
