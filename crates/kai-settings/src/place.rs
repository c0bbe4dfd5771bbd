//! A value together with where it is written.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use kai_core::{OriginId, Traced};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};

/// A value of `kai.yaml` that is named with its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At<T> {
    pub value: T,
    pub origin: OriginId,
}

/// The name by which a value asks the reader for its place.
pub(crate) const AT: &str = "$place";

impl<T: Clone> At<T> {
    #[must_use]
    pub fn traced(&self) -> Traced<T> {
        Traced { value: self.value.clone(), origin: self.origin }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for At<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(AT, PlacedVisitor(PhantomData))
    }
}

struct PlacedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for PlacedVisitor<T> {
    type Value = At<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value with its place")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<At<T>, A::Error> {
        let missing = || A::Error::custom("a value with its place has two parts");
        let origin = OriginId::from_bits(parts.next_element()?.ok_or_else(missing)?);
        let value = parts.next_element()?.ok_or_else(missing)?;
        Ok(At { value, origin })
    }
}

/// The place is no part of the text.
impl<T: JsonSchema> JsonSchema for At<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}
