//! Databases of production that have no standby in another zone.

use kai_core::{
    Edit, FailureMode, Fix, Hazard, Known, Level, LossClass, OriginId, Pillar, Role, Term,
};
use kai_graph::{Component, Facts, ManagedDatabase};

use super::near;
use crate::block::Block;
use crate::waiver::waiver;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "cloud-datastore-alone",
    pillar: Pillar::SinglePointsOfFailure,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("cloud_datastore_alone.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::ManagedDatabase(facts) = &component.facts else { return };
    let Some(alone) = facts.has_standby.traced().filter(|it| !it.value) else { return };
    if near::is_production(component, ctx) && near::is_settled(component, alone.origin, ctx) {
        let waiver = waiver(component, &["CKV_AWS_157", "CKV_AWS_318", "multi"]);
        out.push(hazard(component, facts, ctx).waived(waiver));
    }
}

/// Google keeps a standby of what makes copies and logs, and of nothing else (cloud.google.com/sql, "About high
/// availability").
fn regional(
    component: &Component,
    facts: &ManagedDatabase,
    written: Option<OriginId>,
    ctx: Context<'_>,
) -> Option<Vec<Edit>> {
    const REGIONAL: &str = "\"REGIONAL\"";
    let has = |it: &Known<bool>| it.value() == Some(&true);
    let is_google = component.native_kind == "google_sql_database_instance";
    if !is_google || !has(&facts.has_backup) || !has(&facts.has_point_in_time) {
        return None;
    }
    match written {
        Some(at) => near::swap(at, "\"ZONAL\"", REGIONAL, ctx),
        None => Block::of(component, ctx)?.inner("settings")?.add("availability_type", REGIONAL),
    }
}

fn hazard(component: &Component, facts: &ManagedDatabase, ctx: Context<'_>) -> Hazard {
    let address = component.label();
    let users = near::told(component, ctx);
    let names: Vec<_> = users.iter().map(|it| near::address(it.component)).collect();
    let stops = match names.is_empty() {
        true => "what needs it stops".to_owned(),
        false => words::stop(&names),
    };
    let what = match component.native_kind.as_str() {
        "aws_rds_cluster" | "aws_docdb_cluster" | "aws_neptune_cluster" => {
            "has one member, and none that takes over"
        }
        "aws_opensearch_domain" | "aws_elasticsearch_domain" => "has all of its nodes in one zone",
        _ => "has no standby in another zone",
    };
    let message = format!(
        "`{address}` {what}: while its machine is replaced, its size or version changed or its zone away, {stops}"
    );
    let origin = facts.has_standby.traced().map_or(component.origin, |it| it.origin);
    let is_written = ctx.origins.role(origin) != Role::ProviderDefault;
    let (argument, verify) = match component.native_kind.as_str() {
        "aws_db_instance" => (
            Some(("multi_az", "true")),
            "aws rds describe-db-instances --query 'DBInstances[].[DBInstanceIdentifier,MultiAZ]'",
        ),
        "aws_rds_cluster" => (
            None,
            "aws rds describe-db-clusters --query 'DBClusters[].[DBClusterIdentifier,DBClusterMembers[].DBInstanceIdentifier]'",
        ),
        "aws_opensearch_domain" | "aws_elasticsearch_domain" => (
            None,
            "aws opensearch describe-domain --domain-name NAME --query DomainStatus.ClusterConfig",
        ),
        "aws_docdb_cluster" | "aws_neptune_cluster" => (
            None,
            "aws docdb describe-db-clusters --query 'DBClusters[].[DBClusterIdentifier,MultiAZ]'",
        ),
        "azurerm_mysql_flexible_server" => (
            None,
            "az mysql flexible-server list --query '[].[name,highAvailability.mode]' # ZoneRedundant",
        ),
        "azurerm_postgresql_flexible_server" => (
            None,
            "az postgres flexible-server list --query '[].[name,highAvailability.mode]' # ZoneRedundant",
        ),
        _ => (None, "gcloud sql instances list --format='table(name,settings.availabilityType)'"),
    };
    let edits = match argument {
        Some(_) if is_written => near::swap(origin, "false", "true", ctx),
        Some((name, value)) => Block::of(component, ctx).and_then(|it| it.add(name, value)),
        None => regional(component, facts, is_written.then_some(origin), ctx),
    };
    let hazard = RULE
        .worsens(component.id, FailureMode::ZoneLoss, Term::Impact, "no standby in another zone", message)
        .at(if is_written { origin } else { component.origin })
        .loses(LossClass::Outage)
        .shows_as("Connections are refused while the events of the database say `recovery` or `maintenance`")
        .recover("Wait for a new machine in the same zone; without the zone, restore the newest backup in another one and point its users there")
        .remedy("Give it a standby or a second member in another zone, and let it fail over once in staging")
        .fix(edits.map(|it| Fix::unsafely("Keep a standby in another zone", it)))
        .verify(verify);
    users.iter().take(3).fold(hazard, |hazard, it| {
        hazard.related(
            it.component.origin,
            format!("`{}` is told its address", near::address(it.component)),
        )
    })
}
