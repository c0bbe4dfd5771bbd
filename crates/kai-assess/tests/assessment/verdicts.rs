//! The first sentence of a review.

use expect_test::{Expect, expect};

use crate::manifests::{ingress, service};
use kai_testing::Memory;

use crate::assess;

#[track_caller]
fn check(files: &[(&str, &str)], expected: Expect) {
    let verdict = assess(&Memory::new(files.iter().copied())).verdict;
    expected.assert_eq(&format!("{verdict}\n"));
}

#[test]
fn nothing_to_run_is_said() {
    check(
        &[("README.md", "# Nothing")],
        expect![[r#"
        I found nothing here that a cluster or a Compose host would run.
    "#]],
    );
}

#[test]
fn a_lone_pod_decides() {
    let text = service("pay", "gate", 1, None) + &ingress("pay", "pay.example.com", "gate");
    check(
        &[("app.yaml", &text)],
        expect![[r#"
        This is not ready for production as it stands: `Deployment/gate` is one pod; while it restarts, moves or hangs, `pay.example.com` stops.
    "#]],
    );
}

#[test]
fn nothing_wrong_is_no_promise() {
    let image = "image: registry.example.com/gate:1.0.0";
    let asks = "resources: {requests: {cpu: 100m, memory: 64Mi}}";
    let probe = "readinessProbe: {httpGet: {path: /ready, port: 8080}}";
    let text = service("pay", "gate", 3, None)
        .replace(image, &format!("{image}\n          {asks}\n          {probe}"))
        + &ingress("pay", "pay.example.com", "gate")
        + "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\n\
           metadata: {name: gate, namespace: pay}\n\
           spec: {maxUnavailable: 1, selector: {matchLabels: {app: gate}}}\n";
    check(
        &[("app.yaml", &text)],
        expect![[r#"
        Nothing that I can read here stops `pay.example.com` by itself, and I found nothing at risk in what I could read.
    "#]],
    );
}

#[test]
fn workloads_in_remote_charts_are_not_judged() {
    let release = |name: &str| {
        format!(
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: {name}, namespace: home}}\nspec:\n  chart:\n    spec:\n      chart: {name}\n      version: 1.0.0\n      sourceRef: {{kind: HelmRepository, name: charts}}\n"
        )
    };
    let (one, other) = (release("photos"), release("media"));
    check(
        &[("apps/photos.yaml", &one), ("apps/media.yaml", &other)],
        expect![[r#"
        I cannot judge what runs here: every workload lives in 2 charts that I could not render; in what I could read I found nothing at risk.
    "#]],
    );
}

#[test]
fn without_production_the_environment_is_named() {
    let text = service("pay", "gate", 1, None) + &ingress("pay", "pay.example.com", "gate");
    check(
        &[("examples/app.yaml", &text)],
        expect![[r#"
        Nothing here is production; in the examples, `Deployment/gate` is one pod; while it restarts, moves or hangs, `pay.example.com` stops.
    "#]],
    );
}
