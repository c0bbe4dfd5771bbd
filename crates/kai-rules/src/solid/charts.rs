//! Charts of others, each in one version.

use std::collections::BTreeMap;

use kai_core::Environment;
use kai_graph::{Component, Facts, Solid, Upstream};

use super::evidence::{Evidence, credit};
use crate::delivery::floating;
use crate::{Context, words};

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let mut charts: BTreeMap<Environment, Vec<(&Component, &Upstream)>> = BTreeMap::new();
    for component in ctx.system.components() {
        let Facts::Reconciliation(order) = &component.facts else { continue };
        let sources = order.sources.iter().filter(|it| it.chart.is_some());
        charts
            .entry(ctx.system.environment(component))
            .or_default()
            .extend(sources.map(|it| (component, it)));
    }
    // The same order may be there through several roots.
    for charts in charts.values_mut() {
        let mut seen = Vec::new();
        charts.retain(|(component, it)| {
            let order = (&component.namespace, &component.name, &it.chart);
            let is_first = !seen.contains(&order);
            seen.push(order);
            is_first
        });
    }
    let evidence = charts.into_values().filter_map(|it| evidence(&it)).collect();
    credit(evidence, "environment", ctx)
}

fn evidence<'a>(charts: &[(&'a Component, &'a Upstream)]) -> Option<Evidence<'a>> {
    let (component, first) = *charts.first()?;
    let is_fixed = |it: &Upstream| it.revision.value().is_some() && floating(it).is_none();
    if !charts.iter().all(|(_, it)| is_fixed(it)) {
        return None;
    }
    let all = match charts.len() {
        1 => "The one chart of others that is installed is named".to_string(),
        many => format!("{} of others that are installed are named", words::every(many, "charts")),
    };
    Some(Evidence {
        component,
        at: first.revision.traced()?.origin,
        title: format!("{all} in one version, so that a change is a commit"),
        verify: "kubectl get ocirepositories,helmreleases,applications -A -o yaml | grep -iE 'tag:|version:|targetRevision:'"
            .to_string(),
    })
}
