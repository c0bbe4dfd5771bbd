//! Every text of a tree of files, parsed once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{DocumentId, Lookup, Node, Origins, Problem, SmolStr, Tree, TreeEntry, path_order};
use kai_syntax::json::JsonOptions;
use kai_syntax::{Parsed, TemplateKind, YamlDocument, dockerfile, yaml};
use rayon::prelude::*;

use crate::files::Files;
use crate::helm::{ChartReference, ChartStore, StoredChart};
use crate::roots::RootPlan;
use crate::{compose_file, helm, kustomize, pipeline, roots};

/// The YAML and JSON files of a tree, keyed by path. Files that the tree leaves out, and files of
/// other kinds, are read when a composer names them.
pub struct Project<'a> {
    tree: &'a dyn Tree,
    origins: &'a Origins,
    files: Files,
    problems: Vec<Problem>,
    /// Files that were read because something names them; `None` where there is no such file.
    named: RwLock<BTreeMap<Utf8PathBuf, Option<Arc<File>>>>,
    raw: RwLock<Lookup<String, Option<Arc<RawFile>>>>,
    /// Charts outside of the tree, and those of them that somebody asked for.
    store: Option<&'a dyn ChartStore>,
    stored: RwLock<BTreeMap<[SmolStr; 3], Option<Arc<StoredChart>>>>,
    pub(crate) kustomizations: kustomize::Memo,
    pub(crate) compose_files: compose_file::Memo,
    pub(crate) charts: helm::Memo,
    /// What is left out of dumps.
    json: JsonOptions,
}

/// One parsed file.
#[derive(Debug)]
pub struct File {
    pub path: Utf8PathBuf,
    pub document: DocumentId,
    /// In the order of the text; empty documents are left out.
    pub documents: Vec<YamlDocument>,
    /// The objects among them that `kubectl apply` takes, lists taken apart.
    pub(crate) objects: Vec<Node>,
    pub problems: Vec<Problem>,
    /// Set when the text, or a part of it, is a template that was not read for that reason.
    pub template: Option<TemplateKind>,
}

/// A file's content as a generator takes it.
#[derive(Debug)]
pub(crate) struct RawFile {
    path: Utf8PathBuf,
    pub(crate) bytes: Arc<Vec<u8>>,
    document: OnceLock<Option<DocumentId>>,
}

impl RawFile {
    fn new(path: &Utf8Path, bytes: Vec<u8>) -> Self {
        Self { path: path.to_owned(), bytes: Arc::new(bytes), document: OnceLock::new() }
    }

    /// The same bytes as a text of its own, so that a value can name a range of it; none where
    /// they are not UTF-8. Its values are the whole text, then what follows `=` in every line.
    pub(crate) fn document(&self, origins: &Origins) -> Option<DocumentId> {
        *self.document.get_or_init(|| {
            let text = std::str::from_utf8(&self.bytes).ok()?;
            let spans = kustomize::env_spans(text);
            let document = origins.add_document(self.path.clone(), text.to_owned())?;
            origins.set_spans(document, spans);
            Some(document)
        })
    }
}

impl File {
    /// True for JSON that cannot be read and says nothing of objects or of what a scanner found: settings
    /// of an editor or a compiler, which often hold comments. That is a problem only for who names the file.
    #[must_use]
    pub fn is_foreign(&self, origins: &Origins) -> bool {
        self.is_unread_json()
            && !names_objects(&origins.document(self.document).text)
            && !self.is_broken_report(origins)
    }

    /// True for what a scanner wrote, or began to write, and nobody can read.
    #[must_use]
    pub fn is_broken_report(&self, origins: &Origins) -> bool {
        let is_sarif = self.path.extension() == Some("sarif") && !self.problems.is_empty();
        is_sarif
            || self.is_unread_json()
                && pipeline::names_report(&origins.document(self.document).text)
    }

    fn is_unread_json(&self) -> bool {
        matches!(self.path.extension(), Some("json" | "sarif"))
            && self.documents.is_empty()
            && !self.problems.is_empty()
    }

    fn emptied(&self) -> Self {
        Self {
            path: self.path.clone(),
            document: self.document,
            documents: Vec::new(),
            objects: Vec::new(),
            problems: self.problems.clone(),
            template: self.template,
        }
    }

    /// True when a document could not be read, so that its objects are missing.
    #[must_use]
    pub fn has_broken_document(&self) -> bool {
        self.problems.iter().any(|problem| {
            problem.span.is_none_or(|span| {
                !self.documents.iter().any(|it| it.start <= span.start && span.start < it.end)
            })
        })
    }
}

impl<'a> Project<'a> {
    /// Reads and parses every YAML and JSON file of the tree, in parallel.
    #[must_use]
    pub fn load(tree: &'a dyn Tree, origins: &'a Origins) -> Self {
        Self::load_with(tree, origins, JsonOptions::dump())
    }

