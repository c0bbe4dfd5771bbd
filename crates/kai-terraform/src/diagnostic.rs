//! What Terraform would refuse, in its words.

use kai_core::Span;

/// Why a configuration or an expression is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The first line, without `Error: `.
    pub summary: String,
    pub detail: String,
    pub span: Option<Span>,
}

/// A value, or the reason why there is none.
pub type Outcome<T> = Result<T, Box<Diagnostic>>;

impl Diagnostic {
    #[must_use]
    pub fn new(
        span: impl Into<Option<Span>>,
        summary: impl Into<String>,
        detail: impl Into<String>,
    ) -> Box<Self> {
        let (summary, detail) = (summary.into(), detail.into());
        Box::new(Self { summary, detail, span: span.into() })
    }
}
