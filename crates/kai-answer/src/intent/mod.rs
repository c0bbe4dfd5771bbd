//! One file a kind of question.

mod breaks;
mod fix;
mod notice;

use kai_core::ComponentId;

use crate::answer::{Answer, Section, Statement};
use crate::case::Case;
use crate::incident::Incident;
use crate::question::Token;

/// A kind of question.
pub(crate) struct Intent {
    pub(crate) id: &'static str,
    /// How somebody would ask it.
    pub(crate) example: &'static str,
    pub(crate) wants: Wants,
    /// See `question/pattern.rs`.
    pub(crate) patterns: &'static [&'static str],
    /// Or why there is none, as a sentence.
    pub(crate) answer: fn(Case<'_>, &Asked<'_>) -> Result<Answer, String>,
}

/// What a question must name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wants {
    Component,
    /// Without one it is about the whole system.
    MaybeComponent,
    Identity,
    Secret,
    Alert,
    Finding,
    Revisions,
    Nothing,
}

/// A question with what it names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked<'q> {
    pub(crate) question: &'q str,
    pub(crate) tokens: &'q [Token],
    pub(crate) subject: Option<ComponentId>,
    pub(crate) reading: Option<String>,
    /// Who holds the rule, and its place.
    pub(crate) alert: Option<(ComponentId, usize)>,
    /// Its place in the review.
    pub(crate) finding: Option<usize>,
}

/// Of two that fit a question equally well the first one is taken.
pub(crate) const INTENTS: &[Intent] = &[breaks::INTENT, notice::INTENT, fix::INTENT];

impl Asked<'_> {
    /// What a question that must name a component names.
    fn component(&self) -> Result<ComponentId, String> {
        self.subject.ok_or_else(|| "I need the name of a component for that".to_owned())
    }
}

/// An answer before it is known to which question.
fn answer(
    direct: Vec<Statement>,
    sections: Vec<Section>,
    incident: Option<&'static Incident>,
) -> Answer {
    let sections = sections.into_iter().filter(|it| !it.statements.is_empty()).collect();
    Answer {
        question: String::new(),
        intent: "",
        subject: String::new(),
        reading: None,
        direct,
        sections,
        incident,
    }
}
