//! Finds the roots of a project.
//!
//! First the kustomizations that nobody includes; then, as long as something new turns up, the
//! folders and charts that Argo CD, Flux and others point at; then charts that nobody installs, those
//! that may install others first; then the manifests that are left; and beside them all, Compose
//! projects and pipelines.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Environment, Gap, Healer, Node, RootKind, SmolStr};
use rayon::prelude::*;

use super::compose::{installed, objects_of};
use super::environment::{self, EnvironmentEvidence};
use super::given::Given;
use super::helmfile;
use super::inclusion::Inclusions;
use super::manifests::{self, Manifests};
use super::order::Order;
use super::paths::matches_glob;
use super::plan::{Key, Overrides, Part, Release, RootPlan, Source};
use super::pointer::{self, Pointer, Takes};
use super::release;
use crate::helm::ChartSource;
use crate::{Composition, Project, compose_file, pipeline};

/// Installations that make installations that make installations stop here.
const DEEPEST: usize = 8;

/// Every root of the project, sorted by path.
#[must_use]
pub fn discover(project: &Project<'_>) -> Vec<RootPlan> {
    discover_with(project, &[])
}

/// The same with installations that something outside of the project's objects asks for.
#[must_use]
pub fn discover_with(project: &Project<'_>, orders: &[Order]) -> Vec<RootPlan> {
    let mut search = Search::new(project);
    search.add_tops();
    search.add_helmfiles();
    search.asked.extend(orders.iter().filter_map(|it| it.pointer(project)));
    search.follow_pointers();
    search.drop_what_parts_take();
    search.mark_what_is_left_out();
    search.add_charts(true);
    search.follow_pointers();
    search.add_charts(false);
    search.drop_assumed();
    search.use_hints();
    search.add_manifests();
    search.add_compose_projects();
    search.add_pipelines();
    search.split_off_examples();
    search.finish()
}

struct Search<'a> {
    project: &'a Project<'a>,
    inclusions: Inclusions,
    manifests: Manifests,
    /// Every folder that holds a file, at any depth.
    folders: BTreeSet<Utf8PathBuf>,
    /// Files with objects that may point somewhere.
    pointing_files: BTreeSet<Utf8PathBuf>,
    /// Charts whose templates may hold such objects.
    pointing_charts: BTreeSet<Utf8PathBuf>,
    /// What is asked for by something else than objects.
    asked: Vec<Pointer>,
    plans: BTreeMap<Key, RootPlan>,
    /// Who points at a root.
    pointers: BTreeMap<Key, Vec<Pointer>>,
    /// Who installs a chart with a file of values of which only a part of the name is known.
    hints: BTreeMap<Utf8PathBuf, Pointer>,
    /// Charts that somebody installs with values that are not here.
    installed_unknown: BTreeSet<Utf8PathBuf>,
    /// The roots in which pointers were looked for.
    seen: BTreeSet<Key>,
    /// How often pointers name a repository: with a folder below its top that is here, and at all.
    named: BTreeMap<String, (usize, usize)>,
}

impl<'a> Search<'a> {
    fn new(project: &'a Project<'a>) -> Self {
        let manifests = Manifests::of(project);
        let pointing = project.files().filter(|file| file.objects.iter().any(pointer::may_point));
        let pointing_files = pointing.map(|it| it.path.clone()).collect();
        let pointing_charts = pointing_charts(project, &manifests);
        Self {
            project,
            inclusions: Inclusions::of(project),
            manifests,
            folders: folders(project),
            pointing_charts,
            pointing_files,
            asked: Vec::new(),
            plans: BTreeMap::new(),
            pointers: BTreeMap::new(),
            hints: BTreeMap::new(),
            installed_unknown: BTreeSet::new(),
            seen: BTreeSet::new(),
            named: BTreeMap::new(),
        }
    }

