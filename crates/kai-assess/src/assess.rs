//! The one call: files → assessment.

use kai_core::{Finding, Hazard, Part, Root, Tree, Unwatched, Watch};
use kai_rules::RULES;
use kai_slo::{Ratio, SloBudget};

use crate::priors::Key;
use crate::read::{Reviewed, read, safely};
use crate::register;
use crate::words;
use crate::{Assessment, Assumption, SolidPoint};

/// What the user decides about a review.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Availability that a journey should have where nobody declares one.
    pub slo_target: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self { slo_target: Key::SloTarget.interval().typical }
    }
}

/// Reads the files as one system and ranks what is at risk in it.
#[must_use]
pub fn assess(tree: &dyn Tree, options: &Options) -> Assessment {
    assess_reviewed(&read(tree, &Unwatched), options, &Unwatched)
}

/// Ranks what is at risk in what was read.
#[must_use]
pub fn assess_reviewed(reviewed: &Reviewed, options: &Options, watch: &dyn Watch) -> Assessment {
    let Reviewed { origins, system, .. } = reviewed;
    let (checked, (solid, failed)) = rayon::join(
        || kai_rules::check(system, origins, &RULES, watch),
        || watch.watched(Part::Solid, || solid(reviewed)),
    );
    let mut failures = reviewed.failures.clone();
    failures.extend(checked.failures.iter().map(|it| format!("{}: {}", it.rule, it.message)));
    failures.extend(failed);

    let budget = SloBudget::new(Ratio::clamped(options.slo_target));
    let ranked = watch.watched(Part::Rank, || {
        safely("ranking", &mut failures, || rank(&checked.hazards, reviewed, budget))
    });
    let (findings, assumptions) = ranked.unwrap_or_default();
    Assessment {
        verdict: words::verdict(&findings, system),
        reading: reviewed.reading.clone(),
        solid,
        unknown: words::unknown_items(reviewed, &checked.doubts),
        assumptions,
        problems: reviewed.problems.clone(),
        failures,
        roots: roots(reviewed),
        findings,
        suppressed: Vec::new(),
    }
}

fn rank(
    hazards: &[Hazard],
    reviewed: &Reviewed,
    budget: SloBudget,
) -> (Vec<Finding>, Vec<Assumption>) {
    let Reviewed { origins, system, .. } = reviewed;
    let risks = register::register(hazards, system, origins, budget);
    let groups = register::group(register::merge(risks, origins));
    let findings = words::findings(&groups, system, origins, &reviewed.places, budget);
    (findings, words::ledger(&groups))
}

/// Solid points, or what went wrong while they were looked for.
fn solid(reviewed: &Reviewed) -> (Vec<SolidPoint>, Vec<String>) {
    let Reviewed { origins, system, .. } = reviewed;
    let mut failures = Vec::new();
    let solid = safely("solid points", &mut failures, || kai_rules::solid(system, origins));
    (words::solid_points(&solid.unwrap_or_default(), system, origins), failures)
}

/// By environment and path.
fn roots(reviewed: &Reviewed) -> Vec<Root> {
    let mut roots = reviewed.system.roots().to_vec();
    roots.sort_by(|one, other| {
        (one.environment, &one.path, one.kind).cmp(&(other.environment, &other.path, other.kind))
    });
    roots
}
