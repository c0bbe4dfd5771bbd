//! Reports of GitLab's scanners of images and dependencies. Learned from `container-scanning-report-format.json` of
//! gitlab-org/security-products/security-report-schemas.

use kai_core::{Node, SmolStr};
use kai_graph::{ScanReport, ScannedImage, Severity, Vulnerability};

use super::subject::{self, said};
use crate::fields::items;

pub(super) fn report(object: &Node) -> ScanReport {
    let found = items(object, &["vulnerabilities"]).iter();
    let scanner = object.str_at(&["scan", "scanner", "name"]).unwrap_or("GitLab");
    ScanReport {
        scanner: scanner.into(),
        subject: subject(object),
        vulnerabilities: Some(found.filter_map(vulnerability).collect()),
    }
}

/// The image that all of it is about; scans of code and of lock files name none.
fn subject(object: &Node) -> Option<ScannedImage> {
    let all = items(object, &["vulnerabilities"]).iter();
    let mut images = all.map(|it| it.at(&["location", "image"]));
    let first = images.next()??;
    let is_same = |it: Option<&Node>| it.and_then(Node::as_str) == first.as_str();
    images.all(is_same).then(|| subject::image(first, std::iter::empty())).flatten()
}

/// What names no vulnerability of a package is a weakness of code.
fn vulnerability(node: &Node) -> Option<Vulnerability> {
    let identifiers = items(node, &["identifiers"]).iter();
    let is_cve = |it: &&Node| matches!(it.str_at(&["type"]), Some("cve" | "ghsa"));
    let id = identifiers.into_iter().find(is_cve)?.get("name")?;
    let dependency = node.at(&["location", "dependency"])?;
    Some(Vulnerability {
        id: id.as_str()?.into(),
        severity: Severity::parse(node.str_at(&["severity"]).unwrap_or_default()),
        package: said(dependency.at(&["package", "name"])).unwrap_or_default(),
        installed: said(dependency.get("version")).unwrap_or_default(),
        fixed: node.str_at(&["solution"]).and_then(fixed),
        origin: id.origin,
    })
}

/// `Upgrade openssl to 1.1.1d`, `… to version 1.1.1d`; another advice names no version.
fn fixed(solution: &str) -> Option<SmolStr> {
    let version = solution.trim().trim_end_matches('.').rsplit_once(" to ")?.1;
    let version = version.strip_prefix("version ").unwrap_or(version);
    let is_version = version.starts_with(|it: char| it.is_ascii_digit() || it == 'v');
    (solution.starts_with("Upgrade") && is_version && !version.contains(' '))
        .then(|| version.into())
}
