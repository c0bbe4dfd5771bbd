//! What `kai break` prints, and what it does with input that no cluster could have.

use kai_testing::schema_offences;
use serde_json::Value;

use crate::run::{empty_folder, kai, repository, write};

const SCHEMA: &str = include_str!("../../../../docs/schema/kai.break.v1.json");

#[test]
fn the_standard_sweep_is_valid_by_its_published_schema() {
    let ran = kai(&repository(), &["break", "examples/payments", "--format", "json"], None);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let document: Value = serde_json::from_str(&ran.stdout).expect("the format is JSON");
    assert_eq!(offences(&document), Vec::<String>::new());
    assert!(document["scenarios"].as_array().is_some_and(|it| it.len() > 50));
    let mut broken = document.clone();
    broken["scenarios"][0]["surprise"] = 1.into();
    assert!(!offences(&broken).is_empty());
}

fn offences(document: &Value) -> Vec<String> {
    let schema = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    schema_offences(document, &schema)
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let run =
        || kai(&repository(), &["break", "examples/payments", "--format", "json"], None).stdout;
    assert_eq!(run(), run());
}

#[test]
fn names_that_there_are_not_are_answered_with_those_that_there_are() {
    check_refused("workload=payments/chekout", "`payments/checkout`");
    check_refused("nod=a", "`node`");
    check_refused("load=0x", "`load=2x` is twice as much");
    check_refused("rollout=payments/web:slow", "healthy, never-ready or crash-after-ready");
    check_refused("zone=", "`zone=*` for each");
}

#[track_caller]
fn check_refused(scenario: &str, hint: &str) {
    let ran = kai(&repository(), &["break", scenario, "examples/payments"], None);
    assert_eq!(ran.code, Some(2), "{}", ran.stdout);
    assert!(ran.stderr.contains(hint), "{}", ran.stderr);
}

#[test]
fn a_folder_in_which_nothing_runs_is_said() {
    let folder = empty_folder("break-nothing");
    write(&folder, "a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
    let ran = kai(&folder, &["break"], None);
    assert_eq!(ran.code, Some(3));
    assert!(ran.stderr.contains("nothing runs in"), "{}", ran.stderr);
}

/// Node groups say how many nodes there are in which zones, and nothing of their size.
#[test]
fn node_groups_are_nodes_without_a_size() {
    let folder = empty_folder("break-pools");
    let group = "resource \"aws_subnet\" \"a\" {\n  availability_zone = \"eu-west-1a\"\n}\nresource \"aws_subnet\" \"b\" {\n  availability_zone = \"eu-west-1b\"\n}\n\
                 resource \"aws_eks_node_group\" \"main\" {\n  cluster_name = \"shop\"\n  node_group_name = \"main\"\n\
                 \x20 subnet_ids = [aws_subnet.a.id, aws_subnet.b.id]\n  scaling_config {\n    min_size = 4\n    max_size = 6\n    desired_size = 4\n  }\n}\n";
    write(&folder, "infra/main.tf", group);
    write(
        &folder,
        "k8s/web.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  replicas: 2\n  selector: {matchLabels: {app: web}}\n\
         \x20 template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers: [{name: web, image: web:1}]\n",
    );
    let ran = kai(&folder, &["break", "zone=eu-west-1a", "--format", "json"], None);
    assert!(matches!(ran.code, Some(0 | 1)), "{}", ran.stderr);
    let document: Value = serde_json::from_str(&ran.stdout).expect("the format is JSON");
    assert_eq!(offences(&document), Vec::<String>::new());
    let cluster = &document["cluster"];
    assert_eq!(cluster["nodes_are"], "pools", "{cluster}");
    assert_eq!(cluster["is_capacity_known"], false);
    let text = kai(&folder, &["break", "zone=eu-west-1a"], None).stdout;
    assert!(text.contains("4 nodes in 2 zones, as the node groups of the cloud declare"), "{text}");
    for other in [
        "resource \"aws_autoscaling_group\" \"own\" {\n  min_size = 2\n  max_size = 2\n}\n",
        "module \"eks\" {\n  source = \"terraform-aws-modules/eks/aws\"\n  version = \"20.0.0\"\n}\n",
    ] {
        write(&folder, "infra/other.tf", other);
        let text = kai(&folder, &["break"], None).stdout;
        assert!(text.contains("a stand-in of 3 zones"), "{other}: {text}");
    }
}

/// A pod that is made smaller in place holds what it has until its node has taken it back.
#[test]
fn what_a_pod_still_has_is_no_room_for_others() {
    let node = |name: &str| {
        format!(
            r#"{{"apiVersion":"v1","kind":"Node","metadata":{{"name":"{name}"}},"status":{{
                "allocatable":{{"cpu":"2","pods":"9"}},"conditions":[{{"type":"Ready","status":"True"}}]}}}}"#
        )
    };
    let pod = |name: &str, node: &str, asks: &str, has: &str| {
        format!(
            r#"{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"{name}","ownerReferences":[
                {{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"{name}","controller":true}}]}},
             "spec":{{"nodeName":"{node}","containers":[{{"name":"c","resources":{{"requests":{{"cpu":"{asks}"}}}}}}]}},
             "status":{{"phase":"Running","containerStatuses":[{{"name":"c","ready":true,
                "resources":{{"requests":{{"cpu":"{has}"}}}}}}]}}}}"#
        )
    };
    let objects =
        [node("n"), node("m"), pod("lost", "n", "1", "1"), pod("smaller", "m", "500m", "1500m")];
    let dump = format!(r#"{{"apiVersion":"v1","kind":"List","items":[{}]}}"#, objects.join(",\n"));
    let ran = kai(&repository(), &["break", "node=n", "-"], Some(dump.as_bytes()));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.contains("1 Insufficient cpu"), "{}", ran.stdout);
}

