//! Databases of a cloud that survive a zone.

use kai_core::Environment;
use kai_graph::{Cloud, ManagedDatabase, Of, Solid};

use super::evidence::{Evidence, credit};
use crate::Context;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let databases = ctx.system.managed_databases();
    let production =
        databases.filter(|it| ctx.system.environment(it.component) == Environment::Production);
    credit(production.filter_map(evidence).collect(), "database", ctx)
}

fn evidence(database: Of<'_, ManagedDatabase>) -> Option<Evidence<'_>> {
    let standby = database.facts.has_standby.traced().filter(|it| it.value)?;
    let component = database.component;
    let name = database.cloud_name.value().map_or("NAME", |it| it.as_str());
    Some(Evidence {
        component,
        at: standby.origin,
        title: format!("`{}` keeps a standby in another zone", component.label()),
        verify: match database.cloud {
            Cloud::Google => {
                format!("gcloud sql instances failover {name} # in staging first; measure how long")
            }
            Cloud::Amazon if component.native_kind == "aws_rds_cluster" => format!(
                "aws rds failover-db-cluster --db-cluster-identifier {name} # in staging first; measure how long"
            ),
            Cloud::Amazon if component.native_kind != "aws_db_instance" => {
                "aws fis start-experiment --experiment-template-id ID # takes a zone away, in staging first".to_owned()
            }
            Cloud::Amazon => format!(
                "aws rds reboot-db-instance --db-instance-identifier {name} --force-failover # in staging first"
            ),
        },
    })
}
