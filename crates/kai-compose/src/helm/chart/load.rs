//! A folder's files to a chart, as Helm's loader sorts them.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Document, Node, OriginId, Origins};
use kai_syntax::{Parsed, yaml};

use super::dependencies::is_meant;
use super::{Chart, Data, Folder, Metadata, Requirement, Source};
use crate::File;
use crate::helm::reference::{ChartReference, of_dependency};
use crate::helm::store::StoredChart;
use crate::helm::value::{unsupported, with_text_keys};

/// Charts in charts in charts stop here.
const DEEPEST: u32 = 20;

/// Files that are no YAML and longer than this are printed as texts that nobody wrote.
const LONGEST: usize = 64 << 10;

/// What loading takes from around.
pub(crate) struct Loader<'a> {
    pub(crate) origins: &'a Origins,
    /// A file that was read already, so that no text is read twice.
    pub(crate) known: &'a (dyn Fn(&Utf8PathBuf) -> Option<Arc<File>> + Sync),
    /// A chart that was fetched before.
    pub(crate) stored: &'a (dyn Fn(&ChartReference) -> Option<Arc<StoredChart>> + Sync),
    /// The folder of the tree at a path; nothing where there is no chart.
    pub(crate) beside: &'a (dyn Fn(&Utf8Path) -> Option<Folder> + Sync),
    /// The folders of charts that others name and that are being read.
    pub(crate) entered: RefCell<Vec<Utf8PathBuf>>,
    /// How many more of them may be read.
    pub(crate) left: Cell<u32>,
}

/// Charts that one takes in from beside it, all in all.
pub(crate) const MOST_BESIDE: u32 = 200;

/// # Errors
///
/// What Helm refuses, in its words.
pub(crate) fn load(loader: &Loader<'_>, folder: &Folder) -> Result<Chart, String> {
    loader.entered.borrow_mut().extend(folder.place.clone());
    loader.load(folder, 0)
}

