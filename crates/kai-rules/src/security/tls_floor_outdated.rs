//! Ways in that still speak versions of TLS that were given up.

use kai_core::{Edit, Environment, FailureMode, Fix, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, Facts, TlsVersion};

use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls-floor-outdated",
    pillar: Pillar::Security,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("tls_floor_outdated.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::TlsFloor(facts) = &component.facts else { return };
    if ctx.system.environment(component) != Environment::Production {
        return;
    }
    let Some(oldest) = facts.oldest.traced().filter(|it| it.value < TlsVersion::V1_2) else {
        return;
    };
    let message = format!(
        "`{}` lets callers negotiate TLS {}, which RFC 8996 withdrew in 2021: audits of card payments fail on it, and \
         an attacker in between may ask for it",
        component.label(),
        oldest.value.as_str(),
    );
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Compromise,
            Term::Frequency,
            format!("TLS {} is still spoken", oldest.value.as_str()),
            message,
        )
        .at(ctx.shown(oldest.origin, component))
        .loses(LossClass::Toil)
        .shows_as("A scan of the public address; nothing fails")
        .recover("Raise the floor; what cannot speak TLS 1.2 gets an error from then on")
        .remedy(
            "Set `min_tls_version = \"TLS_1_2\"` with the profile `MODERN`, after counting in the load balancer's log \
             who still needs less",
        )
        .verify(match facts.cloud_name.value() {
            Some(name) => {
                format!("gcloud compute ssl-policies describe {name} --format='value(minTlsVersion,profile)'")
            }
            None => "gcloud compute ssl-policies list --format='table(name,minTlsVersion)'".to_owned(),
        })
        .fix(fix(oldest.origin, ctx));
    out.push(hazard);
}

fn fix(origin: OriginId, ctx: Context<'_>) -> Option<Fix> {
    let span = ctx.origins.editable(origin)?;
    let text =
        ctx.origins.document(span.document).text.get(span.start as usize..span.end as usize)?;
    let new = text.replace("TLS_1_0", "TLS_1_2").replace("TLS_1_1", "TLS_1_2");
    (new != text).then(|| Fix::unsafely("Speak TLS 1.2 and newer", vec![Edit::replace(span, new)]))
}
