//! A root from its plan to its objects.

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{
    Environment, Gap, GapKind, LocationRole, Node, Origins, Problem, Root, RootId, RootKind, Span,
};

use super::delegation;
use super::environment::{self, EnvironmentEvidence};
use super::generator;
use super::object;
use super::plan::{Part, Release, RootPlan, Source};
use super::substitute;
use crate::{Composition, Installation, Project, Refusal, compose_file, helm, kustomize, pipeline};

/// The objects that applying the root would make, and the root with what the objects say of it.
#[must_use]
pub fn compose(project: &Project<'_>, plan: &RootPlan, id: RootId) -> (Root, Composition) {
    let mut composition =
        objects_of(project, plan).unwrap_or_else(|it| refused(project, plan, &it));
    composition.gaps.extend(plan.gaps.iter().cloned());
    if let Some(installation) = &mut composition.installation {
        drop_read_elsewhere(project.origins(), plan, installation);
    }
    let delegated = composition.objects.iter().flat_map(|it| delegation::gaps(project, it));
    composition.gaps.extend(delegated);
    composition.sets = generator::sets(&composition.objects, project);
    if plan.kind == RootKind::Pipeline {
        composition.tested_by = pipeline::tests_beside(project, &plan.path);
    }
    if plan.kind == RootKind::Dump {
        composition.gaps.extend(super::dump::not_collected(&composition.objects));
    }
    for gap in &mut composition.gaps {
        gap.what = kustomize::without_password(&gap.what);
    }
    let own = match plan.kind {
        RootKind::ComposeProject => environment::of_compose(&composition.objects),
        _ => environment::of_objects(&composition.objects),
    };
    // The tests of an example are part of it.
    let is_example = |it: &EnvironmentEvidence| {
        plan.kind == RootKind::ComposeProject && it.environment >= Environment::Example
    };
    let evidence = own
        .clone()
        .filter(is_example)
        .or_else(|| plan.environment.clone())
        .or(own)
        .or_else(|| plan.environment_of_pointers.clone())
        .unwrap_or_else(environment::assumed);
    let root = Root {
        id,
        path: plan.path.clone(),
        release: plan.release.clone(),
        kind: plan.kind,
        reason: plan.reason.clone(),
        environment: evidence.environment,
        environment_evidence: evidence.text,
        healer: plan.healer.clone(),
        files: files_of(plan),
        gaps: composition.gaps.clone(),
    };
    (root, composition)
}

/// What another chart is given, too, it may read.
fn drop_read_elsewhere(origins: &Origins, plan: &RootPlan, installation: &mut Installation) {
    installation.unread.retain(|it| {
        let place = origins.location(it.origin, LocationRole::Primary);
        it.near.is_some() || place.is_none_or(|it| !plan.shared_values.contains(&it.path))
    });
}

/// The files of a Compose project.
fn files_of(plan: &RootPlan) -> Vec<Utf8PathBuf> {
    match &plan.source {
        Source::Compose(project) => project.files.clone(),
        _ => Vec::new(),
    }
}

/// The objects of a plan after what whoever applies it changes.
pub(super) fn objects_of(project: &Project<'_>, plan: &RootPlan) -> Result<Composition, Refusal> {
    let mut composition = match &plan.source {
        Source::Kustomization(folder) => match &plan.overrides.additions {
            Some(additions) => kustomize::build_with(project, folder, additions)?,
            None => kustomize::build(project, folder)?,
        },
        Source::Parts(parts) => match &plan.overrides.additions {
            Some(additions) => {
                kustomize::build_with(project, &plan.path, &with_parts(plan, parts, additions))?
            }
            None => parts_of(project, parts),
        },
        Source::Release(release) => match &plan.rendered {
            Some(rendered) => Composition::clone(rendered),
            None => installed(project, release),
        },
        Source::Compose(files) => compose_file::compose(project, files),
        Source::Pipeline(path) => pipeline::compose(project, path),
    };
    composition.objects.retain(|it| !stands_in(project.origins(), it, &plan.without));
    substitute::apply(project.origins(), &mut composition.objects, &plan.overrides);
    Ok(composition)
}

/// The kustomization that Flux writes for a folder without one: its parts, and what the object that
/// points at it adds.
fn with_parts(plan: &RootPlan, parts: &[Part], additions: &Node) -> Node {
    let origin = additions.origin;
    let resources = parts.iter().map(|part| {
        let (Part::Kustomization(path) | Part::File(path)) = part;
        let path = path.strip_prefix(&plan.path).unwrap_or(path);
        Node::string(path.as_str(), origin)
    });
    let resources = Node::seq(resources.collect(), origin);
    let mut map = additions.as_map().cloned().unwrap_or_default();
    map.set("resources", origin, resources);
    Node::map(map, origin)
}

