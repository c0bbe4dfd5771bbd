//! From files to the linked system: everything before the first judgement.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use kai_break::Source;
use kai_compose::helm::{ChartReference, ChartStore, StoredChart};
use kai_compose::roots::{RootPlan, archive_around, compose, discover_with};
use kai_compose::{Composition, Project};
use kai_core::{
    Document, Gap, GapKind, Location, LocationRole, OriginId, Origins, Part, Problem, Root, RootId,
    RootKind, Tree, Watch,
};
use kai_graph::{Component, System};
use kai_settings::{Allowance, Journey, Settings, allowances};
use kai_terraform::roots::{Instance, Moves};
use rayon::prelude::*;

use crate::applied::AppliedRoots;
use crate::foreign::Foreign;
use crate::words::EntryPlaces;
use crate::{LocatedProblem, ReadChart, Reading, declared, releases};

/// What was read, linked, before any rule has looked at it.
#[derive(Debug)]
pub struct Reviewed {
    pub origins: Origins,
    /// Components, dependencies, roots and journeys.
    pub system: System,
    pub reading: Reading,
    /// What is wrong with the input, by place.
    pub problems: Vec<LocatedProblem>,
    /// Findings about Kai itself: a composer or a source that panicked.
    pub failures: Vec<String>,
    /// Templates that were recognised and not rendered.
    pub templates: Vec<Utf8PathBuf>,
    /// Folders of modules of Terraform that are kept for callers elsewhere.
    pub kept_modules: BTreeSet<Utf8PathBuf>,
    /// Files that configure systems, of formats that nothing here reads.
    pub foreign: Foreign,
    /// What the user says of the system.
    pub settings: Settings,
    /// Comments that accept a finding.
    pub(crate) allowances: Vec<Allowance>,
    pub(crate) places: EntryPlaces,
    /// What a control plane would have of each root, where that was asked for.
    pub clusters: Vec<Source>,
    /// What Terraform would plan of each of its roots, where that was asked for.
    pub configurations: Vec<Configuration>,
}

/// What Terraform would plan of one root.
#[derive(Debug)]
pub struct Configuration {
    pub root: RootId,
    pub instances: Vec<Instance>,
    pub moves: Moves,
}

/// What is kept of a run besides the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    Nothing,
    /// What a control plane would have of each root, in [`Reviewed::clusters`].
    Clusters,
    /// What Terraform would plan of each of its roots, in [`Reviewed::configurations`].
    Configurations,
}

