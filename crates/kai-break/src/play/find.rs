//! What a pattern means on a stage.

use kai_core::ComponentId;
use kai_graph::{Component, ComponentKind, Facts};
use kai_sim::sweep;

use super::struck::{images, is_asked};
use crate::scenario::{FaultKind, Ways};
use crate::{Fault, Pattern, Scenario, Stage, Unknown, Which};

/// More pairs are not played one by one.
const PAIRS_MAX: usize = 5_000;
/// More combinations of one pattern are not played.
const SCENARIOS_MAX: usize = 20_000;

/// Every combination of what the parts mean.
pub(super) fn find(stage: &Stage<'_>, pattern: &Pattern) -> Result<Vec<Scenario>, Unknown> {
    let mut found = vec![Scenario { faults: Vec::new(), name: String::new() }];
    for (kind, which) in &pattern.faults {
        let each = of_kind(stage, *kind, which)?;
        let joined = found.iter().flat_map(|one| each.iter().map(move |other| one.with(other)));
        found = joined.take(SCENARIOS_MAX).collect();
    }
    Ok(found)
}

/// Everything but combinations, registries and names that everything needs alike.
pub(super) fn standard(stage: &Stage<'_>) -> Vec<Scenario> {
    let kinds = [
        FaultKind::Node,
        FaultKind::TwoNodes,
        FaultKind::Zone,
        FaultKind::Workload,
        FaultKind::Pod,
        FaultKind::Dependency,
        FaultKind::Drain,
        FaultKind::Rollout(Ways::Each),
        FaultKind::Load(2),
        FaultKind::Load(5),
        FaultKind::Load(10),
        FaultKind::Certificate,
        FaultKind::Webhook,
        FaultKind::Registry,
        FaultKind::Dns,
        FaultKind::ControlPlane,
    ];
    kinds.iter().flat_map(|it| each(stage, *it)).collect()
}

impl Scenario {
    fn one(name: impl Into<String>, fault: Fault) -> Self {
        Self { faults: vec![fault], name: name.into() }
    }

    fn with(&self, other: &Self) -> Self {
        let names = [&self.name, &other.name];
        let names: Vec<&str> =
            names.iter().map(|it| it.as_str()).filter(|it| !it.is_empty()).collect();
        let faults = self.faults.iter().chain(&other.faults).cloned().collect();
        Self { faults, name: names.join(" + ") }
    }
}

fn of_kind(stage: &Stage<'_>, kind: FaultKind, which: &Which) -> Result<Vec<Scenario>, Unknown> {
    let all = each(stage, kind);
    let Which::Named(name) = which else { return Ok(all) };
    let word = word(kind);
    let is_named = |it: &Scenario| {
        let full = it.name.split_once('=').map_or("", |(_, it)| it);
        let full = match kind {
            FaultKind::Rollout(_) => full.rsplit_once(':').map_or(full, |(it, _)| it),
            _ => full,
        };
        full == name || full.rsplit('/').next() == Some(name) || without_kind(full) == *name
    };
    let exact = |it: &Scenario| it.name.split_once('=').is_some_and(|(_, it)| it == name);
    let mut found: Vec<Scenario> = all.iter().filter(|it| is_named(it)).cloned().collect();
    if found.iter().any(exact) {
        found.retain(exact);
    }
    if found.is_empty() {
        let names = all.iter().filter_map(|it| it.name.split_once('=')).map(|(_, it)| {
            let name = if matches!(kind, FaultKind::Rollout(_)) {
                it.rsplit_once(':').map_or(it, |(it, _)| it)
            } else {
                it
            };
            name.to_owned()
        });
        return Err(Unknown::new(word, name, names));
    }
    Ok(found)
}

/// `shop/web` of `shop/Deployment/web`.
fn without_kind(full: &str) -> String {
    let parts: Vec<&str> = full.split('/').collect();
    match parts.as_slice() {
        [namespace, _, name] => format!("{namespace}/{name}"),
        _ => full.to_owned(),
    }
}

