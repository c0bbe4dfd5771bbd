//! An order that waits for something that nobody declares.

use kai_core::{Environment, FailureMode, Fix, Hazard, Level, LossClass, Pillar, Scalar, Term};
use kai_graph::{Component, Facts, ObjectRef, Of, Reconciliation};

use crate::command::{kubectl, resource};
use crate::likeness::meant;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "dependency-unknown",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("dependency_unknown.md"),
    check: Check::Reconciliation(check),
};

fn check(order: Of<'_, Reconciliation>, ctx: Context<'_>, out: &mut Observed) {
    for need in &order.facts.needs {
        if ctx.system.resolve_ref(need, order.component).is_some() {
            continue;
        }
        let component = order.component;
        let namespace = match need.namespace.as_str() {
            "" => component.namespace.as_str(),
            written => written,
        };
        // An order of the same name elsewhere is meant, and put where it belongs by another one.
        let is_elsewhere = ctx.system.holds_anywhere(component.root, &need.kind, &need.name)
            || is_put_aside(order, need, ctx);
        let scope = ctx.missing(component, &need.kind, namespace, &need.name);
        if let Some(scope) = scope.filter(|_| !is_elsewhere) {
            out.push(hazard(order, need, scope).fix(fix(order, need, namespace, ctx)));
        }
    }
}

/// Where one other order can be meant, which does not wait for this one.
fn fix(
    order: Of<'_, Reconciliation>,
    need: &ObjectRef,
    namespace: &str,
    ctx: Context<'_>,
) -> Option<Fix> {
    let component = order.component;
    let waits_for_it = |it: &Component| match &it.facts {
        Facts::Reconciliation(facts) => facts.needs.iter().any(|it| it.name == component.name),
        _ => true,
    };
    let is_named = |name: &str| order.facts.needs.iter().any(|it| it.name == name);
    let others = ctx.system.held(component.root, &need.kind, namespace);
    let others = others.filter(|it| it.id != component.id && !waits_for_it(it));
    let name = meant(&need.name, others.map(|it| it.name.as_str())).filter(|it| !is_named(it))?;
    let entry = ctx.entry(need.origin, &["name"])?;
    let edit = ctx.rewrite(&entry, &need.name, &Scalar::string(name))?;
    Some(Fix::unsafely(format!("Wait for `{name}`"), vec![edit]))
}

/// True for a file that is applied by nobody now, and whose order would find the other one if it were.
fn is_put_aside(order: Of<'_, Reconciliation>, need: &ObjectRef, ctx: Context<'_>) -> bool {
    let is_meant = |it: &Component| it.native_kind == need.kind && it.name == need.name;
    ctx.system.environment(order.component) == Environment::Archive
        && ctx.system.components().iter().any(is_meant)
}

fn hazard(order: Of<'_, Reconciliation>, need: &ObjectRef, scope: String) -> Hazard {
    let component = order.component;
    let label = component.label();
    let message = format!(
        "`{label}` waits for `{}/{}`, which is not declared: it is never applied, and what it would \
         change stays as it is",
        need.kind, need.name,
    );
    RULE.worsens(
        component.id,
        FailureMode::Misconfigured,
        Term::Impact,
        "waits for nothing",
        message,
    )
    .at(need.origin)
    .loses(LossClass::Degraded)
    .searched(scope)
    .shows_as("Its `Ready` condition is false with `DependencyNotReady`")
    .recover(format!(
        "`{}`",
        kubectl(
            component,
            format!("get {} -o jsonpath='{{.status.conditions}}'", resource(component))
        )
    ))
    .remedy(format!("Name what is there, or declare `{}`", need.name))
    .verify(kubectl(component, format!("wait --for=condition=Ready {}", resource(component))))
}
