//! What a unit is.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use kai_core::Span;
use smol_str::SmolStr;

use crate::diagnostic::Diagnostic;
use crate::plan::Plan;
use crate::value::{Cause, Value};

/// The units of a tree.
#[derive(Debug, Default)]
pub struct Units {
    /// Each after those that it depends on.
    pub units: Vec<Unit>,
}

/// One folder in which Terragrunt would run Terraform. Its environment is what its folder says.
#[derive(Debug, Clone, Default)]
pub struct Unit {
    pub folder: Utf8PathBuf,
    /// The `terragrunt.hcl` of the unit.
    pub path: Utf8PathBuf,
    pub source: Source,
    pub inputs: Inputs,
    pub dependencies: Vec<Dependency>,
    pub backend: Option<Backend>,
    /// What is taken from the folder's name because nothing else says it.
    pub assumptions: Vec<Assumption>,
    /// What its module plans with these inputs; none where the module is not here.
    pub plan: Option<Plan>,
    /// What Terragrunt would refuse.
    pub problems: Vec<Diagnostic>,
    /// Names that are not read here, with the reason.
    pub gaps: Vec<(String, String)>,
}

/// Where the module of a unit is.
#[derive(Debug, Clone, Default)]
pub enum Source {
    /// A folder of the tree.
    Local(Utf8PathBuf),
    /// A version of it that is elsewhere is applied, or may be: the second text says which.
    Nearby(Utf8PathBuf, String),
    /// Somewhere else; the text says where.
    Elsewhere(String),
    /// The unit names none, and its folder holds no configuration.
    #[default]
    Nowhere,
}

/// What a unit hands over to its module.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    pub values: BTreeMap<SmolStr, Value>,
    /// Why there may be more than these.
    pub open: Option<Cause>,
}

/// Another unit that must be applied before.
#[derive(Debug, Clone)]
pub struct Dependency {
    /// Its name in expressions; none where it only gives the order.
    pub name: Option<SmolStr>,
    /// None where it is not known which folder it is.
    pub folder: Option<Utf8PathBuf>,
    /// Where the stand-ins for its outputs are written. They are no values of any environment.
    pub mocks: Option<Span>,
    pub span: Span,
}

/// Where the state of a unit is kept.
#[derive(Debug, Clone)]
pub struct Backend {
    /// `s3`
    pub kind: Value,
    pub config: BTreeMap<SmolStr, Value>,
    pub span: Span,
}

/// A variable of the environment that the folder's name gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumption {
    pub variable: SmolStr,
    pub value: SmolStr,
    /// The file that only this value names.
    pub file: Utf8PathBuf,
}

impl Source {
    /// The folder with the module's text.
    #[must_use]
    pub fn folder(&self) -> Option<&Utf8PathBuf> {
        match self {
            Self::Local(folder) | Self::Nearby(folder, _) => Some(folder),
            Self::Elsewhere(_) | Self::Nowhere => None,
        }
    }
}

impl Inputs {
    /// Adds what overrides these.
    pub(super) fn put(&mut self, other: Self) {
        if let Some(cause) = &other.open {
            for value in self.values.values_mut() {
                *value = Value::unknown(crate::value::Type::Dynamic, cause.clone());
            }
        }
        self.values.extend(other.values);
        self.open = other.open.or(self.open.take());
    }
}

impl Backend {
    /// The bucket of an `s3` or `gcs` backend.
    #[must_use]
    pub fn bucket(&self) -> Option<&Value> {
        self.config.get("bucket")
    }

    /// The table that keeps two applies apart, of an `s3` backend.
    #[must_use]
    pub fn lock_table(&self) -> Option<&Value> {
        self.config.get("dynamodb_table").or_else(|| self.config.get("lock_table"))
    }

    /// Whether an `s3` backend encrypts.
    #[must_use]
    pub fn encryption(&self) -> Option<&Value> {
        self.config.get("encrypt")
    }
}
