use super::*;

use Environment::{Development, Production};

fn found(system: &System, labels: &str, root: RootId) -> String {
    names(system.pods_of(&selector(labels), "shop", root).into_iter().map(|it| it.component))
}

#[test]
fn a_selector_finds_pods_of_its_namespace_that_have_all_its_labels() {
    let mut sketch = Sketch::default();
    let root = sketch.root(".", Production);
    sketch.workload(root, "web", "app=web,tier=front");
    sketch.workload(root, "api", "app=api,tier=back");
    let other = sketch.workload(root, "bank", "app=web,tier=front");
    sketch.change(other).namespace = "bank".into();
    let system = sketch.system();
    assert_eq!(found(&system, "app=web", root), "Deployment/web");
    assert_eq!(found(&system, "app=web,tier=back", root), "");
    assert_eq!(found(&system, "", root), "Deployment/web Deployment/api");
}

#[test]
fn a_selection_stays_in_its_root_where_it_finds_anything_there() {
    let mut sketch = Sketch::default();
    let development = sketch.root("development", Development);
    let blue = sketch.root("blue", Production);
    let green = sketch.root("green", Production);
    let edge = sketch.root("edge", Production);
    for root in [development, blue, green] {
        sketch.workload(root, "web", "app=web");
        sketch.service(root, "web", "app=web");
    }
    let system = sketch.system();
    assert_eq!(found(&system, "app=web", blue), "Deployment/web");
    assert_eq!(found(&system, "app=web", edge), "Deployment/web Deployment/web");
    for workload in system.workloads() {
        let paths = system.paths_to(workload);
        assert_eq!(paths.len(), 1);
        assert_eq!(paths[0].component.root, workload.component.root);
    }
}

#[test]
fn who_selects_a_pod_is_found_whichever_label_it_names() {
    let mut sketch = Sketch::default();
    let root = sketch.root(".", Production);
    let web = sketch.workload(root, "web", "app=web,part-of=shop,tier=front");
    for labels in ["app=web", "part-of=shop", "part-of=shop,tier=front", "app=api", ""] {
        sketch.service(root, labels, labels);
    }
    let system = sketch.system();
    let web = system.component(web).workload().unwrap();
    let paths = names(system.paths_to(web).into_iter().map(|it| it.component));
    assert_eq!(
        paths,
        "Service/app=web Service/part-of=shop Service/part-of=shop,tier=front Service/"
    );
}

#[test]
fn a_service_of_one_pod_of_a_set_selects_the_set() {
    let mut sketch = Sketch::default();
    let root = sketch.root(".", Production);
    sketch.workload(root, "db", "app=db");
    let system = sketch.system();
    let pod_name = "statefulset.kubernetes.io/pod-name";
    assert_eq!(found(&system, &format!("app=db,{pod_name}=db-0"), root), "Deployment/db");
    assert_eq!(found(&system, &format!("{pod_name}=db-1"), root), "Deployment/db");
    assert_eq!(found(&system, &format!("{pod_name}=cache-0"), root), "");
}

#[test]
fn pods_that_lack_a_label_get_it_later_where_something_gives_such_labels() {
    let mut sketch = Sketch::default();
    let root = sketch.root(".", Production);
    sketch.workload(root, "web", "app=web");
    let ledger = sketch.workload(root, "ledger", "app=ledger");
    let Facts::Workload(workload) = &mut sketch.change(ledger).facts else { panic!() };
    workload.rollout.side_labels = vec!["side".into()];
    let system = sketch.system();
    let is_met = |labels: &str| system.has_unfinished_pods(&selector(labels), "shop", root);
    assert!(is_met("app=web,role=master"));
    assert!(is_met("app=web,vault-initialized=true,vault-sealed=false"));
    assert!(is_met("app=web,operator=leader"));
    assert!(is_met("app=web,example.org/shard=a"));
    assert!(is_met("app=ledger,side=canary"));
    assert!(!is_met("app=web,side=canary"));
    assert!(!is_met("app=web,version=v1"));
    assert!(!is_met("app=web,app.kubernetes.io/name=web"));
    assert!(!is_met("app=bank,role=master"));
}
