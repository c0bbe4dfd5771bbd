//! References by name follow what they name when it is renamed.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use kai_core::{Lookup, Map, Node, OriginId, Origins, Role, SmolStr};

use super::configurations::{Configuration, NameReference};
use super::field_spec::{FieldSpec, Leaf, Visit};
use super::gvk::Gvk;
use super::resource::{Id, Resource, text_at};
use crate::Refusal;

/// Rewrites every reference whose target has another name, or another namespace, than it says.
pub(crate) fn fix(
    resources: &mut [Resource],
    configuration: &Arc<Configuration>,
    origins: &Origins,
) -> Result<(), Refusal> {
    resources.iter().try_for_each(refuse_blank_subject)?;
    let targets = Targets::of(resources);
    if targets.by_old_name.is_empty() {
        return Ok(());
    }
    let own;
    let referrers = if Arc::ptr_eq(configuration, &Configuration::built_in()) {
        &*BUILT_IN
    } else {
        own = Referrers::of(&configuration.name_reference);
        &own
    };
    for resource in resources {
        let first = resource.original_id();
        let id = resource.id();
        let referrer = Referrer::new(&targets, resource, &id, origins);
        let mut object = resource.node.clone();
        for field in referrers.of_type(&first.gvk) {
            referrer
                .fix_field(&mut object, field)
                .map_err(|reason| Refusal::at(resource.node.origin, reason))?;
        }
        resource.node = object;
    }
    Ok(())
}

static BUILT_IN: LazyLock<Referrers> =
    LazyLock::new(|| Referrers::of(&Configuration::built_in().name_reference));

/// Every field that names something, by the kind of object it is in.
struct Referrers {
    by_kind: Lookup<SmolStr, Vec<Reference>>,
}

struct Reference {
    /// The type of the referrer that the table asks for.
    referrer: Gvk,
    /// The same path, in objects of any type.
    field: FieldSpec,
    target: Gvk,
}

impl Referrers {
    fn of(table: &[NameReference]) -> Self {
        let mut by_kind: Lookup<SmolStr, Vec<Reference>> = Lookup::new();
        for reference in table {
            for spec in &reference.referrers {
                let entry = Reference {
                    referrer: spec.gvk.clone(),
                    field: FieldSpec { gvk: Gvk::default(), ..spec.clone() },
                    target: reference.target.clone(),
                };
                by_kind.get_or_insert_with(spec.gvk.kind.clone(), Vec::new).push(entry);
            }
        }
        Self { by_kind }
    }

    fn of_type<'a>(&'a self, gvk: &'a Gvk) -> impl Iterator<Item = &'a Reference> {
        let of_kind = self.by_kind.get(&gvk.kind).into_iter().flatten();
        let of_any = self.by_kind.get("").into_iter().flatten();
        of_kind.chain(of_any).filter(|it| gvk.by_ref().is_selected_by(&it.referrer))
    }
}

/// The objects that may be referred to.
struct Targets {
    all: Vec<Target>,
    /// Indices into `all`, in order, by each name that an object had before.
    by_old_name: Lookup<SmolStr, Vec<usize>>,
    /// The places of every object, of those that were never renamed too.
    places: BTreeSet<Place>,
}

/// Where objects were when they were read, and where they are.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    first: SmolStr,
    now: SmolStr,
    is_cluster_scoped: bool,
}

struct Target {
    id: Id,
    previous: Vec<Id>,
    name: Option<Node>,
    namespace: Option<Node>,
    prefixes: Arc<Vec<SmolStr>>,
    suffixes: Arc<Vec<SmolStr>>,
}

impl Targets {
    fn of(resources: &[Resource]) -> Self {
        let mut all = Vec::new();
        let mut by_old_name: Lookup<SmolStr, Vec<usize>> = Lookup::new();
        if resources.iter().all(|it| it.previous.is_empty()) {
            return Self { all, by_old_name, places: BTreeSet::new() };
        }
        let places = resources.iter().map(Place::of).collect();
        for resource in resources.iter().filter(|it| !it.previous.is_empty()) {
            for (index, previous) in resource.previous.iter().enumerate() {
                let is_new = !resource.previous[..index].iter().any(|it| it.name == previous.name);
                if is_new {
                    by_old_name.get_or_insert_with(previous.name.clone(), Vec::new).push(all.len());
                }
            }
            all.push(Target {
                id: resource.id(),
                previous: resource.previous_ids().collect(),
                name: resource.node.at(&["metadata", "name"]).cloned(),
                namespace: resource.node.at(&["metadata", "namespace"]).cloned(),
                prefixes: Arc::clone(&resource.prefixes),
                suffixes: Arc::clone(&resource.suffixes),
            });
        }
        Self { all, by_old_name, places }
    }
}

impl Place {
    fn of(resource: &Resource) -> Self {
        let (first, now) = (resource.original_id(), resource.id());
        Self {
            first: first.effective_namespace().into(),
            now: now.effective_namespace().into(),
            is_cluster_scoped: now.gvk.by_ref().is_cluster_scoped(),
        }
    }
}

