//! Managed identities, and the roles that they have.

use kai_graph::{Cloud, CloudAccount, CloudGrant, CloudGrants, ComponentKind, Facts, LentTo};
use kai_terraform::roots::Instance;

use super::super::fields::{at, text};
use super::super::naming::{is_mentioned, means, naming};

/// `azurerm_user_assigned_identity`, with the service accounts of clusters that a federation lets be it
/// (learn.microsoft.com, "Workload identity for AKS").
pub(super) fn account(instance: &Instance, all: &[Instance]) -> (ComponentKind, Facts) {
    const PROGRAMS: &[&str] = &[
        "azurerm_container_app",
        "azurerm_container_group",
        "azurerm_kubernetes_cluster",
        "azurerm_linux_function_app",
        "azurerm_linux_virtual_machine",
        "azurerm_linux_web_app",
    ];
    let programs = all.iter().filter(|it| PROGRAMS.contains(&it.ty.as_str()));
    let runs = programs.filter(|it| is_mentioned(instance, it)).map(|it| it.address.clone());
    let federated = all.iter().filter(|it| it.ty == "azurerm_federated_identity_credential");
    let lent = federated.filter_map(|it| {
        let by = ["parent_id", "user_assigned_identity_id"];
        let parent = by.iter().find_map(|name| naming(&it.values, &[name]))?;
        let subject = text(&it.values, &["subject"]);
        let lent = LentTo::parse(subject.value()?, it.origin)?;
        means(&parent, instance, &["id"]).then_some(lent)
    });
    let facts = CloudAccount {
        cloud: Cloud::Azure,
        cloud_name: text(&instance.values, &["name"]),
        runs: runs.collect(),
        lent_to: lent.collect(),
    };
    (ComponentKind::Identity, Facts::CloudAccount(Box::new(facts)))
}

/// `azurerm_role_assignment`: one role for one holder, below a scope.
pub(super) fn grant(instance: &Instance) -> Option<(ComponentKind, Facts)> {
    let values = &instance.values;
    let role = at(values, &["role_definition_name"]).ok()??.as_str()?;
    let holder = naming(values, &["principal_id"])?;
    let grant = CloudGrant {
        role: role.into(),
        powers: &[],
        holders: vec![holder],
        home: text(values, &["scope"]),
        condition: at(values, &["condition"]).ok().flatten().map(|it| it.origin),
    };
    let facts = CloudGrants { cloud: Cloud::Azure, grants: vec![grant] };
    Some((ComponentKind::Control, Facts::CloudGrants(Box::new(facts))))
}
