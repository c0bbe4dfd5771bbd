//! A kustomization and everything it includes, gathered into one set of objects.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Gap, GapKind, Lookup, Map, Node, OriginId, Origins, Problem, Span};

use super::configurations::{Configuration, merge_shared};
use super::crds;
use super::fields::Text;
use super::generators::Generated;
use super::kustomization::{self, Kustomization};
use super::metadata::{self, Provenance};
use super::patches::Workshop;
use super::paths;
use super::plugins;
use super::resource::{Behavior, Id, Resource};
use super::resources;
use super::transformers::Step;
use super::vars::{self, VarSet};
use crate::patch::Schema;
use crate::{File, Project, Refusal};

/// What was gathered so far.
#[derive(Debug, Clone)]
pub(crate) struct Accumulated {
    pub(crate) resources: Vec<Resource>,
    pub(crate) configuration: Arc<Configuration>,
    pub(crate) vars: VarSet,
    pub(crate) gaps: Vec<Gap>,
    pub(crate) problems: Vec<Problem>,
    /// The folders that it was gathered from.
    dirs: Vec<Utf8PathBuf>,
}

/// What was gathered for folders that several others include, and their files as read.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    bases: RwLock<BTreeMap<Utf8PathBuf, Read<Accumulated>>>,
    files: RwLock<BTreeMap<Utf8PathBuf, Option<Read<Kustomization>>>>,
}

/// Something shared, or why Kustomize would refuse it.
type Read<T> = Result<Arc<T>, Refusal>;

/// A folder on the way from the one that is built.
#[derive(Clone, Copy)]
pub(crate) struct Referrers<'a> {
    dir: &'a Utf8Path,
    before: Option<&'a Self>,
}

/// One kustomization while it is gathered.
pub(crate) struct Target<'a> {
    pub(crate) project: &'a Project<'a>,
    pub(crate) dir: Utf8PathBuf,
    pub(crate) kustomization: Arc<Kustomization>,
    schema: Arc<SchemaChoice>,
    /// Where this folder is from the one that is built, when objects have to say so.
    pub(crate) provenance: Option<Provenance>,
}

/// Which API the lists of patches merge by.
#[derive(Debug)]
pub(crate) enum SchemaChoice {
    BuiltIn,
    Custom(Schema),
}

impl SchemaChoice {
    fn get(&self) -> &Schema {
        match self {
            Self::BuiltIn => Schema::kubernetes(),
            Self::Custom(schema) => schema,
        }
    }
}

impl Accumulated {
    fn empty() -> Self {
        Self {
            resources: Vec::new(),
            configuration: Arc::default(),
            vars: VarSet::new(),
            gaps: Vec::new(),
            problems: Vec::new(),
            dirs: Vec::new(),
        }
    }
}

impl Memo {
    fn kustomization(&self, project: &Project<'_>, dir: &Utf8Path) -> Option<Read<Kustomization>> {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = files.get(dir) {
            return known.clone();
        }
        drop(files);
        let read = kustomization::load(project, dir);
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        files.entry(dir.to_owned()).or_insert(read).clone()
    }
}

/// The version of the Kubernetes API that Kustomize carries.
const BUILT_IN_API: &str = "v1.21.2";

/// What a path of `resources:` leads to.
enum Found {
    File(Arc<File>),
    Folder(Utf8PathBuf, Read<Kustomization>),
    Gap(GapKind),
    Nothing,
}

impl<'a> Target<'a> {
    /// The folder that is built.
    pub(crate) fn root(project: &'a Project<'a>, dir: &Utf8Path) -> Result<Self, Refusal> {
        let Some(kustomization) = project.kustomizations.kustomization(project, dir) else {
            let message = format!("no kustomization file in `{}`", paths::shown(dir));
            return Err(Refusal::new(message));
        };
        let mut target = Self {
            project,
            dir: dir.to_owned(),
            kustomization: kustomization?,
            schema: Arc::new(SchemaChoice::BuiltIn),
            provenance: None,
        };
        let metadata = metadata::BuildMetadata::of(&target.kustomization);
        target.provenance = metadata.is_tracked().then(Provenance::default);
        target.schema = Arc::new(target.schema()?);
        Ok(target)
    }

