//! What a text to come is put together from, where that can be told.

use std::collections::BTreeMap;
use std::sync::Arc;

use smol_str::SmolStr;

use super::{Cause, Data, Type, Value};

/// One part of a text to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Text(SmolStr),
    /// What an object has once it is applied.
    Attribute(Reference),
    /// A variable of the configuration whose value is not here, or a part of it, unchanged: `var.cluster.name`.
    Variable(SmolStr),
    /// Anything: what it waits for.
    Open(SmolStr),
}

/// An attribute of an object that another value is taken from, unchanged.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The folder of the unit whose object it is; empty for the configuration itself.
    pub unit: SmolStr,
    /// `module.a.aws_subnet.main[0]`
    pub address: SmolStr,
    /// `.id`, `.names[1]`
    pub path: SmolStr,
}

impl Reference {
    #[must_use]
    pub fn new(address: impl Into<SmolStr>, path: impl Into<SmolStr>) -> Self {
        Self { unit: SmolStr::default(), address: address.into(), path: path.into() }
    }

    fn extended(&self, step: &str) -> Self {
        Self { path: format!("{}{step}", self.path).into(), ..self.clone() }
    }
}

impl Value {
    /// A value to come that is an attribute of an object, or the object.
    #[must_use]
    pub fn referring(cause: Cause, reference: Reference) -> Self {
        Self::unknown(Type::Dynamic, cause).formed(vec![Piece::Attribute(reference)])
    }

    /// An object to come of which these attributes are known.
    #[must_use]
    pub fn with_parts(self, parts: BTreeMap<SmolStr, Self>) -> Self {
        match &self.data {
            Data::Unknown(unknown) => {
                let parts = Some(Arc::new(parts));
                let unknown = super::Unknown { parts, ..(**unknown).clone() };
                Self { data: Data::Unknown(Arc::new(unknown)), ..self }
            }
            _ => self,
        }
    }

    /// An attribute of an object to come of which some are known: that, or that it is to come too.
    pub(crate) fn part(&self, name: &str) -> Option<Self> {
        let unknown = self.as_unknown()?;
        let parts = unknown.parts.as_ref()?;
        let to_come = || {
            let Cause { reason, text, origin } = &unknown.cause;
            let cause = Cause::new(*reason, format!("{text}.{name}"), *origin);
            Self::unknown(Type::Dynamic, cause).part_of(self, &format!(".{name}"))
        };
        Some(parts.get(name).cloned().unwrap_or_else(to_come))
    }

    /// The value with what it is put together from, where it is to come.
    #[must_use]
    pub fn formed(self, pieces: Vec<Piece>) -> Self {
        match &self.data {
            Data::Unknown(unknown) => {
                let unknown = super::Unknown { form: pieces.into(), ..(**unknown).clone() };
                Self { data: Data::Unknown(Arc::new(unknown)), ..self }
            }
            _ => self,
        }
    }

    /// What a variable of the configuration is that is given no value here.
    pub(crate) fn of_variable(name: &str, ty: Type, cause: Cause) -> Self {
        Self::unknown(ty, cause).formed(vec![Piece::Variable(format!("var.{name}").into())])
    }

    /// What a text is put together from; one open part where that is not known.
    #[must_use]
    pub fn pieces(&self) -> Vec<Piece> {
        match &self.data {
            Data::Unknown(it) if it.form.is_empty() => vec![Piece::Open(it.cause.text.clone())],
            Data::Unknown(it) => it.form.to_vec(),
            _ => {
                let text = self.convert(&Type::String).ok();
                let text = text.as_ref().and_then(Self::as_str);
                text.map(|it| Piece::Text(it.into())).into_iter().collect()
            }
        }
    }

    /// The one attribute that the value is, where it is one.
    #[must_use]
    pub fn reference(&self) -> Option<&Reference> {
        match &self.as_unknown()?.form[..] {
            [Piece::Attribute(reference)] => Some(reference),
            _ => None,
        }
    }

    /// A part of a value: it refers one step further.
    pub(crate) fn part_of(self, whole: &Self, step: &str) -> Self {
        let form = whole.as_unknown().map_or(&[][..], |it| &it.form[..]);
        match form {
            [Piece::Attribute(it)] => self.formed(vec![Piece::Attribute(it.extended(step))]),
            [Piece::Variable(it)] => {
                self.formed(vec![Piece::Variable(format!("{it}{step}").into())])
            }
            _ => self,
        }
    }

    /// The value as another unit sees it: what refers to the unit's own objects names the unit.
    #[must_use]
    pub fn seen_from_outside(&self, unit: &str) -> Self {
        match &self.data {
            Data::Unknown(it) if !it.form.is_empty() => {
                let named = |piece: &Piece| match piece {
                    Piece::Attribute(it) if it.unit.is_empty() => {
                        Piece::Attribute(Reference { unit: unit.into(), ..it.clone() })
                    }
                    other => other.clone(),
                };
                self.clone().formed(it.form.iter().map(named).collect())
            }
            _ => self.with_children(|it| it.seen_from_outside(unit)),
        }
    }
}
