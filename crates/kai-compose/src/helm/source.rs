//! Where a chart lies that somebody installs.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::Node;

use super::chart::{Folder, mapping};
use super::store::StoredChart;
use crate::Project;

/// A chart that can be rendered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ChartSource {
    /// A folder of the tree, or an archive in it.
    InTree(Utf8PathBuf),
    /// Fetched before, and kept outside of the tree.
    Fetched(Arc<StoredChart>),
}

impl ChartSource {
    /// Where it stands for people.
    pub(crate) fn path(&self) -> Utf8PathBuf {
        match self {
            Self::InTree(path) => path.clone(),
            Self::Fetched(stored) => stored.path(),
        }
    }

    /// What people call it: where it stands, or its own name at the top of the tree.
    pub(crate) fn shown(&self, project: &Project<'_>) -> String {
        let path = self.path();
        if !path.as_str().is_empty() {
            return path.into_string();
        }
        let file = project.file(Utf8Path::new("Chart.yaml"));
        let name = file.as_ref().and_then(|it| it.documents.first()?.node.str_at(&["name"]));
        name.unwrap_or(".").to_owned()
    }

    /// Where it is in the tree.
    pub(crate) fn in_tree(&self) -> Option<&Utf8Path> {
        match self {
            Self::InTree(path) => Some(path),
            Self::Fetched(_) => None,
        }
    }

    /// Its files.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or an archive that is none.
    pub(super) fn files(&self, project: &Project<'_>) -> Result<Folder, String> {
        match self {
            Self::InTree(path) if path.extension() == Some("tgz") => {
                let raw = project.raw(path).ok_or_else(|| format!("`{path}` cannot be read"))?;
                Folder::unpack(&raw.bytes, path)
            }
            Self::InTree(path) => Folder::read(project, path),
            Self::Fetched(stored) => Folder::unpack(&stored.archive, &stored.path()),
        }
    }

    /// Its own values, where it has some.
    pub(crate) fn own_values(&self, project: &Project<'_>) -> Option<Result<Node, String>> {
        match self {
            Self::InTree(path) if path.extension() != Some("tgz") => {
                let file = path.join("values.yaml");
                project.file(&file)?;
                Some(project.charts.values(project, &file))
            }
            _ => self.values(project, "values.yaml").map(Ok),
        }
    }

    /// The mapping in a file of values that a fetched chart holds.
    pub(crate) fn values(&self, project: &Project<'_>, name: &str) -> Option<Node> {
        let folder = self.files(project).ok()?;
        let file = folder.get(name.trim_start_matches("./"))?;
        let text = file.text()?;
        let origins = project.origins();
        let document = origins.add_document(file.path.clone(), text.to_string())?;
        mapping(origins, &kai_syntax::yaml::parse(origins, document)).ok()
    }
}
