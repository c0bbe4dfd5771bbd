//! The cheapest change with which it would have been survived, found by playing it again.
//!
//! Tried are, in this order: pods kept apart, one pod more, one node more. What keeps state is left
//! out: another pod of a store is no copy of what it holds.

use std::sync::Arc;

use kai_graph::ComponentKind;
use kai_sim::disruption;
use kai_sim::model::{Node, Phase, Pod, Selector, SpreadConstraint};
use kai_sim::sweep::{Blow, Sweep};

use super::{Depth, Player};
use crate::outcome::{Outcome, Remedy};
use crate::stage::Compiled;
use crate::{Fault, Scenario, Stage};

/// The first change that helps; nothing where none of those that are tried does.
pub(super) fn remedy(stage: &Stage<'_>, scenario: &Scenario, outcome: &Outcome) -> Option<Remedy> {
    match scenario.faults.as_slice() {
        [Fault::Nodes(_)] => apart(stage, scenario, outcome, Node::HOSTNAME)
            .or_else(|| one_more_node(stage, scenario, outcome)),
        [Fault::Domain(_)] => apart(stage, scenario, outcome, Node::ZONE)
            .or_else(|| one_more_node(stage, scenario, outcome)),
        [Fault::Drain(_)] => one_more_pod(stage, scenario, outcome),
        _ => None,
    }
}

/// The workload to blame with two pods at least, spread over nodes or zones.
fn apart(stage: &Stage<'_>, scenario: &Scenario, outcome: &Outcome, key: &str) -> Option<Remedy> {
    let runs = outcome.blamed(|it| stage.runs[it].component)?.runs;
    if !can_have_more(stage, runs) {
        return None;
    }
    let count = stage.runs[runs].wanted.max(2);
    let spread = |pod: &mut Pod| {
        let mut labels = pod.labels.clone();
        labels.remove("pod-template-hash");
        pod.spread.retain(|it| it.topology_key != key);
        pod.spread.push(SpreadConstraint {
            max_skew: 1,
            topology_key: key.into(),
            is_required: true,
            selector: Some(Selector::of_labels(&labels)),
            match_label_keys: Vec::new(),
            min_domains: None,
            honours_affinity: true,
            honours_taints: true,
        });
    };
    let changed = changed(stage, runs, count, spread)?;
    let again = Player::new(&changed).play(scenario, Depth::Blow);
    if again.stopped().any(|it| it == runs) {
        return None;
    }
    let label = stage.runs[runs].label();
    let place = if key == Node::ZONE { "zones" } else { "nodes" };
    Some(Remedy {
        text: format!("{count} pods of `{label}` spread over {place}"),
        effect: format!("`{label}` stays up{}", rest(stage, &again)),
    })
}

fn one_more_pod(stage: &Stage<'_>, scenario: &Scenario, outcome: &Outcome) -> Option<Remedy> {
    let pod = outcome.drained.as_ref()?.stuck.first()?.pod;
    let runs = stage.runs_of_pod[pod].filter(|&it| can_have_more(stage, it))?;
    let count = stage.runs[runs].wanted + 1;
    let mut changed = changed(stage, runs, count, |_| {})?;
    if let Some(compiled) = &changed.compiled {
        let guards = compiled.guards(&changed.cluster);
        disruption::update_guarded(&mut changed.cluster, guards);
    }
    let again = Player::new(&changed).play(scenario, Depth::Blow);
    let still = again.drained.as_ref()?;
    if still.stuck.iter().any(|it| changed.runs_of_pod[it.pod] == Some(runs)) {
        return None;
    }
    let end = if still.is_finished { "the drain ends" } else { "its pods go, and others do not" };
    let text = format!("{count} pods of `{}`", stage.runs[runs].label());
    Some(Remedy { text, effect: end.to_owned() })
}

