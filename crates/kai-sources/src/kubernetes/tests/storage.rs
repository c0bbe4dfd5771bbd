use expect_test::expect;
use kai_core::{Known, Reason};
use kai_graph::{BackupScope, ComponentKind, Facts};

use super::{components, facts, object};

#[test]
fn a_set_makes_claims_and_says_whether_they_go_with_it() {
    let spec = "spec:
  persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 10Gi}}}";
    let Facts::Workload(set) = facts(&object("apps/v1", "StatefulSet", spec)) else { panic!() };
    let template = &set.claim_templates[0];
    assert_eq!(template.name, "data");
    assert_eq!(template.claim.size.value().unwrap().to_string(), "10Gi");
    assert_eq!(template.is_deleted_with_set.value(), Some(&true));
    assert_eq!(template.is_deleted_when_scaled.value(), Some(&false));
}

#[test]
fn a_volume_that_somebody_writes_is_kept_and_one_that_a_class_makes_is_not() {
    let volume = object(
        "v1",
        "PersistentVolume",
        "spec: {capacity: {storage: 1Gi}, nfs: {server: a}, claimRef: {namespace: shop, name: data}}",
    );
    let Facts::PersistentVolume(volume) = facts(&volume) else { panic!() };
    assert_eq!(volume.reclaim_policy.value().unwrap(), "Retain");
    assert_eq!(volume.source, "nfs");
    let class = "provisioner: ebs.csi.aws.com";
    let Facts::StorageClass(class) = facts(&object("storage.k8s.io/v1", "StorageClass", class))
    else {
        panic!()
    };
    assert_eq!(class.reclaim_policy.value().unwrap(), "Delete");
    assert_eq!(class.binding_mode.value().unwrap(), "Immediate");
}

#[test]
fn a_disk_is_in_one_zone_unless_its_class_asks_for_more_or_nobody_knows() {
    let may_span_zones = |text: &str| {
        let class = format!("provisioner: disk.csi.example\n{text}");
        let class = object("storage.k8s.io/v1", "StorageClass", &class);
        let Facts::StorageClass(class) = facts(&class) else { panic!() };
        class.may_span_zones
    };
    assert!(!may_span_zones(""));
    assert!(!may_span_zones("parameters: {type: pd-balanced, skuName: Premium_LRS}"));
    assert!(may_span_zones("parameters: {replication-type: regional-pd}"));
    assert!(may_span_zones("parameters: {skuName: Premium_ZRS}"));
    assert!(may_span_zones("parameters: {type: '${DISK_TYPE}'}"));
    assert!(may_span_zones("parameters: [unread]"));
}

