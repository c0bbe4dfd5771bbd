//! What is said of a plan or a state.

use camino::Utf8PathBuf;
use kai_core::{Environment, Level, Location};
use kai_terraform::record::{Action, AttributeChange};

/// A document, and what it means.
#[derive(Debug)]
pub struct Drift {
    pub given: Given,
    /// The root that it belongs to; none where none has its addresses.
    pub fit: Option<Fit>,
    pub tally: Tally,
    /// Worst first; what is made anew and what only is read is counted and not told.
    pub changes: Vec<DriftChange>,
    /// What could not be told, each a sentence.
    pub not_known: Vec<String>,
}

/// The document itself.
#[derive(Debug)]
pub struct Given {
    pub is_plan: bool,
    /// The version of its format.
    pub format: String,
    /// The version of the tool that wrote it.
    pub tool: String,
}

/// The root that a document belongs to.
#[derive(Debug)]
pub struct Fit {
    pub path: Utf8PathBuf,
    /// The file of variables that it is planned with, where roots of one folder differ by it.
    pub release: Option<String>,
    pub environment: Environment,
    /// How many of the document's objects it declares.
    pub known: usize,
    pub all: usize,
    /// Other roots that fit as well.
    pub others: Vec<String>,
}

/// How many objects what happens to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    pub delete: usize,
    pub replace: usize,
    pub forget: usize,
    pub update: usize,
    pub create: usize,
    /// Nothing happens to them.
    pub unchanged: usize,
    /// Changed by somebody else.
    pub outside: usize,
}

/// Where a change comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// The plan would do it.
    Planned,
    /// It was done, and not by Terraform.
    Outside,
    /// The state says one thing and the configuration another.
    Differs,
}

/// What happens to one object, and what that reaches.
#[derive(Debug)]
pub struct DriftChange {
    pub level: Level,
    pub address: String,
    pub previous_address: Option<String>,
    pub ty: String,
    pub action: Action,
    pub cause: Cause,
    /// What is in it, where it holds something: `a database`.
    pub holds: Option<&'static str>,
    /// What breaks.
    pub breaks: String,
    /// How we know.
    pub because: String,
    /// How we recover, or what to do before.
    pub remedy: String,
    /// As the graph names it; none where it is no component there.
    pub component: Option<String>,
    /// Journeys that stop with it, by name.
    pub journeys: Vec<String>,
    /// Components that cannot work without it.
    pub dependants: Vec<String>,
    /// Without what is secret.
    pub attributes: Vec<AttributeChange>,
    /// Where the configuration declares it.
    pub place: Option<Location>,
}

impl Tally {
    pub(super) fn count(&mut self, action: Action) {
        *match action {
            Action::Delete => &mut self.delete,
            Action::Replace { .. } => &mut self.replace,
            Action::Forget => &mut self.forget,
            Action::Update => &mut self.update,
            Action::Create => &mut self.create,
            Action::Nothing => &mut self.unchanged,
            Action::Read => return,
        } += 1;
    }
}
