//! A database on volumes that cannot be made larger.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Component, Facts};

use super::holders::{self, Holder, is_zonal};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "volume-cannot-grow",
    pillar: Pillar::Scaling,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("volume_cannot_grow.md"),
    check: Check::System(check),
};

fn check(ctx: Context<'_>, out: &mut Observed) {
    for (class, holders) in holders::by_class(ctx) {
        let class = ctx.system.component(class);
        let Facts::StorageClass(facts) = &class.facts else { continue };
        // Drivers of which it is known that they can.
        let can = facts.provisioner.value().is_some_and(|it| is_zonal(it));
        let fixed = facts.can_grow.traced().filter(|it| !it.value);
        if let Some(fixed) = fixed.filter(|_| can) {
            out.push(hazard(class, fixed.origin, &holders, ctx));
        }
    }
}

fn hazard(class: &Component, at: OriginId, holders: &[Holder<'_>], ctx: Context<'_>) -> Hazard {
    let name = &class.name;
    let labels: Vec<_> = holders.iter().map(|it| it.component.label()).collect();
    let message = format!(
        "`{name}` does not let claims grow: when a disk of {} is full, the way out is a new disk and a \
         restore instead of one changed number",
        words::list(&labels),
    );
    RULE.worsens(
        class.id,
        FailureMode::Overload,
        Term::TimeToRecover,
        "disks that cannot grow",
        message,
    )
    .at(ctx.shown(at, class))
    .loses(LossClass::Degraded)
    .shows_as("`kubelet_volume_stats_available_bytes` of the claim goes to 0, and writes fail")
    .recover("Delete what can go from the disk; else restore to a larger claim")
    .remedy("Say `allowVolumeExpansion: true`; it holds for claims that exist, too")
    .fix(
        ctx.set_flag(at, "allowVolumeExpansion", true).map(|it| Fix::safely("Let claims grow", it)),
    )
    .verify(format!("kubectl get storageclass {name} -o jsonpath='{{.allowVolumeExpansion}}'"))
}
