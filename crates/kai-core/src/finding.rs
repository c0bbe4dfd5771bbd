//! What users read, after ranking.

use camino::Utf8PathBuf;

use crate::{ComponentId, Environment, EvidenceId, Fix, Interval, Level, LossClass, Pillar};

/// A place in a file that people can open.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    pub path: Utf8PathBuf,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    pub role: LocationRole,
}

/// Why a place is listed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum LocationRole {
    /// The line to edit.
    Primary,
    /// The same cause, seen through another root.
    Same,
    /// A second place, and what it adds.
    Related(String),
}

/// One hazard after ranking, with everything a reader needs.
#[derive(Debug, Clone)]
pub struct Finding {
    /// From the rule, the component and the cause; without line, rank and root.
    pub id: EvidenceId,
    /// Everything that the finding stands for, each named like a finding of its own, so that one
    /// cause more or less can be told from another finding. Never empty.
    pub causes: Vec<EvidenceId>,
    pub rule: &'static str,
    pub pillar: Pillar,
    pub level: Level,
    pub loss_class: LossClass,
    /// From 1.
    pub rank: u32,
    /// Bad minutes a year over all journeys; none where the class is ranked before any minutes.
    pub bad_minutes: Option<Interval>,
    pub title: String,
    /// What is, and what follows.
    pub message: String,
    /// As people name it: `Deployment/ledger`.
    pub component: String,
    pub namespace: String,
    /// Every vertex of this run's graph that the finding is about, its own component first.
    pub components: Vec<ComponentId>,
    pub environment: Environment,
    /// The first is the line to edit.
    pub locations: Vec<Location>,
    /// What breaks when this breaks.
    pub blast_radius: String,
    /// How we would know.
    pub detection: String,
    /// How we would recover.
    pub recovery: String,
    /// What to change, in words.
    pub remedy: String,
    /// The same as edits, where Kai can make them: one a cause at most, the worst cause first.
    pub fixes: Vec<Fix>,
    pub verify: String,
    /// For an absence: what was searched.
    pub scope: Option<String>,
    /// The register's arithmetic, one line a term; shown by `--explain`.
    pub arithmetic: Vec<String>,
}
