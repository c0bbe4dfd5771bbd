//! An ApplicationSet that syncs its clusters one after the other.

use kai_core::Fix;
use kai_graph::{Of, Reconciliation};

use crate::Context;

/// What the label that steps tell clusters by is called.
const KEY: &str = "cluster";

/// Steps of which the first takes the named clusters alone; none where the template does not call the cluster by a name, or
/// the set says something of steps already. Argo CD must run with progressive syncs, and then syncs by the steps what
/// would else sync itself (Argo CD, "Progressive Syncs").
pub(super) fn fix(order: Of<'_, Reconciliation>, first: &[&str], ctx: Context<'_>) -> Option<Fix> {
    let text = order.facts.set.as_ref().filter(|_| !first.is_empty())?;
    let name = order.facts.delivered.as_ref()?.clusters.first()?.value()?;
    let is_label =
        |it: &&str| it.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_.".contains(&it));
    if !name.starts_with("{{") || !name.ends_with("}}") || !first.iter().all(is_label) {
        return None;
    }
    let step = |operator| {
        // A name may look like a number or a truth.
        let named = first.iter().map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(", ");
        format!(
            "    - matchExpressions: [{{ key: {KEY}, operator: {operator}, values: [{named}] }}]"
        )
    };
    let steps = [step("In"), step("NotIn")].join("\n");
    let strategy = format!("type: RollingSync\nrollingSync:\n  steps:\n{steps}\n");
    let label = match text.labels {
        Some(labels) => ctx.insert(labels, KEY, &format!("\"{name}\""))?,
        None => ctx.insert(text.metadata, "labels", &format!("{{ {KEY}: \"{name}\" }}"))?,
    };
    let edits = [ctx.insert(text.spec, "strategy", &strategy)?, label].concat();
    Some(Fix::unsafely(format!("Sync `{}` first, then the others", first.join("`, `")), edits))
}
