//! A kustomization and everything it includes, gathered into one set of objects.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Gap, GapKind, Node, OriginId, Origins, Problem};

use super::absorb::absorb;
use super::configurations::{Configuration, merge_shared};
use super::crds;
use super::fields::Text;
use super::ids::Ids;
use super::kustomization::Kustomization;
use super::memo::ReadFile;
use super::metadata::{self, Provenance};
use super::patches::Workshop;
use super::paths;
use super::plugins::{self, Made};
use super::referrers::Referrers;
use super::repeated_keys::refuse_repeated_keys;
use super::resource::Resource;
use super::resources;
use super::schema_choice::SchemaChoice;
use super::transformers::Step;
use super::vars::{self, VarSet};
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

/// One kustomization while it is gathered.
pub(crate) struct Target<'a> {
    pub(crate) project: &'a Project<'a>,
    pub(crate) dir: Utf8PathBuf,
    pub(crate) kustomization: Arc<Kustomization>,
    schema: Arc<SchemaChoice>,
    /// Where this folder is from the one that is built, when objects have to say so.
    pub(crate) provenance: Option<Provenance>,
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

/// What a path of `resources:` leads to.
enum Found {
    File(Arc<File>),
    Folder(Utf8PathBuf, ReadFile),
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
        Self::new(project, dir, kustomization?)
    }

    /// The folder that is built after a tool has added to its kustomization, or has written one.
    pub(crate) fn with(
        project: &'a Project<'a>,
        dir: &Utf8Path,
        additions: &Node,
    ) -> Result<Self, Refusal> {
        let own = project.kustomizations.kustomization(project, dir).transpose()?;
        let kustomization = Kustomization::with(own.as_deref(), additions)?;
        Self::new(project, dir, Arc::new(kustomization))
    }

    fn new(
        project: &'a Project<'a>,
        dir: &Utf8Path,
        kustomization: Arc<Kustomization>,
    ) -> Result<Self, Refusal> {
        let mut target = Self {
            project,
            dir: dir.to_owned(),
            kustomization,
            schema: Arc::new(SchemaChoice::BuiltIn),
            provenance: None,
        };
        let metadata = metadata::BuildMetadata::of(&target.kustomization);
        target.provenance = metadata.is_tracked().then(Provenance::default);
        target.schema = Arc::new(target.own_schema()?);
        Ok(target)
    }

    pub(crate) fn origins(&self) -> &'a Origins {
        self.project.origins()
    }

    pub(crate) fn workshop(&self) -> Workshop<'_> {
        Workshop { origins: self.origins(), schema: self.schema.get() }
    }

    /// Gathers the folder that is built; what others include of it is shared.
    pub(crate) fn gather(&self) -> Result<Arc<Accumulated>, Refusal> {
        self.shared(&Referrers::root(&self.dir))
    }

    /// Gathers the folder that is built for this build alone.
    pub(crate) fn gather_alone(&self) -> Result<Arc<Accumulated>, Refusal> {
        self.accumulate(Accumulated::empty(), &Referrers::root(&self.dir)).map(Arc::new)
    }

    /// What was gathered for this folder, by whoever was first.
    fn shared(&self, referrers: &Referrers<'_>) -> Result<Arc<Accumulated>, Refusal> {
        // Objects that say where they came from, or that are merged by another API, differ from
        // build to build.
        let is_shareable = self.provenance.is_none() && self.schema.is_built_in();
        let memo = &self.project.kustomizations;
        let known = memo.base(&self.dir).filter(|it| is_shareable && referrers.allow(&it.dirs));
        if let Some(known) = known {
            return Ok(known);
        }
        let gathered = Arc::new(self.accumulate(Accumulated::empty(), referrers)?);
        Ok(if is_shareable { memo.keep_base(&self.dir, gathered) } else { gathered })
    }

    /// Adds this kustomization to what is there: nothing, or for a component what its parent has.
    fn accumulate(
        &self,
        mut gathered: Accumulated,
        referrers: &Referrers<'_>,
    ) -> Result<Accumulated, Refusal> {
        let kustomization = &*self.kustomization;
        gathered.dirs.push(self.dir.clone());
        gathered.gaps.extend(self.schema_gap());
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
                    referrers.refuse_cycle(&dir, path)?;
                    let base = self.below(dir, kustomization?, path)?;
                    if base.kustomization.is_component {
                        let message = format!("`{}` is a component, not a base", path.value);
                        return Err(Refusal::at(path.origin, message));
                    }
                    let base = base.shared(&referrers.with(&base.dir))?;
                    merge(gathered, &mut ids, &base, path.origin)?;
                }
                Found::Gap(kind) => gathered.gaps.push(gap(kind, path)),
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
        if self.schema.is_built_in() {
            target.schema = Arc::new(target.own_schema()?);
        }
        Ok(target)
    }

    fn add_file(
        &self,
        gathered: &mut Accumulated,
        ids: &mut Ids,
        file: &File,
        path: &Text,
    ) -> Result<(), Refusal> {
        if file.template.is_some() {
            gathered.gaps.push(gap(GapKind::Template, path));
        } else if file.has_broken_document() {
            gathered.gaps.push(gap(GapKind::Broken, path));
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
        mut gathered: Accumulated,
        path: &Text,
        referrers: &Referrers<'_>,
    ) -> Result<Accumulated, Refusal> {
        let (dir, kustomization) = match self.find(path) {
            Found::Folder(dir, kustomization) => (dir, kustomization),
            Found::Gap(kind) => {
                gathered.gaps.push(gap(kind, path));
                return Ok(gathered);
            }
            Found::File(_) | Found::Nothing => {
                let message = format!("`{}` is no folder with a component", path.value);
                return Err(Refusal::at(path.origin, message));
            }
        };
        referrers.refuse_cycle(&dir, path)?;
        let component = self.below(dir, kustomization?, path)?;
        if !component.kustomization.is_component {
            let message = format!("`{}` is no component", path.value);
            return Err(Refusal::at(path.origin, message));
        }
        component.accumulate(gathered, &referrers.with(&component.dir))
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

    /// A gap for a file that is not there.
    pub(crate) fn absent(&self, path: &Text) -> Gap {
        let is_remote = paths::is_remote(&path.value);
        gap(if is_remote { GapKind::RemoteBase } else { GapKind::AbsentFile }, path)
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
        let provenance = self.built_in_provenance("HelmChartInflationGenerator");
        for chart in &kustomization.charts {
            chart.add(self.project, &self.dir, gathered, provenance.as_ref())?;
        }
        let configured = self.plugin_objects(&kustomization.generators, gathered, referrers)?;
        for object in &configured {
            let (at, provenance) = (object.node.origin, Provenance::of_plugin(object));
            match plugins::generate(self, object, &mut gathered.gaps)? {
                Some(Made::Object(made)) => absorb(gathered, made, provenance.as_ref(), at)?,
                Some(Made::Chart(it)) => {
                    it.add(self.project, &self.dir, gathered, provenance.as_ref())?;
                }
                None => {}
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
            transformer.apply(&mut gathered.resources, &self.workshop(), &mut gathered.problems)?;
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
                step.transformer.apply(&mut copy, &self.workshop(), &mut Vec::new())?;
                let is_same = copy.len() == gathered.resources.len()
                    && copy
                        .iter()
                        .zip(&gathered.resources)
                        .all(|(one, other)| one.node.says_the_same(&other.node));
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

fn gap(kind: GapKind, path: &Text) -> Gap {
    Gap { kind, what: paths::without_password(&path.value), at: Some(path.origin) }
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
