//! The mapping around a key.

use kai_core::{Map, Node, OriginId, Origins};

use super::place::Place;

/// What else stands in the mapping that holds a key.
pub(super) struct Siblings {
    /// The mapping is written in braces.
    pub in_flow: bool,
    pub is_alone: bool,
    /// Where the key after it starts.
    pub next: Option<usize>,
}

impl Siblings {
    /// Reads the file again to find the mapping: a composed tree may have other entries.
    pub(super) fn of(key: &Place<'_>) -> Option<Self> {
        let origins = Origins::new();
        let id = origins.add_document("again".into(), key.text().into())?;
        let parsed = crate::yaml::parse(&origins, id);
        parsed.documents.iter().find_map(|it| find(&origins, &it.node, key))
    }
}

fn find(origins: &Origins, node: &Node, key: &Place<'_>) -> Option<Siblings> {
    if let Some(map) = node.as_map() {
        let starts = starts(origins, map);
        if starts.contains(&key.start()) {
            return Some(Siblings {
                in_flow: key.text()[start(origins, node.origin)?..].starts_with('{'),
                is_alone: map.len() == 1,
                next: starts.into_iter().filter(|&it| it > key.start()).min(),
            });
        }
        return map.iter().find_map(|it| find(origins, &it.node, key));
    }
    node.items().iter().find_map(|it| find(origins, it, key))
}

fn starts(origins: &Origins, map: &Map) -> Vec<usize> {
    map.iter().filter_map(|it| start(origins, it.key_origin)).collect()
}

fn start(origins: &Origins, id: OriginId) -> Option<usize> {
    origins.span(id).map(|it| it.start as usize)
}