/// What no cluster could have is said in a sentence, and the rest is played.
#[test]
fn what_no_cluster_could_have_is_said() {
    check_dump(
        "node-without-allocatable",
        r#"{"apiVersion":"v1","kind":"List","items":[
            {"apiVersion":"v1","kind":"Node","metadata":{"name":"n"}},
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","ownerReferences":[
                {"apiVersion":"apps/v1","kind":"ReplicaSet","name":"r","controller":true}]},
             "spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"-4","memory":"9Zi"}}}]}}]}"#,
        "node `n` says no allocatable pods, so it takes none",
    );
    check_dump(
        "nodes-of-one-name",
        r#"{"apiVersion":"v1","kind":"List","items":[
            {"apiVersion":"v1","kind":"Node","metadata":{"name":"n"},"status":{"allocatable":{"pods":"9"}}},
            {"apiVersion":"v1","kind":"Node","metadata":{"name":"n"},"status":{"allocatable":{"pods":"9"}}},
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"nodeName":"n"}}]}"#,
        "node `n` is there twice",
    );
    check_dump(
        "absurd-replicas",
        r#"{"apiVersion":"v1","kind":"List","items":[
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":-3,
             "selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c"}]}}}},
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"e"},"spec":{
             "selector":{"matchLabels":{"a":"c"}},"template":{"metadata":{"labels":{"a":"c"}},"spec":{"containers":[{"name":"c"}]}}}},
            {"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"x"},
             "spec":{"minAvailable":1,"selector":{"matchLabels":{"a":"nobody"}}}}]}"#,
        "a number of replicas below 0",
    );
}

#[track_caller]
fn check_dump(name: &str, dump: &str, sentence: &str) {
    let folder = empty_folder(&format!("break-{name}"));
    write(&folder, "cluster.json", dump);
    let ran = kai(&folder, &["break", "cluster.json", "--format", "json"], None);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let document: Value = serde_json::from_str(&ran.stdout).expect("the format is JSON");
    assert_eq!(offences(&document), Vec::<String>::new());
    let problems = document["problems"].to_string();
    assert!(problems.contains(sentence), "{problems}");
}

