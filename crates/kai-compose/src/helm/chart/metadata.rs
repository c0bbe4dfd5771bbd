//! `Chart.yaml`.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Node, Value};
use smol_str::SmolStr;

use crate::helm::semver::Version;
use crate::helm::value::as_text;
use crate::roots::resolve;

/// What a chart says of itself.
#[derive(Debug, Clone)]
pub(crate) struct Metadata {
    pub(crate) name: SmolStr,
    pub(crate) version: SmolStr,
    pub(crate) is_library: bool,
    /// A constraint on the version of Kubernetes.
    pub(crate) kubernetes: Option<SmolStr>,
    pub(crate) requirements: Vec<Requirement>,
    /// The whole file.
    pub(crate) node: Node,
}

/// A chart that another one needs.
#[derive(Debug, Clone)]
pub(crate) struct Requirement {
    /// Under which its values stand: the alias where there is one.
    pub(crate) name: SmolStr,
    pub(crate) alias: Option<SmolStr>,
    pub(crate) version: SmolStr,
    pub(crate) repository: SmolStr,
    pub(crate) condition: SmolStr,
    pub(crate) tags: Vec<SmolStr>,
    pub(crate) imports: Vec<Import>,
    pub(crate) is_enabled: bool,
    /// As it is written.
    pub(crate) node: Node,
}

/// Values that a chart takes from one that it needs.
#[derive(Debug, Clone)]
pub(crate) enum Import {
    /// `exports.NAME`, into the top.
    Export(SmolStr),
    Paths {
        child: SmolStr,
        parent: SmolStr,
    },
}

impl Metadata {
    /// # Errors
    ///
    /// What Helm's own validation refuses, in its words.
    pub(crate) fn read(node: &Node, requirements: Option<&Node>) -> Result<Self, String> {
        let text = |key: &str| node.get(key).and_then(as_text).unwrap_or_default();
        let name = text("name");
        if name.is_empty() {
            return Err("validation: chart.metadata.name is required".into());
        }
        if name.contains('/') || name == "." || name == ".." {
            return Err(format!("validation: chart.metadata.name {name:?} is invalid"));
        }
        let version = text("version");
        if version.is_empty() {
            return Err("validation: chart.metadata.version is required".into());
        }
        if Version::parse(&version).is_none() {
            return Err(format!("validation: chart.metadata.version {version:?} is invalid"));
        }
        let kind = text("type");
        if !matches!(kind.as_str(), "" | "application" | "library") {
            let message = "validation: chart.metadata.type must be application or library";
            return Err(message.into());
        }
        let listed = requirements.unwrap_or(node).get("dependencies");
        let items = listed.map_or(Ok(&[][..]), mappings)?;
        let requirements: Vec<_> = items.iter().map(Requirement::read).collect();
        refuse_twins(&requirements)?;
        Ok(Self {
            name,
            version,
            is_library: kind == "library",
            kubernetes: Some(text("kubeVersion")).filter(|it| !it.is_empty()),
            requirements,
            node: node.clone(),
        })
    }
}

/// What is listed, which is read as one where nothing is.
fn mappings(listed: &Node) -> Result<&[Node], String> {
    let refused = |what: &str| Err(format!("cannot load Chart.yaml: {what}"));
    match &listed.value {
        Value::Seq(items) if items.iter().all(|it| it.as_map().is_some()) => Ok(items),
        Value::Seq(_) => refused("one of its `dependencies` is no mapping"),
        _ if listed.is_null() => Ok(&[]),
        _ => refused("its `dependencies` are no list"),
    }
}

fn refuse_twins(requirements: &[Requirement]) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for requirement in requirements {
        let name = requirement.key();
        if !seen.insert(name) {
            return Err(format!(
                "validation: more than one dependency with name or alias {:?}",
                name.as_str()
            ));
        }
    }
    Ok(())
}

impl Requirement {
    fn read(node: &Node) -> Self {
        let text = |key: &str| node.get(key).and_then(as_text).unwrap_or_default();
        let tags = node.get("tags").map(Node::items).unwrap_or_default();
        let imports = node.get("import-values").map(Node::items).unwrap_or_default();
        Self {
            name: text("name"),
            alias: Some(text("alias")).filter(|it| !it.is_empty()),
            version: text("version"),
            repository: text("repository"),
            condition: text("condition"),
            tags: tags.iter().filter_map(as_text).collect(),
            imports: imports.iter().filter_map(Import::read).collect(),
            is_enabled: true,
            node: node.clone(),
        }
    }

    /// Where in the tree it lies, for a chart in this folder: what its `file://` leads to, unless that
    /// is out of the tree.
    pub(crate) fn place(&self, folder: &Utf8Path) -> Option<Utf8PathBuf> {
        resolve(folder, self.repository.strip_prefix("file://")?).filter(|it| it != folder)
    }

    /// The alias, or the name.
    pub(crate) fn key(&self) -> &SmolStr {
        self.alias.as_ref().unwrap_or(&self.name)
    }
}

impl Import {
    fn read(node: &Node) -> Option<Self> {
        if let Some(name) = node.text() {
            return Some(Self::Export(name.into()));
        }
        let text = |key: &str| SmolStr::from(node.get(key).and_then(Node::text).unwrap_or("<nil>"));
        node.as_map().map(|_| Self::Paths { child: text("child"), parent: text("parent") })
    }
}
