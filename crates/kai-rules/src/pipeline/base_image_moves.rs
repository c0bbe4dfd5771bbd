//! Images that are built on whatever a tag names today.

use std::collections::BTreeMap;

use kai_core::{
    Environment, FailureMode, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term,
};
use kai_graph::{Component, Facts};

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

type Place<'a> = (&'a Component, OriginId);

/// One finding for each image, however many take it.
fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut places: BTreeMap<(Environment, &SmolStr), Vec<Place<'_>>> = BTreeMap::new();
    for component in ctx.system.components() {
        let Facts::ImageBuild(build) = &component.facts else { continue };
        let environment = ctx.system.root(component.root).environment;
        for (image, at) in build.takes.iter().filter(|it| is_mutable(&it.0)) {
            places.entry((environment, &image.reference)).or_default().push((component, *at));
        }
    }
    for ((_, reference), places) in places {
        out.push(hazard(reference, &places));
    }
}

fn hazard(reference: &SmolStr, places: &[Place<'_>]) -> Hazard {
    const SHOWN: usize = 6;
    let (component, at) = places[0];
    let names: Vec<&str> = places.iter().map(|it| it.0.name.as_str()).collect();
    let verb = if names.len() == 1 { "takes" } else { "take" };
    let message = format!(
        "{} {verb} `{reference}`, which is whatever its owner pushed last: the same commit built again is another \
         image, and a build for the way back may be one that was never run",
        words::list(&names),
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
        .verify(format!("grep -nE 'FROM|--from' {} # each with a version", component.name));
    places[1..].iter().take(SHOWN - 1).fold(hazard, |hazard, (component, at)| {
        hazard.related(*at, format!("`{}` takes it as well", component.name))
    })
}
