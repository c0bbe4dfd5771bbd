//! One file's model with every short form written out, so that models merge field by field.
//!
//! After this, `environment`, `labels`, `depends_on` and `networks` are mappings, `ports`,
//! `volumes`, `configs`, `secrets` and `env_file` lists of mappings, commands lists of words, and
//! relative paths start at the top of the tree. What was taken out of a longer text has that text
//! for its origin.

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Entry, Map, Node, OriginId, Origins, Problem, Reason, Role, SmolStr, Value};

use super::interpolate::unknown;
use super::short;

/// Reads one model; `folder` is where its relative paths start.
pub(super) struct Canonical<'a> {
    pub(super) origins: &'a Origins,
    pub(super) folder: &'a Utf8Path,
    pub(super) problems: &'a mut Vec<Problem>,
}

/// The sections of a model that are kept.
const SECTIONS: &[&str] = &["services", "networks", "volumes", "configs", "secrets"];

/// Mappings that may be written as lists of `key=value`.
const PAIRS: &[&str] = &["environment", "labels", "annotations", "sysctls"];

impl Canonical<'_> {
    pub(super) fn model(&mut self, document: &Node) -> Node {
        let mut model = Map::new();
        for entry in document.as_map().into_iter().flatten() {
            let key = entry.key.as_str();
            if matches!(key, "name" | "include") {
                model.set(key, entry.key_origin, entry.node.clone());
            } else if SECTIONS.contains(&key) && !entry.node.is_null() {
                let section = self.section(key, &entry.node);
                model.set(key, entry.key_origin, section);
            }
        }
        Node::map(model, document.origin)
    }

    fn section(&mut self, name: &str, node: &Node) -> Node {
        let Some(section) = node.as_map() else {
            self.refuse(node, &format!("`{name}` is no mapping of names"));
            return Node::map(Map::new(), node.origin);
        };
        let mut result = Map::new();
        for entry in section {
            let node = match (name, &entry.node.value) {
                ("services", Value::Map(_)) => self.service(&entry.key, &entry.node),
                ("configs" | "secrets", Value::Map(_)) => self.file_of(&entry.node),
                (_, Value::Map(_) | Value::Unknown(_)) => entry.node.clone(),
                ("services", _) => {
                    self.refuse(&entry.node, &format!("service `{}` is no mapping", entry.key));
                    continue;
                }
                (_, _) => Node::map(Map::new(), entry.node.origin),
            };
            result.set(&entry.key, entry.key_origin, node);
        }
        Node::map(result, node.origin)
    }

    /// A config or secret; its file as a path from the top.
    fn file_of(&self, node: &Node) -> Node {
        let mut node = node.clone();
        if let Some(file) = node.get("file").and_then(Node::text).map(|it| self.path(it)) {
            self.set_text(&mut node, "file", file.as_str());
        }
        node
    }

    fn set_text(&self, node: &mut Node, key: &str, text: &str) {
        if let Some(place) = node.get_mut(key)
            && place.text() != Some(text)
        {
            let origin = self.part(place);
            *place = Node::string(text, origin);
        }
    }

    fn service(&mut self, name: &str, node: &Node) -> Node {
        let mut result = Map::new();
        let mut volumes = Vec::new();
        for entry in node.as_map().into_iter().flatten() {
            let (key, value) = (entry.key.as_str(), &entry.node);
            if value.is_null() && key != "command" && key != "entrypoint" {
                continue;
            }
            let written = match key {
                "volumes" => self.list(name, key, value, Self::mount, &mut volumes),
                "tmpfs" => self.list(name, key, value, Self::tmpfs, &mut volumes),
                _ => self.field(name, key, value),
            };
            if let Some(node) = written {
                result.set(key, entry.key_origin, node);
            }
        }
        if !volumes.is_empty() {
            let at = node.get("volumes").or_else(|| node.get("tmpfs")).unwrap_or(node).origin;
            result.set("volumes", at, Node::seq(volumes, at));
        }
        Node::map(result, node.origin)
    }

    fn field(&mut self, service: &str, key: &str, node: &Node) -> Option<Node> {
        let node = match key {
            "command" | "entrypoint" => self.command(node),
            "depends_on" => self.names(node, Some(("condition", "service_started"))),
            "networks" => self.names(node, None),
            "extends" => self.named(node, "service"),
            "build" => self.build(node),
            "healthcheck" => self.healthcheck(node),
            "deploy" => self.inside(node, "labels", |this, it| this.pairs(it)),
            "ports" => self.items(service, key, node, Self::port)?,
            "env_file" => self.items(service, key, node, Self::env_file)?,
            "configs" | "secrets" => {
                let named = |this: &mut Self, it: &Node| Some(vec![this.named(it, "source")]);
                self.items(service, key, node, named)?
            }
            "profiles" | "links" | "volumes_from" | "expose" => {
                self.items(service, key, node, |_, it| Some(vec![it.clone()]))?
            }
            key if PAIRS.contains(&key) => self.pairs(node),
            _ => node.clone(),
        };
        Some(node)
    }

    /// One value inside a mapping, changed.
    fn inside(&self, node: &Node, key: &str, change: impl Fn(&Self, &Node) -> Node) -> Node {
        let mut node = node.clone();
        if let Some(place) = node.get_mut(key) {
            *place = change(self, place);
        }
        node
    }

    fn build(&self, node: &Node) -> Node {
        let mut build = self.named(node, "context");
        if let Some(context) = build.get("context").and_then(Node::text).map(str::to_owned) {
            let is_remote = context.contains("://") || context.starts_with("git@");
            if !is_remote {
                self.set_text(&mut build, "context", self.path(&context).as_str());
            }
        }
        self.inside(&build, "args", |this, it| this.pairs(it))
    }

    fn healthcheck(&self, node: &Node) -> Node {
        self.inside(node, "test", |this, test| match test.as_scalar() {
            Some(_) => {
                let shell = Node::string("CMD-SHELL", this.part(test));
                Node::seq(vec![shell, test.clone()], test.origin)
            }
            None => test.clone(),
        })
    }

    /// A command line as its words; what a shell could not split stays one word.
    fn command(&self, node: &Node) -> Node {
        let Some(line) = node.as_scalar().filter(|_| !node.is_null()) else {
            return node.clone();
        };
        let words = short::words(&line.text).unwrap_or_else(|| vec![line.text.to_string()]);
        let origin = self.part(node);
        let words = words.into_iter().map(|it| Node::string(it, origin)).collect();
        Node::seq(words, node.origin)
    }

    /// A list of names as a mapping, or the mapping that it is.
    fn names(&self, node: &Node, setting: Option<(&str, &str)>) -> Node {
        if !node.is_seq() {
            return node.clone();
        }
        let mut result = Map::new();
        for item in node.items() {
            let Some(name) = item.text() else { continue };
            let mut inner = Map::new();
            if let Some((key, value)) = setting {
                let origin = self.origins.defaulted(Role::ProviderDefault, item.origin);
                inner.set(key, item.origin, Node::string(value, origin));
            }
            result.set(name, item.origin, Node::map(inner, item.origin));
        }
        Node::map(result, node.origin)
    }

    /// A text that stands for a mapping with one key.
    fn named(&self, node: &Node, key: &str) -> Node {
        if node.as_map().is_some() {
            return node.clone();
        }
        let mut map = Map::new();
        map.set(key, node.origin, node.clone());
        Node::map(map, node.origin)
    }

    /// A list of `key=value` as a mapping; a key alone has a null. Where a value is not known, its
    /// key still is.
    fn pairs(&self, node: &Node) -> Node {
        if !node.is_seq() {
            return node.clone();
        }
        let mut result = Map::new();
        for item in node.items() {
            let (text, is_known) = match &item.value {
                Value::Unknown(hole) => (hole.text.as_str(), false),
                _ => (item.text().unwrap_or_default(), true),
            };
            let (key, value) = match text.split_once('=') {
                Some((key, value)) if is_known => (key, Node::string(value, self.part(item))),
                Some((key, value)) => {
                    (key, unknown(value, Reason::NotInRepository, self.part(item)))
                }
                None => (text, Node::null(item.origin)),
            };
            result.set(key.trim(), item.origin, value);
        }
        Node::map(result, node.origin)
    }

    fn items(
        &mut self,
        service: &str,
        key: &str,
        node: &Node,
        read: impl Fn(&mut Self, &Node) -> Option<Vec<Node>>,
    ) -> Option<Node> {
        let mut items = Vec::new();
        self.list(service, key, node, read, &mut items);
        Some(Node::seq(items, node.origin))
    }

    /// Reads a list, or the one item that stands for it, into `items`.
    fn list(
        &mut self,
        service: &str,
        key: &str,
        node: &Node,
        read: impl Fn(&mut Self, &Node) -> Option<Vec<Node>>,
        items: &mut Vec<Node>,
    ) -> Option<Node> {
        let single = std::slice::from_ref(node);
        for item in if node.is_seq() { node.items() } else { single } {
            match read(self, item) {
                Some(read) => items.extend(read),
                None => self.refuse(
                    item,
                    &format!("an item of `{key}` of service `{service}` cannot be read"),
                ),
            }
        }
        None
    }

    fn port(&mut self, node: &Node) -> Option<Vec<Node>> {
        let text = match &node.value {
            Value::Map(_) => return Some(vec![node.clone()]),
            Value::Scalar(scalar) => &scalar.text,
            Value::Unknown(hole) => &hole.text,
            Value::Seq(_) => return None,
        };
        let port = |it: short::Port| {
            let mut map = Map::new();
            let parts = [
                ("host_ip", it.host_ip),
                ("published", it.published),
                ("target", Some(it.target)),
                ("protocol", it.protocol),
            ];
            for (key, value) in parts {
                if let Some(value) = value {
                    map.set(key, node.origin, self.piece(node, text, &value));
                }
            }
            Node::map(map, node.origin)
        };
        Some(short::ports(text)?.into_iter().map(port).collect())
    }

    fn mount(&mut self, node: &Node) -> Option<Vec<Node>> {
        let text = match &node.value {
            Value::Map(_) => return Some(vec![self.long_mount(node)]),
            Value::Scalar(scalar) => &scalar.text,
            Value::Unknown(hole) => &hole.text,
            Value::Seq(_) => return None,
        };
        let mount = short::mount(text)?;
        let mut map = Map::new();
        let mut set = |key: &str, node: Node| map.set(key, node.origin, node);
        let origin = self.part(node);
        // `${DATA}:/data` may be either: what fills it in decides.
        let is_hole = mount.source.is_some_and(|it| it.starts_with('$'));
        if is_hole {
            set("type", unknown("", Reason::NotInRepository, origin));
        } else {
            set("type", Node::string(mount.kind, origin));
        }
        if let Some(source) = mount.source {
            let source = if mount.kind == "bind" && !is_hole {
                self.piece(node, text, self.host_path(source).as_str())
            } else {
                self.piece(node, text, source)
            };
            set("source", source);
        }
        set("target", self.piece(node, text, mount.target));
        if mount.is_read_only {
            set("read_only", Node::new(Value::Scalar(kai_core::Scalar::bool(true)), origin));
        }
        Some(vec![Node::map(map, node.origin)])
    }

    fn long_mount(&self, node: &Node) -> Node {
        let mut node = node.clone();
        let source = node.get("source").and_then(Node::text);
        if node.str_at(&["type"]) == Some("bind")
            && let Some(source) = source.map(|it| self.host_path(it))
        {
            self.set_text(&mut node, "source", source.as_str());
        }
        node
    }

    fn tmpfs(&mut self, node: &Node) -> Option<Vec<Node>> {
        let text = node.text()?;
        let target = text.split(':').next().unwrap_or_default();
        let origin = self.part(node);
        let mut map = Map::new();
        map.set("type", origin, Node::string("tmpfs", origin));
        map.set("target", origin, self.piece(node, text, target));
        Some(vec![Node::map(map, node.origin)])
    }

    fn env_file(&mut self, node: &Node) -> Option<Vec<Node>> {
        let mut file = self.named(node, "path");
        let path = file.get("path")?.text().map(|it| self.path(it));
        if let Some(path) = path {
            self.set_text(&mut file, "path", path.as_str());
        }
        Some(vec![file])
    }

    /// A part of a text, or the node itself where it is all of it; unknown where it has a hole.
    fn piece(&self, node: &Node, whole: &str, piece: &str) -> Node {
        if piece.contains("${") && matches!(node.value, Value::Unknown(_)) {
            return unknown(piece, Reason::NotInRepository, node.origin);
        }
        let origin = if piece == whole { node.origin } else { self.part(node) };
        Node::string(piece, origin)
    }

    /// The origin of what was taken out of a longer text: its line, which nobody can edit as such.
    fn part(&self, node: &Node) -> OriginId {
        self.origins.derived(Role::Transformed, Some(node.origin), &[node.origin])
    }

    /// A place on the host: `./` and a path from the top of the tree, or as it is written.
    fn host_path(&self, source: &str) -> Utf8PathBuf {
        if source.starts_with('.') {
            Utf8Path::new(".").join(self.path(source))
        } else {
            source.into()
        }
    }

    /// A path from the top of the tree; `..` past the top stays.
    fn path(&self, path: &str) -> Utf8PathBuf {
        join(self.folder, path)
    }

    fn refuse(&mut self, node: &Node, message: &str) {
        let remedy = "write it as the Compose Specification has it";
        self.problems
            .extend(self.origins.span(node.origin).map(|it| Problem::at(it, message, remedy)));
    }
}

/// `path` seen from `folder`, without `.` and, as far as possible, without `..`.
pub(super) fn join(folder: &Utf8Path, path: &str) -> Utf8PathBuf {
    let mut parts: Vec<&str> = Vec::new();
    let is_absolute = path.starts_with('/');
    let folder = if is_absolute { "" } else { folder.as_str() };
    for part in folder.split('/').chain(path.split('/')) {
        match (part, parts.last()) {
            ("" | ".", _) => {}
            ("..", Some(last)) if *last != ".." => {
                parts.pop();
            }
            (part, _) => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if is_absolute { format!("/{joined}").into() } else { joined.into() }
}

/// The values of a mapping, without those of its entries that are null.
pub(super) fn entries(node: Option<&Node>) -> impl Iterator<Item = &Entry> {
    node.and_then(Node::as_map).into_iter().flatten()
}

/// The text of a scalar, also of a part that is not known.
pub(super) fn text_of(node: &Node) -> SmolStr {
    match &node.value {
        Value::Scalar(scalar) => scalar.text.clone(),
        Value::Unknown(hole) => hole.text.clone(),
        Value::Map(_) | Value::Seq(_) => SmolStr::default(),
    }
}
