//! Who asks for a packed chart: the line that people edit where the archive's own text is nobody's here.

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Node, OriginId};

use super::plan::{RootPlan, Source};
use crate::helm::ChartSource;
use crate::{Project, helm, kustomize};

/// The outermost archive of a path that leads into one.
#[must_use]
pub fn archive_around(path: &Utf8Path) -> Option<&Utf8Path> {
    let around = path.ancestors().skip(1).filter(|it| it.extension() == Some("tgz"));
    around.last()
}

impl RootPlan {
    /// What asks for the archive: the object that installs the chart, an entry of `helmCharts`, or
    /// an entry of a chart's dependencies.
    #[must_use]
    pub fn asks_for(&self, project: &Project<'_>, archive: &Utf8Path) -> Option<OriginId> {
        let file = archive.file_name()?;
        if let Some(chart) = folder_around(archive) {
            return dependency(project, &chart, file);
        }
        match &self.source {
            Source::Release(release) => match &release.chart {
                ChartSource::InTree(chart) => dependency(project, chart, file),
                ChartSource::Fetched(_) => Some(release.at).filter(|it| *it != OriginId::NONE),
            },
            Source::Kustomization(folder) => {
                let file_of = |name: &&str| project.file(&folder.join(name));
                let kustomization = kustomize::FILE_NAMES.iter().find_map(file_of)?;
                let nodes = kustomization.documents.iter().map(|it| &it.node);
                entry(nodes, "helmCharts", file)
            }
            Source::Parts(_) | Source::Compose(_) | Source::Pipeline(_) => None,
        }
    }
}

/// The chart that holds an archive in its folder `charts`.
fn folder_around(archive: &Utf8Path) -> Option<Utf8PathBuf> {
    let charts = archive.parent().filter(|it| it.file_name() == Some("charts"))?;
    charts.parent().map(Utf8Path::to_owned)
}

fn dependency(project: &Project<'_>, chart: &Utf8Path, archive: &str) -> Option<OriginId> {
    ["Chart.yaml", "requirements.yaml"].iter().find_map(|it| {
        let list = project.file(&chart.join(it))?;
        entry(list.documents.iter().map(|it| &it.node), "dependencies", archive)
    })
}

/// The name of the entry whose chart the archive is.
fn entry<'a>(nodes: impl Iterator<Item = &'a Node>, list: &str, archive: &str) -> Option<OriginId> {
    let mut entries = nodes.filter_map(|it| it.get(list)).flat_map(Node::items);
    entries.find_map(|it| {
        let name = it.get("name")?;
        helm::is_chart_called(archive, name.text()?).then_some(name.origin)
    })
}
