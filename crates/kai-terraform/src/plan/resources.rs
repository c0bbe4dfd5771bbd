//! Resources and data sources.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use kai_core::{OriginId, Reason, Role};
use smol_str::SmolStr;

use super::address::below;
use super::expansion::Bound;
use super::instance::{Instance, Name, Slot};
use super::planner::Planner;
use super::reference::InstanceScope;
use super::request::Change;
use crate::config::{Resource, unsupported};
use crate::diagnostic::{Diagnostic, Outcome};
use crate::eval::{Evaluator, Scope};
use crate::syntax::{Attribute, Block, Body};
use crate::value::{Cause, Data, Reference, Type, Value};

/// Names that a `dynamic` block binds.
type Names = Vec<(SmolStr, Value)>;

/// A value to come stands where it is asked for, whatever it waits for.
fn placed(value: Value, attribute: &Attribute) -> Value {
    if value.is_known() { value } else { value.with_origin(attribute.expr.origin) }
}

impl Resource {
    pub(super) fn is_repeated(&self) -> bool {
        self.repetition.count.is_some() || self.repetition.for_each.is_some()
    }

    /// True where everything that the object has is known here.
    pub(super) fn has_schema(&self) -> bool {
        self.is_builtin() || self.is_remote_state()
    }

    fn is_builtin(&self) -> bool {
        !self.name.is_data && self.name.ty == "terraform_data"
    }

    fn is_remote_state(&self) -> bool {
        self.name.is_data && self.name.ty == "terraform_remote_state"
    }
}

