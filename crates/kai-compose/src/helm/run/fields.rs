//! Fields, variables and methods.

use kai_syntax::go_template::{Operand, Term};
use smol_str::SmolStr;

use super::place::Place;
use super::{Failure, Run};
use crate::helm::functions::methods;
use crate::helm::stand_in::{is_open, open};
use crate::helm::value::{Data, MapType, Object, Value};

impl Run<'_> {
    /// The value of a field, chain or variable; arguments go to a method at its end.
    pub(super) fn fields_of(
        &mut self,
        operand: &Operand,
        dot: &Value,
        arguments: &[Operand],
        last: Option<Value>,
    ) -> Result<Value, Failure> {
        self.at = Place::of(operand);
        match &operand.term {
            Term::Field(names) => self.chain(dot.clone(), names, operand, dot, arguments, last),
            Term::Variable(name, names) => {
                let variable = self.variables.iter().rev().find(|it| it.0 == *name);
                // Go knows a name from where it is written, and its value from where it is set.
                let Some(value) = variable.map(|it| it.1.clone()) else {
                    return Err(self.fail(format!("undefined variable: {name}")));
                };
                if names.is_empty() {
                    self.refuse_arguments(operand, arguments, last.as_ref())?;
                    return Ok(value);
                }
                self.chain(value, names, operand, dot, arguments, last)
            }
            Term::Chain(inner, names) => {
                if let Term::Nil = inner.term {
                    let message = format!("indirection through explicit nil in {operand}");
                    return Err(self.fail(message));
                }
                let value = self.untyped(inner, dot)?;
                self.chain(value, names, operand, dot, arguments, last)
            }
            _ => Ok(Value::MISSING),
        }
    }

    fn chain(
        &mut self,
        mut receiver: Value,
        names: &[SmolStr],
        operand: &Operand,
        dot: &Value,
        arguments: &[Operand],
        last: Option<Value>,
    ) -> Result<Value, Failure> {
        let Some((end, before)) = names.split_last() else { return Ok(receiver) };
        let mut is_in_map = false;
        for name in before {
            self.refuse_scalar(&receiver, name, is_in_map)?;
            is_in_map = receiver.as_map().is_some();
            receiver = self.field(&receiver, name, operand, dot, &[], None)?;
        }
        self.refuse_scalar(&receiver, end, is_in_map)?;
        self.field(&receiver, end, operand, dot, arguments, last)
    }

    /// What Go takes out of a map has no type yet when a field of it is asked for.
    fn refuse_scalar(&self, receiver: &Value, name: &str, is_in_map: bool) -> Result<(), Failure> {
        let is_scalar = matches!(
            receiver.data,
            Data::Bool(_) | Data::Int(..) | Data::Float(_) | Data::Text(_) | Data::List(..)
        );
        let is_known = !(self.budget.has_open && is_open(receiver));
        if is_in_map && is_scalar && is_known && methods::of(receiver, name).is_none() {
            return Err(self.fail(format!("can't evaluate field {name} in type interface {{}}")));
        }
        Ok(())
    }

    fn field(
        &mut self,
        receiver: &Value,
        name: &str,
        operand: &Operand,
        dot: &Value,
        arguments: &[Operand],
        last: Option<Value>,
    ) -> Result<Value, Failure> {
        match receiver.data {
            Data::Missing => return Ok(Value::MISSING),
            Data::Nil => {
                return Err(self.fail(format!("nil pointer evaluating interface {{}}.{name}")));
            }
            _ => {}
        }
        if self.budget.has_open && is_open(receiver) {
            return Ok(open());
        }
        if let Some(method) = methods::of(receiver, name) {
            let bound = methods::Bound { receiver: receiver.clone(), method };
            return self.method(&bound, name, Place::of(operand), dot, arguments, last);
        }
        let has_arguments = !arguments.is_empty() || last.is_some();
        match &receiver.data {
            Data::Map(map) => {
                if has_arguments {
                    return Err(self.fail(format!("{name} is not a method but has arguments")));
                }
                let map = map.borrow();
                let missing = match map.kind {
                    MapType::Strings => Value::text(""),
                    MapType::Any | MapType::Values => Value::NIL,
                };
                Ok(map.get(name).cloned().unwrap_or(missing))
            }
            Data::Object(object) => self.field_of(object, name, has_arguments),
            _ => {
                let type_name = receiver.type_name();
                Err(self.fail(format!("can't evaluate field {name} in type {type_name}")))
            }
        }
    }

    fn field_of(
        &mut self,
        object: &Object,
        name: &str,
        has_arguments: bool,
    ) -> Result<Value, Failure> {
        let field = match object {
            Object::Struct(it) => it.field(name).cloned(),
            // A file by its name, as bytes.
            Object::Files(files) => {
                let file = files.iter().find(|it| it.name == name);
                let bytes = file.map_or_else(|| [].into(), |it| it.bytes.to_vec().into());
                Some(Value::plain(Data::Bytes(bytes)))
            }
            Object::Versions(_) | Object::Time(_) => None,
        };
        match field {
            Some(_) if has_arguments => {
                let message = format!("{name} has arguments but cannot be invoked as function");
                Err(self.fail(message))
            }
            Some(value) => Ok(value),
            None => {
                let type_name = object.type_name();
                Err(self.fail(format!("can't evaluate field {name} in type {type_name}")))
            }
        }
    }
}
