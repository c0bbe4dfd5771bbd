//! `patches`, `patchesStrategicMerge` and `patchesJson6902`.

use camino::Utf8Path;
use kai_core::{Gap, GapKind, Lookup, Node, Origins, Problem, SmolStr};

use super::embedded;
use super::fields::{Fields, Text};
use super::ids::refuse_twins;
use super::paths;
use super::resource::{Id, Resource};
use super::resources;
use super::selector::Selector;
use crate::patch::{self, Leftover, PatchError, Schema};
use crate::{Project, Refusal};

/// One entry of `patches:` or `patchesJson6902:`.
#[derive(Debug, Clone)]
pub(crate) struct PatchArgs {
    pub(crate) path: Option<Text>,
    pub(crate) patch: Option<Text>,
    pub(crate) target: Option<Selector>,
    pub(crate) allow_name_change: bool,
    pub(crate) allow_kind_change: bool,
    pub(crate) at: kai_core::OriginId,
}

/// What a patch does to the objects it is for.
#[derive(Debug, Clone)]
pub(crate) struct Patch {
    pub(crate) change: Change,
    pub(crate) target: Option<Selector>,
    pub(crate) allow_name_change: bool,
    pub(crate) allow_kind_change: bool,
    /// True for the fields that came before `patches`, which note no former name when operations
    /// are applied.
    pub(crate) is_legacy: bool,
    pub(crate) at: kai_core::OriginId,
}

#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// Partial objects.
    Merge(Vec<Resource>),
    /// Operations of RFC 6902.
    Operations(Node),
}

/// What naming a patch led to.
pub(crate) enum Loaded {
    Patch(Patch),
    Gap(Gap),
}

impl PatchArgs {
    pub(crate) fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        fields.only(&["path", "patch", "target", "options"])?;
        let options = fields.nested("options")?;
        let allows = |name| options.as_ref().map_or(Ok(false), |it| it.flag(name));
        let not_blank = |it: &Text| !it.value.trim().is_empty();
        Ok(Self {
            path: fields.some_text("path")?,
            patch: fields.text("patch")?.filter(not_blank),
            target: fields.nested("target")?.as_ref().map(Selector::read).transpose()?,
            allow_name_change: allows("allowNameChange")?,
            allow_kind_change: allows("allowKindChange")?,
            at: fields.origin,
        })
    }

    /// Reads the patch itself.
    pub(crate) fn load(&self, project: &Project<'_>, dir: &Utf8Path) -> Result<Loaded, Refusal> {
        let source = match (&self.patch, &self.path) {
            (None, None) => {
                return Err(Refusal::at(self.at, "must specify one of patch and path"));
            }
            (Some(_), Some(path)) => {
                return Err(Refusal::at(
                    path.origin,
                    "patch and path can't be set at the same time",
                ));
            }
            (Some(inline), None) => Source::inline(project.origins(), inline),
            (None, Some(path)) => match Source::file(project, dir, path) {
                Ok(source) => source,
                Err(gap) => return Ok(Loaded::Gap(gap)),
            },
        };
        Ok(Loaded::Patch(Patch {
            change: source.change()?,
            target: self.target.clone(),
            allow_name_change: self.allow_name_change,
            allow_kind_change: self.allow_kind_change,
            is_legacy: false,
            at: self.at,
        }))
    }

    /// Reads an entry of `patchesJson6902`, which must name its target.
    pub(crate) fn load_operations(
        &self,
        project: &Project<'_>,
        dir: &Utf8Path,
    ) -> Result<Loaded, Refusal> {
        let named = self.target.as_ref().is_some_and(|it| !it.name.is_empty());
        if !named {
            return Err(Refusal::at(self.at, "must specify the target name"));
        }
        let loaded = self.load(project, dir)?;
        match loaded {
            Loaded::Patch(Patch { change: Change::Merge(_), .. }) => {
                Err(Refusal::at(self.at, "this is no list of JSON patch operations"))
            }
            Loaded::Patch(patch) => Ok(Loaded::Patch(Patch { is_legacy: true, ..patch })),
            gap @ Loaded::Gap(_) => Ok(gap),
        }
    }
}

