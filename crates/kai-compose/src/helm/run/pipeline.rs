//! Pipelines and commands.

use kai_syntax::go_template::{Command, Number, Operand, Pipeline, Term};
use smol_str::SmolStr;

use super::place::Place;
use super::{Failure, Run};
use crate::helm::value::{Data, Value};

impl Run<'_> {
    pub(super) fn pipeline(&mut self, pipeline: &Pipeline, dot: &Value) -> Result<Value, Failure> {
        self.at = Place::Pipeline(pipeline.start);
        let mut value = None;
        for command in &pipeline.commands {
            let result = self.command(command, dot, value)?;
            // A nil interface is no value from here on.
            value = Some(if result.is_nil() { Value::MISSING } else { result });
        }
        let value = value.unwrap_or(Value::MISSING);
        for name in &pipeline.variables {
            if pipeline.assigns {
                if !self.set_variable(name, value.clone()) {
                    return Err(self.fail(format!("undefined variable: {name}")));
                }
            } else {
                self.variables.push((name.clone(), value.clone()));
            }
        }
        Ok(value)
    }

    /// Changes the variable of the name that was declared last; false where there is none.
    pub(super) fn set_variable(&mut self, name: &SmolStr, value: Value) -> bool {
        let variable = self.variables.iter_mut().rev().find(|it| it.0 == *name);
        variable.map(|it| it.1 = value).is_some()
    }

    fn command(
        &mut self,
        command: &Command,
        dot: &Value,
        last: Option<Value>,
    ) -> Result<Value, Failure> {
        let Some((first, arguments)) = command.operands.split_first() else {
            return Ok(Value::MISSING);
        };
        match &first.term {
            Term::Field(_) | Term::Chain(..) | Term::Variable(..) => {
                return self.fields_of(first, dot, arguments, last);
            }
            Term::Function(name) => {
                let place = Place::Command(command.at);
                return self.function(name, first, place, dot, arguments, last);
            }
            Term::Pipeline(pipeline) => {
                self.refuse_arguments(first, arguments, last.as_ref())?;
                return self.pipeline(pipeline, dot);
            }
            _ => {}
        }
        self.at = Place::of(first);
        self.refuse_arguments(first, arguments, last.as_ref())?;
        match &first.term {
            Term::Nil => Err(self.fail("nil is not a command")),
            _ => self.constant(first, dot),
        }
    }

    pub(super) fn refuse_arguments(
        &mut self,
        first: &Operand,
        arguments: &[Operand],
        last: Option<&Value>,
    ) -> Result<(), Failure> {
        if arguments.is_empty() && last.is_none() {
            return Ok(());
        }
        Err(self.fail(format!("can't give argument to non-function {first}")))
    }

    /// A literal, or the dot.
    pub(super) fn constant(&mut self, operand: &Operand, dot: &Value) -> Result<Value, Failure> {
        match &operand.term {
            Term::Bool(value) => Ok(Value::bool(*value)),
            Term::Dot => Ok(dot.clone()),
            Term::Number(number) => self.number(number),
            Term::String(text, _) => Ok(Value::text(text.as_str())),
            _ => Ok(Value::MISSING),
        }
    }

    /// A constant where no type is asked for.
    fn number(&mut self, number: &Number) -> Result<Value, Failure> {
        if number.is_complex {
            return Err(self.fail("complex numbers are not read"));
        }
        match (number.is_float(), number.float, number.int) {
            (true, Some(float), _) => Ok(Value::float(float)),
            (_, _, Some(int)) => Ok(Value::int(int)),
            _ => Err(self.fail(format!("{} overflows int", number.text))),
        }
    }
}

impl Value {
    pub(crate) fn byte(value: u8) -> Self {
        Self::plain(Data::Int(value.into(), crate::helm::value::IntType::Byte))
    }

    /// Another number of the same type.
    pub(super) fn with_int(&self, value: i64) -> Self {
        match self.data {
            Data::Int(_, kind) => Self::plain(Data::Int(value, kind)),
            _ => Self::int(value),
        }
    }
}
