//! How often a resource or a module is there.

use smol_str::SmolStr;

use super::address::suffix;
use crate::config::Repetition;
use crate::diagnostic::{Diagnostic, Outcome};
use crate::syntax::Expr;
use crate::value::{Cause, Data, Type, Value};

/// What `count` or `for_each` make of a block.
#[derive(Debug, Clone)]
pub(super) enum Expansion {
    Single,
    Count(usize),
    Each(Vec<(SmolStr, Value)>),
    /// Nobody knows how often.
    Unknown(Cause),
}

/// What `each` and `count` are in one instance.
#[derive(Debug, Clone, Default)]
pub(super) struct Bound {
    pub(super) key: Option<Value>,
    pub(super) value: Option<Value>,
    /// The keys are there, and nobody knows which.
    pub(super) is_open: Option<Cause>,
    pub(super) has_count: bool,
    pub(super) has_each: bool,
}

/// More instances of one block than anybody has.
const COUNT_MAX: usize = 200_000;

impl Bound {
    /// The end of the address: `[?]` where nobody knows which key it is.
    pub(super) fn suffix(&self) -> String {
        match &self.is_open {
            Some(_) => "[?]".into(),
            None => suffix(self.key.as_ref()),
        }
    }
}

impl Expansion {
    /// The instances; one that stands for all where nobody knows how many.
    pub(super) fn bounds(&self, repetition: &Repetition) -> Vec<Bound> {
        match self {
            Self::Unknown(cause) => vec![Bound {
                is_open: Some(cause.clone()),
                has_count: repetition.count.is_some(),
                has_each: repetition.for_each.is_some(),
                ..Bound::default()
            }],
            known => known.instances(),
        }
    }

    pub(super) fn instances(&self) -> Vec<Bound> {
        match self {
            Self::Single => vec![Bound::default()],
            Self::Count(count) => (0..*count)
                .map(|it| Bound {
                    key: Some(Value::count(it)),
                    has_count: true,
                    ..Bound::default()
                })
                .collect(),
            Self::Each(entries) => entries
                .iter()
                .map(|(key, value)| Bound {
                    key: Some(Value::string(key.clone())),
                    value: Some(value.clone()),
                    has_each: true,
                    ..Bound::default()
                })
                .collect(),
            Self::Unknown(_) => Vec::new(),
        }
    }
}

/// True where the value is unknown to Terraform too when it plans, and not only here.
fn is_unknown_to_all(cause: &Cause) -> bool {
    cause.text.starts_with("terraform_data.") || cause.text.contains(".terraform_data.")
}

pub(super) fn by_count(value: &Value, expr: &Expr) -> Outcome<Expansion> {
    let fail = |detail: &str| Err(Diagnostic::new(expr.span, "Invalid count argument", detail));
    if value.is_null() {
        return fail("The given \"count\" argument value is null. An integer is required.");
    }
    if value.marks.is_ephemeral {
        return fail(
            "The given \"count\" is derived from an ephemeral value, which means that Terraform cannot persist it between plan/apply rounds. Use only non-ephemeral values to specify the number of resource instances.",
        );
    }
    let number = value.convert(&Type::Number).map_err(|error| {
        let detail = format!("Invalid expression value: {}.", error.message);
        Diagnostic::new(expr.span, "Incorrect value type", detail)
    })?;
    if let Some(unknown) = number.as_unknown() {
        if is_unknown_to_all(&unknown.cause) {
            return fail(
                "The \"count\" value depends on resource attributes that cannot be determined until apply, so Terraform cannot predict how many instances will be created. To work around this, use the -target argument to first apply only the resources that the count depends on.",
            );
        }
        return Ok(Expansion::Unknown(unknown.cause.clone()));
    }
    let Some(number) = number.as_number() else { return Ok(Expansion::Single) };
    if number.is_negative() {
        return fail(
            "The given \"count\" argument value is unsuitable: must be greater than or equal to zero.",
        );
    }
    let count = number.to_i64().and_then(|it| usize::try_from(it).ok());
    match count {
        Some(count) if count <= COUNT_MAX => Ok(Expansion::Count(count)),
        Some(_) => fail("The given \"count\" argument value is too large to be read here."),
        None => fail("The given \"count\" argument value is unsuitable: must be a whole number."),
    }
}

pub(super) fn by_each(value: &Value, expr: &Expr) -> Outcome<Expansion> {
    let fail =
        |detail: String| Err(Diagnostic::new(expr.span, "Invalid for_each argument", detail));
    let fail_set =
        |detail: &str| Err(Diagnostic::new(expr.span, "Invalid for_each set argument", detail));
    if value.marks.is_sensitive {
        return fail("Sensitive values, or values derived from sensitive values, cannot be used as for_each arguments. If used, the sensitive value could be exposed as a resource instance key.".into());
    }
    if value.is_null() {
        return fail("The given \"for_each\" argument value is unsuitable: the given \"for_each\" argument value is null. A map, or set of strings is allowed.".into());
    }
    let ty = value.ty();
    let is_suitable = matches!(ty, Type::Map(_) | Type::Object(_) | Type::Set(_) | Type::Dynamic);
    if !is_suitable {
        return fail(format!(
            "The given \"for_each\" argument value is unsuitable: the \"for_each\" argument must be a map, or set of strings, and you have provided a value of type {}.",
            ty.friendly()
        ));
    }
    let what = if matches!(ty, Type::Set(_)) { "set includes values" } else { "map includes keys" };
    let refuse = || {
        fail(format!(
            "The \"for_each\" {what} derived from resource attributes that cannot be determined until apply, and so Terraform cannot determine the full set of keys that will identify the instances of this resource."
        ))
    };
    if let Some(unknown) = value.as_unknown() {
        if is_unknown_to_all(&unknown.cause) {
            return refuse();
        }
        return Ok(Expansion::Unknown(unknown.cause.clone()));
    }
    match &value.data {
        Data::Set(_, elements) => {
            let mut entries = Vec::new();
            for element in elements.iter() {
                if element.is_null() {
                    return fail_set(
                        "The given \"for_each\" argument value is unsuitable: \"for_each\" sets must not contain null values.",
                    );
                }
                if let Some(unknown) = element.as_unknown() {
                    if is_unknown_to_all(&unknown.cause) {
                        return refuse();
                    }
                    return Ok(Expansion::Unknown(unknown.cause.clone()));
                }
                let Some(text) = element.as_str() else {
                    return fail_set(&format!(
                        "The given \"for_each\" argument value is unsuitable: \"for_each\" supports maps and sets of strings, but you have provided a set containing type {}.",
                        element.ty().friendly()
                    ));
                };
                entries.push((SmolStr::from(text), element.clone()));
            }
            Ok(Expansion::Each(entries))
        }
        _ => {
            let entries = value.entries().map(|it| {
                it.iter().map(|(key, value)| (key.clone(), value.clone())).collect::<Vec<_>>()
            });
            Ok(Expansion::Each(entries.unwrap_or_default()))
        }
    }
}
