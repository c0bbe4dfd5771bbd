//! What build services have in common, and what not.

use kai_core::Environment;
use kai_graph::{Job, Of, Pipeline};

use crate::Context;

/// True where a job changes production: it says so, or its pipeline does and it says nothing.
pub(crate) fn acts_in_production(job: &Job, pipeline: Of<'_, Pipeline>, ctx: Context<'_>) -> bool {
    let around = ctx.system.root(pipeline.component.root).environment;
    around == Environment::Production && job.acts_in.is_none_or(|it| it == Environment::Production)
}
