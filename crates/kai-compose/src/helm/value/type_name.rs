//! Types as Go names them.

use super::{Data, IntType, ListType, MapType, Object, Value};

impl Value {
    /// As `%T` prints it, and as errors name it.
    pub(crate) fn type_name(&self) -> &'static str {
        match &self.data {
            Data::Missing => "<nil>",
            Data::Nil => "interface {}",
            Data::Bool(_) => "bool",
            Data::Int(_, kind) => kind.as_str(),
            Data::Unsigned(_) => "uint64",
            Data::Float(_) => "float64",
            Data::Text(_) => "string",
            Data::Bytes(_) => "[]uint8",
            Data::List(_, kind) => kind.as_str(),
            Data::Map(map) => map.borrow().kind.as_str(),
            Data::Object(object) => object.type_name(),
        }
    }

    /// Go's `reflect.Kind`, as `kindOf` prints it.
    pub(crate) fn kind_name(&self) -> &'static str {
        match &self.data {
            Data::Missing | Data::Nil => "invalid",
            Data::Bytes(_) | Data::List(..) => "slice",
            Data::Map(_) => "map",
            Data::Object(object) => object.kind_name(),
            _ => self.type_name(),
        }
    }
}

impl IntType {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Int64 => "int64",
            Self::Byte => "uint8",
        }
    }
}

impl ListType {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Any => "[]interface {}",
            Self::Strings => "[]string",
            Self::Ints => "[]int",
            Self::Dependencies => "[]*chart.Dependency",
        }
    }
}

impl MapType {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Any => "map[string]interface {}",
            Self::Values => "chartutil.Values",
            Self::Strings => "map[string]string",
        }
    }
}

impl Object {
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Struct(it) => it.type_name,
            Self::Files(_) => "engine.files",
            Self::Time(_) => "time.Time",
            Self::Versions(_) => "chartutil.VersionSet",
        }
    }

    fn kind_name(&self) -> &'static str {
        match self {
            Self::Struct(it) if it.type_name.starts_with('*') => "ptr",
            Self::Struct(_) | Self::Time(_) => "struct",
            Self::Files(_) => "map",
            Self::Versions(_) => "slice",
        }
    }
}
