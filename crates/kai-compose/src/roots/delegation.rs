//! Objects that make other objects from what is not in the repository: charts and remote folders.

use camino::Utf8Path;
use kai_core::{Gap, GapKind, Node};

use super::generator;
use super::inclusion::resolve;
use super::object::group;
use super::pointer::referred_chart;
use crate::{Project, helm};

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
        ("argoproj.io", "Application") => argo_charts(project, object.get("spec")),
        ("argoproj.io", "ApplicationSet") => argo_set(project, object),
        _ => Vec::new(),
    }
}

fn flux_release(project: &Project<'_>, release: &Node) -> Option<Gap> {
    let name = release.str_at(&["metadata", "name"])?;
    let spec = release.get("spec")?;
    let charts = match spec.str_at(&["chartRef", "kind"]) {
        Some("HelmChart") => charts(project),
        _ => Vec::new(),
    };
    let own = spec.at(&["chart", "spec"]).or_else(|| referred_chart(release, spec, &charts));
    let moved = anywhere(&charts);
    let chart = own.or_else(|| referred_chart(release, spec, &moved));
    let node = chart.and_then(|it| it.get("chart")).or(spec.at(&["chartRef", "name"]))?;
    let is_of_code =
        chart.and_then(|it| it.str_at(&["sourceRef", "kind"])) == Some("GitRepository");
    let folder = resolve(Utf8Path::new(""), node.as_str().unwrap_or_default());
    let is_here = is_of_code && folder.is_some_and(|it| project.holds(&it.join("Chart.yaml")));
    let is_suspended = release.at(&["spec", "suspend"]).and_then(Node::as_bool) == Some(true);
    let mut references = helm::of_flux_release(project, release).into_iter();
    if is_here || !is_suspended && references.any(|it| project.stored(&it).is_some()) {
        return None;
    }
    let what = format!("{} of HelmRelease/{name}", node.text()?);
    Some(Gap { kind: GapKind::Chart, what, at: Some(node.origin) })
}

/// The charts that are objects of Flux.
fn charts(project: &Project<'_>) -> Vec<Node> {
    let objects = project.files().flat_map(|it| &it.objects);
    objects.filter(|it| it.str_at(&["kind"]) == Some("HelmChart")).cloned().collect()
}

/// The same in no namespace, as they may be applied to any.
fn anywhere(charts: &[Node]) -> Vec<Node> {
    let without_namespace = |it: &Node| {
        let mut it = it.clone();
        if let Some(metadata) = it.get_mut("metadata").and_then(Node::map_mut) {
            metadata.remove("namespace");
        }
        it
    };
    charts.iter().map(without_namespace).collect()
}

fn argo_charts(project: &Project<'_>, spec: Option<&Node>) -> Vec<Gap> {
    let is_here =
        |it: &Node| helm::of_argo_source(it).is_some_and(|it| project.stored(&it).is_some());
    let absent = sources(spec).filter(|it| !is_here(it));
    absent.filter_map(|it| chart(it, &["chart"], &["repoURL"])).collect()
}

fn sources(spec: Option<&Node>) -> impl Iterator<Item = &Node> {
    let one = spec.and_then(|it| it.get("source"));
    let several = spec.and_then(|it| it.get("sources")).map(Node::items);
    one.into_iter().chain(several.unwrap_or_default())
}

/// The charts of the Applications that a set makes, or of its template where that is not known.
fn argo_set(project: &Project<'_>, set: &Node) -> Vec<Gap> {
    let made = generator::applications(set, project);
    let mut gaps: Vec<Gap> = Vec::new();
    for what in &made.unknown {
        let name = set.str_at(&["metadata", "name"]).unwrap_or_default();
        let what = format!("what `{what}` of ApplicationSet/{name} makes");
        gaps.push(Gap { kind: GapKind::Template, what, at: Some(set.origin) });
    }
    if made.applications.is_empty() {
        let sources = sources(set.at(&["spec", "template", "spec"]));
        gaps.extend(sources.filter_map(|it| chart(it, &["chart"], &["repoURL"])));
        return gaps;
    }
    for application in made.applications {
        for gap in argo_charts(project, application.get("spec")) {
            if !gaps.contains(&gap) {
                gaps.push(gap);
            }
        }
    }
    gaps
}

fn chart(node: &Node, name: &[&str], repository: &[&str]) -> Option<Gap> {
    let chart = node.at(name)?;
    let mut what = chart.text()?.to_owned();
    if let Some(repository) = node.at(repository).and_then(Node::as_str) {
        what.push_str(&format!(" from {repository}"));
    }
    Some(Gap { kind: GapKind::Chart, what, at: Some(chart.origin) })
}
