use kai_core::Known;

use super::*;

use Environment::Production;

fn claim(storage_class: Option<&str>) -> Claim {
    Claim {
        access_modes: vec!["ReadWriteOnce".into()],
        storage_class: storage_class
            .map_or_else(Known::default, |it| Known::new(it.into(), OriginId::NONE)),
        size: Known::default(),
        volume_name: None,
        origin: OriginId::NONE,
    }
}

/// A set `db` with a template `data`, and a claim `dumps` that it mounts.
fn database() -> (Sketch, ComponentId) {
    let mut sketch = Sketch::default();
    let root = sketch.root(".", Production);
    let db = sketch.workload(root, "db", "app=db");
    let Facts::Workload(workload) = &mut sketch.change(db).facts else { unreachable!() };
    workload.claim_templates.push(ClaimTemplate {
        name: "data".into(),
        claim: claim(Some("fast")),
        is_deleted_with_set: Known::default(),
        is_deleted_when_scaled: Known::default(),
    });
    let source = VolumeSource::Claim { name: "dumps".into() };
    workload.pod.volumes.push(Volume { name: "dumps".into(), source, origin: OriginId::NONE });
    let dumps = Facts::Claim(Box::new(claim(None)));
    let dumps = sketch.add(root, "PersistentVolumeClaim", "dumps", dumps);
    sketch.change(dumps).labels.push(("jobs.example/nightly".into(), "enabled".into()));
    (sketch, db)
}

fn storage_class(sketch: &mut Sketch, name: &str, policy: &str, is_default: bool) {
    let class = StorageClass {
        provisioner: Known::default(),
        reclaim_policy: Known::new(policy.into(), OriginId::NONE),
        binding_mode: Known::default(),
        can_grow: Known::default(),
        may_span_zones: false,
        is_default,
    };
    let id = sketch.add(RootId(0), "StorageClass", name, Facts::StorageClass(Box::new(class)));
    sketch.change(id).namespace = SmolStr::default();
}

#[test]
fn a_claims_volume_goes_as_its_class_says() {
    let (mut sketch, db) = database();
    storage_class(&mut sketch, "fast", "Retain", false);
    storage_class(&mut sketch, "standard", "Delete", true);
    let system = sketch.system();
    let claims = system.claims_of(system.component(db).workload().unwrap());
    let policies: Vec<_> = claims
        .iter()
        .map(|it| format!("{} {}", it.name, it.reclaim_policy.value().unwrap()))
        .collect();
    assert_eq!(policies, ["data Retain", "dumps Delete"]);
}

#[test]
fn without_its_class_nobody_knows_how_a_volume_goes() {
    let (sketch, db) = database();
    let system = sketch.system();
    let claims = system.claims_of(system.component(db).workload().unwrap());
    assert!(claims.iter().all(|it| it.reclaim_policy.value().is_none()));
}

#[track_caller]
fn check_backup(scope: BackupScope, is_covered: bool) {
    let (mut sketch, db) = database();
    let backup = Backup {
        scope,
        schedule: Known::default(),
        retention: Known::default(),
        destination: Known::default(),
        is_suspended: Known::default(),
    };
    sketch.add(RootId(0), "Schedule", "nightly", Facts::Backup(Box::new(backup)));
    let system = sketch.system();
    let found = names(system.backups_of(system.component(db)));
    assert_eq!(found, if is_covered { "Schedule/nightly" } else { "" });
}

#[test]
fn a_backup_covers_namespaces_labels_and_claims() {
    let namespaces = |included: &[&str], excluded: &[&str], labels: Option<&str>| {
        let list = |it: &[&str]| it.iter().map(|it| SmolStr::from(*it)).collect();
        let (included, excluded) = (list(included), list(excluded));
        BackupScope::Namespaces { included, excluded, selector: labels.map(selector) }
    };
    check_backup(namespaces(&[], &[], None), true);
    check_backup(namespaces(&["shop"], &[], None), true);
    check_backup(namespaces(&["*"], &["shop"], None), false);
    check_backup(namespaces(&["bank"], &[], None), false);
    check_backup(namespaces(&["shop"], &[], Some("app=db")), true);
    check_backup(namespaces(&["shop"], &[], Some("app=web")), false);
    let claim = |name: &str| BackupScope::Object {
        kind: "PersistentVolumeClaim".into(),
        name: name.into(),
    };
    check_backup(claim("data-db-0"), true);
    check_backup(claim("dumps"), true);
    check_backup(claim("data-cache-0"), false);
    check_backup(BackupScope::Labelled(vec!["jobs.example/nightly".into()]), true);
    check_backup(BackupScope::Labelled(vec!["jobs.example/weekly".into()]), false);
    check_backup(BackupScope::Unknown, false);
}

#[test]
fn a_job_that_dumps_what_it_calls_is_a_backup() {
    let (mut sketch, db) = database();
    let path = sketch.service(RootId(0), "db", "app=db");
    let dump = sketch.workload(RootId(0), "dump", "");
    let web = sketch.workload(RootId(0), "web", "");
    let Facts::Workload(workload) = &mut sketch.change(dump).facts else { unreachable!() };
    workload.backup_tool = Some(("pg_dump".into(), OriginId::NONE));
    sketch.arrow(path, DependencyKind::Routes, db);
    sketch.arrow(dump, DependencyKind::Calls, path);
    sketch.arrow(web, DependencyKind::Calls, path);
    let system = sketch.system();
    assert_eq!(names(system.backups_of(system.component(db))), "Deployment/dump");
}
