//! `terraform_data`, the one resource that Terraform itself provides.

use std::collections::BTreeMap;
use std::rc::Rc;

use kai_core::Reason;
use smol_str::SmolStr;

use super::address::{below, suffix, without_key};
use super::expansion::Bound;
use super::instance::Instance;
use super::planner::Planner;
use super::provider::Configured;
use super::reference::InstanceScope;
use super::request::Change;
use super::state::Prior;
use crate::config::{Resource, reference};
use crate::diagnostic::{Diagnostic, Outcome};
use crate::eval::Evaluator;
use crate::syntax::{Expr, Kind, Step, StepKind};
use crate::value::{Data, Refinement, Type, Value, equals};

impl Planner<'_> {
    pub(super) fn terraform_data(
        &self,
        instance: &Rc<Instance>,
        resource: &Resource,
        bound: &Bound,
    ) -> Outcome<Change> {
        let key = bound.key.clone();
        let address = format!("{}{}", resource.name, suffix(key.as_ref()));
        let address = below(&instance.address, &address);
        let prior = self.state.objects.get(&address).cloned();
        let mut input = self.builtin_argument(instance, resource, bound, "input")?;
        let mut triggers = self.builtin_argument(instance, resource, bound, "triggers_replace")?;
        if let Some(prior) = &prior {
            self.ignore_changes(resource, prior, &mut input, &mut triggers);
        }
        let part = |prior: &Prior, name: &str| {
            let parts = prior.values.entries();
            parts.and_then(|it| it.get(name).cloned()).unwrap_or(Value::null(Type::Dynamic))
        };
        let differs = |one: &Value, other: &Value| {
            let is_equal = equals(&one.unmarked_deep().0, &other.unmarked_deep().0);
            is_equal.as_bool() != Some(true) || one.ty() != other.ty()
        };
        let is_replaced = match &prior {
            None => false,
            Some(prior) => {
                differs(&triggers, &part(prior, "triggers_replace"))
                    || self.is_triggered(instance, resource, bound)?
            }
        };
        let is_updated = prior.as_ref().is_some_and(|it| differs(&input, &part(it, "input")));
        let to_come = |ty: Type, name: &str| {
            let cause = instance.cause(
                Reason::ComputedAtApply,
                &format!("{}{}.{name}", resource.name, suffix(key.as_ref())),
                resource.origin,
            );
            let known = if name == "id" { Refinement::not_null() } else { Refinement::default() };
            Value::refined(ty, known, cause)
        };
        let output = || {
            let (bare, marks) = input.unmarked_deep();
            match &bare.data {
                Data::Null(ty) => Value::null(ty.clone()),
                _ => to_come(bare.ty(), "output"),
            }
            .marked(marks)
        };
        let (actions, id, output): (&'static [&'static str], _, _) = match &prior {
            Some(_) if is_replaced && resource.lifecycle.creates_first => {
                (&["create", "delete"], to_come(Type::String, "id"), output())
            }
            Some(_) if is_replaced => {
                (&["delete", "create"], to_come(Type::String, "id"), output())
            }
            Some(prior) if is_updated => (&["update"], part(prior, "id"), output()),
            Some(prior) => (&["no-op"], part(prior, "id"), part(prior, "output")),
            None => (&["create"], to_come(Type::String, "id"), output()),
        };
        if is_replaced && resource.lifecycle.is_protected {
            self.problem(*protected(&address, resource));
        }
        let after = Value::object(BTreeMap::from([
            ("id".into(), id),
            ("input".into(), input),
            ("output".into(), output),
            ("triggers_replace".into(), triggers),
        ]));
        Ok(Change {
            address,
            is_unused: false,
            module: instance.address.clone(),
            is_data: false,
            ty: resource.name.ty.clone(),
            name: resource.name.name.clone(),
            key,
            actions,
            before: prior.as_ref().map(|it| it.values.clone()),
            after: Some(after.with_origin(resource.origin)),
            previous_address: prior.and_then(|it| it.previous_address),
            provider: SmolStr::default(),
            configured: Configured::default(),
            is_protected: resource.lifecycle.is_protected,
            ignored: resource.lifecycle.ignored_names(),
            origin: resource.origin,
        })
    }

    fn builtin_argument(
        &self,
        instance: &Rc<Instance>,
        resource: &Resource,
        bound: &Bound,
        name: &str,
    ) -> Outcome<Value> {
        let Some(attribute) = resource.body.attribute(name) else {
            return Ok(Value::null(Type::Dynamic));
        };
        let within = Some(&resource.name);
        let scope = InstanceScope { planner: self, instance, bound, itself: None, within };
        let value = Evaluator::new(&scope).value(&attribute.expr)?;
        if value.marks_deep().is_ephemeral {
            let detail = format!(
                "Ephemeral values are not valid for \"{name}\", because it is not a write-only attribute and must be persisted to state."
            );
            return Err(Diagnostic::new(
                attribute.expr.span,
                "Invalid use of ephemeral value",
                detail,
            ));
        }
        Ok(value)
    }

    /// Puts back what is not to be changed.
    fn ignore_changes(
        &self,
        resource: &Resource,
        prior: &Prior,
        input: &mut Value,
        triggers: &mut Value,
    ) {
        let lifecycle = &resource.lifecycle;
        let Some(before) = prior.values.entries() else { return };
        for (name, value) in [("input", input), ("triggers_replace", triggers)] {
            let Some(old) = before.get(name) else { continue };
            if lifecycle.ignores_all {
                *value = old.clone();
                continue;
            }
            for path in &lifecycle.ignored {
                let Kind::Traversal(root, steps) = &path.kind else { continue };
                if root == name {
                    *value = put_back(value, old, steps);
                }
            }
        }
    }

    /// True where something changes that the resource is replaced with.
    fn is_triggered(
        &self,
        instance: &Rc<Instance>,
        resource: &Resource,
        bound: &Bound,
    ) -> Outcome<bool> {
        let Some(expr) = &resource.lifecycle.replaced_by else { return Ok(false) };
        let Kind::Tuple(elements) = &expr.kind else { return Ok(false) };
        for element in elements {
            if self.changes(instance, bound, &reference(self.origins, element))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// True where something that is waited for still has to change.
    pub(super) fn waits(&self, instance: &Rc<Instance>, resource: &Resource) -> Outcome<bool> {
        let Some(expr) = &resource.depends_on else { return Ok(false) };
        let Kind::Tuple(elements) = &expr.kind else { return Ok(false) };
        for element in elements {
            if self.changes(instance, &Bound::default(), &reference(self.origins, element))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn changes(&self, instance: &Rc<Instance>, bound: &Bound, expr: &Expr) -> Outcome<bool> {
        let (root, steps) = match &expr.kind {
            Kind::Traversal(root, steps) => (root, steps.clone()),
            Kind::Index(from, key, span) => {
                let Kind::Traversal(root, steps) = &from.kind else { return Ok(false) };
                let key = self.evaluate(instance, bound, key)?;
                let step = match (key.as_number(), key.as_str()) {
                    (Some(number), _) => StepKind::Number(number.clone()),
                    (_, Some(text)) => StepKind::Text(text.into()),
                    _ => return Ok(false),
                };
                let last = Step { kind: step, span: *span };
                (root, steps.iter().cloned().chain([last]).collect())
            }
            _ => return Ok(false),
        };
        let Some(Step { kind: StepKind::Attribute(name), .. }) = steps.first() else {
            return Ok(false);
        };
        let name = crate::config::ResourceName::new(false, root, name);
        let Some(other) = instance.module.resources.get(&name).cloned() else { return Ok(false) };
        let expansion =
            self.expand(instance, super::instance::Name::Resource(name), &other.repetition);
        let (wanted, rest) = match steps.get(1).map(|it| &it.kind) {
            Some(StepKind::Number(number)) => (Some(format!("[{number}]")), &steps[2..]),
            Some(StepKind::Text(text)) => {
                (Some(format!("[{}]", super::address::quoted(text))), &steps[2..])
            }
            _ => (None, &steps[1..]),
        };
        for bound in expansion.instances() {
            if wanted.as_ref().is_some_and(|it| *it != suffix(bound.key.as_ref())) {
                continue;
            }
            let change = self.change(instance, &other, &bound);
            if change.actions == ["no-op"] {
                continue;
            }
            let [first, ..] = rest else { return Ok(true) };
            let StepKind::Attribute(attribute) = &first.kind else { return Ok(true) };
            let part = |it: &Option<Value>| {
                it.as_ref().and_then(Value::entries).and_then(|it| it.get(attribute).cloned())
            };
            let (before, after) = (part(&change.before), part(&change.after));
            let is_same = match (&before, &after) {
                (Some(one), Some(other)) => equals(one, other).as_bool() == Some(true),
                (None, None) => true,
                _ => false,
            };
            if !is_same {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What the state has and the configuration has not: it would be destroyed, or forgotten.
    pub(super) fn removals(&self, root: &Rc<Instance>) {
        for removal in &root.module.removals {
            let Some(text) = crate::config::address_text(&removal.from) else { continue };
            let declared = self.plan.borrow().changes.iter().any(|it| {
                without_key(&it.address) == text || it.address.starts_with(&format!("{text}."))
            });
            let is_declared = declared || is_declared(root, &text);
            if is_declared {
                let detail = format!(
                    "This statement declares that {text} was removed, but it is still declared in configuration."
                );
                self.problem(*Diagnostic::new(
                    removal.span,
                    "Removed resource still exists",
                    detail,
                ));
            }
        }
        for (address, prior) in &self.state.objects {
            let is_planned = self.plan.borrow().changes.iter().any(|it| it.address == *address);
            if prior.is_data || is_planned {
                continue;
            }
            let removal = root.module.removals.iter().find(|it| {
                crate::config::address_text(&it.from).is_some_and(|text| {
                    without_key(address) == text || address.starts_with(&format!("{text}."))
                })
            });
            let is_forgotten = removal.is_some_and(|it| !it.destroys);
            self.protect(root, address);
            let (module, ty, name) = parts(address);
            let change = Change {
                address: address.clone(),
                is_unused: false,
                module,
                is_data: false,
                ty,
                name,
                key: None,
                actions: if is_forgotten { &["forget"] } else { &["delete"] },
                before: Some(prior.values.clone()),
                after: None,
                previous_address: prior.previous_address.clone(),
                provider: SmolStr::default(),
                configured: Configured::default(),
                is_protected: false,
                ignored: Vec::new(),
                origin: kai_core::OriginId::NONE,
            };
            self.plan.borrow_mut().changes.push(change);
        }
    }

    /// A block that stands still protects the instances that it no longer has.
    fn protect(&self, root: &Rc<Instance>, address: &str) {
        let found =
            root.module.resources.values().find(|it| it.name.to_string() == without_key(address));
        if let Some(resource) = found.filter(|it| it.lifecycle.is_protected) {
            self.problem(*protected(address, resource));
        }
    }
}

fn is_declared(root: &Instance, text: &str) -> bool {
    let module = &root.module;
    module.resources.keys().any(|it| it.to_string() == text)
        || module.calls.keys().any(|it| format!("module.{it}") == text)
}

fn parts(address: &str) -> (String, SmolStr, SmolStr) {
    let bare = without_key(address);
    let at = bare.rfind('.').unwrap_or_default();
    let name = bare.get(at + 1..).unwrap_or_default();
    let before = bare.get(..at).unwrap_or_default();
    let (module, ty) = before.rsplit_once('.').unwrap_or(("", before));
    (module.to_owned(), ty.into(), name.into())
}

fn protected(address: &str, resource: &Resource) -> Box<Diagnostic> {
    let detail = format!(
        "Resource {address} has lifecycle.prevent_destroy set, but the plan calls for this resource to be destroyed. To avoid this error and continue with the plan, either disable lifecycle.prevent_destroy or reduce the scope of the plan using the -target option."
    );
    Diagnostic::new(resource.span, "Instance cannot be destroyed", detail)
}

/// The value with the part at the path taken from the old one.
fn put_back(value: &Value, old: &Value, steps: &[Step]) -> Value {
    let [step, rest @ ..] = steps else { return old.clone() };
    let name = match &step.kind {
        StepKind::Attribute(name) | StepKind::Text(name) => name.clone(),
        StepKind::Number(number) => {
            let index = number.to_i64().and_then(|it| usize::try_from(it).ok());
            let (Some(index), Some(parts), Some(old)) = (index, value.elements(), old.elements())
            else {
                return value.clone();
            };
            let mut at = 0;
            let _ = parts;
            return value.with_children(|it| {
                let is_meant = at == index;
                at += 1;
                match old.get(index) {
                    Some(old) if is_meant => put_back(it, old, rest),
                    _ => it.clone(),
                }
            });
        }
    };
    let (Some(entries), Some(before)) = (value.entries(), old.entries()) else {
        return value.clone();
    };
    let mut entries = (**entries).clone();
    match (entries.get(&name).cloned(), before.get(&name)) {
        (Some(now), Some(before)) => {
            entries.insert(name, put_back(&now, before, rest));
        }
        (None, Some(before)) if rest.is_empty() => {
            entries.insert(name, before.clone());
        }
        (Some(_), None) if rest.is_empty() => {
            entries.remove(&name);
        }
        _ => {}
    }
    match &value.data {
        Data::Map(ty, _) => Value::map(ty.clone(), entries),
        _ => Value::object(entries),
    }
    .marked(value.marks)
    .with_origin(value.origin)
}
