//! What a running template computes with: Go's values, each with its origin.

pub(crate) mod bounds;
mod equal;
mod format;
mod map;
mod node;
mod object;
mod text;
mod type_name;
mod verbs;

use std::cell::RefCell;
use std::rc::Rc;

use kai_core::{OriginId, Origins};

pub(crate) use format::go_float;
pub(crate) use map::{Entry, Map, MapType};
pub(crate) use node::{as_text, from_node, unsupported, with_text_keys};
pub(crate) use object::{Object, Struct};
pub(crate) use text::{Part, Printing, Source, Text, TextBuilder};
pub(crate) use verbs::{sprint, sprintf, sprintln};

/// A value and where it came from. For a text the parts say it; the origin here is then not read.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    pub(crate) data: Data,
    pub(crate) origin: OriginId,
}

/// Go's types, as far as templates of charts meet them.
#[derive(Debug, Clone)]
pub(crate) enum Data {
    /// No value at all: Go's zero `reflect.Value`, which prints as `<no value>`.
    Missing,
    /// A nil interface.
    Nil,
    Bool(bool),
    Int(i64, IntType),
    /// `uint64`, which few functions give.
    Unsigned(u64),
    Float(f64),
    Text(Text),
    Bytes(Rc<[u8]>),
    List(Rc<[Value]>, ListType),
    /// Maps are shared and change in place, as `set` and `unset` do.
    Map(Rc<RefCell<Map>>),
    Object(Rc<Object>),
}

/// Go's integer types that appear in `printf "%T"` and in what functions ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IntType {
    Int,
    Int64,
    Byte,
}

/// The element type of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListType {
    /// `[]interface {}`
    Any,
    /// `[]string`
    Strings,
    /// `[]int`
    Ints,
    /// `[]*chart.Dependency`: Helm has no empty one, only nil.
    Dependencies,
}

impl Value {
    pub(crate) const MISSING: Self = Self { data: Data::Missing, origin: OriginId::NONE };
    pub(crate) const NIL: Self = Self { data: Data::Nil, origin: OriginId::NONE };

    /// A value that nobody wrote.
    pub(crate) fn plain(data: Data) -> Self {
        Self { data, origin: OriginId::NONE }
    }

    pub(crate) fn bool(value: bool) -> Self {
        Self::plain(Data::Bool(value))
    }

    pub(crate) fn int(value: i64) -> Self {
        Self::plain(Data::Int(value, IntType::Int))
    }

    pub(crate) fn int64(value: i64) -> Self {
        Self::plain(Data::Int(value, IntType::Int64))
    }

    pub(crate) fn float(value: f64) -> Self {
        Self::plain(Data::Float(value))
    }

    pub(crate) fn text(text: impl Into<Rc<str>>) -> Self {
        Text::plain(text).into()
    }

    pub(crate) fn list(items: impl Into<Rc<[Self]>>) -> Self {
        Self::plain(Data::List(items.into(), ListType::Any))
    }

    pub(crate) fn strings(items: impl Into<Rc<[Self]>>) -> Self {
        Self::plain(Data::List(items.into(), ListType::Strings))
    }

    /// The same items as a list of texts.
    pub(crate) fn as_strings(&self) -> Self {
        Self::strings(self.as_list().cloned().unwrap_or_else(|| [].into()))
    }

    pub(crate) fn map(map: Map) -> Self {
        Self::plain(Data::Map(Rc::new(RefCell::new(map))))
    }

    pub(crate) fn with_origin(mut self, origin: OriginId) -> Self {
        self.origin = origin;
        self
    }

    /// Where it came from, as one value.
    pub(crate) fn origin_in(&self, origins: &Origins) -> OriginId {
        self.as_text().map_or(self.origin, |it| it.origin(origins))
    }

    pub(crate) fn as_text(&self) -> Option<&Text> {
        if let Data::Text(text) = &self.data { Some(text) } else { None }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        self.as_text().map(Text::as_str)
    }

    pub(crate) fn as_map(&self) -> Option<&Rc<RefCell<Map>>> {
        if let Data::Map(map) = &self.data { Some(map) } else { None }
    }

    pub(crate) fn as_list(&self) -> Option<&Rc<[Self]>> {
        if let Data::List(items, _) = &self.data { Some(items) } else { None }
    }

    /// A copy that shares nothing that can change.
    pub(crate) fn deep_copy(&self) -> Self {
        let data = match &self.data {
            Data::Map(map) => {
                let map = map.borrow();
                let copy = bounds::within(map.len(), || {
                    let mut copy = Map::new(map.kind);
                    for (key, entry) in map.iter() {
                        let value = entry.value.deep_copy();
                        copy.insert(key.clone(), Entry { value, ..entry.clone() });
                    }
                    copy
                });
                Data::Map(Rc::new(RefCell::new(copy.unwrap_or_default())))
            }
            Data::List(items, kind) => {
                let copy =
                    bounds::within(items.len(), || items.iter().map(Self::deep_copy).collect());
                Data::List(copy.unwrap_or_else(|| [].into()), *kind)
            }
            other => other.clone(),
        };
        Self { data, origin: self.origin }
    }

    /// True for what Go's `IsNil` or an invalid value would say.
    pub(crate) fn is_nil(&self) -> bool {
        matches!(self.data, Data::Missing | Data::Nil)
    }

    /// What `if`, `and`, `default` hold for true: anything but a zero or an empty collection.
    pub(crate) fn is_true(&self) -> bool {
        match &self.data {
            Data::Missing | Data::Nil => false,
            Data::Bool(value) => *value,
            Data::Int(value, _) => *value != 0,
            Data::Unsigned(value) => *value != 0,
            Data::Float(value) => *value != 0.0,
            Data::Text(text) => !text.as_str().is_empty(),
            Data::Bytes(bytes) => !bytes.is_empty(),
            Data::List(items, _) => !items.is_empty(),
            Data::Map(map) => !map.borrow().is_empty(),
            Data::Object(object) => object.is_true(),
        }
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Self::plain(Data::Text(text))
    }
}
