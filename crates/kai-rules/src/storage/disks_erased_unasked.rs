//! Storage clusters that may erase the disks they find.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, DiskCluster, Facts, Reconciler};

use crate::command::field;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "disks-erased-unasked",
    pillar: Pillar::Recovery,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("disks_erased_unasked.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let disks = match &component.facts {
        Facts::DiskCluster(it) => &**it,
        Facts::Reconciliation(order) => match &order.disks {
            Some(it) => it,
            None => return,
        },
        _ => return,
    };
    let consent = Consent::all(disks).into_iter().flatten();
    out.hazards.extend(consent.map(|(consent, at)| {
        let edits = match consent.loss {
            LossClass::Irreversible => ctx.set_text(at, consent.key, ""),
            _ => ctx.set_flag(at, consent.key, false),
        };
        let fix = edits.map(|it| Fix::unsafely("Take the permission back", it));
        hazard(component, &consent, at).fix(fix)
    }));
}

/// A permission to erase that stands in the files.
struct Consent {
    message: &'static str,
    title: &'static str,
    sign: &'static str,
    recovery: &'static str,
    remedy: &'static str,
    key: &'static str,
    loss: LossClass,
}

impl Consent {
    fn all(disks: &DiskCluster) -> [Option<(Self, OriginId)>; 2] {
        let at = |it: &kai_core::Known<bool>| it.traced().filter(|it| it.value).map(|it| it.origin);
        [
            at(&disks.erases_when_deleted).map(|it| (Self::when_deleted(), it)),
            at(&disks.erases_foreign_disks).map(|it| (Self::of_foreign_disks(), it)),
        ]
    }

    fn when_deleted() -> Self {
        Self {
            message: "says beforehand that its data may be destroyed: whoever deletes it, or lets it be pruned, \
                      has every disk of it erased, and until then Rook takes no change of it",
            title: "deleting it erases its disks",
            sign: "Jobs called `cluster-cleanup-job` in its namespace: by then disks are being erased",
            recovery: "From copies outside of the cluster; else none",
            remedy: "Take `confirmation` out of the files, and set it by hand when a cluster shall go",
            key: "confirmation",
            loss: LossClass::Irreversible,
        }
    }

    fn of_foreign_disks() -> Self {
        Self {
            message: "lets Rook erase disks that carry another cluster's data; a cluster that is made anew without \
                      the identity of the old one (its Secret `rook-ceph-mon`) takes the disks with all volumes for \
                      another's and erases them, where it would else leave them for a rescue",
            title: "a new cluster erases the old one's disks",
            sign: "Logs of the jobs `rook-ceph-osd-prepare-*`; by then the disks are empty",
            recovery: "Stop the operator before it sees the disks and put the Secret `rook-ceph-mon` back; after \
                       that only from copies outside of the cluster",
            remedy: "Take `wipeDevicesFromOtherClusters` out, set it for the one time that disks of a dead cluster are \
                     to be used again, and keep a copy of the Secret `rook-ceph-mon` elsewhere",
            key: "wipeDevicesFromOtherClusters",
            // It takes away a rescue after an accident, and is none itself.
            loss: LossClass::Degraded,
        }
    }
}

fn hazard(component: &Component, consent: &Consent, at: OriginId) -> Hazard {
    let message = format!("`{}` {}", component.label(), consent.message);
    let path = match component.facts {
        Facts::DiskCluster(_) => format!(".spec.cleanupPolicy.{}", consent.key),
        Facts::Reconciliation(ref order) if order.controller == Reconciler::ArgoCd => {
            format!("..valuesObject.cephClusterSpec.cleanupPolicy.{}", consent.key)
        }
        _ => format!(".spec.values.cephClusterSpec.cleanupPolicy.{}", consent.key),
    };
    RULE.worsens(component.id, FailureMode::DataLoss, Term::Loss, consent.title, message)
        .at(at)
        .loses(consent.loss)
        .shows_as(consent.sign)
        .recover(consent.recovery)
        .remedy(consent.remedy)
        .verify(format!("{} # empty", field(component, &path)))
}
