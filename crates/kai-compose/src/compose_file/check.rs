//! What Compose refuses to start.

use kai_core::{Node, OriginId};

use super::canonical::{entries, text_of};

/// Something a model names and does not have.
pub(super) struct Refused {
    pub(super) at: OriginId,
    pub(super) message: String,
    pub(super) remedy: &'static str,
}

/// Names that nothing answers to, and services that run nothing.
pub(super) fn check(model: &Node) -> Vec<Refused> {
    let mut refused = Vec::new();
    for service in entries(model.get("services")) {
        let mut check =
            Check { model, service: &service.key, node: &service.node, refused: &mut refused };
        check.image();
        check.depends_on();
        check.names("networks", "network");
        check.names("configs", "config");
        check.names("secrets", "secret");
        check.volumes();
    }
    refused
}

struct Check<'a> {
    model: &'a Node,
    service: &'a str,
    node: &'a Node,
    refused: &'a mut Vec<Refused>,
}

impl Check<'_> {
    fn refuse(&mut self, at: OriginId, message: String, remedy: &'static str) {
        self.refused.push(Refused { at, message, remedy });
    }

    fn has(&self, section: &str, name: &str) -> bool {
        self.model.get(section).is_some_and(|it| it.get(name).is_some())
    }

    fn image(&mut self) {
        let runs = ["image", "build", "provider"];
        if runs.iter().all(|key| self.node.get(key).is_none()) {
            let message = format!("service `{}` has neither an image nor a build", self.service);
            self.refuse(self.node.origin, message, "give it one of the two");
        }
    }

    fn depends_on(&mut self) {
        for entry in entries(self.node.get("depends_on")) {
            let is_optional = entry.node.get("required").and_then(Node::as_bool) == Some(false);
            if !is_optional && !self.has("services", &entry.key) {
                let message = format!(
                    "service `{}` depends on `{}`, which is no service",
                    self.service, entry.key
                );
                self.refuse(entry.key_origin, message, "name a service of the project");
            }
        }
    }

    fn names(&mut self, section: &str, what: &str) {
        let Some(node) = self.node.get(section) else { return };
        let names: Vec<_> = match node.as_map() {
            Some(map) => map.iter().map(|it| (it.key.clone(), it.key_origin)).collect(),
            None => {
                let sources = node.items().iter().filter_map(|it| it.get("source"));
                sources
                    .filter(|it| it.text().is_some())
                    .map(|it| (text_of(it), it.origin))
                    .collect()
            }
        };
        for (name, at) in names {
            let is_default = section == "networks" && name == "default";
            if !is_default && !self.has(section, &name) {
                let message = format!(
                    "service `{}` uses the {what} `{name}`, which is not declared",
                    self.service
                );
                self.refuse(at, message, "declare it at the top of the file");
            }
        }
    }

    fn volumes(&mut self) {
        for mount in self.node.get("volumes").map(Node::items).unwrap_or_default() {
            let Some(source) = mount.get("source").filter(|it| it.text().is_some()) else {
                continue;
            };
            if mount.str_at(&["type"]) == Some("volume") && !self.has("volumes", &text_of(source)) {
                let message = format!(
                    "service `{}` uses the volume `{}`, which is not declared",
                    self.service,
                    text_of(source)
                );
                self.refuse(source.origin, message, "declare it at the top of the file");
            }
        }
    }
}
