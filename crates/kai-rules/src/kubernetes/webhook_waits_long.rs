//! A webhook that the API waits for longer than its callers wait for the API.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, Pillar, Term, Traced};
use kai_graph::{Hook, Of, Webhook};

use super::webhook_fails_closed::is_ordinary;
use crate::command::delete;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "webhook-waits-long",
    pillar: Pillar::OperationalReadiness,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("webhook_waits_long.md"),
    check: Check::Webhook(check),
};

/// Seconds. Controllers that renew a lease every few seconds give up after ten.
const LONG: u32 = 15;

fn check(webhook: Of<'_, Webhook>, ctx: Context<'_>, out: &mut Observed) {
    let asks = |it: &&Hook| it.resources.iter().any(is_ordinary);
    let slow: Vec<_> = webhook
        .facts
        .hooks
        .iter()
        .filter(asks)
        .filter_map(|it| Some((it, it.timeout.traced().filter(|it| it.value >= LONG)?)))
        .collect();
    if let Some(&(hook, timeout)) = slow.first() {
        out.push(hazard(webhook, hook, timeout, slow.len(), ctx));
    }
}

/// One finding for an object, however many webhooks it holds.
fn hazard(
    webhook: Of<'_, Webhook>,
    hook: &Hook,
    timeout: &Traced<u32>,
    count: usize,
    ctx: Context<'_>,
) -> Hazard {
    let component = webhook.component;
    let mut kinds: Vec<_> = hook
        .resources
        .iter()
        .filter(|it| is_ordinary(it))
        .map(|it| it.trim_start_matches('/'))
        .collect();
    kinds.dedup();
    let more = match count {
        1 => String::new(),
        _ => format!(", and {} more of this object as long", count - 1),
    };
    let message = format!(
        "When `{}` hangs, every change of {} waits {} s for it{more}: rollouts, evictions and controllers \
         give up before the API answers",
        hook.name,
        words::list(&kinds),
        timeout.value,
    );
    RULE.worsens(
        component.id,
        FailureMode::ControlLoss,
        Term::TimeToRecover,
        "the API waits long",
        message,
    )
    .at(ctx.shown(timeout.origin, component))
    .loses(LossClass::Degraded)
    .impact(0.2)
    .shows_as("`apiserver_admission_webhook_admission_duration_seconds` rises to the limit")
    .recover(format!("{}, then mend what answers it", delete(component, ctx)))
    .remedy("Say `timeoutSeconds: 5` or less: what answers does so in milliseconds, or not at all")
    .fix(
        ctx.set(timeout.origin, "timeoutSeconds", 5)
            .map(|it| Fix::unsafely("Wait five seconds", it)),
    )
    .verify(format!(
        "kubectl get {} {} -o jsonpath='{{.webhooks[*].timeoutSeconds}}'",
        component.native_kind.to_lowercase(),
        component.name,
    ))
}
