//! What the play of failures needs of a review, and what a review needs of the play.

use kai_break::{Choice, NodeGroup, Stage, Time, Times, Verdict, choose};
use kai_core::{Interval, Part, Watch};

use crate::Reviewed;
use crate::priors::{Figures, Key};
use crate::register::started;

/// How long pods need to start, people to mend, and clouds to make nodes.
#[must_use]
pub fn times(reviewed: &Reviewed) -> Times {
    let figures = Figures::of(&reviewed.settings, &reviewed.origins);
    let figure = |key: Key| {
        let figure = figures.get(key);
        let source = match &figure.declared {
            Some(source) => format!("`{}`, {source}", key.as_str()),
            None => format!("`{}`", key.as_str()),
        };
        Time { minutes: figure.interval, source }
    };
    let of = |workload| {
        let (minutes, source) = started(workload, &figures);
        Time { minutes, source }
    };
    let starts = reviewed.system.workloads().map(|it| (it.component.id, of(Some(it))));
    Times {
        starts: starts.collect(),
        start: of(None),
        detach: Time {
            minutes: Interval::exactly(6.0),
            source: "the attach-detach controller waits 6 min before it takes a volume off".into(),
        },
        by_hand: figure(Key::NoAlertDay).plus(&figure(Key::RepairByHand)),
        provision: figure(Key::NodeProvision),
        zone: figure(Key::ZoneDuration),
    }
}

/// The chosen roots on the nodes of a dump, else on those that the user declares.
#[must_use]
pub fn stage<'r>(reviewed: &'r Reviewed, choice: &Choice, times: &'r Times) -> Stage<'r> {
    let declared = reviewed.settings.cluster.iter().flat_map(|it| &it.nodes);
    let groups: Vec<NodeGroup> = declared.map(NodeGroup::from).collect();
    Stage::new(&reviewed.system, times, &reviewed.clusters, choice, &groups)
}

/// What happens to workloads on the nodes that the user declares.
pub(crate) fn verdicts(reviewed: &Reviewed, watch: &dyn Watch) -> Vec<Verdict> {
    let Reviewed { system, settings, clusters, .. } = reviewed;
    let has_nodes = settings.cluster.iter().any(|it| !it.nodes.is_empty());
    if !has_nodes || clusters.is_empty() {
        return Vec::new();
    }
    watch.watched(Part::Play, || {
        let (choice, times) = (choose(system, clusters, None), times(reviewed));
        kai_break::verdicts(&stage(reviewed, &choice, &times))
    })
}
