//! Steps of image builds that end well when what they download and run is not there.

use kai_core::{Edit, FailureMode, Fix, Hazard, Level, LossClass, Pillar, SmolStr, Span, Term};
use kai_graph::{Component, Facts, Image};

use super::places::{Place, Places, beside, files};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "failed-download-unheard",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("failed_download_unheard.md"),
    check: Check::System(check),
};

/// One finding for each address, however many files ask it.
fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut places = Places::default();
    for component in ctx.system.components() {
        let Facts::ImageBuild(build) = &component.facts else { continue };
        for address in &build.forgotten_downloads {
            places.add(&address.value, component, address.origin, ctx);
        }
    }
    out.hazards.extend(places.each().map(|(address, places)| {
        let edits: Option<Vec<Edit>> = places.iter().map(|it| strict(it, ctx)).collect();
        let fix = edits.map(|it| Fix::unsafely("Let the pipe fail with the download", it));
        hazard(address, places).fix(fix)
    }));
}

fn hazard(address: &SmolStr, places: &[Place<'_>]) -> Hazard {
    let (component, at) = (places[0].component, places[0].at);
    let files = files(places);
    let verb = if files.len() == 1 { "pipes" } else { "pipe" };
    let message = format!(
        "{} {verb} `{address}` into a shell, and the step has the result of the shell alone: where the download fails or \
         breaks off, the build goes on, and the image lacks all or half of what it should install",
        words::list(&files),
    );
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Rollout,
            Term::TimeToDetect,
            "a download that fails unheard",
            message,
        )
        .at(at)
        .loses(LossClass::Toil)
        .shows_as("An image that was built without an error, and programs that are missing when it starts")
        .recover("Build again without the cache of that step, or deploy the image before by its digest")
        .remedy(format!(
            "Say `SHELL {}` before it; better fetch one version to a file, compare its checksum, and run that",
            strict_shell(component),
        ))
        .verify(format!("grep -n 'pipefail' {} # before the pipe", files.join(" ")));
    beside(hazard, places, "pipes")
}

/// The shell of the remedy, in a line before the step; none where the file builds with images of both kinds.
fn strict(place: &Place<'_>, ctx: Context<'_>) -> Option<Edit> {
    let Facts::ImageBuild(build) = &place.component.facts else { return None };
    let is_mixed = build.takes.iter().any(|it| is_of_busybox(&it.0))
        && !build.takes.iter().all(|it| is_of_busybox(&it.0));
    let span = ctx.origins.outermost(ctx.origins.span(place.at)?);
    let text = &ctx.origins.document(span.document).text;
    let start = instruction(text, span.start as usize)?;
    let at = u32::try_from(start).ok()?;
    let is_windows =
        text[start..].find('\n').is_some_and(|it| text[start..start + it].ends_with('\r'));
    let line_break = if is_windows { "\r\n" } else { "\n" };
    let line = format!("SHELL {}{line_break}", strict_shell(place.component));
    (!is_mixed).then(|| Edit::insert(Span { start: at, end: at, ..span }, line))
}

/// Where the `RUN` around a place begins, through lines that go on and remarks between them.
fn instruction(text: &str, at: usize) -> Option<usize> {
    let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |it| it + 1);
    let mut start = line_start(at);
    let mut above = start;
    while above > 0 {
        let line = &text[line_start(above - 1)..above - 1];
        above = line_start(above - 1);
        match line.trim_start().starts_with('#') {
            true => {}
            false if line.trim_end().ends_with('\\') => start = above,
            false => break,
        }
    }
    text[start..].trim_start().get(..4).filter(|it| it.eq_ignore_ascii_case("run ")).map(|_| start)
}

/// The shell that the images have with which the file builds: those of BusyBox have no bash.
fn strict_shell(component: &Component) -> &'static str {
    let Facts::ImageBuild(build) = &component.facts else { return BASH };
    match build.takes.iter().any(|it| is_of_busybox(&it.0)) {
        true => "[\"/bin/ash\", \"-eo\", \"pipefail\", \"-c\"]",
        false => BASH,
    }
}

const BASH: &str = "[\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]";

fn is_of_busybox(image: &Image) -> bool {
    let name = image.repository.rsplit('/').next();
    let is_tag =
        image.tag.as_deref().is_some_and(|it| it.contains("alpine") || it.contains("busybox"));
    is_tag || name.is_some_and(|it| matches!(it, "alpine" | "busybox"))
}
