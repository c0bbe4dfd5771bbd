//! Service accounts, and the roles that they have.

use kai_core::{Known, SmolStr};
use kai_graph::{
    Cloud, CloudAccount, CloudGrant, CloudGrants, CloudPower, CloudScope, ComponentKind, Facts,
};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::super::fields::{argument, at, text};
use super::super::reference::account as holder;

pub(super) fn account(instance: &Instance) -> (ComponentKind, Facts) {
    let cloud_name = text(&instance.values, &["account_id"]);
    let facts = CloudAccount { cloud: Cloud::Google, cloud_name };
    (ComponentKind::Identity, Facts::CloudAccount(Box::new(facts)))
}

/// `google_project_iam_member` and `google_project_iam_binding`.
pub(super) fn of_project(instance: &Instance) -> Option<(ComponentKind, Facts)> {
    let values = &instance.values;
    let role = at(values, &["role"]).ok()??.as_str()?;
    let members = ["member", "members"].map(|it| argument(values, it));
    let holders = members.into_iter().flatten().flat_map(each).filter_map(holder);
    let condition = at(values, &["condition"]).ok().flatten().map(|it| it.origin);
    let home = CloudScope::Home(text(values, &["project"]));
    facts(vec![grant(role, holders.collect(), home, condition)])
}

/// A call of `iam//modules/projects_iam`: a map of roles to members, for each of the projects.
pub(super) fn of_projects(call: &Instance) -> Option<(ComponentKind, Facts)> {
    let inputs = &call.values;
    let bindings = at(inputs, &["bindings"]).ok()??.entries()?;
    let projects = at(inputs, &["projects"]).ok()??.elements()?;
    let mut grants = Vec::new();
    for project in projects.iter() {
        let Some(name) = project.as_str() else { continue };
        for (role, members) in bindings.iter() {
            let holders = each(members).filter_map(holder).collect();
            let home = CloudScope::Home(Known::new(name.into(), project.origin));
            grants.push(grant(role, holders, home, None));
        }
    }
    facts(grants)
}

/// The elements of a collection, or the value itself.
fn each(value: &Value) -> impl Iterator<Item = &Value> {
    let elements = value.elements();
    let alone = elements.is_none().then_some(value);
    elements.into_iter().flat_map(|it| it.iter()).chain(alone)
}

fn grant(
    role: &str,
    holders: Vec<kai_graph::ObjectRef>,
    scope: CloudScope,
    condition: Option<kai_core::OriginId>,
) -> CloudGrant {
    CloudGrant { role: SmolStr::from(role), powers: powers(role), holders, scope, condition }
}

fn facts(grants: Vec<CloudGrant>) -> Option<(ComponentKind, Facts)> {
    let facts = CloudGrants { cloud: Cloud::Google, grants };
    Some((ComponentKind::Control, Facts::CloudGrants(Box::new(facts))))
}

/// What the predefined roles allow (cloud.google.com/iam/docs/roles-permissions).
fn powers(role: &str) -> &'static [CloudPower] {
    match role {
        "roles/owner" | "roles/editor" => &[CloudPower::Everything],
        "roles/container.admin" | "roles/container.developer" => &[CloudPower::Clusters],
        "roles/cloudsql.admin"
        | "roles/cloudsql.client"
        | "roles/cloudsql.editor"
        | "roles/cloudsql.instanceUser" => &[CloudPower::Databases],
        "roles/iam.serviceAccountKeyAdmin"
        | "roles/iam.serviceAccountTokenCreator"
        | "roles/iam.serviceAccountUser" => &[CloudPower::Accounts],
        _ => &[],
    }
}