    pub(crate) fn origins(&self) -> &'a Origins {
        self.project.origins()
    }

    pub(crate) fn workshop(&self) -> Workshop<'_> {
        Workshop { origins: self.origins(), schema: self.schema.get() }
    }

    /// Gathers the folder that is built; what others include of it is shared.
    pub(crate) fn gather(&self) -> Read<Accumulated> {
        let referrers = Referrers { dir: &self.dir, before: None };
        if self.is_shareable() {
            return self.shared(&referrers);
        }
        self.accumulate(Accumulated::empty(), &referrers).map(Arc::new)
    }

    /// Objects that say where they came from, or that are merged by another API, differ from
    /// build to build.
    fn is_shareable(&self) -> bool {
        self.provenance.is_none() && matches!(*self.schema, SchemaChoice::BuiltIn)
    }

    fn shared(&self, referrers: &Referrers<'_>) -> Read<Accumulated> {
        let memo = &self.project.kustomizations.bases;
        if let Some(known) = memo.read().unwrap_or_else(PoisonError::into_inner).get(&self.dir) {
            return known.clone();
        }
        let gathered = self.accumulate(Accumulated::empty(), referrers).map(Arc::new);
        let mut memo = memo.write().unwrap_or_else(PoisonError::into_inner);
        // Two threads may have gathered it; the first result stays.
        memo.entry(self.dir.clone()).or_insert(gathered).clone()
    }

    /// Adds this kustomization to what is there: nothing, or for a component what its parent has.
    fn accumulate(
        &self,
        mut gathered: Accumulated,
        referrers: &Referrers<'_>,
    ) -> Result<Accumulated, Refusal> {
        let kustomization = &*self.kustomization;
        gathered.dirs.push(self.dir.clone());
        let schema = kustomization.openapi.iter().find(|it| it.key.value == "path");
        gathered
            .gaps
            .extend(schema.filter(|it| self.is_absent(&it.value)).map(|it| self.absent(&it.value)));
        self.add_resources(&mut gathered, &kustomization.resources, referrers)?;
        self.add_configurations(&mut gathered)?;
        self.add_crds(&mut gathered)?;
        self.run_generators(&mut gathered, referrers)?;
        for component in &kustomization.components {
            gathered = self.add_component(gathered, component, referrers)?;
        }
        self.run_transformers(&mut gathered, referrers)?;
        self.run_validators(&mut gathered, referrers)?;
        vars::declare(&mut gathered.vars, &mut gathered.resources, &kustomization.vars)?;
        Ok(gathered)
    }

    /// Adds files and folders in order.
    pub(crate) fn add_resources(
        &self,
        gathered: &mut Accumulated,
        paths: &[Text],
        referrers: &Referrers<'_>,
    ) -> Result<(), Refusal> {
        let mut ids = Ids::of(&gathered.resources);
        for path in paths {
            match self.find(path) {
                Found::File(file) => self.add_file(gathered, &mut ids, &file, path)?,
                Found::Folder(dir, kustomization) => {
                    refuse_cycle(referrers, &dir, path)?;
                    let base = self.below(dir, kustomization?, path)?;
                    if base.kustomization.is_component {
                        let message = format!("`{}` is a component, not a base", path.value);
                        return Err(Refusal::at(path.origin, message));
                    }
                    let referrers = Referrers { dir: &base.dir, before: Some(referrers) };
                    let base = if base.is_shareable() {
                        base.shared(&referrers)?
                    } else {
                        Arc::new(base.accumulate(Accumulated::empty(), &referrers)?)
                    };
                    refuse_visited(&referrers, &base, path)?;
                    merge(gathered, &mut ids, &base, path.origin)?;
                }
                Found::Gap(kind) => {
                    let what = path.value.to_string();
                    gathered.gaps.push(Gap { kind, what, at: Some(path.origin) });
                }
                Found::Nothing => {
                    let message =
                        format!("`{}` is a folder without a kustomization file", path.value);
                    return Err(Refusal::at(path.origin, message));
                }
            }
        }
        Ok(())
    }

    fn find(&self, path: &Text) -> Found {
        let joined = paths::join(&self.dir, &path.value);
        if let Some(file) = self.project.file(&joined) {
            return Found::File(file);
        }
        if paths::is_remote(&path.value) {
            return Found::Gap(GapKind::RemoteBase);
        }
        match self.project.kustomizations.kustomization(self.project, &joined) {
            Some(kustomization) => Found::Folder(joined, kustomization),
            None if self.project.is_folder(&joined) => Found::Nothing,
            None => Found::Gap(GapKind::AbsentFile),
        }
    }

    /// A folder that this kustomization includes.
    fn below(
        &self,
        dir: Utf8PathBuf,
        kustomization: Arc<Kustomization>,
        path: &Text,
    ) -> Result<Self, Refusal> {
        let mut target = Self {
            project: self.project,
            dir,
            kustomization,
            schema: Arc::clone(&self.schema),
            provenance: self.provenance.as_ref().map(|it| it.append(&path.value)),
        };
        // The first schema that is chosen stays.
        if matches!(*self.schema, SchemaChoice::BuiltIn) {
            target.schema = Arc::new(target.schema()?);
        }
        Ok(target)
    }

    fn schema(&self) -> Result<SchemaChoice, Refusal> {
        let openapi = &self.kustomization.openapi;
        let says = |key| openapi.iter().find(|it| it.key.value == key).map(|it| &it.value);
        let (path, version) = (says("path"), says("version"));
        if let Some(version) = version {
            if path.is_some() {
                let message = "builtin version and custom schema provided, cannot use both";
                return Err(Refusal::at(version.origin, message));
            }
            if !version.value.is_empty() && version.value != BUILT_IN_API {
                let message = format!("the OpenAPI version `{}` is not built in", version.value);
                return Err(Refusal::at(version.origin, message));
            }
        }
        let Some(path) = path else { return Ok(SchemaChoice::BuiltIn) };
        let file = self.project.file(&paths::join(&self.dir, &path.value));
        let document = file.as_ref().and_then(|it| it.documents.first());
        // Where the schema is absent the built-in one serves, and a gap says so.
        let custom = document.map(|it| SchemaChoice::Custom(Schema::from_open_api(&it.node)));
        Ok(custom.unwrap_or(SchemaChoice::BuiltIn))
    }

    fn add_file(
        &self,
        gathered: &mut Accumulated,
        ids: &mut Ids,
        file: &File,
        path: &Text,
    ) -> Result<(), Refusal> {
        let gap = |kind| Gap { kind, what: path.value.to_string(), at: Some(path.origin) };
        if file.template.is_some() {
            gathered.gaps.push(gap(GapKind::Template));
        } else if file.has_broken_document() {
            gathered.gaps.push(gap(GapKind::Broken));
        }
        refuse_repeated_keys(file, self.origins())?;
        gathered.problems.extend(file.problems.iter().cloned());
        let mut objects = resources::read(file.documents.iter().map(|it| &it.node))?;
        if let Some(provenance) = &self.provenance {
            let provenance = provenance.append(&path.value);
            metadata::annotate_origin(&mut objects, &provenance, false, path.origin);
        }
        for object in objects {
            let at = object.node.origin;
            ids.add(&object, at)?;
            gathered.resources.push(object);
        }
        Ok(())
    }

    fn add_component(
        &self,
        gathered: Accumulated,
        path: &Text,
        referrers: &Referrers<'_>,
    ) -> Result<Accumulated, Refusal> {
        let dir = match self.find(path) {
            Found::Folder(dir, _) => dir,
            Found::Gap(kind) => {
                let mut gathered = gathered;
                let what = path.value.to_string();
                gathered.gaps.push(Gap { kind, what, at: Some(path.origin) });
                return Ok(gathered);
            }
            Found::File(_) | Found::Nothing => {
                let message = format!("`{}` is no folder with a component", path.value);
                return Err(Refusal::at(path.origin, message));
            }
        };
        refuse_cycle(referrers, &dir, path)?;
        let Some(kustomization) = self.project.kustomizations.kustomization(self.project, &dir)
        else {
            return Ok(gathered);
        };
        let component = self.below(dir, kustomization?, path)?;
        if !component.kustomization.is_component {
            let message = format!("`{}` is no component", path.value);
            return Err(Refusal::at(path.origin, message));
        }
        let referrers = Referrers { dir: &component.dir, before: Some(referrers) };
        component.accumulate(gathered, &referrers)
    }

    fn add_configurations(&self, gathered: &mut Accumulated) -> Result<(), Refusal> {
        let at = self.kustomization.origin;
        let mut custom = Arc::default();
        for path in &self.kustomization.configurations {
            let Some(node) = self.document(path, &mut gathered.gaps) else { continue };
            merge_shared(&mut custom, &Arc::new(Configuration::read(&node)?), path.origin)?;
        }
        let mut own = Configuration::built_in();
        if !self.kustomization.configurations.is_empty() {
            merge_shared(&mut own, &custom, at)?;
        }
        merge_shared(&mut gathered.configuration, &own, at)
    }

    fn add_crds(&self, gathered: &mut Accumulated) -> Result<(), Refusal> {
        for path in &self.kustomization.crds {
            let Some(node) = self.document(path, &mut gathered.gaps) else { continue };
            let read = Arc::new(crds::read(&node)?);
            merge_shared(&mut gathered.configuration, &read, path.origin)?;
        }
        Ok(())
    }

    /// The first document of a file that is named for what it says, not as an object.
    fn document(&self, path: &Text, gaps: &mut Vec<Gap>) -> Option<Node> {
        let Some(file) = self.project.file(&paths::join(&self.dir, &path.value)) else {
            gaps.push(self.absent(path));
            return None;
        };
        file.documents.first().map(|it| it.node.clone())
    }

    fn is_absent(&self, path: &Text) -> bool {
        self.project.file(&paths::join(&self.dir, &path.value)).is_none()
    }

    /// A gap for a file that is not there.
    pub(crate) fn absent(&self, path: &Text) -> Gap {
        let kind =
            if paths::is_remote(&path.value) { GapKind::RemoteBase } else { GapKind::AbsentFile };
        Gap { kind, what: path.value.to_string(), at: Some(path.origin) }
    }

    fn run_generators(
        &self,
        gathered: &mut Accumulated,
        referrers: &Referrers<'_>,
    ) -> Result<(), Refusal> {
        let kustomization = &*self.kustomization;
        let global = kustomization.generator_options.as_ref();
        let own = [
            ("ConfigMapGenerator", &kustomization.config_maps),
            ("SecretGenerator", &kustomization.secrets),
        ];
        for (plugin, generators) in own {
            let provenance = self.built_in_provenance(plugin);
            for generator in generators {
                let generated = generator.generate(self.project, &self.dir, global)?;
                absorb(gathered, generated, provenance.as_ref(), generator.at)?;
            }
        }
        for chart in &kustomization.charts {
            let what = chart.value.to_string();
            gathered.gaps.push(Gap { kind: GapKind::Chart, what, at: Some(chart.origin) });
        }
        let configured = self.plugin_objects(&kustomization.generators, gathered, referrers)?;
        for object in &configured {
            let at = object.node.origin;
            if let Some(generated) = plugins::generate(self, object, &mut gathered.gaps)? {
                absorb(gathered, generated, Provenance::of_plugin(object).as_ref(), at)?;
            }
        }
        Ok(())
    }

    fn run_transformers(
        &self,
        gathered: &mut Accumulated,
        referrers: &Referrers<'_>,
    ) -> Result<(), Refusal> {
        let configuration = Arc::clone(&gathered.configuration);
        let mut steps = self.built_in_steps(&configuration, &mut gathered.gaps)?;
        let names = &self.kustomization.transformers;
        for object in self.plugin_objects(names, gathered, referrers)? {
            steps.extend(plugins::transformers(self, &object, &mut gathered.gaps)?);
        }
        for Step { transformer, provenance } in steps {
            transformer.apply(&mut gathered.resources, &self.workshop())?;
            if let Some(provenance) = provenance {
                let at = self.kustomization.origin;
                metadata::annotate_step(&mut gathered.resources, &provenance, at);
            }
            gathered.resources.retain(|it| !it.is_empty());
        }
        Ok(())
    }

    /// Validators may look but not touch.
    fn run_validators(
        &self,
        gathered: &mut Accumulated,
        referrers: &Referrers<'_>,
    ) -> Result<(), Refusal> {
        let names = &self.kustomization.validators;
        for object in self.plugin_objects(names, gathered, referrers)? {
            for step in plugins::transformers(self, &object, &mut gathered.gaps)? {
                let mut copy = gathered.resources.clone();
                step.transformer.apply(&mut copy, &self.workshop())?;
                let is_same = copy.len() == gathered.resources.len()
                    && copy
                        .iter()
                        .zip(&gathered.resources)
                        .all(|(one, other)| plugins::same_value(&one.node, &other.node));
                if !is_same {
                    let message = "a validator must not change the objects";
                    return Err(Refusal::at(object.node.origin, message));
                }
            }
        }
        Ok(())
    }

    /// The objects that configure plugins: inline, in files, or made by other kustomizations.
    fn plugin_objects(
        &self,
        names: &[Text],
        gathered: &mut Accumulated,
        referrers: &Referrers<'_>,
    ) -> Result<Vec<Resource>, Refusal> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let mut configured = Accumulated::empty();
        let mut paths = Vec::new();
        for name in names {
            match plugins::inline(self, name) {
                Some(objects) => configured.resources.extend(objects),
                None => paths.push(name.clone()),
            }
        }
        self.add_resources(&mut configured, &paths, referrers)?;
        gathered.gaps.append(&mut configured.gaps);
        gathered.problems.append(&mut configured.problems);
        Ok(configured.resources)
    }

    pub(crate) fn built_in_provenance(&self, plugin: &str) -> Option<Provenance> {
        let provenance = self.provenance.as_ref()?;
        Some(provenance.built_in(self.kustomization.file_name, plugin))
    }
}