/// Reads an entry of `patchesStrategicMerge`: the patch itself, or the name of its file.
pub(crate) fn load_strategic_merge(
    project: &Project<'_>,
    dir: &Utf8Path,
    entry: &Text,
) -> Result<Loaded, Refusal> {
    let inline = Source::inline(project.origins(), entry);
    let read = (inline.problem.is_none()).then(|| inline.objects());
    let objects = match read {
        Some(Ok(objects)) if !objects.is_empty() => objects,
        _ => match Source::file(project, dir, entry) {
            Ok(source) => {
                source.refuse_broken()?;
                source.objects()?
            }
            Err(gap) => return Ok(Loaded::Gap(gap)),
        },
    };
    Ok(Loaded::Patch(Patch {
        change: Change::Merge(objects),
        target: None,
        allow_name_change: false,
        allow_kind_change: false,
        is_legacy: true,
        at: entry.origin,
    }))
}

/// The text of a patch.
struct Source {
    documents: Vec<Node>,
    problem: Option<String>,
    /// The text names it or holds it.
    at: kai_core::OriginId,
}

impl Source {
    fn inline(origins: &Origins, text: &Text) -> Self {
        let inline = embedded::parse(origins, text);
        let documents = inline.documents.into_iter().map(|it| it.node).collect();
        Self { documents, problem: inline.problem, at: text.origin }
    }

    fn file(project: &Project<'_>, dir: &Utf8Path, path: &Text) -> Result<Self, Gap> {
        let gap = |kind| Gap { kind, what: path.value.to_string(), at: Some(path.origin) };
        if paths::is_remote(&path.value) {
            return Err(gap(GapKind::RemoteBase));
        }
        let file = project.file(&paths::join(dir, &path.value));
        let file = file.ok_or_else(|| gap(GapKind::AbsentFile))?;
        if file.template.is_some() && file.documents.is_empty() {
            return Err(gap(GapKind::Template));
        }
        Ok(Self {
            documents: file.documents.iter().map(|it| it.node.clone()).collect(),
            problem: file.problems.first().map(|it| it.message.clone()),
            at: path.origin,
        })
    }

    fn refuse_broken(&self) -> Result<(), Refusal> {
        match &self.problem {
            Some(problem) => Err(Refusal::at(self.at, format!("unable to read patch: {problem}"))),
            None => Ok(()),
        }
    }

    fn objects(&self) -> Result<Vec<Resource>, Refusal> {
        resources::read(&self.documents)
    }

    /// Tells partial objects and lists of operations apart.
    fn change(self) -> Result<Change, Refusal> {
        self.refuse_broken()?;
        match self.documents.as_slice() {
            [operations, ..] if operations.is_seq() => Ok(Change::Operations(operations.clone())),
            [] => Err(Refusal::at(self.at, "the patch appears to be empty")),
            _ => self.objects().map(Change::Merge).map_err(|refusal| {
                let message = format!("unable to parse SM or JSON patch: {}", refusal.message);
                Refusal { message, ..refusal }
            }),
        }
    }
}

/// What patches are applied with.
pub(crate) struct Workshop<'a> {
    pub(crate) origins: &'a Origins,
    pub(crate) schema: &'a Schema,
}

