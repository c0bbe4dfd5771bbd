//! `crds`: OpenAPI definitions of custom types that say which of their fields are names, labels or
//! annotations.

use kai_core::{Node, SmolStr};

use super::configurations::{Configuration, NameReference};
use super::field_spec::{self, FieldSpec};
use super::fields::describe;
use super::gvk::Gvk;
use crate::Refusal;

/// Reads a file of `crds:`, a mapping from type names to their definitions.
pub(crate) fn read(document: &Node) -> Result<Configuration, Refusal> {
    let refuse = |node: &Node| {
        let message = format!("unable to parse an OpenAPI definition: this is {}", describe(node));
        Refusal::at(node.origin, message)
    };
    let types = document.as_map().ok_or_else(|| refuse(document))?;
    if let Some(wrong) = types.iter().find(|it| it.node.as_map().is_none() && !it.node.is_null()) {
        return Err(refuse(&wrong.node));
    }
    let mut configuration = Configuration::default();
    for entry in types {
        let is_object = properties(&entry.node).is_some_and(|it| {
            ["kind", "apiVersion", "metadata"].iter().all(|field| it.get(field).is_some())
        });
        if is_object {
            let kind = entry.key.rsplit('.').next().unwrap_or_default();
            let gvk = Gvk { kind: kind.into(), ..Gvk::default() };
            let mut reader = Reader {
                types: document,
                gvk,
                path: Vec::new(),
                configuration: &mut configuration,
            };
            reader.read_type(&entry.key).map_err(|reason| Refusal::at(entry.key_origin, reason))?;
        }
    }
    Ok(configuration.sorted())
}

struct Reader<'a> {
    types: &'a Node,
    gvk: Gvk,
    path: Vec<SmolStr>,
    configuration: &'a mut Configuration,
}

/// Types that contain each other would never end.
const DEPTH_MAX: usize = 32;

impl Reader<'_> {
    fn read_type(&mut self, name: &str) -> Result<(), String> {
        let properties = self.types.get(name).and_then(properties).and_then(Node::as_map);
        for entry in properties.into_iter().flatten() {
            if self.path.len() >= DEPTH_MAX {
                return Ok(());
            }
            self.path.push(entry.key.clone());
            self.read_property(&entry.node)?;
            self.path.pop();
        }
        Ok(())
    }

    fn read_property(&mut self, property: &Node) -> Result<(), String> {
        let text = |name: &str| property.get(name).and_then(Node::as_str);
        if text("x-kubernetes-annotation").is_some() {
            let field = self.field(None);
            field_spec::merge_one(&mut self.configuration.common_annotations, &field)?;
        }
        if text("x-kubernetes-label-selector").is_some() {
            let field = self.field(None);
            field_spec::merge_one(&mut self.configuration.common_labels, &field)?;
        }
        if text("x-kubernetes-identity").is_some() {
            let field = self.field(None);
            field_spec::merge_one(&mut self.configuration.name_prefix, &field)?;
        }
        let version = text("x-kubernetes-object-ref-api-version");
        if let (Some(version), Some(kind)) = (version, text("x-kubernetes-object-ref-kind")) {
            let key = text("x-kubernetes-object-ref-name-key").unwrap_or("name");
            let target =
                Gvk { group: SmolStr::default(), version: version.into(), kind: kind.into() };
            let referrers = vec![self.field(Some(key))];
            self.configuration.merge_name_reference(&NameReference { target, referrers })?;
        }
        match text("$ref") {
            Some(name) => self.read_type(name),
            None => Ok(()),
        }
    }

    fn field(&self, last: Option<&str>) -> FieldSpec {
        let mut keys: Vec<&str> = self.path.iter().map(SmolStr::as_str).collect();
        keys.extend(last);
        FieldSpec::new(self.gvk.clone(), &keys.join("/"), false)
    }
}

fn properties(definition: &Node) -> Option<&Node> {
    let schema = definition.as_map()?.iter().find(|it| it.key.eq_ignore_ascii_case("schema"))?;
    schema.node.get("properties")
}
