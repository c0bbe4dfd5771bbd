//! What a function takes.

use crate::value::Type;

/// One parameter, and what it takes beside plain values of its type.
#[derive(Debug, Clone)]
pub struct Parameter {
    pub name: &'static str,
    pub ty: Type,
    pub allows_null: bool,
    /// The function is called with values to come; else its result is to come.
    pub allows_unknown: bool,
    /// The function is called with a value whose type is open; else its result's type is.
    pub allows_dynamic: bool,
    /// The function sees marks; else they are taken off and put on the result.
    pub allows_marked: bool,
}

impl Parameter {
    #[must_use]
    pub const fn new(name: &'static str, ty: Type) -> Self {
        Self {
            name,
            ty,
            allows_null: false,
            allows_unknown: false,
            allows_dynamic: false,
            allows_marked: false,
        }
    }

    /// Of any type.
    #[must_use]
    pub const fn any(name: &'static str) -> Self {
        Self::new(name, Type::Dynamic)
    }

    #[must_use]
    pub const fn allow_null(mut self) -> Self {
        self.allows_null = true;
        self
    }

    #[must_use]
    pub const fn allow_unknown(mut self) -> Self {
        self.allows_unknown = true;
        self
    }

    #[must_use]
    pub const fn allow_dynamic(mut self) -> Self {
        self.allows_dynamic = true;
        self
    }

    #[must_use]
    pub const fn allow_marked(mut self) -> Self {
        self.allows_marked = true;
        self
    }
}