/// Reads, composes, lowers and links everything that the tree holds, with charts that it names out
/// of the store. The places of what the user says of it are in `origins`.
#[must_use]
pub fn read(
    tree: &dyn Tree,
    store: Option<&dyn ChartStore>,
    origins: Origins,
    settings: Settings,
    watch: &dyn Watch,
    keep: Keep,
) -> Reviewed {
    // Nodes are declared so that failures are played on them.
    let has_clusters = keep == Keep::Clusters || settings.cluster.is_some();
    let load = if has_clusters { Project::load_state } else { Project::load };
    let mut project = watch.watched(Part::Read, || load(tree, &origins).with_store(store));
    let mut failures = Vec::new();
    let (mut terraform, kept_modules) = terraform(tree, &origins, watch, &mut failures);
    let orders = safely("reading what Terraform installs", &mut failures, || {
        releases::orders(&project, &mut terraform)
    })
    .unwrap_or_default();
    let applied = safely("reading what Terraform applies", &mut failures, || {
        AppliedRoots::of(&project, &terraform)
    })
    .unwrap_or_default();
    let mut plans = watch.watched(Part::FindRoots, || {
        let discover = || discover_with(&project, &orders);
        safely("finding roots", &mut failures, discover).unwrap_or_default()
    });
    plans.retain(|it| !applied.holds(it));
    let how = How { settings: &settings, origins: &origins, watch, has_clusters };
    let (dumps, others): (Vec<_>, Vec<_>) =
        (0..).map(RootId).zip(&plans).partition(|(_, plan)| plan.kind == RootKind::Dump);
    let mut composed: Vec<Composed> = others
        .into_par_iter()
        .map(|(id, plan)| Composed::of(objects_of(&project, plan, id, how), how))
        .collect();
    let document_count = project.files().map(|it| it.documents.len()).sum::<usize>();
    let foreign = Foreign::of(tree, &project);
    composed.extend(of_dumps(&mut project, &dumps, how));
    composed.sort_by_key(|it| it.root.id);
    // Behind those of everything else.
    let first = u32::try_from(composed.len()).unwrap_or(u32::MAX);
    let lowered: Vec<_> = (first..)
        .zip(terraform)
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|(id, it)| Composed::of_terraform(it, RootId(id), &settings, &origins, watch, keep))
        .collect();
    composed.extend(lowered);
    let first = u32::try_from(composed.len()).unwrap_or(u32::MAX);
    let lowered: Vec<_> = (first..)
        .zip(applied.roots)
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|(id, (root, it))| Composed::of(Ok((Root { id: RootId(id), ..root }, it)), how))
        .collect();
    composed.extend(lowered);
    let places = EntryPlaces {
        roots: composed.iter().map(|it| (it.root.id, place_of(&it.root, &project))).collect(),
        packed: packed(&plans, &project),
    };
    let configurations = configurations(&origins);
    let mut reading = Reading {
        file_count: project.files().count() + configurations.len(),
        document_count: document_count + configurations.len(),
        object_count: composed.iter().map(|it| it.object_count).sum(),
        root_count: composed.len(),
        charts: project.stored_charts().iter().map(|it| read_chart(it)).collect(),
        ..Reading::default()
    };
    let mut problems = file_problems(&project);
    let mut roots = Vec::with_capacity(composed.len());
    let mut components = Vec::with_capacity(composed.len());
    let (mut clusters, mut kept) = (Vec::new(), Vec::new());
    for mut it in composed {
        problems.append(&mut it.problems);
        failures.append(&mut it.failures);
        clusters.extend(it.cluster.map(|cluster| (it.root.id, cluster)));
        let root = it.root.id;
        kept.extend(it.configuration.map(|(instances, moves)| Configuration {
            root,
            instances,
            moves,
        }));
        roots.push(it.root);
        components.push(it.components);
    }
    let (allowances, wrong) = comments(&project, &configurations);
    problems.extend(wrong);
    let mut problems = located(problems, &origins);
    let paths = paths(&project, &settings);
    let templates = templates(&project, &plans);
    // Trees are large and nobody needs them any more; another thread can give them back.
    let (system, ()) = rayon::join(
        || {
            watch.watched(Part::Link, || {
                link(components, roots, &settings.journeys, &origins, &mut failures)
            })
        },
        || drop((plans, project)),
    );
    reading.component_count = system.components().len();
    reading.journey_count = system.journeys().len();
    problems.extend(declared::unmatched(&settings, &system, &paths, &origins));
    problems.sort();
    Reviewed {
        origins,
        system,
        reading,
        problems,
        failures,
        templates,
        kept_modules,
        foreign,
        settings,
        allowances,
        places,
        clusters,
        configurations: kept,
    }
}

fn read_chart(chart: &StoredChart) -> ReadChart {
    ReadChart {
        name: chart.name.to_string(),
        version: chart.version.to_string(),
        digest: chart.digest.to_string(),
    }
}

