//! Which fields the transformers work on: the built-in table and the files that extend it.

use std::sync::{Arc, LazyLock};

use kai_core::{Node, OriginId};

use super::default_fields;
use super::field_spec::{self, FieldSpec};
use super::fields::{Fields, TextKind};
use super::gvk::Gvk;
use super::ordering;
use crate::Refusal;

/// The fields of every transformer.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Configuration {
    pub(crate) name_prefix: Vec<FieldSpec>,
    pub(crate) name_suffix: Vec<FieldSpec>,
    pub(crate) namespace: Vec<FieldSpec>,
    pub(crate) common_labels: Vec<FieldSpec>,
    pub(crate) labels: Vec<FieldSpec>,
    pub(crate) template_labels: Vec<FieldSpec>,
    pub(crate) common_annotations: Vec<FieldSpec>,
    pub(crate) name_reference: Vec<NameReference>,
    pub(crate) var_reference: Vec<FieldSpec>,
    pub(crate) images: Vec<FieldSpec>,
    pub(crate) replicas: Vec<FieldSpec>,
}

/// A type of object, and the fields of other objects that name it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NameReference {
    pub(crate) target: Gvk,
    pub(crate) referrers: Vec<FieldSpec>,
}

static BUILT_IN: LazyLock<Arc<Configuration>> =
    LazyLock::new(|| Arc::new(default_fields::configuration()));

impl Configuration {
    /// The table of a kustomization that extends nothing.
    pub(crate) fn built_in() -> Arc<Self> {
        Arc::clone(&BUILT_IN)
    }

    /// Reads a file of `configurations:`.
    pub(crate) fn read(node: &Node) -> Result<Self, Refusal> {
        let fields = Fields::in_text(node, "transformer configuration", TextKind::Configuration)?;
        fields.only(&[
            "namePrefix",
            "nameSuffix",
            "namespace",
            "commonLabels",
            "labels",
            "templateLabels",
            "commonAnnotations",
            "nameReference",
            "varReference",
            "images",
            "replicas",
        ])?;
        let specs = |name| read_specs(&fields, name);
        Ok(Self {
            name_prefix: specs("namePrefix")?,
            name_suffix: specs("nameSuffix")?,
            namespace: specs("namespace")?,
            common_labels: specs("commonLabels")?,
            labels: specs("labels")?,
            template_labels: specs("templateLabels")?,
            common_annotations: specs("commonAnnotations")?,
            name_reference: fields.all("nameReference", read_name_reference)?,
            var_reference: specs("varReference")?,
            images: specs("images")?,
            replicas: specs("replicas")?,
        }
        .sorted())
    }

    /// Adds the fields of another configuration.
    ///
    /// # Errors
    /// Both know a field and differ in whether it is made where it is missing.
    pub(crate) fn merge(&mut self, other: &Self) -> Result<(), String> {
        for (mine, theirs, name) in [
            (&mut self.name_prefix, &other.name_prefix, "namePrefix"),
            (&mut self.name_suffix, &other.name_suffix, "nameSuffix"),
            (&mut self.namespace, &other.namespace, "namespace"),
            (&mut self.common_annotations, &other.common_annotations, "commonAnnotations"),
            (&mut self.common_labels, &other.common_labels, "commonLabels"),
            (&mut self.labels, &other.labels, "labels"),
            (&mut self.template_labels, &other.template_labels, "templateLabels"),
            (&mut self.var_reference, &other.var_reference, "varReference"),
            (&mut self.images, &other.images, "images"),
            (&mut self.replicas, &other.replicas, "replicas"),
        ] {
            field_spec::merge_all(mine, theirs)
                .map_err(|reason| format!("cannot merge `{name}`: {reason}"))?;
        }
        for reference in &other.name_reference {
            self.merge_name_reference(reference)?;
        }
        self.sort();
        Ok(())
    }

    pub(super) fn merge_name_reference(&mut self, new: &NameReference) -> Result<(), String> {
        match self.name_reference.iter_mut().find(|it| it.target == new.target) {
            Some(known) => field_spec::merge_all(&mut known.referrers, &new.referrers)
                .map_err(|reason| format!("cannot merge `nameReference`: {reason}")),
            None => {
                self.name_reference.push(new.clone());
                Ok(())
            }
        }
    }

    pub(super) fn sorted(mut self) -> Self {
        self.sort();
        self
    }

    fn sort(&mut self) {
        for specs in [
            &mut self.name_prefix,
            &mut self.name_suffix,
            &mut self.namespace,
            &mut self.common_labels,
            &mut self.labels,
            &mut self.template_labels,
            &mut self.common_annotations,
            &mut self.var_reference,
            &mut self.images,
            &mut self.replicas,
        ] {
            specs.sort_by(|one, other| ordering::compare_types(&one.gvk, &other.gvk));
        }
        self.name_reference
            .sort_by(|one, other| ordering::compare_types(&one.target, &other.target));
    }
}

/// Adds what another kustomization knows; shares the table where both have only the built-in one.
///
/// Nothing else may be cut short: a field that was added after a wider one of the same path is
/// sorted before it, and the next merge then drops the wider one, as Kustomize does.
pub(crate) fn merge_shared(
    mine: &mut Arc<Configuration>,
    theirs: &Arc<Configuration>,
    at: OriginId,
) -> Result<(), Refusal> {
    let built_in = Configuration::built_in();
    let is_plain = |it: &Arc<Configuration>| Arc::ptr_eq(it, &built_in);
    if is_plain(theirs) && (is_plain(mine) || **mine == Configuration::default()) {
        *mine = built_in;
        return Ok(());
    }
    let mut merged = (**mine).clone();
    merged.merge(theirs).map_err(|reason| Refusal::at(at, reason))?;
    *mine = Arc::new(merged);
    Ok(())
}

fn read_name_reference(fields: &Fields<'_>) -> Result<NameReference, Refusal> {
    fields.only(&["group", "version", "kind", "fieldSpecs"])?;
    Ok(NameReference { target: read_gvk(fields)?, referrers: read_specs(fields, "fieldSpecs")? })
}

/// Reads a list of field specs.
pub(crate) fn read_specs(
    fields: &Fields<'_>,
    name: &'static str,
) -> Result<Vec<FieldSpec>, Refusal> {
    fields.all(name, read_spec)
}

fn read_spec(fields: &Fields<'_>) -> Result<FieldSpec, Refusal> {
    fields.only(&["group", "version", "kind", "path", "create"])?;
    let path = fields.text("path")?;
    Ok(FieldSpec::new(
        read_gvk(fields)?,
        path.as_ref().map_or("", |it| it.value.as_str()),
        fields.flag("create")?,
    ))
}

/// Reads `group`, `version` and `kind`.
pub(crate) fn read_gvk(fields: &Fields<'_>) -> Result<Gvk, Refusal> {
    let part = |name| -> Result<kai_core::SmolStr, Refusal> {
        Ok(fields.text(name)?.map(|it| it.value).unwrap_or_default())
    };
    Ok(Gvk { group: part("group")?, version: part("version")?, kind: part("kind")? })
}
