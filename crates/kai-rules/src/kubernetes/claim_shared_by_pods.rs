//! A volume for one node that pods on several nodes want.

use kai_core::{Edit, FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Role, Term};
use kai_graph::{Claim, Component, Controller, Of, Strategy, Workload};

use crate::command::{scale, settled};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "claim-shared-by-pods",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("claim_shared_by_pods.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    if !workload.is_rescheduled() || !workload.is_long_running() || is_tied_to_one_node(&workload) {
        return;
    }
    let Some(case) = case(&workload) else { return };
    for used in ctx.system.claims_of(workload) {
        let (Some(claim), Some(component)) = (used.claim, used.component) else { continue };
        let Some(volume) = workload.facts.pod.volume(used.volume) else { continue };
        if !used.is_template && is_for_one_node(claim) {
            out.push(hazard(workload, claim, component, volume.origin, &case, ctx));
        }
    }
}

/// Why two pods exist at once.
enum Case {
    /// So many are asked for.
    Replicas(u32),
    /// A rollout starts the new pod before the old one goes.
    Surge,
}

fn case(workload: &Workload) -> Option<Case> {
    let replicas = *workload.replicas.value()?;
    let surges = workload.controller == Controller::Deployment
        && workload.rollout.strategy.value() == Some(&Strategy::RollingUpdate)
        && workload.rollout.max_surge.value().is_some_and(|it| it.of_rounded_up(replicas) > 0)
        && workload
            .rollout
            .max_unavailable
            .value()
            .is_some_and(|it| it.of_rounded_down(replicas) < replicas);
    match replicas {
        0 => None,
        1 => surges.then_some(Case::Surge),
        many => Some(Case::Replicas(many)),
    }
}

fn is_tied_to_one_node(workload: &Workload) -> bool {
    let placement = &workload.pod.placement;
    placement.machine.is_some()
        || placement.node_affinity.is_some()
        || !placement.node_selector.is_empty()
        || placement.affinity.iter().any(|it| {
            !it.is_anti
                && it.is_required
                && it.topology_key == "kubernetes.io/hostname"
                && it.selector.as_ref().is_some_and(|it| it.matches(&workload.pod_labels))
        })
}

/// True where the volume follows one node at a time. Storage that lives on a node binds all its pods
/// to that node, and file shares take several nodes whatever the claim says.
fn is_for_one_node(claim: &Claim) -> bool {
    const ELSEWHERE: [&str; 10] = [
        "local",
        "hostpath",
        "host-path",
        "nfs",
        "efs",
        "azurefile",
        "cephfs",
        "filestore",
        "smb",
        "topolvm",
    ];
    let only_once = !claim.access_modes.is_empty()
        && claim.access_modes.iter().all(|it| it == "ReadWriteOnce" || it == "ReadWriteOncePod");
    let class = claim.storage_class.value().map(|it| it.to_lowercase()).unwrap_or_default();
    only_once && !ELSEWHERE.iter().any(|it| class.contains(it))
}

/// The old pod goes first. What tunes a rolling update is refused beside it.
fn fix(workload: &Workload, ctx: Context<'_>) -> Option<Fix> {
    let rollout = &workload.rollout;
    let strategy = rollout.strategy.traced()?.origin;
    let tunes = [rollout.max_surge.traced(), rollout.max_unavailable.traced()];
    let is_tuned =
        tunes.into_iter().flatten().any(|it| ctx.origins.role(it.origin) != Role::ApiDefault);
    let mut edits: Vec<Edit> = ctx.set_text(strategy, "strategy.type", "Recreate")?;
    if is_tuned {
        edits.push(ctx.remove(&ctx.entry_beside(strategy, &["rollingUpdate"])?)?);
    }
    Some(Fix::unsafely("Let the old pod go first", edits))
}

fn hazard(
    workload: Of<'_, Workload>,
    claim: &Claim,
    named: &Component,
    volume: OriginId,
    case: &Case,
    ctx: Context<'_>,
) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let (mode, title, message) = match case {
        Case::Replicas(replicas) => (
            FailureMode::Misconfigured,
            "one volume for several pods",
            format!(
                "The {replicas} pods of `{label}` share `{}`, which one node can mount; a pod on \
                 another node waits in ContainerCreating for ever",
                named.name,
            ),
        ),
        Case::Surge => (
            FailureMode::Rollout,
            "rollout waits for its own volume",
            format!(
                "A rollout of `{label}` starts the new pod while the old one holds `{}`, which one \
                 node can mount; on another node the new pod never starts and the old one is never \
                 stopped",
                named.name,
            ),
        ),
    };
    let loss = match case {
        Case::Replicas(_) => LossClass::Degraded,
        Case::Surge => LossClass::Toil,
    };
    let remedy = match case {
        Case::Replicas(_) => {
            "Give each pod a claim of its own (StatefulSet with `volumeClaimTemplates`), or storage \
             that several nodes can mount (`ReadWriteMany`)"
        }
        Case::Surge => "Say `strategy: { type: Recreate }`: the old pod lets go first",
    };
    RULE.worsens(component.id, mode, Term::Impact, title, message)
        .at(volume)
        .related(named.origin, format!("`{}` is {}", named.name, claim.access_modes.join(", ")))
        .loses(loss)
        .impact(0.5)
        .shows_as("Event `Multi-Attach error for volume` at the pod that waits".to_string())
        .recover(format!(
            "{}, wait until the volume is detached, scale up again",
            scale(component, ctx, "0")
        ))
        .remedy(remedy)
        .fix(matches!(case, Case::Surge).then(|| fix(&workload, ctx)).flatten())
        .verify(settled(component))
}
