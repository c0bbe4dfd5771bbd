//! A report in, what it says of which image out.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use kai_compose::{Project, roots};
use kai_core::{LocationRole, Origins, RootId};
use kai_graph::Facts;
use kai_testing::Memory;

#[track_caller]
fn check(file: &str, text: &str, expected: Expect) {
    let (tree, origins) = (Memory::new([(file, text)]), Origins::new());
    let project = Project::load(&tree, &origins);
    let mut shown = String::new();
    for plan in roots::discover(&project) {
        let (root, composition) = roots::compose(&project, &plan, RootId(0));
        for component in crate::lower(&composition.objects, &root, &origins).components {
            let Facts::ScanReport(report) = &component.facts else { panic!("it is a report") };
            let subject = report.subject.as_ref();
            let references = subject.iter().flat_map(|it| &it.references);
            let names: Vec<&str> = references.map(|it| it.reference.as_str()).collect();
            let file = subject.and_then(|it| it.file.as_ref());
            writeln!(shown, "{} of {names:?} {file:?}", report.scanner).unwrap();
            for it in report.vulnerabilities.iter().flatten() {
                let line =
                    origins.location(it.origin, LocationRole::Primary).map_or(0, |it| it.line);
                let (package, installed) = (&it.package, &it.installed);
                let severity = it.severity.as_str();
                writeln!(
                    shown,
                    "  {line}: {} {severity} {package} {installed} {:?}",
                    it.id, it.fixed
                )
                .unwrap();
            }
            if report.vulnerabilities.is_none() {
                shown.push_str("  packages alone\n");
            }
        }
    }
    expected.assert_eq(&shown);
}

