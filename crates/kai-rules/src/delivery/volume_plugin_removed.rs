//! Volumes of plug-ins that are no longer part of Kubernetes.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, Facts, VolumeSource, Workload};

use crate::command::kubectl;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "volume-plugin-removed",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("volume_plugin_removed.md"),
    check: Check::Component(check),
};

/// Field of a volume, and the minor release that removed the plug-in without another one taking over.
const REMOVED: &[(&str, u32)] = &[
    ("cephfs", 31),
    ("flocker", 25),
    ("glusterfs", 26),
    ("quobyte", 25),
    ("rbd", 31),
    ("scaleIO", 22),
    ("storageos", 25),
];

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let found = match &component.facts {
        Facts::Workload(workload) => of_pod(workload),
        Facts::PersistentVolume(volume) => removed(&volume.source).map(|it| (it, component.origin)),
        Facts::StorageClass(class) => class.provisioner.traced().and_then(|it| {
            let plugin = it.value.strip_prefix("kubernetes.io/")?;
            Some((removed(plugin)?, it.origin))
        }),
        _ => None,
    };
    if let Some((plugin, at)) = found.filter(|_| !ctx.is_live(component)) {
        out.push(hazard(component, plugin, at));
    }
}

fn of_pod(workload: &Workload) -> Option<(&'static (&'static str, u32), OriginId)> {
    workload.pod.volumes.iter().find_map(|volume| match &volume.source {
        VolumeSource::Network(name) | VolumeSource::Other(name) => {
            Some((removed(name)?, volume.origin))
        }
        _ => None,
    })
}

fn removed(plugin: &str) -> Option<&'static (&'static str, u32)> {
    REMOVED.iter().find(|it| it.0.eq_ignore_ascii_case(plugin))
}

fn hazard(component: &Component, (plugin, release): &(&str, u32), at: OriginId) -> Hazard {
    let label = component.label();
    let message = format!(
        "`{label}` uses volumes of `{plugin}`, which Kubernetes 1.{release} removed: from that release on \
         they are not mounted, and pods that need them do not start"
    );
    RULE.worsens(
        component.id,
        FailureMode::Rollout,
        Term::Frequency,
        "removed volume plug-in",
        message,
    )
    .at(at)
    .loses(LossClass::Outage)
    .shows_as("Pods stay in `ContainerCreating` with `no volume plugin matched`")
    .recover("Go back to nodes of the release before, then move the data")
    .remedy("Move the data to volumes of a CSI driver before the upgrade")
    .verify(kubectl(component, "get events --field-selector reason=FailedMount"))
}
