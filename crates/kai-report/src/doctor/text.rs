//! The answer on one screen.

use std::collections::BTreeMap;

use kai_assess::{Assessment, Settings};
use kai_core::{LocationRole, Origins};
use kai_graph::{ComponentKind, System};

use crate::terminal::{Options, clean, count, cut};

const UNKNOWN: usize = 8;
const PROBLEMS: usize = 4;

/// What was read, what was not, and lines of `kai.yaml` that would teach something.
#[must_use]
pub fn text(
    assessment: &Assessment,
    system: &System,
    origins: &Origins,
    settings: &Settings,
    options: &Options,
) -> String {
    let mut lines = vec!["What I can see".to_owned()];
    lines.extend(seen(assessment, system));
    lines.push("What I cannot".to_owned());
    lines.extend(unseen(assessment, options));
    lines.push("What a line of kai.yaml would teach me".to_owned());
    let taught = lessons(assessment, system, origins, settings);
    if taught.is_empty() {
        lines.push("  nothing that I would ask for".to_owned());
    }
    for (why, line) in taught {
        lines.push(format!("  {why}"));
        lines.push(format!("      {line}"));
    }
    let lines = lines.into_iter().map(|it| {
        let indent = it.len() - it.trim_start().len();
        format!("{}{}", " ".repeat(indent), cut(&it, options.width.saturating_sub(indent)))
    });
    let is_first = settings.environments.all().next().is_none() && settings.journeys.is_empty();
    let end = if is_first { "A first kai.yaml from what I found: kai init\n" } else { "" };
    lines.collect::<Vec<_>>().join("\n") + "\n" + end
}

fn seen(assessment: &Assessment, system: &System) -> Vec<String> {
    let reading = &assessment.reading;
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for component in system.components().iter().filter(|it| it.kind != ComponentKind::Opaque) {
        *kinds.entry(component.native_kind.as_str()).or_default() += 1;
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|&(kind, number)| (std::cmp::Reverse(number), kind));
    let named = kinds.iter().take(5).map(|(kind, number)| format!("{number} {kind}"));
    let rest = kinds.len().saturating_sub(5);
    let more = if rest > 0 { format!(" and {} more", count(rest, "kind")) } else { String::new() };
    let mut lines = vec![
        format!(
            "  {} in {}, applied as {}: {}, {}",
            count(reading.document_count, "document"),
            count(reading.file_count, "file"),
            count(reading.root_count, "root"),
            count(reading.object_count, "object"),
            count(reading.journey_count, "journey")
        ),
        format!("  {}{more}", named.collect::<Vec<_>>().join(", ")),
    ];
    let allowed = assessment.suppressed.len();
    if allowed > 0 {
        let allowed = count(allowed, "allowed finding");
        lines.push(format!("  {allowed}: kai review --show-allowed"));
    }
    lines
}

fn unseen(assessment: &Assessment, options: &Options) -> Vec<String> {
    let unknown = &assessment.unknown;
    let mut lines: Vec<_> =
        unknown.iter().take(UNKNOWN).map(|it| format!("  {}", clean(&it.message))).collect();
    for problem in assessment.problems.iter().take(PROBLEMS) {
        let path = clean(options.shown(&problem.path).as_str());
        lines.push(format!("  {path}:{}: {}", problem.line.max(1), clean(&problem.message)));
    }
    let rest =
        unknown.len().saturating_sub(UNKNOWN) + assessment.problems.len().saturating_sub(PROBLEMS);
    if rest > 0 {
        lines.push(format!("  and {rest} more: kai review --all"));
    }
    if lines.is_empty() {
        lines.push("  nothing was left unread".to_owned());
    }
    lines
}

/// Why, and the line.
fn lessons(
    assessment: &Assessment,
    system: &System,
    origins: &Origins,
    settings: &Settings,
) -> Vec<(String, String)> {
    let mut lessons = Vec::new();
    let assumed: Vec<_> = system.roots().iter().filter(|it| it.is_environment_assumed()).collect();
    if let Some(first) = assumed.first() {
        let roots = count(assumed.len(), "root");
        let why = format!("production because nothing says otherwise: {roots}");
        let path = if first.path.as_str().is_empty() { "\"**\"" } else { first.path.as_str() };
        lessons.push((why, format!("environments: {{ development: {path} }}")));
    }
    if system.journeys().is_empty() {
        let entry = system.workloads().next().map(|it| it.component.label());
        let entry = entry.unwrap_or_else(|| "Deployment/frontend".to_owned());
        let why = "I know no way in, so I cannot say what users lose".to_owned();
        lessons.push((why, format!("journeys: [{{ name: NAME, entry: {entry} }}]")));
    } else if settings.slo.is_none() && settings.journeys.iter().all(|it| it.slo.is_none()) {
        let why = "what journeys must achieve is assumed".to_owned();
        lessons.push((why, "slo: { target: 99.9%, window: 30d }".to_owned()));
    }
    let mut stores = system.components().iter().filter(|it| it.kind == ComponentKind::Datastore);
    if let (true, Some(store)) = (settings.recovery.is_empty(), stores.next()) {
        let place = origins.location(store.origin, LocationRole::Primary);
        let place = place.map(|it| format!(" ({}:{})", it.path, it.line)).unwrap_or_default();
        let label = store.label();
        let why = format!("nobody says how much data may be lost, of `{label}`{place} for one");
        lessons.push((why, format!("recovery: [{{ components: {label}, rpo: 1h, rto: 4h }}]")));
    }
    if settings.kubernetes.is_none() {
        let why = "the version of the cluster is not known".to_owned();
        lessons.push((why, "kubernetes: { version: \"1.34\" }".to_owned()));
    }
    // The objective has a line of its own.
    let mut figures = assessment.assumptions.iter().filter(|it| it.key != "slo.target");
    if let Some(it) = figures.next() {
        let findings = count(it.finding_count, "finding");
        let why = format!("a published figure carries {findings}: {}", it.term);
        let value = it.interval.typical;
        let line =
            format!("priors: {{ {}: {{ value: {value}, source: where it is measured }} }}", it.key);
        lessons.push((why, line));
    }
    lessons
}
