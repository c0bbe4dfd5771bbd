//! Versions that pass a stage before production and are tried there.

use kai_core::Environment;
use kai_core::environment::of_name;
use kai_graph::{Facts, Of, Promotion, Solid};

use super::evidence::{Evidence, credit};
use crate::{Context, words};

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let pipelines = ctx.system.components().iter().filter_map(|component| match &component.facts {
        Facts::Promotion(facts) => Some(Of { component, facts: &**facts }),
        _ => None,
    });
    credit(pipelines.filter_map(evidence).collect(), "pipeline", ctx)
}

/// Where the last of several stages is production and is verified.
fn evidence(pipeline: Of<'_, Promotion>) -> Option<Evidence<'_>> {
    let (last, before) = pipeline.facts.stages.split_last()?;
    let verified = last.is_verified.traced().filter(|it| it.value)?;
    let target = last.target.value().filter(|it| of_name(it) == Some(Environment::Production))?;
    let before: Vec<_> = before.iter().filter_map(|it| it.target.value()).collect();
    if before.is_empty() {
        return None;
    }
    let component = pipeline.component;
    // No pipeline can be called so, whatever the plan says.
    if pipeline.cloud_name.value().is_some_and(|it| it.contains('/')) {
        return None;
    }
    let name = pipeline.cloud_name.value().map_or("NAME", |it| it.as_str());
    Some(Evidence {
        component,
        at: verified.origin,
        title: format!(
            "`{}` brings a version through {} to `{target}` and tries it there",
            component.label(),
            words::list(&before),
        ),
        verify: format!(
            "gcloud deploy delivery-pipelines describe {name} # stages, and verify: true"
        ),
    })
}
