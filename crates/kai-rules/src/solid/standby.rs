//! Databases of a cloud that survive a zone.

use kai_core::{Environment, SmolStr};
use kai_graph::{Cloud, Component, Facts, ManagedDatabase, Of, Solid};

use super::evidence::{Evidence, credit, rehearsed};
use crate::Context;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let databases = ctx.system.managed_databases();
    let production =
        databases.filter(|it| ctx.system.environment(it.component) == Environment::Production);
    credit(production.filter_map(|it| evidence(it, ctx)).collect(), "database", ctx)
}

fn evidence<'a>(database: Of<'a, ManagedDatabase>, ctx: Context<'a>) -> Option<Evidence<'a>> {
    let standby = database.facts.has_standby.traced().filter(|it| it.value)?;
    let component = database.component;
    let staged = rehearsed(component, cloud_name, ctx);
    let name = staged.or(database.cloud_name.value()).map_or("NAME", |it| it.as_str());
    let when = match staged {
        Some(_) => "the one of staging; measure how long",
        None => "connections break; measure how long",
    };
    Some(Evidence {
        component,
        at: standby.origin,
        title: format!("`{}` keeps a standby in another zone", component.label()),
        verify: match database.cloud {
            Cloud::Azure if component.native_kind.ends_with("_flexible_server") => {
                format!("{} restart --name {name} --resource-group GROUP --failover Forced # {when}", azure(component))
            }
            Cloud::Azure => "az monitor metrics list --resource ID --metric connection_failed # while Azure fails it over in staging".to_owned(),
            Cloud::Google => {
                format!("gcloud sql instances failover {name} # {when}")
            }
            Cloud::Amazon if component.native_kind == "aws_rds_cluster" => format!(
                "aws rds failover-db-cluster --db-cluster-identifier {name} # {when}"
            ),
            Cloud::Amazon if component.native_kind != "aws_db_instance" => {
                "aws fis start-experiment --experiment-template-id ID # takes a zone away, in staging first".to_owned()
            }
            Cloud::Amazon => format!(
                "aws rds reboot-db-instance --db-instance-identifier {name} --force-failover # {when}"
            ),
        },
    })
}

/// The commands of a flexible server.
fn azure(component: &Component) -> &'static str {
    match component.native_kind.as_str() {
        "azurerm_mysql_flexible_server" => "az mysql flexible-server",
        _ => "az postgres flexible-server",
    }
}

fn cloud_name(component: &Component) -> Option<&SmolStr> {
    match &component.facts {
        Facts::ManagedDatabase(it) => it.cloud_name.value(),
        _ => None,
    }
}