fn word(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::Node | FaultKind::Drain | FaultKind::TwoNodes => "node",
        FaultKind::Zone => "zone",
        FaultKind::Region => "region",
        FaultKind::Workload | FaultKind::Rollout(_) => "workload",
        FaultKind::Pod => "pod",
        FaultKind::Registry => "registry",
        FaultKind::Certificate => "way in with a certificate",
        FaultKind::Webhook => "webhook that refuses pods",
        FaultKind::Dependency => "dependency",
        FaultKind::Load(_) | FaultKind::Dns | FaultKind::ControlPlane => "scenario",
    }
}

fn each(stage: &Stage<'_>, kind: FaultKind) -> Vec<Scenario> {
    let cluster = &stage.cluster;
    let nodes = 0..cluster.nodes.len();
    match kind {
        FaultKind::Node => nodes
            .map(|it| {
                Scenario::one(format!("node={}", cluster.nodes[it].name), Fault::Nodes(vec![it]))
            })
            .collect(),
        FaultKind::Drain => nodes
            .map(|it| Scenario::one(format!("drain={}", cluster.nodes[it].name), Fault::Drain(it)))
            .collect(),
        FaultKind::TwoNodes => pairs(stage),
        FaultKind::Zone => domains("zone", &stage.zones(), nodes, |it| stage.zone(it)),
        FaultKind::Region => regions(stage),
        FaultKind::Workload => {
            let all = (0..stage.runs.len()).filter(|&it| !stage.runs[it].pods.is_empty());
            all.map(|it| {
                Scenario::one(format!("workload={}", stage.name_of(it)), Fault::Workload(it))
            })
            .collect()
        }
        FaultKind::Pod => pods(stage),
        FaultKind::Dependency => dependencies(stage),
        FaultKind::Rollout(ways) => rollouts(stage, ways),
        FaultKind::Load(factor) => {
            vec![Scenario::one(format!("load={factor}x"), Fault::Load(factor))]
        }
        FaultKind::Registry => registries(stage),
        FaultKind::Dns => vec![Scenario::one("dns", Fault::Dns)],
        FaultKind::ControlPlane => vec![Scenario::one("control-plane", Fault::ControlPlane)],
        FaultKind::Certificate => certificates(stage),
        FaultKind::Webhook => webhooks(stage),
    }
}

fn domains<'s>(
    word: &str,
    names: &[String],
    nodes: std::ops::Range<usize>,
    of: impl Fn(usize) -> &'s str,
) -> Vec<Scenario> {
    let lost = |name: &String| nodes.clone().filter(|&it| of(it) == name).collect();
    names.iter().map(|it| Scenario::one(format!("{word}={it}"), Fault::Domain(lost(it)))).collect()
}

/// Where nodes say no region, everything is in one.
fn regions(stage: &Stage<'_>) -> Vec<Scenario> {
    let nodes = 0..stage.cluster.nodes.len();
    let names = stage.regions();
    if names.is_empty() {
        return vec![Scenario::one("region", Fault::Domain(nodes.collect()))];
    }
    domains("region", &names, nodes, |it| stage.region(it))
}

/// Every pair of nodes. Of too many to play, those that stop a workload which neither of the two stops
/// alone: the others lose at once only what the two lose one by one.
fn pairs(stage: &Stage<'_>) -> Vec<Scenario> {
    let count = stage.cluster.nodes.len();
    let pairs = if has_many_pairs(stage) {
        let mut pairs: Vec<(usize, usize)> =
            sweep::pairs(&stage.spares()).into_iter().map(|it| it.nodes).collect();
        pairs.dedup();
        pairs.truncate(SCENARIOS_MAX);
        pairs
    } else {
        (0..count).flat_map(|one| (one + 1..count).map(move |other| (one, other))).collect()
    };
    let name = |it: usize| &stage.cluster.nodes[it].name;
    pairs
        .into_iter()
        .map(|(one, other)| {
            let words = format!("two-nodes={},{}", name(one), name(other));
            Scenario::one(words, Fault::Nodes(vec![one, other]))
        })
        .collect()
}

fn has_many_pairs(stage: &Stage<'_>) -> bool {
    pair_count(stage) > PAIRS_MAX
}

fn pair_count(stage: &Stage<'_>) -> usize {
    let count = stage.cluster.nodes.len();
    count * count.saturating_sub(1) / 2
}