/// `web` is two pods, one of which waits because the other node is full, and its budget lets all go.
const DRAINED: &str = r#"{"apiVersion":"v1","kind":"List","items":[
    {"apiVersion":"v1","kind":"Node","metadata":{"name":"n1"},"status":{"allocatable":{"cpu":"1","memory":"1Gi","pods":"9"}}},
    {"apiVersion":"v1","kind":"Node","metadata":{"name":"n2"},"status":{"allocatable":{"cpu":"1","memory":"1Gi","pods":"1"}}},
    {"apiVersion":"v1","kind":"Pod","metadata":{"name":"batch","namespace":"shop"},"spec":{"nodeName":"n2","containers":[{"name":"c"}]},
     "status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}},
    {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop"},"spec":{"replicas":2,
     "selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"c"}]}}}},
    {"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"web-1","namespace":"shop","ownerReferences":[
        {"apiVersion":"apps/v1","kind":"Deployment","name":"web","controller":true}]},
     "spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"}}}},
    {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-1-a","namespace":"shop","labels":{"app":"web"},"ownerReferences":[
        {"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-1","controller":true}]},
     "spec":{"nodeName":"n1","containers":[{"name":"c"}]},
     "status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}},
    {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-1-b","namespace":"shop","labels":{"app":"web"},"ownerReferences":[
        {"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-1","controller":true}]},
     "spec":{"containers":[{"name":"c"}]},"status":{"phase":"Pending"}},
    {"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"web","namespace":"shop"},
     "spec":{"minAvailable":0,"selector":{"matchLabels":{"app":"web"}}}}]}"#;

#[test]
fn a_deployment_that_a_drain_takes_down_is_said_to_be_down() {
    let folder = empty_folder("break-drained");
    write(&folder, "cluster.json", DRAINED);
    let down = "`Deployment/web` is down until a node takes its pods";
    let ran = kai(&folder, &["break", "drain=n1", "cluster.json"], None);
    assert!(ran.stdout.contains(down), "{}", ran.stdout);
    assert!(ran.stdout.contains("0 of 2 pods left at once"), "{}", ran.stdout);
    let ran = kai(&folder, &["drain-check", "cluster.json"], None);
    assert!(ran.stdout.contains("An upgrade of 2 nodes comes to an end."), "{}", ran.stdout);
    assert!(ran.stdout.contains(down), "{}", ran.stdout);
}

/// More pods than any node takes are played, and what does not fit is said.
#[test]
fn fifty_thousand_pods_are_played() {
    let folder = empty_folder("break-fifty-thousand");
    let dump = r#"{"apiVersion":"v1","kind":"List","items":[
        {"apiVersion":"v1","kind":"Node","metadata":{"name":"n"},"status":{"allocatable":{"cpu":"64","memory":"256Gi","pods":"250"}}},
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":50000,
         "selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c"}]}}}}]}"#;
    write(&folder, "cluster.json", dump);
    let ran = kai(&folder, &["break", "cluster.json"], None);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let parts = [
        "1 workload, 50,000 pods",
        "waits before anything breaks: 0/1 nodes are available: 1 Too many pods.",
        "drain=n: `Deployment/d` is down until a node takes its pods",
        "All 250 pods of `Deployment/d` were there",
    ];
    for part in parts {
        assert!(ran.stdout.contains(part), "no `{part}` in:\n{}", ran.stdout);
    }
}

