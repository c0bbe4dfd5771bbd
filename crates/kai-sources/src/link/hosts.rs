//! Databases and caches of a cloud by the host names under which the cloud answers for them.

use std::collections::BTreeMap;

use kai_core::ComponentId;
use kai_graph::{Component, Facts};

use super::index::Index;

/// What a host name says: the name of a thing, the types that it may have, its region.
#[derive(Debug, PartialEq, Eq)]
struct Host<'a> {
    name: &'a str,
    types: &'static [&'static str],
    region: Option<&'a str>,
}

/// Amazon RDS User Guide, "Connecting to a DB instance"; Amazon ElastiCache User Guide, "Finding connection
/// endpoints"; learn.microsoft.com/azure/private-link/private-endpoint-dns.
fn read(host: &str) -> Option<Host<'_>> {
    let labels: Vec<&str> = host.split('.').collect();
    match &labels[..] {
        [name, hash, region, service @ ("rds" | "docdb"), "amazonaws", "com"] => {
            let types: &[&str] = match (hash.split_once('-'), *service) {
                (None, "rds") => &["aws_db_instance"],
                // An endpoint of its own is named otherwise than its cluster, and so is a proxy.
                (Some(("cluster", rest)), _) if rest.starts_with("custom-") => return None,
                (Some(("cluster", _)), "rds") => &["aws_rds_cluster", "aws_neptune_cluster"],
                (Some(("cluster", _)), _) => &["aws_docdb_cluster"],
                _ => return None,
            };
            Some(Host { name, types, region: Some(region) })
        }
        [.., "cache", "amazonaws", "com"] => {
            const PREFIXES: &[&str] = &["clustercfg", "master", "replica"];
            let name = labels.iter().find(|it| !PREFIXES.contains(it))?;
            let types = &["aws_elasticache_replication_group", "aws_elasticache_cluster"];
            Some(Host { name, types, region: None })
        }
        [name, "postgres", "database", "azure", "com"] => {
            Some(Host { name, types: &["azurerm_postgresql_flexible_server"], region: None })
        }
        [name, "mysql", "database", "azure", "com"] => {
            Some(Host { name, types: &["azurerm_mysql_flexible_server"], region: None })
        }
        _ => None,
    }
}

/// The databases and caches that Terraform declares, by the name that the cloud has for them, and those
/// that records of its zones lead to, by the whole name.
pub(super) struct Hosts<'a> {
    by_name: BTreeMap<&'a str, Vec<&'a Component>>,
    records: BTreeMap<&'a str, Vec<&'a Component>>,
}

impl<'a> Hosts<'a> {
    pub(super) fn of(components: &'a [Component]) -> Self {
        let mut hosts = Self { by_name: BTreeMap::new(), records: BTreeMap::new() };
        for component in components {
            match &component.facts {
                Facts::ManagedDatabase(_) | Facts::ManagedCache(_) => {
                    let name = component.facts.cloud_name().and_then(kai_core::Known::value);
                    if let Some(name) = name {
                        hosts.by_name.entry(name).or_default().push(component);
                    }
                }
                Facts::DnsRecord(record) if !record.targets.is_empty() => {
                    if let Some(name) = record.cloud_name.value() {
                        hosts
                            .records
                            .entry(name.trim_end_matches('.'))
                            .or_default()
                            .push(component);
                    }
                }
                _ => {}
            }
        }
        hosts
    }

    /// The thing that answers under a host name for a component; none where it may be one or another.
    pub(super) fn find(
        &self,
        host: &str,
        from: &Component,
        index: &Index<'_>,
    ) -> Option<ComponentId> {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        if let Some(records) = self.records.get(host.as_str()) {
            let record = index.reached(from, records.iter().map(|it| (it.root, it.id)))?;
            return target(index.get(record), index);
        }
        let Host { name, types, region } = read(&host)?;
        let fits = |it: &&&Component| {
            let own = it.label_value("region");
            types.contains(&it.native_kind.as_str())
                && (own.is_none() || region.is_none() || own == region)
        };
        let named = self.by_name.get(name)?.iter().filter(fits);
        index.reached(from, named.map(|it| (it.root, it.id)))
    }
}

/// What a record leads to, where the same root declares it.
fn target(record: &Component, index: &Index<'_>) -> Option<ComponentId> {
    let Facts::DnsRecord(facts) = &record.facts else { return None };
    let [to] = &facts.targets[..] else { return None };
    let found = index.object(record, &to.kind, "", &to.name)?;
    index.is_meant(to, record.root, index.get(found).root).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[track_caller]
    fn check(host: &str, expected: Option<(&str, &str)>) {
        assert_eq!(read(host).map(|it| (it.name, it.types[0])), expected, "{host}");
    }

    #[test]
    fn hosts_of_databases_begin_with_their_names() {
        check("orders.c1.eu-west-1.rds.amazonaws.com", Some(("orders", "aws_db_instance")));
        let cluster = Some(("orders", "aws_rds_cluster"));
        check("orders.cluster-c1.eu-west-1.rds.amazonaws.com", cluster);
        check("orders.cluster-ro-c1.eu-west-1.rds.amazonaws.com", cluster);
        check(
            "master.jobs.c1.euw1.cache.amazonaws.com",
            Some(("jobs", "aws_elasticache_replication_group")),
        );
        check(
            "jobs.c1.ng.0001.euw1.cache.amazonaws.com",
            Some(("jobs", "aws_elasticache_replication_group")),
        );
        check("orders.cluster-custom-c1.eu-west-1.rds.amazonaws.com", None);
        check("orders.proxy-c1.eu-west-1.rds.amazonaws.com", None);
        check(
            "orders.postgres.database.azure.com",
            Some(("orders", "azurerm_postgresql_flexible_server")),
        );
        check("rds.eu-west-1.amazonaws.com", None);
    }
}
