//! What expressions of a module refer to.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use kai_core::{Origins, Reason, Span};
use smol_str::SmolStr;

use super::expansion::{Bound, Expansion};
use super::instance::{Instance, Name};
use super::planner::Planner;
use crate::config::{ModuleCall, Resource, ResourceName};
use crate::diagnostic::{Diagnostic, Outcome};
use crate::eval::{Scope, attribute_of};
use crate::function::Surroundings;
use crate::syntax::{Step, StepKind};
use crate::value::{Reference, Type, Value};

/// The names of one place in one instance of a module.
pub(super) struct InstanceScope<'a> {
    pub(super) planner: &'a Planner<'a>,
    pub(super) instance: &'a Rc<Instance>,
    pub(super) bound: &'a Bound,
    pub(super) itself: Option<Value>,
    /// The resource whose block it is.
    pub(super) within: Option<&'a ResourceName>,
}

fn attribute(steps: &[Step], index: usize) -> Option<&SmolStr> {
    match steps.get(index).map(|it| &it.kind) {
        Some(StepKind::Attribute(name)) => Some(name),
        _ => None,
    }
}

impl Scope for InstanceScope<'_> {
    fn resolve(&self, root: &str, steps: &[Step], span: Span) -> Outcome<(Value, usize)> {
        let first = attribute(steps, 0);
        match (root, first) {
            ("var", Some(name)) => Ok((self.planner.variable(self.instance, name), 1)),
            ("local", Some(name)) => Ok((self.planner.local(self.instance, name), 1)),
            ("each" | "count", Some(name)) => Ok((self.repeated(name), 1)),
            ("path", Some(name)) => Ok((self.path(name), 1)),
            ("terraform", Some(name)) => Ok((self.terraform(name), 1)),
            ("self", _) => Ok((self.itself.clone().unwrap_or(Value::null(Type::Dynamic)), 0)),
            ("module", Some(name)) => self.module(name, steps),
            ("data", Some(ty)) => {
                let name = attribute(steps, 1).map_or("", SmolStr::as_str);
                self.resource(&ResourceName::new(true, ty, name), steps, 2, span)
            }
            ("resource", Some(ty)) => {
                let name = attribute(steps, 1).map_or("", SmolStr::as_str);
                self.resource(&ResourceName::new(false, ty, name), steps, 2, span)
            }
            (ty, Some(name)) => self.resource(&ResourceName::new(false, ty, name), steps, 1, span),
            (_, None) => self.check(root, steps, span).map(|()| (Value::null(Type::Dynamic), 0)),
        }
    }

    fn check(&self, root: &str, steps: &[Step], span: Span) -> Outcome<()> {
        let fail = |summary: &str, detail: String| Err(Diagnostic::new(span, summary, detail));
        let first = attribute(steps, 0);
        let module = &self.instance.module;
        let is_object =
            matches!(root, "var" | "local" | "path" | "terraform" | "each" | "count" | "module");
        if is_object && first.is_none() {
            return match steps.first() {
                None => fail(
                    "Invalid reference",
                    format!(
                        "The \"{root}\" object cannot be accessed directly. Instead, access one of its attributes."
                    ),
                ),
                Some(step) => Err(Diagnostic::new(
                    step.span,
                    "Invalid reference",
                    format!("The \"{root}\" object does not support this operation."),
                )),
            };
        }
        let place = if self.instance.parent.is_none() {
            "the root module".to_owned()
        } else {
            self.instance.address.clone()
        };
        match (root, first.map(SmolStr::as_str)) {
            ("var", Some(name)) if !module.variables.contains_key(name) => fail("Reference to undeclared input variable", format!("An input variable with the name \"{name}\" has not been declared. This variable can be declared with a variable \"{name}\" {{}} block.")),
            ("local", Some(name)) if !module.locals.contains_key(name) => fail("Reference to undeclared local value", format!("A local value with the name \"{name}\" has not been declared.")),
            ("var" | "local", _) => Ok(()),
            ("each", Some("value")) if !self.bound.has_each => fail("each.value cannot be used in this context", "A reference to \"each.value\" has been used in a context in which it is unavailable, such as when the configuration no longer contains the value in its \"for_each\" expression. Remove this reference to each.value in your configuration to work around this error.".into()),
            ("each", _) if !self.bound.has_each => fail("Reference to \"each\" in context without for_each", "The \"each\" object can be used only in \"module\" or \"resource\" blocks, and only when the \"for_each\" argument is set.".into()),
            ("each", Some("key" | "value")) => Ok(()),
            ("each", Some(name)) => fail("Invalid \"each\" attribute", format!("The \"each\" object does not have an attribute named \"{name}\". The supported attributes are each.key and each.value, the current key and value pair of the \"for_each\" attribute set.")),
            ("count", _) if !self.bound.has_count => fail("Reference to \"count\" in non-counted context", "The \"count\" object can only be used in \"module\", \"resource\", and \"data\" blocks, and only when the \"count\" argument is set.".into()),
            ("count", Some("index")) => Ok(()),
            ("count", Some(name)) => fail("Invalid \"count\" attribute", format!("The \"count\" object does not have an attribute named \"{name}\". The only supported attribute is count.index, which is the index of each instance of a resource block that has the \"count\" argument set.")),
            ("path", Some("cwd" | "module" | "root")) => Ok(()),
            ("path", Some(name)) => fail("Invalid \"path\" attribute", format!("The \"path\" object does not have an attribute named \"{name}\".")),
            ("terraform", Some("workspace" | "applying")) => Ok(()),
            ("terraform", Some(name)) => fail("Invalid \"terraform\" attribute", format!("The \"terraform\" object does not have an attribute named \"{name}\". The only supported attributes are terraform.workspace, the name of the currently-selected workspace, and terraform.applying, a boolean which is true only during apply.")),
            ("self", _) if self.itself.is_none() => fail("Invalid \"self\" reference", "The \"self\" object is not available in this context. This object can be used only in resource provisioner, connection, and postcondition blocks.".into()),
            ("self", _) => Ok(()),
            ("module", Some(name)) if !module.calls.contains_key(name) => fail("Reference to undeclared module", format!("No module call named \"{name}\" is declared in {place}.")),
            ("module", _) => Ok(()),
            ("data" | "resource", _) => {
                let (Some(ty), Some(name)) = (first, attribute(steps, 1)) else {
                    return fail("Invalid reference", format!("The \"{root}\" object must be followed by two attribute names: the {} type and the resource name.", if root == "data" { "data source" } else { "resource" }));
                };
                self.check_resource(&ResourceName::new(root == "data", ty, name), steps, 2, span)
            }
            ("provider" | "ephemeral" | "template" | "lazy" | "arg" | "output", _) => Ok(()),
            (ty, Some(name)) => self.check_resource(&ResourceName::new(false, ty, name), steps, 1, span),
            (_, None) => fail("Invalid reference", "A reference to a resource type must be followed by at least one attribute access, specifying the resource name.".into()),
        }
    }

    fn origins(&self) -> &Origins {
        self.planner.origins
    }

    fn surroundings(&self) -> &dyn Surroundings {
        &self.planner.files
    }

    fn is_console(&self) -> bool {
        self.planner.request.is_console
    }
}

