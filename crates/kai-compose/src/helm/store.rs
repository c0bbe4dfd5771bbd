//! Charts that were fetched before and lie outside of the tree.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{DocumentId, Node, OriginId, Origins, SmolStr};
use kai_syntax::{Parsed, yaml};

use super::chart::{Data, Folder, Metadata, mapping};
use super::reference::{ChartReference, is_chart_called, of_dependency};

/// Who keeps charts that were fetched.
pub trait ChartStore: Send + Sync {
    /// The chart that a reference names, as it was fetched for it.
    fn chart(&self, reference: &ChartReference) -> Option<StoredChart>;
}

/// A chart as it was fetched.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoredChart {
    pub name: SmolStr,
    pub version: SmolStr,
    /// Of the archive: `sha256:…`.
    pub digest: SmolStr,
    pub archive: Arc<[u8]>,
}

impl StoredChart {
    /// Where its files stand for people: in an archive that is in no folder.
    pub(crate) fn path(&self) -> Utf8PathBuf {
        format!("{}-{}.tgz", self.name, self.version).into()
    }
}

/// The name and the version of a packed chart.
///
/// # Errors
///
/// What is no chart in an archive.
pub fn packed(archive: &[u8]) -> Result<(SmolStr, SmolStr), String> {
    let folder = Folder::unpack(archive, Utf8Path::new(""))?;
    let node = mapping_in(&folder, "Chart.yaml")?.ok_or("Chart.yaml file is missing")?;
    let metadata = Metadata::read(&node, None)?;
    Ok((metadata.name, metadata.version))
}

/// The charts of repositories that a packed chart needs and does not hold; `at` is the line that
/// names the chart.
#[must_use]
pub fn needed_by(archive: &[u8], at: OriginId) -> Vec<ChartReference> {
    let Ok(folder) = Folder::unpack(archive, Utf8Path::new("")) else { return Vec::new() };
    let read = |name: &str| mapping_in(&folder, name).ok().flatten();
    let lock = ["Chart.lock", "requirements.lock"].iter().find_map(|it| read(it));
    let lists = ["Chart.yaml", "requirements.yaml"].into_iter().filter_map(read);
    let mut needed = Vec::new();
    for list in lists {
        for entry in list.get("dependencies").map(Node::items).unwrap_or_default() {
            let reference = of_dependency(entry, lock.as_ref());
            let is_held = |it: &ChartReference| {
                let first = |file: &Data| {
                    let below = file.name.strip_prefix("charts/")?;
                    below.split('/').next().map(str::to_owned)
                };
                folder.files.iter().filter_map(first).any(|first| is_chart_called(&first, &it.name))
            };
            let reference = reference.filter(|it| !is_held(it));
            needed.extend(reference.map(|it| ChartReference { at, ..it }));
        }
    }
    needed
}

fn mapping_in(folder: &Folder, name: &str) -> Result<Option<Node>, String> {
    let Some(file) = folder.get(name) else { return Ok(None) };
    let text = file.text().ok_or_else(|| format!("{name} is not UTF-8"))?;
    let origins = Origins::new();
    let document = origins.add_document(name.into(), text.to_string());
    let parse = |it: DocumentId| -> Parsed { yaml::parse(&origins, it) };
    let parsed = document.map(parse).ok_or_else(|| format!("{name} is too long"))?;
    mapping(&origins, &parsed).map(Some)
}
