//! Images in which a scanner found something, by who reaches what runs them.

use std::collections::BTreeMap;

use kai_core::{
    Environment, FailureMode, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term,
};
use kai_graph::{
    Component, DependencyKind, Facts, Image, ImageName, ScanReport, ScannedImage, Severity,
    Vulnerability,
};

use crate::{Check, Context, Doubt, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "vulnerable-image",
    pillar: Pillar::Security,
    // Where no way in is known, nobody is known to come to what runs it.
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("vulnerable_image.md"),
    check: Check::System(check),
};

/// What runs one image, and what is said of it.
#[derive(Default)]
struct Found<'a> {
    uses: Vec<Use<'a>>,
    reports: Vec<(&'a Component, &'a ScanReport)>,
}

#[derive(Clone)]
struct Use<'a> {
    component: &'a Component,
    image: &'a Image,
    at: OriginId,
    /// The first way in from outside.
    door: Option<String>,
    journeys: Vec<&'a str>,
}

/// One finding for each image in each environment: it is built once.
fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut images: BTreeMap<(Environment, &SmolStr), Found<'_>> = BTreeMap::new();
    for component in ctx.system.components() {
        let Facts::ScanReport(report) = &component.facts else { continue };
        if report.vulnerabilities.is_none() {
            out.doubt(doubt(component, PACKAGES, "the report lists packages alone".to_owned()));
            continue;
        }
        let uses = uses(report, ctx);
        if uses.is_empty() {
            out.doubt(doubt(component, RUNS, why_nothing_runs_it(report, ctx)));
        }
        for it in uses {
            let environment = ctx.system.environment(it.component);
            let found = images.entry((environment, &it.image.reference)).or_default();
            if !found.reports.iter().any(|it| it.0.id == component.id) {
                found.reports.push((component, report));
            }
            if !found.uses.iter().any(|use_| use_.component.id == it.component.id) {
                found.uses.push(it);
            }
        }
    }
    out.hazards.extend(images.into_values().filter_map(hazard));
}

const PACKAGES: &str = "what is wrong with the packages of an image";
const RUNS: &str = "what runs the image of a scanner's report";

fn doubt(report: &Component, question: &'static str, reason: String) -> Doubt {
    Doubt { rule: RULE.id, component: report.id, question, reason, at: report.origin }
}

fn why_nothing_runs_it(report: &ScanReport, ctx: Context<'_>) -> String {
    let Some(subject) = &report.subject else {
        return "the report names no image".to_owned();
    };
    if subject.references.is_empty() && subject.file.is_none() {
        return "the report does not tell the name of its image from the tag".to_owned();
    }
    let is_other = images(ctx).any(|(_, image, _)| subject.is_version_of(image));
    let is_open = || open_names(ctx).any(|it| subject.is_named(it));
    match () {
        () if is_other => "what runs here is another tag or digest of it".to_owned(),
        () if is_open() => "the tag of what runs here is filled in later".to_owned(),
        () => "nothing here runs an image of that name and tag or digest".to_owned(),
    }
}

/// Every image that a workload or a program of a cloud runs.
fn images(ctx: Context<'_>) -> impl Iterator<Item = (&Component, &Image, OriginId)> {
    ctx.system.components().iter().flat_map(|component| {
        let images: Vec<(&Image, OriginId)> = match &component.facts {
            Facts::Workload(workload) => {
                let images = workload.pod.all_containers().filter_map(|it| it.image.traced());
                images.map(|it| (&it.value, it.origin)).collect()
            }
            Facts::CloudProgram(program) => {
                let images = program.images.iter();
                images.filter_map(|it| Some((it.written.as_ref()?, it.origin))).collect()
            }
            _ => Vec::new(),
        };
        images.into_iter().map(move |(image, at)| (component, image, at))
    })
}

/// The names of images of which something is filled in later.
fn open_names(ctx: Context<'_>) -> impl Iterator<Item = &ImageName> {
    let programs = ctx.system.components().iter().filter_map(|it| match &it.facts {
        Facts::CloudProgram(program) => Some(program),
        _ => None,
    });
    let images = programs.flat_map(|it| &it.images);
    images.filter(|it| it.written.is_none()).map(|it| &it.name)
}

fn uses<'a>(report: &ScanReport, ctx: Context<'a>) -> Vec<Use<'a>> {
    let Some(subject) = &report.subject else { return Vec::new() };
    let runs = images(ctx).filter(|(component, image, _)| {
        subject.is(image) || is_built_as(subject, component, image, ctx)
    });
    let uses = runs.map(|(component, image, at)| Use {
        component,
        image,
        at,
        door: door(component, ctx),
        journeys: ctx.journeys_that_need(component.id),
    });
    uses.collect()
}

