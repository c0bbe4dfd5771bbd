//! Values that are no plain data: structures of Go with fields and methods.

use std::rc::Rc;

use smol_str::SmolStr;

use super::Value;
use crate::helm::chart;

/// A structure, or a type with methods. What it can do stands with the functions.
#[derive(Debug, Clone)]
pub(crate) enum Object {
    Struct(Struct),
    Time(jiff::Zoned),
    /// `.Files`
    Files(Rc<[chart::Data]>),
    /// `.Capabilities.APIVersions`
    Versions(Vec<SmolStr>),
}

/// Fields by name, in Go's order.
#[derive(Debug, Clone)]
pub(crate) struct Struct {
    /// As `%T` prints it: `*chart.Metadata`.
    pub(crate) type_name: &'static str,
    pub(crate) fields: Vec<(&'static str, Value)>,
    /// What its `String` method gives, where it has one.
    pub(crate) text: Option<SmolStr>,
}

impl Object {
    pub(crate) fn is_true(&self) -> bool {
        match self {
            Self::Struct(_) | Self::Time(_) => true,
            Self::Files(files) => !files.is_empty(),
            Self::Versions(versions) => !versions.is_empty(),
        }
    }
}

impl Struct {
    pub(crate) fn field(&self, name: &str) -> Option<&Value> {
        self.fields.iter().find(|it| it.0 == name).map(|it| &it.1)
    }
}