/// The ids of a set, to find twins.
struct Ids {
    seen: Lookup<Id, ()>,
}

impl Ids {
    fn of(resources: &[Resource]) -> Self {
        let mut seen = Lookup::new();
        for resource in resources {
            seen.insert(resource.id().key(), ());
        }
        Self { seen }
    }

    fn add(&mut self, resource: &Resource, at: OriginId) -> Result<(), Refusal> {
        let id = resource.id();
        if self.seen.insert(id.key(), ()).is_some() {
            let message =
                format!("may not add resource with an already registered id: {}", id.describe());
            return Err(Refusal::at(at, message));
        }
        Ok(())
    }
}

fn merge(
    gathered: &mut Accumulated,
    ids: &mut Ids,
    base: &Accumulated,
    at: OriginId,
) -> Result<(), Refusal> {
    gathered.resources.reserve(base.resources.len());
    for resource in &base.resources {
        ids.add(resource, at)?;
        gathered.resources.push(resource.clone());
    }
    merge_shared(&mut gathered.configuration, &base.configuration, at)?;
    gathered.gaps.extend(base.gaps.iter().cloned());
    gathered.problems.extend(base.problems.iter().cloned());
    gathered.dirs.extend(base.dirs.iter().cloned());
    vars::merge(&mut gathered.vars, &base.vars)
}