#[test]
fn an_operators_datastore_says_how_many_and_whether_it_is_backed_up() {
    let store = |api_version: &str, kind: &str, spec: &str| {
        let component = components(&object(api_version, kind, spec)).remove(0);
        let Facts::Datastore(store) = component.facts else { panic!("no datastore") };
        let backup = match store.has_backup {
            Known::Value(it) => it.value.to_string(),
            Known::Unknown(reason) => format!("{reason:?}"),
        };
        let instances = store.instances.value().copied();
        format!("{:?} {} {instances:?} backup {backup}", component.kind, store.engine.name)
    };
    let shown = [
        store("postgresql.cnpg.io/v1", "Cluster", "spec: {instances: 3}"),
        store("postgresql.cnpg.io/v1", "Cluster", "spec: {backup: {barmanObjectStore: {}}}"),
        store("kafka.strimzi.io/v1beta2", "Kafka", "spec: {kafka: {replicas: 3}}"),
        store("rabbitmq.com/v1beta1", "RabbitmqCluster", "spec: {}"),
        store(
            "moco.cybozu.com/v1beta2",
            "MySQLCluster",
            "spec: {replicas: 3, backupPolicyName: d}",
        ),
    ];
    expect![[r#"
        [
            "Datastore postgresql Some(3) backup false",
            "Datastore postgresql Some(1) backup true",
            "Queue kafka Some(3) backup NotInRepository",
            "Queue rabbitmq Some(1) backup NotInRepository",
            "Datastore mysql Some(3) backup true",
        ]
    "#]]
    .assert_debug_eq(&shown);
}

#[test]
fn an_operators_datastore_answers_under_the_names_that_it_makes() {
    let components = components(&object("postgresql.cnpg.io/v1", "Cluster", "spec: {}"));
    let makes = components[0].makes.as_ref().unwrap();
    assert!(makes.named.contains(&("Service".into(), "it-rw".into())));
    assert!(makes.named.contains(&("Secret".into(), "it-app".into())));
}

#[test]
fn a_backup_says_what_it_covers() {
    let scope = |api_version: &str, kind: &str, spec: &str| {
        let component = components(&object(api_version, kind, spec)).remove(0);
        assert_eq!(component.kind, ComponentKind::Backup);
        let Facts::Backup(backup) = component.facts else { panic!("no backup") };
        let schedule = backup.schedule.value().cloned().unwrap_or_default();
        match backup.scope {
            BackupScope::Namespaces { included, excluded, .. } => {
                format!("{included:?} less {excluded:?} at {schedule}")
            }
            BackupScope::Object { kind, name } => format!("{kind}/{name} at {schedule}"),
            BackupScope::Labelled(labels) => format!("{labels:?} at {schedule}"),
            BackupScope::Unknown => format!("unknown at {schedule}"),
        }
    };
    let velero = "spec: {schedule: 0 1 * * *, template: {excludedNamespaces: [kube-system]}}";
    let shown = [
        scope("velero.io/v1", "Schedule", velero),
        scope(
            "postgresql.cnpg.io/v1",
            "ScheduledBackup",
            "spec: {schedule: 0 0 0 * * *, cluster: {name: db}}",
        ),
        scope(
            "snapshot.storage.k8s.io/v1",
            "VolumeSnapshot",
            "spec: {source: {persistentVolumeClaimName: data}}",
        ),
        scope(
            "volsync.backube/v1alpha1",
            "ReplicationSource",
            "spec: {sourcePVC: data, trigger: {schedule: 0 * * * *}, restic: {repository: r}}",
        ),
        scope(
            "longhorn.io/v1beta2",
            "RecurringJob",
            "spec: {cron: 0 2 * * *, task: backup, groups: [default]}",
        ),
        scope("longhorn.io/v1beta2", "RecurringJob", "spec: {cron: 0 * * * *, task: snapshot}"),
    ];
    expect![[r#"
        [
            "[] less [\"kube-system\"] at 0 1 * * *",
            "Cluster/db at 0 0 0 * * *",
            "PersistentVolumeClaim/data at ",
            "PersistentVolumeClaim/data at 0 * * * *",
            "[\"recurring-job-group.longhorn.io/default\", \"recurring-job.longhorn.io/it\"] at 0 2 * * *",
            "unknown at 0 * * * *",
        ]
    "#]]
    .assert_debug_eq(&shown);
}

#[test]
fn a_machine_has_a_zone_and_taints() {
    let node = "apiVersion: v1
kind: Node
metadata: {name: rack-1, labels: {topology.kubernetes.io/zone: a}}
spec: {unschedulable: true, taints: [{key: k, value: v, effect: NoSchedule}]}
";
    let component = components(node).remove(0);
    let Facts::Machine(machine) = component.facts else { panic!() };
    assert_eq!(component.kind, ComponentKind::FailureDomain);
    assert_eq!(machine.zone.value().unwrap(), "a");
    assert_eq!(machine.taints, ["k=v:NoSchedule"]);
    assert!(machine.is_unschedulable);
    let Facts::Machine(other) = facts(&object("v1", "Node", "")) else { panic!() };
    assert_eq!(other.zone, Known::Unknown(Reason::NotDeclared));
}