    fn add_tops(&mut self) {
        for folder in self.inclusions.tops() {
            let reason = "no other kustomization includes it".to_owned();
            let source = Source::Kustomization(folder.clone());
            let plan = RootPlan::new(folder.clone(), RootKind::Kustomization, reason, source);
            self.plans.insert(key(folder), plan);
        }
    }

    /// Releases of a Helmfile whose chart is not here are known to be unknown.
    fn add_helmfiles(&mut self) {
        for path in helmfile::tops(self.project) {
            let found = helmfile::releases(self.project, &path);
            self.asked.extend(found.pointers);
            if !found.gaps.is_empty() {
                let reason = "a Helmfile".to_owned();
                let source = Source::Parts(Vec::new());
                let mut plan = RootPlan::new(path.clone(), RootKind::Chart, reason, source);
                plan.gaps = found.gaps;
                self.plans.insert(key(path), plan);
            }
        }
    }

    /// Composes the roots that may hold pointers, adds what they point at, and looks there in turn.
    fn follow_pointers(&mut self) {
        let is_first = self.seen.is_empty();
        if is_first {
            self.take_variables();
        }
        let mut pointers = if is_first { self.loose_pointers() } else { Vec::new() };
        pointers.append(&mut self.asked);
        loop {
            let waiting: Vec<Key> =
                self.plans.keys().filter(|it| !self.seen.contains(*it)).cloned().collect();
            self.seen.extend(waiting.iter().cloned());
            let found: Vec<_> = waiting.par_iter().map(|it| self.pointers_in(it)).collect();
            for (key, (found, composition)) in waiting.iter().zip(found) {
                pointers.extend(found);
                if let Some(plan) = self.plans.get_mut(key) {
                    plan.rendered = composition;
                }
            }
            if pointers.is_empty() {
                return;
            }
            let (fetched, in_tree): (Vec<_>, Vec<_>) = std::mem::take(&mut pointers)
                .into_iter()
                .filter(|it| it.depth <= DEEPEST)
                .partition(|it| it.fetched.is_some());
            for pointer in fetched {
                if let Some(key) = self.add_fetched(&pointer) {
                    self.pointers.entry(key).or_default().push(pointer);
                }
            }
            let resolved = self.resolve(in_tree);
            let releases: Vec<_> =
                resolved.par_iter().map(|(target, it)| self.release_of(target, it)).collect();
            for ((target, pointer), release) in resolved.into_iter().zip(releases) {
                let key = match release {
                    Some(release) => self.add_release(&target, &pointer, release),
                    None => self.add_target(&target, &pointer),
                };
                if let Some(key) = key {
                    self.pointers.entry(key).or_default().push(pointer);
                }
            }
        }
    }

    /// What Flux fills into the folders that its Kustomizations name, as far as files say it, so that
    /// what points from there is read as it is applied.
    fn take_variables(&mut self) {
        let files = self.pointing_files.iter().filter_map(|it| self.project.file(it));
        let is_template = |it: &Utf8Path| self.manifests.is_in_chart(it);
        let files = files.filter(|it| !is_template(&it.path));
        let pointers = files.flat_map(|it| {
            let of = |object: &Node| pointer::of_flux(object, &it.objects, self.project, &it.path);
            it.objects.iter().filter_map(of).collect::<Vec<_>>()
        });
        let mut by_target: BTreeMap<Utf8PathBuf, Vec<Pointer>> = BTreeMap::new();
        for (target, pointer) in self.resolve(pointers.collect()) {
            by_target.entry(target).or_default().push(pointer);
        }
        for (target, pointers) in by_target {
            let Some(plan) = self.plans.get_mut(&key(target)) else { continue };
            plan.overrides = shared_overrides(&pointers);
        }
    }

