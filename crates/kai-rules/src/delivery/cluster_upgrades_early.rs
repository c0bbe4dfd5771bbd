//! Production clusters that take new versions before anybody has tried them.

use kai_core::{
    Edit, Environment, FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Term,
};
use kai_graph::{Channel, Cloud, Component, Facts, ManagedCluster, Of};

use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "cluster-upgrades-early",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("cluster_upgrades_early.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::ManagedCluster(facts) = &component.facts else { return };
    let cluster = Of { component, facts: &**facts };
    let rapid = cluster.facts.channel.traced().filter(|it| it.value == Channel::Rapid);
    if let Some(rapid) = rapid
        && ctx.system.environment(component) == Environment::Production
    {
        out.push(hazard(cluster, rapid.origin, ctx));
    }
}

fn hazard(cluster: Of<'_, ManagedCluster>, at: OriginId, ctx: Context<'_>) -> Hazard {
    let label = cluster.component.label();
    let before = before(cluster, ctx);
    let untried = match before {
        Some((other, _)) => format!(
            "; `{}` of {} is on the same channel, so no stage has run a version before production does",
            other.label(),
            ctx.system.environment(other).as_str()
        ),
        None => String::new(),
    };
    let hour = match cluster.has_window.value() {
        Some(false) => ", at any hour,",
        _ => "",
    };
    let name = cluster.cloud_name.value().map_or("CLUSTER", |it| it.as_str());
    let words = Words::of(cluster.cloud, name);
    let message = format!(
        "`{label}` of production is on the rapid channel: control plane and nodes take new versions{hour} {}{untried}",
        words.when
    );
    let hazard = RULE
        .worsens(
            cluster.component.id,
            FailureMode::Rollout,
            Term::Frequency,
            "new versions reach production first",
            message,
        )
        .at(at)
        .loses(LossClass::Degraded)
        .shows_as(words.sign)
        .recover(words.way_back)
        .remedy(words.remedy)
        .verify(words.verify)
        .fix(fix(at, ctx));
    match before {
        Some((_, origin)) => hazard.related(origin, "the stage before it is on the same channel"),
        None => hazard,
    }
}

/// As its cloud calls things.
struct Words {
    when: &'static str,
    sign: &'static str,
    way_back: &'static str,
    remedy: &'static str,
    verify: String,
}

impl Words {
    fn of(cloud: Cloud, name: &str) -> Self {
        match cloud {
            Cloud::Azure => Self {
                when: "by themselves, up to the newest minor version that Azure supports",
                sign: "Workloads that break on the day of an upgrade; `az monitor activity-log list --resource-group GROUP`",
                way_back: "A control plane does not go back; take what breaks to the new version, or to a cluster of the old one",
                remedy: "Put production on `stable` or `patch` and an earlier stage one channel before it, with a \
                         `maintenance_window_auto_upgrade` that leaves out the days that matter",
                verify: format!(
                    "az aks show --name {name} --resource-group GROUP --query autoUpgradeProfile"
                ),
            },
            Cloud::Amazon | Cloud::Google => Self {
                when: "weeks before the regular channel calls them ready",
                sign: "Workloads that break on the day of an upgrade; `gcloud container operations list`",
                way_back: "A control plane goes back to a patch of the same minor version only; pin the channel and wait for the fix",
                remedy: "Put production on `STABLE` or `REGULAR` and an earlier stage one channel before it, with a window \
                         and exclusions for the days that matter",
                verify: format!(
                    "gcloud container clusters list --filter='name={name}' --format='value(releaseChannel.channel,maintenancePolicy)'"
                ),
            },
        }
    }
}

/// A cluster of an earlier stage on the same channel, where the same configuration declares it.
fn before<'a>(
    cluster: Of<'_, ManagedCluster>,
    ctx: Context<'a>,
) -> Option<(&'a Component, OriginId)> {
    let mut others = ctx.system.managed_clusters().filter(|it| {
        ctx.system.environment(it.component) == Environment::Staging
            && ctx.system.is_same_configuration(it.component, cluster.component)
    });
    others.find_map(|it| {
        let channel = it.facts.channel.traced().filter(|it| it.value == Channel::Rapid)?;
        Some((it.component, channel.origin))
    })
}

fn fix(origin: OriginId, ctx: Context<'_>) -> Option<Fix> {
    let span = ctx.origins.editable(origin)?;
    let text =
        ctx.origins.document(span.document).text.get(span.start as usize..span.end as usize)?;
    let names = [("RAPID", "STABLE"), ("rapid", "stable")];
    let (now, then) = names.into_iter().find(|it| text.contains(it.0))?;
    let edit = Edit::replace(span, text.replace(now, then));
    Some(Fix::unsafely("Take versions that others have run", vec![edit]))
}
