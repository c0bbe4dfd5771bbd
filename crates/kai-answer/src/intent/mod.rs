//! One file a kind of question.

mod archive;
mod backup;
mod backup_plan;
mod breaks;
mod changes;
mod cloud_identity;
mod cost;
mod deploy;
mod deployers;
mod entries;
mod exposed;
mod fix;
mod game_day;
mod identity;
mod load;
mod needs;
mod node;
mod notice;
mod ranked;
mod ready;
mod receives;
mod recover;
mod region;
mod replicas;
mod response;
mod rollout;
mod rotation;
mod runbook;
mod secret;
mod slo;
mod solid;
mod spof;
mod terraform_state;
mod unseen;

use kai_core::ComponentId;

use crate::answer::{Answer, Section, Statement};
use crate::case::Case;
use crate::incident::Incident;
use crate::question::{Place, Token};

/// A kind of question.
pub(crate) struct Intent {
    pub(crate) id: &'static str,
    /// How somebody would ask it.
    pub(crate) example: &'static str,
    pub(crate) wants: Wants,
    /// True where the answer is what failures on known nodes come to.
    pub(crate) is_played: bool,
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
    /// What a list names beside the subject, or what the subject may need.
    pub(crate) others: Vec<ComponentId>,
    pub(crate) reading: Option<String>,
    /// Who holds the rule, and its place.
    pub(crate) alert: Option<(ComponentId, usize)>,
    /// Its place in the review.
    pub(crate) finding: Option<usize>,
    /// Zones or regions, as they were said.
    pub(crate) places: Vec<Place>,
}

/// Of two that fit a question equally well the first one is taken.
pub(crate) const INTENTS: &[Intent] = &[
    breaks::INTENT,
    needs::INTENT,
    spof::INTENT,
    ready::INTENT,
    notice::INTENT,
    receives::INTENT,
    recover::INTENT,
    backup::INTENT,
    region::INTENT,
    node::INTENT,
    load::INTENT,
    deployers::INTENT,
    deploy::INTENT,
    identity::INTENT,
    secret::INTENT,
    cost::INTENT,
    changes::INTENT,
    ranked::INTENT,
    fix::INTENT,
    runbook::INTENT,
    response::INTENT,
    rotation::INTENT,
    slo::INTENT,
    game_day::INTENT,
    rollout::INTENT,
    entries::INTENT,
    exposed::INTENT,
    replicas::INTENT,
    solid::INTENT,
    terraform_state::INTENT,
    unseen::INTENT,
];

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
