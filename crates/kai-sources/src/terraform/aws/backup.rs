//! Plans and vaults of AWS Backup.

use kai_core::{Known, Reason};
use kai_graph::{
    BackupPlan, BackupRule, BackupVault, ComponentKind, Facts, Naming, ResourceRef, VaultRef,
};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::super::fields::{argument, at, flag, number, text};
use super::super::naming::{label, means, naming};
use super::backup_selection::selected;

/// A plan with the selections of the same root that name it. One without any may have some elsewhere.
pub(super) fn plan(instance: &Instance, all: &[Instance]) -> (ComponentKind, Facts) {
    let rules = at(&instance.values, &["rule"]).ok().flatten();
    let rules = rules.and_then(Value::elements).into_iter().flat_map(|it| it.iter());
    let selections: Vec<_> = all.iter().filter(|it| selects(it, instance)).collect();
    let selected = selected(&selections, all);
    let plan = BackupPlan {
        rules: rules.map(|it| rule(it, all)).collect(),
        copied: selected.copied,
        left_out: selected.left_out,
        is_open: selected.is_open,
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
    let mut copies_kept_days = Vec::new();
    for copy in copies {
        copies_kept_days.push(number(copy, &["lifecycle", "delete_after"]));
        let named = naming(copy, &["destination_vault_arn"]);
        vaults.extend(named.map(|it| vault_of(&it, all)));
    }
    // Copies of which nobody knows how many there are may go anywhere.
    if copies_are_unknown(rule) {
        vaults.push(VaultRef { declared: None, arn: None, origin: rule.origin });
        copies_kept_days.push(Known::Unknown(Reason::ComputedAtApply));
    }
    BackupRule {
        schedule: text(rule, &["schedule"]),
        kept_days: number(rule, &["lifecycle", "delete_after"]),
        copies_kept_days,
        is_continuous: flag(rule, &["enable_continuous_backup"]),
        vaults,
    }
}

fn copies_are_unknown(rule: &Value) -> bool {
    argument(rule, "copy_action").is_some_and(|it| it.elements().is_none())
}

pub(super) fn vault_of(named: &Naming, all: &[Instance]) -> VaultRef {
    let is_it = |it: &&Instance| it.ty == "aws_backup_vault" && means(named, it, &["name", "arn"]);
    let declared = all.iter().find(is_it).and_then(|it| label(&it.address));
    let declared = declared.map(|(kind, name)| ResourceRef {
        root: Default::default(),
        kind,
        name,
        attribute: Default::default(),
    });
    VaultRef { declared, arn: named.text.clone(), origin: named.origin }
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
    let is_guarded = match (certain, guards.is_empty()) {
        (Some(guard), _) => Known::new(true, guard.origin),
        (None, true) => Known::new(false, instance.origin),
        (None, false) => Known::Unknown(Reason::ComputedAtApply),
    };
    (ComponentKind::Backup, Facts::BackupVault(Box::new(BackupVault { is_guarded })))
}
