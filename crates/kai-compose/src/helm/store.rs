//! Charts that were fetched before and lie outside of the tree.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{DocumentId, Origins, SmolStr};
use kai_syntax::{Parsed, yaml};

use super::chart::{Folder, Metadata, mapping};
use super::reference::ChartReference;

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
    let file = folder.get("Chart.yaml").ok_or("Chart.yaml file is missing")?;
    let text = file.text().ok_or("Chart.yaml is not UTF-8")?;
    let origins = Origins::new();
    let document = origins.add_document("Chart.yaml".into(), text.to_string());
    let parse = |it: DocumentId| -> Parsed { yaml::parse(&origins, it) };
    let node = mapping(&origins, &document.map(parse).ok_or("Chart.yaml is too long")?)?;
    let metadata = Metadata::read(&node, None)?;
    Ok((metadata.name, metadata.version))
}
