//! What stops with a component.

use std::collections::BTreeSet;

use kai_core::{ComponentId, EvidenceKind};
use kai_graph::{ComponentKind, DependencyKind, Journey};

use crate::answer::Statement;
use crate::case::Case;
use crate::words::{count, list};

const NAMES: usize = 5;

/// What a failure reaches.
pub(crate) struct Radius<'a> {
    pub(crate) id: ComponentId,
    /// Journeys that stop.
    pub(crate) stops: Vec<&'a Journey>,
    /// Journeys that get worse.
    pub(crate) worse: Vec<&'a Journey>,
    /// What runs and cannot work without it.
    pub(crate) dependants: Vec<ComponentId>,
}

/// What stops while the component is down, in its own environment.
pub(crate) fn radius(case: Case<'_>, id: ComponentId) -> Radius<'_> {
    let (stops, worse) = case.journeys(id);
    let environment = case.environment(id);
    let runs = |it: &ComponentId| {
        use ComponentKind::{Cache, Datastore, Queue, Workload};
        matches!(case.component(*it).kind, Workload | Datastore | Queue | Cache)
            && case.environment(*it) == environment
    };
    let dependants = case.system().fails_with(id).into_iter().filter(runs).collect();
    Radius { id, stops, worse, dependants }
}

impl Radius<'_> {
    /// One sentence: what breaks.
    pub(crate) fn direct(&self, case: Case<'_>) -> Statement {
        let name = case.label(self.id);
        // One of several may go without any of this.
        let is_one_of_many = super::number(case, self.id).is_some_and(|it| it > 1);
        let label = if is_one_of_many { format!("all of `{name}`") } else { format!("`{name}`") };
        let mut evidence = vec![case.named(self.id)];
        let journeys: Vec<&str> = self.stops.iter().map(|it| it.name.as_str()).collect();
        let dependants = self.dependants(case);
        evidence.extend(self.stops.first().map(|it| case.path(&case.way(it.entry, self.id))));
        let text = match (journeys.len(), dependants.len()) {
            (0, 0) if self.worse.is_empty() && !self.runs_its_images(case).is_empty() => {
                let runs = self.runs_its_images(case);
                let mut arrows = case.system().needed_by(self.id);
                let arrow = arrows.find(|it| it.kind == DependencyKind::BuiltBy);
                evidence.extend(arrow.map(|it| case.at(it.source, it.origin)));
                format!(
                    "If {label} fails, nothing stops: {} on with the image that is there, and the next one waits for it",
                    goes(&list(&runs, NAMES), runs.len())
                )
            }
            (0, 0) if self.worse.is_empty() => {
                evidence.push(self.nobody(case));
                format!(
                    "If {label} fails, nothing that I read stops with it: no journey and no component is known to need it"
                )
            }
            (0, 0) => format!(
                "If {label} fails, nothing stops, and {} worse",
                match self.worse.len() {
                    1 => format!("`{}` gets", self.worse[0].name),
                    more => format!("{} get", count(more, "journey")),
                }
            ),
            (0, _) => {
                evidence
                    .extend(self.dependants.first().map(|it| case.path(&case.way(*it, self.id))));
                format!(
                    "If {label} fails, {} with it, and no journey of users is known to lead there",
                    stops(&list(&dependants, NAMES), dependants.len())
                )
            }
            (many, _) => {
                format!("If {label} fails, {}", stops(&list(&journeys, NAMES), many))
            }
        };
        Statement::new(format!("{text}."), evidence)
    }

    /// What stops, as the end of a sentence, and the way there; none where nothing is known to.
    pub(crate) fn reached(&self, case: Case<'_>) -> Option<(String, kai_core::Evidence)> {
        let journeys: Vec<&str> = self.stops.iter().map(|it| it.name.as_str()).collect();
        let dependants = self.dependants(case);
        let from = self.stops.first().map(|it| it.entry).or(self.dependants.first().copied())?;
        let stops = match journeys.len() {
            0 => stops(&list(&dependants, NAMES), dependants.len()),
            many => stops(&list(&journeys, NAMES), many),
        };
        Some((stops, case.path(&case.way(from, self.id))))
    }

    /// Who else stops, and who only gets worse.
    pub(crate) fn statements(&self, case: Case<'_>) -> Vec<Statement> {
        let mut statements = Vec::new();
        let dependants = self.dependants(case);
        if !dependants.is_empty() && !self.stops.is_empty() {
            let text = format!(
                "{} cannot work without it: {}.",
                count(dependants.len(), "component"),
                list(&dependants, NAMES)
            );
            let ways = self.dependants.iter().take(2).map(|it| case.path(&case.way(*it, self.id)));
            statements.push(Statement::new(text, ways.collect()));
        }
        if !self.worse.is_empty() && (!self.stops.is_empty() || !dependants.is_empty()) {
            let names: Vec<&str> = self.worse.iter().map(|it| it.name.as_str()).collect();
            let text = match names.len() {
                1 => format!("{} stays, and gets worse.", list(&names, NAMES)),
                _ => format!("{} stay, and get worse.", list(&names, NAMES)),
            };
            statements.push(Statement::new(text, vec![case.named(self.worse[0].entry)]));
        }
        statements
    }

    fn dependants(&self, case: Case<'_>) -> Vec<String> {
        labels(case, &self.dependants)
    }

    /// What runs an image that it makes.
    fn runs_its_images(&self, case: Case<'_>) -> Vec<String> {
        labels(case, &case.system().runs_images_of(self.id))
    }

    pub(crate) fn nobody(&self, case: Case<'_>) -> kai_core::Evidence {
        let label = case.label(self.id);
        let what = format!("no hard dependency on `{label}`");
        let evidence = case.absence(label, what, case.scope());
        debug_assert_eq!(evidence.kind, EvidenceKind::Absence);
        evidence
    }
}

/// Each once.
fn labels(case: Case<'_>, ids: &[ComponentId]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let labels = ids.iter().map(|it| case.label(*it));
    labels.filter(|it| seen.insert(it.clone())).collect()
}

fn goes(names: &str, count: usize) -> String {
    format!("{names} {}", if count == 1 { "goes" } else { "go" })
}

fn stops(names: &str, count: usize) -> String {
    if count == 1 { format!("{names} stops") } else { format!("{names} stop") }
}
