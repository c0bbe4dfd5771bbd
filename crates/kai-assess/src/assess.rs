//! The one call: files → assessment.

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Date, Finding, Hazard, Origins, Part, Root, Suppressed, Tree, Unwatched, Watch};
use kai_rules::{Context, Played, RULES};
use kai_settings::{Invalid, Settings};

use crate::breakage;
use crate::declared::Accepted;
use crate::priors::{Figures, priors};
use crate::read::{Keep, Reviewed, read, safely};
use crate::register::{self, Numbers, Objectives};
use crate::words;
use crate::{Assessment, Assumption, LocatedProblem, SolidPoint};

/// What a review is told from outside of the text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Options {
    /// The day of the review; nothing is ever over where none is given.
    pub today: Option<Date>,
}

/// The name of the document in which users say what they know of their system.
pub const SETTINGS: &str = "kai.yaml";

/// Reads `kai.yaml`, and refuses names of rules and figures that there are not.
///
/// # Errors
/// What is wrong, at the value that is wrong.
pub fn settings(origins: &Origins, path: Utf8PathBuf, text: String) -> Result<Settings, Invalid> {
    let settings = kai_settings::read(origins, path, text)?;
    let rules: Vec<&str> = RULES.iter().map(|it| it.id).collect();
    let keys: Vec<&str> = priors().iter().map(|it| it.key).collect();
    settings.check(origins, &rules, &keys)?;
    Ok(settings)
}

/// Reads the files as one system and ranks what is at risk in it. A `kai.yaml` among them counts.
///
/// # Errors
/// What is wrong with `kai.yaml`.
pub fn assess(tree: &dyn Tree, options: &Options) -> Result<Assessment, Invalid> {
    let origins = Origins::new();
    let bytes = tree.bytes(Utf8Path::new(SETTINGS)).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let settings = settings(&origins, SETTINGS.into(), text)?;
    let reviewed = read(tree, None, origins, settings, &Unwatched, Keep::Nothing);
    Ok(assess_reviewed(&reviewed, options, &Unwatched))
}

/// Ranks what is at risk in what was read.
#[must_use]
pub fn assess_reviewed(reviewed: &Reviewed, options: &Options, watch: &dyn Watch) -> Assessment {
    let Reviewed { origins, system, settings, .. } = reviewed;
    let mut failures = reviewed.failures.clone();
    let play = || Played::on(system, || breakage::verdicts(reviewed, watch));
    let played = safely("playing failures", &mut failures, play).unwrap_or_default();
    let ctx = Context {
        today: options.today,
        played: &played,
        ..Context::new(system, origins, settings)
    };
    let (checked, (solid, failed)) = rayon::join(
        || kai_rules::check(ctx, &RULES, watch),
        || watch.watched(Part::Solid, || solid(reviewed)),
    );
    failures.extend(checked.failures.iter().map(|it| format!("{}: {}", it.rule, it.message)));
    failures.extend(failed);

    let ranked = watch.watched(Part::Rank, || {
        safely("ranking", &mut failures, || rank(&checked.hazards, reviewed, options.today))
    });
    let Ranked { findings, suppressed, assumptions, idle } = ranked.unwrap_or_default();
    let mut problems = reviewed.problems.clone();
    problems.extend(idle);
    problems.sort();
    Assessment {
        verdict: words::verdict(&findings, !suppressed.is_empty(), system),
        reading: reviewed.reading.clone(),
        solid,
        unknown: words::unknown_items(reviewed, &checked.doubts),
        assumptions,
        problems,
        failures,
        roots: roots(reviewed),
        findings,
        suppressed,
    }
}

#[derive(Default)]
struct Ranked {
    findings: Vec<Finding>,
    suppressed: Vec<Suppressed>,
    assumptions: Vec<Assumption>,
    /// What accepts findings and matches none.
    idle: Vec<LocatedProblem>,
}

fn rank(hazards: &[Hazard], reviewed: &Reviewed, today: Option<Date>) -> Ranked {
    let Reviewed { origins, system, settings, allowances, places, .. } = reviewed;
    let figures = Figures::of(settings, origins);
    let objectives = Objectives::of(system, settings, &figures, origins);
    let numbers = Numbers { figures, objectives };
    let risks = register::register(hazards, system, origins, &numbers);
    let mut accepted = Accepted::new(settings, allowances, origins, today);
    let (risks, closed) = accepted.split(risks);
    let groups = register::group(register::merge(risks, origins));
    let findings = words::findings(&groups, system, origins, places, &numbers);
    let suppressed = words::suppressed(closed, system, origins, places, &numbers);
    let assumptions = words::ledger(&groups, &numbers);
    Ranked { findings, suppressed, assumptions, idle: accepted.problems() }
}

/// Solid points, or what went wrong while they were looked for.
fn solid(reviewed: &Reviewed) -> (Vec<SolidPoint>, Vec<String>) {
    let Reviewed { origins, system, settings, .. } = reviewed;
    let mut failures = Vec::new();
    let solid =
        safely("solid points", &mut failures, || kai_rules::solid(system, origins, settings));
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
