//! Values that nobody can know before the configuration is applied, and what is known of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use kai_core::{OriginId, Reason};
use smol_str::SmolStr;

use super::{Number, Piece, Type, Value};

/// A value to come.
#[derive(Debug, Clone)]
pub struct Unknown {
    pub ty: Type,
    pub refinement: Refinement,
    pub cause: Cause,
    /// What it is put together from; empty where that is not known.
    pub form: Arc<[Piece]>,
    /// What is known of an object whose other attributes are to come.
    pub parts: Option<Arc<BTreeMap<SmolStr, Value>>>,
}

/// Why a value is not known.
#[derive(Debug, Clone)]
pub struct Cause {
    pub reason: Reason,
    /// What it waits for, for messages: `aws_vpc.main.id`.
    pub text: SmolStr,
    /// Where that is written.
    pub origin: OriginId,
}

/// What is known of a value to come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refinement {
    pub is_not_null: bool,
    /// How a string begins.
    pub prefix: SmolStr,
    /// The bounds of a number.
    pub min: Option<Bound>,
    pub max: Option<Bound>,
    /// The bounds of the length of a collection.
    pub length_min: usize,
    pub length_max: Option<usize>,
}

/// One end of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    pub value: Number,
    pub is_inclusive: bool,
}

impl Cause {
    #[must_use]
    pub fn new(reason: Reason, text: impl Into<SmolStr>, origin: OriginId) -> Self {
        Self { reason, text: text.into(), origin }
    }
}

impl Refinement {
    #[must_use]
    pub fn not_null() -> Self {
        Self { is_not_null: true, ..Self::default() }
    }

    /// The beginning of a string, less its last grapheme cluster, which what follows may change.
    #[must_use]
    pub fn prefix(text: &str) -> Self {
        use unicode_segmentation::UnicodeSegmentation as _;
        let last = text.grapheme_indices(true).next_back();
        // A letter that nothing combines with across the border stays as it is.
        let keep = match last {
            Some((at, cluster)) if cluster.len() > 1 || !cluster.is_ascii() => at,
            Some(_) if text.ends_with('\r') => text.len() - 1,
            _ => text.len(),
        };
        Self { is_not_null: true, prefix: text[..keep].into(), ..Self::default() }
    }
}

impl Unknown {
    /// The value, or what its refinement leaves as the only possibility.
    #[must_use]
    pub fn into_value(self, origin: OriginId) -> Value {
        let is_empty = self.refinement.length_max == Some(0) && self.refinement.is_not_null;
        let known = match &self.ty {
            Type::Set(it) if is_empty => Some(Value::set((**it).clone(), Vec::new())),
            Type::Map(it) if is_empty => Some(Value::map((**it).clone(), [].into())),
            Type::List(it) => self.refinement.only_length().map(|length| {
                let element = Value::unknown((**it).clone(), self.cause.clone());
                Value::list((**it).clone(), vec![element; length])
            }),
            Type::Number => self.refinement.only_number().map(Value::number),
            _ => None,
        };
        let value = known.unwrap_or_else(|| Value::new(super::Data::Unknown(Arc::new(self))));
        value.with_origin(origin)
    }
}

impl Refinement {
    /// A list of a length that is known is one, with elements to come; a long one is left open.
    fn only_length(&self) -> Option<usize> {
        let is_only = self.is_not_null && self.length_max == Some(self.length_min);
        (is_only && self.length_min <= 1024).then_some(self.length_min)
    }

    fn only_number(&self) -> Option<Number> {
        let (min, max) = (self.min.as_ref()?, self.max.as_ref()?);
        let is_only = self.is_not_null && min.is_inclusive && max.is_inclusive;
        (is_only && min.value == max.value).then(|| min.value.clone())
    }
}
