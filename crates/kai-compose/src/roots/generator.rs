//! What the generators of an ApplicationSet make, as far as the tree says it.

use std::collections::BTreeSet;

use camino::Utf8Path;
use kai_core::{Map, Node, OriginId, SmolStr, Value};

use super::clusters;
use super::inclusion::parent;
use super::object::group;
use super::paths::{matches_git, matches_path};
use crate::helm;
use crate::{AppliedSet, Project};

/// The Applications of a set.
#[derive(Debug, Default)]
pub(super) struct Made {
    /// Filled in.
    pub(super) applications: Vec<Node>,
    /// What makes more of them that nobody here can know: kinds of generators that ask a cluster, a
    /// forge or a plugin, and holes that cannot be filled.
    pub(super) unknown: Vec<SmolStr>,
}

/// What each set among the objects makes.
pub(super) fn sets(objects: &[Node], project: &Project<'_>) -> Vec<AppliedSet> {
    let is_set = |it: &&Node| {
        it.str_at(&["kind"]) == Some("ApplicationSet")
            && it.str_at(&["apiVersion"]).is_some_and(|it| group(it) == "argoproj.io")
    };
    let text = |set: &Node, key| set.str_at(&["metadata", key]).unwrap_or_default().into();
    let sets = objects.iter().filter(is_set).map(|set| AppliedSet {
        name: text(set, "name"),
        namespace: text(set, "namespace"),
        applications: applications(set, project).applications,
    });
    sets.collect()
}

/// The Applications that a set makes.
pub(super) fn applications(set: &Node, project: &Project<'_>) -> Made {
    let mut made = Made::default();
    let Some(template) = set.at(&["spec", "template"]) else { return made };
    let is_go = set.at(&["spec", "goTemplate"]).and_then(Node::as_bool) == Some(true);
    let patch = set.at(&["spec", "templatePatch"]).filter(|_| is_go);
    for generator in set.at(&["spec", "generators"]).map(Node::items).unwrap_or_default() {
        let Some(all) = generated(generator, project, is_go) else {
            made.note(kind_of(generator));
            continue;
        };
        let template = own_template(generator, template);
        for values in all {
            let filled = fill(&template, &values, project, is_go);
            match filled.and_then(|it| patched(it, patch, &values, project)) {
                Some(application) => made.applications.push(application),
                None => made.note("template".into()),
            }
        }
    }
    made
}

impl Made {
    fn note(&mut self, what: SmolStr) {
        if !self.unknown.contains(&what) {
            self.unknown.push(what);
        }
    }
}

/// The field that says which kind of generator it is.
fn kind_of(generator: &Node) -> SmolStr {
    let keys = generator.as_map().into_iter().flatten().map(|it| it.key.clone());
    keys.into_iter().find(|it| it != "selector").unwrap_or_default()
}

/// The template of a set with what a generator says of its own.
fn own_template(generator: &Node, template: &Node) -> Node {
    let kind = kind_of(generator);
    let mut whole = template.clone();
    if let Some(own) = generator.at(&[&*kind, "template"]).filter(|it| it.as_map().is_some()) {
        helm::overlay(&mut whole, own.clone());
    }
    whole
}

/// An Application with the patch that a set has for each; nothing where that is not understood.
fn patched(
    application: Node,
    patch: Option<&Node>,
    values: &Node,
    project: &Project<'_>,
) -> Option<Node> {
    let Some(patch) = patch else { return Some(application) };
    let text = helm::fill(project.origins(), patch.as_str()?, values)?;
    if text.trim().is_empty() {
        return Some(application);
    }
    let patch = helm::read_text(project.origins(), &text, patch.origin)?;
    let mut application = application;
    helm::overlay(&mut application, patch);
    Some(application)
}