/// True for an object that is written in one of the folders.
fn stands_in(origins: &Origins, object: &Node, folders: &[Utf8PathBuf]) -> bool {
    if folders.is_empty() {
        return false;
    }
    // The kind is what patches and transformers leave alone.
    let kind = object.get("kind").and_then(|it| origins.span(it.origin));
    let Some(span) = kind.map(|it| origins.outermost(it)) else { return false };
    let path = &origins.document(span.document).path;
    folders.iter().any(|it| path.starts_with(it))
}

fn parts_of(project: &Project<'_>, parts: &[Part]) -> Composition {
    let mut all = Composition::default();
    for part in parts {
        match part {
            Part::File(path) => {
                let file = project.file(path);
                all.objects.extend(file.iter().flat_map(|it| &it.objects).cloned());
                let documents = file.iter().flat_map(|it| &it.documents).map(|it| &it.node);
                all.objects.extend(documents.filter(|it| object::is_monitoring(it)).cloned());
            }
            Part::Kustomization(folder) => match kustomize::build(project, folder) {
                Ok(part) => {
                    all.objects.extend(part.objects);
                    all.gaps.extend(part.gaps);
                    all.problems.extend(part.problems);
                }
                Err(refusal) => {
                    all.gaps.push(broken(folder));
                    all.problems.push(problem(project, folder, &refusal));
                }
            },
        }
    }
    all
}

fn refused(project: &Project<'_>, plan: &RootPlan, refusal: &Refusal) -> Composition {
    Composition {
        objects: Vec::new(),
        gaps: vec![broken(&plan.path)],
        problems: vec![problem(project, &plan.path, refusal)],
        ..Composition::default()
    }
}

fn broken(path: &Utf8Path) -> Gap {
    Gap { kind: GapKind::Broken, what: kustomize::shown(path).to_owned(), at: None }
}

/// The objects of one installation of a chart. One whose values nobody says may need some.
pub(super) fn installed(project: &Project<'_>, release: &Release) -> Composition {
    let chart = &release.chart.path();
    let shown = &release.chart.shown(project);
    let rendered = match helm::template_of(project, &release.chart, &release.options) {
        Ok(rendered) => rendered,
        Err(refusal) => {
            let gap = Gap { kind: GapKind::Chart, what: shown.clone(), at: None };
            // Other values may do, but no values mend an archive.
            let is_meant = (release.is_assumed || !release.gaps.is_empty())
                && helm::archive_of(chart, &refusal.message).is_none()
                && !is_broken(&refusal.message);
            let at = refusal.at.and_then(|it| project.origins().span(it));
            let is_told = is_meant || is_told_of_file(project, chart, &refusal.message);
            let problem =
                (!is_told).then(|| not_rendered(project, release, &refusal.message, None, at));
            let problems = release.problems.iter().cloned().chain(problem).collect();
            let gaps = release.gaps.iter().cloned().chain([gap]).collect();
            return Composition { gaps, problems, ..Composition::default() };
        }
    };
    let problems = release.problems.clone();
    let gaps = release.gaps.clone();
    let mut composition = Composition { gaps, problems, ..Composition::default() };
    for name in &rendered.missing {
        let what = format!("{name} of `{shown}`");
        composition.gaps.push(Gap { kind: GapKind::Chart, what, at: None });
    }
    let mut bounded = None;
    for lost in &rendered.lost {
        let what = lost.template.to_string();
        let place = lost.at.or_else(|| helm::place_of(project, chart, &lost.message));
        let at = place.map(|it| project.origins().mark(it));
        composition.gaps.push(Gap { kind: GapKind::Template, what, at });
        if lost.is_bound {
            bounded.get_or_insert((lost, place));
            continue;
        }
        // Values that are missing may be given where nobody here can look.
        if is_broken(&lost.message) && !lost.is_meant
            || !(lost.is_meant || release.is_assumed || !release.gaps.is_empty())
        {
            let template = Some(&*lost.template);
            let problem = not_rendered(project, release, &lost.message, template, place);
            composition.problems.push(problem);
        }
    }
    // A bound holds for all templates of a chart: those behind the first one stop for the same reason.
    if let Some((lost, place)) = bounded {
        let template = Some(&*lost.template);
        let problem = not_rendered(project, release, &lost.message, template, place);
        let remedy = format!(
            "I stop here and Helm does not: review what `helm template {}` prints, or let it loop over less",
            kustomize::shown(chart)
        );
        composition.problems.push(Problem { remedy, ..problem });
    }
    for needed in &rendered.needed {
        let what = format!("{} ({shown})", shortened(&needed.message));
        let gap =
            Gap { kind: GapKind::Value, what, at: needed.at.map(|it| project.origins().mark(it)) };
        if !composition.gaps.iter().any(|it| it.kind == gap.kind && it.what == gap.what) {
            composition.gaps.push(gap);
        }
    }
    let mut installation = Installation {
        name: release.options.release.name.clone(),
        folder: chart.clone(),
        chart: shown.clone(),
        files: release.files().map(Utf8Path::to_owned).collect(),
        unread: rendered.unread,
        unread_defaults: rendered.unread_defaults,
        absent: rendered.absent,
        lost: release.overwritten.iter().flat_map(|it| it.lost(&rendered.values)).collect(),
    };
    // Other values may be given where nobody here can look: no template reads a key for that.
    if release.is_assumed {
        (installation.unread, installation.absent) = Default::default();
        installation.lost = Vec::new();
    }
    composition.installation = Some(installation);
    let objects = rendered.documents.iter().flat_map(|it| &it.objects);
    objects.for_each(|it| object::flatten(it, &mut composition.objects));
    composition
}

