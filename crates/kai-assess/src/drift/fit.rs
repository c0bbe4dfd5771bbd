//! Which root a document belongs to.

use std::collections::BTreeMap;

use kai_core::{Root, RootKind, SmolStr};
use kai_graph::System;
use kai_terraform::roots::{Instance, Moves};

use crate::read::Configuration;

/// One configuration with the values of one environment, whose objects may stand in several roots
/// of the graph.
pub(super) struct Candidate<'a> {
    pub(super) roots: Vec<&'a Root>,
    pub(super) instances: BTreeMap<&'a str, &'a Instance>,
    /// Addresses without keys of what is there nobody knows how often, and of calls whose modules are
    /// not here.
    pub(super) open: Vec<String>,
    pub(super) moves: &'a Moves,
}

impl<'a> Candidate<'a> {
    /// All of a system, in the order of their roots.
    pub(super) fn all(system: &'a System, configurations: &'a [Configuration]) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        for it in configurations {
            let root = system.root(it.root);
            let same = |other: &&mut Self| {
                let first = other.roots[0];
                first.path == root.path && first.release == root.release
            };
            let candidate = match found.iter_mut().find(same) {
                Some(candidate) => candidate,
                None => {
                    found.push(Self {
                        roots: Vec::new(),
                        instances: BTreeMap::new(),
                        open: Vec::new(),
                        moves: &it.moves,
                    });
                    let last = found.len() - 1;
                    &mut found[last]
                }
            };
            candidate.roots.push(root);
            candidate.add(&it.instances);
        }
        found.retain(|it| it.roots[0].kind == RootKind::Terraform);
        found
    }

    fn add(&mut self, instances: &'a [Instance]) {
        // Where the state is kept is no object of it.
        for it in instances.iter().filter(|it| !it.is_data && it.ty != "backend") {
            if it.is_call || it.address.contains("[?]") {
                self.open.push(without_keys(&it.address));
            }
            if !it.is_call {
                self.instances.insert(&it.address, it);
            }
        }
    }

    /// The address that the configuration has for an object of the document.
    pub(super) fn current(&self, address: &str) -> String {
        let current = self.moves.current(address);
        if self.instances.contains_key(current.as_str()) {
            return current;
        }
        // A new `count` takes over what had no key, and the other way round.
        let other = match current.strip_suffix("[0]") {
            Some(bare) => bare.to_owned(),
            None => format!("{current}[0]"),
        };
        if self.instances.contains_key(other.as_str()) { other } else { current }
    }

    /// The object that the configuration declares at the address.
    pub(super) fn instance(&self, address: &str) -> Option<&'a Instance> {
        self.instances.get(self.current(address).as_str()).copied()
    }

    /// True where what is not known of the configuration may declare the address.
    pub(super) fn may_hold(&self, address: &str) -> bool {
        let bare = without_keys(&self.moves.current(address));
        self.open.iter().any(|it| {
            bare.strip_prefix(it.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }

    pub(super) fn name(&self) -> String {
        let root = self.roots[0];
        let path = if root.path.as_str().is_empty() { "." } else { root.path.as_str() };
        match &root.release {
            Some(release) => format!("{path} ({release})"),
            None => path.to_owned(),
        }
    }

    /// How many of the addresses it declares, or may.
    pub(super) fn score(&self, addresses: &[&str]) -> usize {
        let is_known = |it: &&&str| self.instance(it).is_some() || self.may_hold(it);
        addresses.iter().filter(is_known).count()
    }

    /// True where this is how a person names it: its folder, with or without its variables.
    pub(super) fn is_called(&self, name: &str) -> bool {
        let name = name.trim_end_matches('/');
        let name = if name == "." { "" } else { name };
        self.name() == name || self.roots[0].path == name
    }
}

/// `module.a.aws_vpc.main` of `module.a[0].aws_vpc.main["x"]`.
fn without_keys(address: &str) -> String {
    let mut bare = String::with_capacity(address.len());
    let (mut depth, mut is_quoted, mut is_escaped) = (0_u32, false, false);
    for letter in address.chars() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' if depth > 0 => is_quoted = !is_quoted,
            '[' if !is_quoted => depth += 1,
            ']' if !is_quoted => depth = depth.saturating_sub(1),
            _ if depth == 0 => bare.push(letter),
            _ => {}
        }
    }
    bare
}

/// The file of variables, as people know it.
pub(super) fn release(root: &Root) -> Option<String> {
    root.release.as_ref().map(SmolStr::to_string)
}
