//! `images`: other names, tags and digests for container images.

use kai_core::{Node, OriginId, Origins, Role, Value};
use regex::Regex;

use super::field_spec::{FieldSpec, Leaf, Visit};
use super::fields::{Fields, Text};
use super::resource::Resource;
use crate::Refusal;

/// One entry of `images:`.
#[derive(Debug, Clone)]
pub(crate) struct Image {
    pub(crate) name: Text,
    pub(crate) new_name: Option<Text>,
    pub(crate) tag_suffix: Option<Text>,
    pub(crate) new_tag: Option<Text>,
    pub(crate) digest: Option<Text>,
}

/// Rewrites the references to one image.
#[derive(Debug, Clone)]
pub(crate) struct ImageSetter {
    pub(crate) image: Image,
    pub(crate) fields: Vec<FieldSpec>,
}

impl Image {
    pub(crate) fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        fields.only(&["name", "newName", "tagSuffix", "newTag", "digest"])?;
        let nameless = Text { value: Default::default(), origin: fields.origin };
        Ok(Self {
            name: fields.text("name")?.unwrap_or(nameless),
            new_name: fields.some_text("newName")?,
            tag_suffix: fields.some_text("tagSuffix")?,
            new_tag: fields.some_text("newTag")?,
            digest: fields.some_text("digest")?,
        })
    }

    fn pattern(&self) -> Result<Regex, Refusal> {
        let name = &self.name.value;
        let pattern = format!("^{name}(:[a-zA-Z0-9_.{{}}-]*)?(@sha256:[a-zA-Z0-9_.{{}}-]*)?$");
        Regex::new(&pattern).map_err(|_| {
            let message = format!("the image name `{name}` is no valid regular expression");
            Refusal::at(self.name.origin, message)
        })
    }

    /// The rewritten reference, and where its parts come from.
    fn rewrite(&self, before: &str, before_origin: OriginId) -> (String, Vec<OriginId>) {
        let (old_name, old_tag, old_digest) = split(before);
        let mut parts = Vec::new();
        let mut from_before = false;
        let mut text = match &self.new_name {
            Some(new) => {
                parts.push(new.origin);
                new.value.to_string()
            }
            None => {
                from_before = true;
                old_name.to_owned()
            }
        };
        let (tag, digest) = match (&self.new_tag, &self.digest, &self.tag_suffix) {
            (None, None, None) => {
                from_before |= !old_tag.is_empty() || !old_digest.is_empty();
                (old_tag.to_owned(), old_digest)
            }
            (None, None, Some(suffix)) => {
                parts.push(suffix.origin);
                from_before |= !old_tag.is_empty();
                (format!("{old_tag}{}", suffix.value), "")
            }
            (tag, digest, _) => {
                parts.extend([tag, digest].into_iter().flatten().map(|it| it.origin));
                let tag = tag.as_ref().map_or("", |it| it.value.as_str());
                (tag.to_owned(), digest.as_ref().map_or("", |it| it.value.as_str()))
            }
        };
        if !tag.is_empty() {
            text.push(':');
            text.push_str(&tag);
        }
        if !digest.is_empty() {
            text.push('@');
            text.push_str(digest);
        }
        if from_before {
            parts.insert(0, before_origin);
        }
        (text, parts)
    }
}

impl ImageSetter {
    pub(crate) fn apply(
        &self,
        resources: &mut [Resource],
        origins: &Origins,
    ) -> Result<(), Refusal> {
        let pattern = self.image.pattern()?;
        let matches = |node: &Node| -> bool {
            node.as_scalar().is_none_or(|it| !node.is_null() && pattern.is_match(&it.text))
        };
        let change = &mut |node: &mut Node| self.change(node, &pattern, origins);
        for resource in resources.iter_mut().filter(|it| it.kind() != "CustomResourceDefinition") {
            let refuse = |reason| Refusal::at(self.image.name.origin, reason);
            if in_containers(&resource.node, &matches) {
                change_containers(&mut resource.node, &matches, change).map_err(refuse)?;
            }
            let made_by = self.image.name.origin;
            let how = Visit { leaf: Leaf::Existing, made_by, wanted: &matches };
            for field in &self.fields {
                field.visit(&mut resource.node, &how, change).map_err(refuse)?;
            }
        }
        Ok(())
    }

    fn change(&self, node: &mut Node, pattern: &Regex, origins: &Origins) -> Result<(), String> {
        let Some(scalar) = node.as_scalar() else {
            return Err("wrong node kind: expected a scalar".to_owned());
        };
        if node.is_null() || !pattern.is_match(&scalar.text) {
            return Ok(());
        }
        let (text, parts) = self.image.rewrite(&scalar.text, node.origin);
        let Some(&last) = parts.last().filter(|it| **it != node.origin) else { return Ok(()) };
        // The same entry reaches most images twice, by two of its ways to find them.
        if text == scalar.text && origins.chain(node.origin).contains(&last) {
            return Ok(());
        }
        let origin = match parts.as_slice() {
            [only] => origins.replaced(Role::Transformed, *only, Some(node.origin)),
            parts => origins.derived(Role::Transformed, Some(last), parts),
        };
        *node = Node::string(text, origin);
        Ok(())
    }
}

/// True when a container in the tree has an image to look at.
fn in_containers(node: &Node, matches: &dyn Fn(&Node) -> bool) -> bool {
    match &node.value {
        Value::Map(map) => map.iter().any(|entry| {
            in_containers(&entry.node, matches)
                || (is_containers(&entry.key)
                    && entry.node.items().iter().any(|container| {
                        container.as_map().is_none() || container.get("image").is_some_and(matches)
                    }))
        }),
        Value::Seq(items) => items.iter().any(|it| in_containers(it, matches)),
        _ => false,
    }
}

/// Changes the image of every element of a list called `containers` or `initContainers`, wherever
/// it stands.
fn change_containers(
    node: &mut Node,
    matches: &dyn Fn(&Node) -> bool,
    change: &mut dyn FnMut(&mut Node) -> Result<(), String>,
) -> Result<(), String> {
    if !in_containers(node, matches) {
        return Ok(());
    }
    if let Some(items) = node.seq_mut() {
        return items.iter_mut().try_for_each(|it| change_containers(it, matches, change));
    }
    let Some(map) = node.map_mut() else { return Ok(()) };
    for entry in map.entries_mut() {
        change_containers(&mut entry.node, matches, change)?;
        if !is_containers(&entry.key) || !entry.node.is_seq() {
            continue;
        }
        for container in entry.node.seq_mut().into_iter().flatten() {
            if container.as_map().is_none() && !container.is_null() {
                return Err("wrong node kind: expected a mapping for a container".to_owned());
            }
            if let Some(image) = container.get_mut("image") {
                change(image)?;
            }
        }
    }
    Ok(())
}

fn is_containers(key: &str) -> bool {
    matches!(key, "containers" | "initContainers")
}

/// Name, tag and digest of a reference; a colon in the registry's host is no tag.
fn split(reference: &str) -> (&str, &str, &str) {
    let after_host = reference.find('/').unwrap_or(0);
    let find = |sign| reference[after_host..].find(sign).map(|at| at + after_host);
    match (find(':'), find('@')) {
        (None, None) => (reference, "", ""),
        (Some(tag), Some(digest)) if tag < digest => {
            (&reference[..tag], &reference[tag + 1..digest], &reference[digest + 1..])
        }
        (_, Some(digest)) => (&reference[..digest], "", &reference[digest + 1..]),
        (Some(tag), None) => (&reference[..tag], &reference[tag + 1..], ""),
    }
}