/// True where a file of a chart is to blame that could not be read at all, which is told of the file.
fn is_told_of_file(project: &Project<'_>, chart: &Utf8Path, words: &str) -> bool {
    let file = helm::unreadable(chart, words);
    file.is_some_and(|it| project.problems().iter().any(|own| own.path.as_ref() == Some(&it)))
}

/// True for words about a chart that no values mend.
fn is_broken(words: &str) -> bool {
    const STARTS: [&str; 6] = [
        "parse error at ",
        "cannot load ",
        "validation: ",
        "error unpacking subchart ",
        "failed to parse ",
        "YAML parse error on ",
    ];
    STARTS.iter().any(|it| words.starts_with(it))
}

/// What a chart says on one line, without what would fill the page.
fn shortened(words: &str) -> String {
    const LONGEST: usize = 100;
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", line[..at].trim_end()),
        None => line,
    }
}

/// What is lost of a release, which is one template or all of it, and why.
fn not_rendered(
    project: &Project<'_>,
    release: &Release,
    words: &str,
    template: Option<&str>,
    at: Option<Span>,
) -> Problem {
    let (chart, name) = (&release.chart.path(), &release.options.release.name);
    let why = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = release.chart.shown(project);
    let message = match template {
        Some(template) => format!(
            "`{template}` cannot be rendered for the release `{name}`, so nothing that it writes is \
             reviewed: {why}"
        ),
        None => format!(
            "the release `{name}` of `{shown}` cannot be rendered, so nothing of it is reviewed: {why}"
        ),
    };
    let tool = if release.chart.in_tree().is_some() { "kai render" } else { "helm template" };
    let folder = kustomize::shown(chart);
    let remedy = format!("see what `{tool} {folder}` says with the values of this release");
    if let Some(archive) = helm::archive_of(chart, words) {
        let remedy = format!("fetch it again with `helm dependency build {folder}`");
        return Problem::in_file(archive, message, remedy);
    }
    let asked = project.origins().span(release.at);
    let at_fault = helm::unreadable(chart, words).filter(|it| project.file(it).is_some());
    match (at.or_else(|| helm::place_of(project, chart, words)), at_fault) {
        (Some(span), _) => Problem::at(span, message, remedy),
        (None, Some(file)) => Problem::in_file(file, message, remedy),
        (None, None) => match asked {
            Some(span) => Problem::at(span, message, remedy),
            None => Problem::in_file(chart.join("Chart.yaml"), message, remedy),
        },
    }
}

fn problem(project: &Project<'_>, path: &Utf8Path, refusal: &Refusal) -> Problem {
    let shown = kustomize::shown(path);
    let message = format!("`{shown}` cannot be built: {}", refusal.message);
    let remedy = format!("see what `kustomize build {shown}` says");
    match refusal.at.and_then(|it| project.origins().span(it)) {
        Some(span) => Problem::at(span, message, remedy),
        None => Problem::in_file(path, message, remedy),
    }
}