/// Adds a generated object, or merges it into the one of its name.
fn absorb(
    gathered: &mut Accumulated,
    generated: Generated,
    provenance: Option<&Provenance>,
    at: OriginId,
) -> Result<(), Refusal> {
    let Generated { mut resource, gaps } = generated;
    gathered.gaps.extend(gaps);
    if let Some(provenance) = provenance {
        metadata::annotate_origin(std::slice::from_mut(&mut resource), provenance, true, at);
    }
    let id = resource.id();
    let matches: Vec<usize> = gathered
        .resources
        .iter()
        .enumerate()
        .filter(|(_, it)| it.id().is(&id) || it.previous_ids().any(|one| one.is(&id)))
        .map(|(index, _)| index)
        .collect();
    let index = match (matches.as_slice(), resource.behavior) {
        ([], Behavior::Create) => {
            gathered.resources.push(resource);
            return Ok(());
        }
        ([], _) => {
            let message = format!("{} does not exist; cannot merge or replace", id.describe());
            return Err(Refusal::at(at, message));
        }
        ([_], Behavior::Create) => {
            let message = format!("{} exists; behavior must be merge or replace", id.describe());
            return Err(Refusal::at(at, message));
        }
        ([index], _) => *index,
        _ => {
            let message = format!("found multiple objects that could accept {}", id.describe());
            return Err(Refusal::at(at, message));
        }
    };
    let old = &mut gathered.resources[index];
    inherit(old, &mut resource);
    *old = resource;
    Ok(())
}

