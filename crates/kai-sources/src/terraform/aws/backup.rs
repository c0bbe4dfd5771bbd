//! Plans and vaults of AWS Backup.

use kai_core::{Known, Reason};
use kai_graph::{
    BackupPlan, BackupRule, BackupVault, ComponentKind, Facts, Naming, Schedule, VaultGuard,
    VaultRef,
};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::super::backup;
use super::super::fields::{argument, at, flag, number, text};
use super::super::naming::{means, naming};
use super::backup_selection::{COPIED, selected};

/// A plan with the selections of the same root that name it. One without any may have some elsewhere.
pub(super) fn plan(instance: &Instance, all: &[Instance]) -> (ComponentKind, Facts) {
    let rules = at(&instance.values, &["rule"]).ok().flatten();
    let rules = rules.and_then(Value::elements).into_iter().flat_map(|it| it.iter());
    let selections: Vec<_> = all.iter().filter(|it| selects(it, instance)).collect();
    let selected = selected(&selections, all);
    let plan = BackupPlan {
        rules: rules.map(|it| rule(it, all)).collect(),
        takes: COPIED,
        copied: selected.copied,
        left_out: selected.left_out,
        ended: Vec::new(),
        is_open: selected.is_open,
        clusters: Vec::new(),
        stopped_by: Known::default(),
    };
    (ComponentKind::Backup, Facts::BackupPlan(Box::new(plan)))
}

fn selects(selection: &Instance, plan: &Instance) -> bool {
    selection.ty == "aws_backup_selection"
        && naming(&selection.values, &["plan_id"]).is_some_and(|it| means(&it, plan, &["id"]))
}

fn rule(rule: &Value, all: &[Instance]) -> BackupRule {
    let mut vaults: Vec<_> =
        naming(rule, &["target_vault_name"]).map(|it| vault_of(&it, all)).into_iter().collect();
    let copies = argument(rule, "copy_action");
    let copies = copies.and_then(Value::elements).into_iter().flat_map(|it| it.iter());
    let mut further_kept_days = Vec::new();
    for copy in copies {
        further_kept_days.push(number(copy, &["lifecycle", "delete_after"]));
        let named = naming(copy, &["destination_vault_arn"]);
        vaults.extend(named.map(|it| vault_of(&it, all)));
    }
    // Copies of which nobody knows how many there are may go anywhere.
    if copies_are_unknown(rule) {
        vaults.push(VaultRef { declared: None, text: None, region: None, origin: rule.origin });
        further_kept_days.push(Known::Unknown(Reason::ComputedAtApply));
    }
    let schedule = text(rule, &["schedule"]);
    let times = schedule.value().and_then(|it| Schedule::of_amazon(it));
    BackupRule {
        longest_gap: times.and_then(|it| it.gaps()).map(|it| it.1),
        schedule,
        kept_days: number(rule, &["lifecycle", "delete_after"]),
        further_kept_days,
        locked_days: Known::default(),
        is_continuous: flag(rule, &["enable_continuous_backup"]),
        vaults,
        is_beside: false,
    }
}

fn copies_are_unknown(rule: &Value) -> bool {
    argument(rule, "copy_action").is_some_and(|it| it.elements().is_none())
}

pub(super) fn vault_of(named: &Naming, all: &[Instance]) -> VaultRef {
    backup::vault_of(named, "aws_backup_vault", &["name", "arn"], all)
}

/// A vault with the locks and policies of the same root that name it.
pub(super) fn vault(instance: &Instance, all: &[Instance]) -> (ComponentKind, Facts) {
    const GUARDS: &[&str] = &["aws_backup_vault_lock_configuration", "aws_backup_vault_policy"];
    let guards: Vec<_> = all
        .iter()
        .filter(|it| GUARDS.contains(&it.ty.as_str()))
        .filter(|it| {
            let named = naming(&it.values, &["backup_vault_name"]);
            named.is_some_and(|it| means(&it, instance, &["name"]))
        })
        .collect();
    let certain = guards.iter().find(|it| !it.address.contains("[?]"));
    let guard = match (certain, guards.is_empty()) {
        (Some(guard), _) => Known::new(VaultGuard::Policy, guard.origin),
        (None, true) => Known::new(VaultGuard::Nothing, instance.origin),
        (None, false) => Known::Unknown(Reason::ComputedAtApply),
    };
    let vault =
        BackupVault { guard, spread: Known::default(), restores_across_regions: Known::default() };
    (ComponentKind::Backup, Facts::BackupVault(Box::new(vault)))
}
