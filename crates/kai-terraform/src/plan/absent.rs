//! What is given to modules, and what blocks say that are there no time at all: a count of 0 in one
//! environment is 1 in another.

use std::rc::Rc;
use std::sync::Arc;

use kai_core::Reason;

use super::address::below;
use super::expansion::{Bound, Expansion};
use super::instance::{Instance, Name};
use super::planner::Planner;
use super::request::Called;
use crate::config::{ModuleCall, Repetition};

impl Planner<'_> {
    /// Adds what no plan shows. Nothing here refuses: Terraform does not look at it.
    pub(super) fn add_absent(&self, root: &Rc<Instance>) {
        let problems = self.plan.borrow().problems.clone();
        self.absent_in(root);
        self.plan.borrow_mut().problems = problems;
    }

    fn absent_in(&self, instance: &Rc<Instance>) {
        for resource in instance.module.resources.values() {
            let name = Name::Resource(resource.name.clone());
            let expansion = self.expand(instance, name, &resource.repetition);
            if let Some(bound) = self.no_instance(instance, &expansion, &resource.repetition) {
                let change = self.change(instance, resource, &bound);
                self.plan.borrow_mut().absent.push((*change).clone());
            }
        }
        for call in instance.module.calls.values() {
            let name = Name::Call(call.name.clone());
            let expansion = self.expand(instance, name, &call.repetition);
            if let Some(bound) = self.no_instance(instance, &expansion, &call.repetition) {
                let called = self.inputs(instance, call, &bound);
                self.plan.borrow_mut().absent_calls.push(called);
            }
            if self.called(instance, call).is_some() {
                for called in self.called_with(instance, call) {
                    self.plan.borrow_mut().calls.push(called);
                }
            }
            for child in self.children(instance, call).iter() {
                self.absent_in(child);
            }
        }
    }

    /// An instance with unknown keys, where there is none.
    fn no_instance(
        &self,
        instance: &Instance,
        expansion: &Expansion,
        repetition: &Repetition,
    ) -> Option<Bound> {
        let is_none = match expansion {
            Expansion::Count(count) => *count == 0,
            Expansion::Each(entries) => entries.is_empty(),
            Expansion::Single | Expansion::Unknown(_) => false,
        };
        let origin = kai_core::OriginId::NONE;
        let cause = instance.cause(Reason::NotDeclared, "no instance", origin);
        is_none.then(|| Expansion::Unknown(cause).bounds(repetition).remove(0))
    }

    /// What each instance of a module is given.
    pub(super) fn called_with(
        &self,
        instance: &Rc<Instance>,
        call: &Arc<ModuleCall>,
    ) -> Vec<Called> {
        let expansion = self.expand(instance, Name::Call(call.name.clone()), &call.repetition);
        let bounds = expansion.bounds(&call.repetition);
        bounds.iter().map(|bound| self.inputs(instance, call, bound)).collect()
    }

    fn inputs(&self, instance: &Rc<Instance>, call: &Arc<ModuleCall>, bound: &Bound) -> Called {
        let inputs = call.inputs.iter().map(|(name, (expr, _))| {
            let value = self.evaluate(instance, bound, expr);
            (name.clone(), self.noted(value, name, expr.origin))
        });
        let inputs = inputs.collect();
        let name = format!("module.{}{}", call.name, bound.suffix());
        Called {
            address: below(&instance.address, &name),
            source: call.source.clone().unwrap_or_default(),
            version: call.version.clone(),
            is_read: self.called(instance, call).is_some(),
            inputs,
            origin: call.origin,
        }
    }
}
