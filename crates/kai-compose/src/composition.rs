//! What every composer returns.

use camino::Utf8PathBuf;
use kai_core::{Gap, Node, OriginId, Problem, SmolStr};

use crate::helm::{AbsentValue, LostValue, UnreadDefault, UnreadValue};

/// The objects that a tool would apply as one, in the order in which it would print them.
#[derive(Debug, Clone, Default)]
pub struct Composition {
    pub objects: Vec<Node>,
    /// What is named and was not read; `objects` is everything else.
    pub gaps: Vec<Gap>,
    /// What was read and is broken, so that something of it may be missing in `objects`.
    pub problems: Vec<Problem>,
    /// What a chart does with its values, where the objects are one installation of it.
    pub installation: Option<Installation>,
    /// What ApplicationSets among the objects make.
    pub sets: Vec<AppliedSet>,
    /// Of a pipeline: a file of tests in its repository, where no other build service is set up there.
    pub tested_by: Option<Utf8PathBuf>,
}

/// An ApplicationSet, and the Applications that it makes as far as the tree says it.
#[derive(Debug, Clone)]
pub struct AppliedSet {
    pub name: SmolStr,
    /// As written; empty where it is not.
    pub namespace: SmolStr,
    pub applications: Vec<Node>,
}

/// The values of one installation of a chart that do not meet its templates.
#[derive(Debug, Clone)]
pub struct Installation {
    pub name: SmolStr,
    /// The folder of the chart; empty for the top of the tree.
    pub folder: Utf8PathBuf,
    /// What people call the chart: its folder, or its own name at the top of the tree.
    pub chart: String,
    /// The files that give it values, besides its own.
    pub files: Vec<Utf8PathBuf>,
    pub unread: Vec<UnreadValue>,
    /// What the chart's own `values.yaml` says and none of its templates reads.
    pub unread_defaults: Vec<UnreadDefault>,
    pub absent: Vec<AbsentValue>,
    pub lost: Vec<LostValue>,
}

/// The tool would print an error instead of objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong, with names: one sentence, no full stop.
    pub message: String,
    /// The text that is wrong.
    pub at: Option<OriginId>,
}

impl Refusal {
    /// A refusal that no text is to blame for, such as a folder that is not there.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), at: None }
    }

    /// A refusal because of one text.
    #[must_use]
    pub fn at(origin: OriginId, message: impl Into<String>) -> Self {
        Self { message: message.into(), at: Some(origin) }
    }
}
