//! Images that are started with a signature or not at all.

use kai_core::SmolStr;
use kai_graph::{
    Component, Facts, ImageDemand, ImagePolicy, Of, PolicyAuthor, PolicyReach, Solid, Workload,
};

use super::evidence::{Evidence, credit};
use crate::Context;
use crate::command::kubectl;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let policies = ctx.system.components().iter().filter_map(|component| match &component.facts {
        Facts::ImagePolicy(facts) => Some(Of { component, facts: &**facts }),
        _ => None,
    });
    let evidence = policies.flat_map(|it| match it.author {
        PolicyAuthor::BinaryAuthorization => of_clusters(it, ctx),
        PolicyAuthor::Sigstore | PolicyAuthor::Kyverno => of_workloads(it, ctx),
    });
    credit(evidence.collect(), "place", ctx)
}

/// Workloads all of whose images the policy asks about, where it holds.
fn of_workloads<'a>(policy: Of<'a, ImagePolicy>, ctx: Context<'a>) -> Vec<Evidence<'a>> {
    // What is excepted is said in objects of their own.
    let is_excepted = policy.author == PolicyAuthor::Kyverno
        && ctx.system.components().iter().any(|it| it.native_kind == "PolicyException");
    if is_excepted {
        return Vec::new();
    }
    let refusing = policy.facts.demands.iter().filter(|it| it.refuses.value() == Some(&true));
    refusing
        .flat_map(|demand| {
            let held = ctx.system.workloads().filter(move |it| is_held(*it, demand, policy, ctx));
            held.map(move |it| evidence(it.component, demand, policy))
        })
        .collect()
}

fn is_held(
    workload: Of<'_, Workload>,
    demand: &ImageDemand,
    policy: Of<'_, ImagePolicy>,
    ctx: Context<'_>,
) -> bool {
    let component = workload.component;
    let images = || workload.facts.pod.all_containers().map(|it| it.image.value());
    let Component { native_kind, namespace, id, .. } = policy.component;
    let mut near = ctx.system.near(component.root, native_kind, namespace);
    // Kyverno leaves them alone as it is installed (kyverno.io/docs/installation/customization, resource filters).
    let is_left_alone = policy.author == PolicyAuthor::Kyverno
        && matches!(component.namespace.as_str(), "kube-system" | "kyverno" | "kube-public");
    !is_left_alone
        && near.any(|it| it.id == *id)
        && holds_in(&demand.reach, component, ctx)
        && images().next().is_some()
        && images().all(|it| it.is_some_and(|it| demand.asks_about(it)))
}

fn holds_in(reach: &PolicyReach, component: &Component, ctx: Context<'_>) -> bool {
    match reach {
        PolicyReach::All => true,
        PolicyReach::Named(names) => names.contains(&component.namespace),
        PolicyReach::Labelled(key, value) => {
            let mut objects = ctx.system.near(component.root, "Namespace", "");
            let carries = |it: &(SmolStr, SmolStr)| it.0 == *key && it.1 == *value;
            objects.any(|it| it.name == component.namespace && it.labels.iter().any(carries))
        }
        PolicyReach::Unknown => false,
    }
}

fn evidence<'a>(
    component: &'a Component,
    demand: &ImageDemand,
    policy: Of<'a, ImagePolicy>,
) -> Evidence<'a> {
    let what = if demand.wants_attestation { "attestation" } else { "signature" };
    let prefix = demand.prefixes.first().map_or("", |it| it.as_str());
    Evidence {
        component,
        at: demand.origin,
        title: format!(
            "`{}` starts no image without the {what} that `{}` asks for",
            component.label(),
            policy.component.label(),
        ),
        verify: format!(
            "{} # IMAGE: one below `{prefix}` that nobody signed; the refusal names `{}`",
            kubectl(component, "run unsigned --image=IMAGE --dry-run=server"),
            policy.component.name,
        ),
    }
}

/// Clusters that ask the policy of their project.
fn of_clusters<'a>(policy: Of<'a, ImagePolicy>, ctx: Context<'a>) -> Vec<Evidence<'a>> {
    let Some(demand) = policy.facts.demands.iter().find(|it| it.refuses_everywhere()) else {
        return Vec::new();
    };
    let clusters = ctx.system.managed_clusters().filter(|it| {
        it.checks_images.value() == Some(&true)
            && ctx.system.is_same_configuration(it.component, policy.component)
            && policy.facts.may_hold_for(it.facts)
    });
    let evidence = clusters.map(|it| Evidence {
        component: it.component,
        at: demand.origin,
        title: format!(
            "`{}` starts no image without the attestation that `{}` asks for",
            it.component.label(),
            policy.component.label(),
        ),
        verify: "gcloud container binauthz policy export # ENFORCED_BLOCK_AND_AUDIT_LOG".to_owned(),
    });
    evidence.collect()
}
