//! A project as Compose would run it.

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Gap, GapKind, Map, Node, OriginId, Reason, Role, SmolStr, Value};

use super::canonical::{entries, text_of};
use super::check;
use super::discover::ComposeProject;
use super::interpolate::unknown;
use super::load::{Loader, Setting, empty};
use super::variables::Variables;
use crate::{Composition, Project};

/// The one object that a project is: a mapping with `name`, `services`, `networks`, `volumes`,
/// `configs` and `secrets`, every short form written out.
#[must_use]
pub fn compose(project: &Project<'_>, files: &ComposeProject) -> Composition {
    let mut loader = Loader::new(project);
    if files.is_swarm_stack() {
        let what = format!("{} (Docker Swarm)", files.path);
        let gaps = vec![Gap { kind: GapKind::Foreign, what, at: None }];
        return Composition { gaps, ..Composition::default() };
    }
    let variables = loader.variables(&[files.folder().join(".env")], None);
    let setting = Setting { folder: files.folder(), variables: &variables, number: 0 };
    let Some(model) = loader.files(&files.files, setting) else {
        let Loader { gaps, problems, .. } = loader;
        return Composition { gaps, problems, ..Composition::default() };
    };
    let mut finish = Finish { loader, files, variables: &variables, missing: Vec::new() };
    let model = finish.model(model);
    finish.tell_missing();
    for it in check::check(&model) {
        finish.loader.problem(it.at, &it.message, it.remedy);
    }
    let Loader { gaps, problems, .. } = finish.loader;
    Composition { objects: vec![model], gaps, problems, ..Composition::default() }
}

/// How large a file may be that is taken for a configuration, and how many a folder may bring.
const CONTENT_MAX: u64 = 256 * 1024;
const FILES_MAX: usize = 32;

/// What is done once all files are merged.
struct Finish<'a, 'b> {
    loader: Loader<'a>,
    files: &'b ComposeProject,
    variables: &'b Variables,
    /// Variables that values hold and nothing sets.
    missing: Vec<SmolStr>,
}

impl Finish<'_, '_> {
    fn model(&mut self, model: Node) -> Node {
        note_holes(&model, &mut self.missing);
        let mut result = Map::new();
        let name = model.get("name").and_then(Node::text).map(SmolStr::new);
        let name = name.unwrap_or_else(|| self.default_name());
        let origin = model.get("name").map_or(model.origin, |it| it.origin);
        result.set("name", origin, Node::string(name, origin));
        let services = model.get("services").cloned().unwrap_or_else(|| empty(model.origin));
        let mut finished = Map::new();
        for entry in entries(Some(&services)) {
            let service = self.service(&entry.node);
            finished.set(&entry.key, entry.key_origin, service);
        }
        result.set("services", services.origin, Node::map(finished, services.origin));
        for section in ["networks", "volumes", "configs", "secrets"] {
            if let Some(node) = model.get(section) {
                result.set(section, node.origin, self.section(section, node));
            }
        }
        Node::map(result, model.origin)
    }

    /// The folder's name, in the letters that Compose allows.
    fn default_name(&self) -> SmolStr {
        let variable = self.variables.get("COMPOSE_PROJECT_NAME");
        if let Some(name) = variable.and_then(|it| it.value.clone()) {
            return name;
        }
        let name = self.files.folder().file_name().unwrap_or("compose").to_ascii_lowercase();
        let is_allowed = |it: &char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_');
        name.chars().filter(is_allowed).collect()
    }

    fn service(&mut self, node: &Node) -> Node {
        let mut service = node.clone();
        let environment = self.environment(node);
        let depends_on = self.depends_on(node);
        let volumes = self.volumes(node);
        let Some(map) = service.map_mut() else { return service };
        map.remove("env_file");
        for (key, node) in
            [("environment", environment), ("depends_on", depends_on), ("volumes", volumes)]
        {
            if let Some(node) = node {
                map.set(key, node.origin, node);
            }
        }
        service
    }

