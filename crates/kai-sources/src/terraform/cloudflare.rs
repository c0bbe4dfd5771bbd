//! Balancers of Cloudflare: names that lead to pools, of which such are left out that a monitor finds dead.

use kai_core::{Known, Origins, Reason, Role};
use kai_graph::{ComponentKind, Facts, FailoverRecord, HealthProbe, NameService, Naming};
use kai_terraform::roots::Instance;

use super::fields::{argument, flag, number, or_default, text};
use super::naming::{means, naming, namings};

/// What a resource is; `all` is everything that the same plan holds.
pub(super) fn of_resource(
    instance: &Instance,
    all: &[Instance],
    origins: &Origins,
) -> Option<(ComponentKind, Facts)> {
    (instance.ty == "cloudflare_load_balancer").then(|| balancer(instance, all, origins))
}

/// Answers are kept for 30 s where nothing is written; behind the proxy the address stays the same, and nobody keeps
/// a wrong one (developers.cloudflare.com/load-balancing, "Proxy modes").
fn balancer(instance: &Instance, all: &[Instance], origins: &Origins) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let absent = origins.defaulted(Role::ProviderDefault, instance.origin);
    let ttl = match or_default(flag(values, &["proxied"]), false, absent) {
        Known::Value(it) if it.value => Known::Unknown(Reason::NotDeclared),
        Known::Value(_) => or_default(number(values, &["ttl"]), 30, absent),
        Known::Unknown(reason) => Known::Unknown(reason),
    };
    let lists = ["default_pools", "default_pool_ids"];
    let mut pools = lists.iter().find_map(|it| namings(argument(values, it)?)).unwrap_or_default();
    let first = pools.first().cloned();
    let fallback = ["fallback_pool", "fallback_pool_id"];
    pools.extend(fallback.iter().find_map(|it| naming(values, &[it])));
    // The fallback is answered whatever its health is.
    let has_other = pools.iter().any(|it| !is_same(it, first.as_ref()));
    let monitor = first.filter(|_| has_other).and_then(|it| monitor(&it, all));
    let facts = FailoverRecord {
        answered_by: NameService::Cloudflare,
        cloud_name: text(values, &["name"]),
        is_primary: Known::default(),
        is_watched: match &monitor {
            Some(it) => Known::new(true, it.origin),
            None => Known::Unknown(Reason::NotInRepository),
        },
        ttl,
        probe: monitor.and_then(|it| probe(&it, all, origins)),
    };
    (ComponentKind::NetworkPath, Facts::FailoverRecord(Box::new(facts)))
}

fn is_same(pool: &Naming, other: Option<&Naming>) -> bool {
    other.is_some_and(|it| it.text == pool.text && it.resource() == pool.resource())
}

/// What looks at the pool that is answered first.
fn monitor(pool: &Naming, all: &[Instance]) -> Option<Naming> {
    let mut pools = all.iter().filter(|it| it.ty == "cloudflare_load_balancer_pool");
    let pool = pools.find(|it| means(pool, it, &["id"]))?;
    naming(&pool.values, &["monitor"])
}

/// Defaults are those of registry.terraform.io/providers/cloudflare, `load_balancer_monitor`.
fn probe(monitor: &Naming, all: &[Instance], origins: &Origins) -> Option<HealthProbe> {
    let mut monitors = all.iter().filter(|it| it.ty == "cloudflare_load_balancer_monitor");
    let found = monitors.find(|it| means(monitor, it, &["id"]))?;
    let absent = origins.defaulted(Role::ProviderDefault, found.origin);
    let failures = or_default(number(&found.values, &["consecutive_down"]), 1, absent);
    Some(HealthProbe {
        interval: or_default(number(&found.values, &["interval"]), 60, absent),
        failures: failures.map(|it| it.max(1)),
    })
}