impl Loader<'_> {
    fn load(&self, folder: &Folder, depth: u32) -> Result<Chart, String> {
        if depth > DEEPEST {
            return Err(format!("charts are nested more than {DEEPEST} deep"));
        }
        let file = folder.get("Chart.yaml").ok_or("Chart.yaml file is missing")?;
        let node = self.mapping(file).map_err(|it| format!("cannot load Chart.yaml: {it}"))?;
        let listed = self.old_requirements(folder)?;
        let mut metadata = Metadata::read(&node, listed.as_ref())?;
        if metadata.requirements.is_empty() && listed.is_some() {
            metadata.requirements = Metadata::read(&node, None)?.requirements;
        }
        let mut chart = Chart {
            metadata,
            values: Node::map(kai_core::Map::new(), OriginId::NONE),
            schema: None,
            templates: [].into(),
            files: [].into(),
            definitions: [].into(),
            reads: Arc::default(),
            unread_defaults: Arc::default(),
            dependencies: Vec::new(),
            missing: Vec::new(),
            beside: Vec::new(),
        };
        let version = node.get("apiVersion").and_then(Node::text).unwrap_or("v1");
        let is_first_version = version == "v1";
        let (mut templates, mut files, mut definitions) = (Vec::new(), Vec::new(), Vec::new());
        let mut children = BTreeMap::<&str, Vec<&Data>>::new();
        for data in &folder.files {
            match data.name.as_str() {
                "Chart.yaml" | "Chart.lock" => {}
                "requirements.yaml" | "requirements.lock" if !is_first_version => {}
                "values.yaml" => {
                    chart.values = self
                        .mapping(data)
                        .map_err(|it| format!("cannot load values.yaml: {it}"))?;
                }
                "values.schema.json" => {
                    let text = data.text();
                    chart.schema = Some(text.ok_or("values.schema.json is not UTF-8")?.into());
                }
                name if name.starts_with("templates/") => {
                    templates.push(self.template(data)?);
                }
                name if name.starts_with("charts/") => {
                    if name.ends_with(".prov") {
                        files.push(data.clone());
                        continue;
                    }
                    let below = &name["charts/".len()..];
                    let first = below.split('/').next().unwrap_or(below);
                    children.entry(first).or_default().push(data);
                }
                name => {
                    if name.starts_with("crds/") && is_manifest(name) {
                        definitions.push(data.clone());
                    }
                    files.push(data.clone());
                }
            }
        }
        if templates.iter().any(Source::takes_files) {
            files.iter_mut().for_each(|it| it.document = self.located(it));
        }
        (chart.templates, chart.files) = (templates.into(), files.into());
        chart.definitions = definitions.into();
        for (name, files) in children {
            chart.dependencies.extend(self.child(folder, name, &files, depth)?);
        }
        let lock = ["Chart.lock", "requirements.lock"].iter().find_map(|it| folder.get(it));
        for requirement in absent(&chart) {
            if let Some(child) = self.stored(&requirement, lock, depth)? {
                chart.dependencies.push(child);
            } else if let Some(child) = self.beside(&requirement, folder, depth)? {
                chart.dependencies.push(child);
                chart.beside.push(requirement.name);
            } else {
                chart.missing.push(requirement.name);
            }
        }
        Ok(chart)
    }

    /// A chart that is needed and lies elsewhere in the tree, from where Helm copies it into `charts`;
    /// nothing where it has another version, or holds what holds it.
    fn beside(
        &self,
        requirement: &Requirement,
        folder: &Folder,
        depth: u32,
    ) -> Result<Option<Chart>, String> {
        let at = folder.place.as_deref().and_then(|it| requirement.place(it));
        let Some(at) = at.filter(|it| self.enter(it)) else { return Ok(None) };
        let read = (self.beside)(&at).map(|it| self.load(&it, depth + 1)).transpose();
        self.entered.borrow_mut().pop();
        let chart = read.map_err(|it| format!("error unpacking subchart {at}: {it}"))?;
        Ok(chart.filter(|it| is_meant(it, &requirement.name, &requirement.version)))
    }

    /// False for a chart that is being read already, or where charts take in too many.
    fn enter(&self, at: &Utf8Path) -> bool {
        let mut entered = self.entered.borrow_mut();
        let may = self.left.get() > 0 && !entered.iter().any(|it| it == at);
        if may {
            self.left.set(self.left.get() - 1);
            entered.push(at.to_owned());
        }
        may
    }

    /// A chart that is needed and was fetched before.
    fn stored(
        &self,
        requirement: &Requirement,
        lock: Option<&Data>,
        depth: u32,
    ) -> Result<Option<Chart>, String> {
        let lock = lock.and_then(|it| self.mapping(it).ok());
        let Some(reference) = of_dependency(&requirement.node, lock.as_ref()) else {
            return Ok(None);
        };
        let Some(stored) = (self.stored)(&reference) else { return Ok(None) };
        let path = stored.path();
        let chart = Folder::unpack(&stored.archive, &path).and_then(|it| self.load(&it, depth + 1));
        chart.map(Some).map_err(|it| format!("error unpacking subchart {path}: {it}"))
    }

    /// A chart below `charts`: a folder or an archive. Names that begin with a dot or an underscore
    /// are left out, and so are files that are no chart.
    fn child(
        &self,
        folder: &Folder,
        name: &str,
        files: &[&Data],
        depth: u32,
    ) -> Result<Option<Chart>, String> {
        if name.starts_with(['_', '.']) {
            return Ok(None);
        }
        let unpacked = match files.first() {
            Some(file) if name.ends_with(".tgz") => Folder::unpack(&file.bytes, &file.path)
                .map_err(|it| format!("error unpacking subchart tar in {name}: {it}"))?,
            _ => folder.below(&format!("charts/{name}")),
        };
        if unpacked.files.is_empty() {
            return Ok(None);
        }
        let chart = self.load(&unpacked, depth + 1);
        chart.map(Some).map_err(|it| format!("error unpacking subchart {name}: {it}"))
    }

    /// Charts of the first version list what they need in a file of its own. Helm reads it in those of
    /// the second one too, and warns.
    fn old_requirements(&self, folder: &Folder) -> Result<Option<Node>, String> {
        let Some(file) = folder.get("requirements.yaml") else { return Ok(None) };
        let node = self.mapping(file);
        node.map(Some).map_err(|it| format!("cannot load requirements.yaml: {it}"))
    }

    fn template(&self, data: &Data) -> Result<Source, String> {
        let text = data.text().ok_or_else(|| format!("`{}` is not UTF-8", data.path))?;
        let document = self.register(data, text);
        let document = document.ok_or_else(|| format!("`{}` is too long", data.path))?;
        Ok(Source::new(data.name.clone(), document))
    }

    fn register(&self, data: &Data, text: &str) -> Option<Arc<Document>> {
        let known = self.known(data, text).map(|it| it.document);
        let document =
            known.or_else(|| self.origins.add_document(data.path.clone(), text.to_owned()))?;
        Some(Arc::clone(self.origins.document(document)))
    }

    /// Where people find the values in a file that a template may print.
    fn located(&self, data: &Data) -> Option<Arc<Document>> {
        let is_read = data.name.ends_with(".yaml")
            || data.name.ends_with(".yml")
            || data.name.ends_with(".json");
        let text = data.text()?;
        match is_read {
            true => self.register(data, text),
            false if text.len() <= LONGEST => {
                let document = self.origins.add_document(data.path.clone(), text.to_owned())?;
                Some(Arc::clone(self.origins.document(document)))
            }
            false => None,
        }
    }

    /// The file as it was read already, where it holds the same text.
    fn known(&self, data: &Data, text: &str) -> Option<Arc<File>> {
        (self.known)(&data.path).filter(|it| self.origins.document(it.document).text == text)
    }

    /// The first document of a file, which must be a mapping or nothing.
    fn mapping(&self, data: &Data) -> Result<Node, String> {
        let text = data.text().ok_or("it is not UTF-8")?;
        // Go's YAML has its own mind of tabs.
        if let Some(words) = text.contains('\t').then(|| yaml::libyaml_error(text)).flatten() {
            return Err(format!("error converting YAML to JSON: yaml: {words}"));
        }
        if let Some(file) = self.known(data, text) {
            return mapping_of(self.origins, &file);
        }
        let document = self
            .origins
            .add_document(data.path.clone(), text.to_owned())
            .ok_or("it is too long")?;
        mapping(self.origins, &yaml::parse(self.origins, document))
    }
}

