//! What answers are made from: a reviewed system, its assessment, and ways to cite both.

use kai_assess::{Assessment, Reviewed, Settings};
use kai_core::{
    ComponentId, Environment, Evidence, EvidenceKind, Finding, LocationRole, OriginId, Origins,
    Role,
};
use kai_graph::{Component, Journey, Of, Strength, System, Workload};

use crate::notes::Notes;
use crate::words::count;

/// More of a line is not needed to know it again.
const CITED_MAX: usize = 90;
/// Nobody follows a path for more arrows than these.
const ARROWS_MAX: usize = 20;

/// One system, as it was read and judged.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    pub reviewed: &'a Reviewed,
    pub assessment: &'a Assessment,
    /// The same system, read for what a control plane would have of it where that was needed.
    pub ground: &'a Reviewed,
    /// What earlier answers have found out.
    pub notes: &'a Notes,
}

impl<'a> Case<'a> {
    pub(crate) fn system(self) -> &'a System {
        &self.reviewed.system
    }

    pub(crate) fn origins(self) -> &'a Origins {
        &self.reviewed.origins
    }

    pub(crate) fn settings(self) -> &'a Settings {
        &self.reviewed.settings
    }

    pub(crate) fn component(self, id: ComponentId) -> &'a Component {
        self.system().component(id)
    }

    pub(crate) fn label(self, id: ComponentId) -> String {
        self.component(id).label()
    }

    pub(crate) fn environment(self, id: ComponentId) -> Environment {
        self.system().environment(self.component(id))
    }

    pub(crate) fn workload(self, id: ComponentId) -> Option<Of<'a, Workload>> {
        self.component(id).workload()
    }

    /// Names of the journeys of the component's environment that stop with it, and of those that only
    /// get worse; each once.
    pub(crate) fn journeys(self, id: ComponentId) -> (Vec<&'a Journey>, Vec<&'a Journey>) {
        let environment = self.environment(id);
        let is_here = |it: &&Journey| self.environment(it.entry) == environment;
        let through = self.system().journeys_through(id).filter(|it| is_here(&it.0));
        let (mut hard, mut soft) = (Vec::new(), Vec::new());
        for (journey, strength) in through {
            let into = if strength == Strength::Hard { &mut hard } else { &mut soft };
            into.push(journey);
        }
        for all in [&mut hard, &mut soft] {
            all.sort_by(|one: &&Journey, other| one.name.cmp(&other.name));
            all.dedup_by(|one, other| one.name == other.name);
        }
        soft.retain(|it| hard.iter().all(|known| known.name != it.name));
        (hard, soft)
    }

    /// Findings about the component or about what controls it, by rank.
    pub(crate) fn findings(self, id: ComponentId) -> Vec<&'a Finding> {
        let around = self.around(id);
        let all = self.assessment.findings.iter();
        all.filter(|it| it.components.iter().any(|it| around.contains(it))).collect()
    }

    /// The component, its paths, controls, claims, and itself seen through other roots of its environment.
    pub(crate) fn around(self, id: ComponentId) -> Vec<ComponentId> {
        use kai_graph::DependencyKind::{Controls, Mounts, Routes};
        let system = self.system();
        let mut around = vec![id];
        let controls = system.needed_by(id).filter(|it| matches!(it.kind, Controls | Routes));
        around.extend(controls.map(|it| it.source).filter(|it| !self.is_shared(*it)));
        around.extend(system.needs(id).iter().filter(|it| it.kind == Mounts).map(|it| it.target));
        around
    }

    /// True for a way in, which many components stand behind.
    fn is_shared(self, id: ComponentId) -> bool {
        self.component(id).kind == kai_graph::ComponentKind::EntryPoint
    }

    /// The line that names the component.
    pub(crate) fn named(self, id: ComponentId) -> Evidence {
        let component = self.component(id);
        let evidence = self.at(id, component.origin);
        if evidence.text.contains(component.name.as_str()) {
            return evidence;
        }
        // A template's line names nothing until it is rendered.
        let text = format!("{}, rendered from here", component.label());
        Evidence::new(evidence.kind, evidence.subject, text, evidence.details, evidence.places)
    }

    /// The line at which something of the component is written.
    pub(crate) fn at(self, id: ComponentId, origin: OriginId) -> Evidence {
        self.span(&self.label(id), origin)
    }

    /// A line of a file, as a fact of the subject.
    pub(crate) fn span(self, subject: &str, origin: OriginId) -> Evidence {
        let place = self.origins().location(origin, LocationRole::Primary);
        let text = match self.origins().role(origin) {
            // The line is that of the object, which says nothing of it.
            Role::ApiDefault | Role::ProviderDefault => "not written; the default holds".to_owned(),
            _ => self.line(origin).unwrap_or_else(|| format!("`{subject}`")),
        };
        let text = match self.origins().is_generated(origin) {
            true => format!("generated when it is rendered: {text}"),
            false => text,
        };
        Evidence::new(EvidenceKind::Span, subject, text, Vec::new(), place.into_iter().collect())
    }

    fn line(self, origin: OriginId) -> Option<String> {
        let origins = self.origins();
        let span = origins.outermost(origins.span(origin)?);
        let line = self.notes.lines.cited(origins.document(span.document), span.start)?;
        let line = line.trim();
        let mut cited: String = line.chars().take(CITED_MAX).collect();
        if cited.len() < line.len() {
            cited.push('…');
        }
        Some(cited)
    }

    pub(crate) fn finding(self, finding: &Finding) -> Evidence {
        let text = format!("{}: {}", finding.rule, finding.title);
        let places = finding.locations.first().cloned().into_iter().collect();
        Evidence {
            id: finding.id,
            kind: EvidenceKind::Finding,
            subject: finding.component.clone(),
            text,
            details: Vec::new(),
            places,
        }
    }

    /// The arrows along components of which each needs the next, those of a long path up to where nobody
    /// follows; the first arrow's line is cited.
    pub(crate) fn path(self, way: &[ComponentId]) -> Evidence {
        let mut details = Vec::new();
        let mut places = Vec::new();
        for pair in way.windows(2).take(ARROWS_MAX) {
            let arrow = self.system().needs(pair[0]).iter().find(|it| it.target == pair[1]);
            let kind = arrow.map_or("needs", |it| it.kind.as_str());
            details.push(format!("{} {kind} {}", self.label(pair[0]), self.label(pair[1])));
            let at = arrow.and_then(|it| self.origins().location(it.origin, LocationRole::Primary));
            places.extend(at);
        }
        let left_out = way.len().saturating_sub(1 + ARROWS_MAX);
        if left_out > 0 {
            details.push(format!("and {left_out} more arrows"));
        }
        let (first, last) = (way.first(), way.last());
        let subject = first.map(|it| self.label(*it)).unwrap_or_default();
        let text = match way.len() {
            0..=4 => way.iter().map(|it| self.label(*it)).collect::<Vec<_>>().join(" → "),
            more => format!(
                "{subject} → {} more → {}",
                more - 2,
                last.map(|it| self.label(*it)).unwrap_or_default()
            ),
        };
        Evidence::new(EvidenceKind::Path, subject, text, details, places)
    }

    pub(crate) fn number(
        self,
        subject: impl Into<String>,
        text: impl Into<String>,
        arithmetic: Vec<String>,
    ) -> Evidence {
        Evidence::new(EvidenceKind::Number, subject, text, arithmetic, Vec::new())
    }

    /// Something that is not declared, and where it was looked for.
    pub(crate) fn absence(
        self,
        subject: impl Into<String>,
        what: impl Into<String>,
        scope: impl Into<String>,
    ) -> Evidence {
        Evidence::new(EvidenceKind::Absence, subject, what, vec![scope.into()], Vec::new())
    }

    /// What was read, for absences that concern everything.
    pub(crate) fn scope(self) -> String {
        let read = &self.assessment.reading;
        format!(
            "{} in {} of {}",
            count(read.object_count, "object"),
            count(read.root_count, "root"),
            count(read.file_count, "file")
        )
    }

    /// A way of hard arrows from one component to another, the shortest.
    pub(crate) fn way(self, from: ComponentId, to: ComponentId) -> Vec<ComponentId> {
        let mut before: std::collections::BTreeMap<ComponentId, ComponentId> =
            std::collections::BTreeMap::new();
        let mut queue = std::collections::VecDeque::from([from]);
        while let Some(at) = queue.pop_front() {
            if at == to {
                break;
            }
            for arrow in self.system().needs(at).iter().filter(|it| it.carries_failure()) {
                if arrow.target != from && !before.contains_key(&arrow.target) {
                    before.insert(arrow.target, at);
                    queue.push_back(arrow.target);
                }
            }
        }
        let mut way = vec![to];
        while let Some(&previous) = before.get(way.last().unwrap_or(&to)) {
            way.push(previous);
            if previous == from {
                break;
            }
        }
        way.reverse();
        way
    }
}
