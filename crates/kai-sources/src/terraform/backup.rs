//! What plans of all clouds have in common: resources that each join one thing to one plan, things that name their plan
//! themselves, and vaults.

use std::time::Duration;

use kai_core::{Known, OriginId, Reason, SmolStr};
use kai_graph::{
    BackupPlan, BackupRule, ClusterCopy, ComponentKind, Dialect, Facts, Naming, ResourceRef,
    Schedule, VaultRef,
};
use kai_terraform::roots::Instance;
use kai_terraform::value::{Piece, Value};

use super::fields::{argument, at, may_be_there, text};
use super::naming::{label, means, naming, namings, of_value};

pub(super) const HOUR: Duration = Duration::from_secs(60 * 60);
pub(super) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How one service joins plans and things.
pub(super) struct Service {
    /// The type of its plans.
    pub(super) plan: &'static str,
    /// The types of what joins a thing to a plan; the plan itself where it names the thing.
    pub(super) joins: &'static [&'static str],
    /// The argument of a join that names the plan.
    pub(super) by: &'static str,
    /// The argument of a join that names the thing.
    pub(super) thing: &'static str,
    /// The types of what it copies.
    pub(super) takes: &'static [&'static str],
    /// Where a thing itself may list the plans that copy it.
    pub(super) lists: &'static [&'static [&'static str]],
    /// What is copied of a cluster, of a join that names one.
    pub(super) of_cluster: Option<fn(&Instance) -> ClusterCopy>,
}

/// The arguments by which plans and things are named, beside their addresses.
const NAMES: &[&str] = &["id", "name", "self_link", "backup_plan_id"];

/// A plan with the things that the joins of the same root name, and those that name it. One without any may have some
/// elsewhere.
pub(super) fn plan(
    instance: &Instance,
    service: &Service,
    all: &[Instance],
    rules: Vec<BackupRule>,
) -> BackupPlan {
    let is_own = service.joins.contains(&instance.ty.as_str());
    let joins: Vec<_> = match is_own {
        true => vec![instance],
        false => all.iter().filter(|it| is_of(it, instance, service)).collect(),
    };
    let mut plan = joined(&joins, service, all, rules);
    let is_thing =
        |it: &&Instance| service.takes.contains(&it.ty.as_str()) && !it.is_data && is_one_disk(it);
    let things = all.iter().filter(|it| !service.lists.is_empty() && is_thing(it));
    let mut has_listed = false;
    for thing in things {
        match listed(thing, instance, service) {
            Known::Value(found) if found.value => {
                has_listed = true;
                let is_certain = !thing.address.contains("[?]");
                add(&mut plan, reference(thing).filter(|_| is_certain), found.origin);
            }
            Known::Value(_) => {}
            Known::Unknown(_) => plan.is_open = true,
        }
    }
    plan.is_open |= joins.is_empty() && !has_listed;
    plan
}

/// A join whose plan is not here is a plan of which nothing else is known; one whose plan is here is read with it.
pub(super) fn join(
    instance: &Instance,
    service: &Service,
    all: &[Instance],
    rule: BackupRule,
) -> (ComponentKind, Facts) {
    let mut plans = all.iter().filter(|it| it.ty == service.plan);
    match plans.any(|it| is_of(instance, it, service)) {
        true => (ComponentKind::Backup, Facts::Named),
        false => component(joined(&[instance], service, all, vec![rule])),
    }
}

/// A rule of which nothing is known here.
pub(super) fn unknown_rule() -> BackupRule {
    BackupRule {
        schedule: Known::Unknown(Reason::NotInRepository),
        longest_gap: None,
        kept_days: Known::Unknown(Reason::NotInRepository),
        further_kept_days: Vec::new(),
        locked_days: Known::default(),
        is_continuous: Known::Unknown(Reason::NotInRepository),
        vaults: Vec::new(),
        is_beside: false,
    }
}

pub(super) fn component(plan: BackupPlan) -> (ComponentKind, Facts) {
    (ComponentKind::Backup, Facts::BackupPlan(Box::new(plan)))
}

fn is_of(join: &Instance, plan: &Instance, service: &Service) -> bool {
    !join.is_data
        && service.joins.contains(&join.ty.as_str())
        && naming(&join.values, &[service.by]).is_some_and(|it| means(&it, plan, NAMES))
}

/// Whether a thing lists the plan among those that copy it.
fn listed(thing: &Instance, plan: &Instance, service: &Service) -> Known<bool> {
    let mut found = Known::new(false, thing.origin);
    for path in service.lists {
        let names = match at(&thing.values, path) {
            Ok(Some(list)) => namings(list),
            Ok(None) => continue,
            Err(reason) => return Known::Unknown(reason),
        };
        let Some(names) = names else { return Known::Unknown(Reason::ComputedAtApply) };
        match names.iter().find(|it| means(it, plan, NAMES)) {
            Some(name) => return Known::new(true, name.origin),
            None if names.iter().any(Naming::is_unknown) => {
                found = Known::Unknown(Reason::ComputedAtApply);
            }
            None => {}
        }
    }
    found
}

