//! A document's tree to typed values, every refusal at the text that is refused.

use camino::Utf8PathBuf;
use kai_core::{Entry, Map, Node, Origins, Scalar, ScalarKind, Value};
use kai_syntax::yaml;
use serde::de::value::{StrDeserializer, U32Deserializer};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

use crate::invalid::{Refusal, Step};
use crate::pattern::MANY;
use crate::place::AT;
use crate::{Invalid, Settings};

/// Reads `kai.yaml`. An empty document says nothing and is right.
///
/// # Errors
/// The text is not YAML, or says something that nobody understands.
pub fn read(origins: &Origins, path: Utf8PathBuf, text: String) -> Result<Settings, Invalid> {
    let too_large = || Invalid::whole("the run holds more than a gibibyte of text");
    let document = origins.add_document(path, text).ok_or_else(too_large)?;
    let parsed = yaml::parse(origins, document);
    if let Some(problem) = parsed.problems.first() {
        let message = format!("{}; {}", problem.message, problem.remedy);
        return Err(Invalid { span: problem.span, ..Invalid::whole(message) });
    }
    if parsed.template.is_some() {
        return Err(Invalid::whole("this is a template, not a document"));
    }
    let mut documents = parsed.documents.iter();
    let Some(first) = documents.next() else { return Ok(Settings::default()) };
    if let Some(second) = documents.next() {
        let span = origins.span(second.node.origin);
        return Err(Invalid { span, ..Invalid::whole("there must be one document, not several") });
    }
    if first.node.is_null() {
        return Ok(Settings::default());
    }
    Settings::deserialize(Reader { node: &first.node }).map_err(|it| {
        let field = it.field();
        let nearest = it.nearest();
        let span = it.origin.and_then(|it| origins.span(it));
        Invalid { field, message: it.message, allowed: it.allowed, nearest, span }
    })
}

impl Invalid {
    fn whole(message: impl Into<String>) -> Self {
        Self {
            field: String::new(),
            message: message.into(),
            allowed: Vec::new(),
            nearest: None,
            span: None,
        }
    }
}

/// One value, for serde.
#[derive(Clone, Copy)]
struct Reader<'a> {
    node: &'a Node,
}

impl<'a> Reader<'a> {
    fn read<T>(self, read: impl FnOnce(Self) -> Result<T, Refusal>) -> Result<T, Refusal> {
        read(self).map_err(|it| it.at(self.node.origin))
    }

    /// What stands here instead of what is wanted.
    fn refuse(self, wanted: &str) -> Refusal {
        let found = match &self.node.value {
            Value::Scalar(scalar) if scalar.kind == ScalarKind::Null => "nothing".to_owned(),
            Value::Scalar(scalar) => format!("`{}`", scalar.text),
            Value::Seq(_) => "a list".to_owned(),
            Value::Map(_) => "a mapping".to_owned(),
            Value::Unknown(_) => "a value that nobody knows".to_owned(),
        };
        Refusal::new(format!("this must be {wanted}, not {found}"))
    }

    fn items(self) -> Items<'a> {
        Items { items: self.node.items().iter(), index: 0 }
    }
}