    /// The same, where dumps are read for what they say of the state of a cluster.
    #[must_use]
    pub fn load_state(tree: &'a dyn Tree, origins: &'a Origins) -> Self {
        Self::load_with(tree, origins, JsonOptions::cluster())
    }

    fn load_with(tree: &'a dyn Tree, origins: &'a Origins, json: JsonOptions) -> Self {
        let entries: Vec<&TreeEntry> =
            tree.files().iter().filter(|it| is_structured(&it.path)).collect();
        let read: Vec<Result<Option<Arc<File>>, Problem>> =
            entries.par_iter().map(|entry| read_file(tree, origins, &entry.path, &json)).collect();
        let mut files = Vec::with_capacity(read.len());
        let mut problems = Vec::new();
        for result in read {
            match result {
                Ok(file) => files.extend(file),
                Err(problem) => problems.push(problem),
            }
        }
        Self { files: Files::new(files), problems, json, ..Self::unread(tree, origins) }
    }

    /// The same before anything is read: each file is when something names it.
    #[must_use]
    pub fn unread(tree: &'a dyn Tree, origins: &'a Origins) -> Self {
        Self {
            tree,
            origins,
            files: Files::default(),
            problems: Vec::new(),
            named: RwLock::default(),
            raw: RwLock::default(),
            store: None,
            stored: RwLock::default(),
            kustomizations: kustomize::Memo::default(),
            compose_files: compose_file::Memo::default(),
            charts: helm::Memo::default(),
            json: JsonOptions::dump(),
        }
    }

    /// The same project with charts that the tree does not hold.
    #[must_use]
    pub fn with_store(self, store: Option<&'a dyn ChartStore>) -> Self {
        Self { store, ..self }
    }

    /// The same project with another text in one file; everything else is shared with this one.
    #[must_use]
    pub fn with_text(&self, path: &Utf8Path, text: &str) -> Self {
        let file = parse_file(self.origins, path, text.into(), &self.json).ok();
        let raw = RawFile::new(path, text.as_bytes().to_vec());
        let mut files = self.files.clone();
        let mut named = read_lock(&self.named).clone();
        if !file.as_ref().is_some_and(|it| files.replace(it)) {
            named.insert(path.to_owned(), file);
        }
        let mut raws = read_lock(&self.raw).clone();
        raws.insert(path.as_str().to_owned(), Some(Arc::new(raw)));
        Self {
            tree: self.tree,
            origins: self.origins,
            files,
            problems: self.problems.clone(),
            named: RwLock::new(named),
            raw: RwLock::new(raws),
            store: self.store,
            stored: RwLock::new(read_lock(&self.stored).clone()),
            kustomizations: kustomize::Memo::default(),
            compose_files: Default::default(),
            charts: helm::Memo::default(),
            json: self.json,
        }
    }

    /// The origins that every value of this project points into.
    #[must_use]
    pub fn origins(&self) -> &'a Origins {
        self.origins
    }

    /// The tree of files that this project was read from.
    #[must_use]
    pub fn tree(&self) -> &'a dyn Tree {
        self.tree
    }

    /// Lets go of what is in the files that a root takes as they are, once nobody asks for it any more.
    pub fn let_go(&mut self, plan: &RootPlan) {
        for path in plan.plain_files() {
            let emptied = self.files.get(path).map(|file| Arc::new(file.emptied()));
            emptied.iter().for_each(|it| _ = self.files.replace(it));
        }
    }

    /// The parsed files, sorted by path.
    pub fn files(&self) -> impl Iterator<Item = &Arc<File>> {
        self.files.all().iter()
    }

    /// True for a file that the tree lists and that was parsed.
    #[must_use]
    pub fn holds(&self, path: &Utf8Path) -> bool {
        self.files.get(path).is_some()
    }

    /// Files that could not be read at all. What could not be parsed stands with each file.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// A file that was read before.
    pub(crate) fn known(&self, path: &Utf8Path) -> Option<Arc<File>> {
        let listed = self.files.get(path).cloned();
        listed.or_else(|| read_lock(&self.named).get(path).cloned().flatten())
    }

    /// One file, read now if the tree leaves it out or does not take it for YAML or JSON; nothing
    /// where there is no such file or it cannot be read.
    #[must_use]
    pub fn file(&self, path: &Utf8Path) -> Option<Arc<File>> {
        if let Some(file) = self.files.get(path) {
            return Some(Arc::clone(file));
        }
        if let Some(known) = read_lock(&self.named).get(path) {
            return known.clone();
        }
        let file = read_file(self.tree, self.origins, path, &self.json).ok().flatten();
        let mut named = self.named.write().unwrap_or_else(PoisonError::into_inner);
        // Two threads may have read it; the first one stays, so that its origins are the only ones.
        named.entry(path.to_owned()).or_insert(file).clone()
    }

    /// The chart that a reference names, where somebody keeps it.
    pub(crate) fn stored(&self, reference: &ChartReference) -> Option<Arc<StoredChart>> {
        let store = self.store?;
        let key = [&reference.repository, &reference.name, &reference.version].map(Clone::clone);
        if let Some(known) = read_lock(&self.stored).get(&key) {
            return known.clone();
        }
        let chart = store.chart(reference).map(Arc::new);
        let mut stored = self.stored.write().unwrap_or_else(PoisonError::into_inner);
        stored.entry(key).or_insert(chart).clone()
    }

    /// The charts outside of the tree that were read, by name and version.
    #[must_use]
    pub fn stored_charts(&self) -> Vec<Arc<StoredChart>> {
        let stored = read_lock(&self.stored);
        stored.values().flatten().map(Arc::clone).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The folders where something names a chart and the tree lists none: a command that lists only
    /// what is named lists them and asks again.
    #[must_use]
    pub fn sought_charts(&self) -> Vec<Utf8PathBuf> {
        self.charts.sought()
    }

    /// The files that the tree lists below a path.
    pub(crate) fn paths_below<'b>(
        &'b self,
        path: &'b Utf8Path,
    ) -> impl Iterator<Item = &'b Utf8PathBuf> {
        let entries = self.tree.files();
        let start = entries.partition_point(|it| path_order(&it.path, path).is_lt());
        let paths = entries[start..].iter().map(|it| &it.path);
        paths.take_while(move |it| it.starts_with(path))
    }

    /// True when a file that the tree lists is somewhere below the path.
    pub(crate) fn is_folder(&self, path: &Utf8Path) -> bool {
        self.paths_below(path).any(|it| it != path)
    }

    /// Files below a folder that the tree leaves out for their hidden names.
    pub(crate) fn hidden_below(&self, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        self.tree.hidden_below(folder)
    }

    /// The bytes of a file, whatever is in them.
    pub(crate) fn raw(&self, path: &Utf8Path) -> Option<Arc<RawFile>> {
        if let Some(known) = read_lock(&self.raw).get(path.as_str()) {
            return known.clone();
        }
        let bytes = self.tree.bytes(path).ok();
        let raw = bytes.map(|it| Arc::new(RawFile::new(path, it)));
        let mut cache = self.raw.write().unwrap_or_else(PoisonError::into_inner);
        cache.get_or_insert_with(path.as_str().to_owned(), || raw).clone()
    }
}