fn joined(
    joins: &[&Instance],
    service: &Service,
    all: &[Instance],
    rules: Vec<BackupRule>,
) -> BackupPlan {
    let mut plan = BackupPlan {
        rules,
        takes: service.takes,
        copied: Vec::new(),
        left_out: Vec::new(),
        ended: Vec::new(),
        is_open: false,
        clusters: Vec::new(),
        stopped_by: Known::default(),
    };
    for join in joins {
        let found = thing(join, service, all);
        if let (Some(stopped), Some((thing, _))) = (stopped(join), &found) {
            plan.left_out.push(thing.clone());
            plan.ended.push(Naming::of(thing.clone(), stopped));
            continue;
        }
        let found = found.filter(|_| is_certain(join));
        if let Some(of_cluster) = service.of_cluster {
            let cluster = found.as_ref().map(|it| it.0.clone());
            plan.clusters.push(ClusterCopy { cluster, ..of_cluster(join) });
        }
        let origin = found.as_ref().map_or(join.origin, |it| it.1);
        add(&mut plan, found.map(|it| it.0), origin);
    }
    plan
}

/// One more thing that is copied; one that nobody knows may be any.
fn add(plan: &mut BackupPlan, thing: Option<ResourceRef>, origin: OriginId) {
    match thing {
        Some(thing) => plan.copied.push(Naming::of(thing, origin)),
        None => plan.is_open = true,
    }
}

/// Where a join says that it copies nothing any more.
fn stopped(join: &Instance) -> Option<OriginId> {
    let state = text(&join.values, &["protection_state"]);
    let is_end = |it: &SmolStr| matches!(it.as_str(), "BackupsSuspended" | "ProtectionStopped");
    state.traced().filter(|it| is_end(&it.value)).map(|it| it.origin)
}

/// True for a join that is surely there, and surely copies.
fn is_certain(join: &Instance) -> bool {
    let state = text(&join.values, &["protection_state"]);
    !join.address.contains("[?]") && (state.value().is_some() || state.is_not_declared())
}

/// The one thing that a join names, at the end of a path too; what another configuration has made is none that is
/// known here.
fn thing(join: &Instance, service: &Service, all: &[Instance]) -> Option<(ResourceRef, OriginId)> {
    let value = argument(&join.values, service.thing)?;
    let named = last(value, service).unwrap_or_else(|| of_value(value));
    let is_it = |it: &&Instance| {
        service.takes.contains(&it.ty.as_str())
            && !it.is_data
            && is_one_disk(it)
            && means(&named, it, NAMES)
    };
    let mut found = all.iter().filter(is_it);
    let thing = match (found.next(), found.next()) {
        (Some(only), None) => reference(only),
        (Some(_), Some(_)) => None,
        (None, _) => match &named.resources[..] {
            [only] if named.text.is_none() && !named.is_open && !only.kind.contains('.') => {
                Some(only.clone())
            }
            _ => None,
        },
    };
    thing.map(|it| (it, named.origin))
}

/// The thing at the end of a path that is put together: `projects/p/instances/${google_sql_database_instance.a.name}`.
fn last(value: &Value, service: &Service) -> Option<Naming> {
    let pieces = value.pieces();
    let (last, before) = pieces.split_last()?;
    match last {
        Piece::Text(text) => {
            let (_, name) = text.rsplit_once('/')?;
            Some(Naming { text: Some(name.into()), resources: Vec::new(), ..of_value(value) })
        }
        Piece::Attribute(_) => {
            let is_path = matches!(before.last(), Some(Piece::Text(it)) if it.ends_with('/'));
            let only = of_value(value).resources.pop()?;
            let is_taken = is_path && service.takes.contains(&only.kind.as_str());
            is_taken.then(|| Naming::of(only, value.origin))
        }
        Piece::Variable(_) | Piece::Open(_) => None,
    }
}

/// A machine of Google with further disks is more than the one that has its name.
fn is_one_disk(thing: &Instance) -> bool {
    !may_be_there(&thing.values, &["attached_disk"])
}

/// How far apart copies are that are made on these days of the week.
pub(super) fn on_weekdays(days: &[&str]) -> Option<Duration> {
    let short: Vec<&str> = days.iter().filter_map(|it| it.get(..3)).collect();
    let times = Schedule::parse(&format!("0 0 * * {}", short.join(",")), Dialect::Crontab);
    times.ok()?.gaps().map(|it| it.1)
}

/// How far apart copies are that are made every few hours of the day, the last of them so many hours after the first.
pub(super) fn within_day(every: u32, last: u32) -> Duration {
    let night = HOUR * 24_u32.saturating_sub(last);
    night.max(HOUR * every)
}

/// A vault as a text names it, by its address or by one of these of its arguments.
pub(super) fn vault_of(named: &Naming, ty: &str, names: &[&str], all: &[Instance]) -> VaultRef {
    let is_it = |it: &&Instance| it.ty == ty && !it.is_data && means(named, it, names);
    let declared = all.iter().find(is_it).and_then(reference);
    VaultRef { declared, text: named.text.clone(), region: None, origin: named.origin }
}

fn reference(instance: &Instance) -> Option<ResourceRef> {
    let (kind, name) = label(&instance.address)?;
    Some(ResourceRef { root: Default::default(), kind, name, attribute: Default::default() })
}
