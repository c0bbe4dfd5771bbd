//! Workloads and the stores whose addresses Terraform puts into what they read: an object of the cluster,
//! or an entry of a store of secrets that a controller or a driver brings into the pod.

use std::collections::BTreeMap;

use kai_core::{Lookup, OriginId, Origins, RootId, SmolStr};
use kai_graph::{
    Component, EntryStore, EnvSource, Facts, GivenAddress, HandedOver, Handover, Of, SecretShelf,
    TakenEntry, VolumeSource, Workload,
};

use super::arrows::Arrows;
use super::stores::Stores;

/// Links workloads with the databases, caches, queues and buckets whose addresses they read.
pub(super) fn link<'a>(arrows: &mut Arrows<'a>, stores: &Stores<'a>, origins: &'a Origins) {
    let found = Handovers::of(arrows.index.components);
    if found.objects.is_empty() && found.entries.is_empty() && found.values.is_empty() {
        return;
    }
    for (component, workload) in arrows.index.workloads() {
        let mut reader = Reader { component, arrows, stores, found: &found, origins };
        for read in reads(workload) {
            reader.read(&read);
        }
        let variables = workload.pod.all_containers().flat_map(|it| &it.env);
        for it in variables.filter(|it| matches!(it.source, EnvSource::Unknown(_))) {
            reader.value(it.origin, false);
        }
    }
}

/// What is handed over, and what brings it into the cluster.
#[derive(Default)]
struct Handovers<'a> {
    /// By kind, namespace and name.
    objects: BTreeMap<(&'a str, &'a str, &'a str), Vec<Of<'a, Handover>>>,
    entries: BTreeMap<(SecretShelf, &'a str), Vec<Of<'a, Handover>>>,
    /// What controllers copy into a Secret, by namespace and name.
    copies: BTreeMap<(&'a str, &'a str), Vec<(&'a Component, &'a TakenEntry)>>,
    /// Values of charts, by the text that gives them.
    values: Lookup<OriginId, Vec<(RootId, &'a GivenAddress)>>,
    /// What drivers mount, by namespace and name of their class.
    mounts: BTreeMap<(&'a str, &'a str), Vec<(&'a Component, &'a TakenEntry)>>,
}

impl<'a> Handovers<'a> {
    fn of(components: &'a [Component]) -> Self {
        let mut found = Self::default();
        for component in components {
            found.add(component);
        }
        found
    }

    fn add(&mut self, component: &'a Component) {
        let namespace = component.namespace.as_str();
        match &component.facts {
            Facts::Handover(facts) => {
                let of = Of { component, facts: &**facts };
                match &facts.to {
                    HandedOver::Object { kind, namespace, name } => {
                        self.objects.entry((kind, namespace, name)).or_default().push(of);
                    }
                    HandedOver::Chart => {
                        for given in &facts.given {
                            let value = (component.root, given);
                            self.values.get_or_insert_with(given.origin, Vec::new).push(value);
                        }
                    }
                    HandedOver::Entry { shelf, name } => {
                        self.entries.entry((*shelf, name)).or_default().push(of);
                    }
                }
            }
            Facts::Secret(facts) => {
                let name = facts.target_name.as_ref().unwrap_or(&component.name);
                let taken = facts.taken.iter().map(|it| (component, it));
                self.copies.entry((namespace, name)).or_default().extend(taken);
            }
            Facts::SecretProvider(facts) => {
                let mounted = facts.mounted.iter().map(|it| (component, it));
                self.mounts.entry((namespace, &component.name)).or_default().extend(mounted);
                for (name, taken) in &facts.copied {
                    self.copies.entry((namespace, name)).or_default().push((component, taken));
                }
            }
            _ => {}
        }
    }
}

/// Something that a workload reads.
struct Read<'a> {
    kind: ReadKind,
    name: &'a SmolStr,
    /// Only this of it.
    key: Option<&'a SmolStr>,
    is_optional: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ReadKind {
    Configuration,
    Secret,
    SecretProvider,
}

fn reads(workload: &Workload) -> Vec<Read<'_>> {
    let variables = workload.pod.all_containers().flat_map(|it| &it.env);
    let mut reads: Vec<_> = variables
        .filter_map(|it| {
            let (kind, (name, key, is_optional)) = match &it.source {
                EnvSource::Configuration { name, key, is_optional } => {
                    (ReadKind::Configuration, (name, key, *is_optional))
                }
                EnvSource::Secret { name, key, is_optional } => {
                    (ReadKind::Secret, (name, key, *is_optional))
                }
                _ => return None,
            };
            Some(Read { kind, name, key: key.as_ref(), is_optional })
        })
        .collect();
    for volume in &workload.pod.volumes {
        mounted(&volume.source, &mut reads);
    }
    reads
}

fn mounted<'a>(source: &'a VolumeSource, reads: &mut Vec<Read<'a>>) {
    let (kind, name, keys, is_optional) = match source {
        VolumeSource::Configuration { name, keys, is_optional } => {
            (ReadKind::Configuration, name, &keys[..], *is_optional)
        }
        VolumeSource::Secret { name, keys, is_optional } => {
            (ReadKind::Secret, name, &keys[..], *is_optional)
        }
        VolumeSource::SecretProvider { name } => (ReadKind::SecretProvider, name, &[][..], false),
        VolumeSource::Projected(sources) => {
            return sources.iter().for_each(|it| mounted(it, reads));
        }
        _ => return,
    };
    let read = |key| Read { kind, name, key, is_optional };
    match keys.is_empty() {
        true => reads.push(read(None)),
        false => reads.extend(keys.iter().map(|it| read(Some(it)))),
    }
}

