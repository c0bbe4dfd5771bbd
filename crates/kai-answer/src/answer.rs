//! What an answer consists of.

use kai_core::Evidence;

use crate::Incident;

/// An answer to one question.
#[derive(Debug, Clone)]
pub struct Answer {
    pub question: String,
    /// The id of the intent: `breaks`.
    pub intent: &'static str,
    /// What it is about, as people name it: `Deployment/ledger`; empty for the whole system.
    pub subject: String,
    /// How the question was read, where it named nothing exactly or more than one thing.
    pub reading: Option<String>,
    /// The answer itself: one sentence, or few.
    pub direct: Vec<Statement>,
    /// The steps of an adviser that the question asks for.
    pub sections: Vec<Section>,
    /// Something of the same kind that happened to others.
    pub incident: Option<&'static Incident>,
}

/// One step, or one part of a document.
#[derive(Debug, Clone)]
pub struct Section {
    pub step: Step,
    pub title: &'static str,
    /// True where the order matters.
    pub is_numbered: bool,
    pub statements: Vec<Statement>,
}

/// The steps in which a senior engineer advises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    BlastRadius,
    CurrentState,
    FailureScenarios,
    Priority,
    Recovery,
    Observability,
    /// A part of a document that was asked for.
    Document,
    /// What could not be seen.
    Unknown,
}

/// A sentence and what it rests on.
#[derive(Debug, Clone, Default)]
pub struct Statement {
    pub text: String,
    pub evidence: Vec<Evidence>,
    /// A command that belongs to it.
    pub command: Option<String>,
    /// What nobody has declared.
    pub blank: Option<Blank>,
}

/// A place that somebody who knows must fill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blank {
    /// The line of `kai.yaml` that fills it: `on-call.first`.
    pub line: String,
}

impl Statement {
    pub(crate) fn new(text: impl Into<String>, evidence: Vec<Evidence>) -> Self {
        Self { text: text.into(), evidence, ..Self::default() }
    }

    /// Something that only the team can know.
    pub(crate) fn blank(text: impl Into<String>, line: impl Into<String>) -> Self {
        Self { text: text.into(), blank: Some(Blank { line: line.into() }), ..Self::default() }
    }

    pub(crate) fn command(mut self, command: impl Into<String>) -> Self {
        let command = command.into();
        self.command = (!command.is_empty()).then_some(command);
        self
    }
}

impl Section {
    pub(crate) fn new(step: Step, statements: Vec<Statement>) -> Self {
        Self { step, title: step.title(), is_numbered: false, statements }
    }

    /// A part of a document.
    pub(crate) fn document(title: &'static str, statements: Vec<Statement>) -> Self {
        Self { title, ..Self::new(Step::Document, statements) }
    }

    pub(crate) fn numbered(mut self) -> Self {
        self.is_numbered = true;
        self
    }
}

impl Answer {
    /// With what another answer says of the rest of the same question.
    pub(crate) fn with(mut self, other: Self) -> Self {
        self.direct.extend(other.direct);
        for section in other.sections {
            let Some(same) = self.sections.iter_mut().find(|it| it.title == section.title) else {
                self.sections.push(section);
                continue;
            };
            for statement in section.statements {
                if same.statements.iter().all(|it| it.text != statement.text) {
                    same.statements.push(statement);
                }
            }
        }
        let readings = [self.reading, other.reading].into_iter().flatten().collect::<Vec<_>>();
        self.reading = (!readings.is_empty()).then(|| readings.join(". "));
        self.incident = self.incident.or(other.incident);
        self
    }

    /// Everything that the answer rests on, each once, in the order in which it is cited.
    #[must_use]
    pub fn evidence(&self) -> Vec<&Evidence> {
        let mut found: Vec<&Evidence> = Vec::new();
        for it in self.statements().flat_map(|it| &it.evidence) {
            if !found.iter().any(|known| known.id == it.id) {
                found.push(it);
            }
        }
        found
    }

    /// Every sentence, the answer itself first.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.direct.iter().chain(self.sections.iter().flat_map(|it| &it.statements))
    }
}

impl Step {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BlastRadius => "blast-radius",
            Self::CurrentState => "current-state",
            Self::FailureScenarios => "failure-scenarios",
            Self::Priority => "priority",
            Self::Recovery => "recovery",
            Self::Observability => "observability",
            Self::Document => "document",
            Self::Unknown => "unknown",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::BlastRadius => "Blast radius",
            Self::CurrentState => "Where it stands",
            Self::FailureScenarios => "How it fails",
            Self::Priority => "What I would do, in this order",
            Self::Recovery => "How we recover",
            Self::Observability => "How we know",
            Self::Document => "",
            Self::Unknown => "What I cannot see",
        }
    }
}