/// Three that call each other in a circle, behind one way in, and a fourth that only calls.
#[test]
fn components_that_call_each_other_in_a_circle_are_played() {
    let folder = empty_folder("break-circle");
    let service = |name: &str, calls: &str| {
        format!(
            "apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec: {{replicas: 1, selector: {{matchLabels: {{app: {name}}}}}, template: {{metadata: {{labels: {{app: {name}}}}},
  spec: {{containers: [{{name: c, image: \"a:1\", env: [{{name: URL, value: \"http://{calls}\"}}]}}]}}}}}}
---
apiVersion: v1
kind: Service
metadata: {{name: {name}}}
spec: {{selector: {{app: {name}}}, ports: [{{port: 80}}]}}
---
"
        )
    };
    let circle = [("one", "two"), ("two", "three"), ("three", "one"), ("caller", "one")];
    let mut manifests: String = circle.iter().map(|(name, calls)| service(name, calls)).collect();
    manifests.push_str(
        "apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec: {rules: [{host: shop.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: one, port: {number: 80}}}}]}}]}
",
    );
    write(&folder, "circle.yaml", &manifests);
    for member in ["one", "two", "three"] {
        let ran = kai(&folder, &["break", &format!("workload={member}")], None);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let down = format!("`shop.example` is down until it is mended, by `Deployment/{member}`");
        assert!(ran.stdout.contains(&down), "no `{down}` in:\n{}", ran.stdout);
        let unable = ran.stdout.lines().find(|it| it.contains("cannot work meanwhile"));
        let unable = unable.unwrap_or_default();
        for other in ["one", "two", "three", "caller"].iter().filter(|it| **it != member) {
            assert!(unable.contains(&format!("`Deployment/{other}`")), "{}", ran.stdout);
        }
    }
    let ran = kai(&folder, &["break", "workload=caller"], None);
    assert!(ran.stdout.contains("no journey is known to need it"), "{}", ran.stdout);
    let ran = kai(&folder, &["break"], None);
    assert!(ran.stdout.contains("scenarios played."), "{}", ran.stdout);
}

/// What waits may push out what is less important, and nobody plays that.
#[test]
fn preemption_is_said_not_to_be_played_where_it_may_happen() {
    let folder = empty_folder("break-preemption");
    let node = r#""spec":{"nodeName":"n1","#;
    let important = DRAINED.replace(node, &format!(r#"{node}"priority":1000,"#));
    write(&folder, "cluster.json", &important);
    let ran = kai(&folder, &["break", "node=n1", "cluster.json"], None);
    let said = "whether pods of `Deployment/web` (priority 1000) push out pods of lower priority";
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
    let ran = kai(&folder, &["break", "cluster.json"], None);
    assert!(ran.stdout.contains("Not played: preemption, by which pods of"), "{}", ran.stdout);
    let ran = kai(&folder, &["drain-check", "cluster.json"], None);
    assert!(ran.stdout.contains("Not played: preemption, by which pods of"), "{}", ran.stdout);
    write(&folder, "cluster.json", DRAINED);
    let ran = kai(&folder, &["break", "cluster.json"], None);
    assert!(!ran.stdout.contains("preemption"), "{}", ran.stdout);
}

/// A picture that stands for itself, and says so where there is nothing to draw.
#[test]
fn the_blast_radius_is_drawn() {
    let draw = |scenario: &str| {
        let asked = ["break", scenario, "examples/payments", "--format", "svg"];
        let ran = kai(&repository(), &asked, None);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert!(
            ran.stdout.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""),
            "{}",
            ran.stdout
        );
        assert!(ran.stdout.ends_with("</svg>\n"), "{}", ran.stdout);
        ran.stdout
    };
    let picture = draw("node=*");
    let boxes = picture.matches("<g class=\"vertex ").count();
    let arrows = picture.matches("<path class=\"arrow\"").count();
    let asked = ["break", "node=*", "examples/payments", "--format", "mermaid"];
    let flowchart = kai(&repository(), &asked, None).stdout;
    assert_eq!(arrows, flowchart.matches("-->").count());
    assert_eq!(boxes + arrows + 1, flowchart.lines().count());
    assert!(boxes > 3 && picture.contains(">journey</text>"), "{picture}");
    let empty = draw("control-plane");
    assert!(!empty.contains("class=\"vertex"), "{empty}");
    assert!(
        empty.contains("Nothing that was played takes a workload or a journey down."),
        "{empty}"
    );
}