/// Applies patches one after the other.
pub(crate) fn apply_all(
    patches: &[Patch],
    resources: &mut Vec<Resource>,
    workshop: &Workshop<'_>,
    problems: &mut Vec<Problem>,
) -> Result<(), Refusal> {
    let mut names = None;
    for patch in patches {
        match &patch.change {
            Change::Operations(operations) => {
                patch.operate(operations, resources, workshop)?;
                names = None;
            }
            Change::Merge(objects) => match &patch.target {
                Some(target) => {
                    patch.merge_selected(objects, target, resources, workshop, problems)?;
                    names = None;
                }
                None => {
                    for object in objects {
                        let names = names.get_or_insert_with(|| Names::of(resources));
                        patch.merge_named(object, names, resources, workshop, problems)?;
                    }
                    if patch.allow_name_change || patch.allow_kind_change {
                        names = None;
                    }
                }
            },
        }
        // Indices stay valid until the emptied objects leave.
        if resources.iter().any(Resource::is_empty) && !patch.is_legacy {
            resources.retain(|it| !it.is_empty());
            names = None;
        }
    }
    resources.retain(|it| !it.is_empty());
    Ok(())
}

impl Patch {
    /// Merges a partial object into the one object that has, or had, its name.
    fn merge_named(
        &self,
        object: &Resource,
        names: &Names,
        resources: &mut [Resource],
        workshop: &Workshop<'_>,
        problems: &mut Vec<Problem>,
    ) -> Result<(), Refusal> {
        let id = object.original_id();
        let found = names.find(&id, resources);
        let index = match found.as_slice() {
            [only] => *only,
            [] => {
                let message =
                    format!("no resource matches strategic merge patch `{}`", id.describe());
                return Err(Refusal::at(object.node.origin, message));
            }
            _ => {
                let message = format!("multiple matches for patch `{}`", id.describe());
                return Err(Refusal::at(object.node.origin, message));
            }
        };
        let mut patch = object.node.clone();
        if self.is_legacy {
            settle(&mut patch);
        }
        self.merge(&patch, &mut resources[index], workshop, problems)
    }

    /// Merges one partial object into everything that the target selects.
    fn merge_selected(
        &self,
        objects: &[Resource],
        target: &Selector,
        resources: &mut Vec<Resource>,
        workshop: &Workshop<'_>,
        problems: &mut Vec<Problem>,
    ) -> Result<(), Refusal> {
        let [object] = objects else {
            let message = "multiple strategic merge patches in one `patches` entry \
                           cannot have a target";
            return Err(Refusal::at(self.at, message));
        };
        let patterns = target.patterns()?;
        let mut patch = object.node.clone();
        settle(&mut patch);
        let mut changed = false;
        for resource in resources.iter_mut().filter(|it| patterns.select(it)) {
            let patch = of_type_of(&patch, &resource.node);
            self.merge(&patch, resource, workshop, problems)?;
            changed = true;
        }
        if changed {
            resources.retain(|it| !it.is_empty());
            refuse_twins(resources, self.at)?;
        }
        Ok(())
    }

    /// Name, namespace and kind stay what they were, unless the patch may change them.
    fn merge(
        &self,
        patch: &Node,
        resource: &mut Resource,
        workshop: &Workshop<'_>,
        problems: &mut Vec<Problem>,
    ) -> Result<(), Refusal> {
        let before = resource.node.clone();
        if self.allow_name_change || self.allow_kind_change {
            resource.remember_id();
        }
        let merged =
            patch::strategic_merge(&mut resource.node, patch, workshop.schema, workshop.origins)
                .map_err(|error| refuse(&error))?;
        if merged.deleted || resource.is_empty() {
            resource.node = Node::null(before.origin);
            return Ok(());
        }
        problems.extend(merged.leftover.iter().filter_map(|it| stays(it, workshop.origins)));
        // The patch says the same version, or it would not be for this object.
        restore(&mut resource.node, &before, &["apiVersion"]);
        if !self.allow_kind_change {
            restore(&mut resource.node, &before, &["kind"]);
        }
        if !self.allow_name_change {
            restore(&mut resource.node, &before, &["metadata", "name"]);
        }
        restore(&mut resource.node, &before, &["metadata", "namespace"]);
        // An empty namespace is taken away.
        if resource.namespace().is_empty()
            && let Some(metadata) = resource.metadata_mut()
        {
            metadata.remove("namespace");
        }
        Ok(())
    }

