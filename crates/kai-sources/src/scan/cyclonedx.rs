//! Bills of materials in CycloneDX, with the vulnerabilities that a scanner has written into them.

use std::collections::BTreeMap;

use kai_core::{Node, SmolStr};
use kai_graph::{Image, ScanReport, ScannedImage, Severity, Vulnerability};

use super::subject::{self, said};
use crate::fields::items;

/// States in which an analysis says that there is nothing to do.
const SETTLED: [&str; 4] = ["false_positive", "not_affected", "resolved", "resolved_with_pedigree"];

pub(super) fn report(object: &Node) -> ScanReport {
    let vulnerabilities = object.get("vulnerabilities").map(|all| {
        let open = all.items().iter().filter(|it| {
            let state = it.str_at(&["analysis", "state"]).unwrap_or_default();
            !SETTLED.contains(&state)
        });
        let components = components(object);
        open.flat_map(|it| vulnerability(it, &components)).collect()
    });
    ScanReport { scanner: scanner(object), subject: subject(object), vulnerabilities }
}

/// Tools were a list, and are components since version 1.5.
fn scanner(object: &Node) -> SmolStr {
    let old = items(object, &["metadata", "tools"]).first();
    let tool = old.or_else(|| items(object, &["metadata", "tools", "components"]).first());
    let name = said(tool.and_then(|it| it.get("name"))).unwrap_or_default();
    match name.as_str() {
        "" => "CycloneDX".into(),
        "grype" => "Grype".into(),
        "trivy" => "Trivy".into(),
        _ => name,
    }
}

/// Trivy gives names with tags and digests as properties; Syft gives the digest as the version, others the
/// tag.
fn subject(object: &Node) -> Option<ScannedImage> {
    let component = object.at(&["metadata", "component"])?;
    let name =
        component.get("name").filter(|_| component.str_at(&["type"]) == Some("container"))?;
    let properties = items(component, &["properties"]).iter().filter(|it| {
        let name = it.str_at(&["name"]).unwrap_or_default();
        name.ends_with(":RepoTag") || name.ends_with(":RepoDigest")
    });
    let mut image = subject::image(name, properties.filter_map(|it| it.get("value")))?;
    let version = component.str_at(&["version"]);
    let is_tag = |it: &&str| {
        !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric() || b"._-".contains(&it))
    };
    // A name without a tag has the version for one.
    for reference in &mut image.references {
        if reference.tag.is_none() && reference.digest.is_none() {
            reference.tag = version.filter(is_tag).map(Into::into);
        }
    }
    let digest = version.filter(|it| it.starts_with("sha256:"));
    let with_digest = digest.and_then(|it| Some((it, Image::parse(name.as_str()?)?)));
    image.references.extend(with_digest.map(|(digest, image)| Image {
        tag: None,
        digest: Some(digest.into()),
        ..image
    }));
    Some(image)
}

/// What vulnerabilities name, by the reference.
fn components(object: &Node) -> BTreeMap<&str, &Node> {
    let all = items(object, &["components"]).iter();
    all.filter_map(|it| Some((it.str_at(&["bom-ref"])?, it))).collect()
}

/// One for every package that it affects.
fn vulnerability(node: &Node, components: &BTreeMap<&str, &Node>) -> Vec<Vulnerability> {
    let Some(id) = node.get("id") else { return Vec::new() };
    let affected = items(node, &["affects"]).iter().filter_map(|it| it.get("ref")?.as_str());
    let packages =
        affected.filter_map(|it| components.get(it.rsplit('#').next().unwrap_or(it)).copied());
    let of = |package: Option<&Node>| Vulnerability {
        id: id.as_str().unwrap_or_default().into(),
        severity: severity(node),
        package: said(package.and_then(|it| it.get("name"))).unwrap_or_default(),
        installed: said(package.and_then(|it| it.get("version"))).unwrap_or_default(),
        fixed: fixed(node),
        origin: id.origin,
    };
    let all: Vec<Vulnerability> = packages.map(|it| of(Some(it))).collect();
    if all.is_empty() { vec![of(None)] } else { all }
}

/// The rating of the source that reports it, else the first.
fn severity(node: &Node) -> Severity {
    let ratings = items(node, &["ratings"]);
    let source = node.str_at(&["source", "name"]);
    let own =
        ratings.iter().find(|it| source.is_some() && it.str_at(&["source", "name"]) == source);
    let rating = own.or_else(|| ratings.first());
    Severity::parse(rating.and_then(|it| it.str_at(&["severity"])).unwrap_or_default())
}

/// `Upgrade openssl to version 3.0.13`
fn fixed(node: &Node) -> Option<SmolStr> {
    let text = node.str_at(&["recommendation"])?;
    let version = text.split(" to version ").nth(1)?.split([';', '\n']).next()?;
    Some(version.trim().into())
}
