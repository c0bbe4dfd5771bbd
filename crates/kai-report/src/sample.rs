//! A small assessment for the tests of every format.

use camino::Utf8PathBuf;
use kai_assess::{Assessment, Assumption, LocatedProblem, Reading, SolidPoint, UnknownItem};
use kai_core::{
    Environment, Finding, Interval, Level, Location, LocationRole, LossClass, Pillar, content_id,
};

pub(crate) fn location(path: &str, line: u32, role: LocationRole) -> Location {
    Location { path: Utf8PathBuf::from(path), line, column: 7, role }
}

/// A finding with texts of ordinary length.
pub(crate) fn finding(rank: u32, level: Level, component: &str, title: &str) -> Finding {
    Finding {
        id: content_id(&[component, title]),
        causes: vec![content_id(&[component, title])],
        rule: "state-dies-with-pod",
        pillar: Pillar::SinglePointsOfFailure,
        level,
        loss_class: LossClass::Outage,
        rank,
        bad_minutes: Some(Interval::new(1.0, 9.125, 40.0)),
        title: title.to_owned(),
        message: "`cache` is one pod and keeps its data on emptyDir, so every eviction empties it \
                  and `pay.example` is down until it is back."
            .to_owned(),
        component: component.to_owned(),
        namespace: "payments".to_owned(),
        components: Vec::new(),
        environment: Environment::Production,
        locations: vec![
            location("base/cache.yaml", 6 + rank, LocationRole::Primary),
            location("base/checkout.yaml", 40, LocationRole::Related("needs it".to_owned())),
        ],
        blast_radius: "`pay.example` is down.".to_owned(),
        detection:
            "`kube_deployment_status_replicas_available` of `cache` is 0. No alert rule was \
                    read for this environment, so I cannot say whom it would tell."
                .to_owned(),
        recovery: "The scheduler starts the pod again, empty.".to_owned(),
        remedy: "Run three replicas with a claim template.".to_owned(),
        fixes: Vec::new(),
        verify: "kubectl -n payments delete pod -l app=cache; checkout must go on".to_owned(),
        scope: None,
        arithmetic: vec!["2 a year × 1.0 × (0.5 + 4) min = 9 bad minutes a year".to_owned()],
    }
}

/// `count` findings, worst first.
pub(crate) fn assessment(count: u32) -> Assessment {
    let level = |rank: u32| match rank {
        1 => Level::Critical,
        2..=4 => Level::High,
        5..=9 => Level::Medium,
        _ => Level::Low,
    };
    let named = |rank| {
        finding(rank, level(rank), &format!("Deployment/part-{rank}"), "one pod, state on emptyDir")
    };
    Assessment {
        verdict: "Not ready: `pay.example` goes down with one pod.".to_owned(),
        reading: Reading {
            file_count: 17,
            document_count: 37,
            object_count: 35,
            root_count: 2,
            component_count: 35,
            journey_count: 1,
            charts: Vec::new(),
        },
        findings: (1..=count).map(named).collect(),
        suppressed: Vec::new(),
        solid: vec![SolidPoint {
            title: "three pods in three zones, one may go at a time".to_owned(),
            component: "Deployment/web".to_owned(),
            locations: vec![location("base/web.yaml", 6, LocationRole::Primary)],
            verify: "kubectl -n payments get pdb web".to_owned(),
        }],
        unknown: vec![UnknownItem {
            message: "2 charts not rendered, so I do not know what they create: `a`, `b`"
                .to_owned(),
            locations: vec![location("apps/a.yaml", 3, LocationRole::Primary)],
            count: 2,
        }],
        assumptions: vec![Assumption {
            key: "node-loss".to_owned(),
            term: "A node is lost".to_owned(),
            unit: "a year".to_owned(),
            interval: Interval::new(0.5, 2.0, 6.0),
            citation: "A Study of Nodes, 2019".to_owned(),
            finding_count: 3,
        }],
        problems: vec![LocatedProblem {
            path: "base/broken.yaml".into(),
            line: 3,
            message: "a mapping ends before its value".to_owned(),
            remedy: "close the bracket".to_owned(),
        }],
        failures: Vec::new(),
        roots: Vec::new(),
    }
}
