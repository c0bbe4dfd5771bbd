//! Types of values, and type constraints: types with `any` and optional attributes in them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use smol_str::SmolStr;

/// A type. Cloning copies a pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// Not known yet, or any: an untyped null, `any` in a constraint.
    Dynamic,
    Bool,
    Number,
    String,
    List(Arc<Self>),
    Set(Arc<Self>),
    Map(Arc<Self>),
    Tuple(Arc<[Self]>),
    Object(Arc<ObjectType>),
}

/// The attributes of an object.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ObjectType {
    pub attributes: BTreeMap<SmolStr, Type>,
    /// Only in constraints: those that a value may leave out.
    pub optional: BTreeSet<SmolStr>,
}

impl Type {
    #[must_use]
    pub fn list(element: Self) -> Self {
        Self::List(Arc::new(element))
    }

    #[must_use]
    pub fn set(element: Self) -> Self {
        Self::Set(Arc::new(element))
    }

    #[must_use]
    pub fn map(element: Self) -> Self {
        Self::Map(Arc::new(element))
    }

    #[must_use]
    pub fn tuple(elements: impl Into<Arc<[Self]>>) -> Self {
        Self::Tuple(elements.into())
    }

    #[must_use]
    pub fn object(attributes: BTreeMap<SmolStr, Self>) -> Self {
        Self::Object(Arc::new(ObjectType { attributes, optional: BTreeSet::new() }))
    }

    #[must_use]
    pub fn is_primitive(&self) -> bool {
        matches!(self, Self::Bool | Self::Number | Self::String)
    }

    /// List, set or map.
    #[must_use]
    pub fn is_collection(&self) -> bool {
        matches!(self, Self::List(_) | Self::Set(_) | Self::Map(_))
    }

    /// Tuple or object.
    #[must_use]
    pub fn is_structural(&self) -> bool {
        matches!(self, Self::Tuple(_) | Self::Object(_))
    }

    /// What a list, set or map holds.
    #[must_use]
    pub fn element(&self) -> Option<&Self> {
        match self {
            Self::List(element) | Self::Set(element) | Self::Map(element) => Some(element),
            _ => None,
        }
    }

    /// True where a part of it is not known.
    #[must_use]
    pub fn has_dynamic(&self) -> bool {
        match self {
            Self::Dynamic => true,
            Self::Bool | Self::Number | Self::String => false,
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.has_dynamic(),
            Self::Tuple(elements) => elements.iter().any(Self::has_dynamic),
            Self::Object(object) => object.attributes.values().any(Self::has_dynamic),
        }
    }

    /// The type of values that meet the constraint: nothing in it is optional.
    #[must_use]
    pub fn without_optional(&self) -> Self {
        match self {
            Self::List(element) => Self::list(element.without_optional()),
            Self::Set(element) => Self::set(element.without_optional()),
            Self::Map(element) => Self::map(element.without_optional()),
            Self::Tuple(elements) => {
                Self::tuple(elements.iter().map(Self::without_optional).collect::<Vec<_>>())
            }
            Self::Object(object) => {
                let attributes = object.attributes.iter();
                Self::object(
                    attributes.map(|(name, ty)| (name.clone(), ty.without_optional())).collect(),
                )
            }
            other => other.clone(),
        }
    }

    /// The name in messages: `list of string`, `object`.
    #[must_use]
    pub fn friendly(&self) -> String {
        self.named("dynamic")
    }

    /// The name in messages about what is wanted: `any type`, `list of any single type`.
    #[must_use]
    pub fn wanted(&self) -> String {
        match self {
            Self::Dynamic => "any type".into(),
            Self::List(it) | Self::Set(it) | Self::Map(it) if **it == Self::Dynamic => {
                format!("{} of any single type", self.kind())
            }
            Self::List(it) | Self::Set(it) | Self::Map(it) => {
                format!("{} of {}", self.kind(), it.wanted())
            }
            _ => self.kind().into(),
        }
    }

    fn named(&self, dynamic: &str) -> String {
        match self {
            Self::Dynamic => dynamic.into(),
            Self::List(it) | Self::Set(it) | Self::Map(it) => {
                format!("{} of {}", self.kind(), it.named(dynamic))
            }
            _ => self.kind().into(),
        }
    }

    /// The name without what is inside.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Dynamic => "dynamic",
            Self::Bool => "bool",
            Self::Number => "number",
            Self::String => "string",
            Self::List(_) => "list",
            Self::Set(_) => "set",
            Self::Map(_) => "map",
            Self::Tuple(_) => "tuple",
            Self::Object(_) => "object",
        }
    }
}
