//! Units of Terragrunt as roots: each folder of a unit is one, in the environment that its path says.

use std::collections::BTreeSet;

use camino::Utf8PathBuf;
use kai_core::environment::{assumed, of_path};
use kai_core::{Gap, GapKind, Root, RootId, RootKind};

use super::find::{Composition, Moves, gaps, instances, problems, warnings};
use crate::config::Library;
use crate::plan::Backend;
use crate::terragrunt::{Source, Unit, units};
use crate::value::Value;

/// What the units of a tree plan.
#[derive(Debug, Default)]
pub struct PlannedUnits {
    pub compositions: Vec<Composition>,
    /// The folders of modules that units apply, which are no roots of their own.
    pub sources: BTreeSet<Utf8PathBuf>,
}

/// Composes and plans every unit of the tree.
#[must_use]
pub fn planned_units(library: &Library<'_>) -> PlannedUnits {
    let units = units(library).units;
    let sources = units.iter().filter_map(|it| it.source.folder().cloned()).collect();
    PlannedUnits { compositions: units.into_iter().map(composition).collect(), sources }
}

fn composition(mut unit: Unit) -> Composition {
    let mut planned = unit.plan.take().unwrap_or_default();
    let mut found = gaps(&planned);
    found.extend(unit_gaps(&unit));
    let mut problems = problems(&planned.problems);
    problems.extend(super::find::problems(&unit.problems));
    problems.extend(warnings(&planned));
    planned.backend = state(&unit).or(planned.backend);
    let moves = Moves::of(&mut planned);
    let instances = instances(&mut planned);
    Composition { root: root(&unit, found), instances, problems, moves }
}

/// Where the unit keeps its state.
fn state(unit: &Unit) -> Option<Backend> {
    let written = unit.backend.as_ref()?;
    let kind = written.kind.as_str()?.into();
    let values = Value::object(written.config.clone());
    Some(Backend { kind, values, origin: written.kind.origin })
}

fn unit_gaps(unit: &Unit) -> impl Iterator<Item = Gap> {
    // Units of one environment miss one file; from which folder on does not matter.
    let reason = |it: &str| it.split(" in a folder above").next().unwrap_or_default().to_owned();
    let unread = unit.gaps.iter();
    let unread =
        unread.map(move |it| (GapKind::AbsentFile, format!("{}: {}", it.0, reason(&it.1))));
    let module = match &unit.source {
        Source::Elsewhere(place) => Some((GapKind::Module, place.clone())),
        _ => None,
    };
    unread.chain(module).map(|(kind, what)| Gap { kind, what, at: None })
}

fn root(unit: &Unit, gaps: Vec<Gap>) -> Root {
    let evidence = of_path(&unit.folder).unwrap_or_else(assumed);
    let reason = match &unit.source {
        Source::Nearby(folder, version) => {
            format!("Terragrunt applies `{folder}` in it, as it is in `{version}`")
        }
        Source::Local(folder) => format!("Terragrunt applies `{folder}` in it"),
        _ => "it is a unit of Terragrunt".to_owned(),
    };
    Root {
        id: RootId(0),
        path: unit.folder.clone(),
        release: None,
        kind: RootKind::Terraform,
        reason,
        environment: evidence.environment,
        environment_evidence: evidence.text,
        healer: None,
        files: Vec::new(),
        gaps,
    }
}