    /// What `env_file` brings, then what `environment` says; a name alone is looked up outside.
    fn environment(&mut self, service: &Node) -> Option<Node> {
        let mut result = Map::new();
        let files = service.get("env_file").map(Node::items).unwrap_or_default();
        for file in files {
            self.env_file(file, &mut result);
        }
        for entry in entries(service.get("environment")) {
            let (key, origin) = (&entry.key, entry.key_origin);
            let value = match (&entry.node.value, self.variables.get(key)) {
                (Value::Scalar(_), found) if entry.node.is_null() => {
                    let origins = self.loader.origins();
                    match found.and_then(|it| Some((it.value.clone()?, it.origin))) {
                        Some((value, at)) => {
                            Node::string(value, origins.replaced(Role::Variable, at, Some(origin)))
                        }
                        // Passed on where whoever starts the project has it.
                        None => unknown("", Reason::NotInRepository, origin),
                    }
                }
                _ => entry.node.clone(),
            };
            result.set(key, origin, value);
        }
        let at = service.get("environment").or_else(|| service.get("env_file"))?.origin;
        Some(Node::map(result, at))
    }

    /// The lines of an environment file. One that cannot be had leaves `*`, for all that it sets.
    fn env_file(&mut self, file: &Node, result: &mut Map) {
        let Some(path) = file.get("path") else { return };
        let is_required = file.get("required").and_then(Node::as_bool) != Some(false);
        let known = path.text().and_then(|path| {
            let project = self.loader.project;
            project.compose_files.env_file(project, path.into())
        });
        let Some(lines) = known else {
            if is_required && path.text().is_some() {
                self.loader.absent(&text_of(path), Some(path.origin));
            }
            result.set(
                "*",
                path.origin,
                unknown(&text_of(path), Reason::NotInRepository, path.origin),
            );
            return;
        };
        let mut variables = Variables::default();
        variables.read(&lines, Some(self.variables));
        for (name, variable) in variables.iter() {
            let origin = variable.origin;
            let value = match &variable.value {
                Some(value) => Node::string(value.clone(), origin),
                None => unknown("", Reason::NotInRepository, origin),
            };
            result.set(name, origin, value);
        }
    }

    /// What is waited for by name, and what is shared with or linked to.
    fn depends_on(&self, service: &Node) -> Option<Node> {
        let mut result =
            service.get("depends_on").and_then(Node::as_map).cloned().unwrap_or_default();
        let mut implied: Vec<(SmolStr, &Node)> = Vec::new();
        for link in service.get("links").map(Node::items).unwrap_or_default() {
            let name = link.text().and_then(|it| it.split(':').next()).unwrap_or_default();
            implied.push((name.into(), link));
        }
        for key in ["network_mode", "ipc", "pid"] {
            let Some(node) = service.get(key) else { continue };
            if let Some(name) = node.text().and_then(|it| it.strip_prefix("service:")) {
                implied.push((name.into(), node));
            }
        }
        for from in service.get("volumes_from").map(Node::items).unwrap_or_default() {
            let name = from.text().filter(|it| !it.starts_with("container:")).unwrap_or_default();
            implied.push((name.split(':').next().unwrap_or_default().into(), from));
        }
        for (name, at) in implied.into_iter().filter(|(name, _)| !name.is_empty()) {
            if result.get(&name).is_none() {
                let mut condition = Map::new();
                condition.set("condition", at.origin, Node::string("service_started", at.origin));
                result.set(&name, at.origin, Node::map(condition, at.origin));
            }
        }
        let origin = service.get("depends_on").unwrap_or(service).origin;
        (!result.is_empty()).then(|| Node::map(result, origin))
    }

    /// Mounts from the tree, with the texts that they bring: a single file, or the configuration in
    /// a folder that is mounted where programs look for it.
    fn volumes(&mut self, service: &Node) -> Option<Node> {
        let mut volumes = service.get("volumes")?.clone();
        for mount in volumes.seq_mut()? {
            if mount.str_at(&["type"]) != Some("bind") {
                continue;
            }
            let source = mount.get("source").and_then(Node::text);
            let Some(path) = source.and_then(|it| it.strip_prefix("./")) else { continue };
            let target = mount.get("target").and_then(Node::text).unwrap_or_default();
            let files = self.mounted_files(Utf8Path::new(path), target);
            if let (false, Some(map)) = (files.is_empty(), mount.map_mut()) {
                let origin = map.get("source").map_or(OriginId::NONE, |it| it.origin);
                map.set("files", origin, Node::map(files, origin));
            }
        }
        Some(volumes)
    }

