//! One object on its way through Kustomize: its tree, and every name it has had.

use std::sync::Arc;

use kai_core::{Map, Node, OriginId, SmolStr};

use super::gvk::{Gvk, GvkRef};

/// The namespace under which Kustomize files objects that have none.
pub(crate) const NO_NAMESPACE: &str = "_non_namespaceable_";

/// An object and what Kustomize remembers of it between its steps.
#[derive(Debug, Clone)]
pub(crate) struct Resource {
    pub(crate) node: Node,
    /// What it was called before each step that renamed it, oldest first.
    pub(crate) previous: Arc<Vec<PreviousId>>,
    pub(crate) prefixes: Arc<Vec<SmolStr>>,
    pub(crate) suffixes: Arc<Vec<SmolStr>>,
    /// Names of the vars whose value stands in this object.
    pub(crate) vars: Arc<Vec<SmolStr>>,
    pub(crate) needs_hash: bool,
    pub(crate) is_generated: bool,
    pub(crate) behavior: Behavior,
}

/// A name that a resource had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PreviousId {
    pub(crate) name: SmolStr,
    pub(crate) namespace: SmolStr,
    pub(crate) kind: SmolStr,
}

/// What a generator does when the object is already there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Behavior {
    #[default]
    Create,
    Replace,
    Merge,
}

/// What tells objects of one set apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Id {
    pub(crate) gvk: Gvk,
    pub(crate) name: SmolStr,
    /// As written, empty when it is not.
    pub(crate) namespace: SmolStr,
}

impl Resource {
    pub(crate) fn new(node: Node) -> Self {
        Self {
            node,
            previous: Arc::default(),
            prefixes: Arc::default(),
            suffixes: Arc::default(),
            vars: Arc::default(),
            needs_hash: false,
            is_generated: false,
            behavior: Behavior::Create,
        }
    }

    pub(crate) fn kind(&self) -> &str {
        text_at(&self.node, &["kind"])
    }

    pub(crate) fn name(&self) -> &str {
        text_at(&self.node, &["metadata", "name"])
    }

    pub(crate) fn namespace(&self) -> &str {
        text_at(&self.node, &["metadata", "namespace"])
    }

    pub(crate) fn gvk(&self) -> GvkRef<'_> {
        gvk_of(&self.node)
    }

    /// What it is called now.
    pub(crate) fn id(&self) -> Id {
        Id {
            gvk: self.gvk().to_owned(),
            name: self.name().into(),
            namespace: self.namespace().into(),
        }
    }

    /// What it was called when it was read.
    pub(crate) fn original_id(&self) -> Id {
        self.previous.first().map_or_else(|| self.id(), |first| self.with_previous(first))
    }

    /// Every name it has had, oldest first, without the current one.
    pub(crate) fn previous_ids(&self) -> impl Iterator<Item = Id> + '_ {
        self.previous.iter().map(|it| self.with_previous(it))
    }

    fn with_previous(&self, previous: &PreviousId) -> Id {
        Id {
            gvk: Gvk { kind: previous.kind.clone(), ..self.gvk().to_owned() },
            name: previous.name.clone(),
            namespace: previous.namespace.clone(),
        }
    }

    /// Notes the current name before a step changes it.
    pub(crate) fn remember_id(&mut self) {
        let id = self.id();
        let namespace = id.effective_namespace().into();
        Arc::make_mut(&mut self.previous).push(PreviousId {
            name: id.name,
            namespace,
            kind: id.gvk.kind,
        });
    }

    /// True when Kustomize would keep notes in the object's annotations at this point, so that
    /// operations find the mapping there.
    pub(crate) fn is_annotated_by_kustomize(&self) -> bool {
        self.is_generated || !self.previous.is_empty() || !self.prefixes.is_empty()
    }

    /// True for an object that a patch emptied.
    pub(crate) fn is_empty(&self) -> bool {
        match &self.node.value {
            kai_core::Value::Map(map) => map.is_empty(),
            kai_core::Value::Seq(items) => items.is_empty(),
            _ => self.node.is_null(),
        }
    }

    /// The mapping under `metadata`, made if there is none.
    pub(crate) fn metadata_mut(&mut self) -> Option<&mut Map> {
        let origin = self.node.origin;
        let object = self.node.map_mut()?;
        if object.get("metadata").is_none_or(|it| it.as_map().is_none()) {
            object.set("metadata", origin, Node::map(Map::new(), origin));
        }
        object.get_mut("metadata")?.map_mut()
    }

    pub(crate) fn set_name(&mut self, name: impl Into<SmolStr>, origin: OriginId) {
        if let Some(metadata) = self.metadata_mut() {
            metadata.set("name", origin, Node::string(name, origin));
        }
    }

    /// The value of one annotation.
    pub(crate) fn annotation(&self, key: &str) -> Option<&str> {
        self.node.at(&["metadata", "annotations", key]).map(|it| it.text().unwrap_or_default())
    }
}

impl Behavior {
    pub(crate) fn of(text: &str) -> Self {
        match text {
            "replace" => Self::Replace,
            "merge" => Self::Merge,
            _ => Self::Create,
        }
    }
}

impl Id {
    /// The namespace for comparing: `default` when none is written.
    pub(crate) fn effective_namespace(&self) -> &str {
        if self.gvk.by_ref().is_cluster_scoped() {
            NO_NAMESPACE
        } else if self.namespace.is_empty() {
            "default"
        } else {
            &self.namespace
        }
    }

    pub(crate) fn same_namespace(&self, other: &Self) -> bool {
        self.effective_namespace() == other.effective_namespace()
    }

    /// The same type and name in the same effective namespace.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.name == other.name && self.gvk == other.gvk && self.same_namespace(other)
    }

    /// The id for a table that finds equal objects.
    pub(crate) fn key(&self) -> Self {
        Self {
            gvk: self.gvk.clone(),
            name: self.name.clone(),
            namespace: self.effective_namespace().into(),
        }
    }

    /// How Kustomize names an object in its messages.
    pub(crate) fn describe(&self) -> String {
        let namespace = if self.namespace.is_empty() { "[noNs]" } else { &self.namespace };
        let name = if self.name.is_empty() { "[noName]" } else { &self.name };
        format!("{}/{name}.{namespace}", self.gvk.describe())
    }
}

/// The type that an object says it has.
pub(crate) fn gvk_of(object: &Node) -> GvkRef<'_> {
    GvkRef::new(text_at(object, &["apiVersion"]), text_at(object, &["kind"]))
}

/// The text of a scalar at a path, empty where there is none.
pub(crate) fn text_at<'a>(node: &'a Node, path: &[&str]) -> &'a str {
    node.at(path).and_then(Node::text).unwrap_or_default()
}
