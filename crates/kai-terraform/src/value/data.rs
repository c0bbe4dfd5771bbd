//! A value.

use std::collections::BTreeMap;
use std::sync::Arc;

use kai_core::OriginId;
use smol_str::SmolStr;
use unicode_normalization::{UnicodeNormalization as _, is_nfc_quick};

use super::set::set_elements;
use super::{Cause, Number, Refinement, Type, Unknown};

/// A value, what it is marked with, and where it came from. Cloning copies pointers.
#[derive(Debug, Clone)]
pub struct Value {
    pub data: Data,
    pub marks: Marks,
    pub origin: OriginId,
}

/// What a value is.
#[derive(Debug, Clone)]
pub enum Data {
    Null(Type),
    Unknown(Arc<Unknown>),
    Bool(bool),
    Number(Arc<Number>),
    /// In normal form C.
    String(SmolStr),
    /// The element type, and elements of just that type.
    List(Type, Arc<[Value]>),
    /// In Terraform's order, each once, none marked.
    Set(Type, Arc<[Value]>),
    Map(Type, Arc<BTreeMap<SmolStr, Value>>),
    Tuple(Arc<[Value]>),
    Object(Arc<BTreeMap<SmolStr, Value>>),
}

/// What must not be shown or kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks {
    pub is_sensitive: bool,
    pub is_ephemeral: bool,
}

impl Marks {
    pub const NONE: Self = Self { is_sensitive: false, is_ephemeral: false };
    pub const SENSITIVE: Self = Self { is_sensitive: true, is_ephemeral: false };
    pub const EPHEMERAL: Self = Self { is_sensitive: false, is_ephemeral: true };

    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            is_sensitive: self.is_sensitive || other.is_sensitive,
            is_ephemeral: self.is_ephemeral || other.is_ephemeral,
        }
    }

    #[must_use]
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }
}

/// Making values.
impl Value {
    #[must_use]
    pub const fn new(data: Data) -> Self {
        Self { data, marks: Marks::NONE, origin: OriginId::NONE }
    }

    #[must_use]
    pub const fn null(ty: Type) -> Self {
        Self::new(Data::Null(ty))
    }

    /// A value to come of which nothing but its type is known.
    #[must_use]
    pub fn unknown(ty: Type, cause: Cause) -> Self {
        Self::refined(ty, Refinement::default(), cause)
    }

    /// A value to come; where only one is possible, that one.
    #[must_use]
    pub fn refined(ty: Type, refinement: Refinement, cause: Cause) -> Self {
        let origin = cause.origin;
        let refinement = if ty == Type::Dynamic { Refinement::default() } else { refinement };
        Unknown { ty, refinement, cause, form: Arc::default(), parts: None }.into_value(origin)
    }

    #[must_use]
    pub const fn bool(value: bool) -> Self {
        Self::new(Data::Bool(value))
    }

    #[must_use]
    pub fn number(value: Number) -> Self {
        Self::new(Data::Number(Arc::new(value)))
    }

    #[must_use]
    pub fn int(value: i64) -> Self {
        Self::number(Number::from_i64(value))
    }

    /// How many there are.
    #[must_use]
    pub fn count(value: usize) -> Self {
        Self::int(i64::try_from(value).unwrap_or(i64::MAX))
    }

    #[must_use]
    pub fn string(text: impl AsRef<str> + Into<SmolStr>) -> Self {
        Self::new(Data::String(normal(text)))
    }

    /// A list of elements that all have the type; elements of another type are the caller's fault.
    #[must_use]
    pub fn list(element: Type, elements: impl Into<Arc<[Self]>>) -> Self {
        Self::new(Data::List(element, elements.into()))
    }

    /// A set: elements are put in order, those that are twice are dropped, and their marks become
    /// marks of the set.
    #[must_use]
    pub fn set(element: Type, elements: Vec<Self>) -> Self {
        let (elements, marks) = set_elements(elements);
        Self::new(Data::Set(element, elements.into())).marked(marks)
    }

    #[must_use]
    pub fn map(element: Type, elements: BTreeMap<SmolStr, Self>) -> Self {
        Self::new(Data::Map(element, Arc::new(elements)))
    }

    #[must_use]
    pub fn tuple(elements: impl Into<Arc<[Self]>>) -> Self {
        Self::new(Data::Tuple(elements.into()))
    }

    #[must_use]
    pub fn object(attributes: BTreeMap<SmolStr, Self>) -> Self {
        Self::new(Data::Object(Arc::new(attributes)))
    }

    #[must_use]
    pub const fn with_origin(mut self, origin: OriginId) -> Self {
        self.origin = origin;
        self
    }

    /// The value with these marks in addition to its own.
    #[must_use]
    pub const fn marked(mut self, marks: Marks) -> Self {
        self.marks = self.marks.and(marks);
        self
    }
}

/// Text in normal form C, as every string of the language is.
pub(crate) fn normal(text: impl AsRef<str> + Into<SmolStr>) -> SmolStr {
    let it = text.as_ref();
    if it.is_ascii() || is_nfc_quick(it.chars()) == unicode_normalization::IsNormalized::Yes {
        text.into()
    } else {
        it.nfc().collect::<String>().into()
    }
}