    /// Pointers in files that no kustomization takes, and those of Skaffold.
    fn loose_pointers(&self) -> Vec<Pointer> {
        let consumed = self.inclusions.consumed_files();
        let mut pointers = Vec::new();
        for file in self.project.files() {
            for document in &file.documents {
                pointers.extend(pointer::of_skaffold(&document.node, &file.path));
            }
            // A template may look like an object.
            let is_template = self.manifests.is_in_chart(&file.path);
            let is_loose = !is_template && !consumed.contains(file.path.as_path());
            if is_loose && self.pointing_files.contains(&file.path) {
                let all = &file.objects;
                let of = |it| pointer::of_object(it, all, self.project, &file.path);
                let found = all.iter().flat_map(of);
                let inherited = environment::of_path(&file.path);
                pointers.extend(found.map(|it| it.within(inherited.as_ref())));
            }
        }
        pointers
    }

    /// The pointers in a root, and what its chart renders to.
    fn pointers_in(&self, key: &Key) -> (Vec<Pointer>, Option<Arc<Composition>>) {
        let (path, plan) = (&key.0, &self.plans[key]);
        if !self.may_hold_pointers(plan) {
            return (Vec::new(), None);
        }
        let rendered = match &plan.source {
            Source::Release(release) => Some(Arc::new(installed(self.project, release))),
            _ => None,
        };
        let plan = &RootPlan { rendered: rendered.clone(), ..plan.clone() };
        let objects = objects_of(self.project, plan).map(|it| it.objects).unwrap_or_default();
        let of = |it| pointer::of_object(it, &objects, self.project, path);
        let pointers = objects.iter().flat_map(of).filter(|it| !it.asks_for(plan));
        let inherited = plan.environment.clone().or_else(|| environment::of_path(path));
        let inherited = inherited.or_else(|| plan.environment_of_pointers.clone());
        let found = pointers.map(|mut it| {
            it.from_key = format!("{path}/{}", key.1);
            it.depth = plan.depth + usize::from(rendered.is_some());
            it.within(inherited.as_ref())
        });
        (found.collect(), rendered)
    }

    fn may_hold_pointers(&self, plan: &RootPlan) -> bool {
        let reaches = |folder: &Utf8Path| {
            let reached = self.inclusions.reach(folder);
            reached.iter().any(|it| {
                let files = &self.inclusions.kustomizations[*it].files;
                files.iter().any(|file| self.pointing_files.contains(file))
            })
        };
        match &plan.source {
            Source::Kustomization(folder) => reaches(folder),
            Source::Parts(parts) => parts.iter().any(|it| match it {
                Part::Kustomization(folder) => reaches(folder),
                Part::File(file) => self.pointing_files.contains(file),
            }),
            Source::Release(release) => {
                release.chart.in_tree().is_none_or(|it| self.pointing_charts.contains(it))
            }
            Source::Compose(_) | Source::Pipeline(_) => false,
        }
    }

    /// Pointers into this project, with the folders that they mean. The repository that most of
    /// them name so far is taken for the one under review.
    fn resolve(&mut self, pointers: Vec<Pointer>) -> Vec<(Utf8PathBuf, Pointer)> {
        let targets: Vec<Vec<Utf8PathBuf>> = pointers.iter().map(|it| self.targets(it)).collect();
        for (pointer, targets) in pointers.iter().zip(&targets) {
            if !targets.is_empty() && !pointer.repository.is_empty() {
                let named = self.named.entry(pointer.repository.clone()).or_default();
                // Every repository has a top; a folder below it that is here says more.
                named.0 += usize::from(!pointer.folder.as_str().is_empty());
                named.1 += 1;
            }
        }
        let most = self.named.values().max().copied().unwrap_or_default();
        let named = self.named.iter().filter(|&(_, &count)| count == most);
        let own: BTreeSet<String> = named.map(|(repository, _)| repository.clone()).collect();
        let mut resolved = Vec::new();
        for (pointer, targets) in pointers.into_iter().zip(targets) {
            let is_own = pointer.repository.is_empty()
                || own.contains(&pointer.repository)
                || self.prefix_of(&pointer).is_some();
            if is_own {
                resolved.extend(targets.into_iter().map(|it| (it, pointer.clone())));
            }
        }
        resolved
    }

