//! Calls of functions and methods: how many arguments, of which types, in which order.

use kai_syntax::go_template::{Operand, Term};

use super::place::Place;
use super::{Failure, Run, text_size};
use crate::helm::functions::{Kind, Signature, methods};
use crate::helm::stand_in::{is_kept_by, is_open, is_undecided, may_lose_mark, open, with_mark};
use crate::helm::value::{Data, Value};

impl Run<'_> {
    pub(super) fn function(
        &mut self,
        name: &str,
        operand: &Operand,
        place: Place,
        dot: &Value,
        arguments: &[Operand],
        last: Option<Value>,
    ) -> Result<Value, Failure> {
        self.at = Place::of(operand);
        let Some(function) = self.functions.get(name) else {
            let name = kai_syntax::go_template::quoted(name);
            return Err(self.fail(format!("{name} is not a defined function")));
        };
        if matches!(name, "and" | "or") {
            return self.short_circuit(name, dot, arguments, last);
        }
        let arguments = self.arguments(name, function.signature, dot, arguments, last)?;
        if self.is_left_open(name, function.signature, &arguments) {
            return Ok(open());
        }
        let may_lose_mark = self.budget.has_stand_ins && may_lose_mark(name, &arguments);
        let (run, taken) = (function.run, arguments.iter().map(text_size).sum());
        let made =
            run(self, arguments).and_then(|it| self.bounded(taken, it)).map_err(|message| {
                self.at = place;
                self.fail(format!("error calling {name}: {message}"))
            })?;
        Ok(if may_lose_mark { with_mark(made) } else { made })
    }

    pub(super) fn method(
        &mut self,
        bound: &methods::Bound,
        name: &str,
        place: Place,
        dot: &Value,
        arguments: &[Operand],
        last: Option<Value>,
    ) -> Result<Value, Failure> {
        let arguments = self.arguments(name, bound.method.signature, dot, arguments, last)?;
        if self.is_left_open(name, bound.method.signature, &arguments) {
            return Ok(open());
        }
        let taken = arguments.iter().map(text_size).sum();
        let made = (bound.method.run)(&bound.receiver, &arguments);
        made.and_then(|it| self.bounded(taken, it)).map_err(|message| {
            self.at = place;
            self.fail(format!("error calling {name}: {message}"))
        })
    }

    /// `and` and `or` evaluate no argument behind the one that decides.
    fn short_circuit(
        &mut self,
        name: &str,
        dot: &Value,
        arguments: &[Operand],
        last: Option<Value>,
    ) -> Result<Value, Failure> {
        if arguments.is_empty() && last.is_none() {
            return Err(
                self.fail(format!("wrong number of args for {name}: want at least 1 got 0"))
            );
        }
        let mut result = Value::MISSING;
        let mut is_open = false;
        for argument in arguments {
            result = self.any_argument(argument, dot)?;
            if self.budget.has_open && is_undecided(&result) {
                is_open = true;
            } else if result.is_true() == (name == "or") {
                return Ok(self.decided(result, is_open));
            }
        }
        let result = last.unwrap_or(result);
        let decides = result.is_true() == (name == "or");
        Ok(if decides { self.decided(result, is_open) } else { self.or_open(result, is_open) })
    }

    /// What decides whatever is before it; only a flag says no more than that.
    fn decided(&self, result: Value, is_open: bool) -> Value {
        let is_flag = matches!(result.data, Data::Bool(_));
        if is_flag { result } else { self.or_open(result, is_open) }
    }

    fn or_open(&self, result: Value, is_open: bool) -> Value {
        if is_open { open() } else { result }
    }

    /// True for a call of which nobody knows what it gives, because an argument is open.
    fn is_left_open(&self, name: &str, signature: Signature, arguments: &[Value]) -> bool {
        let is_kept = is_kept_by(name);
        let mut numbered = arguments.iter().enumerate();
        self.budget.has_open
            && numbered.any(|(at, it)| is_open(it) && !(is_kept && signature.kind(at).takes(it)))
    }

    fn arguments(
        &mut self,
        name: &str,
        signature: Signature,
        dot: &Value,
        arguments: &[Operand],
        last: Option<Value>,
    ) -> Result<Vec<Value>, Failure> {
        let count = arguments.len() + usize::from(last.is_some());
        let fixed = signature.parameters.len();
        match signature.rest {
            Some(_) if count < fixed => {
                let got = arguments.len();
                let message = format!("wrong number of args for {name}: want at least {fixed}");
                return Err(self.fail(format!("{message} got {got}")));
            }
            None if count != fixed => {
                let message = format!("wrong number of args for {name}: want {fixed} got {count}");
                return Err(self.fail(message));
            }
            _ => {}
        }
        let mut values = Vec::with_capacity(count);
        for (index, argument) in arguments.iter().enumerate() {
            values.push(self.argument(argument, signature.kind(index), dot)?);
        }
        if let Some(last) = last {
            values.push(self.checked(last, signature.kind(arguments.len()))?);
        }
        Ok(values)
    }

    /// The value of an argument of any type.
    pub(super) fn any_argument(
        &mut self,
        operand: &Operand,
        dot: &Value,
    ) -> Result<Value, Failure> {
        self.argument(operand, Kind::Any, dot)
    }

    fn argument(&mut self, operand: &Operand, kind: Kind, dot: &Value) -> Result<Value, Failure> {
        self.at = Place::of(operand);
        match &operand.term {
            Term::Nil if kind.can_be_nil() => Ok(kind.nil()),
            Term::Nil => Err(self.fail(format!("cannot assign nil to {}", kind.as_str()))),
            Term::Bool(_) | Term::Number(_) | Term::String(..) => self.literal(operand, kind, dot),
            _ => {
                let value = self.untyped(operand, dot)?;
                self.checked(value, kind)
            }
        }
    }

    /// The value of an operand of which no type is asked; there may be none.
    pub(super) fn untyped(&mut self, operand: &Operand, dot: &Value) -> Result<Value, Failure> {
        match &operand.term {
            Term::Field(_) | Term::Variable(..) | Term::Chain(..) => {
                self.fields_of(operand, dot, &[], None)
            }
            Term::Pipeline(pipeline) => self.pipeline(pipeline, dot),
            Term::Function(name) => {
                self.function(name, operand, Place::of(operand), dot, &[], None)
            }
            Term::Dot | Term::Nil | Term::Bool(_) | Term::Number(_) | Term::String(..) => {
                self.constant(operand, dot)
            }
        }
    }

    /// A literal takes the type that is asked for, or is refused.
    fn literal(&mut self, operand: &Operand, kind: Kind, dot: &Value) -> Result<Value, Failure> {
        let value = match (kind, &operand.term) {
            (Kind::Any, _) => return self.constant(operand, dot),
            (Kind::Bool, Term::Bool(value)) => Some(Value::bool(*value)),
            (Kind::Text, Term::String(text, _)) => Some(Value::text(text.as_str())),
            (Kind::Int, Term::Number(number)) => number.int.map(Value::int),
            (Kind::Int64, Term::Number(number)) => number.int.map(Value::int64),
            (Kind::Float, Term::Number(number)) => number.float.map(Value::float),
            _ => None,
        };
        value.ok_or_else(|| match kind.constant_name() {
            Some(expected) => self.fail(format!("expected {expected}; found {operand}")),
            None => self.fail(format!("can't handle {operand} for arg of type {}", kind.as_str())),
        })
    }

    fn checked(&mut self, value: Value, kind: Kind) -> Result<Value, Failure> {
        if kind.takes(&value) || self.budget.has_open && is_open(&value) {
            return Ok(value);
        }
        if matches!(value.data, Data::Missing) && kind.can_be_nil() {
            return Ok(kind.nil());
        }
        let (expected, got) = (kind.as_str(), value.type_name());
        Err(self.fail(match value.data {
            Data::Missing => format!("invalid value; expected {expected}"),
            _ => format!("wrong type for value; expected {expected}; got {got}"),
        }))
    }
}
