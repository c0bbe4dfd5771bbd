//! The values of input variables.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{OriginId, Reason, Role, Span};
use smol_str::SmolStr;

use super::address::below;
use super::expansion::Bound;
use super::instance::{Instance, Name};
use super::planner::Planner;
use super::request::Flag;
use crate::config::{Assignment, Module, ModuleCall, Variable, read_variables, static_value};
use crate::diagnostic::{Diagnostic, Outcome};
use crate::syntax::parse_expression_at;
use crate::value::{Cause, Marks, Type, Value};

impl Planner<'_> {
    /// What is given to the variables of the root: environment, files, flags; the last one wins.
    pub(super) fn assignments(&self, module: &Module) -> BTreeMap<SmolStr, Assignment> {
        let mut given = BTreeMap::new();
        for (name, text) in &self.request.environment {
            let Some(name) = name.strip_prefix("TF_VAR_") else { continue };
            if let Some(variable) = module.variables.get(name) {
                self.assign_text(&mut given, name, text, variable);
            }
        }
        self.assign_values(&mut given, module);
        for path in self.automatic_files() {
            self.assign_file(&mut given, &path);
        }
        for flag in &self.request.flags {
            match flag {
                Flag::File(path) => {
                    if !self.assign_file(&mut given, path) {
                        let detail = format!("Given variables file {path} does not exist.");
                        let summary = "Failed to read variables file";
                        self.problem(*Diagnostic::new(None, summary, detail));
                    }
                }
                Flag::Unknown(name) => {
                    given.insert(name.clone(), given_elsewhere(name));
                }
                Flag::Variable(name, text) => match module.variables.get(name) {
                    Some(variable) => self.assign_text(&mut given, name, text, variable),
                    None => {
                        let detail = format!(
                            "A variable named \"{name}\" was assigned on the command line, but the root module does not declare a variable of that name. To use this value, add a \"variable\" block to the configuration."
                        );
                        let summary = "Value for undeclared variable";
                        self.problem(*Diagnostic::new(None, summary, detail));
                    }
                },
            }
        }
        self.warn_undeclared(module, &given);
        given
    }

    /// What a wrapper hands over; what it may hand over beside that is unknown.
    fn assign_values(&self, given: &mut BTreeMap<SmolStr, Assignment>, module: &Module) {
        for (name, variable) in &module.variables {
            let value = self.request.values.get(name).cloned();
            let open = self.request.open.clone();
            let unknown = || open.map(|it| Value::unknown(Type::Dynamic, it));
            let Some(value) = value.or_else(unknown) else { continue };
            // The environment holds texts, and without a type nothing reads them.
            let is_text = !variable.is_typed || variable.ty == Type::String;
            let value = if is_text { self.as_text(&value) } else { value };
            given.insert(name.clone(), Assignment { value, span: None });
        }
    }

    /// Simple values as they are written, others as JSON.
    fn as_text(&self, value: &Value) -> Value {
        if value.is_null() {
            return value.clone();
        }
        let encode = crate::functions::function("jsonencode");
        let encoded = || encode?.call(&self.files, std::slice::from_ref(value)).ok();
        let text = value.convert(&Type::String).ok().or_else(encoded);
        text.map_or_else(|| value.clone(), |it| it.with_origin(value.origin))
    }

    pub(super) fn keep_inputs(&self, module: &Module) {
        let mut plan = self.plan.borrow_mut();
        for (name, variable) in &module.variables {
            let given = self.given.get(name).map(|it| it.value.clone());
            if let Some(value) = given.or_else(|| variable.default.clone()) {
                plan.inputs.insert(name.clone(), value);
            }
        }
    }

    fn warn_undeclared(&self, module: &Module, given: &BTreeMap<SmolStr, Assignment>) {
        for (name, assignment) in given {
            if !module.variables.contains_key(name) {
                let detail = format!(
                    "The root module does not declare a variable named \"{name}\" but a value was found in a file of variables."
                );
                let summary = "Value for undeclared variable";
                let warning = *Diagnostic::new(assignment.span, summary, detail);
                self.plan.borrow_mut().warnings.push(warning);
            }
        }
    }

    fn automatic_files(&self) -> Vec<Utf8PathBuf> {
        let root = &self.request.root;
        let mut paths = vec![root.join("terraform.tfvars"), root.join("terraform.tfvars.json")];
        let mut automatic: Vec<_> = self
            .tree
            .files()
            .iter()
            .map(|it| &it.path)
            .filter(|it| it.parent().unwrap_or(Utf8Path::new("")) == root)
            .filter(|it| {
                it.as_str().ends_with(".auto.tfvars") || it.as_str().ends_with(".auto.tfvars.json")
            })
            .cloned()
            .collect();
        automatic.sort();
        paths.extend(automatic);
        paths
    }

    fn assign_file(&self, given: &mut BTreeMap<SmolStr, Assignment>, path: &Utf8Path) -> bool {
        let mut problems = Vec::new();
        let read = read_variables(self.tree, self.origins, path, &mut problems);
        for problem in problems {
            self.problem(problem);
        }
        let is_there = read.is_some();
        given.extend(read.unwrap_or_default());
        is_there
    }

    /// A text is the value where the variable has no type or a simple one; else it is read.
    fn assign_text(
        &self,
        given: &mut BTreeMap<SmolStr, Assignment>,
        name: &str,
        text: &str,
        variable: &Variable,
    ) {
        let value = if !variable.is_typed || variable.ty.is_primitive() {
            Ok(Value::string(text))
        } else {
            parse_expression_at(self.origins, &format!("value of {name}"), text)
                .and_then(|expr| static_value(self.origins, &expr))
        };
        match value {
            Ok(value) => {
                given.insert(name.into(), Assignment { value, span: None });
            }
            Err(problem) => self.problem(*problem),
        }
    }

    /// The value of a variable in an instance of a module.
    pub(super) fn variable(&self, instance: &Rc<Instance>, name: &SmolStr) -> Value {
        let Some(variable) = instance.module.variables.get(name) else {
            return Value::null(Type::Dynamic);
        };
        let value = self.once(instance, Name::Variable(name.clone()), || {
            let value = match (&instance.parent, &instance.call) {
                (Some(parent), Some(call)) => self.input(instance, parent, call, name, variable)?,
                _ => self.root_variable(name, variable)?,
            };
            let marks =
                Marks { is_sensitive: variable.is_sensitive, is_ephemeral: variable.is_ephemeral };
            Ok(value.marked(marks))
        });
        self.validate(instance, name, variable);
        value
    }

    fn root_variable(&self, name: &SmolStr, variable: &Variable) -> Outcome<Value> {
        let Some(given) = self.given.get(name) else {
            if let Some(default) = &variable.default {
                return Ok(default.clone());
            }
            let detail = format!(
                "The root module input variable \"{name}\" is not set, and has no default value. Use a -var or -var-file command line argument to provide a value for this variable."
            );
            self.problem(*Diagnostic::new(variable.span, "No value for required variable", detail));
            let cause = crate::value::Cause::new(
                Reason::NotDeclared,
                format!("var.{name}"),
                variable.origin,
            );
            return Ok(Value::of_variable(name, variable.ty.without_optional(), cause));
        };
        let span = given.span.unwrap_or(variable.span);
        let text = format!("var.{name}");
        let value = self.fitted(&given.value, variable, &text, span)?;
        let origin = match value.origin {
            OriginId::NONE => value.origin,
            from => self.origins.replaced(Role::Value, from, Some(variable.origin)),
        };
        Ok(value.with_origin(origin))
    }

    fn input(
        &self,
        instance: &Rc<Instance>,
        parent: &Rc<Instance>,
        call: &Arc<ModuleCall>,
        name: &SmolStr,
        variable: &Variable,
    ) -> Outcome<Value> {
        let Some((expr, _)) = call.inputs.get(name) else {
            return match &variable.default {
                Some(default) => Ok(default.clone()),
                None => {
                    let detail = format!(
                        "The argument \"{name}\" is required, but no definition was found."
                    );
                    Err(Diagnostic::new(call.span, "Missing required argument", detail))
                }
            };
        };
        let value = self.evaluate(parent, &instance.bound, expr)?;
        let text = below(&instance.address, &format!("var.{name}"));
        let value = self.fitted(&value, variable, &text, expr.span)?;
        let origin = match value.origin {
            OriginId::NONE => expr.origin,
            from => self.origins.replaced(Role::ModuleInput, from, Some(expr.origin)),
        };
        Ok(value.with_origin(origin))
    }

    /// The value as the variable's type has it; null where it may not be null is the default.
    fn fitted(&self, value: &Value, variable: &Variable, text: &str, span: Span) -> Outcome<Value> {
        let declared = crate::config::place(self.origins, variable.span);
        if value.is_null() && !variable.is_nullable {
            return variable.default.clone().map(|it| it.marked(value.marks)).ok_or_else(|| {
                let detail = format!("The given value is not suitable for {text} defined at {declared}: required variable may not be set to null.");
                Diagnostic::new(span, "Required variable not set", detail)
            });
        }
        variable.defaults.apply(value).convert(&variable.ty).map_err(|error| {
            let detail = format!(
                "The given value is not suitable for {text} declared at {declared}: {}.",
                error.message
            );
            Diagnostic::new(span, "Invalid value for input variable", detail)
        })
    }

    /// Arguments of a call that the module does not take.
    pub(super) fn check_inputs(&self, instance: &Rc<Instance>, call: &Arc<ModuleCall>) {
        match self.called(instance, call) {
            Some(module) => {
                for (name, (_, span)) in &call.inputs {
                    if !module.variables.contains_key(name) {
                        let detail = format!("An argument named \"{name}\" is not expected here.");
                        self.problem(*Diagnostic::new(*span, "Unsupported argument", detail));
                    }
                }
            }
            None => {
                // What is given to a module that is not here may be wrong all the same.
                for called in self.called_with(instance, call) {
                    self.plan.borrow_mut().calls.push(called);
                }
            }
        }
    }

    fn validate(&self, instance: &Rc<Instance>, name: &SmolStr, variable: &Variable) {
        if variable.validations.is_empty() {
            return;
        }
        let key = Name::Argument(
            crate::config::ResourceName::new(false, "var", name),
            String::new(),
            "validation".into(),
        );
        if instance.memo.borrow().values.contains_key(&key) {
            return;
        }
        let done = super::instance::Slot::Done(Value::bool(true));
        instance.memo.borrow_mut().values.insert(key, done);
        let input = instance.call.as_ref().and_then(|it| it.inputs.get(name));
        let given = self.given.get(name).filter(|_| instance.parent.is_none());
        let span = input.map(|it| it.0.span).or_else(|| given.and_then(|it| it.span));
        let span =
            if instance.parent.is_none() { variable.span } else { span.unwrap_or(variable.span) };
        for validation in &variable.validations {
            let bound = Bound::default();
            let summary = "Invalid value for variable";
            let rule = crate::config::place(self.origins, validation.span);
            let tail = format!("\n\nThis was checked by the validation rule at {rule}.");
            self.condition(instance, &bound, None, validation, |message| {
                *Diagnostic::new(span, summary, format!("{message}{tail}"))
            });
        }
    }
}

/// The value of a variable that a file sets of which nobody knows whether it is given.
fn given_elsewhere(name: &str) -> Assignment {
    let cause = Cause::new(Reason::NotInRepository, format!("var.{name}"), OriginId::NONE);
    Assignment { value: Value::of_variable(name, Type::Dynamic, cause), span: None }
}
