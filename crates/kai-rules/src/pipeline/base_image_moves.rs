//! Images that are built on whatever a tag names today.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, SmolStr, Term};
use kai_graph::Facts;

use super::places::{Place, Places, beside, files};
use crate::system::is_mutable;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "base-image-moves",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("base_image_moves.md"),
    check: Check::System(check),
};

/// One finding for each image, however many take it.
fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut places = Places::default();
    for component in ctx.system.components() {
        let Facts::ImageBuild(build) = &component.facts else { continue };
        for (image, at) in build.takes.iter().filter(|it| is_mutable(&it.0)) {
            places.add(&image.reference, component, *at, ctx);
        }
    }
    out.hazards.extend(places.each().map(|(reference, places)| hazard(reference, places)));
}

fn hazard(reference: &SmolStr, places: &[Place<'_>]) -> Hazard {
    let (component, at) = (places[0].component, places[0].at);
    let files = files(places);
    let verb = if files.len() == 1 { "takes" } else { "take" };
    let message = format!(
        "{} {verb} `{reference}`, which is whatever its owner pushed last: the same commit built again is another \
         image, and a build for the way back may be one that was never run",
        words::list(&files),
    );
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Rollout,
            Term::Frequency,
            "built on an image that moves",
            message,
        )
        .at(at)
        .loses(LossClass::Toil)
        .shows_as("Two builds of one commit have different layers")
        .recover("Deploy the image that was built before, by its digest; do not build it again")
        .remedy("Name a version with its digest, and let a bot propose the next one")
        .verify(format!("grep -nE 'FROM|--from' {} # each with a version", files.join(" ")));
    beside(hazard, places, "takes")
}