impl InstanceScope<'_> {
    fn repeated(&self, name: &str) -> Value {
        if let Some(cause) = &self.bound.is_open {
            let ty = match name {
                "index" => Type::Number,
                "key" => Type::String,
                _ => Type::Dynamic,
            };
            return Value::unknown(ty, cause.clone()).refined_not_null();
        }
        let key = || self.bound.key.clone().unwrap_or(Value::null(Type::Dynamic));
        if name == "value" { self.bound.value.clone().unwrap_or_else(key) } else { key() }
    }

    fn path(&self, name: &str) -> Value {
        match name {
            "module" => Value::string(self.instance.path.clone()),
            "root" => Value::string("."),
            _ => match self.planner.files.working_folder() {
                Some(folder) => Value::string(folder),
                None => {
                    let origin = kai_core::OriginId::NONE;
                    let cause = self.instance.cause(Reason::NotInRepository, "path.cwd", origin);
                    Value::unknown(Type::String, cause).refined_not_null()
                }
            },
        }
    }

    fn terraform(&self, name: &str) -> Value {
        if name == "applying" {
            return Value::bool(false).marked(crate::value::Marks::EPHEMERAL);
        }
        let workspace = self.planner.request.environment.get("TF_WORKSPACE");
        Value::string(workspace.map_or("default", String::as_str))
    }

    fn check_resource(
        &self,
        name: &ResourceName,
        steps: &[Step],
        taken: usize,
        span: Span,
    ) -> Outcome<()> {
        let Some(resource) = self.instance.module.resources.get(name) else {
            let kind = if name.is_data { "data" } else { "managed" };
            let place = if self.instance.parent.is_none() {
                "the root module".to_owned()
            } else {
                self.instance.address.clone()
            };
            let detail = format!(
                "A {kind} resource \"{}\" \"{}\" has not been declared in {place}.",
                name.ty, name.name
            );
            return Err(Diagnostic::new(span, "Reference to undeclared resource", detail));
        };
        if self.within == Some(name) && !resource.is_repeated() {
            let detail = format!("Configuration for {name} may not refer to itself.");
            return Err(Diagnostic::new(span, "Self-referential block", detail));
        }
        let mut rest = steps.get(taken..).unwrap_or_default().iter();
        let mut step = rest.next();
        if resource.is_repeated() {
            if let Some(Step { kind: StepKind::Attribute(_), .. }) = step
                && resource.repetition.count.is_some()
            {
                let detail = format!(
                    "Because {name} has \"count\" set, its attributes must be accessed on specific instances.\n\nFor example, to correlate with indices of a referring resource, use:\n    {name}[count.index]"
                );
                return Err(Diagnostic::new(span, "Missing resource instance key", detail));
            }
            if !matches!(step, Some(Step { kind: StepKind::Attribute(_), .. })) {
                step = rest.next();
            }
        }
        let is_builtin = name.ty == "terraform_data" && !name.is_data;
        if let (true, Some(Step { kind: StepKind::Attribute(asked), span })) = (is_builtin, step) {
            let is_known = matches!(asked.as_str(), "id" | "input" | "output" | "triggers_replace");
            let is_key = resource.repetition.for_each.is_some() && steps.len() == taken + 1;
            if !is_known && !is_key {
                let detail = format!(
                    "This object has no argument, nested block, or exported attribute named \"{asked}\"."
                );
                return Err(Diagnostic::new(*span, "Unsupported attribute", detail));
            }
        }
        Ok(())
    }

    fn resource(
        &self,
        name: &ResourceName,
        steps: &[Step],
        taken: usize,
        span: Span,
    ) -> Outcome<(Value, usize)> {
        let Some(resource) = self.instance.module.resources.get(name) else {
            return self
                .check_resource(name, steps, taken, span)
                .map(|()| (Value::null(Type::Dynamic), taken));
        };
        let expansion =
            self.planner.expand(self.instance, Name::Resource(name.clone()), &resource.repetition);
        let one = |bound: &Bound, taken: usize| match attribute(steps, taken) {
            Some(asked) if !resource.has_schema() => {
                let value = self.planner.argument(self.instance, resource, bound, asked);
                (value, taken + 1)
            }
            _ => (self.planner.object(self.instance, resource, bound), taken),
        };
        match &*expansion {
            Expansion::Single => Ok(one(&Bound::default(), taken)),
            Expansion::Unknown(cause) => Ok((Value::unknown(Type::Dynamic, cause.clone()), taken)),
            many => {
                let bounds = many.instances();
                let wanted = steps.get(taken).and_then(|step| chosen(&bounds, &step.kind));
                if let Some(bound) = wanted {
                    return Ok(one(bound, taken + 1));
                }
                Ok((self.all(resource, &bounds), taken))
            }
        }
    }

    /// All instances: a tuple by number, an object by key.
    fn all(&self, resource: &Arc<Resource>, bounds: &[Bound]) -> Value {
        let value = |bound| self.planner.object(self.instance, resource, bound);
        if resource.repetition.count.is_some() {
            return Value::tuple(bounds.iter().map(value).collect::<Vec<_>>());
        }
        let entries = bounds.iter().filter_map(|bound| {
            let key = bound.key.as_ref()?.as_str()?;
            Some((SmolStr::from(key), value(bound)))
        });
        Value::object(entries.collect())
    }

    fn module(&self, name: &SmolStr, steps: &[Step]) -> Outcome<(Value, usize)> {
        let Some(call) = self.instance.module.calls.get(name) else {
            return Ok((Value::null(Type::Dynamic), 1));
        };
        let children = self.planner.children(self.instance, call);
        if self.planner.called(self.instance, call).is_none() {
            let text = format!("module.{name}");
            let cause = self.instance.cause(Reason::NotInRepository, &text, call.origin);
            let reference = Reference::new(cause.text.clone(), "");
            return Ok((Value::referring(cause, reference), 1));
        }
        let expansion =
            self.planner.expand(self.instance, Name::Call(name.clone()), &call.repetition);
        match &*expansion {
            Expansion::Single => match children.first() {
                Some(child) => self.output_of(child, steps, 1),
                None => Ok((Value::null(Type::Dynamic), 1)),
            },
            Expansion::Unknown(cause) => Ok((Value::unknown(Type::Dynamic, cause.clone()), 1)),
            _ => {
                let bounds: Vec<_> = children.iter().map(|it| it.bound.clone()).collect();
                let wanted = steps.get(1).and_then(|step| {
                    let key = chosen(&bounds, &step.kind)?;
                    children.iter().find(|it| same_key(&it.bound, key))
                });
                if let Some(child) = wanted {
                    return self.output_of(child, steps, 2);
                }
                Ok((self.all_children(call, &children), 1))
            }
        }
    }

    fn output_of(
        &self,
        child: &Rc<Instance>,
        steps: &[Step],
        taken: usize,
    ) -> Outcome<(Value, usize)> {
        let Some(asked) = attribute(steps, taken) else {
            return Ok((self.outputs(child), taken));
        };
        if !child.module.outputs.contains_key(asked) {
            let span = steps[taken].span;
            return attribute_of(&Value::object(BTreeMap::new()), asked, span)
                .map(|it| (it, taken));
        }
        Ok((self.planner.output(child, asked), taken + 1))
    }

    fn outputs(&self, child: &Rc<Instance>) -> Value {
        let names = child.module.outputs.keys();
        let outputs = names.map(|name| (name.clone(), self.planner.output(child, name)));
        Value::object(outputs.collect())
    }

    fn all_children(&self, call: &ModuleCall, children: &[Rc<Instance>]) -> Value {
        if call.repetition.count.is_some() {
            return Value::tuple(children.iter().map(|it| self.outputs(it)).collect::<Vec<_>>());
        }
        let entries = children.iter().filter_map(|child| {
            let key = child.bound.key.as_ref()?.as_str()?;
            Some((SmolStr::from(key), self.outputs(child)))
        });
        Value::object(entries.collect())
    }
}

fn chosen<'a>(bounds: &'a [Bound], step: &StepKind) -> Option<&'a Bound> {
    bounds.iter().find(|bound| match (&bound.key, step) {
        (Some(key), StepKind::Number(number)) => key.as_number() == Some(number),
        (Some(key), StepKind::Text(text) | StepKind::Attribute(text)) => {
            key.as_str() == Some(text.as_str())
        }
        _ => false,
    })
}

fn same_key(one: &Bound, other: &Bound) -> bool {
    super::address::suffix(one.key.as_ref()) == super::address::suffix(other.key.as_ref())
}
