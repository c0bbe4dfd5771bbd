//! One project to its components.

use kai_core::{ComponentId, Entry, Lookup, Node, OriginId, Origins, Role, RootId, SmolStr};
use kai_graph::{Component, ComponentKind, Configuration, Facts, Labels, SecretFacts, Setting};

use super::read::{entries, is, shown};
use super::{entry_point, service, storage};
use crate::fields::{Reader, items};
use crate::material::{self, Place};
use crate::{Lowered, monitoring};

/// Turns the models of projects into components: services, the ports they publish, volumes,
/// configurations and secrets.
#[must_use]
pub fn lower(objects: &[Node], root: RootId, origins: &Origins) -> Lowered {
    let mut components = Vec::new();
    for model in objects {
        let project = model.get("name").map(shown).unwrap_or_default();
        let mut lowering = Lowering { model, root, project, components: &mut components };
        lowering.services(origins);
        lowering.volumes();
        lowering.configurations(origins);
        lowering.secrets();
    }
    for (id, component) in (0..).zip(&mut components) {
        component.id = ComponentId(id);
    }
    Lowered { components, problems: Vec::new() }
}

struct Lowering<'a> {
    model: &'a Node,
    root: RootId,
    project: SmolStr,
    components: &'a mut Vec<Component>,
}

impl Lowering<'_> {
    fn add(
        &mut self,
        kind: ComponentKind,
        native_kind: &str,
        name: &str,
        origin: OriginId,
        facts: Facts,
    ) -> &mut Component {
        let component = Component {
            namespace: self.project.clone(),
            facts,
            ..Component::named(kind, native_kind, name, self.root, origin)
        };
        self.components.push(component);
        self.components.last_mut().expect("a component was just pushed")
    }

    fn services(&mut self, origins: &Origins) {
        for entry in entries(self.model, "services") {
            let (kind, facts) = service::lower(entry, self.model, origins);
            let component = self.add(kind, "service", &entry.key, entry.key_origin, facts);
            component.labels = labels(&entry.node);
            // A datastore's port on the host is for its keepers, not for users.
            if kind == ComponentKind::Workload {
                self.ports(entry);
            }
        }
    }

    fn ports(&mut self, service: &Entry) {
        for port in entry_point::lower(service) {
            let facts = Facts::EntryPoint(Box::new(port.facts));
            self.add(ComponentKind::EntryPoint, "port", &port.name, port.origin, facts);
        }
    }

    fn volumes(&mut self) {
        for entry in entries(self.model, "volumes") {
            self.add(ComponentKind::Volume, "volume", &entry.key, entry.key_origin, Facts::Named);
        }
    }

    /// Configs, and the files that services mount from the tree, each once.
    fn configurations(&mut self, origins: &Origins) {
        for entry in entries(self.model, "configs") {
            let content = entry.node.get("content").into_iter();
            let name = entry.node.get("file").map_or_else(|| entry.key.clone(), shown);
            let settings = content.map(|it| setting(&name, it)).collect();
            self.monitoring(entry.node.get("content").map(|it| (&name, it)), origins);
            self.configuration("config", &entry.key, entry.key_origin, settings);
        }
        let mut seen: Lookup<SmolStr, ()> = Lookup::new();
        for service in entries(self.model, "services") {
            for mount in items(&service.node, &["volumes"]) {
                let (Some(source), Some(files)) = (mount.get("source"), mount.get("files")) else {
                    continue;
                };
                if seen.insert(shown(source), ()).is_some() {
                    continue;
                }
                let files = files.as_map().into_iter().flatten();
                self.monitoring(files.clone().map(|it| (&it.key, &it.node)), origins);
                let settings: Vec<Setting> = files.map(|it| setting(&it.key, &it.node)).collect();
                let origin = settings.first().map_or(source.origin, |it| it.origin);
                self.configuration("file", &storage::file_name(&shown(source)), origin, settings);
            }
        }
    }

    /// The files that Prometheus and Alertmanager read among these.
    fn monitoring<'n>(
        &mut self,
        files: impl IntoIterator<Item = (&'n SmolStr, &'n Node)>,
        origins: &Origins,
    ) {
        for (name, content) in files {
            let Some(node) = monitoring::embedded(name, content, origins) else { continue };
            let reader = Reader::new(origins, Role::ApiDefault, "file", name);
            if let Some(facts) = monitoring::facts(&node, &reader) {
                self.add(ComponentKind::Control, "file", name, node.origin, facts);
            }
        }
    }

    fn configuration(&mut self, kind: &str, name: &str, at: OriginId, settings: Vec<Setting>) {
        let mut facts = Configuration { settings, is_immutable: false, material: Vec::new() };
        for Setting { key, value, origin } in &mut facts.settings {
            let found = material::in_value(key, value, Place::Open);
            facts.material.extend(found.iter().map(|it| it.material(key, value, *origin)));
            *value = material::mask(value, &found);
        }
        let facts = Facts::Configuration(Box::new(facts));
        self.add(ComponentKind::Configuration, kind, name, at, facts);
    }

    fn secrets(&mut self) {
        for entry in entries(self.model, "secrets") {
            let kind = ["file", "environment", "external"];
            let kind = kind.into_iter().find(|it| entry.node.get(it).is_some()).unwrap_or_default();
            let facts = SecretFacts {
                keys: Vec::new(),
                secret_type: SmolStr::new_static(kind),
                material: Vec::new(),
                is_reference: is(&entry.node, &["external"]),
                target_name: None,
                taken: Vec::new(),
            };
            let facts = Facts::Secret(Box::new(facts));
            self.add(ComponentKind::Secret, "secret", &entry.key, entry.key_origin, facts);
        }
    }
}

fn setting(key: &str, content: &Node) -> Setting {
    Setting { key: key.into(), value: shown(content), origin: content.origin }
}

fn labels(service: &Node) -> Labels {
    let mut labels: Labels =
        entries(service, "labels").map(|it| (it.key.clone(), shown(&it.node))).collect();
    labels.sort_unstable();
    labels
}