/// What an object that replaces another takes over from it.
fn inherit(old: &Resource, new: &mut Resource) {
    let merges = new.behavior == Behavior::Merge;
    for marks in ["labels", "annotations"] {
        merge_texts(&old.node, &mut new.node, &["metadata", marks]);
        resources::settle_marks(&mut new.node, marks);
    }
    if merges {
        for data in ["data", "binaryData"] {
            merge_texts(&old.node, &mut new.node, &[data]);
        }
        metadata::keep_origin(old, new);
    }
    for key in ["name", "namespace"] {
        let value = old.node.at(&["metadata", key]).cloned();
        if let Some(metadata) = new.metadata_mut() {
            match value {
                Some(value) => metadata.set(key, value.origin, value),
                None => {
                    metadata.remove(key);
                }
            }
        }
    }
    new.previous = Arc::clone(&old.previous);
    new.prefixes = Arc::clone(&old.prefixes);
    new.suffixes = Arc::clone(&old.suffixes);
    new.vars = Arc::clone(&old.vars);
    new.needs_hash &= old.needs_hash;
    new.behavior = old.behavior;
}

/// Adds the old entries that the new mapping lacks.
fn merge_texts(old: &Node, new: &mut Node, path: &[&str]) {
    let Some(Some(entries)) = old.at(path).map(Node::as_map) else { return };
    let Some((last, parents)) = path.split_last() else { return };
    let origin = new.origin;
    let Some(parent) = new.at_mut(parents).and_then(Node::map_mut) else { return };
    if parent.get(last).is_none_or(Node::is_null) {
        parent.set(last, origin, Node::map(Map::new(), origin));
    }
    let Some(map) = parent.get_mut(last).and_then(Node::map_mut) else { return };
    for entry in entries {
        if map.get(&entry.key).is_none() {
            map.entries_mut().push(entry.clone());
        }
    }
}