struct Reader<'a, 'b> {
    component: &'a Component,
    arrows: &'b mut Arrows<'a>,
    stores: &'b Stores<'a>,
    found: &'b Handovers<'a>,
    origins: &'b Origins,
}

impl Reader<'_, '_> {
    fn read(&mut self, read: &Read<'_>) {
        let namespace = self.component.namespace.as_str();
        let brought = match read.kind {
            ReadKind::SecretProvider => &self.found.mounts,
            ReadKind::Secret | ReadKind::Configuration => &self.found.copies,
        };
        if read.kind != ReadKind::Configuration {
            let taken = brought.get(&(namespace, read.name.as_str()));
            for (by, entry) in taken.into_iter().flatten() {
                self.entry(by, entry, read);
            }
        }
        let kind = match read.kind {
            ReadKind::Configuration => "ConfigMap",
            ReadKind::Secret => "Secret",
            ReadKind::SecretProvider => return,
        };
        self.rendered(read);
        let objects = self.found.objects.get(&(kind, namespace, read.name.as_str()));
        if let Some(object) = objects.and_then(|it| self.meant(it)) {
            self.call(object, read.key, read.is_optional);
        }
    }

    /// What a chart writes into an object of its own out of values that Terraform gives it.
    fn rendered(&mut self, read: &Read<'_>) {
        if self.found.values.is_empty() {
            return;
        }
        let index = self.arrows.index;
        let is_wanted = |it: &Component| match &it.facts {
            Facts::Secret(_) => read.kind == ReadKind::Secret,
            Facts::Configuration(_) => read.kind == ReadKind::Configuration,
            _ => false,
        };
        let namespace = &self.component.namespace;
        let object = index.nearest_object(self.component, namespace, read.name, is_wanted);
        let Some(object) = object else { return };
        let keys: Vec<(&SmolStr, OriginId)> = match &index.get(object).facts {
            Facts::Secret(facts) => facts.keys.iter().map(|it| (&it.0, it.1)).collect(),
            Facts::Configuration(facts) => {
                facts.settings.iter().map(|it| (&it.key, it.origin)).collect()
            }
            _ => Vec::new(),
        };
        for (key, origin) in keys {
            if read.key.is_none_or(|it| it == key) {
                self.value(origin, read.is_optional);
            }
        }
    }