    fn mounted_files(&self, path: &Utf8Path, target: &str) -> Map {
        let mut found = Map::new();
        let mut add = |name: &Utf8Path, content: Node| {
            found.set(name.as_str(), content.origin, content);
        };
        if is_program(path) {
            return found;
        }
        if let Some(content) = self.content(path) {
            add(Utf8Path::new(path.file_name().unwrap_or_default()), content);
        } else if target.starts_with("/etc/") || target.contains("/conf") {
            for file in self.files_below(path).filter(|it| is_configuration(it)).take(FILES_MAX) {
                let name = file.strip_prefix(path).unwrap_or(file);
                if let Some(content) = self.content(file) {
                    add(name, content);
                }
            }
        }
        found
    }

    fn files_below(&self, folder: &Utf8Path) -> impl Iterator<Item = &Utf8Path> {
        let files = self.loader.project.tree().files();
        let start = files.partition_point(|it| it.path.as_path() < folder);
        files[start..]
            .iter()
            .map(|it| it.path.as_path())
            .take_while(move |it| it.starts_with(folder))
    }

    /// A text file of the tree, of a size that a configuration has.
    fn content(&self, path: &Utf8Path) -> Option<Node> {
        let files = self.loader.project.tree().files();
        let at = files.binary_search_by(|it| it.path.as_path().cmp(path)).ok()?;
        if files[at].size > CONTENT_MAX {
            return None;
        }
        let raw = self.loader.project.raw(path)?;
        let origins = self.loader.origins();
        let origin = origins.written(raw.document(origins)?, 0);
        Some(Node::string(std::str::from_utf8(&raw.bytes).ok()?, origin))
    }

    /// Configs get the content of their files; secrets keep theirs to themselves.
    fn section(&mut self, name: &str, node: &Node) -> Node {
        if !matches!(name, "configs" | "secrets") {
            return node.clone();
        }
        let mut node = node.clone();
        let Some(map) = node.map_mut() else { return node };
        for entry in map.entries_mut() {
            let Some(file) = entry.node.get("file").cloned() else { continue };
            let Some(path) = file.text().map(Utf8PathBuf::from) else { continue };
            let is_there = self.loader.project.tree().bytes(&path).is_ok();
            if !is_there {
                self.loader.absent(path.as_str(), Some(file.origin));
            } else if name == "configs"
                && let (Some(content), Some(map)) = (self.content(&path), entry.node.map_mut())
            {
                map.set("content", content.origin, content);
            }
        }
        node
    }

    /// One gap for all variables that nothing in the tree sets.
    fn tell_missing(&mut self) {
        self.missing.sort_unstable();
        self.missing.dedup();
        let names = match self.missing.as_slice() {
            [] => return,
            [one] => one.to_string(),
            [one, two] => format!("{one} and {two}"),
            [one, two, rest @ ..] => format!("{one}, {two} and {} more", rest.len()),
        };
        let what = format!("{} with {names}", self.files.folder().join(".env"));
        self.loader.gaps.push(Gap { kind: GapKind::AbsentFile, what, at: None });
    }
}

/// The names of variables that were left in values.
fn note_holes(node: &Node, missing: &mut Vec<SmolStr>) {
    match &node.value {
        Value::Map(map) => map.iter().for_each(|it| note_holes(&it.node, missing)),
        Value::Seq(items) => items.iter().for_each(|it| note_holes(it, missing)),
        Value::Scalar(_) => {}
        Value::Unknown(hole) => {
            for part in hole.text.split("${").skip(1) {
                missing.extend(part.split_once('}').map(|(name, _)| SmolStr::new(name)));
            }
        }
    }
}

/// Code, data and lists of packages, which are mounted for other reasons.
fn is_program(path: &Utf8Path) -> bool {
    let known = [
        "bash", "c", "css", "csv", "go", "html", "java", "js", "jsx", "lock", "md", "php", "pl",
        "py", "rb", "rs", "sh", "sql", "ts", "tsx",
    ];
    let names = ["package.json", "package-lock.json", "tsconfig.json", "go.mod", "go.sum"];
    path.extension().is_some_and(|it| known.contains(&it))
        || path.file_name().is_some_and(|it| names.contains(&it))
}

fn is_configuration(path: &Utf8Path) -> bool {
    let known = ["cfg", "cnf", "conf", "config", "ini", "properties", "toml", "xml", "yaml", "yml"];
    path.extension().is_some_and(|it| known.contains(&it))
}
