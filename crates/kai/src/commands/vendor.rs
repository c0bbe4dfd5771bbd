//! `kai vendor`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use kai_assess::installed_charts;
use kai_compose::Project;
use kai_compose::helm::{ChartReference, references};
use kai_core::{LocationRole, Origins, SmolStr, Unwatched};
use kai_report::terminal::{Options, clean};

use super::options;
use crate::charts::{Cache, FetchError, Fetched, fetch};
use crate::command_line::{Input, Vendor, When};
use crate::error::{Error, reasons};
use crate::inputs::Inputs;
use crate::terminal;

pub(crate) fn run(command: &Vendor, color: When) -> Result<ExitCode, Error> {
    let asked = command.cache.clone().map(Cache::at);
    let cache = asked.or_else(Cache::of_user).ok_or(Error::NoCache)?;
    let paths = vec![command.folder.clone()];
    let inputs = Inputs::open(&Input { paths, config: None, listing: command.listing })?;
    let origins = Origins::new();
    let project = Project::load(&inputs.disk, &origins);
    let mut waiting = references(&project);
    let (installed, failures) = installed_charts(&inputs.disk, &project, &Unwatched);
    waiting.extend(installed);
    for failure in &failures {
        let failure = clean(failure);
        terminal::note(&format!("kai: I am wrong here, and charts may be left out: {failure}"));
    }
    if waiting.is_empty() {
        terminal::note("kai: every chart that is named is here");
        return Ok(ExitCode::SUCCESS);
    }
    let options = options(&inputs, color);
    let (mut seen, mut rows) = (BTreeSet::new(), Vec::new());
    while !waiting.is_empty() {
        let references = once(std::mem::take(&mut waiting), &mut seen);
        for reference in &references {
            match fetch(&cache, reference) {
                Ok(fetched) => {
                    say_change(reference, &fetched);
                    rows.push(row(reference, &fetched));
                    waiting.extend(fetched.needs);
                }
                Err(error) => say_failure(reference, &error, &origins, &options),
            }
        }
    }
    terminal::print(&table(&rows))?;
    let count = seen.len();
    terminal::note(&format!("kai: {} of {count} charts are in `{}`", rows.len(), cache.folder()));
    Ok(ExitCode::from(u8::from(rows.len() < count)))
}

/// A chart's name, its repository and its version.
type Asked = (SmolStr, SmolStr, SmolStr);

/// What several places name is fetched once, for the first of them; charts that need each other end
/// there.
fn once(references: Vec<ChartReference>, seen: &mut BTreeSet<Asked>) -> Vec<ChartReference> {
    let mut by_name = BTreeMap::new();
    for it in references {
        let key = (it.name.clone(), it.repository.clone(), it.version.clone());
        if seen.insert(key.clone()) {
            by_name.insert(key, it);
        }
    }
    by_name.into_values().collect()
}

fn row(reference: &ChartReference, fetched: &Fetched) -> [String; 4] {
    let Fetched { version, digest, .. } = fetched;
    let repository = reference.shown_repository();
    [reference.name.as_str(), version, digest.as_ref(), &repository].map(clean)
}

/// A version that has other bytes than before is worth a look.
fn say_change(reference: &ChartReference, fetched: &Fetched) {
    let Some((version, digest)) = &fetched.before else { return };
    let shown = clean(&reference.shown());
    let version = clean(version);
    terminal::note(&format!("kai: `{shown}` was version {version}, {digest}, before"));
}

fn say_failure(
    reference: &ChartReference,
    error: &FetchError,
    origins: &Origins,
    options: &Options,
) {
    let place = origins.location(reference.at, LocationRole::Primary);
    let place = place.map(|it| format!("{}: ", options.place(&it))).unwrap_or_default();
    terminal::note(&format!(
        "kai: {place}cannot fetch chart `{}` of {}: {}",
        clean(&reference.shown()),
        clean(&reference.shown_repository()),
        clean(&reasons(error)),
    ));
}

/// Columns as wide as their widest cell.
fn table(rows: &[[String; 4]]) -> String {
    let width = |column: usize| rows.iter().map(|it| it[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let line = |[name, version, digest, repository]: &[String; 4]| {
        let [a, b, c] = widths;
        format!("{name:a$}  {version:b$}  {digest:c$}  {repository}\n")
    };
    rows.iter().map(line).collect()
}
