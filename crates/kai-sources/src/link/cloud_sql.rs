//! Instances of Cloud SQL by the name under which programs and their proxies connect.

use std::collections::BTreeMap;

use kai_core::ComponentId;
use kai_graph::{Cloud, Component, Container, Facts};

use super::index::Index;

/// `project:region:instance`
#[derive(Debug, Clone, Copy)]
pub(super) struct ConnectionName<'a> {
    pub(super) whole: &'a str,
    project: &'a str,
    region: &'a str,
    instance: &'a str,
}

/// Every one in an argument or a variable: `-instances=p:r:a=tcp:5432,p:r:b?port=5433`. A project may
/// belong to a domain (`example.com:shop`).
pub(super) fn names(text: &str) -> Vec<ConnectionName<'_>> {
    let text = text.rsplit_once("instances=").map_or(text, |(_, it)| it);
    text.split(',').filter_map(|it| parse(it.split(['=', '?']).next().unwrap_or(it))).collect()
}

fn parse(whole: &str) -> Option<ConnectionName<'_>> {
    let (rest, instance) = whole.rsplit_once(':')?;
    let (project, region) = rest.rsplit_once(':')?;
    let is_word = |it: &str| it.starts_with(|it: char| it.is_ascii_lowercase());
    let is_one = [project, region, instance].into_iter().all(is_word)
        && project.matches(':').count() <= usize::from(project.contains('.'))
        && !whole.contains(['/', ' ']);
    is_one.then_some(ConnectionName { whole, project, region, instance })
}

pub(super) fn is_proxy(container: &Container) -> bool {
    const PROXIES: &[&str] = &["cloud-sql-proxy", "cloud_sql_proxy", "cloudsql-proxy", "gce-proxy"];
    container.image.value().is_some_and(|it| PROXIES.contains(&it.name()))
}

/// True for a variable that libraries and scripts connect by.
pub(super) fn is_key(key: &str) -> bool {
    key.to_ascii_lowercase().replace('-', "_").contains("connection_name")
}

/// The instances that Terraform declares, by name.
pub(super) struct Instances<'a>(BTreeMap<&'a str, Vec<&'a Component>>);

impl<'a> Instances<'a> {
    pub(super) fn of(components: &'a [Component]) -> Self {
        let mut instances = Self(BTreeMap::new());
        for component in components {
            let Facts::ManagedDatabase(facts) = &component.facts else { continue };
            if let (Cloud::Google, Some(name)) = (facts.cloud, facts.cloud_name.value()) {
                instances.0.entry(name).or_default().push(component);
            }
        }
        instances
    }

    /// The instance that is meant: of that name and region, in that project or in one that nobody names
    /// here. None where it may be one or another.
    pub(super) fn find(
        &self,
        name: &ConnectionName<'_>,
        from: &Component,
        index: &Index<'_>,
    ) -> Option<ComponentId> {
        let named = self.0.get(name.instance)?.iter();
        let in_place = named.filter(|it| {
            let Facts::ManagedDatabase(facts) = &it.facts else { return false };
            let is_home = facts.home.value().is_none_or(|it| it == name.project);
            is_home && it.label_value("region") == Some(name.region)
        });
        index.reached(from, in_place.map(|it| (it.root, it.id)))
    }
}

#[cfg(test)]
mod tests {
    use super::names;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<_> = names(text).iter().map(|it| it.whole).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn instances_stand_in_arguments_with_ports_and_lists() {
        check("-instances=p:r:a=tcp:5432,p:r:b=tcp:5433", &["p:r:a", "p:r:b"]);
        check("p:europe-west1:a?port=5432", &["p:europe-west1:a"]);
        check("example.com:shop:us-east1:a", &["example.com:shop:us-east1:a"]);
    }

    #[test]
    fn ports_and_urls_are_no_instances() {
        for text in ["--port=5432", "a:b:5432", "http://a:b:c", "a:b:c:d", "host:5432", "a b:c:d"] {
            check(text, &[]);
        }
    }
}