    /// Where several repositories are reviewed as one, each stands in a folder of its name.
    fn prefix_of(&self, pointer: &Pointer) -> Option<&Utf8Path> {
        let name = pointer.repository.rsplit('/').next().filter(|it| !it.is_empty())?;
        self.folders.get(Utf8Path::new(name)).map(Utf8PathBuf::as_path)
    }

    /// The folders that may be the top of the repository that a pointer means.
    fn tops<'b>(&'b self, pointer: &'b Pointer) -> Vec<&'b Utf8Path> {
        let beside = pointer.from.iter().next().map(Utf8Path::new);
        let tops = [self.prefix_of(pointer), Some(Utf8Path::new("")), beside];
        tops.into_iter().flatten().collect()
    }

    fn targets(&self, pointer: &Pointer) -> Vec<Utf8PathBuf> {
        for prefix in self.tops(pointer) {
            let wanted = join(prefix, &pointer.folder);
            let found: Vec<_> = if wanted.as_str().contains('*') {
                self.folders.iter().filter(|it| matches_glob(&wanted, it)).cloned().collect()
            } else {
                self.folders.get(&wanted).cloned().into_iter().collect()
            };
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// The root that a pointer means; nothing where it applies nothing from here.
    fn add_target(&mut self, folder: &Utf8Path, pointer: &Pointer) -> Option<Key> {
        let key = key(folder.to_owned());
        if self.plans.contains_key(&key) {
            return Some(key);
        }
        let (kind, source) = if self.inclusions.kustomizations.contains_key(folder) {
            (RootKind::Kustomization, Source::Kustomization(folder.to_owned()))
        } else {
            let parts = self.parts(folder, pointer.takes);
            if parts.is_empty() {
                return None;
            }
            (RootKind::Manifests, Source::Parts(parts))
        };
        let mut plan = RootPlan::new(folder.to_owned(), kind, String::new(), source);
        plan.overrides = pointer.overrides.clone();
        let files: Vec<_> = plan.plain_files().into_iter().map(Utf8Path::to_owned).collect();
        plan.gaps = self.manifests.unread_beside(&files);
        self.plans.insert(key.clone(), plan);
        Some(key)
    }

    /// The installation that a pointer describes, or why it cannot be known, where the folder is a
    /// chart.
    fn release_of(
        &self,
        folder: &Utf8Path,
        pointer: &Pointer,
    ) -> Option<Result<Release, Vec<Gap>>> {
        let given = pointer.given.as_deref()?;
        let is_chart = self.project.holds(&folder.join("Chart.yaml"));
        let depth = pointer.folder.iter().count();
        let top = folder.ancestors().nth(depth).unwrap_or(Utf8Path::new(""));
        let source = ChartSource::InTree(folder.to_owned());
        is_chart.then(|| given.release(self.project, &source, &[top]))
    }

    /// One installation of a chart: as many as there are objects that describe one.
    fn add_release(
        &mut self,
        chart: &Utf8Path,
        pointer: &Pointer,
        release: Result<Release, Vec<Gap>>,
    ) -> Option<Key> {
        let given = pointer.given.as_deref()?;
        let release = match release {
            Ok(release) => release::plan(chart.to_owned(), String::new(), release),
            Err(_) if given.leaves_a_file_open() && self.has_files_of_values(chart) => {
                self.hints.entry(chart.to_owned()).or_insert_with(|| pointer.clone());
                return None;
            }
            Err(gaps) => {
                self.installed_unknown.insert(chart.to_owned());
                unknown_release(chart, given, gaps)
            }
        };
        let variant = format!("{}/{}/{}", given.name, given.namespace, pointer.from_key);
        let key = (chart.to_owned(), SmolStr::new(variant));
        let mut plan = release;
        plan.environment_of_pointers = pointer.environment.clone();
        plan.depth = pointer.depth;
        self.plans.entry(key.clone()).or_insert(plan);
        Some(key)
    }

    /// An installation of a chart that was fetched, which stands where the object stands that asks
    /// for it.
    fn add_fetched(&mut self, pointer: &Pointer) -> Option<Key> {
        let (given, fetched) = (pointer.given.as_deref()?, pointer.fetched.clone()?);
        let source = ChartSource::Fetched(fetched);
        let path = pointer.from.clone();
        let mut plan = match given.release(self.project, &source, &self.tops(pointer)) {
            Ok(release) => release::plan(path.clone(), String::new(), release),
            Err(gaps) => unknown_release(&path, given, gaps),
        };
        plan.environment_of_pointers = pointer.environment.clone();
        plan.depth = pointer.depth;
        let variant = format!("{}/{}/{}", given.name, given.namespace, pointer.from_key);
        let key = (path, SmolStr::new(variant));
        self.plans.entry(key.clone()).or_insert(plan);
        Some(key)
    }

    /// What a tool finds in a folder without a kustomization file.
    fn parts(&self, folder: &Utf8Path, takes: Takes) -> Vec<Part> {
        let nested: Vec<&Utf8PathBuf> = match takes {
            Takes::EverythingBelow => {
                let all = self.inclusions.kustomizations.iter();
                let below = all.filter(|(it, kustomization)| {
                    it.starts_with(folder) && !kustomization.is_component
                });
                outermost(below.map(|(it, _)| it))
            }
            _ => Vec::new(),
        };
        let files = self.manifests.files_with_objects.iter().filter(|file| match takes {
            Takes::Nothing => false,
            Takes::Files => file.parent() == Some(folder),
            Takes::FilesBelow => file.starts_with(folder),
            Takes::EverythingBelow => {
                file.starts_with(folder) && !nested.iter().any(|it| file.starts_with(it))
            }
        });
        let mut parts: Vec<Part> = files.cloned().map(Part::File).collect();
        parts.extend(nested.into_iter().cloned().map(Part::Kustomization));
        parts.sort_by(|a, b| path_of(a).cmp(path_of(b)));
        parts
    }

    /// Kustomizations that a pointed-at folder takes in are no roots of their own.
    fn drop_what_parts_take(&mut self) {
        let mut taken = BTreeSet::new();
        for plan in self.plans.values() {
            if let Source::Parts(parts) = &plan.source {
                taken.extend(parts.iter().filter_map(|it| match it {
                    Part::Kustomization(folder) => Some(folder.clone()),
                    Part::File(_) => None,
                }));
            }
        }
        let pointers = &self.pointers;
        self.plans.retain(|key, _| !taken.contains(&key.0) || pointers.contains_key(key));
    }

    /// A kustomization that lies below another one, is not part of it, does not build on it and is
    /// pointed at by nobody is switched off: a variant that came with vendored files.
    fn mark_what_is_left_out(&mut self) {
        for (key, plan) in &mut self.plans {
            let Source::Kustomization(folder) = &plan.source else { continue };
            let Some(above) = self.inclusions.above(folder) else { continue };
            let below = folder.strip_prefix(above).unwrap_or(folder);
            let is_used = self.pointers.contains_key(key)
                || self.inclusions.reach(folder).contains(above)
                || environment::of_path(below).is_some();
            if !is_used {
                plan.environment = Some(manifests::left_out(above));
            }
        }
    }

    /// Charts that no object installs: those that may install others, or the rest.
    fn add_charts(&mut self, are_pointing: bool) {
        let is_meant = |it: &Utf8Path| self.pointing_charts.contains(it) == are_pointing;
        let plans = self.plans.values();
        let plans = release::of_charts(
            self.project,
            &self.manifests,
            plans,
            &self.installed_unknown,
            is_meant,
        );
        for plan in plans {
            self.plans.entry(key(plan.path.clone())).or_insert(plan);
        }
    }

    /// Defaults of a chart are no installation where somebody describes one, which may have been found
    /// later.
    fn drop_assumed(&mut self) {
        let mut described: BTreeSet<_> = self.plans.values().filter_map(described_chart).collect();
        described.extend(self.installed_unknown.iter().cloned());
        self.plans.retain(|_, plan| !assumed_chart(plan).is_some_and(|it| described.contains(it)));
    }

    fn has_files_of_values(&self, chart: &Utf8Path) -> bool {
        !release::values_files(self.project, &self.manifests, chart).is_empty()
    }

    /// What is said of an installation whose file of values is left open holds for those that the
    /// files describe.
    fn use_hints(&mut self) {
        for plan in self.plans.values_mut() {
            let Source::Release(release) = &mut plan.source else { continue };
            let Some(chart) = release.chart.in_tree() else { continue };
            // One that an object describes says all that there is to say.
            let is_described = plan.path == chart;
            let Some(pointer) = self.hints.get(chart).filter(|_| !is_described) else { continue };
            let Some(given) = pointer.given.as_deref() else { continue };
            given.name_it(&mut release.options.release);
            plan.rendered = None;
            plan.release = Some(release.options.release.name.clone());
            plan.overrides = pointer.overrides.clone();
        }
    }

    fn add_manifests(&mut self) {
        let mut consumed = self.inclusions.consumed_files();
        for plan in self.plans.values() {
            consumed.extend(plan.plain_files());
        }
        let mounted = self.mounted_monitoring_files();
        consumed.extend(mounted.iter().map(Utf8PathBuf::as_path));
        let plans = manifests::group(self.project, &self.manifests, &self.inclusions, &consumed);
        for plan in plans {
            self.plans.entry(key(plan.path.clone())).or_insert(plan);
        }
    }

    /// Those that a Compose project mounts are part of it.
    fn mounted_monitoring_files(&self) -> BTreeSet<Utf8PathBuf> {
        let files = &self.manifests.monitoring_files;
        if files.is_empty() {
            return BTreeSet::new();
        }
        let mounted: Vec<Utf8PathBuf> = compose_file::projects(self.project)
            .iter()
            .flat_map(|it| compose_file::mounted_paths(self.project, it))
            .collect();
        files.iter().filter(|it| mounted.iter().any(|path| it.starts_with(path))).cloned().collect()
    }

    fn add_compose_projects(&mut self) {
        for files in compose_file::projects(self.project) {
            let (path, reason) = (files.path.clone(), files.reason.clone());
            let source = Source::Compose(files);
            let plan = RootPlan::new(path.clone(), RootKind::ComposeProject, reason, source);
            self.plans.entry(key(path)).or_insert(plan);
        }
    }

    fn add_pipelines(&mut self) {
        for file in pipeline::find(self.project) {
            let source = Source::Pipeline(file.path.clone());
            let reason = file.reason.to_owned();
            let mut plan = RootPlan::new(file.path.clone(), file.kind, reason, source);
            plan.environment = file.environment;
            self.plans.entry(key(file.path)).or_insert(plan);
        }
    }

    /// Examples inside of a root that nothing says where it runs (an operator's package with its
    /// samples) are roots of their own, so that they are judged as examples.
    fn split_off_examples(&mut self) {
        let mut examples = Vec::new();
        for (key, plan) in &mut self.plans {
            let Source::Kustomization(folder) = &plan.source else { continue };
            let path = &key.0;
            if environment::of_path(path).is_some() || self.pointers.contains_key(key) {
                continue;
            }
            for below in self.inclusions.reach(folder) {
                let evidence = environment::of_path(below);
                let is_component = self.inclusions.kustomizations[below].is_component;
                if evidence.is_some_and(|it| it.environment >= Environment::Example)
                    && !is_component
                {
                    plan.without.push(below.to_owned());
                    examples.push((below.to_owned(), path.clone()));
                }
            }
        }
        for (folder, includer) in examples {
            let reason = format!("`{includer}` includes it, as examples");
            let source = Source::Kustomization(folder.clone());
            let plan = RootPlan::new(folder.clone(), RootKind::Kustomization, reason, source);
            self.plans.entry(key(folder)).or_insert(plan);
        }
    }

    fn finish(self) -> Vec<RootPlan> {
        let Self { plans, mut pointers, project, seen, .. } = self;
        // What a folder is found to hold, its files were found to hold before.
        let of_folders = plans.iter().filter(|(key, _)| seen.contains(*key));
        let taken: BTreeSet<_> = of_folders.flat_map(|(_, plan)| plan.plain_files()).collect();
        let paths: BTreeSet<&Utf8Path> = plans.keys().map(|it| it.0.as_path()).collect();
        // The same object seen through a folder that is part of a larger root.
        let stands = |it: &Pointer| {
            !taken.contains(&*it.from)
                && (paths.contains(&*it.from)
                    || project.paths_below(&it.from).next() == Some(&it.from)
                    || project.file(&it.from).is_some())
        };
        let mut seen_twice = BTreeSet::new();
        for (key, pointers) in &mut pointers {
            if pointers.iter().any(stands) {
                pointers.retain(stands);
            } else if plans[key].release.is_some() {
                seen_twice.insert(key.clone());
            }
        }
        let plans = plans.into_iter().filter(|(key, _)| !seen_twice.contains(key));
        let plans = plans.map(|(key, mut plan)| {
            plan.environment = plan.environment.or_else(|| environment::of_path(&plan.path));
            if let Some(pointers) = pointers.get(&key) {
                describe(&mut plan, pointers);
            }
            plan
        });
        let mut plans: Vec<_> = plans.collect();
        note_shared_values(&mut plans);
        plans
    }
}

/// The key of a root that is the only one of its path.
fn key(path: Utf8PathBuf) -> Key {
    (path, SmolStr::default())
}

/// An installation with values that are not here.
fn unknown_release(path: &Utf8Path, given: &Given, gaps: Vec<Gap>) -> RootPlan {
    let source = Source::Parts(Vec::new());
    let mut plan = RootPlan::new(path.to_owned(), RootKind::Chart, String::new(), source);
    plan.release = Some(given.name.clone());
    plan.gaps = gaps;
    plan
}

/// The chart of an installation that somebody describes.
fn described_chart(plan: &RootPlan) -> Option<Utf8PathBuf> {
    match &plan.source {
        Source::Release(release) if !release.is_assumed => {
            release.chart.in_tree().map(Utf8Path::to_owned)
        }
        _ => None,
    }
}

/// The chart of an installation with defaults.
fn assumed_chart(plan: &RootPlan) -> Option<&Utf8Path> {
    match &plan.source {
        Source::Release(release) if release.is_assumed => release.chart.in_tree(),
        _ => None,
    }
}

/// The charts whose templates may write objects that point somewhere.
fn pointing_charts(project: &Project<'_>, manifests: &Manifests) -> BTreeSet<Utf8PathBuf> {
    let words = ["argoproj.io/", "toolkit.fluxcd.io/"];
    let mut charts = BTreeSet::new();
    for file in project.files() {
        let Some(chart) = manifests.chart_of(&file.path).filter(|it| !charts.contains(*it)) else {
            continue;
        };
        let text = project.origins().document(file.document).text.as_bytes();
        if words.iter().any(|it| memchr::memmem::find(text, it.as_bytes()).is_some()) {
            charts.insert(chart.to_owned());
        }
    }
    charts
}

/// Every folder that holds a file, at any depth.
fn folders(project: &Project<'_>) -> BTreeSet<Utf8PathBuf> {
    let mut folders = Vec::new();
    let mut last: Option<&Utf8Path> = None;
    for folder in project.files().filter_map(|it| it.path.parent()) {
        // Files are sorted, so that those below a folder follow each other.
        let is_new = |it: &&Utf8Path| !last.is_some_and(|last| last.starts_with(it));
        folders.extend(folder.ancestors().take_while(is_new).map(Utf8Path::to_owned));
        last = Some(folder);
    }
    // As a whole, which costs less than one after the other.
    folders.into_iter().collect()
}

/// Says who points at a root, and takes what they all change in the same way.
fn describe(plan: &mut RootPlan, pointers: &[Pointer]) {
    let mut who: Vec<String> =
        pointers.iter().map(|it| format!("{} in `{}`", it.who, it.from)).collect();
    who.sort();
    who.dedup();
    plan.reason = match who.as_slice() {
        [] => return,
        [one] => format!("{one} points at it"),
        [first, rest @ ..] => format!("{first} and {} more point at it", rest.len()),
    };
    // One pointer without evidence may be the production one.
    let environments: Option<Vec<&EnvironmentEvidence>> =
        pointers.iter().map(|it| it.environment.as_ref()).collect();
    plan.environment_of_pointers = environments
        .and_then(|it| it.into_iter().min_by_key(|it| (it.environment, it.text.clone())).cloned());
    plan.healer = healer(pointers);
    plan.overrides = shared_overrides(pointers);
}

/// What all pointers to a folder change in the same way. Where they do not, what they would fill is
/// unknown, and not the text of a variable.
fn shared_overrides(pointers: &[Pointer]) -> Overrides {
    let Some(first) = pointers.first().map(|it| &it.overrides) else { return Overrides::default() };
    let is_shared = pointers.iter().all(|it| it.overrides.says_the_same(first));
    if is_shared {
        return first.clone();
    }
    let fills =
        |it: &Pointer| !it.overrides.variables.is_empty() || it.overrides.has_unknown_variables;
    Overrides { has_unknown_variables: pointers.iter().any(fills), ..Overrides::default() }
}

/// The first of those that apply it, where each of them heals; with the revision that all take.
fn healer(pointers: &[Pointer]) -> Option<Healer> {
    let healers: Option<Vec<_>> = pointers.iter().map(|it| it.healer.as_ref()).collect();
    let healers = healers?;
    let first = healers.iter().min_by_key(|it| &it.name)?;
    let is_shared = healers.iter().all(|it| it.revision == first.revision);
    let revision = first.revision.clone().filter(|_| is_shared);
    Some(Healer { name: first.name.clone(), revision })
}

fn path_of(part: &Part) -> &Utf8Path {
    match part {
        Part::Kustomization(path) | Part::File(path) => path,
    }
}

/// Of sorted folders those that lie in no other.
fn outermost<'a>(folders: impl Iterator<Item = &'a Utf8PathBuf>) -> Vec<&'a Utf8PathBuf> {
    let mut kept: Vec<&Utf8PathBuf> = Vec::new();
    for folder in folders {
        if !kept.last().is_some_and(|it| folder.starts_with(it)) {
            kept.push(folder);
        }
    }
    kept
}

fn join(prefix: &Utf8Path, folder: &Utf8Path) -> Utf8PathBuf {
    if folder.as_str().is_empty() { prefix.to_owned() } else { prefix.join(folder) }
}

/// Notes which files of values several charts are given.
fn note_shared_values(plans: &mut [RootPlan]) {
    let mut charts: BTreeMap<Utf8PathBuf, BTreeSet<Utf8PathBuf>> = BTreeMap::new();
    for release in plans.iter().filter_map(RootPlan::installed) {
        for file in release.files() {
            charts.entry(file.to_owned()).or_default().insert(release.chart.path());
        }
    }
    for plan in plans {
        let files = plan.installed().into_iter().flat_map(Release::files);
        let is_shared = |it: &&Utf8Path| charts.get(*it).is_some_and(|it| it.len() > 1);
        plan.shared_values = files.filter(is_shared).map(Utf8Path::to_owned).collect();
    }
}
