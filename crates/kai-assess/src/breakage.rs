//! What the play of failures needs of a review, and what a review needs of the play.

use kai_break::{NodeGroup, Stage, Time, Times, Verdict, choose};
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

/// What happens to workloads on the nodes that the user declares.
pub(crate) fn verdicts(reviewed: &Reviewed, watch: &dyn Watch) -> Vec<Verdict> {
    let Reviewed { system, settings, clusters, .. } = reviewed;
    let groups: Vec<NodeGroup> =
        settings.cluster.iter().flat_map(|it| &it.nodes).map(NodeGroup::from).collect();
    if groups.is_empty() || clusters.is_empty() {
        return Vec::new();
    }
    watch.watched(Part::Play, || {
        let (choice, times) = (choose(system, clusters, None), times(reviewed));
        kai_break::verdicts(&Stage::new(system, &times, clusters, &choice, &groups))
    })
}