fn visit_scalar<'de, V: Visitor<'de>>(scalar: &Scalar, visitor: V) -> Result<V::Value, Refusal> {
    match scalar.kind {
        ScalarKind::Null => visitor.visit_unit(),
        ScalarKind::Bool => visitor.visit_bool(scalar.as_bool().unwrap_or_default()),
        ScalarKind::Int | ScalarKind::Float => match (scalar.as_int(), scalar.as_float()) {
            (Some(value), _) => visitor.visit_i64(value),
            (None, Some(value)) => visitor.visit_f64(value),
            (None, None) => visitor.visit_str(&scalar.text),
        },
        ScalarKind::Str => visitor.visit_str(&scalar.text),
    }
}

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.read(|it| match &it.node.value {
            Value::Scalar(scalar) => visit_scalar(scalar, visitor),
            Value::Seq(_) => visitor.visit_seq(it.items()),
            Value::Map(map) => visitor.visit_map(Entries::of(map)),
            Value::Unknown(unknown) => {
                Err(Refusal::new(format!("`{}` is not a value", unknown.text)))
            }
        })
    }

    /// What is written, whatever it looks like: `1.30` stays a version.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.read(|it| match it.node.text() {
            Some(text) => visitor.visit_str(text),
            None => Err(it.refuse("a text")),
        })
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        if self.node.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        match name {
            AT => visitor.visit_seq(Placed { reader: self, part: 0 }),
            MANY if !self.node.is_seq() => {
                visitor.visit_seq(Items { items: std::slice::from_ref(self.node).iter(), index: 0 })
            }
            MANY => visitor.visit_seq(self.items()),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.read(|it| {
            if it.node.is_seq() { visitor.visit_seq(it.items()) } else { Err(it.refuse("a list")) }
        })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.read(|it| match it.node.as_map() {
            Some(map) => visitor.visit_map(Entries::of(map)),
            None => Err(it.refuse("a mapping")),
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.read(|it| match it.node.text() {
            Some(text) => visitor.visit_enum(Variant(text)),
            None => Err(it.refuse(&format!("one of {}", names.join(", ")))),
        })
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct
        tuple tuple_struct identifier ignored_any
    }
}

/// A value's place, then the value.
struct Placed<'a> {
    reader: Reader<'a>,
    part: u8,
}

impl<'de> SeqAccess<'de> for Placed<'_> {
    type Error = Refusal;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Refusal> {
        self.part += 1;
        match self.part {
            1 => {
                let bits: U32Deserializer<Refusal> =
                    self.reader.node.origin.to_bits().into_deserializer();
                seed.deserialize(bits).map(Some)
            }
            2 => seed.deserialize(self.reader).map(Some),
            _ => Ok(None),
        }
    }
}

struct Items<'a> {
    items: std::slice::Iter<'a, Node>,
    index: usize,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Refusal;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Refusal> {
        let Some(node) = self.items.next() else { return Ok(None) };
        let index = self.index;
        self.index += 1;
        let read = seed.deserialize(Reader { node });
        read.map(Some).map_err(|it| it.at(node.origin).within(Step::Index(index)))
    }
}

struct Entries<'a> {
    entries: std::slice::Iter<'a, Entry>,
    open: Option<&'a Entry>,
}

impl<'a> Entries<'a> {
    fn of(map: &'a Map) -> Self {
        Self { entries: map.iter(), open: None }
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Refusal;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Refusal> {
        self.open = self.entries.next();
        let Some(entry) = self.open else { return Ok(None) };
        let key: StrDeserializer<'_, Refusal> = entry.key.as_str().into_deserializer();
        let step = || Step::Key(entry.key.to_string());
        seed.deserialize(key).map(Some).map_err(|it| it.at(entry.key_origin).within(step()))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refusal> {
        let entry = self.open.ok_or_else(|| Refusal::new("a value comes after its key"))?;
        let read = seed.deserialize(Reader { node: &entry.node });
        read.map_err(|it| {
            // An empty value has no text to point at.
            let at = if entry.node.is_null() { entry.key_origin } else { entry.node.origin };
            it.at(at).within(Step::Key(entry.key.to_string()))
        })
    }
}

/// The name of a choice.
struct Variant<'a>(&'a str);

impl<'de> EnumAccess<'de> for Variant<'_> {
    type Error = Refusal;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Refusal> {
        let name: StrDeserializer<'_, Refusal> = self.0.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = Refusal;

    fn unit_variant(self) -> Result<(), Refusal> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, Refusal> {
        Err(Refusal::new("a choice is a name alone"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Refusal> {
        Err(Refusal::new("a choice is a name alone"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Refusal> {
        Err(Refusal::new("a choice is a name alone"))
    }
}
