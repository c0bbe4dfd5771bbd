//! A count in a manifest that takes back what the autoscaler has decided.

use kai_core::{Edit, FailureMode, Fix, Hazard, Level, Pillar, Role, Term, Traced};
use kai_graph::{Autoscaler, Component, Ignored, Of, Reconciliation, Workload};

use crate::command::{kubectl, resource, scale};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "hpa-fights-replicas",
    pillar: Pillar::Scaling,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("hpa_fights_replicas.md"),
    check: Check::Autoscaler(check),
};

fn check(autoscaler: Of<'_, Autoscaler>, ctx: Context<'_>, out: &mut Observed) {
    let target = ctx.system.resolve_ref(&autoscaler.target, autoscaler.component);
    let Some(workload) = target.and_then(Component::workload) else { return };
    // A cluster holds the count that stands there now, whoever wrote it.
    let is_live = ctx.is_live(workload.component);
    let Some(count) = workload.replicas.traced().filter(|_| !is_live) else { return };
    let Some(&ceiling) = autoscaler.replicas_max.value() else { return };
    let is_written = ctx.origins.role(count.origin) != Role::ApiDefault;
    // Zero switches the autoscaler off, which is how one pauses a workload.
    if !is_written || !(1..ceiling).contains(&count.value) {
        return;
    }
    let hazard = || hazard(autoscaler, workload, count, ceiling, ctx);
    match sending(workload.component, ctx) {
        Sending::Count => out.push(hazard()),
        Sending::CountBesideOthers(order, entry) => {
            let hazard = sent_all_the_same(hazard(), order, entry, workload, ceiling);
            out.push(hazard.fix(fix(order.component, ctx)));
        }
        Sending::Nothing => {}
    }
}

/// What becomes of a count that is written.
enum Sending<'a> {
    Count,
    /// It is overlooked, and sent when something else differs.
    CountBesideOthers(Of<'a, Reconciliation>, &'a Ignored),
    Nothing,
}

/// The worst that anything does which delivers the workload.
fn sending<'a>(workload: &Component, ctx: Context<'a>) -> Sending<'a> {
    let overlooked = |it: Of<'a, Reconciliation>| {
        let entry = |it: &&Ignored| it.field == "/spec/replicas" && it.concerns(workload);
        (it, it.facts.ignores.iter().find(entry))
    };
    let orders: Vec<_> = ctx.system.orders(workload.root).map(overlooked).collect();
    if orders.is_empty() || orders.iter().any(|it| it.1.is_none()) {
        return Sending::Count;
    }
    let respects = |it: &Of<'_, Reconciliation>| it.facts.respects_ignored.value() == Some(&true);
    match orders.into_iter().find(|it| !respects(&it.0)) {
        Some((order, Some(entry))) => Sending::CountBesideOthers(order, entry),
        _ => Sending::Nothing,
    }
}

/// The option that lets it leave alone what it overlooks.
fn fix(order: &Component, ctx: Context<'_>) -> Option<Fix> {
    const OPTION: &str = "RespectIgnoreDifferences=true";
    let edits: Vec<Edit> = match ctx.entry_of(order, &["spec", "syncPolicy", "syncOptions"]) {
        Some(options) => vec![ctx.append(&options, OPTION).filter(|_| options.has_items())?],
        None => {
            let policy = ctx.entry_of(order, &["spec", "syncPolicy"])?;
            ctx.insert(policy.place(), "syncOptions", &format!("[{OPTION}]"))?
        }
    };
    Some(Fix::unsafely("Let it send nothing that it overlooks", edits))
}

/// What is overlooked when differences are looked for is sent all the same when something else differs.
fn sent_all_the_same(
    hazard: Hazard,
    order: Of<'_, Reconciliation>,
    entry: &Ignored,
    workload: Of<'_, Workload>,
    ceiling: u32,
) -> Hazard {
    let component = workload.component;
    let label = order.component.label();
    let message = format!(
        "{}; `{label}` overlooks the difference (`ignoreDifferences`) and sends the count all the same with \
         the next change of the object",
        hazard.message.split_once(';').map_or(hazard.message.as_str(), |it| it.0),
    );
    let at = order.facts.respects_ignored.traced().map_or(hazard.at, |it| it.origin);
    // A count that is overlooked stays as a hand has set it, and a commit of it alone is not sent.
    let by_hand = kubectl(component, format!("scale {} --replicas={ceiling}", resource(component)));
    let sent = hazard.at;
    Hazard { message, at, ..hazard }
        .related(sent, "the count that is sent")
        .recover(format!("By itself within minutes, or `{by_hand}`"))
        .remedy(format!(
            "Add `RespectIgnoreDifferences=true` to `syncOptions` of `{label}`, or leave `replicas` out \
             where an autoscaler decides"
        ))
        .related(entry.origin, "overlooks the difference")
}

fn hazard(
    autoscaler: Of<'_, Autoscaler>,
    workload: Of<'_, Workload>,
    count: &Traced<u32>,
    ceiling: u32,
    ctx: Context<'_>,
) -> Hazard {
    let component = workload.component;
    let (label, scaler) = (component.label(), autoscaler.component.label());
    let message = format!(
        "`{scaler}` runs up to {ceiling} pods of `{label}`, whose manifest says {}; every apply \
         that sends the count takes the others away, under load too, until the autoscaler has \
         noticed",
        count.value,
    );
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Rollout,
            Term::Impact,
            "a release takes scaled pods away",
            message,
        )
        .at(count.origin)
        .impact(f64::from(ceiling - count.value) / f64::from(ceiling) / 2.0)
        .shows_as(format!(
            "`kube_{}_spec_replicas` of `{}` falls to {} with a release and climbs back",
            component.native_kind.to_lowercase(),
            component.name,
            count.value,
        ))
        .recover(format!(
            "By itself within minutes, or {}",
            scale(component, ctx, &ceiling.to_string()),
        ))
        .remedy(match ctx.is_configured(component) {
            true => {
                "Leave `replicas` out of the configuration, which then keeps what it finds, or name \
                 it in `ignore_changes`"
            }
            false => {
                "Leave `replicas` out of the manifest. Take it out of the last applied configuration \
                 as well (`kubectl apply edit-last-applied`), or the first apply without it scales to \
                 one pod"
            }
        })
        .verify(format!(
            "{} # under load, then apply: the count stays",
            kubectl(component, format!("get {} -w", resource(component))),
        ));
    match autoscaler.facts.replicas_max.traced() {
        Some(max) => hazard.related(max.origin, format!("`{scaler}` goes up to here")),
        None => hazard,
    }
}