/// The values of each Application, or nothing where the generator cannot be known.
fn generated(generator: &Node, project: &Project<'_>, is_go: bool) -> Option<Vec<Node>> {
    let mut all = if let Some(list) = generator.get("list") {
        elements(list, project, is_go)?
    } else if let Some(git) = generator.get("git") {
        let all = match (git.get("directories"), git.get("files")) {
            (Some(directories), _) => {
                in_repository(git, project, |top| folders(directories, git, top, project, is_go))
            }
            (None, Some(files)) => {
                in_repository(git, project, |top| contents(files, git, top, project, is_go))
            }
            (None, None) => return None,
        };
        all.into_iter().map(|it| with_values(it, git, project, is_go)).collect::<Option<_>>()?
    } else if let Some(matrix) = generator.get("matrix") {
        product(matrix, project, is_go)?
    } else if let Some(merge) = generator.get("merge") {
        merged(merge, project, is_go)?
    } else if let Some(asked) = generator.get("clusters") {
        let all = clusters::of(asked, project)?;
        let all = all.into_iter().map(|it| if is_go { it } else { flattened(&it) });
        all.map(|it| with_values(it, asked, project, is_go)).collect::<Option<_>>()?
    } else {
        return None;
    };
    if let Some(selector) = generator.get("selector") {
        all.retain(|it| is_selected(selector, &flattened(it)));
    }
    Some(all)
}

/// The elements of a list, and those of the text that it may hold.
fn elements(list: &Node, project: &Project<'_>, is_go: bool) -> Option<Vec<Node>> {
    let mut all = list.get("elements").map(Node::items).unwrap_or_default().to_vec();
    if let Some(text) = list.get("elementsYaml").and_then(Node::as_str) {
        if text.contains("{{") {
            return None;
        }
        let read = helm::read_text(project.origins(), text, list.origin)?;
        all.extend(read.items().iter().cloned());
    }
    all.retain(|it| it.as_map().is_some());
    if !is_go {
        all = all.iter().map(flattened).collect();
    }
    Some(all)
}

/// What a generator has found, with the values that it gives to each, which may name what it found.
fn with_values(found: Node, git: &Node, project: &Project<'_>, is_go: bool) -> Option<Node> {
    let Some(values) = git.get("values") else { return Some(found) };
    let mut own = Map::new();
    own.set("values", values.origin, fill(values, &found, project, is_go)?);
    let own = Node::map(own, values.origin);
    Some(joined(&found, &if is_go { own } else { flattened(&own) }))
}

/// True where labels that are made of the values are those that a selector asks for.
pub(super) fn is_selected(selector: &Node, values: &Node) -> bool {
    let is = |key: &str, wanted: &[&str]| text(values, key).is_some_and(|it| wanted.contains(&it));
    let labels = selector.get("matchLabels").and_then(Node::as_map);
    let mut labels = labels.into_iter().flatten();
    let expressions = selector.get("matchExpressions").map(Node::items).unwrap_or_default();
    labels.all(|it| is(&it.key, &[it.node.text().unwrap_or_default()]))
        && expressions.iter().all(|it| {
            let key = it.str_at(&["key"]).unwrap_or_default();
            let wanted = it.get("values").map(Node::items).unwrap_or_default();
            let wanted: Vec<_> = wanted.iter().filter_map(Node::text).collect();
            match it.str_at(&["operator"]) {
                Some("In") => is(key, &wanted),
                Some("NotIn") => !is(key, &wanted),
                Some("Exists") => values.get(key).is_some(),
                Some("DoesNotExist") => values.get(key).is_none(),
                _ => false,
            }
        })
}

/// What is found from the top of the repository that a generator names. Where several are reviewed
/// as one, each stands in a folder of its name.
fn in_repository(
    git: &Node,
    project: &Project<'_>,
    find: impl Fn(&Utf8Path) -> Vec<Node>,
) -> Vec<Node> {
    let url = git.str_at(&["repoURL"]).unwrap_or_default().trim_end_matches('/');
    let name = url.trim_end_matches(".git").rsplit(['/', ':']).next().unwrap_or_default();
    let top = Utf8Path::new(name);
    let found = match !name.is_empty() && project.is_folder(top) {
        true => find(top),
        false => Vec::new(),
    };
    if found.is_empty() { find(Utf8Path::new("")) } else { found }
}

/// Each folder that one pattern names and none excludes; hidden ones and those in them are left out
/// (`GetGitDirectories` of its repo-server).
fn folders(
    patterns: &Node,
    git: &Node,
    top: &Utf8Path,
    project: &Project<'_>,
    is_go: bool,
) -> Vec<Node> {
    let is_excluding = |it: &&Node| it.get("exclude").and_then(Node::as_bool) == Some(true);
    let (no, yes): (Vec<_>, Vec<_>) = patterns.items().iter().partition(is_excluding);
    let is_meant = |path: &Utf8Path, patterns: &[&Node]| {
        patterns.iter().any(|it| it.str_at(&["path"]).is_some_and(|it| matches_path(it, path)))
    };
    let mut all = BTreeSet::new();
    for file in project.tree().files() {
        let Ok(path) = file.path.strip_prefix(top) else { continue };
        let above = path.ancestors().skip(1).filter(|it| !it.as_str().is_empty());
        let is_hidden = |it: &Utf8Path| it.iter().any(|part| part.starts_with('.'));
        all.extend(above.filter(|it| !is_hidden(it)).map(Utf8Path::to_owned));
    }
    let chosen = all.iter().filter(|it| is_meant(it, &yes) && !is_meant(it, &no));
    chosen.map(|it| of_path(it, None, git, patterns.origin, is_go)).collect()
}

