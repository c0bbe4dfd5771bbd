//! A function, and the call of it.

use super::{Parameter, Surroundings};
use crate::value::{Cause, Marks, Type, Value};

/// A function of the language.
pub struct Function {
    pub name: &'static str,
    pub parameters: Vec<Parameter>,
    /// The parameter that takes all further arguments.
    pub variadic: Option<Parameter>,
    returns: Returns,
    body: Body,
    never_null: bool,
}

type Returns = Box<dyn Fn(&[Value]) -> Result<Type, FunctionError> + Send + Sync>;
type Body = fn(&dyn Surroundings, &[Value], &Type) -> Result<Value, FunctionError>;

/// Why a function gives no value, in Terraform's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionError {
    /// The argument that is at fault, if one is.
    pub argument: Option<usize>,
    pub message: String,
}

impl FunctionError {
    /// The call as a whole fails.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { argument: None, message: message.into() }
    }

    /// One argument is at fault.
    #[must_use]
    pub fn of(argument: usize, message: impl Into<String>) -> Self {
        Self { argument: Some(argument), message: message.into() }
    }
}

/// Declaring functions.
impl Function {
    /// A function that always gives a value of one type.
    pub fn new(name: &'static str, returns: Type, body: Body) -> Self {
        Self::typed(name, move |_| Ok(returns.clone()), body)
    }

    /// A function whose result has a type that its arguments decide. The type is asked for also
    /// where arguments are to come.
    pub fn typed(
        name: &'static str,
        returns: impl Fn(&[Value]) -> Result<Type, FunctionError> + Send + Sync + 'static,
        body: Body,
    ) -> Self {
        let returns = Box::new(returns);
        let never_null = true;
        Self { name, parameters: Vec::new(), variadic: None, returns, body, never_null }
    }

    #[must_use]
    pub fn takes(mut self, parameter: Parameter) -> Self {
        self.parameters.push(parameter);
        self
    }

    #[must_use]
    pub fn takes_many(mut self, parameter: Parameter) -> Self {
        self.variadic = Some(parameter);
        self
    }

    /// Its result may be null; without this a result to come is known not to be.
    #[must_use]
    pub fn may_be_null(mut self) -> Self {
        self.never_null = false;
        self
    }
}

/// Calling functions.
impl Function {
    /// The parameter that takes an argument.
    #[must_use]
    pub fn parameter(&self, argument: usize) -> Option<&Parameter> {
        self.parameters.get(argument).or(self.variadic.as_ref())
    }

    /// Converts the arguments to what the function takes, and calls it.
    ///
    /// # Errors
    /// An argument does not fit, or the function fails.
    pub fn call(
        &self,
        surroundings: &dyn Surroundings,
        arguments: &[Value],
    ) -> Result<Value, FunctionError> {
        let mut marks = Marks::NONE;
        let mut converted = Vec::with_capacity(arguments.len());
        for (index, argument) in arguments.iter().enumerate() {
            let Some(parameter) = self.parameter(index) else {
                return Err(FunctionError::new("too many arguments"));
            };
            let value = argument
                .convert(&parameter.ty)
                .map_err(|error| FunctionError::of(index, error.message))?;
            let value = if parameter.allows_marked {
                value
            } else {
                let (value, taken) = value.unmarked_deep();
                marks = marks.and(taken);
                value
            };
            converted.push(value);
        }
        self.call_with(surroundings, &converted).map(|it| it.marked(marks))
    }

    fn call_with(
        &self,
        surroundings: &dyn Surroundings,
        arguments: &[Value],
    ) -> Result<Value, FunctionError> {
        for (index, (parameter, argument)) in self.pairs(arguments).enumerate() {
            if argument.is_null() && !parameter.allows_null {
                return Err(FunctionError::of(index, "argument must not be null"));
            }
            // An open type is met before later arguments are looked at.
            if argument.outer_type() == Type::Dynamic && !parameter.allows_dynamic {
                if let Some(unknown) = argument.as_unknown() {
                    return Ok(Value::unknown(Type::Dynamic, unknown.cause.clone()));
                }
                let cause = arguments.iter().find_map(Value::first_unknown);
                return Ok(cause.map_or_else(
                    || Value::null(Type::Dynamic),
                    |it| Value::unknown(Type::Dynamic, it.cause.clone()),
                ));
            }
        }
        let ty = (self.returns)(arguments)?;
        let waiting = self
            .pairs(arguments)
            .find(|(parameter, argument)| !argument.is_known() && !parameter.allows_unknown)
            .and_then(|(_, argument)| argument.as_unknown());
        let value = match waiting {
            Some(unknown) => to_come(&ty, &unknown.cause),
            None => (self.body)(surroundings, arguments, &ty)?,
        };
        Ok(if self.never_null { value.refined_not_null() } else { value })
    }

    fn pairs<'a>(
        &'a self,
        arguments: &'a [Value],
    ) -> impl Iterator<Item = (&'a Parameter, &'a Value)> {
        let arguments = arguments.iter().enumerate();
        arguments.filter_map(|(index, it)| Some((self.parameter(index)?, it)))
    }
}

fn to_come(ty: &Type, cause: &Cause) -> Value {
    Value::unknown(ty.clone(), cause.clone())
}
