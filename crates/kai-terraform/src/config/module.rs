//! What the files of one folder declare.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use camino::Utf8PathBuf;
use kai_core::{OriginId, Span};
use smol_str::SmolStr;

use super::Defaults;
use super::mentioned::mentioned;
use crate::syntax::{Block, Body, Expr, Kind, StepKind};
use crate::value::{Type, Value};

/// A module: the files of one folder, merged.
#[derive(Debug, Clone, Default)]
pub struct Module {
    pub folder: Utf8PathBuf,
    pub variables: BTreeMap<SmolStr, Variable>,
    pub locals: BTreeMap<SmolStr, Local>,
    pub outputs: BTreeMap<SmolStr, Output>,
    pub resources: BTreeMap<ResourceName, Arc<Resource>>,
    pub calls: BTreeMap<SmolStr, Arc<ModuleCall>>,
    pub checks: Vec<Block>,
    pub moves: Vec<Move>,
    pub removals: Vec<Removal>,
    pub imports: Vec<Import>,
    pub providers: Vec<Block>,
    pub settings: Vec<Block>,
    /// Found when it is asked for, and once for all calls of the module.
    pub(super) mentioned: OnceLock<BTreeSet<ResourceName>>,
}

impl Module {
    /// The resources that something of the module mentions, each by another than itself.
    pub fn mentioned(&self) -> &BTreeSet<ResourceName> {
        self.mentioned.get_or_init(|| mentioned(self))
    }
}

/// `variable "name" { … }`
#[derive(Debug, Clone)]
pub struct Variable {
    pub ty: Type,
    pub defaults: Defaults,
    pub default: Option<Value>,
    /// False where no type is written: then a text on the command line is that text.
    pub is_typed: bool,
    pub is_nullable: bool,
    pub is_sensitive: bool,
    pub is_ephemeral: bool,
    pub validations: Vec<Condition>,
    pub span: Span,
    pub origin: OriginId,
}

/// `name = expression` in `locals`
#[derive(Debug, Clone)]
pub struct Local {
    pub expr: Arc<Expr>,
    pub span: Span,
}

/// `output "name" { … }`
#[derive(Debug, Clone)]
pub struct Output {
    pub value: Option<Arc<Expr>>,
    pub is_sensitive: bool,
    pub is_ephemeral: bool,
    pub preconditions: Vec<Condition>,
    pub depends_on: Option<Arc<Expr>>,
    pub span: Span,
}

/// A condition and what is said where it does not hold.
#[derive(Debug, Clone)]
pub struct Condition {
    pub condition: Arc<Expr>,
    pub message: Option<Arc<Expr>>,
    pub span: Span,
}

/// What a resource is called in its module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceName {
    pub is_data: bool,
    pub ty: SmolStr,
    pub name: SmolStr,
}

/// `resource "type" "name" { … }`, also `data`
#[derive(Debug, Clone)]
pub struct Resource {
    pub name: ResourceName,
    pub repetition: Repetition,
    pub depends_on: Option<Arc<Expr>>,
    pub provider: Option<Arc<Expr>>,
    /// Without what says how often and in which order.
    pub body: Body,
    /// Scripts that run when it is made or deleted.
    pub provisioners: Vec<Block>,
    pub lifecycle: Lifecycle,
    pub span: Span,
    pub origin: OriginId,
}

/// `count` or `for_each`
#[derive(Debug, Clone, Default)]
pub struct Repetition {
    pub count: Option<Arc<Expr>>,
    pub for_each: Option<Arc<Expr>>,
}

/// `lifecycle { … }`
#[derive(Debug, Clone, Default)]
pub struct Lifecycle {
    pub is_protected: bool,
    pub creates_first: bool,
    pub ignores_all: bool,
    pub ignored: Vec<Expr>,
    pub replaced_by: Option<Arc<Expr>>,
    pub preconditions: Vec<Condition>,
    pub postconditions: Vec<Condition>,
}

impl Lifecycle {
    /// The names on the way to each argument of `ignore_changes`, without numbers of blocks; `*` for all of
    /// them.
    #[must_use]
    pub fn ignored_names(&self) -> Vec<Vec<SmolStr>> {
        if self.ignores_all {
            return vec![vec![SmolStr::new_static("*")]];
        }
        let names = |it: &Expr| match &it.kind {
            Kind::Traversal(root, steps) => {
                let steps = steps.iter().filter_map(|it| match &it.kind {
                    StepKind::Attribute(name) | StepKind::Text(name) => Some(name.clone()),
                    StepKind::Number(_) => None,
                });
                Some(std::iter::once(root.clone()).chain(steps).collect())
            }
            _ => None,
        };
        self.ignored.iter().filter_map(names).collect()
    }
}

/// `module "name" { … }`
#[derive(Debug, Clone)]
pub struct ModuleCall {
    pub name: SmolStr,
    pub source: Option<SmolStr>,
    /// Which versions of a registry it takes, as written; empty where that cannot be told, none where nothing is.
    pub version: Option<SmolStr>,
    pub source_span: Span,
    pub repetition: Repetition,
    pub depends_on: Option<Arc<Expr>>,
    pub providers: Option<Arc<Expr>>,
    /// The arguments that are inputs.
    pub inputs: BTreeMap<SmolStr, (Arc<Expr>, Span)>,
    pub span: Span,
    pub origin: OriginId,
}

/// `moved { … }`
#[derive(Debug, Clone)]
pub struct Move {
    pub from: Expr,
    pub to: Expr,
    pub span: Span,
}

/// `removed { … }`
#[derive(Debug, Clone)]
pub struct Removal {
    pub from: Expr,
    /// False where the object is only forgotten.
    pub destroys: bool,
    pub span: Span,
}

/// `import { … }`
#[derive(Debug, Clone)]
pub struct Import {
    pub to: Expr,
    pub id: Option<Arc<Expr>>,
    pub for_each: Option<Arc<Expr>>,
    pub span: Span,
}

impl ResourceName {
    #[must_use]
    pub fn new(is_data: bool, ty: &str, name: &str) -> Self {
        Self { is_data, ty: ty.into(), name: name.into() }
    }
}

impl std::fmt::Display for ResourceName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let data = if self.is_data { "data." } else { "" };
        write!(f, "{data}{}.{}", self.ty, self.name)
    }
}
