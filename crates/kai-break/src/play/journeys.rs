//! Which journeys a failure reaches.

use kai_core::ComponentId;
use kai_graph::Strength;

use crate::{Back, Outcome, Reached, Reaching, Stage};

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

impl Outcome {
    /// Journeys and workloads that the failures reach.
    pub(super) fn reach(&mut self, stage: &Stage<'_>, failed: &[Failed], thinned: &[Thinned]) {
        let ids: Vec<ComponentId> = failed.iter().map(|it| it.component).collect();
        let with_it = stage.system.fails_with_all(&ids);
        self.unable = names(stage, &with_it);
        let mut unable = with_it;
        unable.extend(&ids);
        unable.sort_unstable();
        self.journeys = reached(stage, failed, thinned, &unable);
    }
}

/// Every journey that is down, has to do without something, or loses requests for a while.
/// What is unable to work is sorted.
fn reached(
    stage: &Stage<'_>,
    failed: &[Failed],
    thinned: &[Thinned],
    unable: &[ComponentId],
) -> Vec<Reached> {
    let system = stage.system;
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

/// Those of the components that run something here, by name.
fn names(stage: &Stage<'_>, unable: &[ComponentId]) -> Vec<String> {
    let here = unable.iter().filter(|it| stage.runs_of(**it).is_some());
    let mut names: Vec<String> = here.map(|it| stage.system.component(*it).label()).collect();
    names.sort_unstable();
    names.dedup();
    names
}