    /// A value that is to come, by what it was rendered from.
    fn value(&mut self, origin: OriginId, is_optional: bool) {
        if self.found.values.is_empty() {
            return;
        }
        for from in self.origins.chain(origin) {
            for (root, given) in self.found.values.get(&from).into_iter().flatten() {
                self.stores.call(self.arrows, self.component.id, given, *root, is_optional);
            }
        }
    }

    /// An entry that is brought into the cluster, of which the workload may read one key.
    fn entry(&mut self, by: &Component, entry: &TakenEntry, read: &Read<'_>) {
        let is_other_key = |key: &SmolStr| read.key.is_some_and(|it| it != key);
        let is_near = self.arrows.index.is_near(self.component, by);
        if !is_near || entry.key.as_ref().is_some_and(is_other_key) {
            return;
        }
        let Some(shelf) = self.shelf(by, &entry.store) else { return };
        let names = names(shelf, &entry.name);
        let entries = names.iter().find_map(|it| self.found.entries.get(&(shelf, it.as_str())));
        let Some(handed) = entries.and_then(|it| self.meant(it)) else { return };
        let part = match &entry.key {
            None if entry.property.is_some() => return,
            None => read.key,
            Some(_) => entry.property.as_ref(),
        };
        self.call(handed, part, read.is_optional);
    }

    /// The store that an entry is in; none where that is not known, or is no store of a cloud.
    fn shelf(&self, by: &Component, store: &EntryStore) -> Option<SecretShelf> {
        match store {
            EntryStore::Shelf(shelf) => Some(*shelf),
            EntryStore::Object { kind, name } => {
                let id = self.arrows.index.object(by, kind, &by.namespace, name)?;
                match self.arrows.index.get(id).facts {
                    Facts::SecretStore(shelf) => shelf,
                    _ => None,
                }
            }
        }
    }

    fn meant<'h>(&self, of: &[Of<'h, Handover>]) -> Option<Of<'h, Handover>> {
        let candidates = of.iter().map(|it| (it.component.root, it.component.id));
        let id = self.arrows.index.reached(self.component, candidates)?;
        of.iter().copied().find(|it| it.component.id == id)
    }

    fn call(&mut self, of: Of<'_, Handover>, key: Option<&SmolStr>, is_optional: bool) {
        let root: RootId = of.component.root;
        let given = of.facts.given.iter().filter(|it| key.is_none_or(|key| *key == it.key));
        for given in given {
            self.stores.call(self.arrows, self.component.id, given, root, is_optional);
        }
    }
}

/// What a store may call an entry, where the name is written in full.
fn names(shelf: SecretShelf, written: &str) -> Vec<SmolStr> {
    let name = match shelf {
        SecretShelf::AmazonSecrets => written.rsplit_once(":secret:").map(|it| it.1),
        SecretShelf::AmazonParameters => {
            written.strip_prefix("arn:").and_then(|it| it.split_once(":parameter")).map(|it| it.1)
        }
        SecretShelf::GoogleSecrets => {
            let rest = written.strip_prefix("projects/").and_then(|it| it.split_once("/secrets/"));
            rest.and_then(|it| it.1.split('/').next())
        }
    };
    let Some(name) = name else { return vec![written.into()] };
    let mut names = vec![SmolStr::from(name)];
    match shelf {
        // Secrets Manager adds six letters to the name in an ARN, and takes it without them.
        SecretShelf::AmazonSecrets => {
            let short = name.rsplit_once('-').filter(|it| it.1.len() == 6).map(|it| it.0);
            names.extend(short.map(SmolStr::from));
        }
        SecretShelf::AmazonParameters => {
            names.extend(name.strip_prefix('/').map(SmolStr::from));
        }
        SecretShelf::GoogleSecrets => {}
    }
    names
}