/// The first way in from outside.
fn door(component: &Component, ctx: Context<'_>) -> Option<String> {
    let first = match component.workload() {
        Some(workload) => ctx.doors(workload).into_iter().next(),
        None => ctx.routes(component.id).next(),
    };
    first.map(|it| it.name())
}

/// True where what is run is named when it is deployed, and the report is about the image that is built for
/// it: under its name, or by its file.
fn is_built_as(
    subject: &ScannedImage,
    component: &Component,
    image: &Image,
    ctx: Context<'_>,
) -> bool {
    let makers = ctx.targets(component.id, DependencyKind::BuiltBy);
    let mut makers = makers.filter(|it| match (&it.facts, &subject.file) {
        (Facts::ImageBuild(_), Some(file)) => it.name == *file,
        (Facts::Pipeline(pipeline), None) => pipeline
            .builds
            .iter()
            .any(|build| build.name.last() == image.name() && subject.is_named(&build.name)),
        _ => false,
    });
    let is_open = image.tag.is_none() && image.digest.is_none();
    (is_open || subject.file.is_some()) && makers.next().is_some()
}

fn hazard(mut found: Found<'_>) -> Option<Hazard> {
    let vulnerabilities = worst_first(&found.reports);
    let worst = vulnerabilities.first()?.severity;
    found.uses.sort_by_key(|it| {
        let reached = (it.door.is_none(), std::cmp::Reverse(it.journeys.len()));
        (reached, it.component.id)
    });
    let (first, others) = found.uses.split_first()?;
    let grave = vulnerabilities.iter().filter(|it| it.severity <= Severity::High);
    let grave: Vec<Vulnerability> = grave.cloned().collect();
    let is_mendable = |it: &Vulnerability| it.fixed.is_some();
    let is_open = first.door.is_some()
        && grave.iter().any(|it| it.severity == Severity::Critical && is_mendable(it));
    let loss = match worst {
        _ if is_open => LossClass::Compromise,
        Severity::Critical | Severity::High => LossClass::Degraded,
        _ => LossClass::Toil,
    };
    let shown = if grave.is_empty() { &vulnerabilities } else { &grave };
    let hazard = RULE
        .worsens(
            first.component.id,
            FailureMode::Compromise,
            Term::Frequency,
            counted(&vulnerabilities),
            message(first, others, &found.reports, &vulnerabilities, shown),
        )
        .at(first.at)
        .loses(loss)
        .shows_as(format!(
            "Nothing that fails: calls that nobody of yours makes, in the logs of {}",
            if first.component.workload().is_some() { "its pods" } else { "the program" }
        ))
        .recover("Roll out the image without them; where somebody was in, rotate every secret that it could read")
        .remedy(remedy(shown, first.image))
        .verify(verify(&found.reports, first.image, shown));
    let beside = others.iter().take(OTHERS_MAX).fold(hazard, |hazard, it| {
        hazard.related(it.at, format!("`{}` runs it as well", it.component.label()))
    });
    Some(found.reports.iter().fold(beside, |hazard, (component, report)| {
        hazard.related(component.origin, format!("what {} says", report.scanner))
    }))
}

const OTHERS_MAX: usize = 5;

/// Each once, whoever reports it: the gravest first, of those what can be mended. Scanners differ in how grave
/// they call one, and not all of them know the version that is without it.
fn worst_first(reports: &[(&Component, &ScanReport)]) -> Vec<Vulnerability> {
    let mut all: BTreeMap<(&SmolStr, &SmolStr), Vulnerability> = BTreeMap::new();
    for it in reports.iter().filter_map(|it| it.1.vulnerabilities.as_ref()).flatten() {
        let known = all.entry((&it.id, &it.package)).or_insert_with(|| it.clone());
        known.severity = known.severity.min(it.severity);
        known.fixed = known.fixed.take().or_else(|| it.fixed.clone());
    }
    let mut all: Vec<Vulnerability> = all.into_values().collect();
    all.sort_by_key(|it| (it.severity, it.fixed.is_none()));
    all
}