/// One object while its references are looked at.
struct Referrer<'a> {
    targets: &'a Targets,
    id: &'a Id,
    prefixes: Arc<Vec<SmolStr>>,
    suffixes: Arc<Vec<SmolStr>>,
    is_cluster_scoped: bool,
    /// Where the ServiceAccounts of a RoleBinding live.
    subject_namespaces: Vec<SmolStr>,
    role: Option<Gvk>,
    origins: &'a Origins,
}

/// The objects that a reference may mean.
struct Candidates<'a> {
    visible: Vec<&'a Target>,
    /// They were read in the namespace that the reference names, wherever they are now.
    by_first_namespace: bool,
}

impl<'a> Referrer<'a> {
    fn new(targets: &'a Targets, resource: &Resource, id: &'a Id, origins: &'a Origins) -> Self {
        Self {
            targets,
            id,
            prefixes: Arc::clone(&resource.prefixes),
            suffixes: Arc::clone(&resource.suffixes),
            is_cluster_scoped: id.gvk.by_ref().is_cluster_scoped(),
            subject_namespaces: subject_namespaces(&resource.node),
            role: role_of(&resource.node),
            origins,
        }
    }

    fn fix_field(&self, object: &mut Node, reference: &Reference) -> Result<(), String> {
        let how = Visit {
            leaf: Leaf::Existing,
            made_by: OriginId::NONE,
            wanted: &|node| self.may_change(node),
        };
        reference.field.visit(object, &how, &mut |node| self.fix(node, reference)).map_err(
            |reason| format!("updating a name reference of {}: {reason}", self.id.describe()),
        )
    }

    /// Cheap and generous: false only where nothing was ever called what the field says.
    fn may_change(&self, node: &Node) -> bool {
        if node.is_seq() {
            return node.items().iter().any(|it| self.may_change(it));
        }
        if node.as_map().is_some() {
            return node.get("name").is_none_or(|it| self.may_change(it));
        }
        node.text().is_some_and(|name| self.targets.by_old_name.get(name).is_some())
    }

    fn fix(&self, node: &mut Node, reference: &Reference) -> Result<(), String> {
        if let Some(items) = node.seq_mut() {
            for item in items.iter_mut().filter(|it| self.may_change(it)) {
                self.fix_one(item, reference)?;
            }
            return Ok(());
        }
        self.fix_one(node, reference)
    }

    fn fix_one(&self, node: &mut Node, reference: &Reference) -> Result<(), String> {
        if node.as_map().is_some() {
            return self.fix_mapping(node, reference);
        }
        let Some(name) = node.text() else { return Ok(()) };
        let Candidates { visible: candidates, .. } = self.candidates(name, None);
        let Some(target) = self.select(name, candidates, reference, false)? else {
            return Ok(());
        };
        if let Some(new) = target.name.as_ref().filter(|it| it.text() != Some(name)) {
            *node = self.follow(Some(node.origin), new);
        }
        Ok(())
    }

    fn fix_mapping(&self, node: &mut Node, reference: &Reference) -> Result<(), String> {
        let Some(name) = node.get("name") else {
            return Err("path config error; no `name` field in node".to_owned());
        };
        let name: SmolStr = name.text().unwrap_or_default().into();
        let Candidates { visible: candidates, by_first_namespace } =
            self.candidates(&name, node.get("namespace").map(text_of));
        let Some(target) = self.select(&name, candidates, reference, true)? else {
            return Ok(());
        };
        let (new_name, namespace) = (target.name.clone(), target.namespace.clone());
        let Some(map) = node.map_mut() else { return Ok(()) };
        if let Some(new) = new_name {
            self.set(map, "name", &new, false);
        }
        // No namespace means any, so that it must not stand in place of `default`.
        if let Some(namespace) = namespace.filter(|it| !text_of(it).is_empty()) {
            self.set(map, "namespace", &namespace, by_first_namespace);
        }
        Ok(())
    }

    /// With `follows`, the new text decides even where it is the same as the old one.
    fn set(&self, map: &mut Map, key: &str, new: &Node, follows: bool) {
        match map.get_mut(key) {
            Some(node) if !follows && node.text() == new.text() => {}
            Some(node) => *node = self.follow(Some(node.origin), new),
            None => {
                let value = self.follow(None, new);
                map.set(key, value.origin, value);
            }
        }
    }

    /// The reference with the name that its target has now.
    fn follow(&self, before: Option<OriginId>, new: &Node) -> Node {
        Node::string(text_of(new), self.origins.replaced(Role::Transformed, new.origin, before))
    }

