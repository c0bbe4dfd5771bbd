//! Which objects a patch or a replacement is for.

use kai_core::{Node, SmolStr};
use regex::Regex;

use super::configurations::read_gvk;
use super::fields::{Fields, Text};
use super::gvk::Gvk;
use super::label_selector::LabelSelector;
use super::resource::{Id, Resource};
use crate::Refusal;

/// Type, name, namespace, labels and annotations; empty parts match anything.
#[derive(Debug, Clone)]
pub(crate) struct Selector {
    pub(crate) gvk: Gvk,
    pub(crate) name: SmolStr,
    pub(crate) namespace: SmolStr,
    pub(crate) labels: LabelSelector,
    pub(crate) annotations: LabelSelector,
    pub(crate) at: kai_core::OriginId,
}

/// A selector whose parts are regular expressions for the whole text.
pub(crate) struct Patterns<'a> {
    group: Option<Regex>,
    version: Option<Regex>,
    kind: Option<Regex>,
    name: Option<Regex>,
    namespace: Option<Regex>,
    selector: &'a Selector,
}

const SELECTOR_FIELDS: &[&str] =
    &["group", "version", "kind", "name", "namespace", "annotationSelector", "labelSelector"];

impl Selector {
    pub(crate) fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        fields.only(SELECTOR_FIELDS)?;
        let part = |name| -> Result<SmolStr, Refusal> {
            Ok(fields.text(name)?.map(|it| it.value).unwrap_or_default())
        };
        let selector = |text: Option<Text>| match text {
            None => Ok(LabelSelector::default()),
            Some(text) => {
                LabelSelector::parse(&text.value).map_err(|reason| Refusal::at(text.origin, reason))
            }
        };
        Ok(Self {
            gvk: read_gvk(fields)?,
            name: part("name")?,
            namespace: part("namespace")?,
            labels: selector(fields.text("labelSelector")?)?,
            annotations: selector(fields.text("annotationSelector")?)?,
            at: fields.origin,
        })
    }

    /// True when nothing but labels and annotations is asked for.
    pub(crate) fn names_no_object(&self) -> bool {
        self.gvk == Gvk::default() && self.name.is_empty() && self.namespace.is_empty()
    }

    /// True when the id's type, name and namespace are the selector's; no regular expressions.
    pub(crate) fn selects_id(&self, id: &Id) -> bool {
        selects_id(&self.gvk, &self.name, &self.namespace, id)
    }

    pub(crate) fn selects_marks(&self, object: &Node) -> bool {
        self.labels.matches(object, "labels") && self.annotations.matches(object, "annotations")
    }

    pub(crate) fn patterns(&self) -> Result<Patterns<'_>, Refusal> {
        Ok(Patterns {
            group: self.anchored(&self.gvk.group)?,
            version: self.anchored(&self.gvk.version)?,
            kind: self.anchored(&self.gvk.kind)?,
            name: self.anchored(&self.name)?,
            namespace: self.anchored(&self.namespace)?,
            selector: self,
        })
    }

    fn anchored(&self, pattern: &str) -> Result<Option<Regex>, Refusal> {
        if pattern.is_empty() {
            return Ok(None);
        }
        Regex::new(&format!("^(?:{pattern})$")).map(Some).map_err(|_| {
            Refusal::at(self.at, format!("`{pattern}` is no valid regular expression"))
        })
    }
}

impl Patterns<'_> {
    /// True when the object is meant, by the name it had first or by the one it has now.
    pub(crate) fn select(&self, resource: &Resource) -> bool {
        let gvk = resource.gvk();
        let is = |pattern: &Option<Regex>, text: &str| {
            pattern.as_ref().is_none_or(|it| it.is_match(text))
        };
        if !is(&self.kind, gvk.kind) || !is(&self.group, gvk.group) {
            return false;
        }
        if !is(&self.version, gvk.version) {
            return false;
        }
        let (first, now) = (resource.original_id(), resource.id());
        (is(&self.namespace, first.effective_namespace())
            || is(&self.namespace, now.effective_namespace()))
            && (is(&self.name, &first.name) || is(&self.name, &now.name))
            && self.selector.selects_marks(&resource.node)
    }
}

/// True when the id's type, name and namespace are those given; empty ones match anything.
pub(crate) fn selects_id(gvk: &Gvk, name: &str, namespace: &str, id: &Id) -> bool {
    (name.is_empty() || id.name == name)
        && id.gvk.by_ref().is_selected_by(gvk)
        && (namespace.is_empty() || namespace == id.effective_namespace())
}
