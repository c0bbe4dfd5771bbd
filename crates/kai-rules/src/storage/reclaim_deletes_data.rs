//! A class whose volumes go with their claims, under the only copy of something.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, Facts};

use super::holders::{self, Holder, may_be_copied};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "reclaim-deletes-data",
    pillar: Pillar::Recovery,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("reclaim_deletes_data.md"),
    check: Check::System(check),
};

fn check(ctx: Context<'_>, out: &mut Observed) {
    for (class, holders) in holders::by_class(ctx) {
        let class = ctx.system.component(class);
        let Facts::StorageClass(facts) = &class.facts else { continue };
        let Some(policy) = facts.reclaim_policy.traced().filter(|it| it.value == "Delete") else {
            continue;
        };
        let alone: Vec<_> =
            holders.into_iter().filter(|it| !may_be_copied(it.component, ctx)).collect();
        if !alone.is_empty() {
            out.push(hazard(class, ctx.shown(policy.origin, class), &alone));
        }
    }
}

/// One finding for a class, whatever is kept on it.
fn hazard(class: &Component, at: OriginId, holders: &[Holder<'_>]) -> Hazard {
    let name = &class.name;
    let labels: Vec<_> = holders.iter().map(|it| it.component.label()).collect();
    let (keeps, is) = if labels.len() == 1 { ("keeps", "is") } else { ("keep", "are") };
    let message = format!(
        "`{name}` deletes a volume with its claim, and {} {keeps} data on it of which no backup {is} \
         declared here: deleting the claim or its namespace deletes the data",
        words::list(&labels),
    );
    let hazard = RULE
        .worsens(class.id, FailureMode::DataLoss, Term::Loss, "volumes go with their claims", message)
        .at(at)
        .loses(LossClass::Degraded)
        .shows_as("Volumes are gone from `kubectl get pv` instead of `Released`")
        .recover("From a snapshot of the storage system, if it keeps any; else from a backup")
        .remedy(format!(
            "Make a class with `reclaimPolicy: Retain` for what cannot be lost (the field of `{name}` \
             cannot be changed), and patch the volumes that exist"
        ))
        .verify("kubectl get pv -o custom-columns=CLAIM:.spec.claimRef.name,POLICY:.spec.persistentVolumeReclaimPolicy");
    holders.iter().fold(hazard, |hazard, it| {
        hazard.related(it.component.origin, format!("keeps {} data on it", it.engine))
    })
}
