//! Clusters and regions for each of which a job runs.

use kai_core::{Node, SmolStr};
use kai_graph::Places;

/// What a key is called whose values are places. A `site` is mostly one of the web, a `zone` one of DNS.
const KEYS: [&str; 6] = ["cluster", "clusters", "datacenter", "location", "region", "regions"];

fn is_place(key: &str) -> bool {
    KEYS.contains(&key.to_ascii_lowercase().as_str())
}

/// `region: [eu, us]`; none where they are not all written.
pub(super) fn of_matrix(matrix: &Node) -> Option<Places> {
    let entry = matrix.as_map()?.iter().find(|it| is_place(&it.key))?;
    let values: Option<Vec<SmolStr>> =
        entry.node.items().iter().map(|it| Some(it.as_str()?.into())).collect();
    let values = values?;
    let places = Places { key: entry.key.clone(), values, origin: entry.key_origin };
    (places.values.len() > 1).then_some(places)
}

/// `[{ region: eu }, { region: us }]`
pub(super) fn of_list(list: &Node) -> Option<Places> {
    let first = list.items().first()?.as_map()?.iter().find(|it| is_place(&it.key))?;
    let each = list.items().iter().map(|it| Some(it.str_at(&[first.key.as_str()])?.into()));
    let mut values = each.collect::<Option<Vec<SmolStr>>>()?;
    values.sort_unstable();
    values.dedup();
    let places = Places { key: first.key.clone(), values, origin: first.key_origin };
    (places.values.len() > 1).then_some(places)
}
