//! What plans of all clouds have in common: resources that each join one thing to one plan, and vaults.

use kai_graph::{BackupPlan, BackupRule, ComponentKind, Facts, Naming, ResourceRef, VaultRef};
use kai_terraform::roots::Instance;

use super::naming::{label, means, naming};

/// How one service joins plans and things.
pub(super) struct Service {
    /// The type of its plans.
    pub(super) plan: &'static str,
    /// The type of what joins a thing to a plan.
    pub(super) join: &'static str,
    /// The argument of a join that names the plan.
    pub(super) by: &'static str,
    /// The argument of a join that names the thing.
    pub(super) thing: &'static str,
    /// The types of what it copies.
    pub(super) takes: &'static [&'static str],
}

/// A plan with the things that the joins of the same root name. One without any may have some elsewhere.
pub(super) fn plan(
    instance: &Instance,
    service: &Service,
    all: &[Instance],
    rules: Vec<BackupRule>,
) -> (ComponentKind, Facts) {
    let joins: Vec<_> = all.iter().filter(|it| is_of(it, instance, service)).collect();
    joined(&joins, service, all, rules)
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
        false => joined(&[instance], service, all, vec![rule]),
    }
}

fn is_of(join: &Instance, plan: &Instance, service: &Service) -> bool {
    !join.is_data
        && join.ty == service.join
        && naming(&join.values, &[service.by]).is_some_and(|it| means(&it, plan, &["id", "name"]))
}

fn joined(
    joins: &[&Instance],
    service: &Service,
    all: &[Instance],
    rules: Vec<BackupRule>,
) -> (ComponentKind, Facts) {
    let mut plan = BackupPlan {
        rules,
        takes: service.takes,
        copied: Vec::new(),
        left_out: Vec::new(),
        is_open: joins.is_empty(),
    };
    for join in joins {
        let named = naming(&join.values, &[service.thing]);
        match named.and_then(|it| Some((thing(&it, service, all)?, it.origin))) {
            Some((thing, _)) if is_stopped(join) => plan.left_out.push(thing),
            Some((thing, origin)) if !join.address.contains("[?]") => {
                let resources = vec![thing];
                plan.copied.push(Naming { text: None, resources, is_open: false, origin });
            }
            _ => plan.is_open = true,
        }
    }
    (ComponentKind::Backup, Facts::BackupPlan(Box::new(plan)))
}

/// True where a join says that it copies nothing any more.
fn is_stopped(join: &Instance) -> bool {
    let state = super::fields::text(&join.values, &["protection_state"]);
    state.value().is_some_and(|it| matches!(it.as_str(), "BackupsSuspended" | "ProtectionStopped"))
}

/// The one thing that a text names; what another configuration has made is none that is known here.
fn thing(named: &Naming, service: &Service, all: &[Instance]) -> Option<ResourceRef> {
    let is_it = |it: &&Instance| {
        service.takes.contains(&it.ty.as_str()) && !it.is_data && means(named, it, &["name", "id"])
    };
    let mut found = all.iter().filter(is_it);
    match (found.next(), found.next()) {
        (Some(only), None) => reference(only),
        (Some(_), Some(_)) => None,
        (None, _) => match &named.resources[..] {
            [only] if named.text.is_none() && !named.is_open && !only.kind.contains('.') => {
                Some(only.clone())
            }
            _ => None,
        },
    }
}

/// A vault as a text names it, by its address or by one of these of its arguments.
pub(super) fn vault_of(named: &Naming, ty: &str, names: &[&str], all: &[Instance]) -> VaultRef {
    let is_it = |it: &&Instance| it.ty == ty && !it.is_data && means(named, it, names);
    let declared = all.iter().find(is_it).and_then(reference);
    VaultRef { declared, text: named.text.clone(), origin: named.origin }
}

fn reference(instance: &Instance) -> Option<ResourceRef> {
    let (kind, name) = label(&instance.address)?;
    Some(ResourceRef { root: Default::default(), kind, name, attribute: Default::default() })
}