/// Asking values.
impl Value {
    /// Looks at every value inside of a tuple or an object. Who asks for the outermost alone asks
    /// [`Self::outer_type`].
    #[must_use]
    pub fn ty(&self) -> Type {
        match &self.data {
            Data::Null(ty) => ty.clone(),
            Data::Unknown(unknown) => unknown.ty.clone(),
            Data::Bool(_) => Type::Bool,
            Data::Number(_) => Type::Number,
            Data::String(_) => Type::String,
            Data::List(element, _) => Type::list(element.clone()),
            Data::Set(element, _) => Type::set(element.clone()),
            Data::Map(element, _) => Type::map(element.clone()),
            Data::Tuple(elements) => Type::tuple(elements.iter().map(Self::ty).collect::<Vec<_>>()),
            Data::Object(attributes) => {
                Type::object(attributes.iter().map(|(name, it)| (name.clone(), it.ty())).collect())
            }
        }
    }

    /// Its type, of which a tuple or an object holds nothing.
    #[must_use]
    pub fn outer_type(&self) -> Type {
        match &self.data {
            Data::Tuple(_) => Type::tuple([]),
            Data::Object(_) => Type::object(BTreeMap::new()),
            _ => self.ty(),
        }
    }

    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.data, Data::Null(_))
    }

    /// True unless the value itself is to come; parts of it may be.
    #[must_use]
    pub fn is_known(&self) -> bool {
        !matches!(self.data, Data::Unknown(_))
    }

    #[must_use]
    pub fn as_unknown(&self) -> Option<&Arc<Unknown>> {
        if let Data::Unknown(unknown) = &self.data { Some(unknown) } else { None }
    }

    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Data::Bool(value) = self.data { Some(value) } else { None }
    }

    #[must_use]
    pub fn as_number(&self) -> Option<&Number> {
        if let Data::Number(value) = &self.data { Some(value) } else { None }
    }

    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Data::String(text) = &self.data { Some(text) } else { None }
    }

    /// The elements of a list, set or tuple.
    #[must_use]
    pub fn elements(&self) -> Option<&Arc<[Self]>> {
        match &self.data {
            Data::List(_, it) | Data::Set(_, it) | Data::Tuple(it) => Some(it),
            _ => None,
        }
    }

    /// The elements of a map or the attributes of an object.
    #[must_use]
    pub fn entries(&self) -> Option<&Arc<BTreeMap<SmolStr, Self>>> {
        match &self.data {
            Data::Map(_, it) | Data::Object(it) => Some(it),
            _ => None,
        }
    }

    /// The values directly inside.
    pub fn children(&self) -> impl Iterator<Item = &Self> {
        let elements = self.elements().into_iter().flat_map(|it| it.iter());
        elements.chain(self.entries().into_iter().flat_map(|it| it.values()))
    }

    /// The first part of the value that is to come.
    #[must_use]
    pub fn first_unknown(&self) -> Option<&Arc<Unknown>> {
        self.as_unknown().or_else(|| self.children().find_map(Self::first_unknown))
    }

    #[must_use]
    pub fn is_wholly_known(&self) -> bool {
        self.is_known() && self.children().all(Self::is_wholly_known)
    }

    /// The marks of the value and of everything in it.
    #[must_use]
    pub fn marks_deep(&self) -> Marks {
        self.children().fold(self.marks, |marks, it| marks.and(it.marks_deep()))
    }

    /// The value without any marks, and those that were taken off it.
    #[must_use]
    pub fn unmarked_deep(&self) -> (Self, Marks) {
        let marks = self.marks_deep();
        if marks.is_none() {
            return (self.clone(), marks);
        }
        (self.unmarked_inside(), marks)
    }

    fn unmarked_inside(&self) -> Self {
        self.with_children(Self::unmarked_inside).unmarked()
    }

    /// The value without its own marks.
    #[must_use]
    pub const fn unmarked(mut self) -> Self {
        self.marks = Marks::NONE;
        self
    }

    /// The value with each value directly inside replaced; they keep their types.
    #[must_use]
    pub fn with_children(&self, mut change: impl FnMut(&Self) -> Self) -> Self {
        let data = match &self.data {
            Data::List(ty, it) => Data::List(ty.clone(), it.iter().map(&mut change).collect()),
            Data::Set(ty, it) => Data::Set(ty.clone(), it.iter().map(&mut change).collect()),
            Data::Tuple(it) => Data::Tuple(it.iter().map(&mut change).collect()),
            Data::Map(ty, it) => {
                let changed = it.iter().map(|(key, it)| (key.clone(), change(it)));
                Data::Map(ty.clone(), Arc::new(changed.collect()))
            }
            Data::Object(it) => {
                let changed = it.iter().map(|(key, it)| (key.clone(), change(it)));
                Data::Object(Arc::new(changed.collect()))
            }
            other => other.clone(),
        };
        Self { data, ..self.clone() }
    }

    /// What is known of the value: a known one leaves nothing open.
    #[must_use]
    pub fn refinement(&self) -> Refinement {
        match &self.data {
            Data::Unknown(unknown) => unknown.refinement.clone(),
            Data::Null(_) => Refinement::default(),
            _ => Refinement::not_null(),
        }
    }

    /// The value with the knowledge that it is not null added; a known one stays as it is.
    #[must_use]
    pub fn refined_not_null(self) -> Self {
        match &self.data {
            Data::Unknown(it) if it.ty != Type::Dynamic && !it.refinement.is_not_null => {
                let mut unknown = (**it).clone();
                unknown.refinement.is_not_null = true;
                unknown.into_value(self.origin).marked(self.marks)
            }
            _ => self,
        }
    }
}