/// What is said of pairs that are not played, where pairs are asked for.
pub(super) fn left_out(stage: &Stage<'_>, patterns: &[Pattern]) -> Option<String> {
    let is_asked = |it: &Pattern| it.faults.iter().any(|(kind, _)| *kind == FaultKind::TwoNodes);
    let are_asked = patterns.is_empty() || patterns.iter().any(is_asked);
    (are_asked && has_many_pairs(stage)).then(|| {
        let (all, played) = (pair_count(stage), pairs(stage).len());
        format!(
            "{} of {all} pairs of nodes, which stop nothing at once that neither of the two stops \
             alone",
            all - played
        )
    })
}

/// One pod of each workload, because they are alike.
fn pods(stage: &Stage<'_>) -> Vec<Scenario> {
    let first = stage.runs.iter().filter_map(|it| it.pods.first().copied());
    first
        .map(|it| Scenario::one(format!("pod={}", stage.cluster.pods[it].key()), Fault::Pod(it)))
        .collect()
}

/// Systems of others, and what a cloud runs, that something here needs.
fn dependencies(stage: &Stage<'_>) -> Vec<Scenario> {
    let is_needed = |it: &Component| {
        stage.system.needed_by(it.id).any(|arrow| {
            arrow.carries_failure()
                && stage.roots.contains(&stage.system.component(arrow.source).root)
        })
    };
    let outside = stage.system.components().iter().filter(|it| {
        let is_outside = it.kind == ComponentKind::ExternalSystem
            || matches!(it.facts, Facts::ManagedDatabase(_))
            || (matches!(it.facts, Facts::Datastore(_)) && stage.runs_of(it.id).is_none());
        is_outside && is_needed(it)
    });
    outside
        .map(|it| Scenario::one(format!("dependency={}", it.name), Fault::Dependency(it.id)))
        .collect()
}

fn rollouts(stage: &Stage<'_>, ways: Ways) -> Vec<Scenario> {
    let rolled = (0..stage.runs.len()).filter(|&it| stage.runs[it].template.is_some());
    let one = |runs: usize| {
        ways.each().into_iter().map(move |behaviour| {
            let how = super::rollout::word(behaviour);
            let name = format!("rollout={}:{how}", stage.name_of(runs));
            Scenario::one(name, Fault::Rollout(runs, behaviour))
        })
    };
    rolled.flat_map(one).collect()
}

fn registries(stage: &Stage<'_>) -> Vec<Scenario> {
    let components = stage.runs.iter().filter_map(|it| it.component);
    let mut names: Vec<String> = components
        .flat_map(|it| images(stage.system.component(it)).map(|it| it.registry.to_string()))
        .collect();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .map(|it| Scenario::one(format!("registry={it}"), Fault::Registry(it)))
        .collect()
}

/// Ways in that speak TLS.
fn certificates(stage: &Stage<'_>) -> Vec<Scenario> {
    let entries = stage.journeys.iter().map(|&it| stage.system.journeys()[it].entry);
    let mut entries: Vec<ComponentId> = entries
        .filter(|&it| match &stage.system.component(it).facts {
            Facts::EntryPoint(entry) => entry.has_tls.value().copied() == Some(true),
            _ => false,
        })
        .collect();
    entries.sort_unstable();
    entries.dedup();
    entries
        .into_iter()
        .map(|it| {
            let component = stage.system.component(it);
            let name = format!("certificate={}/{}", component.namespace, component.name);
            Scenario::one(name, Fault::Certificate(it))
        })
        .collect()
}

/// Hooks that are asked before pods of something here are made.
fn webhooks(stage: &Stage<'_>) -> Vec<Scenario> {
    let hooks = stage.system.components().iter().filter(|it| {
        stage.roots.contains(&it.root)
            && matches!(it.facts, Facts::Webhook(_))
            && stage
                .runs
                .iter()
                .filter_map(|runs| runs.component)
                .any(|runs| is_asked(stage, it.id, stage.system.component(runs)))
    });
    hooks.map(|it| Scenario::one(format!("webhook={}", it.name), Fault::Webhook(it.id))).collect()
}
