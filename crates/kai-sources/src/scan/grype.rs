//! Grype's JSON. Learned from `grype/presenter/models` of Grype.

use kai_core::{Node, SmolStr};
use kai_graph::{ScanReport, ScannedImage, Severity, Vulnerability};

use super::subject::{self, said};
use crate::fields::items;

pub(super) fn report(object: &Node) -> ScanReport {
    let found = items(object, &["matches"]).iter().filter_map(vulnerability);
    ScanReport {
        scanner: "Grype".into(),
        subject: subject(object),
        vulnerabilities: Some(found.collect()),
    }
}

fn subject(object: &Node) -> Option<ScannedImage> {
    let source = object.get("source").filter(|it| it.str_at(&["type"]) == Some("image"))?;
    let tags = items(source, &["target", "tags"]);
    let digests = items(source, &["target", "repoDigests"]);
    subject::image(source.at(&["target", "userInput"])?, tags.iter().chain(digests))
}

fn vulnerability(node: &Node) -> Option<Vulnerability> {
    let found = node.get("vulnerability")?;
    let id = found.get("id")?;
    let versions = items(found, &["fix", "versions"]).iter().filter_map(Node::text);
    let versions: Vec<&str> = versions.collect();
    Some(Vulnerability {
        id: id.as_str()?.into(),
        severity: Severity::parse(found.str_at(&["severity"]).unwrap_or_default()),
        package: said(node.at(&["artifact", "name"])).unwrap_or_default(),
        installed: said(node.at(&["artifact", "version"])).unwrap_or_default(),
        fixed: (!versions.is_empty()).then(|| SmolStr::from(versions.join(", "))),
        origin: id.origin,
    })
}