/// A node like one that was lost, where none was lost.
fn one_more_node(stage: &Stage<'_>, scenario: &Scenario, outcome: &Outcome) -> Option<Remedy> {
    if outcome.waiting.is_empty() || !stage.ground.has_capacity() {
        return None;
    }
    let lost = &outcome.nodes;
    let is_lost = |it: &&Node| lost.contains(&it.name);
    let like = stage.cluster.nodes.iter().find(is_lost)?;
    let lost_zones: Vec<_> = stage.cluster.nodes.iter().filter(is_lost).map(Node::zone).collect();
    let elsewhere = stage.cluster.nodes.iter().filter(|it| !is_lost(it));
    let beside = match scenario.faults.as_slice() {
        [Fault::Domain(_)] => elsewhere.clone().find(|it| !lost_zones.contains(&it.zone())),
        _ => Some(like),
    }?;
    let mut node = like.clone();
    node.name = "one-more".into();
    node.labels = beside.labels.clone();
    node.labels.insert(Node::HOSTNAME.into(), "one-more".into());
    let mut cluster = stage.cluster.clone();
    cluster.nodes.push(node);
    let changed = stage.with_cluster(cluster);
    let again = Player::new(&changed).play(scenario, Depth::Blow);
    if !again.waiting.is_empty() {
        return None;
    }
    let zone = beside.zone().1;
    let place = if zone.is_empty() { String::new() } else { format!(" in `{zone}`") };
    Some(Remedy {
        text: format!("one more node like `{}`{place}", like.name),
        effect: format!("every pod finds a node{}", rest(stage, &again)),
    })
}

/// What is still down, for the end of a sentence.
fn rest(stage: &Stage<'_>, again: &Outcome) -> String {
    let mut down = again.stopped();
    match (down.next(), down.count()) {
        (None, _) => String::new(),
        (Some(one), 0) => format!(", and `{}` is still down", stage.runs[one].label()),
        (Some(one), more) => {
            format!(", and `{}` and {more} more are still down", stage.runs[one].label())
        }
    }
}

/// Stateless, and made by a controller that takes a number.
fn can_have_more(stage: &Stage<'_>, runs: usize) -> bool {
    use kai_sim::model::ControllerKind;
    let it = &stage.runs[runs];
    let is_stateless =
        it.component.is_none_or(|id| stage.system.component(id).kind == ComponentKind::Workload);
    is_stateless && !it.has_claim && it.controller == Some(ControllerKind::Deployment)
}

/// The same stage with so many pods of a workload, each changed, and placed anew.
fn changed<'a>(
    stage: &Stage<'a>,
    runs: usize,
    count: usize,
    change: impl Fn(&mut Pod),
) -> Option<Stage<'a>> {
    let mut changed = stage.with_cluster(stage.cluster.clone());
    let template = changed.cluster.pods[*stage.runs[runs].pods.first()?].clone();
    let (grown, runs_of_pod) =
        (&mut Arc::make_mut(&mut changed.runs)[runs], Arc::make_mut(&mut changed.runs_of_pod));
    for at in grown.pods.len()..count {
        let name = kai_core::SmolStr::new(format!("{}-more-{at}", grown.key.name));
        grown.pods.push(changed.cluster.pods.len());
        runs_of_pod.push(Some(runs));
        changed.cluster.pods.push(Pod { name, ..template.clone() });
    }
    grown.wanted = count;
    let wanted = grown.pods.clone();
    for &it in &wanted {
        let pod = &mut changed.cluster.pods[it];
        change(pod);
        (pod.node, pod.phase, pod.is_ready) = (None, Phase::Pending, false);
    }
    let key = &stage.runs[runs].key;
    let replicas = i64::try_from(count).ok();
    let owner = template.owner.as_ref().map(|it| it.name.clone());
    for controller in &mut changed.cluster.controllers {
        let is_set = owner.as_ref() == Some(&controller.key.name);
        if controller.key.namespace == key.namespace && (controller.key == *key || is_set) {
            controller.replicas = replicas;
        }
    }
    let compiled = match &stage.compiled {
        Some(known) => known.respread(&changed.cluster, &wanted),
        None => Compiled::of(&changed.cluster),
    };
    let mut sweep = Sweep::planned(&changed.cluster, Arc::clone(&compiled.plan));
    let aftermath = sweep.after(&Blow { wanted, ..Blow::default() });
    for (pod, node) in aftermath.placed {
        changed.cluster.place(pod, node?);
    }
    changed.compiled = Some(compiled);
    Some(changed)
}