impl Planner<'_> {
    /// Plans all instances of a resource.
    pub(super) fn resource(&self, instance: &Rc<Instance>, resource: &Arc<Resource>) {
        self.check_arguments(resource);
        let name = Name::Resource(resource.name.clone());
        let expansion = self.expand(instance, name, &resource.repetition);
        let bounds = expansion.bounds(&resource.repetition);
        if bounds.is_empty() {
            self.check_references(instance, resource);
        }
        for bound in &bounds {
            let change = self.change(instance, resource, bound);
            self.plan.borrow_mut().changes.push((*change).clone());
            let lifecycle = &resource.lifecycle;
            let itself = change.after.clone();
            for (conditions, itself, kind) in [
                (&lifecycle.preconditions, None, "precondition"),
                (&lifecycle.postconditions, itself, "postcondition"),
            ] {
                for condition in conditions {
                    self.condition(instance, bound, itself.clone(), condition, |message| {
                        let summary = format!("Resource {kind} failed");
                        *Diagnostic::new(condition.condition.span, summary, message)
                    });
                }
            }
        }
    }

    /// What the one resource that is known here does not take.
    fn check_arguments(&self, resource: &Resource) {
        if !resource.is_builtin() {
            return;
        }
        let is_known = |name: &str| matches!(name, "input" | "triggers_replace");
        for attribute in resource.body.attributes.iter().filter(|it| !is_known(&it.name)) {
            self.problem(*unsupported(attribute));
        }
        for block in &resource.body.blocks {
            let label = block.labels.first().filter(|_| block.kind == "dynamic");
            let (kind, span) =
                label.map_or((&block.kind, block.kind_span), |it| (&it.text, it.span));
            let detail = format!("Blocks of type \"{kind}\" are not expected here.");
            self.problem(*Diagnostic::new(span, "Unsupported block type", detail));
        }
        for path in &resource.lifecycle.ignored {
            let crate::syntax::Kind::Traversal(root, _) = &path.kind else { continue };
            if !matches!(root.as_str(), "id" | "input" | "output" | "triggers_replace") {
                let detail = format!(
                    "This object has no argument, nested block, or exported attribute named \"{root}\"."
                );
                self.problem(*Diagnostic::new(path.span, "Unsupported attribute", detail));
            }
        }
    }

    /// A block that is there no time at all must still refer to what is declared.
    fn check_references(&self, instance: &Rc<Instance>, resource: &Resource) {
        let bound = Bound {
            has_count: resource.repetition.count.is_some(),
            has_each: resource.repetition.for_each.is_some(),
            ..Bound::default()
        };
        let within = Some(&resource.name);
        let scope = InstanceScope { planner: self, instance, bound: &bound, itself: None, within };
        for attribute in &resource.body.attributes {
            crate::eval::References::each(&attribute.expr, &mut |root, steps, span| {
                if let Err(problem) = scope.check(root, steps, span) {
                    self.problem(*problem);
                }
            });
        }
    }

    /// What would be done with one instance.
    pub(super) fn change(
        &self,
        instance: &Rc<Instance>,
        resource: &Arc<Resource>,
        bound: &Bound,
    ) -> Rc<Change> {
        let ending = bound.suffix();
        let key = (resource.name.clone(), ending.clone());
        if let Some(Slot::Done(known)) = instance.memo.borrow().changes.get(&key) {
            return Rc::clone(known);
        }
        let text = below(&instance.address, &format!("{}{ending}", resource.name));
        let is_busy = instance.memo.borrow().changes.contains_key(&key);
        let result = if is_busy {
            Err(self.cycle(&text, Some(resource.span)))
        } else {
            instance.memo.borrow_mut().changes.insert(key.clone(), Slot::Busy);
            self.entered(&text, || {
                if resource.is_builtin() {
                    self.terraform_data(instance, resource, bound)
                } else {
                    self.foreign(instance, resource, bound, &text)
                }
            })
        };
        let change = Rc::new(result.unwrap_or_else(|problem| {
            self.problem(*problem);
            let cause = Cause::new(Reason::Unreadable, text.clone(), resource.origin);
            let after = Value::unknown(Type::Dynamic, cause);
            self.new_change(instance, resource, bound, &text, after)
        }));
        if !is_busy {
            let done = Slot::Done(Rc::clone(&change));
            instance.memo.borrow_mut().changes.insert(key, done);
        }
        change
    }

    fn new_change(
        &self,
        instance: &Rc<Instance>,
        resource: &Resource,
        bound: &Bound,
        address: &str,
        after: Value,
    ) -> Change {
        Change {
            address: address.into(),
            is_unused: !instance.module.mentioned().contains(&resource.name),
            module: instance.address.clone(),
            is_data: resource.name.is_data,
            ty: resource.name.ty.clone(),
            name: resource.name.name.clone(),
            key: bound.key.clone(),
            actions: if resource.name.is_data { &["read"] } else { &["create"] },
            before: None,
            after: Some(after),
            previous_address: None,
            provider: self.provider(resource),
            configured: self.configured(instance, resource),
            is_protected: resource.lifecycle.is_protected,
            ignored: resource.lifecycle.ignored_names(),
            origin: resource.origin,
        }
    }

    /// A resource of a provider that is not here: what is written of it.
    fn foreign(
        &self,
        instance: &Rc<Instance>,
        resource: &Arc<Resource>,
        bound: &Bound,
        address: &str,
    ) -> Outcome<Change> {
        let after = if resource.is_remote_state() {
            self.remote_state(instance, resource, bound)?
        } else {
            let mut parts = BTreeMap::new();
            for attribute in &resource.body.attributes {
                let value = self.written(instance, resource, bound, &attribute.name);
                parts.insert(attribute.name.clone(), placed(value, attribute));
            }
            let within = Some(&resource.name);
            let scope = InstanceScope { planner: self, instance, bound, itself: None, within };
            self.blocks(&scope, &Vec::new(), &resource.body, &mut parts);
            Value::object(parts)
        };
        Ok(self.new_change(instance, resource, bound, address, after.with_origin(resource.origin)))
    }

    /// An argument as it is written, evaluated once.
    fn written(
        &self,
        instance: &Rc<Instance>,
        resource: &Arc<Resource>,
        bound: &Bound,
        name: &SmolStr,
    ) -> Value {
        let Some(attribute) = resource.body.attribute(name) else {
            return Value::null(Type::Dynamic);
        };
        let key = Name::Argument(resource.name.clone(), bound.suffix(), name.clone());
        self.once(instance, key, || {
            let within = Some(&resource.name);
            let scope = InstanceScope { planner: self, instance, bound, itself: None, within };
            Evaluator::new(&scope).value(&attribute.expr)
        })
    }

    /// An attribute of a foreign resource: what is written, else what its provider makes of it.
    pub(super) fn argument(
        &self,
        instance: &Rc<Instance>,
        resource: &Arc<Resource>,
        bound: &Bound,
        name: &SmolStr,
    ) -> Value {
        let value = self.written(instance, resource, bound, name);
        if !value.is_null() {
            return value;
        }
        let ending = bound.suffix();
        let text = format!("{}{ending}.{name}", resource.name);
        let reason =
            if resource.name.is_data { Reason::NotInRepository } else { Reason::ComputedAtApply };
        let cause = instance.cause(reason, &text, resource.origin);
        let address = below(&instance.address, &format!("{}{ending}", resource.name));
        Value::referring(cause, Reference::new(address, format!(".{name}")))
    }

    /// The whole object, as others refer to it.
    pub(super) fn object(
        &self,
        instance: &Rc<Instance>,
        resource: &Arc<Resource>,
        bound: &Bound,
    ) -> Value {
        if resource.has_schema() {
            let change = self.change(instance, resource, bound);
            return change.after.clone().unwrap_or(Value::null(Type::Dynamic));
        }
        let text = format!("{}{}", resource.name, bound.suffix());
        let reason =
            if resource.name.is_data { Reason::NotInRepository } else { Reason::ComputedAtApply };
        let cause = instance.cause(reason, &text, resource.origin);
        let reference = Reference::new(cause.text.clone(), "");
        let parts = resource
            .body
            .attributes
            .iter()
            .map(|it| (it.name.clone(), self.written(instance, resource, bound, &it.name)));
        let parts = parts.filter(|it| !it.1.is_null()).collect();
        Value::referring(cause, reference).with_parts(parts)
    }

    /// Blocks by kind, each kind a list of objects.
    fn blocks(
        &self,
        scope: &InstanceScope<'_>,
        names: &Names,
        body: &Body,
        parts: &mut BTreeMap<SmolStr, Value>,
    ) {
        let mut groups = BTreeMap::<SmolStr, Vec<Value>>::new();
        let mut open = BTreeMap::<SmolStr, Value>::new();
        for block in &body.blocks {
            if block.kind != "dynamic" {
                let value = self.block_object(scope, names, &block.body, block.origin);
                groups.entry(block.kind.clone()).or_default().push(value);
                continue;
            }
            let kind = SmolStr::from(block.label(0));
            match self.dynamic(scope, names, block) {
                Ok(Ok(values)) => groups.entry(kind).or_default().extend(values),
                Ok(Err(unknown)) => {
                    open.insert(kind, unknown);
                }
                Err(problem) => self.problem(*problem),
            }
        }
        for (kind, values) in groups {
            parts.insert(kind, Value::tuple(values));
        }
        parts.extend(open);
    }

    fn block_object(
        &self,
        scope: &InstanceScope<'_>,
        names: &Names,
        body: &Body,
        origin: OriginId,
    ) -> Value {
        let mut parts = BTreeMap::new();
        for attribute in &body.attributes {
            let value = Evaluator::with_names(scope, names.clone()).value(&attribute.expr);
            let value = self.noted(value, &attribute.name, attribute.expr.origin);
            parts.insert(attribute.name.clone(), placed(value, attribute));
        }
        self.blocks(scope, names, body, &mut parts);
        Value::object(parts).with_origin(origin)
    }

    /// The blocks that a `dynamic` block stands for; the unknown where nobody knows how many.
    fn dynamic(
        &self,
        scope: &InstanceScope<'_>,
        names: &Names,
        block: &Block,
    ) -> Outcome<Result<Vec<Value>, Value>> {
        let missing = |what: &str| {
            let detail = format!("A dynamic block must have {what}.");
            Diagnostic::new(block.header, "Missing required argument", detail)
        };
        let each =
            block.body.attribute("for_each").ok_or_else(|| missing("a `for_each` argument"))?;
        let content =
            block.body.blocks_of("content").next().ok_or_else(|| missing("a `content` block"))?;
        let iterator =
            block.body.attribute("iterator").and_then(|it| it.expr.keyword().map(SmolStr::from));
        let iterator = iterator.unwrap_or_else(|| block.label(0).into());
        let collection = Evaluator::with_names(scope, names.clone()).value(&each.expr)?;
        if collection.is_null() {
            let detail = "Cannot use a null value in for_each.";
            return Err(Diagnostic::new(each.expr.span, "Invalid dynamic for_each value", detail));
        }
        if let Some(unknown) = collection.as_unknown() {
            return Ok(Err(Value::unknown(Type::Dynamic, unknown.cause.clone())));
        }
        let pairs: Vec<(Value, Value)> = match &collection.data {
            Data::Set(_, it) => it.iter().map(|it| (it.clone(), it.clone())).collect(),
            Data::List(_, it) | Data::Tuple(it) => {
                it.iter().enumerate().map(|(at, it)| (Value::count(at), it.clone())).collect()
            }
            Data::Map(_, it) | Data::Object(it) => {
                it.iter().map(|(key, it)| (Value::string(key.clone()), it.clone())).collect()
            }
            _ => {
                let detail = format!(
                    "Cannot use a {} value in for_each. An iterable collection is required.",
                    collection.ty().friendly()
                );
                let summary = "Invalid dynamic for_each value";
                return Err(Diagnostic::new(each.expr.span, summary, detail));
            }
        };
        let values = pairs.into_iter().map(|(key, value)| {
            let value = value.marked(collection.marks);
            let it = Value::object(BTreeMap::from([("key".into(), key), ("value".into(), value)]));
            let mut names = names.clone();
            names.push((iterator.clone(), it));
            let from = [collection.origin];
            let from = from.iter().copied().filter(|it| *it != OriginId::NONE);
            let from: Vec<_> = from.collect();
            let origin = self.origins.derived(Role::Generated, Some(content.origin), &from);
            self.block_object(scope, &names, &content.body, origin)
        });
        Ok(Ok(values.collect()))
    }
}
