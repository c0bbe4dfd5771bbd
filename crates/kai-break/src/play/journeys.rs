//! Which journeys a failure reaches.

use kai_core::ComponentId;
use kai_graph::Strength;

use crate::{Back, Reached, Reaching, Stage};

/// Something that does not work, and when it does again.
#[derive(Debug, Clone)]
pub(super) struct Failed {
    pub(super) component: ComponentId,
    pub(super) back: Back,
}

/// Something that loses a share of its pods.
#[derive(Debug, Clone)]
pub(super) struct Thinned {
    pub(super) component: ComponentId,
    /// Of 1.
    pub(super) share: f64,
    pub(super) back: Back,
}

/// Every journey that is down, has to do without something, or loses requests for a while.
pub(super) fn reached(stage: &Stage<'_>, failed: &[Failed], thinned: &[Thinned]) -> Vec<Reached> {
    let system = stage.system;
    let ids: Vec<ComponentId> = failed.iter().map(|it| it.component).collect();
    let mut unable = system.fails_with_all(&ids);
    unable.extend(&ids);
    unable.sort_unstable();
    let mut found = Vec::new();
    for &index in &stage.journeys {
        let journey = &system.journeys()[index];
        let need = |id: ComponentId| {
            if id == journey.entry { Some(Strength::Hard) } else { journey.need(id) }
        };
        let by = |strength: Strength| {
            failed.iter().filter(move |it| need(it.component) == Some(strength))
        };
        let is_entry_unable = unable.binary_search(&journey.entry).is_ok();
        let reach = |how, causes: Vec<&Failed>| Reached {
            journey: index,
            how,
            back: causes.iter().fold(Back::Always, |back, it| back.or_worse(it.back.clone())),
            because: causes.iter().map(|it| it.component).collect(),
        };
        let hard: Vec<&Failed> = by(Strength::Hard).collect();
        if is_entry_unable && !hard.is_empty() {
            found.push(reach(Reaching::Down, hard));
            continue;
        }
        let soft: Vec<&Failed> = by(Strength::Soft).chain(hard).collect();
        if !soft.is_empty() {
            found.push(reach(Reaching::Without, soft));
            continue;
        }
        let thin = thinned.iter().filter(|it| need(it.component) == Some(Strength::Hard));
        let worst = thin.max_by(|one, other| one.share.total_cmp(&other.share));
        if let Some(worst) = worst {
            found.push(Reached {
                journey: index,
                how: Reaching::Share(worst.share),
                back: worst.back.clone(),
                because: vec![worst.component],
            });
        }
    }
    found
}

/// Workloads that cannot do their work besides those that failed, by name.
pub(super) fn unable(stage: &Stage<'_>, failed: &[Failed]) -> Vec<String> {
    let ids: Vec<ComponentId> = failed.iter().map(|it| it.component).collect();
    let with_it = stage.system.fails_with_all(&ids);
    let mut names: Vec<String> = with_it
        .into_iter()
        .filter(|it| !ids.contains(it) && stage.runs_of(*it).is_some())
        .map(|it| stage.system.component(it).label())
        .collect();
    names.sort();
    names.dedup();
    names
}
