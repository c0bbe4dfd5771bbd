//! Service accounts, and the roles that they have.

use kai_core::{Known, OriginId, SmolStr};
use kai_graph::{
    Cloud, CloudAccount, CloudGrant, CloudGrants, CloudPower, ComponentKind, Facts, LentTo, Naming,
};
use kai_terraform::roots::Instance;
use kai_terraform::value::{Piece, Value};

use super::super::fields::{argument, at, text};
use super::super::naming::{is_mentioned, means, naming, of_value};

pub(super) fn account(instance: &Instance, all: &[Instance]) -> (ComponentKind, Facts) {
    const PROGRAMS: &[&str] = &[
        "google_cloud_run_service",
        "google_cloud_run_v2_job",
        "google_cloud_run_v2_service",
        "google_cloudfunctions2_function",
        "google_cloudfunctions_function",
        "google_compute_instance",
        "google_compute_instance_template",
        "google_container_cluster",
        "google_container_node_pool",
    ];
    let programs = all.iter().filter(|it| PROGRAMS.contains(&it.ty.as_str()));
    let runs = programs.filter(|it| is_mentioned(instance, it)).map(|it| it.address.clone());
    let cloud_name = text(&instance.values, &["account_id"]);
    let facts = CloudAccount {
        cloud: Cloud::Google,
        cloud_name,
        runs: runs.collect(),
        lent_to: lent_to(instance, all),
    };
    (ComponentKind::Identity, Facts::CloudAccount(Box::new(facts)))
}

/// Service accounts of clusters that may become it: `serviceAccount:shop-prod.svc.id.goog[shop/web]`.
fn lent_to(account: &Instance, all: &[Instance]) -> Vec<LentTo> {
    const TYPES: &[&str] =
        &["google_service_account_iam_binding", "google_service_account_iam_member"];
    let given = all.iter().filter(|it| TYPES.contains(&it.ty.as_str())).filter(|it| {
        let role = text(&it.values, &["role"]);
        role.value().is_some_and(|it| it == "roles/iam.workloadIdentityUser")
            && naming(&it.values, &["service_account_id"])
                .is_some_and(|it| means(&it, account, &[]))
    });
    let members = given.flat_map(|it| {
        let named = ["member", "members"].into_iter().filter_map(|name| argument(&it.values, name));
        named.flat_map(each).map(|member| (member, it.origin))
    });
    let subject = |(member, origin): (&Value, OriginId)| {
        let pieces = member.pieces();
        let Piece::Text(last) = pieces.last()? else { return None };
        let subject = last.split_once(".svc.id.goog[")?.1.strip_suffix(']')?;
        LentTo::parse(subject, origin)
    };
    members.filter_map(subject).collect()
}

/// The service account that a value names, which may be written as `serviceAccount:…`.
pub(super) fn named(value: &Value) -> Option<Naming> {
    let naming = of_value(value);
    if naming.text.is_none() {
        let is_account = |kind: &str| kind == "google_service_account";
        return naming.resource().is_some_and(|it| is_account(&it.kind)).then_some(naming);
    }
    let text = naming.text.as_deref()?;
    let text = text.strip_prefix("serviceAccount:").unwrap_or(text);
    let text = SmolStr::from(text.rsplit('/').next().unwrap_or(text));
    let is_account = text.ends_with(".gserviceaccount.com");
    is_account.then(|| Naming { text: Some(text), ..naming.clone() })
}

/// `google_project_iam_member` and `google_project_iam_binding`.
pub(super) fn of_project(instance: &Instance) -> Option<(ComponentKind, Facts)> {
    let values = &instance.values;
    let role = at(values, &["role"]).ok()??.as_str()?;
    let members = ["member", "members"].map(|it| argument(values, it));
    let holders = members.into_iter().flatten().flat_map(each).filter_map(named);
    let condition = at(values, &["condition"]).ok().flatten().map(|it| it.origin);
    let home = text(values, &["project"]);
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
            let holders = each(members).filter_map(named).collect();
            let home = Known::new(name.into(), project.origin);
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
    holders: Vec<Naming>,
    home: Known<SmolStr>,
    condition: Option<OriginId>,
) -> CloudGrant {
    CloudGrant { role: SmolStr::from(role), powers: powers(role), holders, home, condition }
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