/// The content of each file that a pattern names and none excludes, with its path: the first document,
/// or each item of a list; of an empty file the path alone.
fn contents(
    patterns: &Node,
    git: &Node,
    top: &Utf8Path,
    project: &Project<'_>,
    is_go: bool,
) -> Vec<Node> {
    let is_excluding = |it: &&Node| it.get("exclude").and_then(Node::as_bool) == Some(true);
    let (no, yes): (Vec<_>, Vec<_>) = patterns.items().iter().partition(is_excluding);
    let is_meant = |path: &Utf8Path, patterns: &[&Node]| {
        patterns.iter().any(|it| it.str_at(&["path"]).is_some_and(|it| matches_git(it, path)))
    };
    let files = project.files().filter_map(|it| Some((it, it.path.strip_prefix(top).ok()?)));
    let files = files.filter(|(_, path)| is_meant(path, &yes) && !is_meant(path, &no));
    let mut all = Vec::new();
    for (file, path) in files {
        let empty = Node::map(Map::new(), patterns.origin);
        let is_empty = file.documents.is_empty() && file.problems.is_empty();
        let document = file.documents.first().map(|it| &it.node).or(is_empty.then_some(&empty));
        let Some(document) = document else { continue };
        let items = match document.is_seq() {
            true => document.items(),
            false => std::slice::from_ref(document),
        };
        for item in items.iter().filter(|it| it.as_map().is_some()) {
            let place = of_path(&parent(path), path.file_name(), git, item.origin, is_go);
            let own = if is_go { item.clone() } else { flattened(item) };
            all.push(joined(&own, &place));
        }
    }
    all
}

/// `path`, `path.basename` and the like, as Argo CD names the parts of a folder and the file in it.
fn of_path(path: &Utf8Path, file: Option<&str>, git: &Node, origin: OriginId, is_go: bool) -> Node {
    let basename = path.file_name().unwrap_or_default();
    let mut inner = Map::new();
    let mut set = |key: &str, text: &str| inner.set(key, origin, Node::string(text, origin));
    set("path", path.as_str());
    set("basename", basename);
    set("basenameNormalized", &normalized(basename));
    if let Some(file) = file {
        set("filename", file);
        set("filenameNormalized", &normalized(file));
    }
    let segments: Vec<_> = path.iter().map(|it| Node::string(it, origin)).collect();
    let prefix = git.str_at(&["pathParamPrefix"]).filter(|it| !it.is_empty());
    let mut own = Map::new();
    if is_go {
        inner.set("segments", origin, Node::seq(segments, origin));
        own.set("path", origin, Node::map(inner, origin));
        let own = Node::map(own, origin);
        let Some(prefix) = prefix else { return own };
        let mut outer = Map::new();
        outer.set(prefix, origin, own);
        return Node::map(outer, origin);
    }
    let before = prefix.map(|it| format!("{it}.")).unwrap_or_default();
    own.set(format!("{before}path").as_str(), origin, Node::string(path.as_str(), origin));
    for entry in inner.iter() {
        own.set(format!("{before}path.{}", entry.key).as_str(), origin, entry.node.clone());
    }
    for (index, segment) in segments.into_iter().enumerate() {
        own.set(format!("{before}path[{index}]").as_str(), origin, segment);
    }
    Node::map(own, origin)
}

/// A name as Kubernetes takes it: other characters become dashes, of which none stands at an end.
pub(super) fn normalized(name: &str) -> String {
    const LONGEST: usize = 253;
    let is_taken = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '.';
    let name = name.to_lowercase();
    let dashed: String = name.chars().map(|it| if is_taken(it) { it } else { '-' }).collect();
    let cut = &dashed[..dashed.len().min(LONGEST)];
    cut.trim_matches(['-', '.']).to_owned()
}

/// Applications that one generator makes.
const MOST: usize = 10_000;

