//! What feeds a value that a function computed, as far as the action says it.

use kai_core::{OriginId, Role};
use kai_syntax::go_template::{Operand, Pipeline, Term};
use smol_str::SmolStr;

use super::Run;
use crate::helm::value::{Data, Value};

impl Run<'_> {
    /// A step from the values that an action names, where what it prints has no origin of its own.
    pub(super) fn fed_by(&self, pipeline: &Pipeline, printed: &Value, dot: &Value) -> OriginId {
        if !self.budget.is_traced || !has_no_origin(printed) || !is_computed(pipeline) {
            return OriginId::NONE;
        }
        let mut values = Vec::new();
        self.named_in(pipeline, dot, &mut values);
        match values.is_empty() {
            true => OriginId::NONE,
            false => self.origins.derived(Role::Computed, None, &values),
        }
    }

    fn named_in(&self, pipeline: &Pipeline, dot: &Value, values: &mut Vec<OriginId>) {
        for operand in pipeline.commands.iter().flat_map(|it| &it.operands) {
            self.named(operand, dot, values);
        }
    }

    fn named(&self, operand: &Operand, dot: &Value, values: &mut Vec<OriginId>) {
        let value = match &operand.term {
            Term::Field(names) => at(dot, names),
            Term::Variable(name, names) => {
                let variable = self.variables.iter().rev().find(|it| it.0 == *name);
                variable.and_then(|it| at(&it.1, names))
            }
            Term::Chain(inner, _) => return self.named(inner, dot, values),
            Term::Pipeline(pipeline) => return self.named_in(pipeline, dot, values),
            _ => None,
        };
        let origin = value.map_or(OriginId::NONE, |it| it.origin_in(self.origins));
        if origin != OriginId::NONE && !values.contains(&origin) {
            values.push(origin);
        }
    }
}

fn has_no_origin(value: &Value) -> bool {
    match &value.data {
        Data::Text(text) => text.is_plain(),
        Data::Bool(_) | Data::Int(..) | Data::Unsigned(_) | Data::Float(_) => {
            value.origin == OriginId::NONE
        }
        _ => false,
    }
}

/// True where an action does more than to print a value as it is.
fn is_computed(pipeline: &Pipeline) -> bool {
    let [command] = pipeline.commands.as_slice() else { return true };
    let [operand] = command.operands.as_slice() else { return true };
    matches!(operand.term, Term::Function(_) | Term::Pipeline(_) | Term::Chain(..))
}

/// The value at a path of keys.
fn at(value: &Value, names: &[SmolStr]) -> Option<Value> {
    let Some((name, rest)) = names.split_first() else { return Some(value.clone()) };
    let map = value.as_map()?.borrow();
    at(map.get(name)?, rest)
}
