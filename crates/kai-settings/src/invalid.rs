//! What is wrong with `kai.yaml`, at the value that is wrong.

use std::fmt;

use kai_core::{OriginId, Span};

/// Why `kai.yaml` cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// The field, from the top: `journeys[0].slo.target`; empty for the document itself.
    pub field: String,
    /// What is wrong: one sentence, no full stop.
    pub message: String,
    /// What may stand there.
    pub allowed: Vec<String>,
    /// The nearest of the allowed names.
    pub nearest: Option<String>,
    /// Where; none where the text is empty.
    pub span: Option<Span>,
}

/// The same while it is on its way out of the tree: where it happened is added once, the field
/// grows with every level that it leaves.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) message: String,
    pub(crate) allowed: Vec<String>,
    pub(crate) found: Option<String>,
    pub(crate) origin: Option<OriginId>,
    /// Innermost first.
    pub(crate) path: Vec<Step>,
}

/// One level of the field.
#[derive(Debug)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

impl Refusal {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            allowed: Vec::new(),
            found: None,
            origin: None,
            path: Vec::new(),
        }
    }

    /// Keeps the innermost place.
    pub(crate) fn at(mut self, origin: OriginId) -> Self {
        self.origin.get_or_insert(origin);
        self
    }

    pub(crate) fn within(mut self, step: Step) -> Self {
        self.path.push(step);
        self
    }

    pub(crate) fn field(&self) -> String {
        let mut field = String::new();
        for step in self.path.iter().rev() {
            match step {
                Step::Key(key) if field.is_empty() => field.push_str(key),
                Step::Key(key) => field.push_str(&format!(".{key}")),
                Step::Index(index) => field.push_str(&format!("[{index}]")),
            }
        }
        field
    }

    pub(crate) fn nearest(&self) -> Option<String> {
        nearest(self.found.as_deref()?, self.allowed.iter().map(String::as_str))
            .map(ToOwned::to_owned)
    }
}

/// The name that was probably meant, if one is near enough.
pub fn nearest<'a>(found: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const NEAR: f64 = 0.8;
    let score = |name: &str| strsim::jaro_winkler(&found.to_lowercase(), name);
    names
        .map(|name| (score(name), name))
        .filter(|(score, _)| *score >= NEAR)
        .max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(one.1)))
        .map(|(_, name)| name)
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}

impl serde::de::Error for Refusal {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    fn invalid_type(found: serde::de::Unexpected<'_>, expected: &dyn serde::de::Expected) -> Self {
        Self::new(format!("this must be {expected}, not {found}"))
    }

    fn invalid_value(found: serde::de::Unexpected<'_>, expected: &dyn serde::de::Expected) -> Self {
        Self::new(format!("this must be {expected}, not {found}"))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("`{field}` is missing"))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let message = match field {
            "version" | "apiVersion" => format!(
                "there is no field `{field}` here: this file has no version of its own, so the line is left out"
            ),
            _ => format!("there is no field `{field}` here"),
        };
        Self {
            allowed: expected.iter().map(ToString::to_string).collect(),
            found: Some(field.to_owned()),
            ..Self::new(message)
        }
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self {
            allowed: expected.iter().map(ToString::to_string).collect(),
            found: Some(variant.to_owned()),
            ..Self::new(format!("`{variant}` cannot stand here"))
        }
    }
}