/// Every pair of what two generators make, where there are not too many.
fn product(matrix: &Node, project: &Project<'_>, is_go: bool) -> Option<Vec<Node>> {
    let generators = matrix.get("generators").map(Node::items).unwrap_or_default();
    // Argo CD takes no other number.
    if generators.len() != 2 {
        return None;
    }
    let mut all = vec![Node::map(Map::new(), matrix.origin)];
    for generator in generators {
        let mut next = Vec::new();
        for values in &all {
            // The second generator may name what the first one made.
            let generator = fill(generator, values, project, is_go)?;
            let made = generated(&generator, project, is_go)?;
            if next.len() + made.len() > MOST {
                return None;
            }
            next.extend(made.iter().map(|it| joined(values, it)));
        }
        all = next;
    }
    Some(all)
}

/// What the first generator makes, with what the others say of the same keys.
fn merged(merge: &Node, project: &Project<'_>, is_go: bool) -> Option<Vec<Node>> {
    let keys: Vec<_> = merge.get("mergeKeys")?.items().iter().filter_map(Node::as_str).collect();
    let generators = merge.get("generators").map(Node::items).unwrap_or_default();
    let (first, rest) = generators.split_first()?;
    let mut all = generated(first, project, is_go)?;
    for generator in rest {
        let made = generated(generator, project, is_go)?;
        for values in &mut all {
            let is_same = |it: &&Node| {
                keys.iter()
                    .all(|key| text(values, key).is_some() && text(values, key) == text(it, key))
            };
            if let Some(more) = made.iter().find(is_same) {
                *values = joined(values, more);
            }
        }
    }
    Some(all)
}

fn text<'a>(values: &'a Node, key: &str) -> Option<&'a str> {
    values.get(key).and_then(Node::text)
}

/// Both; the second has the last word.
fn joined(one: &Node, other: &Node) -> Node {
    let mut map = one.as_map().cloned().unwrap_or_default();
    for entry in other.as_map().into_iter().flatten() {
        map.set(&entry.key, entry.key_origin, entry.node.clone());
    }
    Node::map(map, one.origin)
}

/// `a.b` for what is nested, as sets without Go templates name it.
fn flattened(node: &Node) -> Node {
    fn collect(prefix: &str, node: &Node, into: &mut Map) {
        for entry in node.as_map().into_iter().flatten() {
            let key = match prefix {
                "" => entry.key.to_string(),
                prefix => format!("{prefix}.{}", entry.key),
            };
            if entry.node.as_map().is_some() {
                collect(&key, &entry.node, into);
            } else {
                into.set(key.as_str(), entry.key_origin, entry.node.clone());
            }
        }
    }
    let mut map = Map::new();
    collect("", node, &mut map);
    Node::map(map, node.origin)
}

/// The template with every hole in every text filled; nothing where a Go template fails.
pub(super) fn fill(
    template: &Node,
    values: &Node,
    project: &Project<'_>,
    is_go: bool,
) -> Option<Node> {
    let mut filled = template.clone();
    fill_node(&mut filled, values, project, is_go)?;
    Some(filled)
}

fn fill_node(node: &mut Node, values: &Node, project: &Project<'_>, is_go: bool) -> Option<()> {
    match &mut node.value {
        Value::Scalar(_) => {
            let Some(text) = node.as_str().filter(|it| it.contains("{{")) else { return Some(()) };
            let filled = match is_go {
                true => helm::fill(project.origins(), text, values)?,
                false => replaced(text, values),
            };
            *node = Node::string(filled, node.origin);
        }
        Value::Seq(_) => {
            for item in node.seq_mut().into_iter().flatten() {
                fill_node(item, values, project, is_go)?;
            }
        }
        Value::Map(_) => {
            for entry in node.map_mut().into_iter().flat_map(|it| it.entries_mut().iter_mut()) {
                fill_node(&mut entry.node, values, project, is_go)?;
            }
        }
        Value::Unknown(_) => {}
    }
    Some(())
}

/// `{{key}}` replaced; a key that nobody gives stays as it is.
fn replaced(text: &str, values: &Node) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((hole, after)) = after.split_once("}}") else { break };
        result.push_str(before);
        match values.get(hole.trim().trim_start_matches('.')).and_then(Node::text) {
            Some(value) => result.push_str(value),
            None => result.push_str(&format!("{{{{{hole}}}}}")),
        }
        rest = after;
    }
    result.push_str(rest);
    result
}
