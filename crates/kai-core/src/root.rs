//! What a tool would apply as one, and where.

use camino::Utf8PathBuf;

use crate::{OriginId, SmolStr};

/// Names one root of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RootId(pub u32);

/// What a tool would apply as one, in one environment.
#[derive(Debug, Clone)]
pub struct Root {
    pub id: RootId,
    /// The folder or file, as shown to people.
    pub path: Utf8PathBuf,
    /// What tells it from other installations of the same chart.
    pub release: Option<SmolStr>,
    pub kind: RootKind,
    /// Why Kai takes it for a root: a clause with names.
    pub reason: String,
    pub environment: Environment,
    /// Why that environment: a clause with the path or line that says so.
    pub environment_evidence: String,
    /// What puts back whatever is changed in its objects by hand, where that is declared.
    pub healer: Option<Healer>,
    /// The files of a Compose project, each laid over those before it.
    pub files: Vec<Utf8PathBuf>,
    /// What this root takes from outside of what was read.
    pub gaps: Vec<Gap>,
}

/// A controller's order to keep a root as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Healer {
    /// As people name it: `Application/ledger`.
    pub name: SmolStr,
    /// The branch, tag or commit that it takes, where it says so.
    pub revision: Option<SmolStr>,
}

/// How a root is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RootKind {
    Kustomization,
    /// A folder of plain manifests.
    Manifests,
    ComposeProject,
    /// A Helm chart with the values of one installation.
    Chart,
    /// A dump of a live cluster.
    Dump,
    /// A file of steps that a build service runs.
    Pipeline,
    /// A file that says how an image is built.
    Image,
    /// A file that says what a scanner found in an image.
    ScanReport,
    /// A root module of Terraform with the values of one environment.
    Terraform,
}

/// Where a root runs. The order is the order of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Environment {
    Production,
    Staging,
    Development,
    Example,
    Archive,
}

/// Something that a root names and that was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    pub kind: GapKind,
    /// The name as written: a URL, a path, a chart.
    pub what: String,
    pub at: Option<OriginId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapKind {
    /// A base or resource behind a URL.
    RemoteBase,
    /// A file that git ignores or that is not in the repository.
    AbsentFile,
    /// A chart that is not rendered.
    Chart,
    /// A template that is not rendered.
    Template,
    /// A document that could not be parsed.
    Broken,
    /// A kind that a dump does not hold.
    NotCollected,
    /// A format that Kai does not read.
    Foreign,
    /// A module of Terraform whose source is not a folder of the tree.
    Module,
    /// A variable that nothing here gives a value.
    Variable,
    /// What a tool would refuse as it is written.
    Refused,
    /// A value that a chart, or an object that Terraform applies, asks for and that nothing here gives.
    Value,
}

impl GapKind {
    /// Why what the gap holds is not known.
    #[must_use]
    pub fn reason(self) -> crate::Reason {
        match self {
            Self::RemoteBase
            | Self::AbsentFile
            | Self::Chart
            | Self::Module
            | Self::Variable
            | Self::Value => crate::Reason::NotInRepository,
            Self::Template => crate::Reason::Templated,
            Self::Broken | Self::Foreign | Self::Refused => crate::Reason::Unreadable,
            Self::NotCollected => crate::Reason::NotCollected,
        }
    }

    /// What is the matter, as the end of a sentence that starts with its name.
    #[must_use]
    pub fn as_clause(self) -> &'static str {
        match self {
            Self::RemoteBase => "is behind a URL",
            Self::AbsentFile => "is not in the repository",
            Self::Chart => "is not rendered",
            Self::Template => "is a template",
            Self::Broken => "cannot be read",
            Self::NotCollected => "was not collected",
            Self::Foreign => "is in a format that is not read",
            Self::Module => "is a module that is not here",
            Self::Refused => "is what the tool would say",
            Self::Variable | Self::Value => "is given no value here",
        }
    }
}

impl Root {
    /// True where nothing says in which environment the root runs.
    #[must_use]
    pub fn is_environment_assumed(&self) -> bool {
        self.environment_evidence.starts_with("assumed")
    }

    /// The reason of a file that declares what a file beside it declares too.
    pub const VARIANT: &str = "it repeats objects of its neighbours, so it stands alone";

    /// True for one of several files of a folder that declare the same objects, of which somebody applies one.
    #[must_use]
    pub fn is_variant(&self) -> bool {
        self.reason == Self::VARIANT
    }
}

impl Environment {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Staging => "staging",
            Self::Development => "development",
            Self::Example => "example",
            Self::Archive => "archive",
        }
    }
}
