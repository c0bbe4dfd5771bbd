//! Sync windows of Argo CD in answers about deployments.

use kai_answer::Reply;

use crate::system::{PAY, System};

const PAYS: &str = "
== argocd/pays.yaml
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: { name: pays, namespace: argocd }
spec:
  generators: [{ list: { elements: [{ name: pay-1 }] } }]
  template:
    metadata: { name: '{{name}}' }
    spec:
      project: shop
      source: { repoURL: 'https://git.example/shop.git', path: shop, targetRevision: main }
      destination: { namespace: shop, server: https://kubernetes.default.svc }
";

fn application(name: &str, project: &str) -> String {
    format!(
        "
== argocd/{project}-application.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{ name: {name}, namespace: argocd }}
spec:
  project: {project}
  source: {{ repoURL: 'https://git.example/shop.git', path: shop, targetRevision: main }}
  destination: {{ namespace: shop, server: https://kubernetes.default.svc }}
"
    )
}

fn project(name: &str, windows: &[&str]) -> String {
    let windows: Vec<String> = windows.iter().map(|it| format!("    - {{ {it} }}")).collect();
    format!(
        "
== argocd/{name}.yaml
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata: {{ name: {name}, namespace: argocd }}
spec:
  syncWindows:
{}
",
        windows.join("\n")
    )
}

/// What the answer says of Argo CD.
fn told(files: &[String]) -> Vec<String> {
    told_with(files, "")
}

/// The same where `kai.yaml` says something.
fn told_with(files: &[String], settings: &str) -> Vec<String> {
    let system = System::of_text(&format!("{PAY}{}", files.concat()), settings);
    let Reply::Answer(answer) = system.ask("is it safe to deploy Deployment/pay?") else {
        panic!("it is answered");
    };
    let windows = answer.sections.iter().find(|it| it.title == "Before you press the button");
    let statements = windows.into_iter().flat_map(|it| &it.statements);
    statements.filter(|it| it.blank.is_none()).map(|it| it.text.clone()).collect()
}

#[test]
fn only_windows_of_the_project_that_delivers_it_are_told() {
    let other = "kind: deny, schedule: '0 18 * * 1', duration: 1h, applications: ['*']";
    let own = "kind: deny, schedule: '0 20 * * 5', duration: 60h, namespaces: ['sh*']";
    let files = [
        project("bank", &[other, other, other]),
        project("shop", &[own]),
        application("pay", "shop"),
    ];
    assert_eq!(
        told(&files),
        [
            "Argo CD syncs nothing of `AppProject/shop` (namespaces `sh*`) for 60h from `0 20 * * 5` (UTC) on, by hand neither."
        ]
    );
}

#[test]
fn a_window_that_wants_all_lists_to_match_is_told_where_they_do() {
    let elsewhere = "kind: deny, schedule: '0 1 * * *', duration: 1h, applications: ['*'], namespaces: [bank], andOperator: true";
    let here = "kind: deny, schedule: '0 2 * * *', duration: 1h, applications: [pay], clusters: ['https://*'], andOperator: true, manualSync: true";
    let files = [project("shop", &[elsewhere, here]), application("pay", "shop")];
    assert_eq!(
        told(&files),
        [
            "Argo CD syncs nothing of `AppProject/shop` (applications `pay` and clusters `https://*`) for 1h from `0 2 * * *` (UTC) on; people may all the same."
        ]
    );
}

#[test]
fn a_kind_that_argo_does_not_know_allows_nothing() {
    let window = "kind: Deny, schedule: '0 1 * * *', duration: 1h, applications: ['*']";
    let files = [project("shop", &[window]), application("pay", "shop")];
    assert_eq!(
        told(&files),
        [
            "`AppProject/shop` has a window of kind `Deny` (applications `*`) from `0 1 * * *` (UTC) on; Argo CD knows `allow` and `deny`, and what it makes of this one is not known."
        ]
    );
}

#[test]
fn windows_that_are_not_shown_are_counted() {
    let window = "kind: allow, schedule: '0 1 * * *', duration: 1h, applications: ['*']";
    let files = [project("shop", &[window; 5]), application("pay", "shop")];
    let told = told(&files);
    assert_eq!(told.len(), 4);
    assert_eq!(told[3], "And 2 windows more like that.");
}

#[test]
fn a_window_may_hold_for_a_name_that_is_filled_in_later() {
    let window = "kind: deny, schedule: '0 1 * * *', duration: 1h, applications: ['pay-*']";
    let files = [project("shop", &[window]), PAYS.to_owned()];
    assert_eq!(
        told(&files),
        [
            "If it holds for what is filled in when it is applied: Argo CD syncs nothing of `AppProject/shop` (applications `pay-*`) for 1h from `0 1 * * *` (UTC) on, by hand neither."
        ]
    );
}

#[test]
fn who_delivers_it_is_said_to_be_unknown() {
    let window = "kind: deny, schedule: '0 1 * * *', duration: 1h, applications: ['*']";
    let start = "Argo CD keeps to sync windows in `AppProject/shop`; ";
    let end = ", so whether one holds for `Deployment/pay` is not known.";
    let reason = "nothing that I read says which Application delivers it";
    assert_eq!(told(&[project("shop", &[window])]), [format!("{start}{reason}{end}")]);
    let reason = "the project `bank` of `Application/pay`, which delivers it, is not declared here";
    let files = [project("shop", &[window]), application("pay", "bank")];
    assert_eq!(told(&files), [format!("{start}{reason}{end}")]);
    assert_eq!(told(&[application("pay", "bank")]), [] as [String; 0]);
}

#[test]
fn what_holds_a_change_back_while_it_is_busy_is_told() {
    let busy = "busy: [{ name: market hours, schedule: 0 9 * * 1-5, duration: 8h, time-zone: Europe/Berlin }]";
    let start = "Busy: market hours (`0 9 * * 1-5` for 8h, Europe/Berlin); ";
    let automated = |project: &str| {
        let policy = "spec:\n  syncPolicy: { automated: {} }\n";
        application("pay", project).replace("spec:\n", policy)
    };
    let first = |files: &[String]| told_with(files, busy).into_iter().next().unwrap_or_default();
    let other = "kind: deny, schedule: '0 1 * * *', duration: 1h, applications: ['*']";
    let half = "kind: deny, schedule: '0 9 * * 1-5', duration: 4h, timeZone: Europe/Berlin, applications: ['*']";
    let all = "kind: deny, schedule: '0 7 * * *', duration: 12h, timeZone: Europe/Berlin, applications: ['*']";
    assert_eq!(
        first(&[project("shop", &[other]), automated("shop")]),
        format!(
            "{start}no window of `AppProject/shop` keeps Argo CD from syncing `Application/pay` by itself then."
        )
    );
    assert_eq!(
        first(&[project("shop", &[half]), automated("shop")]),
        format!(
            "{start}windows of `AppProject/shop` leave 1040 of its 2080 hours in a year open, in which Argo CD syncs `Application/pay` by itself: Monday to Friday from 13:00 to 17:00."
        )
    );
    assert_eq!(
        first(&[project("shop", &[all]), automated("shop")]),
        format!(
            "{start}windows of `AppProject/shop` let Argo CD sync nothing of `Application/pay` then."
        )
    );
    assert_eq!(
        first(&[project("shop", &[other]), application("pay", "shop")]),
        format!("{start}`Application/pay` changes nothing unless somebody syncs it.")
    );
    assert_eq!(
        first(&[automated("bank")]),
        format!(
            "{start}the project `bank` of `Application/pay`, which delivers it, is not declared here, so whether a sync window holds `Application/pay` back is not known."
        )
    );
    assert_eq!(first(&[]), "Busy: market hours (`0 9 * * 1-5` for 8h, Europe/Berlin).");
}