impl std::fmt::Debug for Project<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Project")
            .field("files", &self.files.all().len())
            .field("problems", &self.problems.len())
            .finish_non_exhaustive()
    }
}

fn read_lock<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

/// True where a text that nobody can parse may have held objects of the Kubernetes API.
fn names_objects(text: &str) -> bool {
    text.contains("\"apiVersion\"") || text.contains("List\"")
}

fn is_structured(path: &Utf8Path) -> bool {
    matches!(path.extension(), Some("yaml" | "yml" | "json" | "sarif"))
        || path.file_name() == Some("Kustomization")
        || dockerfile::is_dockerfile(path)
}

/// Reads and parses one file; nothing where it is not there.
fn read_file(
    tree: &dyn Tree,
    origins: &Origins,
    path: &Utf8Path,
    json: &JsonOptions,
) -> Result<Option<Arc<File>>, Problem> {
    let bytes = match tree.bytes(path) {
        Ok(bytes) => bytes,
        Err(kai_core::TreeError::NotFound { .. }) => return Ok(None),
        Err(kai_core::TreeError::Read { source, .. }) => {
            let message = format!("this cannot be read: {source}");
            return Err(Problem::in_file(path, message, "make the file readable"));
        }
    };
    // Without its key it is as if it were not here.
    if kai_core::encrypted_with(&bytes).is_some() {
        return Ok(None);
    }
    // Large files are moved all the way, never copied.
    let Ok(text) = String::from_utf8(bytes) else {
        return Err(Problem::in_file(path, "this is not UTF-8", "save it as UTF-8"));
    };
    parse_file(origins, path, text, json).map(Some)
}

fn parse_file(
    origins: &Origins,
    path: &Utf8Path,
    text: String,
    json: &JsonOptions,
) -> Result<Arc<File>, Problem> {
    let Some(document) = origins.add_document(path.to_owned(), text) else {
        let message = format!("`{path}` is left out: the run holds more than a gibibyte of text");
        return Err(Problem::in_file(path, message, "review fewer folders at once"));
    };
    let Parsed { documents, mut problems, template, .. } = match path.extension() {
        Some("json" | "sarif") => kai_syntax::json::parse(origins, document, json),
        _ if dockerfile::is_dockerfile(path) => dockerfile::parse(origins, document),
        _ => yaml::parse(origins, document),
    };
    if path.extension() == Some("sarif") && problems.is_empty() {
        let top = documents.first().map(|it| &it.node);
        problems.extend(pipeline::broken_sarif(top, document, origins));
    }
    let path = path.to_owned();
    let mut objects = Vec::with_capacity(documents.len());
    documents.iter().for_each(|it| roots::flatten(&it.node, &mut objects));
    Ok(Arc::new(File { path, document, documents, objects, problems, template }))
}