/// What the roots of Terraform plan, and the folders of modules that none of them calls.
fn terraform(
    tree: &dyn Tree,
    origins: &Origins,
    watch: &dyn Watch,
    failures: &mut Vec<String>,
) -> (Vec<kai_terraform::roots::Composition>, BTreeSet<Utf8PathBuf>) {
    use kai_terraform::roots;
    let library = kai_terraform::config::Library::new(tree, origins);
    let mut wrong = Vec::new();
    let units = || {
        let units = || roots::planned_units(&library);
        let what = "composing units of Terragrunt";
        watch.watched(Part::Compose, || safely(what, failures, units)).unwrap_or_default()
    };
    let plans = || {
        let what = "finding roots of Terraform";
        let survey = || safely(what, &mut wrong, || roots::survey(tree));
        watch.watched(Part::FindRoots, survey).unwrap_or_default()
    };
    let (units, survey) = rayon::join(units, plans);
    let roots::Survey { roots: mut plans, mut kept } = survey;
    failures.append(&mut wrong);
    let roots::PlannedUnits { compositions, sources } = units;
    plans.retain(|it| !sources.contains(&it.folder));
    kept.retain(|it| !sources.contains(it));
    let planned: Vec<_> = plans
        .par_iter()
        .map(|plan| {
            let mut failures = Vec::new();
            let what = format!("planning `{}`", plan.folder);
            let plan = || safely(&what, &mut failures, || roots::compose(&library, plan));
            (watch.watched(Part::Compose, plan).unwrap_or_default(), failures)
        })
        .collect();
    let mut all = compositions;
    for (compositions, wrong) in planned {
        failures.extend(wrong);
        all.extend(compositions);
    }
    (all, kept)
}

/// The charts of repositories that Terraform would install, and failures of Kai on the way.
#[must_use]
pub fn installed_charts(
    tree: &dyn Tree,
    project: &Project<'_>,
    watch: &dyn Watch,
) -> (Vec<ChartReference>, Vec<String>) {
    let mut failures = Vec::new();
    let (compositions, _) = terraform(tree, project.origins(), watch, &mut failures);
    let published = || releases::published(project, &compositions);
    let charts = safely("reading what Terraform installs", &mut failures, published);
    (charts.unwrap_or_default(), failures)
}

/// One root, as far as it got.
struct Composed {
    root: Root,
    components: Vec<Component>,
    object_count: usize,
    problems: Vec<Problem>,
    failures: Vec<String>,
    cluster: Option<kai_sim::read::Reading>,
    configuration: Option<(Vec<Instance>, Moves)>,
}

/// What is the same for all roots.
#[derive(Clone, Copy)]
struct How<'a> {
    settings: &'a Settings,
    origins: &'a Origins,
    watch: &'a dyn Watch,
    has_clusters: bool,
}

/// The objects of a root; the root as it is shown where they could not be composed.
fn objects_of(
    project: &Project<'_>,
    plan: &RootPlan,
    id: RootId,
    how: How<'_>,
) -> Result<(Root, Composition), Box<Composed>> {
    let mut failures = Vec::new();
    let what = format!("composing `{}`", plan.path);
    let compose = || safely(&what, &mut failures, || compose(project, plan, id));
    let composed = how.watch.watched(Part::Compose, compose);
    composed.ok_or_else(|| Box::new(Composed::lost(plan, id, failures)))
}

/// Dumps are large, and no other root takes what is in them: the project lets go of it, so that it goes
/// while it is read.
fn of_dumps(
    project: &mut Project<'_>,
    dumps: &[(RootId, &RootPlan)],
    how: How<'_>,
) -> Vec<Composed> {
    let all: Vec<_> = dumps.iter().map(|&(id, plan)| objects_of(project, plan, id, how)).collect();
    dumps.iter().for_each(|(_, plan)| project.let_go(plan));
    all.into_par_iter().map(|it| Composed::of(it, how)).collect()
}

impl Composed {
    /// What is read of the objects of a root, which end here.
    fn of(objects: Result<(Root, Composition), Box<Self>>, how: How<'_>) -> Self {
        let (mut root, composition) = match objects {
            Ok(it) => it,
            Err(lost) => return *lost,
        };
        declare(&mut root, how.settings, how.origins);
        let mut failures = Vec::new();
        let what = format!("reading the objects of `{}`", root.path);
        let lower = || kai_sources::lower(&composition.objects, &root, how.origins);
        let lower = || safely(&what, &mut failures, lower);
        let lowered = how.watch.watched(Part::Lower, lower).unwrap_or_default();
        let mut components = lowered.components;
        kai_sources::complete(&composition, &mut components);
        components.extend(kai_sources::installation(&composition, &root, how.origins));
        let Composition { objects, mut problems, .. } = composition;
        problems.extend(lowered.problems);
        let object_count = objects.len();
        let what = format!("reading the cluster of `{}`", root.path);
        let read = || safely(&what, &mut failures, || kai_sim::read::cluster(objects));
        let cluster = how.has_clusters.then(read).flatten();
        let configuration = None;
        Self { root, components, object_count, problems, failures, cluster, configuration }
    }

