//! `data "terraform_remote_state"`: the outputs of another state, where that is a file here.

use std::collections::BTreeMap;
use std::rc::Rc;

use kai_core::Reason;
use smol_str::SmolStr;

use super::expansion::Bound;
use super::instance::Instance;
use super::planner::Planner;
use super::reference::InstanceScope;
use super::state::State;
use crate::config::Resource;
use crate::diagnostic::{Diagnostic, Outcome};
use crate::eval::Evaluator;
use crate::function::Surroundings as _;
use crate::value::{Type, Value};

impl Planner<'_> {
    pub(super) fn remote_state(
        &self,
        instance: &Rc<Instance>,
        resource: &Resource,
        bound: &Bound,
    ) -> Outcome<Value> {
        let within = Some(&resource.name);
        let scope = InstanceScope { planner: self, instance, bound, itself: None, within };
        let value = |name: &str| match resource.body.attribute(name) {
            Some(attribute) => Evaluator::new(&scope).value(&attribute.expr),
            None => Ok(Value::null(Type::Dynamic)),
        };
        let (backend, config) = (value("backend")?, value("config")?);
        let (defaults, workspace) = (value("defaults")?, value("workspace")?);
        let entry = |name: &str| config.entries().and_then(|it| it.get(name).cloned());
        let path = entry("path").and_then(|it| it.as_str().map(SmolStr::from));
        let is_local = backend.as_str() == Some("local");
        let mut outputs = defaults.entries().map(|it| (**it).clone()).unwrap_or_default();
        let text = resource.name.to_string();
        if !is_local || path.is_none() && !config.is_wholly_known() {
            let cause = instance.cause(Reason::NotInRepository, &text, resource.origin);
            return Ok(Value::unknown(Type::Dynamic, cause));
        }
        if self.waits(instance, resource)? {
            let cause = instance.cause(Reason::ComputedAtApply, &text, resource.origin);
            return Ok(Value::object(BTreeMap::from([
                ("backend".into(), backend),
                ("config".into(), config),
                ("defaults".into(), defaults),
                ("outputs".into(), Value::unknown(Type::Dynamic, cause)),
                ("workspace".into(), workspace),
            ])));
        }
        let path = path.unwrap_or_else(|| "terraform.tfstate".into());
        match self.files.read(&path) {
            Ok(bytes) => {
                let state = State::read(self.origins, &String::from_utf8_lossy(&bytes))?;
                outputs.extend(state.outputs);
            }
            Err(_) if defaults.is_null() => {
                let detail =
                    "No stored state was found for the given workspace in the given backend.";
                return Err(Diagnostic::new(resource.span, "Unable to find remote state", detail));
            }
            Err(_) => {}
        }
        Ok(Value::object(BTreeMap::from([
            ("backend".into(), backend),
            ("config".into(), config),
            ("defaults".into(), defaults),
            ("outputs".into(), Value::object(outputs)),
            ("workspace".into(), workspace),
        ])))
    }
}