    fn operate(
        &self,
        operations: &Node,
        resources: &mut [Resource],
        workshop: &Workshop<'_>,
    ) -> Result<(), Refusal> {
        let Some(target) = &self.target else {
            return Err(Refusal::at(self.at, "must specify a target for JSON patch"));
        };
        let patterns = target.patterns()?;
        for resource in resources.iter_mut().filter(|it| patterns.select(it)) {
            if !self.is_legacy {
                resource.remember_id();
            }
            if resource.is_annotated_by_kustomize() {
                resources::ensure_annotations(resource);
            }
            patch::json_patch(&mut resource.node, operations, workshop.origins)
                .map_err(|error| refuse(&error))?;
            resources::settle_marks(&mut resource.node, "annotations");
        }
        Ok(())
    }
}

/// Kustomize knows only `$patch` (kubernetes-sigs/kustomize, issue 3981); what the API server would
/// have understood in a patch is no field of an object.
fn stays(leftover: &Leftover, origins: &Origins) -> Option<Problem> {
    let directive = &leftover.directive;
    let remedy = match directive.split('/').next() {
        Some("$retainKeys") => "write `null` for every field that the patch takes away",
        Some("$deleteFromPrimitiveList") => "take the values out with a JSON 6902 patch",
        _ => "leave it out: items of a patch come first, in the patch's order",
    };
    let message = format!(
        "Kustomize keeps `{directive}` as a field, and the API server knows no such field: strict \
         validation, which is `kubectl`'s default, refuses the object"
    );
    Some(Problem::at(origins.span(leftover.at)?, message, remedy))
}

fn refuse(error: &PatchError) -> Refusal {
    Refusal::at(error.at(), error.to_string())
}

/// Labels and annotations of a patch become texts before it is applied.
fn settle(patch: &mut Node) {
    resources::settle_marks(patch, "labels");
    resources::settle_marks(patch, "annotations");
}

/// The patch with the apiVersion of the object it is applied to.
fn of_type_of(patch: &Node, object: &Node) -> Node {
    let mut patch = patch.clone();
    if let (Some(version), Some(map)) = (object.get("apiVersion"), patch.map_mut()) {
        map.set("apiVersion", version.origin, version.clone());
    }
    patch
}

/// Puts a field back to what it was before.
fn restore(object: &mut Node, before: &Node, path: &[&str]) {
    let (now, was) = (object.at(path), before.at(path));
    let is_same = match (now, was) {
        (None, None) => true,
        (Some(now), Some(was)) => now.origin == was.origin,
        _ => false,
    };
    let Some((last, parents)) = path.split_last().filter(|_| !is_same) else { return };
    let parent = if parents.is_empty() { Some(object) } else { object.at_mut(parents) };
    let Some(map) = parent.and_then(Node::map_mut) else { return };
    match was {
        Some(was) => map.set(last, was.origin, was.clone()),
        None => {
            map.remove(last);
        }
    }
}

/// Finds objects by any name they have or had.
struct Names {
    by_name: Lookup<SmolStr, Vec<usize>>,
}

impl Names {
    fn of(resources: &[Resource]) -> Self {
        let mut by_name: Lookup<SmolStr, Vec<usize>> = Lookup::new();
        for (index, resource) in resources.iter().enumerate() {
            let mut add = |name: SmolStr| {
                let indices = by_name.get_or_insert_with(name, Vec::new);
                if indices.last() != Some(&index) {
                    indices.push(index);
                }
            };
            add(resource.name().into());
            resource.previous.iter().for_each(|it| add(it.name.clone()));
        }
        Self { by_name }
    }

    fn find(&self, id: &Id, resources: &[Resource]) -> Vec<usize> {
        let indices = self.by_name.get(&id.name).into_iter().flatten().copied();
        indices
            .filter(|&index| {
                let resource = &resources[index];
                resource.id().is(id) || resource.previous_ids().any(|it| it.is(id))
            })
            .collect()
    }
}