    /// The objects once called so that the referrer can see.
    fn candidates(&self, name: &str, namespace: Option<&str>) -> Candidates<'a> {
        let indices = self.targets.by_old_name.get(name).into_iter().flatten();
        let mut visible: Vec<&Target> =
            indices.map(|&it| &self.targets.all[it]).filter(|it| self.sees_target(it)).collect();
        let Some(namespace) = namespace else {
            return Candidates { visible, by_first_namespace: false };
        };
        let first = |it: &Target| {
            it.previous.first().is_some_and(|it| it.effective_namespace() == namespace)
        };
        // Objects that were read in that namespace come before those that were moved there.
        let is_place =
            |it: &Place| it.first == namespace && self.sees(it.is_cluster_scoped, &it.now);
        let by_first_namespace = self.targets.places.iter().any(is_place);
        if by_first_namespace {
            visible.retain(|it| first(it));
        } else {
            visible.retain(|it| it.id.effective_namespace() == namespace);
        }
        Candidates { visible, by_first_namespace }
    }

    fn sees_target(&self, target: &Target) -> bool {
        self.sees(target.id.gvk.by_ref().is_cluster_scoped(), target.id.effective_namespace())
    }

    fn sees(&self, is_cluster_scoped: bool, namespace: &str) -> bool {
        self.is_cluster_scoped
            || is_cluster_scoped
            || namespace == self.id.effective_namespace()
            || self.subject_namespaces.iter().any(|it| it == namespace)
    }

    fn select(
        &self,
        name: &str,
        mut candidates: Vec<&'a Target>,
        reference: &Reference,
        namespace_matters: bool,
    ) -> Result<Option<&'a Target>, String> {
        let was = |target: &Target, gvk: &Gvk| {
            target.previous.iter().any(|it| it.gvk.by_ref().is_selected_by(gvk))
        };
        candidates.retain(|it| was(it, &reference.target));
        if let Some(role) = self.role.as_ref().filter(|_| reference.field.path.ends_with(ROLE)) {
            candidates.retain(|it| was(it, role));
        }
        candidates.retain(|it| self.may_refer_to(it));
        if let [only] = candidates.as_slice() {
            return Ok(Some(only));
        }
        candidates.retain(|it| self.has_same_affixes(it, true));
        if candidates.len() > 1 {
            candidates.retain(|it| self.has_same_affixes(it, false));
        }
        let Some((first, rest)) = candidates.split_first() else { return Ok(None) };
        let same = |it: &&Target| {
            it.id.name == first.id.name
                && (!namespace_matters || it.id.namespace == first.id.namespace)
        };
        if rest.iter().all(same) {
            return Ok(Some(first));
        }
        let ids: Vec<String> = candidates.iter().map(|it| it.id.describe()).collect();
        Err(format!("found multiple possible referrals for `{name}`: {}", ids.join(", ")))
    }

    fn may_refer_to(&self, target: &Target) -> bool {
        self.is_cluster_scoped
            || target.id.gvk.by_ref().is_cluster_scoped()
            || target.id.gvk.kind == "ServiceAccount"
            || target.id.same_namespace(self.id)
    }

    fn has_same_affixes(&self, target: &Target, or_none: bool) -> bool {
        let same = |mine: &[SmolStr], theirs: &[SmolStr]| {
            (or_none && (mine.is_empty() || theirs.is_empty())) || same_ending(mine, theirs)
        };
        same(&self.prefixes, &target.prefixes) && same(&self.suffixes, &target.suffixes)
    }
}

const ROLE: &str = "roleRef/name";

/// True when the shorter list is how the longer one ends; an empty one only ends an empty one.
fn same_ending(one: &[SmolStr], other: &[SmolStr]) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if short.is_empty() { long.is_empty() } else { long.ends_with(short) }
}

/// The type that a binding's `roleRef` names, where it names one.
fn role_of(object: &Node) -> Option<Gvk> {
    let role = object.get("roleRef")?;
    Some(Gvk {
        group: text_of(role.get("apiGroup")?).into(),
        version: SmolStr::default(),
        kind: text_of(role.get("kind")?).into(),
    })
}

/// A ServiceAccount that a RoleBinding names must not say `namespace:` and leave it blank.
fn refuse_blank_subject(resource: &Resource) -> Result<(), Refusal> {
    if resource.kind() != "RoleBinding" {
        return Ok(());
    }
    let subjects = resource.node.get("subjects").map(Node::items).unwrap_or_default();
    for subject in subjects.iter().filter(|it| text_at(it, &["kind"]) == "ServiceAccount") {
        if let Some(namespace) = subject.get("namespace").filter(|it| it.as_str().is_none()) {
            let message = format!("namespace is blank for `{}`", resource.id().describe());
            return Err(Refusal::at(namespace.origin, message));
        }
    }
    Ok(())
}

fn subject_namespaces(object: &Node) -> Vec<SmolStr> {
    if text_at(object, &["kind"]) != "RoleBinding" {
        return Vec::new();
    }
    let subjects = object.get("subjects").map(Node::items).unwrap_or_default();
    subjects
        .iter()
        .filter(|it| text_at(it, &["kind"]) == "ServiceAccount")
        .filter_map(|it| Some(it.get("namespace")?.text()?.into()))
        .collect()
}

fn text_of(node: &Node) -> &str {
    node.text().unwrap_or_default()
}