    fn of_terraform(
        composition: kai_terraform::roots::Composition,
        id: RootId,
        settings: &Settings,
        origins: &Origins,
        watch: &dyn Watch,
        keep: Keep,
    ) -> Self {
        let kai_terraform::roots::Composition { mut root, instances, mut problems, moves } =
            composition;
        root.id = id;
        declare(&mut root, settings, origins);
        let mut failures = Vec::new();
        let what = format!("reading the resources of `{}`", root.path);
        let lower = || kai_sources::terraform::lower(&instances, id, origins);
        let lowered =
            watch.watched(Part::Lower, || safely(&what, &mut failures, lower)).unwrap_or_default();
        problems.extend(lowered.problems);
        let components = lowered.components;
        let is_object =
            |it: &&Instance| it.ty != "backend" && !kai_sources::terraform::is_applied(it);
        let object_count = instances.iter().filter(is_object).count();
        let configuration = (keep == Keep::Configurations).then_some((instances, moves));
        Self { root, components, object_count, problems, failures, cluster: None, configuration }
    }

    /// A root whose composer panicked stays visible as a gap.
    fn lost(plan: &RootPlan, id: RootId, failures: Vec<String>) -> Self {
        let gap = Gap { kind: GapKind::Broken, what: plan.path.to_string(), at: None };
        let root = Root {
            id,
            path: plan.path.clone(),
            release: None,
            kind: plan.kind,
            reason: plan.reason.clone(),
            environment: kai_core::Environment::Production,
            environment_evidence: "it could not be composed".to_string(),
            healer: None,
            files: Vec::new(),
            gaps: vec![gap],
        };
        Self {
            root,
            components: Vec::new(),
            object_count: 0,
            problems: Vec::new(),
            failures,
            cluster: None,
            configuration: None,
        }
    }
}

fn link(
    components: Vec<Vec<Component>>,
    roots: Vec<Root>,
    declared: &[Journey],
    origins: &Origins,
    failures: &mut Vec<String>,
) -> System {
    let components = kai_sources::number(components);
    safely("linking", failures, || kai_sources::link::link(roots, components, declared, origins))
        .unwrap_or_default()
}

/// Runs one part of Kai; a panic costs that part and is said.
pub(crate) fn safely<T>(
    what: &str,
    failures: &mut Vec<String>,
    run: impl FnOnce() -> T,
) -> Option<T> {
    // Whatever the part had half done is dropped with it; what it shares is append-only.
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(value) => Some(value),
        Err(payload) => {
            failures.push(format!("{what}: {}", words(payload.as_ref())));
            None
        }
    }
}

fn words(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without words")
}

/// What the user says of the root's environment stands above what Kai reads out of names.
fn declare(root: &mut Root, settings: &Settings, origins: &Origins) {
    if let Some(declared) = settings.environments.of(&root.path) {
        root.environment = declared.value;
        root.environment_evidence = said_in(declared.origin, origins);
    }
}

/// `declared in kai.yaml:7`
fn said_in(origin: OriginId, origins: &Origins) -> String {
    match origins.location(origin, LocationRole::Primary) {
        Some(place) => format!("declared in {}:{}", place.path, place.line),
        None => "declared".to_owned(),
    }
}

/// Comments that accept findings, by path; JSON has none.
fn comments(
    project: &Project<'_>,
    configurations: &[&Arc<Document>],
) -> (Vec<Allowance>, Vec<Problem>) {
    let files = project.files().filter(|it| it.path.extension() != Some("json"));
    let origins = project.origins();
    let files = files.map(|it| origins.document(it.document));
    let all: Vec<_> = files.chain(configurations.iter().copied()).collect();
    let read: Vec<_> = all.par_iter().map(|it| allowances(it)).collect();
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for (allowances, wrong) in read {
        found.extend(allowances);
        problems.extend(wrong);
    }
    (found, problems)
}

