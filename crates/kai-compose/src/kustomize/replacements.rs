//! `replacements`: a field of one object copied into fields of others.

use kai_core::{Node, OriginId, Origins, Role, Scalar, ScalarKind, ScalarStyle, SmolStr, Value};
use kai_syntax::yaml;

use super::configurations::read_gvk;
use super::field_path::{self, Made, Missing};
use super::field_spec::split_bracketed_path;
use super::fields::{Fields, Text};
use super::gvk::Gvk;
use super::resource::{Id, Resource};
use super::selector::{Selector, selects_id};
use crate::Refusal;

/// Where a value comes from, and where it goes.
#[derive(Debug, Clone)]
pub(crate) struct Replacement {
    source: Source,
    targets: Vec<Target>,
    at: OriginId,
}

#[derive(Debug, Clone)]
struct Source {
    gvk: Gvk,
    name: SmolStr,
    namespace: SmolStr,
    field: Text,
    options: FieldOptions,
}

#[derive(Debug, Clone)]
struct Target {
    select: Selector,
    reject: Vec<Selector>,
    fields: Vec<Text>,
    options: FieldOptions,
}

#[derive(Debug, Clone, Default)]
struct FieldOptions {
    delimiter: SmolStr,
    index: i64,
    create: bool,
}

const DEFAULT_FIELD: &str = "metadata.name";

impl Replacement {
    pub(crate) fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        let (Some(source), Some(_)) = (fields.nested("source")?, fields.get("targets")) else {
            let message = "replacements must specify a source and at least one target";
            return Err(Refusal::at(fields.origin, message));
        };
        Ok(Self {
            source: Source::read(&source)?,
            targets: fields.all("targets", Target::read)?,
            at: fields.origin,
        })
    }

    pub(crate) fn apply(
        &self,
        resources: &mut [Resource],
        origins: &Origins,
    ) -> Result<(), Refusal> {
        let value = self.source.value(resources, origins, self.at)?;
        for target in &self.targets {
            for resource in resources.iter_mut().filter(|it| target.selects(it)) {
                target.set(resource, &value, origins)?;
            }
        }
        Ok(())
    }
}

impl Source {
    fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        fields.only(&["group", "version", "kind", "name", "namespace", "fieldPath", "options"])?;
        let part = |name| -> Result<SmolStr, Refusal> {
            Ok(fields.text(name)?.map(|it| it.value).unwrap_or_default())
        };
        let default = Text { value: SmolStr::new_static(DEFAULT_FIELD), origin: fields.origin };
        Ok(Self {
            gvk: read_gvk(fields)?,
            name: part("name")?,
            namespace: part("namespace")?,
            field: fields.some_text("fieldPath")?.unwrap_or(default),
            options: FieldOptions::read(fields)?,
        })
    }

    fn value(
        &self,
        resources: &[Resource],
        origins: &Origins,
        at: OriginId,
    ) -> Result<Node, Refusal> {
        let is_selected = |id: &Id| selects_id(&self.gvk, &self.name, &self.namespace, id);
        let mut found = resources
            .iter()
            .filter(|it| is_selected(&it.id()) || it.previous_ids().any(|id| is_selected(&id)));
        let object = match (found.next(), found.next()) {
            (Some(only), None) => only,
            (None, _) => {
                return Err(Refusal::at(at, format!("nothing selected by {}", self.describe())));
            }
            _ => {
                let message = format!("multiple matches for selector {}", self.describe());
                return Err(Refusal::at(at, message));
            }
        };
        let path = split_bracketed_path(&self.field.value, '.');
        let refuse = |reason: String| Refusal::at(self.field.origin, reason);
        let value = field_path::look_up(&object.node, &path).map_err(refuse)?;
        match value {
            Some(value) if !is_nothing(value) => self.refine(value, origins).map_err(refuse),
            _ => Err(refuse(format!(
                "fieldPath `{}` is missing for replacement source {}",
                self.field.value,
                self.describe()
            ))),
        }
    }

    /// The part of the value that the options ask for.
    fn refine(&self, value: &Node, origins: &Origins) -> Result<Node, String> {
        let delimiter = self.options.delimiter.as_str();
        if delimiter.is_empty() {
            return Ok(value.clone());
        }
        let Some(scalar) = value.as_scalar() else {
            return Err("delimiter option can only be used with scalar nodes".to_owned());
        };
        let part = usize::try_from(self.options.index)
            .ok()
            .and_then(|index| scalar.text.split(delimiter).nth(index));
        let Some(part) = part else {
            let index = self.options.index;
            return Err(format!(
                "options.index {index} is out of bounds for value {}",
                scalar.text
            ));
        };
        let origin = origins.derived(Role::Transformed, Some(value.origin), &[value.origin]);
        Ok(Node::new(Value::Scalar(Scalar { text: part.into(), ..scalar.clone() }), origin))
    }

    fn describe(&self) -> String {
        let id = Id {
            gvk: self.gvk.clone(),
            name: self.name.clone(),
            namespace: self.namespace.clone(),
        };
        id.describe()
    }
}

