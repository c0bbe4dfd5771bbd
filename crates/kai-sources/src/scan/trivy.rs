//! Trivy's JSON. Learned from `pkg/types/report.go` of Trivy.

use kai_core::Node;
use kai_graph::{ScanReport, ScannedImage, Severity, Vulnerability};

use super::subject::{self, said};
use crate::fields::items;

pub(super) fn report(object: &Node) -> ScanReport {
    let results = items(object, &["Results"]).iter();
    let found = results.flat_map(|it| items(it, &["Vulnerabilities"])).filter_map(vulnerability);
    ScanReport {
        scanner: "Trivy".into(),
        subject: subject(object),
        vulnerabilities: Some(found.collect()),
    }
}

/// A scan of files or of a repository is about no image.
fn subject(object: &Node) -> Option<ScannedImage> {
    let kind = object.str_at(&["ArtifactType"]).unwrap_or("container_image");
    let tags = items(object, &["Metadata", "RepoTags"]);
    let digests = items(object, &["Metadata", "RepoDigests"]);
    let asked = object.get("ArtifactName").filter(|_| kind == "container_image")?;
    subject::image(asked, tags.iter().chain(digests))
}

fn vulnerability(node: &Node) -> Option<Vulnerability> {
    let id = node.get("VulnerabilityID")?;
    Some(Vulnerability {
        id: id.as_str()?.into(),
        severity: Severity::parse(node.str_at(&["Severity"]).unwrap_or_default()),
        package: said(node.get("PkgName")).unwrap_or_default(),
        installed: said(node.get("InstalledVersion")).unwrap_or_default(),
        fixed: said(node.get("FixedVersion")),
        origin: id.origin,
    })
}
