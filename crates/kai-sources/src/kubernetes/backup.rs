//! Objects that copy state away.

use kai_core::{Known, SmolStr};
use kai_graph::{Backup, BackupScope, ComponentKind, Facts};

use crate::fields::Fields;
use crate::kubernetes::object::Object;

/// Reads what covers what; none for a kind that is no backup.
pub(super) fn lower(object: &Object<'_>) -> Option<(ComponentKind, Facts)> {
    let spec = object.spec;
    let backup = match (object.group, object.kind) {
        ("velero.io", "Schedule") => {
            velero(spec.at("template"), spec.get("schedule"), spec.or("paused", false))
        }
        ("velero.io", "Backup") => velero(spec, Known::default(), Known::default()),
        ("snapshot.storage.k8s.io", "VolumeSnapshot") => snapshot(spec),
        ("postgresql.cnpg.io", "ScheduledBackup" | "Backup") => {
            let name = spec.at("cluster").text("name");
            of_object("Cluster", name, spec, spec.or("suspend", false))
        }
        ("volsync.backube", "ReplicationSource") => volsync(spec),
        ("k8up.io", "Schedule") => k8up(object),
        ("stash.appscode.com", "BackupConfiguration") => stash(spec),
        ("snapscheduler.backube", "SnapshotSchedule") => snapshot_schedule(object),
        ("longhorn.io", "RecurringJob") => longhorn(object),
        ("velero.io", "BackupStorageLocation") => place(spec.at("config").get("s3Url")),
        ("barmancloud.cnpg.io", "ObjectStore") => {
            place(spec.at("configuration").get("endpointURL"))
        }
        _ => return None,
    };
    Some((ComponentKind::Backup, Facts::Backup(Box::new(backup))))
}

fn velero(template: Fields<'_>, schedule: Known<SmolStr>, is_suspended: Known<bool>) -> Backup {
    Backup {
        scope: BackupScope::Namespaces {
            included: template.texts("includedNamespaces"),
            excluded: template.texts("excludedNamespaces"),
            selector: template.selector("labelSelector"),
        },
        schedule,
        retention: template.or("ttl", SmolStr::new_static("720h0m0s")),
        destination: template.or("storageLocation", SmolStr::new_static("default")),
        is_suspended,
    }
}

fn snapshot(spec: Fields<'_>) -> Backup {
    let name = spec.at("source").text("persistentVolumeClaimName");
    Backup {
        destination: spec.get("volumeSnapshotClassName"),
        ..of_object("PersistentVolumeClaim", name, spec, Known::default())
    }
}

fn volsync(spec: Fields<'_>) -> Backup {
    let movers = ["restic", "rclone", "rsync", "rsyncTLS", "syncthing", "external"];
    let mover = movers.iter().find_map(|it| spec.find(it));
    Backup {
        schedule: spec.at("trigger").get("schedule"),
        destination: mover.map_or_else(Known::default, |it| it.get("repository")),
        ..of_object("PersistentVolumeClaim", spec.text("sourcePVC"), spec, spec.or("paused", false))
    }
}

fn k8up(object: &Object<'_>) -> Backup {
    let spec = object.spec;
    Backup {
        scope: namespace(object, None),
        schedule: spec.at("backup").get("schedule"),
        retention: Known::default(),
        destination: spec.at("backend").at("s3").get("bucket"),
        is_suspended: Known::default(),
    }
}

fn stash(spec: Fields<'_>) -> Backup {
    let target = spec.at("target").at("ref");
    Backup {
        schedule: spec.get("schedule"),
        destination: spec.at("repository").get("name"),
        retention: spec.at("retentionPolicy").get("name"),
        scope: BackupScope::Object { kind: target.text("kind"), name: target.text("name") },
        is_suspended: spec.or("paused", false),
    }
}

fn snapshot_schedule(object: &Object<'_>) -> Backup {
    let spec = object.spec;
    Backup {
        scope: namespace(object, Some(spec)),
        schedule: spec.get("schedule"),
        retention: spec.at("retention").get("expires"),
        destination: Known::default(),
        is_suspended: spec.or("disabled", false),
    }
}

/// Claims join a job, or a group of jobs, by labels (Longhorn documentation, "Recurring Snapshots and
/// Backups"). A snapshot stays on the machines of its volume.
fn longhorn(object: &Object<'_>) -> Backup {
    let spec = object.spec;
    let copies = spec.get("task").value().is_some_and(|it: &SmolStr| it.starts_with("backup"));
    let groups = spec.texts("groups");
    let of_groups = groups.iter().map(|it| format!("recurring-job-group.longhorn.io/{it}").into());
    let of_job: SmolStr = format!("recurring-job.longhorn.io/{}", object.name).into();
    Backup {
        scope: match copies {
            true => BackupScope::Labelled(of_groups.chain([of_job]).collect()),
            false => BackupScope::Unknown,
        },
        schedule: spec.get("cron"),
        retention: Known::default(),
        destination: Known::default(),
        is_suspended: Known::default(),
    }
}

/// Where copies are kept: it copies nothing by itself.
fn place(destination: Known<SmolStr>) -> Backup {
    Backup {
        scope: BackupScope::Unknown,
        schedule: Known::default(),
        retention: Known::default(),
        destination,
        is_suspended: Known::default(),
    }
}

fn namespace(object: &Object<'_>, claims: Option<Fields<'_>>) -> BackupScope {
    BackupScope::Namespaces {
        included: vec![object.namespace.into()],
        excluded: Vec::new(),
        selector: claims.and_then(|it| it.selector("claimSelector")),
    }
}

fn of_object(
    kind: &'static str,
    name: SmolStr,
    spec: Fields<'_>,
    is_suspended: Known<bool>,
) -> Backup {
    Backup {
        scope: BackupScope::Object { kind: SmolStr::new_static(kind), name },
        schedule: spec.get("schedule"),
        retention: Known::default(),
        destination: Known::default(),
        is_suspended,
    }
}