#[test]
fn trivy_names_an_image_by_tag_and_digest() {
    check(
        "a.json",
        r#"{
  "SchemaVersion": 2, "ArtifactName": "r.io/pay:1", "ArtifactType": "container_image",
  "Metadata": {"RepoTags": ["r.io/pay:1"], "RepoDigests": ["r.io/pay@sha256:aa"]},
  "Results": [{"Target": "r.io/pay:1 (debian 12)", "Class": "os-pkgs", "Vulnerabilities": [
    {"VulnerabilityID": "CVE-2099-1", "PkgName": "libexample", "InstalledVersion": "1.0", "FixedVersion": "1.1", "Severity": "HIGH"},
    {"VulnerabilityID": "CVE-2099-2", "PkgName": "libother", "InstalledVersion": "3", "Severity": "UNKNOWN"}
  ]}, {"Target": "app/package.json", "Class": "secret"}]
}"#,
        expect![[r#"
            Trivy of ["r.io/pay:1", "r.io/pay:1", "r.io/pay@sha256:aa"] None
              5: CVE-2099-1 high libexample 1.0 Some("1.1")
              6: CVE-2099-2 unknown libother 3 None
        "#]],
    );
}

#[test]
fn a_scan_of_files_is_about_no_image() {
    check(
        "a.json",
        r#"{"SchemaVersion": 2, "ArtifactName": ".", "ArtifactType": "filesystem", "Results": []}"#,
        expect![[r#"
            Trivy of [] None
        "#]],
    );
}

#[test]
fn grype_says_what_was_asked_for() {
    check(
        "a.json",
        r#"{
  "matches": [{
    "vulnerability": {"id": "GHSA-aaaa", "severity": "Critical", "fix": {"versions": ["1.1", "2.0"], "state": "fixed"}},
    "artifact": {"name": "example", "version": "1.0", "type": "npm"}
  }],
  "source": {"type": "image", "target": {"userInput": "pay:1", "tags": ["pay:1"], "repoDigests": ["r.io/pay@sha256:aa"]}},
  "descriptor": {"name": "grype", "version": "0.90.0"}
}"#,
        expect![[r#"
            Grype of ["pay:1", "pay:1", "r.io/pay@sha256:aa"] None
              3: GHSA-aaaa critical example 1.0 Some("1.1, 2.0")
        "#]],
    );
}

#[test]
fn cyclonedx_holds_vulnerabilities_or_packages_alone() {
    check(
        "a.json",
        r#"{
  "bomFormat": "CycloneDX", "specVersion": "1.6",
  "metadata": {
    "tools": {"components": [{"type": "application", "name": "trivy"}]},
    "component": {"type": "container", "name": "r.io/pay:1", "properties": [
      {"name": "aquasecurity:trivy:RepoDigest", "value": "r.io/pay@sha256:aa"}
    ]}
  },
  "components": [{"bom-ref": "pkg:deb/libexample@1.0", "name": "libexample", "version": "1.0"}],
  "vulnerabilities": [
    {"id": "CVE-2099-1", "source": {"name": "debian"},
     "ratings": [{"source": {"name": "nvd"}, "severity": "critical"}, {"source": {"name": "debian"}, "severity": "low"}],
     "recommendation": "Upgrade libexample to version 1.1", "affects": [{"ref": "pkg:deb/libexample@1.0"}]},
    {"id": "CVE-2099-2", "analysis": {"state": "not_affected"}, "affects": [{"ref": "pkg:deb/libexample@1.0"}]}
  ]
}"#,
        expect![[r#"
            Trivy of ["r.io/pay:1", "r.io/pay@sha256:aa"] None
              11: CVE-2099-1 low libexample 1.0 Some("1.1")
        "#]],
    );
    check(
        "a.json",
        r#"{"bomFormat": "CycloneDX", "metadata": {"component": {"type": "container", "name": "pay:1", "version": "sha256:aa"}}}"#,
        expect![[r#"
            CycloneDX of ["pay:1", "pay:1"] None
              packages alone
        "#]],
    );
}

#[test]
fn a_version_in_cyclonedx_is_the_tag_of_a_name_without_one() {
    let text = r#"{"bomFormat": "CycloneDX", "metadata": {"component": {"type": "container", "name": "r.io/pay", "version": "1.2.3"}}}"#;
    let (tree, origins) = (Memory::new([("a.json", text)]), Origins::new());
    let project = Project::load(&tree, &origins);
    let (root, composition) =
        roots::compose(&project, &roots::discover(&project).remove(0), RootId(0));
    let component = crate::lower(&composition.objects, &root, &origins).components.remove(0);
    let Facts::ScanReport(report) = component.facts else { panic!("it is a report") };
    let subject = report.subject.unwrap();
    assert!(subject.is(&kai_graph::Image::parse("r.io/pay:1.2.3").unwrap()));
    assert!(!subject.is(&kai_graph::Image::parse("r.io/pay:1.2.4").unwrap()));
}

#[test]
fn an_underscore_of_snyk_is_a_tag_where_it_can_be_nothing_else() {
    let of = |uri: &str| {
        format!(
            r#"{{"runs": [{{
  "tool": {{"driver": {{"name": "Snyk Container", "rules": []}}}},
  "results": [{{"locations": [{{"physicalLocation": {{"artifactLocation": {{"uri": "{uri}"}}}}}}]}}]
}}]}}"#
        )
    };
    check(
        "a.sarif",
        &of("r.io/my_app"),
        expect![[r#"
        Snyk Container of [] None
    "#]],
    );
    check(
        "a.sarif",
        &of("r.io/my_app_v1.2"),
        expect![[r#"
        Snyk Container of ["r.io/my_app:v1.2"] None
    "#]],
    );
    check(
        "a.sarif",
        &of("r.io/my_app@sha256_aa"),
        expect![[r#"
        Snyk Container of ["r.io/my_app@sha256:aa"] None
    "#]],
    );
}

#[test]
fn each_scanner_writes_its_own_sarif() {
    check(
        "a.sarif",
        r#"{"version": "2.1.0", "runs": [{
  "tool": {"driver": {"name": "Trivy", "rules": []}},
  "properties": {"imageName": "r.io/pay:1", "repoDigests": ["r.io/pay@sha256:aa"]},
  "results": [
    {"ruleId": "CVE-2099-1", "message": {"text": "Package: libexample\nInstalled Version: 1.0\nVulnerability CVE-2099-1\nSeverity: HIGH\nFixed Version: 1.1\nLink: [CVE-2099-1](https://a.example)"}},
    {"ruleId": "CVE-2099-2", "suppressions": [{"kind": "external"}], "message": {"text": "Package: a\nVulnerability CVE-2099-2\nSeverity: HIGH"}},
    {"ruleId": "aws-key", "message": {"text": "Artifact: /a\nType: \nSecret AWS\nSeverity: CRITICAL"}}
  ]
}, {
  "tool": {"driver": {"name": "Grype", "rules": [
    {"id": "CVE-2099-3-libexample", "help": {"text": "Vulnerability CVE-2099-3\nSeverity: medium\nPackage: libexample\nVersion: 1.0\nFix Version: \nType: deb"}}
  ]}},
  "results": [{"ruleId": "CVE-2099-3-libexample", "message": {"text": "A medium vulnerability in deb package: libexample, version 1.0 was found in image r.io/pay:1 at: /var/lib/dpkg/status"}}]
}, {
  "tool": {"driver": {"name": "Snyk Container", "rules": [
    {"id": "SNYK-1", "shortDescription": {"text": "Critical severity - Overflow vulnerability in libexample"},
     "fullDescription": {"text": "(CVE-2099-4) libexample@1.0"}}
  ]}},
  "results": [{"ruleId": "SNYK-1", "locations": [{"physicalLocation": {"artifactLocation": {"uri": "r.io/pay_1"}}}]}]
}, {
  "tool": {"driver": {"name": "CodeQL", "rules": []}}, "results": []
}]}"#,
        expect![[r#"
            Trivy of ["r.io/pay:1", "r.io/pay@sha256:aa"] None
              5: CVE-2099-1 high libexample 1.0 Some("1.1")
            Grype of ["r.io/pay:1"] None
              13: CVE-2099-3 medium libexample 1.0 None
            Snyk Container of ["r.io/pay:1"] None
              19: CVE-2099-4 critical libexample 1.0 None
        "#]],
    );
}

#[test]
fn gitlab_names_the_image_beside_each_of_its_packages() {
    check(
        "gl-container-scanning-report.json",
        r#"{
  "version": "15.0.7", "scan": {"type": "container_scanning", "scanner": {"id": "trivy", "name": "Trivy"}},
  "vulnerabilities": [
    {"id": "1", "severity": "Critical", "solution": "Upgrade libexample to version 1.1",
     "location": {"image": "r.io/pay:1", "dependency": {"package": {"name": "libexample"}, "version": "1.0"}},
     "identifiers": [{"type": "cve", "name": "CVE-2099-1", "value": "CVE-2099-1"}]},
    {"id": "2", "severity": "Low", "solution": "No solution provided",
     "location": {"image": "r.io/pay:1", "dependency": {"package": {"name": "libother"}, "version": "3"}},
     "identifiers": [{"type": "cve", "name": "CVE-2099-2", "value": "CVE-2099-2"}]}
  ]
}"#,
        expect![[r#"
            Trivy of ["r.io/pay:1"] None
              6: CVE-2099-1 critical libexample 1.0 Some("1.1")
              9: CVE-2099-2 low libother 3 None
        "#]],
    );
}

#[test]
fn gitlab_finds_weak_code_in_no_image() {
    check(
        "gl-sast-report.json",
        r#"{
  "version": "15.0.7", "scan": {"type": "sast", "scanner": {"id": "semgrep", "name": "Semgrep"}},
  "vulnerabilities": [
    {"id": "1", "severity": "High", "location": {"file": "app.py", "start_line": 3},
     "identifiers": [{"type": "cwe", "name": "CWE-79", "value": "79"}]}
  ]
}"#,
        expect![[r#"
            Semgrep of [] None
        "#]],
    );
}

#[test]
fn a_finding_of_gitlab_without_an_id_is_not_left_out() {
    let problems = |found: &str| {
        let text = format!(
            r#"{{"scan": {{"scanner": {{"id": "trivy"}}}}, "vulnerabilities": [{{"severity": "High"{found}}}]}}"#
        );
        let (tree, origins) = (Memory::new([("gl.json", text.as_str())]), Origins::new());
        let project = Project::load(&tree, &origins);
        let plan = roots::discover(&project).remove(0);
        let (root, composition) = roots::compose(&project, &plan, RootId(0));
        crate::lower(&composition.objects, &root, &origins).problems.len()
    };
    let identifiers = r#", "identifiers": [{"type": "cve", "name": "CVE-2020-1"}]"#;
    assert_eq!((problems(identifiers), problems("")), (0, 1));
}