/// Files of Terraform and Terragrunt that were read, each once: several roots may read one.
fn configurations(origins: &Origins) -> Vec<&Arc<Document>> {
    const ENDS: &[&str] = &["hcl", "tf", "tfvars", "tofu"];
    let is_one = |it: &&Arc<Document>| it.path.extension().is_some_and(|it| ENDS.contains(&it));
    let files = origins.documents().filter(|it| it.embedding.is_none()).filter(is_one);
    let by_path: BTreeMap<_, _> = files.map(|it| (it.path(), it)).collect();
    by_path.into_values().collect()
}

/// The files that were read, if anything is said of paths.
fn paths(project: &Project<'_>, settings: &Settings) -> Vec<Utf8PathBuf> {
    let is_asked = settings.rules.iter().any(|it| !it.paths.is_empty())
        || settings.allow.iter().any(|it| !it.paths.is_empty());
    let files = project.files().filter(|_| is_asked);
    files.map(|it| it.path.clone()).collect()
}

fn file_problems(project: &Project<'_>) -> Vec<Problem> {
    let files = project.files().filter(|it| !it.is_foreign(project.origins()));
    let in_files = files.flat_map(|file| {
        let is_report = file.is_broken_report(project.origins());
        file.problems.iter().map(move |it| if is_report { of_report(it) } else { it.clone() })
    });
    project.problems().iter().cloned().chain(in_files).collect()
}

/// A report is not corrected by hand: who wrote it stopped half-way.
fn of_report(problem: &Problem) -> Problem {
    Problem {
        message: format!("this report of a scanner is left out: {}", problem.message),
        remedy: "let the scanner write the report again, and look whether it failed".into(),
        ..problem.clone()
    }
}

/// Templates that no chart is made of, which are rendered.
fn templates(project: &Project<'_>, plans: &[RootPlan]) -> Vec<Utf8PathBuf> {
    let charts: BTreeSet<_> = plans.iter().filter_map(RootPlan::chart).collect();
    let is_rendered = |path: &Utf8Path| path.ancestors().any(|it| charts.contains(it));
    let files = project.files().filter(|it| it.template.is_some() && !is_rendered(&it.path));
    files.map(|it| it.path.clone()).collect()
}

/// By place, each once: overlays of one base see its problems again and again.
fn located(problems: Vec<Problem>, origins: &Origins) -> Vec<LocatedProblem> {
    let locate = |problem: Problem| {
        let place = problem.span.map(|it| origins.location_of(it, LocationRole::Primary));
        let (path, line) = match (place, problem.path) {
            (Some(place), _) => (place.path, place.line),
            (None, path) => (path.unwrap_or_default(), 0),
        };
        LocatedProblem { path, line, message: problem.message, remedy: problem.remedy }
    };
    problems.into_iter().map(locate).collect::<BTreeSet<_>>().into_iter().collect()
}

/// What asks for the packed charts whose texts were read, by root and archive.
fn packed(plans: &[RootPlan], project: &Project<'_>) -> BTreeMap<(RootId, Utf8PathBuf), Location> {
    let origins = project.origins();
    let archives: BTreeSet<_> =
        origins.documents().filter_map(|it| archive_around(&it.path)).collect();
    let mut found = BTreeMap::new();
    for (id, plan) in (0..).map(RootId).zip(plans) {
        for archive in &archives {
            let asked = plan.asks_for(project, archive);
            let place = asked.and_then(|it| origins.location(it, LocationRole::Primary));
            found.extend(place.map(|it| ((id, (*archive).to_owned()), it)));
        }
    }
    found
}

/// The first line of the file that makes a root one; of the folder where no single file does.
fn place_of(root: &Root, project: &Project<'_>) -> Location {
    let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
    let in_folder = names.iter().map(|name| root.path.join(name));
    let mut found =
        in_folder.filter(|it| root.kind == RootKind::Kustomization && project.holds(it));
    let path = found.next().unwrap_or_else(|| root.path.clone());
    Location { path, line: 1, column: 1, role: LocationRole::Same }
}
