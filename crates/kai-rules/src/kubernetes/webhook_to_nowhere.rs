//! A webhook, or a part of the API, whose Service is not there.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Scalar, Term};
use kai_graph::{Component, Facts, ObjectRef};

use crate::command::delete;
use crate::likeness::meant;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "webhook-to-nowhere",
    pillar: Pillar::OperationalReadiness,
    default_level: Level::High,
    since: "0.1.0",
    doc: include_str!("webhook_to_nowhere.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    match &component.facts {
        Facts::Webhook(webhook) => {
            for hook in &webhook.hooks {
                let Some(service) = &hook.service else { continue };
                let closed = hook.fails_closed.value() == Some(&true);
                let effect = match closed {
                    true => format!("every change that `{}` is asked about is refused", hook.name),
                    false => format!("nothing is ever checked or changed by `{}`", hook.name),
                };
                look_at(component, service, hook.origin, &effect, closed, ctx, out);
            }
        }
        Facts::ApiService(api) => {
            let effect = format!(
                "`{}` is not answered, and deleting a namespace hangs while that is so",
                api.group
            );
            look_at(component, &api.service, component.origin, &effect, true, ctx, out);
        }
        _ => {}
    }
}

fn look_at(
    component: &Component,
    service: &ObjectRef,
    at: OriginId,
    effect: &str,
    is_refused: bool,
    ctx: Context<'_>,
    out: &mut Observed,
) {
    if service.name.is_empty() || ctx.system.resolve_ref(service, component).is_some() {
        return;
    }
    if let Some(scope) = ctx.missing(component, "Service", &service.namespace, &service.name) {
        let at = if service.origin == OriginId::NONE { at } else { service.origin };
        let hazard = hazard(component, service, at, effect, is_refused, ctx).searched(scope);
        out.push(hazard.fix(fix(component, service, ctx)));
    }
}

/// Where one Service can be meant.
fn fix(component: &Component, service: &ObjectRef, ctx: Context<'_>) -> Option<Fix> {
    let services = ctx.system.held(component.root, "Service", &service.namespace);
    let name = meant(&service.name, services.map(|it| it.name.as_str()))?;
    let entry = ctx.entry(service.origin, &["name"])?;
    let edit = ctx.rewrite(&entry, &service.name, &Scalar::string(name))?;
    let fix = Fix::unsafely(format!("Ask `{name}`"), vec![edit]);
    Some(fix.reveals("webhook-fails-closed").reveals("drain-unbounded"))
}

fn hazard(
    component: &Component,
    service: &ObjectRef,
    at: OriginId,
    effect: &str,
    is_refused: bool,
    ctx: Context<'_>,
) -> Hazard {
    let label = component.label();
    let ObjectRef { namespace, name, .. } = service;
    let message =
        format!("`{label}` asks Service `{namespace}/{name}`, which is not declared: {effect}");
    let loss = if is_refused { LossClass::Outage } else { LossClass::Degraded };
    RULE.worsens(
        component.id,
        FailureMode::Misconfigured,
        Term::Impact,
        "asks a Service that is not there",
        message,
    )
    .at(at)
    .loses(loss)
    .shows_as(format!("The API says `service \"{name}\" not found`"))
    .recover(delete(component, ctx))
    .remedy(format!("Name the Service that answers, or declare `{name}`"))
    .verify(format!("kubectl -n {namespace} get endpoints {name}"))
}
