//! `namePrefix` and `nameSuffix`.

use std::sync::Arc;

use kai_core::{Node, Origins, Role};

use super::field_spec::{FieldSpec, Leaf, Visit};
use super::fields::Text;
use super::gvk::Gvk;
use super::resource::Resource;
use crate::Refusal;

/// Puts a text before or after names.
#[derive(Debug, Clone)]
pub(crate) struct NameAffix {
    pub(crate) text: Text,
    pub(crate) side: Side,
    pub(crate) fields: Vec<FieldSpec>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Prefix,
    Suffix,
}

impl NameAffix {
    pub(crate) fn apply(
        &self,
        resources: &mut [Resource],
        origins: &Origins,
    ) -> Result<(), Refusal> {
        let kept = kept_types();
        for resource in resources {
            let original = resource.original_id();
            let gvk = original.gvk.by_ref();
            if kept.iter().any(|it| gvk.is_selected_by(it)) {
                continue;
            }
            for field in self.fields.iter().filter(|it| it.applies_to(gvk)) {
                if field.path == "metadata/name" {
                    self.note(resource);
                }
                self.rename(resource, field, origins)?;
            }
        }
        Ok(())
    }

    fn note(&self, resource: &mut Resource) {
        if self.text.value.is_empty() {
            return;
        }
        let affixes = match self.side {
            Side::Prefix => &mut resource.prefixes,
            Side::Suffix => &mut resource.suffixes,
        };
        Arc::make_mut(affixes).push(self.text.value.clone());
        resource.remember_id();
    }

    fn rename(
        &self,
        resource: &mut Resource,
        field: &FieldSpec,
        origins: &Origins,
    ) -> Result<(), Refusal> {
        let how = Visit { leaf: Leaf::Scalar, made_by: self.text.origin, wanted: &|_| true };
        let change = &mut |node: &mut Node| {
            let Some(scalar) = node.as_scalar() else {
                return Err("wrong node kind: expected a scalar".to_owned());
            };
            let before = if node.is_null() { "" } else { scalar.text.as_str() };
            let text = match self.side {
                Side::Prefix => format!("{}{before}", self.text.value),
                Side::Suffix => format!("{before}{}", self.text.value),
            };
            let parts = [node.origin, self.text.origin];
            let origin = origins.derived(Role::Transformed, Some(self.text.origin), &parts);
            *node = Node::string(text, origin);
            Ok(())
        };
        field
            .visit(&mut resource.node, &how, change)
            .map_err(|reason| Refusal::at(self.text.origin, reason))
    }
}

/// Types that are never renamed.
fn kept_types() -> [Gvk; 3] {
    let kind = |kind: &'static str| Gvk { kind: kind.into(), ..Gvk::default() };
    let api_service = Gvk { group: "apiregistration.k8s.io".into(), ..kind("APIService") };
    [kind("CustomResourceDefinition"), api_service, kind("Namespace")]
}
