//! Which documents are unmistakably reports of scanners.

use kai_core::Node;

/// True for a report in SARIF, in Trivy's or Grype's own JSON, and for bills of materials in CycloneDX and
/// SPDX. Of SARIF only what scanners of images write: linters write it as well.
#[must_use]
pub fn is_report(node: &Node) -> bool {
    let has = |key: &str| node.get(key).is_some();
    let is_trivy = has("SchemaVersion") && has("ArtifactName");
    let is_grype = has("matches") && node.str_at(&["descriptor", "name"]) == Some("grype");
    let is_cyclonedx = node.str_at(&["bomFormat"]) == Some("CycloneDX");
    let is_spdx = has("spdxVersion") && has("SPDXID");
    is_trivy || is_grype || is_cyclonedx || is_spdx || is_sarif(node)
}

fn is_sarif(node: &Node) -> bool {
    const SCANNERS: [&str; 3] = ["grype", "snyk container", "trivy"];
    let mut runs = node.get("runs").map(Node::items).unwrap_or_default().iter();
    runs.any(|it| {
        let name = it.str_at(&["tool", "driver", "name"]).unwrap_or_default();
        SCANNERS.contains(&name.to_ascii_lowercase().as_str())
    })
}
