//! Keys and files of credentials that a Dockerfile copies into its image.

use kai_core::{
    Environment, FailureMode, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term,
};
use kai_graph::{DependencyKind, Facts, ImageBuild, Of};

use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "key-copied-into-image",
    pillar: Pillar::Security,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("key_copied_into_image.md"),
    check: Check::System(check),
};

/// One finding for each file that builds: one image to build anew.
fn check(ctx: Context<'_>, out: &mut Observed) {
    for component in ctx.system.components() {
        if let Facts::ImageBuild(facts) = &component.facts
            && !facts.key_files.is_empty()
            && ctx.system.environment(component) != Environment::Example
        {
            out.push(hazard(Of { component, facts: &**facts }, ctx));
        }
    }
}

fn hazard(build: Of<'_, ImageBuild>, ctx: Context<'_>) -> Hazard {
    let keys: Vec<(&SmolStr, OriginId)> =
        build.facts.key_files.iter().map(|it| (&it.value, it.origin)).collect();
    let names: Vec<&str> = keys.iter().map(|it| it.0.as_str()).collect();
    let mut runs: Vec<String> =
        ctx.sources(build.component.id, DependencyKind::BuiltBy).map(|it| it.label()).collect();
    runs.dedup();
    let what = match runs.is_empty() {
        true => "the image".to_owned(),
        false => format!("the image, which {} runs,", words::list(&runs)),
    };
    let message = format!(
        "`{}` copies {} into a layer: whoever can pull {what} or read a cache of its build has what stands in {}, and a \
         step that deletes it later leaves the layer",
        build.component.name,
        words::list(&names),
        if names.len() == 1 { "it" } else { "them" },
    );
    let hazard = RULE
        .worsens(
            build.component.id,
            FailureMode::Compromise,
            Term::Loss,
            "keys in a layer of an image",
            message,
        )
        .at(keys[0].1)
        .loses(LossClass::Degraded)
        .shows_as("Nothing shows it by itself: a key that was copied is used like your own")
        .recover("Issue new keys and revoke those that were in an image, then delete its tags")
        .remedy(
            "Mount what the build needs (`RUN --mount=type=secret` or `--mount=type=ssh`), hand what the program needs to \
             the container when it starts, and name the files in `.dockerignore`",
        )
        .verify(format!("grep -nE 'COPY|ADD' {} # none of them", build.component.name));
    keys[1..]
        .iter()
        .fold(hazard, |hazard, (name, at)| hazard.related(*at, format!("`{name}` as well")))
}
