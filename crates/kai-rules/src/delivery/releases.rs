//! One cause in the values of many releases.

use std::collections::BTreeMap;

use kai_graph::{Component, Installation};

use super::value_unread::installations;
use crate::Context;

/// A value of one release, and the names of all releases that have it for the same cause.
pub(super) struct Concerned<'a, V> {
    pub(super) component: &'a Component,
    pub(super) installation: &'a Installation,
    pub(super) value: &'a V,
    pub(super) releases: Vec<&'a str>,
}

/// Gathers what installations hold by what makes it one cause.
pub(super) fn gathered<'a, V, C: Ord>(
    ctx: Context<'a>,
    values: impl Fn(&'a Installation) -> Vec<&'a V>,
    cause: impl Fn(&'a Installation, &'a V) -> C,
) -> Vec<Concerned<'a, V>> {
    let mut by_cause: BTreeMap<C, Vec<_>> = BTreeMap::new();
    for (component, installation) in installations(ctx) {
        for value in values(installation) {
            let same = by_cause.entry(cause(installation, value)).or_default();
            same.push((component, installation, value));
        }
    }
    let of_cause = |same: Vec<(&'a Component, &'a Installation, &'a V)>| {
        let mut releases: Vec<_> = same.iter().map(|it| it.0.name.as_str()).collect();
        releases.sort_unstable();
        releases.dedup();
        same.into_iter().map(move |(component, installation, value)| Concerned {
            component,
            installation,
            value,
            releases: releases.clone(),
        })
    };
    by_cause.into_values().flat_map(of_cause).collect()
}
