//! The numbers behind a finding, and how bad they are said to be.

use expect_test::{Expect, expect};
use kai_core::{Level, LossClass};

use crate::manifests::{ingress, service};
use kai_testing::Memory;

use crate::assess;

#[track_caller]
fn check_arithmetic(text: &str, rule: &str, expected: Expect) {
    let assessment = assess(&Memory::new([("app.yaml", text)]));
    let finding = assessment.findings.iter().find(|it| it.rule == rule);
    expected.assert_eq(&finding.expect("the rule finds something").arithmetic.join("\n"));
}

#[test]
fn every_term_of_a_lone_pod_has_a_source() {
    let text = service("pay", "gate", 1, None) + &ingress("pay", "pay.example.com", "gate");
    check_arithmetic(
        &text,
        "lone-replica",
        expect![[r#"
            class: L2 outage
            level: high, it can spend a twentieth of a journey's error budget or more
            a node under it is drained:
              f = 12 (2 to 52) per node-year: a node drained for an upgrade or a new image, provider not known (assumed: `drain.any`, cloud.google.com/kubernetes-engine/upgrades; docs.aws.amazon.com/eks kubernetes-versions; learn.microsoft.com aks-upgrade-practices [S est])
              i = 1: of it is lost (derived: what the rule found)
              TTD = 0 min: a controller acts (derived: whoever evicts the pod starts the replacement)
              TTR = 0.45 (0.12 to 2) min, of
                + 0.033 (0.017 to 0.083) min: pod created to containers started, image present (assumed: `pod.start`, Kubernetes SIG Scalability, pod startup latency objective (99th percentile at most 5 s) [S est])
                + 0.42 (0.083 to 2) min: image pulled and unpacked, not cached (assumed: `image.pull`, Harter et al., FAST 2016 (median task start 25 s, of which pulling 76 %) [S est])
              f × i × (TTD + TTR) = 5.4 (0.57 to 44) min a year
              without the hazard, i = 0: of it is lost (derived: another pod serves while one moves)
            a node under it dies:
              f = 0.15 (0.03 to 0.6) per node-year: unplanned loss of a general-purpose VM node (assumed: `node.unplanned`, Schroeder et al., SIGMETRICS 2009 (low end); Veeam 2021, servers with an unexpected outage (middle); J. Dean 2008 as reported by CNET (high end) [S2 est])
              i = 1: of it is lost (derived: what the rule found)
              TTD = 0.83 (0.67 to 0.92) min: the node is given up (derived: node monitor grace period of 40 s until 1.31, 50 s since, checked every 5 s)
              TTR = 5.5 (5.1 to 7) min, of
                + 5 min: pods of the lost node are given up (derived: no toleration of `unreachable` is written, so 300 s)
                + 0.033 (0.017 to 0.083) min: pod created to containers started, image present (assumed: `pod.start`, Kubernetes SIG Scalability, pod startup latency objective (99th percentile at most 5 s) [S est])
                + 0.42 (0.083 to 2) min: image pulled and unpacked, not cached (assumed: `image.pull`, Harter et al., FAST 2016 (median task start 25 s, of which pulling 76 %) [S est])
              f × i × (TTD + TTR) = 0.94 (0.19 to 3.8) min a year
              without the hazard, i = 0.37 (0.2 to 0.5), of
                × 1: of it is lost (derived: what the rule found)
                × 0.37 (0.2 to 0.5): share of node failures that come in a burst of two or more (assumed: `node.correlated_share`, Ford et al., OSDI 2010, §4.1 [S2 est])
            all triggers = 6.4 (0.76 to 48) bad minutes a year
            journey `pay.example.com` needs it: 6.4 (0.76 to 48) bad minutes a year, 1.2 % of the 530 that 99.9 % allows
            objective: 99.9 % (assumed: `slo.target`)
            value of the fix: 6 bad minutes a year, typically"#]],
    );
}

#[test]
fn without_a_journey_the_rules_own_level_stands_and_says_so() {
    let text = service("pay", "gate", 1, None).replace(":1.0.0", ":latest");
    check_arithmetic(
        &text,
        "mutable-image-tag",
        expect![[r#"
        class: L4 toil
        level: low, no journey is known here, so the rule's own level stands
        minutes: none, this class is ranked before any minutes
        value of the fix: not in minutes"#]],
    );
}

#[test]
fn an_outage_that_reaches_no_journey_is_degraded() {
    let cache = service("pay", "cache", 1, None).replace("registry.example.com/cache", "redis");
    let assessment = assess(&Memory::new([("app.yaml", cache.as_str())]));
    assert!(assessment.findings.iter().all(|it| it.loss_class > LossClass::Outage));
}

#[test]
fn the_ledger_names_what_carries_the_ranking() {
    let text = service("pay", "gate", 1, None) + &ingress("pay", "pay.example.com", "gate");
    let assessment = assess(&Memory::new([("app.yaml", text.as_str())]));
    let keys: Vec<_> = assessment.assumptions.iter().map(|it| it.key.as_str()).collect();
    for key in ["drain.any", "node.unplanned", "slo.target"] {
        assert!(keys.contains(&key), "{keys:?}");
    }
    assert!(assessment.assumptions.iter().all(|it| it.citation.contains('[')));
}

#[test]
fn a_lone_pod_on_a_journey_is_high() {
    let text = service("pay", "gate", 1, None) + &ingress("pay", "pay.example.com", "gate");
    let assessment = assess(&Memory::new([("app.yaml", text.as_str())]));
    assert_eq!(assessment.findings[0].level, Level::High);
    assert_eq!(assessment.findings[0].loss_class, LossClass::Outage);
}
