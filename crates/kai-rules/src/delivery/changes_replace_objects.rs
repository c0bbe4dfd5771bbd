//! Changes that delete objects and make them again.

use kai_core::{Edit, FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Of, Reconciler, Reconciliation};

use crate::command::{kubectl, resource};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "changes-replace-objects",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("changes_replace_objects.md"),
    check: Check::Reconciliation(check),
};

fn check(order: Of<'_, Reconciliation>, ctx: Context<'_>, out: &mut Observed) {
    if let Some(forces) = order.forces.traced().filter(|it| it.value) {
        let edits = match order.facts.controller {
            Reconciler::Flux => ctx.set_flag(forces.origin, "force", false),
            Reconciler::ArgoCd => unforced(forces.origin, ctx),
        };
        let fix =
            edits.map(|it| Fix::unsafely("Change objects, and fail where that is refused", it));
        out.push(hazard(order, forces.origin).fix(fix));
    }
}

/// `Replace=true` as `Replace=false`.
fn unforced(option: OriginId, ctx: Context<'_>) -> Option<Vec<Edit>> {
    let span = ctx.origins.editable(option)?;
    let text =
        ctx.origins.document(span.document).text.get(span.start as usize..span.end as usize)?;
    let changed = text.replace("=true", "=false");
    (changed != text).then(|| vec![Edit::replace(span, changed)])
}

fn hazard(order: Of<'_, Reconciliation>, at: OriginId) -> Hazard {
    let component = order.component;
    let label = component.label();
    let (how, instead) = match (order.facts.controller, component.native_kind.as_str()) {
        (Reconciler::ArgoCd, _) => (
            "replaces objects instead of changing them",
            "annotate the one object that needs it with `argocd.argoproj.io/sync-options`",
        ),
        (Reconciler::Flux, "HelmRelease") => (
            "replaces objects at every upgrade instead of changing them",
            "take `upgrade.force` out",
        ),
        (Reconciler::Flux, _) => (
            "deletes and makes again whatever it may not change",
            "annotate the one object that needs it with `kustomize.toolkit.fluxcd.io/force`",
        ),
    };
    let message = format!(
        "`{label}` {how}: a change of a selector, a volume or a template of claims stops all its pods at \
         once, past every budget and rollout"
    );
    RULE.worsens(
        component.id,
        FailureMode::Rollout,
        Term::Impact,
        "changes replace objects",
        message,
    )
    .at(at)
    .loses(LossClass::Degraded)
    .shows_as(format!("Objects of `{label}` are younger than their last change"))
    .recover(
        "What was deleted is made again at once; claims that went with it are not filled again",
    )
    .remedy(format!("Let it fail, and {instead}"))
    .verify(kubectl(
        component,
        format!("get {} -o yaml | grep -iE 'force|replace'", resource(component)),
    ))
}
