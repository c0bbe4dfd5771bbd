//! Questions whose answers are played on nodes.

use kai_answer::{Answer, Notes, Reply, evidence};

use crate::system::System;

const NODES: &str = "cluster:
  nodes:
    - { name: left, count: 1, zones: [a], cpu: 4, memory-gib: 16 }
    - { name: right, count: 1, zones: [west-b], cpu: 4, memory-gib: 16, labels: { side: right } }
";

const SHOP: &str = r"
== shop.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop, namespace: shop }
spec:
  replicas: 1
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec:
      nodeSelector: { side: right }
      containers:
        - { name: shop, image: registry.example/shop:1.0, resources: { requests: { cpu: 500m, memory: 64Mi } } }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: shop, namespace: shop }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: shop }
  minReplicas: 1
  maxReplicas: 4
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }]
";

fn shop() -> System {
    System::of_text(SHOP, NODES)
}

#[track_caller]
fn answered(system: &System, question: &str) -> Box<Answer> {
    match system.ask(question) {
        Reply::Answer(it) => it,
        other => panic!("{question}: {other:?}"),
    }
}

#[track_caller]
fn refused(system: &System, question: &str) -> String {
    match system.ask(question) {
        Reply::Unanswered(it) => it.reason,
        other => panic!("{question}: {other:?}"),
    }
}

#[track_caller]
fn is_found_again(system: &System, answer: &Answer) {
    for it in answer.evidence() {
        let notes = Notes::default();
        let found = evidence(&it.name(), system.case(&notes));
        assert_eq!(found.map(|it| it.text), Some(it.text.clone()), "{}", answer.question);
    }
}

#[test]
fn the_zone_that_a_question_names_is_played() {
    let system = shop();
    for (question, scenario) in [
        ("what happens if zone a fails?", "zone=a`"),
        ("zone west-b fails", "zone=west-b`"),
        ("what if the west-b zone goes", "zone=west-b`"),
        ("what if we lose AZ WEST-B", "zone=west-b`"),
        ("what if we lose a zone", "zone=west-b`, the worst of 2,"),
        ("what if the zone a pod is in fails?", "zone=west-b`, the worst of 2,"),
    ] {
        let answer = answered(&system, question);
        let text = &answer.direct[0].text;
        assert!(
            text.starts_with(&format!("Played as `kai break {scenario}")),
            "{question}: {text}"
        );
        is_found_again(&system, &answer);
    }
}

#[test]
fn a_zone_that_there_is_not_is_told_with_those_that_there_are() {
    let system = shop();
    let known = "here: nodes are in `a` and `west-b`";
    assert_eq!(refused(&system, "zone b fails"), format!("There is no zone `b` {known}"));
    let reason = refused(&system, "what happens to shop if zone west-c fails?");
    assert_eq!(reason, format!("There is no zone `west-c` {known}"));
    let reason = refused(&system, "what if region west fails?");
    assert_eq!(reason, "No node here says in which region it is");
}

#[test]
fn zones_are_played_one_at_a_time() {
    let reason = refused(&shop(), "zones a and west-b fail");
    assert_eq!(
        reason,
        "I play one zone at a time, and `kai break 'zone=a + zone=west-b'` plays those together"
    );
}

#[test]
fn a_zone_is_no_component_where_no_nodes_are_known() {
    let answer = answered(&System::of_text(SHOP, ""), "zone b fails");
    assert!(answer.direct[0].text.starts_with("If a zone goes, "), "{}", answer.direct[0].text);
}

#[test]
fn what_an_answer_cites_of_any_load_is_found_again() {
    let system = shop();
    for (factor, is_played) in
        [(2, true), (7, true), (19, true), (70, true), (700, true), (33, false)]
    {
        let answer = answered(&system, &format!("what happens at {factor}x the load?"));
        let text = &answer.direct[0].text;
        assert_eq!(text.starts_with("Played as `kai break load="), is_played, "{text}");
        is_found_again(&system, &answer);
    }
}

#[test]
fn a_load_that_is_not_played_comes_with_the_command_that_plays_it() {
    let answer = answered(&shop(), "what happens at 33x the load?");
    let mut commands = answer.statements().filter_map(|it| it.command.as_deref());
    assert!(commands.any(|it| it == "kai break load=33x # plays it"));
}
