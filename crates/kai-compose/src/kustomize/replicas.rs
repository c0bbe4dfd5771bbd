//! `replicas`.

use kai_core::{Node, OriginId, Origins, Role};

use super::field_spec::{FieldSpec, Leaf, Visit};
use super::fields::{Fields, Text};
use super::resource::Resource;
use crate::Refusal;

/// One entry of `replicas:`.
#[derive(Debug, Clone)]
pub(crate) struct Replica {
    pub(crate) name: Text,
    pub(crate) count: i64,
    pub(crate) count_origin: OriginId,
}

/// Sets how many pods the workloads of one name run.
#[derive(Debug, Clone)]
pub(crate) struct ReplicaSetter {
    pub(crate) replica: Replica,
    pub(crate) fields: Vec<FieldSpec>,
}

impl Replica {
    pub(crate) fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        fields.only(&["name", "count"])?;
        let name = fields.text("name")?;
        let count_origin = fields.get("count").map_or(fields.origin, |it| it.origin);
        let nameless = Text { value: Default::default(), origin: fields.origin };
        Ok(Self {
            name: name.unwrap_or(nameless),
            count: fields.int("count")?.unwrap_or_default(),
            count_origin,
        })
    }
}

impl ReplicaSetter {
    pub(crate) fn apply(
        &self,
        resources: &mut [Resource],
        origins: &Origins,
    ) -> Result<(), Refusal> {
        let mut found = false;
        for field in &self.fields {
            for resource in resources.iter_mut().filter(|it| self.matches(it, field)) {
                found = true;
                self.set(resource, field, origins)?;
            }
        }
        if found {
            return Ok(());
        }
        let kinds: Vec<String> = self.fields.iter().map(|it| it.gvk.describe()).collect();
        let message = format!(
            "resource with name {} does not match a config with the following GVK [{}]",
            self.replica.name.value,
            kinds.join(" ")
        );
        Err(Refusal::at(self.replica.name.origin, message))
    }

    fn matches(&self, resource: &Resource, field: &FieldSpec) -> bool {
        let name = &self.replica.name.value;
        (resource.name() == name && field.applies_to(resource.gvk()))
            || resource
                .previous_ids()
                .any(|id| id.name == *name && field.applies_to(id.gvk.by_ref()))
    }

    fn set(
        &self,
        resource: &mut Resource,
        field: &FieldSpec,
        origins: &Origins,
    ) -> Result<(), Refusal> {
        let at = self.replica.count_origin;
        let how = Visit { leaf: Leaf::Scalar, made_by: at, wanted: &|_| true };
        let change = &mut |node: &mut Node| {
            if node.as_scalar().is_none() {
                return Err("wrong node kind: expected a scalar".to_owned());
            }
            let before = Some(node.origin).filter(|_| !node.is_null());
            *node = Node::int(self.replica.count, origins.replaced(Role::Transformed, at, before));
            Ok(())
        };
        field.visit(&mut resource.node, &how, change).map_err(|reason| Refusal::at(at, reason))
    }
}
