//! Forty rows of one kind are one finding; five are five.

use crate::manifests::{ingress, service};
use kai_testing::Memory;

use crate::assess;

/// That many lone pods behind one entry, each calling the next.
fn chain(count: usize) -> String {
    let name = |at: usize| format!("step-{at}");
    let services = (0..count).map(|at| {
        let next = (at + 1 < count).then(|| name(at + 1));
        service("pay", &name(at), 1, next.as_deref())
    });
    services.collect::<String>() + &ingress("pay", "pay.example.com", "step-0")
}

#[track_caller]
fn lone_replicas(text: &str) -> Vec<kai_core::Finding> {
    let assessment = assess(&Memory::new([("app.yaml", text)]));
    assessment.findings.into_iter().filter(|it| it.rule == "lone-replica").collect()
}

#[test]
fn five_lone_pods_in_a_namespace_are_five_findings() {
    assert_eq!(lone_replicas(&chain(5)).len(), 5);
}

#[test]
fn six_are_one_finding_that_names_them() {
    let findings = lone_replicas(&chain(6));
    let [finding] = findings.as_slice() else { panic!("{findings:#?}") };
    assert_eq!(finding.title, "one pod (and 5 more)");
    assert!(finding.message.contains("The same (one pod) holds for"), "{}", finding.message);
    assert_eq!(finding.locations.len(), 6);
}

#[test]
fn what_most_depends_on_comes_first() {
    let findings = lone_replicas(&chain(3));
    let components: Vec<_> = findings.iter().map(|it| it.component.as_str()).collect();
    assert_eq!(components, ["Deployment/step-2", "Deployment/step-1", "Deployment/step-0"]);
}

#[test]
fn ids_survive_lines_that_move() {
    let text = chain(2);
    let moved = format!("# one more line\n{text}");
    let ids = |text: &str| lone_replicas(text).iter().map(|it| it.id).collect::<Vec<_>>();
    assert_eq!(ids(&text), ids(&moved));
}