/// `2 critical and 5 high vulnerabilities`
fn counted(all: &[Vulnerability]) -> String {
    let of = |severity| all.iter().filter(|it| it.severity == severity).count();
    let grave = [Severity::Critical, Severity::High];
    let counts: Vec<String> = grave
        .into_iter()
        .filter(|it| of(*it) > 0)
        .map(|it| format!("{} {}", of(it), it.as_str()))
        .collect();
    let noun = if all.len() == 1 { "vulnerability" } else { "vulnerabilities" };
    match counts.len() {
        0 => format!("{} lesser {noun}", all.len()),
        _ => {
            let noun =
                if of(grave[0]) + of(grave[1]) == 1 { "vulnerability" } else { "vulnerabilities" };
            format!("{} {noun}", counts.join(" and "))
        }
    }
}

fn message(
    first: &Use<'_>,
    others: &[Use<'_>],
    reports: &[(&Component, &ScanReport)],
    all: &[Vulnerability],
    shown: &[Vulnerability],
) -> String {
    let mut scanners: Vec<&str> = reports.iter().map(|it| it.1.scanner.as_str()).collect();
    scanners.sort_unstable();
    scanners.dedup();
    let is_of_cloud = others.iter().any(|it| it.component.workload().is_none());
    let other = if is_of_cloud { "other program" } else { "other workload" };
    let also = match others.len() {
        0 => String::new(),
        many => format!(" and {} run", words::count(many, other)),
    };
    let verb = if others.is_empty() { " runs" } else { "" };
    let reached = match (&first.door, first.journeys.as_slice()) {
        (Some(door), _) => format!("{door} leads to it"),
        (None, []) => "no way in that I know leads to it".to_owned(),
        (None, [name, ..]) => {
            format!("`{name}` needs it, and nothing outside leads to it directly")
        }
    };
    format!(
        "`{}`{also}{verb} `{}`, in which {} found {}, and {reached}: {}",
        first.component.label(),
        first.image.reference,
        scanners.join(" and "),
        counted(all),
        named(shown),
    )
}

const NAMED: usize = 3;

/// `CVE-1` in `openssl` 3.0.1 (3.0.13 is without it)
fn named(shown: &[Vulnerability]) -> String {
    let one = |it: &Vulnerability| {
        let fixed = match &it.fixed {
            Some(fixed) => format!(" (fixed in {fixed})"),
            None => " (no fixed version is told)".to_owned(),
        };
        let package = match it.package.as_str() {
            "" => String::new(),
            package => format!(" in {package} {}", it.installed).trim_end().to_owned(),
        };
        let package = if package.is_empty() { package } else { format!(" {}", package.trim()) };
        format!("{}{package}{fixed}", it.id)
    };
    let names: Vec<String> = shown.iter().take(NAMED).map(one).collect();
    let more = shown.len().saturating_sub(NAMED);
    let more = if more == 0 { String::new() } else { format!(", and {more} more") };
    format!("{}{more}", names.join(", "))
}

fn remedy(shown: &[Vulnerability], image: &Image) -> String {
    let mut steps: Vec<String> = Vec::new();
    for it in shown.iter().filter(|it| !it.package.is_empty()) {
        let Some(fixed) = &it.fixed else { continue };
        let step = format!("{} {fixed}", it.package);
        if steps.len() < NAMED && !steps.contains(&step) {
            steps.push(step);
        }
    }
    match steps.is_empty() {
        true => format!(
            "Take a version of `{}` without them; where there is none, leave out the package or accept it in \
             kai.yaml with the reason",
            image.repository
        ),
        false => {
            format!("Build or take a version of `{}` with {}", image.repository, steps.join(", "))
        }
    }
}

/// Asks the scanner that reports the first of them, with filters only where they show it in the old image.
fn verify(reports: &[(&Component, &ScanReport)], image: &Image, shown: &[Vulnerability]) -> String {
    let Some(first) = shown.first() else { return String::new() };
    let of = |report: &'_ ScanReport| {
        let mut all = report.vulnerabilities.iter().flatten();
        all.find(|it| it.id == first.id && it.package == first.package).cloned()
    };
    let told = reports.iter().find_map(|it| Some((it.1.scanner.as_str(), of(it.1)?)));
    let (scanner, told) = told.unwrap_or(("", first.clone()));
    let is_shown = told.fixed.is_some() && told.severity <= Severity::High;
    let (reference, id) = (&image.reference, &first.id);
    let scan = match scanner {
        "Grype" if is_shown => format!("grype {reference} --only-fixed"),
        "Grype" => format!("grype {reference}"),
        "Snyk Container" => format!("snyk container test {reference}"),
        _ if is_shown => {
            format!("trivy image --ignore-unfixed --severity CRITICAL,HIGH {reference}")
        }
        _ => format!("trivy image {reference}"),
    };
    format!("{scan} # with the new tag: no {id}")
}
