//! What is said of a command.

/// What a command would do, from harmless to harmful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Changes nothing, asks no other host than the API server that is configured, reads nothing
    /// that normally holds a secret.
    ReadOnly,
    /// The text does not tell.
    Unknown,
    /// Talks to another host, or listens for one.
    Network,
    /// Prints a secret, or what normally holds one.
    ReadsSecret,
    /// Changes files, processes, a cluster or a machine, or runs code that can.
    Mutates,
}

impl Class {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ReadOnly => "read_only",
            Self::Unknown => "unknown_ask",
            Self::Network => "network",
            Self::ReadsSecret => "reads_secret",
            Self::Mutates => "mutates",
        }
    }
}

/// The worst that is known of a whole command line, and every program that it would run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    pub class: Class,
    /// Why it is not a reader; empty where it is one.
    pub reason: String,
    /// False where it is no shell, or hides what it says.
    pub is_readable: bool,
    pub calls: Vec<Call>,
    /// True where it prints files that its text does not name: those of a folder, of a pattern, of a search.
    pub reads_unnamed: bool,
}

/// One program with its arguments. Wrappers (`sudo`, `timeout`, `sh -c`) and what they run are one
/// call each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The name of the program without its folder.
    pub program: String,
    pub arguments: Vec<Argument>,
    pub class: Class,
    pub reason: String,
    /// Where it runs, told from where the text begins, `""`; nothing where the text does not say.
    pub folder: Option<String>,
    /// Variables that are set for it or before it, with their values where the text says them.
    pub variables: Vec<(String, Option<String>)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    Literal(String),
    /// Known only when it runs, as it is written.
    Expanded(String),
}

impl Argument {
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        match self {
            Self::Literal(it) => Some(it),
            Self::Expanded(_) => None,
        }
    }
}

/// Why something is not a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Objection {
    pub(crate) class: Class,
    pub(crate) reason: String,
}

/// Nothing where it only reads.
pub(crate) type Verdict = Result<(), Objection>;

impl Objection {
    pub(crate) fn new(class: Class, reason: impl Into<String>) -> Self {
        Self { class, reason: reason.into() }
    }
}

pub(crate) fn ask<T>(reason: impl Into<String>) -> Result<T, Objection> {
    Err(Objection::new(Class::Unknown, reason))
}

pub(crate) fn mutates<T>(reason: impl Into<String>) -> Result<T, Objection> {
    Err(Objection::new(Class::Mutates, reason))
}

pub(crate) fn network<T>(reason: impl Into<String>) -> Result<T, Objection> {
    Err(Objection::new(Class::Network, reason))
}

pub(crate) fn secret<T>(reason: impl Into<String>) -> Result<T, Objection> {
    Err(Objection::new(Class::ReadsSecret, reason))
}

/// What was said first of the worst.
pub(crate) fn worst(verdicts: impl IntoIterator<Item = Verdict>) -> Verdict {
    let objections = verdicts.into_iter().filter_map(Result::err);
    let worst = objections.reduce(|worst, it| if it.class > worst.class { it } else { worst });
    worst.map_or(Ok(()), Err)
}

/// At least a question, whatever was said of what is inside.
pub(crate) fn at_least_ask(verdict: Verdict, reason: &str) -> Verdict {
    worst([verdict, ask(reason)])
}
