//! What is asked, and the answer.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use kai_core::OriginId;
use smol_str::SmolStr;

use super::provider::Configured;
use crate::diagnostic::Diagnostic;
use crate::value::{Cause, Value};

/// A root module, and what Terraform would be told on the command line.
#[derive(Debug, Clone, Default)]
pub struct Request {
    pub root: Utf8PathBuf,
    /// `-var` and `-var-file`, in order.
    pub flags: Vec<Flag>,
    /// `TF_VAR_name` and `TF_WORKSPACE`; nothing is read from the environment itself.
    pub environment: BTreeMap<String, String>,
    /// Values of variables that a wrapper hands over in the environment.
    pub values: BTreeMap<SmolStr, Value>,
    /// Where the wrapper hands over more than can be known: why. What nothing else gives is unknown
    /// then, defaults included.
    pub open: Option<Cause>,
    /// Files that are written into the root before it is planned.
    pub generated: Vec<Generated>,
    /// The text of a prior state.
    pub state: Option<String>,
    /// What `timestamp()` would give, where it is known.
    pub now: Option<String>,
    /// True where `type()` can be asked, as in `terraform console`.
    pub is_console: bool,
}

/// A file that is written into the root module, in place of one of the same name.
#[derive(Debug, Clone)]
pub struct Generated {
    pub name: String,
    /// Where its text stands.
    pub path: Utf8PathBuf,
    pub text: String,
}

/// A value that is given on the command line.
#[derive(Debug, Clone)]
pub enum Flag {
    Variable(SmolStr, String),
    /// A path in the tree.
    File(Utf8PathBuf),
    /// A variable that some file may set, of which nobody knows whether it is given.
    Unknown(SmolStr),
}

/// What would be planned, as far as it can be known.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub variables: BTreeMap<SmolStr, Value>,
    /// Variables of the root as they are given, before their types are looked at.
    pub inputs: BTreeMap<SmolStr, Value>,
    pub locals: BTreeMap<SmolStr, Value>,
    /// By address.
    pub changes: Vec<Change>,
    pub outputs: BTreeMap<SmolStr, Value>,
    /// What Terraform would refuse. Where there is any, it would plan nothing.
    pub problems: Vec<Diagnostic>,
    /// What it would warn of.
    pub warnings: Vec<Diagnostic>,
    /// Names that are not read here, with the reason: modules of remote sources.
    pub gaps: Vec<(String, String)>,
    /// Folders of modules that hold no file of the tree.
    pub missing: Vec<Utf8PathBuf>,
    /// What is given to modules.
    pub calls: Vec<Called>,
    /// What resources say that are there no time at all; their keys are unknown.
    pub absent: Vec<Change>,
    /// What is given to modules that are called no time at all.
    pub absent_calls: Vec<Called>,
    /// Where its state is to be kept.
    pub backend: Option<Backend>,
    /// Addresses from and to which the configuration says that objects moved, in its order.
    pub moves: Vec<(String, String)>,
    /// Addresses that the configuration says it lets go of without destroying them.
    pub forgotten: Vec<String>,
}

/// A place for state, as it is written; what is given on the command line is not here.
#[derive(Debug, Clone)]
pub struct Backend {
    /// `s3`
    pub kind: SmolStr,
    pub values: Value,
    pub origin: OriginId,
}

/// One instance of a module.
#[derive(Debug, Clone)]
pub struct Called {
    pub address: String,
    pub source: SmolStr,
    /// Which versions of a registry it takes, as written; empty where that cannot be told, none where it says nothing.
    pub version: Option<SmolStr>,
    /// False where its files are not here.
    pub is_read: bool,
    pub inputs: BTreeMap<SmolStr, Value>,
    pub origin: OriginId,
}

/// One instance of a resource, and what would be done with it.
#[derive(Debug, Clone)]
pub struct Change {
    pub address: String,
    /// True where nothing of its module mentions it.
    pub is_unused: bool,
    pub module: String,
    pub is_data: bool,
    pub ty: SmolStr,
    pub name: SmolStr,
    /// The number or text that tells it from its siblings.
    pub key: Option<Value>,
    pub actions: &'static [&'static str],
    pub before: Option<Value>,
    /// None where it would be gone.
    pub after: Option<Value>,
    pub previous_address: Option<String>,
    /// The provider as it is written: `aws.west`; nothing where none is.
    pub provider: SmolStr,
    /// What configures that provider.
    pub configured: Configured,
    /// True where a plan that would end it is refused: `prevent_destroy`.
    pub is_protected: bool,
    /// What is left alone once the object is there, by the names on the way (`spec`, `replicas`), `*` for
    /// all: `ignore_changes`.
    pub ignored: Vec<Vec<SmolStr>>,
    pub origin: OriginId,
}