/// An object that says something twice cannot be printed.
fn refuse_repeated_keys(file: &File, origins: &Origins) -> Result<(), Refusal> {
    for problem in &file.problems {
        let Some(span) = problem.span else { continue };
        let document =
            file.documents.iter().find(|it| it.start <= span.start && span.start < it.end);
        if let Some(document) = document {
            let at = innermost(&document.node, span, origins);
            return Err(Refusal::at(at, problem.message.clone()));
        }
    }
    Ok(())
}

/// The origin of the smallest value or key that a span is in.
fn innermost(node: &Node, span: Span, origins: &Origins) -> OriginId {
    let holds = |id: OriginId| {
        origins.span(id).is_some_and(|it| it.start <= span.start && span.end <= it.end)
    };
    let entries = node.as_map().into_iter().flatten();
    if let Some(entry) = entries.clone().find(|it| holds(it.key_origin)) {
        return entry.key_origin;
    }
    let mut children = entries.map(|it| &it.node).chain(node.items());
    children.find(|it| holds(it.origin)).map_or(node.origin, |it| innermost(it, span, origins))
}

/// A kustomization must not include a folder that it, or one that includes it, is in.
fn refuse_cycle(referrers: &Referrers<'_>, dir: &Utf8Path, at: &Text) -> Result<(), Refusal> {
    let mut next = Some(referrers);
    while let Some(referrer) = next {
        if referrer.dir.starts_with(dir) {
            let message = format!(
                "cycle detected: `{}` contains `{}`, which includes it",
                at.value,
                paths::shown(referrer.dir)
            );
            return Err(Refusal::at(at.origin, message));
        }
        next = referrer.before;
    }
    Ok(())
}

/// The same for what a shared base includes, which was gathered for somebody else.
fn refuse_visited(referrers: &Referrers<'_>, base: &Accumulated, at: &Text) -> Result<(), Refusal> {
    match referrers.before {
        Some(before) => base.dirs.iter().try_for_each(|dir| refuse_cycle(before, dir, at)),
        None => Ok(()),
    }
}
