//! Installations of charts that no object describes.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::environment::words;
use kai_core::{Environment, Node, OriginId, RootKind, SmolStr};

use super::environment::{self, EnvironmentEvidence};
use super::inclusion::{outermost, resolve};
use super::manifests::Manifests;
use super::object::is_object;
use super::plan::{Release, RootPlan, Source};
use crate::Project;
use crate::helm::{self, ChartSource, Layer};

pub(super) fn installation(
    chart: ChartSource,
    release: helm::Release,
    values: Vec<Layer>,
) -> Release {
    let options = helm::Options {
        release,
        values,
        skip_tests: true,
        keep_going: true,
        judge_values: true,
        ..helm::Options::default()
    };
    Release {
        chart,
        options,
        is_assumed: false,
        at: OriginId::NONE,
        problems: Vec::new(),
        overwritten: Vec::new(),
        gaps: Vec::new(),
    }
}

/// The installations of charts that no object describes: one for each file of values that names
/// an environment, and the defaults where there is none.
pub(super) fn of_charts<'a>(
    project: &Project<'_>,
    manifests: &Manifests,
    known: impl Iterator<Item = &'a RootPlan>,
    unknown: &BTreeSet<Utf8PathBuf>,
    is_meant: impl Fn(&Utf8Path) -> bool,
) -> Vec<RootPlan> {
    let mut installed = BTreeSet::new();
    let mut used = BTreeSet::new();
    for plan in known {
        let Source::Release(release) = &plan.source else { continue };
        installed.extend(release.chart.in_tree());
        used.extend(release.files());
    }
    let mut plans = Vec::new();
    let outermost = outermost(&taken_by(project, manifests));
    let charts = manifests.charts.iter().filter(|it| is_meant(it) && !is_library(project, it));
    for chart in charts {
        if installed.contains(&**chart) {
            continue;
        }
        let files = values_files(project, manifests, chart);
        let is_part = !outermost.contains(chart);
        let is_described = is_part || unknown.contains(chart) || !files.is_empty();
        let left = files.into_iter().filter(|it| !used.contains(&*it.0));
        plans.extend(left.map(|(path, environment)| of_file(project, chart, path, environment)));
        if !is_described {
            plans.push(with_defaults(project, chart));
        }
    }
    plans
}

/// Each chart, with those that it takes in from where they lie (`repository: file://…`). A library is
/// installed by nobody, and what an example takes in is installed without it.
fn taken_by(
    project: &Project<'_>,
    manifests: &Manifests,
) -> BTreeMap<Utf8PathBuf, BTreeSet<Utf8PathBuf>> {
    let of = |chart: &Utf8PathBuf| {
        if is_library(project, chart) || is_of_nobody(chart) {
            return BTreeSet::new();
        }
        let lists = ["Chart.yaml", "requirements.yaml"].map(|it| project.file(&chart.join(it)));
        let nodes = lists.iter().flatten().flat_map(|it| &it.documents).map(|it| &it.node);
        let entries = nodes.filter_map(|it| it.get("dependencies")).flat_map(Node::items);
        let paths = entries.filter_map(|it| it.str_at(&["repository"])?.strip_prefix("file://"));
        let taken = paths.filter_map(|it| resolve(chart, it));
        taken.filter(|it| it != chart && manifests.charts.contains(it)).collect()
    };
    manifests.charts.iter().map(|it| (it.clone(), of(it))).collect()
}

/// True for a chart in a folder of examples, or of tests.
fn is_of_nobody(chart: &Utf8Path) -> bool {
    environment::of_path(chart).is_some_and(|it| it.environment != Environment::Production)
}

fn is_library(project: &Project<'_>, chart: &Utf8Path) -> bool {
    let file = project.file(&chart.join("Chart.yaml"));
    let kind = file.as_ref().and_then(|it| it.documents.first()?.node.str_at(&["type"]));
    kind == Some("library")
}

fn of_file(
    project: &Project<'_>,
    chart: &Utf8Path,
    path: Utf8PathBuf,
    environment: Environment,
) -> RootPlan {
    let name = path.file_name().unwrap_or_default();
    // Where the file does not say it, the folders around it do.
    let said = if environment_of(name).is_some() { name } else { path.as_str() };
    let text = format!("the values are in `{said}`");
    let common = common_beside(project, chart, &path);
    let layers = common.into_iter().chain([path.clone()]).map(Layer::File).collect();
    let source = ChartSource::InTree(chart.to_owned());
    let namespace = own_namespace(project, chart, Some(&path));
    let named = in_namespace(named_like(project, chart), namespace.as_ref());
    let release = installation(source, named, layers);
    let shown = release.chart.shown(project);
    let reason = format!("it holds values of one environment for the chart `{shown}`");
    let mut plan = plan(path, reason, release);
    plan.overrides.default_namespace = namespace;
    // Values of production of a chart that is an example are an example.
    let of_example =
        environment::of_path(chart).filter(|it| it.environment >= Environment::Example);
    plan.environment = of_example.or(Some(EnvironmentEvidence { environment, text }));
    plan
}

