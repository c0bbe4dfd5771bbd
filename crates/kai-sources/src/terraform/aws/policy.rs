//! Policies: as JSON, or as a document that Terraform writes.

use kai_core::{Known, OriginId, Reason, SmolStr};
use kai_graph::{Condition, Policy, Statement};
use kai_terraform::roots::Instance;
use kai_terraform::value::{Piece, Reference, Value};
use serde_json::Value as Json;

use super::super::fields::at;

/// Stands for what is to come inside of a text.
const OPEN: &str = "\u{fffc}";

/// The policy in an argument: its JSON, or the document of the root that it is taken from.
pub(super) fn policy_at(instance: &Instance, field: &str, all: &[Instance]) -> Known<Policy> {
    let Some(value) = instance.values.entries().and_then(|it| it.get(field)) else {
        return Known::Unknown(Reason::NotDeclared);
    };
    if value.is_null() {
        return Known::Unknown(Reason::NotDeclared);
    }
    if let Some(reference) = value.reference() {
        let document = all.iter().find(|it| it.is_data && it.address == reference.address);
        return match document.and_then(|it| of_document(&it.values, all)) {
            Some(policy) => Known::new(policy, value.origin),
            None => Known::Unknown(Reason::NotInRepository),
        };
    }
    match of_text(value, all) {
        Some(policy) => Known::new(policy, value.origin),
        None => Known::Unknown(Reason::Unreadable),
    }
}

fn of_text(value: &Value, all: &[Instance]) -> Option<Policy> {
    let text = text(value, all);
    let json: Json = serde_json::from_str(&text).ok()?;
    let statements = match json.get("Statement")? {
        Json::Array(it) => it.iter().collect(),
        one => vec![one],
    };
    let statements = statements.into_iter().map(|it| of_json(it, value.origin));
    Some(Policy { statements: statements.collect() })
}

fn of_json(statement: &Json, origin: OriginId) -> Statement {
    let texts = |it: Option<&Json>| it.map(json_texts).unwrap_or_default();
    let principal = statement.get("Principal");
    let of = |kind: &str| texts(principal.and_then(|it| it.get(kind)));
    let mut principals = of("AWS");
    if let Some(all) = principal.and_then(Json::as_str) {
        principals.push(all.into());
    }
    let services = of("Service");
    let actions = texts(statement.get("Action"));
    let is_unread = statement.get("NotAction").is_some() || statement.get("NotPrincipal").is_some();
    let is_open = is_unread
        || [&principals, &services, &actions].iter().any(|it| it.iter().any(|it| it == OPEN));
    Statement {
        is_allowed: statement.get("Effect").and_then(Json::as_str) == Some("Allow"),
        services,
        principals,
        federated: of("Federated"),
        actions,
        resources: texts(statement.get("Resource")),
        conditions: statement.get("Condition").map(json_conditions).unwrap_or_default(),
        is_open,
        origin,
    }
}

fn json_texts(value: &Json) -> Vec<SmolStr> {
    match value {
        Json::Array(it) => it.iter().filter_map(Json::as_str).map(SmolStr::from).collect(),
        Json::String(it) => vec![it.into()],
        _ => Vec::new(),
    }
}

fn json_conditions(value: &Json) -> Vec<Condition> {
    let tests = value.as_object().into_iter().flatten();
    let keys = tests.flat_map(|(test, keys)| {
        let keys = keys.as_object().into_iter().flatten();
        keys.map(move |(key, values)| Condition {
            test: test.into(),
            key: key.into(),
            values: json_texts(values),
        })
    });
    keys.collect()
}

/// `aws_iam_policy_document`: allows where no effect is written.
fn of_document(values: &Value, all: &[Instance]) -> Option<Policy> {
    const MERGED: &[&str] =
        &["source_policy_documents", "override_policy_documents", "source_json"];
    if MERGED.iter().any(|it| !matches!(at(values, &[it]), Ok(None))) {
        return None;
    }
    let statements = values.entries()?.get("statement")?.elements()?.clone();
    Some(Policy { statements: statements.iter().map(|it| of_block(it, all)).collect() })
}

fn of_block(block: &Value, all: &[Instance]) -> Statement {
    let texts = |it: &Value| texts(it, all);
    let list = |name: &str| {
        let found = block.entries().and_then(|it| it.get(name));
        found.map(&texts).unwrap_or_default()
    };
    let effect = at(block, &["effect"]);
    let (mut services, mut principals, mut federated) = (Vec::new(), Vec::new(), Vec::new());
    let blocks = |name: &str| {
        let found = block.entries().and_then(|it| it.get(name));
        found.and_then(Value::elements).map(|it| it.to_vec()).unwrap_or_default()
    };
    for principal in blocks("principals") {
        let ids = principal.entries().and_then(|it| it.get("identifiers")).map(&texts);
        let kind = at(&principal, &["type"]).ok().flatten().and_then(Value::as_str);
        match kind {
            Some("Service") => services.extend(ids.unwrap_or_default()),
            Some("Federated") => federated.extend(ids.unwrap_or_default()),
            _ => principals.extend(ids.unwrap_or_default()),
        }
    }
    let written = blocks("condition");
    let conditions = written.iter().map(|it| Condition {
        test: at(it, &["test"]).ok().flatten().and_then(Value::as_str).unwrap_or(OPEN).into(),
        key: at(it, &["variable"]).ok().flatten().and_then(Value::as_str).unwrap_or(OPEN).into(),
        values: it.entries().and_then(|it| it.get("values")).map(&texts).unwrap_or_default(),
    });
    let actions = list("actions");
    let is_written = |name: &str| !matches!(at(block, &[name]), Ok(None));
    let is_open = is_written("not_actions")
        || is_written("not_principals")
        || effect.is_err()
        || [&services, &actions].iter().any(|it| it.iter().any(|it| it == OPEN));
    Statement {
        is_allowed: effect.ok().flatten().is_none_or(|it| it.as_str() == Some("Allow")),
        services,
        principals,
        federated,
        actions,
        resources: list("resources"),
        conditions: conditions.collect(),
        is_open,
        origin: block.origin,
    }
}

/// The texts of a list; [`OPEN`] for each that is to come, as for a list of which nothing is known.
fn texts(value: &Value, all: &[Instance]) -> Vec<SmolStr> {
    match value.elements() {
        Some(elements) => elements.iter().map(|it| text(it, all).into()).collect(),
        None => vec![text(value, all).into()],
    }
}

fn text(value: &Value, all: &[Instance]) -> String {
    let part = |it: &Piece| match it {
        Piece::Text(text) => text.to_string(),
        Piece::Attribute(reference) => bucket(reference, all).unwrap_or_else(|| OPEN.to_owned()),
        Piece::Variable(_) | Piece::Open(_) => OPEN.to_owned(),
    };
    value.pieces().iter().map(part).collect()
}

/// The name or the ARN of a bucket of the same root, which are known before it is made.
fn bucket(reference: &Reference, all: &[Instance]) -> Option<String> {
    let is_it = |it: &&Instance| {
        it.ty == "aws_s3_bucket" && reference.unit.is_empty() && it.address == reference.address
    };
    let bucket = all.iter().find(is_it)?;
    let name = at(&bucket.values, &["bucket"]).ok()??.as_str()?;
    match reference.path.as_str() {
        ".arn" => Some(format!("arn:aws:s3:::{name}")),
        ".bucket" | ".id" => Some(name.to_owned()),
        _ => None,
    }
}
