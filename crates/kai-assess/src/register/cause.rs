//! One cause seen through several roots is one finding.
//!
//! Two hazards have one cause when the same rule points at the same line of the same component,
//! where a component is what its name is written as: overlays that prefix it do not make it
//! another one.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use kai_core::Origins;

use super::order::sorted;
use super::risk::Risk;

/// The risks of one cause, the one to show first.
#[derive(Debug)]
pub(crate) struct Cause<'a> {
    pub(crate) risk: Risk<'a>,
    /// The same cause in other roots, in the order of a review.
    pub(crate) same: Vec<Risk<'a>>,
    /// From the rule, the component and the file; without line, rank and root.
    pub(crate) identity: Identity,
}

/// What makes two hazards one cause.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Identity {
    pub(crate) rule: &'static str,
    pub(crate) kind: String,
    /// The name as it was first written.
    pub(crate) name: String,
    /// The file of the line to edit.
    pub(crate) path: Utf8PathBuf,
    line: u32,
    column: u32,
    /// Counts what one rule says of one component at one place.
    pub(crate) ordinal: usize,
}

/// Merges risks by cause. The result is in the order of a review.
pub(crate) fn merge<'a>(mut risks: Vec<Risk<'a>>, origins: &Origins) -> Vec<Cause<'a>> {
    let mut said = BTreeMap::new();
    // What a rule says about one component in its own order tells apart what stands in one place.
    let identities: Vec<_> = risks
        .iter()
        .map(|risk| {
            let mut identity = Identity::of(risk, origins);
            let count: &mut usize = said.entry((risk.component.id, identity.clone())).or_default();
            identity.ordinal = *count;
            *count += 1;
            identity
        })
        .collect();
    let mut by_cause: BTreeMap<Identity, Vec<Risk<'a>>> = BTreeMap::new();
    for (identity, risk) in identities.into_iter().zip(risks.drain(..)) {
        by_cause.entry(identity).or_default().push(risk);
    }
    let causes: Vec<Cause<'a>> = by_cause
        .into_iter()
        .filter_map(|(identity, risks)| {
            let mut risks = sorted(risks, |it| it).into_iter();
            let risk = risks.next()?;
            Some(Cause { risk, same: risks.collect(), identity })
        })
        .collect();
    // Causes are in the order of their identities, so that no tie is left to chance.
    sorted(causes, |it| &it.risk)
}

impl Identity {
    fn of(risk: &Risk<'_>, origins: &Origins) -> Self {
        let place = risk.place.as_ref();
        Self {
            rule: risk.hazard.rule,
            kind: risk.component.native_kind.to_string(),
            name: written_name(risk, origins),
            path: place.map(|it| it.path.clone()).unwrap_or_default(),
            line: place.map_or(0, |it| it.line),
            column: place.map_or(0, |it| it.column),
            ordinal: 0,
        }
    }
}

/// The text that names the component, before any prefix or suffix.
fn written_name(risk: &Risk<'_>, origins: &Origins) -> String {
    let first = origins.span(origins.first_written(risk.component.origin));
    let text = first.and_then(|span| {
        let text = &origins.document(span.document).text;
        text.get(span.start as usize..span.end as usize)
    });
    let is_name = |it: &&str| !it.is_empty() && it.len() < 300 && !it.contains('\n');
    text.filter(is_name).map_or_else(|| risk.component.name.to_string(), ToString::to_string)
}