impl Target {
    fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        fields.only(&["select", "reject", "fieldPaths", "options"])?;
        let Some(select) = fields.nested("select")? else {
            return Err(Refusal::at(fields.origin, "target must specify resources to select"));
        };
        let mut paths = fields.texts("fieldPaths")?;
        if paths.is_empty() {
            paths.push(Text { value: SmolStr::new_static(DEFAULT_FIELD), origin: fields.origin });
        }
        Ok(Self {
            select: Selector::read(&select)?,
            reject: fields.all("reject", Selector::read)?,
            fields: paths,
            options: FieldOptions::read(fields)?,
        })
    }

    fn selects(&self, resource: &Resource) -> bool {
        let rejected_by_marks = |it: &Selector| {
            (!it.labels.is_empty() || !it.annotations.is_empty())
                && it.selects_marks(&resource.node)
        };
        if !self.select.selects_marks(&resource.node) || self.reject.iter().any(rejected_by_marks) {
            return false;
        }
        let any_id = |selector: &Selector| {
            selector.selects_id(&resource.id())
                || resource.previous_ids().any(|it| selector.selects_id(&it))
        };
        any_id(&self.select) && !self.reject.iter().any(|it| !it.names_no_object() && any_id(it))
    }

    fn set(&self, resource: &mut Resource, value: &Node, origins: &Origins) -> Result<(), Refusal> {
        for field in &self.fields {
            let path = split_bracketed_path(&field.value, '.');
            let missing = match (self.options.create, &value.value) {
                (false, _) | (_, Value::Unknown(_)) => Missing::Refuse,
                (true, Value::Scalar(_)) => Missing::Make { kind: Made::Scalar, by: value.origin },
                (true, Value::Map(_)) => Missing::Make { kind: Made::Map, by: value.origin },
                (true, Value::Seq(_)) => Missing::Make { kind: Made::Seq, by: value.origin },
            };
            let refuse = |reason| Refusal::at(field.origin, reason);
            let mut object = resource.node.clone();
            let count = field_path::visit(&mut object, &path, missing, &mut |target| {
                self.options.set(target, value, origins)
            })
            .map_err(refuse)?;
            if count == 0 {
                let verb = if self.options.create { "find or create" } else { "find" };
                let message =
                    format!("unable to {verb} field `{}` in replacement target", field.value);
                return Err(refuse(message));
            }
            resource.node = object;
        }
        Ok(())
    }
}

impl FieldOptions {
    fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        let Some(fields) = fields.nested("options")? else { return Ok(Self::default()) };
        fields.only(&["delimiter", "index", "encoding", "create"])?;
        let delimiter = fields.text("delimiter")?.map(|it| it.value).unwrap_or_default();
        let index = fields.int("index")?.unwrap_or_default();
        Ok(Self { delimiter, index, create: fields.flag("create")? })
    }

    fn set(&self, target: &mut Node, value: &Node, origins: &Origins) -> Result<(), String> {
        let before = target.origin;
        if self.delimiter.is_empty() {
            let origin = origins.replaced(Role::Transformed, value.origin, Some(before));
            target.value = match target.as_scalar() {
                Some(scalar) => retyped(scalar, value.text_or_empty())?,
                None => value.value.clone(),
            };
            target.origin = origin;
            return Ok(());
        }
        let Some(scalar) = target.as_scalar() else {
            return Err("delimiter option can only be used with scalar nodes".to_owned());
        };
        let text = self.spliced(&scalar.text, value.text_or_empty());
        target.value = retyped(scalar, &text)?;
        let parts = [before, value.origin];
        target.origin = origins.derived(Role::Transformed, Some(value.origin), &parts);
        Ok(())
    }

    /// The text with one of its parts replaced, or with one more before or after them.
    fn spliced(&self, text: &str, value: &str) -> String {
        let mut parts: Vec<&str> = text.split(self.delimiter.as_str()).collect();
        match usize::try_from(self.index) {
            Err(_) => parts.insert(0, value),
            Ok(index) if index >= parts.len() => parts.push(value),
            Ok(index) => parts[index] = value,
        }
        parts.join(&self.delimiter)
    }
}

trait ScalarText {
    fn text_or_empty(&self) -> &str;
}

impl ScalarText for Node {
    /// The text of a scalar, null included; a collection has none.
    fn text_or_empty(&self) -> &str {
        self.as_scalar().map_or("", |it| it.text.as_str())
    }
}

/// A new text in a scalar that keeps its type; one that was just made takes the text's.
fn retyped(before: &Scalar, text: &str) -> Result<Value, String> {
    let plain = yaml::resolve(text);
    let kind = match (before.kind, plain) {
        (ScalarKind::Str, _) => ScalarKind::Str,
        (ScalarKind::Null, kind) => kind,
        (ScalarKind::Float, ScalarKind::Int) => ScalarKind::Float,
        (kind, plain) if kind == plain => kind,
        _ => return Err(format!("cannot decode `{text}` as the type that stands there")),
    };
    let style =
        if kind == ScalarKind::Str { ScalarStyle::DoubleQuoted } else { ScalarStyle::Plain };
    Ok(Value::Scalar(Scalar { text: text.into(), kind, style }))
}

/// Null, or a collection without elements.
fn is_nothing(node: &Node) -> bool {
    match &node.value {
        Value::Map(map) => map.is_empty(),
        Value::Seq(items) => items.is_empty(),
        _ => node.is_null(),
    }
}
