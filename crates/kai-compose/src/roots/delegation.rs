//! Objects that make other objects from what is not in the repository: charts and remote folders.

use camino::Utf8Path;
use kai_core::{Gap, GapKind, Node};

use super::inclusion::resolve;
use super::object::group;
use crate::Project;

/// What an object has others install, as far as it is not read here.
pub(super) fn gaps(project: &Project<'_>, object: &Node) -> Vec<Gap> {
    let api_version = object.str_at(&["apiVersion"]).unwrap_or_default();
    let kind = object.str_at(&["kind"]).unwrap_or_default();
    match (group(api_version), kind) {
        ("helm.toolkit.fluxcd.io", "HelmRelease") => {
            flux_release(project, object).into_iter().collect()
        }
        ("helm.cattle.io", "HelmChart") => {
            chart(object, &["spec", "chart"], &["spec", "repo"]).into_iter().collect()
        }
        ("helm.cattle.io", "HelmChartConfig") => {
            chart(object, &["metadata", "name"], &[]).into_iter().collect()
        }
        ("argoproj.io", "Application") => argo_charts(object.get("spec")),
        ("argoproj.io", "ApplicationSet") => argo_charts(object.at(&["spec", "template", "spec"])),
        _ => Vec::new(),
    }
}

fn flux_release(project: &Project<'_>, release: &Node) -> Option<Gap> {
    let name = release.str_at(&["metadata", "name"])?;
    let chart = release.at(&["spec", "chart", "spec", "chart"]);
    let reference = release.at(&["spec", "chartRef", "name"]);
    let node = chart.or(reference)?;
    let folder = resolve(Utf8Path::new(""), node.as_str().unwrap_or_default());
    if folder.is_some_and(|it| project.holds(&it.join("Chart.yaml"))) {
        return None;
    }
    let what = format!("{} of HelmRelease/{name}", node.text()?);
    Some(Gap { kind: GapKind::Chart, what, at: Some(node.origin) })
}

fn argo_charts(spec: Option<&Node>) -> Vec<Gap> {
    let Some(spec) = spec else { return Vec::new() };
    let sources = spec.get("source").into_iter();
    let sources = sources.chain(spec.get("sources").map(Node::items).unwrap_or_default());
    sources.filter_map(|it| chart(it, &["chart"], &["repoURL"])).collect()
}

fn chart(node: &Node, name: &[&str], repository: &[&str]) -> Option<Gap> {
    let chart = node.at(name)?;
    let mut what = chart.text()?.to_owned();
    if let Some(repository) = node.at(repository).and_then(Node::as_str) {
        what.push_str(&format!(" from {repository}"));
    }
    Some(Gap { kind: GapKind::Chart, what, at: Some(chart.origin) })
}
