//! Which lists merge, and by which keys.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use kai_core::{Node, SmolStr};

use super::schema_data::{KINDS, Shape, TYPES};

/// Names one type of one [`Schema`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TypeId(usize);

/// How a list merges with a patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ListMerge {
    /// Items with equal values under these keys are one item.
    Keyed(Vec<SmolStr>),
    /// Scalars, each kept once.
    Set,
}

/// What is known of one field.
#[derive(Debug, Clone, Default)]
pub(super) struct Field {
    /// Set for lists that merge; every other list is replaced.
    pub(super) list: Option<ListMerge>,
    /// The type of the mapping, or of the list's items.
    pub(super) inner: Option<TypeId>,
}

#[derive(Debug, Default)]
struct Type {
    fields: BTreeMap<SmolStr, Field>,
    /// What fields that are not listed are.
    others: Option<Field>,
}

/// The list merge keys of an API, by kind.
#[derive(Debug, Default)]
pub struct Schema {
    types: Vec<Type>,
    kinds: BTreeMap<(SmolStr, SmolStr), TypeId>,
}

impl Schema {
    /// The Kubernetes API, as Kustomize knows it.
    #[must_use]
    pub fn kubernetes() -> &'static Self {
        static SCHEMA: OnceLock<Schema> = OnceLock::new();
        SCHEMA.get_or_init(Self::from_table)
    }

    /// The API that an OpenAPI v2 document defines (the file behind `openapi: path:`, or what
    /// `kubectl get --raw /openapi/v2` prints). It stands in place of the built-in API.
    #[must_use]
    pub fn from_open_api(document: &Node) -> Self {
        OpenApi::read(document)
    }

    /// The type of an object.
    pub(super) fn of_kind(&self, api_version: &str, kind: &str) -> Option<TypeId> {
        self.kinds.get(&(api_version.into(), kind.into())).copied()
    }

    /// What is known of one field of a type.
    pub(super) fn field(&self, parent: TypeId, name: &str) -> Option<&Field> {
        let parent = &self.types[parent.0];
        parent.fields.get(name).or(parent.others.as_ref())
    }

    fn from_table() -> Self {
        let id = |name: &str| TYPES.iter().position(|it| it.0 == name).map(TypeId);
        let field = |shape: &Shape| match *shape {
            Shape::Object(name) => Field { list: None, inner: id(name) },
            Shape::Set => Field { list: Some(ListMerge::Set), inner: None },
            Shape::Keyed(keys, item) => {
                let keys = keys.iter().copied().map(SmolStr::new_static).collect();
                Field { list: Some(ListMerge::Keyed(keys)), inner: id(item) }
            }
        };
        let types = TYPES.iter().map(|(_, fields)| {
            let fields =
                fields.iter().map(|(name, shape)| (SmolStr::new_static(name), field(shape)));
            Type { fields: fields.collect(), others: None }
        });
        let kinds = KINDS.iter().flat_map(|&(version, name, kinds)| {
            let id = id(name).expect("the table of kinds names types of the table of types");
            kinds.iter().map(move |&kind| ((version.into(), kind.into()), id))
        });
        Self { types: types.collect(), kinds: kinds.collect() }
    }
}

/// Reads the definitions of an OpenAPI document.
struct OpenApi<'a> {
    schema: Schema,
    definitions: BTreeMap<&'a str, TypeId>,
}

impl<'a> OpenApi<'a> {
    fn read(document: &'a Node) -> Schema {
        let Some(definitions) = document.get("definitions").and_then(Node::as_map) else {
            return Schema::default();
        };
        let mut reader = Self { schema: Schema::default(), definitions: BTreeMap::new() };
        for entry in definitions {
            let id = reader.push();
            reader.definitions.insert(&entry.key, id);
        }
        for entry in definitions {
            let id = reader.definitions[entry.key.as_str()];
            reader.fill(id, &entry.node);
            reader.name_kinds(id, &entry.node);
        }
        reader.schema
    }

    fn push(&mut self) -> TypeId {
        self.schema.types.push(Type::default());
        TypeId(self.schema.types.len() - 1)
    }

    fn fill(&mut self, id: TypeId, definition: &'a Node) {
        for entry in definition.get("properties").and_then(Node::as_map).into_iter().flatten() {
            let field = self.field(&entry.node);
            self.schema.types[id.0].fields.insert(entry.key.clone(), field);
        }
        if let Some(others) =
            definition.get("additionalProperties").filter(|it| it.as_map().is_some())
        {
            let field = self.field(others);
            self.schema.types[id.0].others = Some(field);
        }
    }

    fn field(&mut self, property: &'a Node) -> Field {
        match property.get("items") {
            Some(items) => Field { list: list_merge(property), inner: self.inner(items) },
            None => Field { list: None, inner: self.inner(property) },
        }
    }

    /// The type behind a reference, or of a definition that stands in place.
    fn inner(&mut self, property: &'a Node) -> Option<TypeId> {
        if let Some(reference) = property.str_at(&["$ref"]) {
            return self.definitions.get(reference.strip_prefix("#/definitions/")?).copied();
        }
        if property.get("properties").is_none() && property.get("additionalProperties").is_none() {
            return None;
        }
        let id = self.push();
        self.fill(id, property);
        Some(id)
    }

    fn name_kinds(&mut self, id: TypeId, definition: &Node) {
        let names = definition.get("x-kubernetes-group-version-kind");
        for name in names.map(Node::items).unwrap_or_default() {
            let text = |key| name.get(key).and_then(Node::text).unwrap_or_default();
            let version = match text("group") {
                "" => text("version").to_owned(),
                group => format!("{group}/{}", text("version")),
            };
            self.schema.kinds.insert((version.into(), text("kind").into()), id);
        }
    }
}

fn list_merge(property: &Node) -> Option<ListMerge> {
    let strategy = property.str_at(&["x-kubernetes-patch-strategy"])?;
    if !strategy.split(',').any(|it| it == "merge") {
        return None;
    }
    let keys: Vec<SmolStr> = match property.get("x-kubernetes-list-map-keys") {
        Some(keys) => keys.items().iter().filter_map(Node::text).map(SmolStr::new).collect(),
        None => property
            .str_at(&["x-kubernetes-patch-merge-key"])
            .map(SmolStr::new)
            .into_iter()
            .collect(),
    };
    Some(if keys.is_empty() { ListMerge::Set } else { ListMerge::Keyed(keys) })
}