/// True for the name of a file whose content Helm takes for objects.
fn is_manifest(name: &str) -> bool {
    let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    matches!(extension.as_str(), "yaml" | "yml" | "json")
}

/// The first document of a parsed file, which must be a mapping or nothing.
pub(crate) fn mapping_of(origins: &Origins, file: &File) -> Result<Node, String> {
    let parsed = Parsed {
        documents: file.documents.clone(),
        problems: file.problems.clone(),
        template: file.template,
        ..Parsed::default()
    };
    mapping(origins, &parsed)
}

/// The first document, which must be a mapping or nothing.
pub(crate) fn mapping(origins: &Origins, parsed: &Parsed) -> Result<Node, String> {
    let first = parsed.documents.first();
    // Duplicate keys are problems too, but leave a document.
    if let Some(problem) = parsed.problems.first().filter(|_| first.is_none()) {
        return Err(problem.message.clone());
    }
    if let Some(template) = parsed.template.filter(|_| first.is_none()) {
        return Err(format!("it is a {}", template.as_str()));
    }
    match first.map(|it| &it.node) {
        Some(node) if node.as_map().is_some() => match unsupported(node) {
            Some((words, _)) => Err(words),
            None => Ok(with_text_keys(origins, node)),
        },
        Some(node) if !node.is_null() => Err("it is not a mapping".into()),
        _ => Ok(Node::map(kai_core::Map::new(), OriginId::NONE)),
    }
}

/// What a chart needs and does not hold.
fn absent(chart: &Chart) -> Vec<Requirement> {
    let requirements = chart.metadata.requirements.iter();
    requirements
        .filter(|it| {
            !chart.dependencies.iter().any(|child| {
                is_meant(child, &it.name, &it.version) || child.metadata.name == it.name
            })
        })
        .cloned()
        .collect()
}
