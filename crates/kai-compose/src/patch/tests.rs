use std::sync::Arc;

use kai_core::{LocationRole, Node, Origins, Value};

use super::{Schema, json_patch, strategic_merge};

/// A run with two texts: the object and the patch.
struct Case {
    origins: Origins,
    object: Node,
    patch: Node,
}

fn case(object: &str, patch: &str) -> Case {
    let origins = Origins::new();
    let object = read(&origins, "object.yaml", object);
    let patch = read(&origins, "patch.yaml", patch);
    Case { origins, object, patch }
}

fn read(origins: &Origins, path: &str, text: &str) -> Node {
    let document = origins.add_document(path.into(), Arc::from(text)).unwrap();
    let parsed = kai_syntax::yaml::parse(origins, document);
    assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
    parsed.documents.into_iter().next().unwrap().node
}

/// Flow style with keys in order: short enough to compare by eye.
fn show(node: &Node) -> String {
    match &node.value {
        Value::Map(map) => {
            let entries: Vec<_> =
                map.iter().map(|it| format!("{}: {}", it.key, show(&it.node))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Seq(items) => {
            format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", "))
        }
        Value::Scalar(scalar) => match scalar.as_str() {
            Some(text) => format!("'{text}'"),
            None => scalar.text.to_string(),
        },
        Value::Unknown(unknown) => format!("?{}", unknown.text),
    }
}

#[track_caller]
fn merges(object: &str, patch: &str, expected: &str) {
    let mut case = case(object, patch);
    let merged =
        strategic_merge(&mut case.object, &case.patch, Schema::kubernetes(), &case.origins);
    let shown = match merged {
        Ok(merged) if merged.deleted => "deleted".to_owned(),
        Ok(_) => show(&case.object),
        Err(error) => error.to_string(),
    };
    assert_eq!(shown, expected);
}

#[track_caller]
fn patches(object: &str, operations: &str, expected: &str) {
    let mut case = case(object, operations);
    let shown = match json_patch(&mut case.object, &case.patch, &case.origins) {
        Ok(()) => show(&case.object),
        Err(error) => error.to_string(),
    };
    assert_eq!(shown, expected);
}

#[test]
fn a_field_of_the_patch_replaces_the_field_of_the_object() {
    merges("{a: 1, b: {c: 2, d: 3}}", "{b: {c: 4, e: 5}}", "{a: 1, b: {c: 4, d: 3, e: 5}}");
}

#[test]
fn an_operation_adds_a_key() {
    patches("{a: 1}", "[{op: add, path: /b, value: 2}]", "{a: 1, b: 2}");
}

#[test]
fn a_replaced_value_is_edited_in_the_patch_and_names_the_value_before_it() {
    let mut case = case("{a: 1}", "{a: 2}");
    strategic_merge(&mut case.object, &case.patch, Schema::kubernetes(), &case.origins).unwrap();
    let origin = case.object.get("a").unwrap().origin;
    let place = |it| {
        let location = case.origins.location(it, LocationRole::Primary).unwrap();
        format!("{}:{}", location.path, location.column)
    };
    let chain: Vec<_> = case.origins.chain(origin).into_iter().map(place).collect();
    assert_eq!(chain, ["patch.yaml:5", "patch.yaml:5", "object.yaml:5"]);
    assert!(case.origins.editable(origin).is_some());
}
