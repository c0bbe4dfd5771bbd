//! Sprig's semantic versions.

use std::rc::Rc;

use super::convert::to_text;
use super::{Function, Kind, Outcome, function};
use crate::helm::run::Run;
use crate::helm::semver::{Constraint, Version};
use crate::helm::value::{Data, Object, Struct, Value};

pub(super) const ALL: &[Function] = &[
    function("semver", &[Kind::Text], None, semver),
    function("semverCompare", &[Kind::Text, Kind::Text], None, compare),
];

fn version(value: &Value) -> Result<Version, String> {
    let text = to_text(value);
    Version::parse(text.as_str()).ok_or_else(|| "invalid semantic version".into())
}

fn compare(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let text = to_text(&arguments[0]);
    let constraint = Constraint::parse(text.as_str())
        .ok_or_else(|| format!("improper constraint: {}", text.as_str()))?;
    Ok(Value::bool(constraint.is_met_by(&version(&arguments[1])?)))
}

fn semver(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    Ok(to_value(&version(&arguments[0])?))
}

/// The version that a value holds or spells.
pub(super) fn of(value: &Value) -> Result<Version, String> {
    let text = value.to_plain_string();
    Version::parse(&text).ok_or_else(|| "invalid semantic version".into())
}

/// Major, minor and patch.
type Numbers = (u64, u64, u64);

/// The version after this one.
pub(super) fn next(value: &Value, step: fn(Numbers) -> Numbers) -> Outcome {
    let version = of(value)?;
    let is_patch = step((0, 0, 0)) == (0, 0, 1);
    let (major, minor, patch) = match is_patch && !version.prerelease.is_empty() {
        // A prerelease of a patch is followed by the patch itself.
        true => (version.major, version.minor, version.patch),
        false => step((version.major, version.minor, version.patch)),
    };
    of(&Value::text(format!("{major}.{minor}.{patch}"))).map(|it| to_value(&it))
}

fn to_value(version: &Version) -> Value {
    let number = |it: u64| Value::plain(Data::Unsigned(it));
    let object = Struct {
        type_name: "*semver.Version",
        fields: vec![
            ("Major", number(version.major)),
            ("Minor", number(version.minor)),
            ("Patch", number(version.patch)),
            ("Prerelease", Value::text(version.prerelease.as_str())),
            ("Metadata", Value::text(version.metadata.as_str())),
            ("Original", Value::text(version.original.as_str())),
        ],
        text: Some(version.to_string().into()),
    };
    Value::plain(Data::Object(Rc::new(Object::Struct(object))))
}
