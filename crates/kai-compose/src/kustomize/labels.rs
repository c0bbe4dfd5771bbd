//! `labels`, `commonLabels` and `commonAnnotations`: the same entries in many mappings.

use kai_core::{Node, OriginId, Origins, Role};

use super::field_spec::{FieldSpec, Leaf, Visit};
use super::fields::Pair;
use super::resource::Resource;
use crate::Refusal;

/// Sets entries in every mapping that the fields lead to.
#[derive(Debug, Clone)]
pub(crate) struct EntrySetter {
    /// Sorted by key.
    pub(crate) pairs: Vec<Pair>,
    pub(crate) fields: Vec<FieldSpec>,
    pub(crate) at: OriginId,
}

impl EntrySetter {
    pub(crate) fn apply(
        &self,
        resources: &mut [Resource],
        origins: &Origins,
    ) -> Result<(), Refusal> {
        if self.pairs.is_empty() {
            return Ok(());
        }
        // Entries that were not there before share one origin each.
        let anew: Vec<OriginId> = self
            .pairs
            .iter()
            .map(|pair| origins.replaced(Role::Transformed, pair.value.origin, None))
            .collect();
        for resource in resources {
            for field in &self.fields {
                self.set(&mut resource.node, field, &anew, origins)
                    .map_err(|reason| Refusal::at(self.at, reason))?;
            }
        }
        Ok(())
    }

    fn set(
        &self,
        object: &mut Node,
        field: &FieldSpec,
        anew: &[OriginId],
        origins: &Origins,
    ) -> Result<(), String> {
        let how = Visit { leaf: Leaf::Map, made_by: self.at, wanted: &|it| !it.is_null() };
        field.visit(object, &how, &mut |node| {
            let Some(map) = node.map_mut() else {
                return Err("wrong node kind: expected a mapping".to_owned());
            };
            for (pair, &anew) in self.pairs.iter().zip(anew) {
                let before = map.get(&pair.key.value).map(|it| it.origin);
                let origin = match before {
                    Some(_) => origins.replaced(Role::Transformed, pair.value.origin, before),
                    None => anew,
                };
                let value = Node::string(pair.value.value.clone(), origin);
                map.set(&pair.key.value, pair.key.origin, value);
            }
            Ok(())
        })
    }
}
