//! What goes down with it.

use std::collections::BTreeSet;

use kai_core::{FailureMode, LossClass, all};
use kai_graph::{Facts, Strength, System};

use super::text::list;
use crate::detection::is_alerting;
use crate::register::{Cause, Dependant, Group};

const NAMES: usize = 3;

/// What the worst cause of a finding reaches, in words, and how far all of them reach together.
pub(crate) fn blast_radius(group: &Group<'_>, system: &System) -> String {
    if let Some(sentence) = in_images(group, system) {
        return sentence;
    }
    let lead = Reached::of([&group.lead]);
    let mut sentences = lead.sentences(Loss::of(&group.lead), system);
    if is_only_text(group) {
        return "Nothing that runs stops with it.".to_string();
    }
    if sentences.is_empty() {
        sentences.push(nothing_known(group));
    }
    let together = Reached::of(group.causes()).names(system);
    if together.len() > lead.names(system).len() {
        let components: BTreeSet<_> = group.causes().map(|it| it.risk.component.id).collect();
        let all = super::text::capitalised(&all(components.len()));
        sentences.push(format!("{all} together reach {}", list(&together, NAMES)));
    }
    super::text::join(&sentences)
}

/// What a pipeline or a file puts into images goes where they run.
fn in_images(group: &Group<'_>, system: &System) -> Option<String> {
    let mut seen = BTreeSet::new();
    let runs = group.causes().flat_map(|it| &it.risk.reach.runs_its_images);
    let labels = runs.map(|&it| system.component(it).label());
    let labels: Vec<_> = labels.filter(|it| seen.insert(it.clone())).collect();
    if labels.is_empty() {
        return None;
    }
    let journeys = Reached::of(group.causes()).names(system);
    let behind = match journeys.is_empty() {
        true => String::new(),
        false => format!(", behind {}", list(&journeys, NAMES)),
    };
    let verb = if labels.len() == 1 { "runs" } else { "run" };
    Some(format!("{} {verb} what is built here{behind}.", list(&labels, NAMES)))
}

/// Work on what is written, of something that runs nothing itself.
fn is_only_text(group: &Group<'_>) -> bool {
    let risk = &group.lead.risk;
    let is_control = matches!(
        risk.component.facts,
        Facts::DisruptionBudget(_) | Facts::Autoscaler(_) | Facts::Backup(_)
    );
    risk.class == LossClass::Toil && is_control
}

fn nothing_known(group: &Group<'_>) -> String {
    if is_alerting(group.lead.risk.component) {
        return "No journey needs it; a failure that only an alert would show lasts longer."
            .to_string();
    }
    if matches!(group.lead.risk.component.facts, Facts::Installation(_)) {
        return "What the release renders, as far as it depends on this value.".to_string();
    }
    if group.lead.risk.reach.knows_journeys {
        "No journey that I know needs it, and nothing declared here calls it.".to_string()
    } else {
        "I know no journey here and nothing that calls it, so its reach is not known.".to_string()
    }
}

/// How those fare who need it.
#[derive(Clone, Copy)]
enum Loss {
    Outage,
    Degraded,
    /// Nothing fails; there is one thing less between them and a stranger.
    Guard,
    /// What is said of it is worse than whether it is there.
    Other,
}

impl Loss {
    fn of(cause: &Cause<'_>) -> Self {
        match cause.risk.class {
            LossClass::Outage => Self::Outage,
            LossClass::Degraded if cause.risk.hazard.failure_mode == FailureMode::Compromise => {
                Self::Guard
            }
            LossClass::Degraded => Self::Degraded,
            _ => Self::Other,
        }
    }
}

/// Everything that some causes reach.
struct Reached {
    journeys: Vec<(usize, Strength)>,
    routed: BTreeSet<usize>,
    dependants: Vec<Dependant>,
}

impl Reached {
    fn of<'c, 'a: 'c>(causes: impl IntoIterator<Item = &'c Cause<'a>>) -> Self {
        let (mut journeys, mut routed) = (Vec::new(), BTreeSet::new());
        let mut dependants = Vec::new();
        let mut seen = BTreeSet::new();
        for cause in causes {
            let reach = &cause.risk.reach;
            journeys.extend(reach.journeys.iter().copied());
            routed.extend(reach.routed.iter().copied());
            dependants.extend(reach.dependants.iter().filter(|it| seen.insert(it.id)));
        }
        journeys.sort_unstable();
        journeys.dedup_by_key(|it| it.0);
        Self { journeys, routed, dependants }
    }

    fn sentences(&self, loss: Loss, system: &System) -> Vec<String> {
        let mut said: BTreeSet<&str> = BTreeSet::new();
        let mut sentences = Vec::new();
        let mut say = |names: Vec<&str>, one: &str, many: &str| {
            if !names.is_empty() {
                let verb = if names.len() == 1 { one } else { many };
                sentences.push(format!("{} {verb}", list(&names, NAMES)));
            }
        };
        let mut take = |is_such: &dyn Fn(&(usize, Strength)) -> bool| {
            let all = self.journeys.iter().filter(|it| is_such(it));
            let mut names: Vec<_> = all.map(|it| system.journeys()[it.0].name.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            names.retain(|it| said.insert(it));
            names
        };
        let is_hard = |it: &(usize, Strength)| it.1 == Strength::Hard;
        match loss {
            Loss::Outage => {
                say(take(&|it| is_hard(it) && self.routed.contains(&it.0)), "is down", "are down");
                say(take(&is_hard), "fails where it needs it", "fail where they need it");
            }
            Loss::Degraded => say(
                take(&is_hard),
                "gets worse or loses its reserve",
                "get worse or lose their reserve",
            ),
            Loss::Guard => say(take(&is_hard), "has one guard less", "have one guard less"),
            Loss::Other => say(take(&is_hard), "depends on it", "depend on it"),
        }
        let soft = take(&|it| !is_hard(it));
        match loss {
            Loss::Outage | Loss::Degraded => {
                say(soft, "uses it and may get worse", "use it and may get worse");
            }
            Loss::Guard | Loss::Other => say(soft, "uses it", "use it"),
        }
        let is_failure = matches!(loss, Loss::Outage | Loss::Degraded);
        let certain = self.labels(system, true);
        if !certain.is_empty() {
            let verb = match (is_failure, certain.len()) {
                (true, _) => "cannot work without it",
                (false, 1) => "depends on it",
                (false, _) => "depend on it",
            };
            sentences.push(format!("{} {verb}", list(&certain, NAMES)));
        }
        let configured = self.labels(system, false);
        if !configured.is_empty() {
            let verb = match configured.len() {
                1 => "is configured to use it",
                _ => "are configured to use it, directly or through others",
            };
            sentences.push(format!("{} {verb}", list(&configured, NAMES)));
        }
        sentences
    }

    fn names<'a>(&self, system: &'a System) -> Vec<&'a str> {
        let all = self.journeys.iter().map(|it| system.journeys()[it.0].name.as_str());
        let names: BTreeSet<_> = all.collect();
        names.into_iter().collect()
    }

    /// Each once, although every environment may have its own.
    fn labels(&self, system: &System, is_certain: bool) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let such = self.dependants.iter().filter(|it| it.is_certain == is_certain);
        let all = such.map(|it| system.component(it.id).label());
        all.filter(|it| seen.insert(it.clone())).collect()
    }
}