/// What files of values are called that hold what all environments share.
const COMMON: [&str; 4] = ["base", "common", "default", "shared"];

/// `values/common.yaml` beside `values/production.yaml`, `values-common.yaml` beside
/// `values-production.yaml`: it is given first.
fn common_beside(project: &Project<'_>, chart: &Utf8Path, path: &Utf8Path) -> Option<Utf8PathBuf> {
    let (folder, name) = (path.parent()?, path.file_name()?);
    let start =
        if name.starts_with("values") { &name[..name.len().min("values-".len())] } else { "" };
    let is_kept = !start.is_empty() || folder.file_name().is_some_and(|it| KEEPERS.contains(&it));
    let ends = COMMON.iter().flat_map(|it| ["yaml", "yml"].map(|end| format!("{start}{it}.{end}")));
    let mut files = ends.map(|it| folder.join(it)).filter(|it| is_kept && it != path);
    files.find(|it| project.holds(it) && gives_values(project, chart, it))
}

fn with_defaults(project: &Project<'_>, chart: &Utf8Path) -> RootPlan {
    let source = ChartSource::InTree(chart.to_owned());
    let namespace = own_namespace(project, chart, None);
    let named = in_namespace(named_like(project, chart), namespace.as_ref());
    let mut release = installation(source, named, Vec::new());
    release.is_assumed = true;
    let reason = "a chart; nothing here says with which values it is installed, so its defaults";
    let mut plan = plan(chart.to_owned(), reason.to_owned(), release);
    plan.overrides.default_namespace = namespace;
    plan
}

fn in_namespace(release: helm::Release, namespace: Option<&(SmolStr, OriginId)>) -> helm::Release {
    match namespace {
        Some((namespace, _)) => helm::Release { namespace: namespace.clone(), ..release },
        None => release,
    }
}

/// The namespace that a chart makes and calls by its value `namespace`: what it makes beside that is
/// meant for it, where nobody says where it is installed.
fn own_namespace(
    project: &Project<'_>,
    chart: &Utf8Path,
    values: Option<&Utf8Path>,
) -> Option<(SmolStr, OriginId)> {
    let folder = chart.join("templates");
    let makes_it = |path: &Utf8Path| {
        let bytes = project.tree().bytes(path).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        text.contains("kind: Namespace") && text.contains("name: {{ .Values.namespace }}")
    };
    if !project.paths_below(&folder).any(|it| makes_it(it)) {
        return None;
    }
    let own = chart.join("values.yaml");
    values.into_iter().chain([own.as_path()]).find_map(|path| {
        let file = project.file(path)?;
        let node = file.documents.first()?.node.get("namespace")?;
        Some((SmolStr::new(node.as_str()?), node.origin))
    })
}

pub(super) fn plan(path: Utf8PathBuf, reason: String, release: Release) -> RootPlan {
    let name = release.options.release.name.clone();
    let source = Source::Release(Box::new(release));
    let mut plan = RootPlan::new(path, RootKind::Chart, reason, source);
    plan.release = Some(name);
    plan
}

/// A release whose name nobody says is called as its chart is.
fn named_like(project: &Project<'_>, chart: &Utf8Path) -> helm::Release {
    let file = project.file(&chart.join("Chart.yaml"));
    let name = file.as_ref().and_then(|it| it.documents.first()?.node.str_at(&["name"]));
    let name = name.or(chart.file_name()).filter(|it| !it.is_empty());
    let default = helm::Release::default();
    helm::Release { name: name.map_or(default.name.clone(), SmolStr::new), ..default }
}

