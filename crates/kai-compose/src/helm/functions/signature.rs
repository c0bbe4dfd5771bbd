//! What functions take.

use crate::helm::value::{Data, IntType, Map, MapType, Value};

/// Parameters, and the type of further ones where there may be any number of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signature {
    pub(crate) parameters: &'static [Kind],
    pub(crate) rest: Option<Kind>,
}

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `interface {}`
    Any,
    Text,
    Bool,
    Int,
    Int64,
    Float,
    /// `map[string]interface {}`
    Map,
}

impl Signature {
    /// The type of the argument at an index.
    pub(crate) fn kind(self, index: usize) -> Kind {
        self.parameters.get(index).copied().or(self.rest).unwrap_or(Kind::Any)
    }
}

impl Kind {
    /// Go's name of the type.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Any => "interface {}",
            Self::Text => "string",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Int64 => "int64",
            Self::Float => "float64",
            Self::Map => "map[string]interface {}",
        }
    }

    /// What Go calls a literal of the type.
    pub(crate) fn constant_name(self) -> Option<&'static str> {
        match self {
            Self::Text => Some("string"),
            Self::Bool => Some("bool"),
            Self::Int | Self::Int64 => Some("integer"),
            Self::Float => Some("float"),
            _ => None,
        }
    }

    pub(crate) fn can_be_nil(self) -> bool {
        matches!(self, Self::Any | Self::Map)
    }

    /// The nil of the type.
    pub(crate) fn nil(self) -> Value {
        match self {
            Self::Map => Value::map(Map::new(MapType::Any)),
            _ => Value::NIL,
        }
    }

    /// Whether a value can be given as it is.
    pub(crate) fn takes(self, value: &Value) -> bool {
        match (self, &value.data) {
            (Self::Any, data) => !matches!(data, Data::Missing),
            // The content of a file that is no UTF-8 is a text to Go.
            (Self::Text, Data::Text(_) | Data::Bytes(_))
            | (Self::Bool, Data::Bool(_))
            | (Self::Int, Data::Int(_, IntType::Int))
            | (Self::Int64, Data::Int(_, IntType::Int64))
            | (Self::Float, Data::Float(_)) => true,
            (Self::Map, Data::Map(map)) => map.borrow().kind != MapType::Strings,
            _ => false,
        }
    }
}
