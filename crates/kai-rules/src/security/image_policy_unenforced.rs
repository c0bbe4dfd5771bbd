//! Policies about signatures of images that let in what they find fault with, or that nobody asks.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, Facts, ImageDemand, ImagePolicy, ManagedCluster, Of, PolicyAuthor};

use crate::command::kubectl;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "image-policy-unenforced",
    pillar: Pillar::Security,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("image_policy_unenforced.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::ImagePolicy(policy) = &component.facts else { return };
    let told = policy.demands.iter().find(|it| it.refuses.value() == Some(&false));
    if let Some(demand) = told {
        return out.push(only_told(component, policy, demand));
    }
    let is_meant = policy.demands.iter().any(ImageDemand::refuses_everywhere);
    if policy.author == PolicyAuthor::BinaryAuthorization
        && is_meant
        && let Some((cluster, at)) = unasked(component, policy, ctx)
    {
        out.push(not_asked(component, cluster, at));
    }
}

/// A cluster that asks no policy, where none that is declared beside it does.
fn unasked<'a>(
    component: &Component,
    policy: &ImagePolicy,
    ctx: Context<'a>,
) -> Option<(Of<'a, ManagedCluster>, OriginId)> {
    let beside = ctx
        .system
        .managed_clusters()
        .filter(|it| ctx.system.is_same_configuration(it.component, component))
        .filter(|it| policy.may_hold_for(it.facts));
    let clusters: Vec<_> = beside.collect();
    let is_silent = |it: &Of<'_, ManagedCluster>| it.checks_images.value() == Some(&false);
    let first = clusters.first().filter(|_| clusters.iter().all(is_silent))?;
    Some((*first, first.component.origin))
}

fn only_told(component: &Component, policy: &ImagePolicy, demand: &ImageDemand) -> Hazard {
    let what = if demand.wants_attestation { "an attestation" } else { "a signature" };
    let author = policy.author.as_str();
    let message = format!(
        "`{}` asks for {what} of images, and {author} only tells where there is none: the image starts all the \
         same, whoever has built it",
        component.label(),
    );
    let (remedy, verify) = match policy.author {
        PolicyAuthor::Sigstore => (
            "Say `mode: enforce` once the warnings have ended",
            kubectl(
                component,
                format!("get clusterimagepolicy {} -o jsonpath='{{.spec.mode}}'", component.name),
            ),
        ),
        PolicyAuthor::Kyverno => (
            "Say `failureAction: Enforce` in the check, or `validationFailureAction: Enforce` in the policy, once the \
             reports show no failure",
            format!(
                "kubectl get policyreports,clusterpolicyreports -A -o yaml | grep -B3 -A8 '{}' # no result: fail",
                component.name
            ),
        ),
        PolicyAuthor::BinaryAuthorization => (
            "Say `enforcement_mode = \"ENFORCED_BLOCK_AND_AUDIT_LOG\"` once the audit log shows no image that it would refuse",
            "gcloud container binauthz policy export | grep enforcementMode".to_owned(),
        ),
    };
    hazard(component, "signatures are asked for and not required", message)
        .at(demand.origin)
        .remedy(remedy)
        .verify(verify)
}

fn not_asked(component: &Component, cluster: Of<'_, ManagedCluster>, at: OriginId) -> Hazard {
    let message = format!(
        "`{}` refuses images without an attestation, and `{}` does not ask it: `binary_authorization` is off there, \
         so whatever is named is started",
        component.label(),
        cluster.component.label(),
    );
    let name = cluster.cloud_name.value().map_or("CLUSTER", |it| it.as_str());
    hazard(component, "no cluster asks it", message)
        .at(at)
        .related(component.origin, "what would refuse them")
        .remedy(
            "Say `binary_authorization { evaluation_mode = \"PROJECT_SINGLETON_POLICY_ENFORCE\" }` in the cluster, after \
             a time of `DRYRUN_AUDIT_LOG_ONLY`",
        )
        .verify(format!(
            "gcloud container clusters describe {name} --format='value(binaryAuthorization.evaluationMode)'"
        ))
}

fn hazard(component: &Component, title: &str, message: String) -> Hazard {
    RULE.worsens(component.id, FailureMode::Compromise, Term::Frequency, title, message)
        .loses(LossClass::Degraded)
        .shows_as("Images in the cluster that no pipeline of yours has pushed")
        .recover("Delete what runs such an image, and rotate what it could read")
}