/// The files of values beside a chart that name an environment: in its folder, or above it where the
/// folder holds no other chart.
pub(super) fn values_files(
    project: &Project<'_>,
    manifests: &Manifests,
    chart: &Utf8Path,
) -> Vec<(Utf8PathBuf, Environment)> {
    let mut folders = vec![chart.to_owned()];
    let above = chart.ancestors().skip(1).take(2);
    folders.extend(above.filter(|it| holds_one_chart(manifests, it)).map(Utf8Path::to_owned));
    for folder in folders {
        let files = project.paths_below(&folder).filter(|it| project.holds(it));
        let files: Vec<_> = files.filter(|it| !is_secret(project, it)).collect();
        let named = |of: &dyn Fn(&Utf8Path) -> Option<Environment>| {
            let named = files.iter().filter_map(|path| {
                Some((path.to_path_buf(), of(path.strip_prefix(&folder).ok()?)?))
            });
            named.collect::<Vec<_>>()
        };
        // Files that say it by themselves, else folders: of both, one is mostly put upon the other.
        let mut found = named(&|it| environment_of(it.as_str()));
        if found.is_empty() {
            found = named(&|it| of_folders(it, chart));
            found.retain(|(path, _)| gives_values(project, chart, path));
        }
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// True for a file that is encrypted, or called after secrets: it is put upon others.
fn is_secret(project: &Project<'_>, path: &Utf8Path) -> bool {
    let words = words(path.file_name().unwrap_or_default());
    let is_encrypted = || {
        project
            .file(path)
            .is_some_and(|it| it.documents.iter().any(|it| it.node.get("sops").is_some()))
    };
    words.iter().any(|it| matches!(it.as_str(), "secret" | "secrets")) || is_encrypted()
}

fn holds_one_chart(manifests: &Manifests, folder: &Utf8Path) -> bool {
    let below = manifests.charts.iter().filter(|it| it.starts_with(folder));
    !folder.as_str().is_empty() && below.count() == 1
}

/// Folders that keep files of values, one for each environment.
const KEEPERS: [&str; 4] = ["env", "environments", "envs", "values"];

/// `values/production.yaml`, `envs/values-staging.yaml`, `production/values.yaml`,
/// `environments/production/values.yaml`.
fn of_folders(path: &Utf8Path, chart: &Utf8Path) -> Option<Environment> {
    let parts: Vec<&str> = path.iter().collect();
    let stem = path.file_stem().filter(|_| matches!(path.extension(), Some("yaml" | "yml")))?;
    let environment = match parts.as_slice() {
        [keeper, file] if KEEPERS.contains(keeper) => {
            let own = || environment::of_name(stem).filter(|_| !names_another(stem, chart));
            environment_of(file).or_else(own)
        }
        [name, _] if stem == "values" => environment::of_name(name),
        [keeper, name, _] if stem == "values" && KEEPERS.contains(keeper) => {
            environment::of_name(name)
        }
        _ => None,
    };
    environment.filter(|it| *it < Environment::Example)
}

/// True for a name with words that are neither of an environment nor of the chart's folder, as
/// `redis-production` beside the chart `web`.
fn names_another(stem: &str, chart: &Utf8Path) -> bool {
    let own = words(chart.file_name().unwrap_or_default());
    let is_ours = |it: &String| {
        own.contains(it)
            || ["pre", "non", "not", "no", "values"].contains(&it.as_str())
            || is_of_a_region(it)
    };
    words(stem).iter().any(|it| !is_ours(it) && environment::of_name(it).is_none())
}

/// True for a word, or a number, of which names of regions are made: `eu`, `west`, `europe-west1`,
/// `us-east-1a`.
fn is_of_a_region(word: &str) -> bool {
    const PARTS: [&str; 27] = [
        "africa",
        "america",
        "ap",
        "apac",
        "asia",
        "au",
        "australia",
        "ca",
        "central",
        "cn",
        "de",
        "east",
        "emea",
        "eu",
        "europe",
        "global",
        "in",
        "jp",
        "me",
        "north",
        "northeast",
        "sa",
        "south",
        "southeast",
        "uk",
        "us",
        "west",
    ];
    let letters = word.trim_end_matches(|it: char| it.is_ascii_digit());
    let zone = word.trim_end_matches(|it: char| it.is_ascii_lowercase());
    letters.is_empty()
        || PARTS.contains(&letters)
        || word.len() - zone.len() <= 1 && !zone.is_empty() && is_of_a_region(zone)
}

/// True for a file that mostly says something of what the chart's own values say.
fn gives_values(project: &Project<'_>, chart: &Utf8Path, path: &Utf8Path) -> bool {
    let mapping = |path: &Utf8Path| {
        let node = project.file(path)?.documents.first()?.node.clone();
        node.as_map().is_some().then_some(node)
    };
    let Some((own, given)) = mapping(&chart.join("values.yaml")).zip(mapping(path)) else {
        return false;
    };
    let keys = given.as_map().into_iter().flatten().map(|it| &it.key);
    let (known, other): (Vec<_>, Vec<_>) = keys.partition(|it| own.get(it).is_some());
    !known.is_empty() && known.len() >= other.len() && !is_object(&given)
}

/// `values-production.yaml`, `values.staging.yml`.
fn environment_of(file: &str) -> Option<Environment> {
    let stem = file.strip_suffix(".yaml").or_else(|| file.strip_suffix(".yml"))?;
    let name = stem.strip_prefix("values")?.strip_prefix(['-', '.', '_'])?;
    let environment = environment::of_name(name);
    environment.or_else(|| (name == "integration").then_some(Environment::Development))
}
