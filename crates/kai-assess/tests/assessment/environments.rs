//! Production first, and one cause through several overlays once.

use kai_core::{Environment, Level, LocationRole};

use crate::manifests::{ingress, service};
use kai_testing::Memory;

use crate::assess;

#[test]
fn development_comes_after_production_and_says_so() {
    let text = service("pay", "gate", 1, None) + &ingress("pay", "pay.example.com", "gate");
    let other = text.replace("gate", "door");
    let files = [("clusters/dev/a.yaml", text.as_str()), ("clusters/prod/b.yaml", other.as_str())];
    let assessment = assess(&Memory::new(files));
    let lone: Vec<_> = assessment.findings.iter().filter(|it| it.rule == "lone-replica").collect();
    let environments: Vec<_> = lone.iter().map(|it| it.environment).collect();
    assert_eq!(environments, [Environment::Production, Environment::Development]);
    assert_eq!(lone[1].level, Level::Medium);
    assert!(lone[1].blast_radius.contains("Ranked after production"), "{:?}", lone[1]);
    assert!(lone[1].arithmetic.iter().any(|it| it.contains("development lowers it from high")));
}

#[test]
fn one_cause_through_three_overlays_is_one_finding_with_places() {
    let base = service("pay", "gate", 1, None) + &ingress("pay", "pay.example.com", "gate");
    let overlay = |name: &str| format!("namePrefix: {name}-\nresources: [../../base]\n");
    let (dev, staging, production) = (overlay("dev"), overlay("staging"), overlay("production"));
    let assessment = assess(&Memory::new([
        ("base/app.yaml", base.as_str()),
        ("base/kustomization.yaml", "resources: [app.yaml]\n"),
        ("overlays/dev/kustomization.yaml", dev.as_str()),
        ("overlays/production/kustomization.yaml", production.as_str()),
        ("overlays/staging/kustomization.yaml", staging.as_str()),
    ]));
    let lone: Vec<_> = assessment.findings.iter().filter(|it| it.rule == "lone-replica").collect();
    let [finding] = lone.as_slice() else { panic!("{:#?}", assessment) };
    assert_eq!(finding.environment, Environment::Production);
    assert_eq!(finding.locations[0].path, "base/app.yaml");
    let same = finding.locations.iter().filter(|it| it.role == LocationRole::Same);
    let same: Vec<_> = same.map(|it| it.path.as_str()).collect();
    assert_eq!(same, ["overlays/dev/kustomization.yaml", "overlays/staging/kustomization.yaml"]);
}
