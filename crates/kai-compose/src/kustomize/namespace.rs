//! `namespace`.

use kai_core::{Lookup, Map, Node, OriginId, Origins, Role};

use super::field_spec::{FieldSpec, Leaf, Visit};
use super::fields::Text;
use super::resource::{Resource, gvk_of, text_at};
use crate::Refusal;

/// Puts every namespaced object into one namespace.
#[derive(Debug, Clone)]
pub(crate) struct NamespaceSetter {
    pub(crate) namespace: Text,
    pub(crate) fields: Vec<FieldSpec>,
    /// Leaves namespaces alone that are already written.
    pub(crate) unset_only: bool,
    pub(crate) subjects: Subjects,
}

/// Which subjects of role bindings follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Subjects {
    /// Those named `default`.
    #[default]
    NamedDefault,
    AllServiceAccounts,
    None,
}

impl NamespaceSetter {
    pub(crate) fn apply(
        &self,
        resources: &mut [Resource],
        origins: &Origins,
    ) -> Result<(), Refusal> {
        if self.namespace.value.is_empty() {
            return Ok(());
        }
        let set = Setter::new(self, origins);
        for resource in resources.iter_mut().filter(|it| !it.is_empty()) {
            resource.remember_id();
            self.set_in(&mut resource.node, &set)
                .map_err(|reason| Refusal::at(self.namespace.origin, reason))?;
        }
        self.refuse_conflict(resources)
    }

    /// Sets the namespace in one object.
    pub(crate) fn set_in(&self, object: &mut Node, set: &Setter<'_>) -> Result<(), String> {
        let gvk = gvk_of(object);
        let is_core = text_at(object, &["apiVersion"]) == "v1";
        let is_binding = matches!(gvk.kind, "RoleBinding" | "ClusterRoleBinding");
        if !gvk.is_cluster_scoped() {
            set.visit(&FieldSpec::everywhere("metadata/namespace"), object)?;
        }
        if is_binding {
            self.set_subjects(object, set)?;
        }
        for field in &self.fields {
            let skipped = match field.path.as_str() {
                "metadata/namespace" => true,
                "metadata/name" => !is_core,
                "subjects/namespace" => {
                    is_binding
                        && matches!(field.gvk.kind.as_str(), "RoleBinding" | "ClusterRoleBinding")
                }
                _ => false,
            };
            if !skipped {
                set.visit(field, object)?;
            }
        }
        Ok(())
    }

    fn set_subjects(&self, object: &mut Node, set: &Setter<'_>) -> Result<(), String> {
        let follows = |subject: &Node| match self.subjects {
            Subjects::None => false,
            Subjects::NamedDefault => text_at(subject, &["name"]) == "default",
            Subjects::AllServiceAccounts => text_at(subject, &["kind"]) == "ServiceAccount",
        };
        let Some(subjects) = object.get("subjects") else { return Ok(()) };
        if !subjects.items().iter().any(follows) {
            return Ok(());
        }
        let subjects = object.get_mut("subjects").and_then(Node::seq_mut);
        for subject in subjects.into_iter().flatten().filter(|it| follows(it)) {
            if let Some(map) = subject.map_mut() {
                set.entry(map, "namespace");
            }
        }
        Ok(())
    }

    fn refuse_conflict(&self, resources: &[Resource]) -> Result<(), Refusal> {
        let mut seen = Lookup::new();
        for resource in resources {
            let id = resource.id();
            if seen.insert(id.key(), ()).is_some() {
                let message =
                    format!("namespace transformation produces ID conflict: {}", id.describe());
                return Err(Refusal::at(self.namespace.origin, message));
            }
        }
        Ok(())
    }
}

/// Writes the namespace into fields.
pub(crate) struct Setter<'a> {
    text: &'a Text,
    unset_only: bool,
    origins: &'a Origins,
    /// The origin of namespaces written where none was.
    set_anew: OriginId,
}

impl<'a> Setter<'a> {
    pub(crate) fn new(transformer: &'a NamespaceSetter, origins: &'a Origins) -> Self {
        let text = &transformer.namespace;
        let set_anew = origins.replaced(Role::Transformed, text.origin, None);
        Self { text, unset_only: transformer.unset_only, origins, set_anew }
    }

    fn visit(&self, field: &FieldSpec, object: &mut Node) -> Result<(), String> {
        let wanted = |node: &Node| !self.unset_only || is_blank(node);
        let how = Visit { leaf: Leaf::Scalar, made_by: self.set_anew, wanted: &wanted };
        field.visit(object, &how, &mut |node| {
            if node.as_scalar().is_none() {
                return Err("namespace field specs must target scalar nodes".to_owned());
            }
            if wanted(node) {
                *node = self.value(Some(node));
            }
            Ok(())
        })
    }

    fn entry(&self, map: &mut Map, key: &str) {
        let before = map.get(key);
        if self.unset_only && before.is_some_and(|it| !is_blank(it)) {
            return;
        }
        let value = self.value(before);
        map.set(key, self.set_anew, value);
    }

    fn value(&self, before: Option<&Node>) -> Node {
        let before = before.filter(|it| !it.is_null()).map(|it| it.origin);
        let origin = match before {
            Some(_) => self.origins.replaced(Role::Transformed, self.text.origin, before),
            None => self.set_anew,
        };
        Node::string(self.text.value.clone(), origin)
    }
}

fn is_blank(node: &Node) -> bool {
    node.text().unwrap_or_default().is_empty()
}
