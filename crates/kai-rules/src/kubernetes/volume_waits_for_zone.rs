//! Pods that come back only in the zone that was lost, since their volume stays there.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Of, Workload};

use super::pinned_to_place::place;
use crate::command::kubectl;
use crate::storage::{is_copied, zonal_disk};
use crate::{Case, Check, Context, Observed, Rule, Share, words};

pub(super) static RULE: Rule = Rule {
    id: "volume-waits-for-zone",
    pillar: Pillar::Recovery,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("volume_waits_for_zone.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    let id = workload.component.id;
    let is_zone = |it: &Case| matches!(it, Case::GoesWithZone(_));
    let Some(Case::GoesWithZone(share)) = ctx.verdict(id, is_zone).map(|it| &it.case) else {
        return;
    };
    // A majority that goes with a zone, and pods that may be in one only, are findings of their own.
    let is_told = share.needed > 1 || place(&workload.facts.pod).is_some();
    if is_told || ctx.journeys_that_need(id).is_empty() {
        return;
    }
    if let Some(disk) = disk_of(workload, ctx) {
        out.push(hazard(workload, share, &disk, ctx));
    }
}

/// Volumes that a cloud keeps in one zone.
pub(super) struct Disk {
    claim: String,
    provisioner: String,
}

pub(super) fn disk_of(workload: Of<'_, Workload>, ctx: Context<'_>) -> Option<Disk> {
    ctx.system.claims_of(workload).iter().find_map(|it| {
        let provisioner = zonal_disk(it.claim?, workload.component, ctx)?;
        Some(Disk { claim: it.name.to_string(), provisioner })
    })
}

fn hazard(workload: Of<'_, Workload>, share: &Share, disk: &Disk, ctx: Context<'_>) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let Disk { claim, provisioner } = disk;
    let pods = match share.wanted {
        1 => "The pod".to_owned(),
        several => words::every(several, "pods"),
    };
    let message = format!(
        "{pods} of `{label}` and the volume of `{claim}` are in one zone ({}), and a disk of \
         `{provisioner}` cannot leave it: when the zone fails, nothing starts elsewhere, whatever room \
         there is, and {} until it is back",
        words::any(&share.places),
        ctx.stops(component.id),
    );
    let (recovery, remedy) = if is_copied(component, ctx) {
        (
            "Restore the newest copy into a volume of another zone and start it there; what was written \
             since is in the lost zone",
            "A replica in a second zone that takes over; until then, rehearse the restore into another \
             zone",
        )
    } else {
        (
            "Wait for the zone: nothing that is declared copies the volume away",
            "A replica in a second zone that takes over, or at least copies that another zone can be \
             filled from",
        )
    };
    RULE.worsens(
        component.id,
        FailureMode::ZoneLoss,
        Term::TimeToRecover,
        "its volume cannot leave the zone",
        message,
    )
    .at(component.origin)
    .loses(LossClass::Outage)
    .shows_as(format!("The pod of `{label}` is Pending: `had volume node affinity conflict`"))
    .recover(recovery)
    .remedy(remedy)
    .verify(kubectl(component, "get pvc,pod -o wide # then kai break 'zone=*'"))
}
