//! One object before its kind is looked at.

use kai_core::{Map, Node, OriginId, Origins, Role, RootId, SmolStr};
use kai_graph::{Component, ComponentKind, Facts};

use crate::fields::{Fields, Reader};
use crate::kubernetes::scope;

/// The names of an object, as far as they are written.
#[derive(Clone, Copy)]
pub(super) struct Header<'a> {
    pub(super) node: &'a Node,
    pub(super) metadata: Option<&'a Map>,
    pub(super) kind: &'a str,
    pub(super) api_version: &'a str,
    pub(super) name: &'a str,
    /// As written; empty where it is not.
    pub(super) namespace: &'a str,
}

/// One object with the readers of its parts.
pub(super) struct Object<'a> {
    pub(super) kind: &'a str,
    pub(super) api_version: &'a str,
    /// `apps` of `apps/v1`, empty for the core group.
    pub(super) group: &'a str,
    pub(super) name: &'a str,
    /// The namespace it lives in, empty for cluster scope.
    pub(super) namespace: &'a str,
    pub(super) fields: Fields<'a>,
    pub(super) metadata: Fields<'a>,
    pub(super) spec: Fields<'a>,
}

impl<'a> Header<'a> {
    /// None for what is no object: it lacks a kind or a version.
    pub(super) fn of(node: &'a Node) -> Option<Self> {
        let map = node.as_map()?;
        let metadata = map.get("metadata").and_then(Node::as_map);
        let text = |key| metadata.and_then(|it| it.get(key)).and_then(Node::text);
        Some(Self {
            node,
            metadata,
            kind: map.get("kind")?.text()?,
            api_version: map.get("apiVersion")?.text()?,
            name: text("name").or_else(|| text("generateName")).unwrap_or_default(),
            namespace: text("namespace").unwrap_or_default(),
        })
    }

    /// The objects of a list.
    pub(super) fn items(&self) -> Option<&'a [Node]> {
        self.node.get("items").filter(|it| it.is_seq()).map(Node::items)
    }

    pub(super) fn group(&self) -> &'a str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// The namespace it lives in: the written one, else `default`; empty for cluster scope.
    pub(super) fn effective_namespace(&self) -> &'a str {
        match self.namespace {
            _ if scope::is_cluster_wide(self.group(), self.kind) => "",
            "" => "default",
            written => written,
        }
    }

    pub(super) fn reader(&self, origins: &'a Origins) -> Reader<'a> {
        Reader::new(origins, Role::ApiDefault, self.kind, self.name)
    }
}

impl<'a> Object<'a> {
    pub(super) fn new(header: &Header<'a>, reader: &'a Reader<'a>) -> Self {
        let fields = reader.fields(header.node);
        Self {
            kind: header.kind,
            api_version: header.api_version,
            group: header.group(),
            name: header.name,
            namespace: header.effective_namespace(),
            fields,
            metadata: fields.at("metadata"),
            spec: fields.at("spec"),
        }
    }

    pub(super) fn annotation(&self, key: &str) -> Option<(SmolStr, OriginId)> {
        self.metadata.at("annotations").name(key)
    }

    /// The component that this object is, with these facts.
    pub(super) fn component(&self, kind: ComponentKind, facts: Facts, root: RootId) -> Component {
        let place = self.metadata.place("name").or_else(|| self.metadata.place("generateName"));
        let origin = place.unwrap_or(self.fields.origin);
        let mut component = Component::named(kind, self.kind, self.name, root, origin);
        component.api_version = self.api_version.into();
        component.namespace = self.namespace.into();
        component.labels = self.metadata.labels("labels");
        component.annotations = self.metadata.labels("annotations");
        let annotated = self.metadata.node("annotations");
        component.annotated = annotated.map_or(self.metadata.origin, |it| it.origin);
        component.facts = facts;
        component
    }
}
