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
    let document = origins.add_document(path.into(), text.into()).unwrap();
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

/// A Deployment whose pod has this specification.
fn pod(spec: &str) -> String {
    format!("{{apiVersion: apps/v1, kind: Deployment, spec: {{template: {{spec: {spec}}}}}}}")
}

/// Merges two pod specifications and shows only that part of the result.
#[track_caller]
fn merges_pods(object: &str, patch: &str, expected: &str) {
    let mut case = case(&pod(object), &pod(patch));
    strategic_merge(&mut case.object, &case.patch, Schema::kubernetes(), &case.origins).unwrap();
    assert_eq!(show(case.object.at(&["spec", "template", "spec"]).unwrap()), expected);
}

#[test]
fn a_field_of_the_patch_replaces_the_field_of_the_object() {
    merges("{a: 1, b: {c: 2, d: 3}}", "{b: {c: 4, e: 5}}", "{a: 1, b: {c: 4, d: 3, e: 5}}");
}

#[test]
fn null_in_the_patch_deletes() {
    merges("{a: 1, b: {c: 2}}", "{b: null}", "{a: 1}");
    merges("{a: 1}", "{b: {c: null, d: 1}}", "{a: 1, b: {d: 1}}");
}

#[test]
fn a_null_of_the_object_stays_only_if_it_is_spelled_out() {
    merges("{a: null, b: ~, c: }", "{d: 1}", "{a: null, b: ~, d: 1}");
}

#[test]
fn a_number_takes_over_the_quotes_of_the_string_it_replaces() {
    merges("{a: '1'}", "{a: 2}", "{a: '2'}");
    merges("{a: 1}", "{a: '2'}", "{a: '2'}");
}

#[test]
fn a_list_without_merge_keys_is_replaced() {
    merges_pods(
        "{tolerations: [{key: a}]}",
        "{tolerations: [{key: b}]}",
        "{tolerations: [{key: 'b'}]}",
    );
    let thing = |list| format!("{{apiVersion: x.example/v1, kind: Thing, containers: {list}}}");
    merges(
        &thing("[{name: a, x: 1}]"),
        &thing("[{name: a, z: 2}]"),
        "{apiVersion: 'x.example/v1', kind: 'Thing', containers: [{name: 'a', z: 2}]}",
    );
}

#[test]
fn items_of_the_patch_come_first_in_its_order() {
    merges_pods(
        "{containers: [{name: a, image: i}, {name: b, image: i}]}",
        "{containers: [{name: c}, {name: b, image: j}]}",
        "{containers: [{name: 'c'}, {name: 'b', image: 'j'}, {name: 'a', image: 'i'}]}",
    );
}

#[test]
fn each_list_has_its_own_keys() {
    merges_pods(
        "{containers: [{name: a, env: [{name: E, value: x}], volumeMounts: [{mountPath: /m, name: v}]}]}",
        "{containers: [{name: a, env: [{name: E, value: z}], volumeMounts: [{mountPath: /m, readOnly: true}]}]}",
        "{containers: [{name: 'a', env: [{name: 'E', value: 'z'}], volumeMounts: [{mountPath: '/m', name: 'v', readOnly: true}]}]}",
    );
    merges_pods(
        "{hostAliases: [{ip: 10.0.0.1, hostnames: [a]}]}",
        "{hostAliases: [{ip: 10.0.0.1, hostnames: [b]}]}",
        "{hostAliases: [{ip: '10.0.0.1', hostnames: ['b']}]}",
    );
}

#[test]
fn a_patch_of_a_port_is_lost_where_only_one_side_names_the_protocol() {
    merges_pods(
        "{containers: [{name: a, ports: [{containerPort: 80, protocol: TCP}]}]}",
        "{containers: [{name: a, ports: [{containerPort: 80, name: web}]}]}",
        "{containers: [{name: 'a', ports: [{containerPort: 80, protocol: 'TCP'}]}]}",
    );
}

#[test]
fn ports_are_told_apart_by_number_and_protocol() {
    merges_pods(
        "{containers: [{name: a, ports: [{containerPort: 53, protocol: TCP}, {containerPort: 53, protocol: UDP}]}]}",
        "{containers: [{name: a, ports: [{containerPort: 53, protocol: UDP, name: dns}]}]}",
        "{containers: [{name: 'a', ports: [{containerPort: 53, protocol: 'TCP'}, {containerPort: 53, protocol: 'UDP', name: 'dns'}]}]}",
    );
}

#[test]
fn spread_constraints_are_told_apart_by_key_and_effect() {
    merges_pods(
        "{topologySpreadConstraints: [{topologyKey: zone, whenUnsatisfiable: DoNotSchedule, maxSkew: 1}]}",
        "{topologySpreadConstraints: [{topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, maxSkew: 2}]}",
        "{topologySpreadConstraints: [{topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 2}, {topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', maxSkew: 1}]}",
    );
}

#[test]
fn finalizers_are_a_set() {
    let object =
        |list| format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{finalizers: {list}}}}}");
    merges(
        &object("[a/x, a/z]"),
        &object("[a/w, a/x]"),
        "{apiVersion: 'v1', kind: 'ConfigMap', metadata: {finalizers: ['a/w', 'a/x', 'a/z']}}",
    );
}

#[test]
fn any_patch_merges_repeated_items_of_the_object() {
    merges_pods(
        "{containers: [{name: a, env: [{name: E, value: x}, {name: E, value: z}]}]}",
        "{hostNetwork: true}",
        "{containers: [{name: 'a', env: [{name: 'E', value: 'z'}]}], hostNetwork: true}",
    );
}

#[test]
fn a_directive_deletes_a_mapping_an_item_or_the_object() {
    merges("{a: {b: 1}, c: 2}", "{a: {$patch: delete}}", "{c: 2}");
    merges("{a: 1}", "{$patch: delete}", "deleted");
    merges_pods(
        "{containers: [{name: a}, {name: b}]}",
        "{containers: [{name: a, $patch: delete}]}",
        "{containers: [{name: 'b'}]}",
    );
    merges_pods("{containers: [{name: a}]}", "{containers: [{$patch: delete}]}", "{}");
}

#[test]
fn a_directive_replaces_a_mapping_or_a_list() {
    merges("{a: {b: 1}}", "{a: {$patch: replace, c: 2}}", "{a: {c: 2}}");
    merges_pods(
        "{containers: [{name: a}]}",
        "{containers: [{$patch: replace}, {name: b}]}",
        "{containers: [{name: 'b'}]}",
    );
}

#[test]
fn a_directive_to_replace_one_item_or_the_object_replaces_nothing() {
    merges_pods(
        "{containers: [{name: a, image: i}]}",
        "{containers: [{name: a, $patch: replace, args: [x]}]}",
        "{containers: [{name: 'a', image: 'i'}]}",
    );
    merges("{a: 1}", "{$patch: replace, b: 2}", "{a: 1}");
}

#[test]
fn a_directive_to_merge_is_taken_off() {
    merges("{a: {b: 1}}", "{a: {$patch: merge, c: 2}}", "{a: {b: 1, c: 2}}");
}

#[test]
fn directives_of_the_api_server_stay_as_fields_and_are_told() {
    let mut case = case(
        "{spec: {strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}}}",
        "{spec: {strategy: {$retainKeys: [type], type: Recreate}, $setElementOrder/x: [], other: {$deleteFromPrimitiveList/f: [a]}}}",
    );
    let merged =
        strategic_merge(&mut case.object, &case.patch, Schema::kubernetes(), &case.origins);
    assert_eq!(merged.unwrap().leftover.len(), 3);
    assert_eq!(
        show(case.object.at(&["spec", "strategy"]).unwrap()),
        "{type: 'Recreate', rollingUpdate: {maxSurge: 1}, $retainKeys: ['type']}",
    );
}

#[test]
fn a_patch_that_does_not_fit_is_refused_with_its_place() {
    merges(
        "{a: {b: {}}}",
        "{a: {b: []}}",
        "`a.b` is a mapping in the object and a list in the patch",
    );
    merges("{a: {}}", "{a: {$patch: remove}}", "`a` has the unknown directive `$patch: remove`");
}

#[test]
fn an_object_inside_an_unknown_kind_merges_by_its_own_kind() {
    let thing = |containers| {
        format!("{{spec: {{apiVersion: v1, kind: Pod, spec: {{containers: {containers}}}}}}}")
    };
    merges(
        &thing("[{name: a, image: i}]"),
        &thing("[{name: a, args: [x]}]"),
        "{spec: {apiVersion: 'v1', kind: 'Pod', spec: {containers: [{name: 'a', image: 'i', args: ['x']}]}}}",
    );
}

#[test]
fn an_open_api_document_gives_keys_to_a_custom_kind() {
    let mut case = case(
        "{apiVersion: x.example/v1, kind: Thing, spec: {parts: [{id: 1, a: x}], tags: [q]}}",
        "{apiVersion: x.example/v1, kind: Thing, spec: {parts: [{id: 1, b: z}], tags: [r]}}",
    );
    let document = read(
        &case.origins,
        "schema.json",
        r##"{definitions: {
            Thing: {properties: {spec: {$ref: "#/definitions/Spec"}},
                x-kubernetes-group-version-kind: [{group: x.example, version: v1, kind: Thing}]},
            Spec: {properties: {
                parts: {type: array, items: {properties: {}},
                    x-kubernetes-patch-strategy: merge, x-kubernetes-patch-merge-key: id},
                tags: {type: array, items: {type: string}, x-kubernetes-patch-strategy: merge}}}}}"##,
    );
    let schema = Schema::from_open_api(&document);
    strategic_merge(&mut case.object, &case.patch, &schema, &case.origins).unwrap();
    assert_eq!(
        show(case.object.get("spec").unwrap()),
        "{parts: [{id: 1, a: 'x', b: 'z'}], tags: ['r', 'q']}",
    );
}

/// Where the value at a path can be edited, and what it was before.
fn trail(case: &Case, path: &[&str]) -> Vec<String> {
    let origin = case.object.at(path).unwrap().origin;
    let links = [origin].into_iter().chain(case.origins.parents(origin).iter().copied());
    let place = |it| {
        let location = case.origins.location(it, LocationRole::Primary).unwrap();
        format!("{}:{}", location.path, location.column)
    };
    links.map(place).collect()
}

#[test]
fn a_replaced_value_names_the_patch_and_the_value_before_it() {
    let mut case = case("{a: 1, b: 2}", "{a: 3, c: {d: 4}}");
    strategic_merge(&mut case.object, &case.patch, Schema::kubernetes(), &case.origins).unwrap();
    assert_eq!(trail(&case, &["a"]), ["patch.yaml:5", "object.yaml:5"]);
    assert_eq!(trail(&case, &["b"]), ["object.yaml:11"]);
    assert_eq!(trail(&case, &["c", "d"]), ["patch.yaml:15"]);
}

#[test]
fn the_name_of_a_merged_item_is_the_objects_own() {
    let mut case =
        case(&pod("{containers: [{name: a}]}"), &pod("{containers: [{name: a, image: i}]}"));
    strategic_merge(&mut case.object, &case.patch, Schema::kubernetes(), &case.origins).unwrap();
    case.object =
        case.object.at(&["spec", "template", "spec", "containers"]).unwrap().items()[0].clone();
    assert!(trail(&case, &["name"])[0].starts_with("object.yaml"));
    assert!(trail(&case, &["image"])[0].starts_with("patch.yaml"));
}

#[test]
fn what_a_patch_leaves_alone_stays_shared() {
    let mut case = case("{a: {b: [1]}, c: {d: 1}}", "{c: {d: 2}}");
    let before = case.object.clone();
    strategic_merge(&mut case.object, &case.patch, Schema::kubernetes(), &case.origins).unwrap();
    let (Value::Map(old), Value::Map(new)) =
        (&before.get("a").unwrap().value, &case.object.get("a").unwrap().value)
    else {
        panic!("`a` is a mapping");
    };
    assert!(Arc::ptr_eq(old, new));
}

#[test]
fn operations_change_mappings() {
    patches("{a: 1}", "[{op: add, path: /b, value: 2}]", "{a: 1, b: 2}");
    patches("{a: 1}", "[{op: replace, path: /a, value: {b: 2}}]", "{a: {b: 2}}");
    patches("{a: 1, b: 2}", "[{op: remove, path: /a}]", "{b: 2}");
    patches("{a: {b: 1}}", "[{op: move, from: /a/b, path: /c}]", "{a: {}, c: 1}");
    patches("{a: {b: 1}}", "[{op: copy, from: /a, path: /c}]", "{a: {b: 1}, c: {b: 1}}");
}

#[test]
fn operations_change_lists() {
    patches("{a: [1, 2]}", "[{op: add, path: /a/0, value: 0}]", "{a: [0, 1, 2]}");
    patches("{a: [1]}", "[{op: add, path: /a/-, value: 2}]", "{a: [1, 2]}");
    patches("{a: [1, 2]}", "[{op: remove, path: /a/-1}]", "{a: [1]}");
    patches("{a: [1, 2]}", "[{op: replace, path: /a/1, value: 3}]", "{a: [1, 3]}");
}

#[test]
fn a_slash_in_a_key_is_escaped() {
    patches("{a/b: 1}", "[{op: replace, path: /a~1b, value: 2}]", "{a/b: 2}");
    patches("{a~b: 1}", "[{op: replace, path: /a~0b, value: 2}]", "{a~b: 2}");
    patches("{a~1: 1}", "[{op: remove, path: /a~01}]", "{}");
}

#[test]
fn a_test_that_fails_refuses_the_whole_patch() {
    patches(
        "{a: 1}",
        "[{op: test, path: /a, value: 1}, {op: add, path: /b, value: 2}]",
        "{a: 1, b: 2}",
    );
    let mut case =
        case("{a: 1}", "[{op: add, path: /b, value: 2}, {op: test, path: /a, value: 2}]");
    let refused = json_patch(&mut case.object, &case.patch, &case.origins).unwrap_err();
    assert_eq!(refused.to_string(), "operation 2 (`test` at `/a`): the value is another one");
    assert_eq!(show(&case.object), "{a: 1}");
}

#[test]
fn operations_are_as_lax_as_kustomize() {
    patches("{a: 1}", "[{op: replace, path: /b, value: 2}]", "{a: 1, b: 2}");
    patches("{a: 1}", "[{op: copy, from: /b, path: /c}]", "{a: 1, c: null}");
    patches("{a: 1}", "[{op: add, path: a/b, value: 2}]", "{a: 1, b: 2}");
    patches("{a: 1}", "[{op: replace, path: '', value: 2}]", "{a: 1}");
}

#[test]
fn a_refused_operation_names_its_number_and_path() {
    let refused = |operation: &str, reason: &str| {
        patches("{a: [1], s: x}", &format!("[{operation}]"), &format!("operation 1 ({reason}"));
    };
    refused(
        "{op: add, path: /b/c, value: 1}",
        "`add` at `/b/c`): the object has nothing on the way to `/b/c`",
    );
    refused(
        "{op: add, path: /s/c, value: 1}",
        "`add` at `/s/c`): the object has nothing on the way to `/s/c`",
    );
    refused("{op: remove, path: /b}", "`remove` at `/b`): there is no `b` to remove");
    refused("{op: add, path: /a/3, value: 1}", "`add` at `/a/3`): the list has no index 3");
    refused(
        "{op: replace, path: /a/-, value: 1}",
        "`replace` at `/a/-`): `-` is not an index of the list",
    );
    refused("{op: add, path: '', value: 1}", "`add` at ``): `` names no place in the object");
    refused("{op: merge, path: /a}", "`merge` at `/a`): `merge` is not an operation");
    refused("{op: add, value: 1}", "`add` at ``): it has no `path`");
    patches("{a: 1}", "{op: add}", "a JSON patch is a list of operations, and this is a mapping");
}

#[test]
fn an_operation_leaves_its_step_on_what_it_sets() {
    let mut case =
        case("{a: 1, b: 2}", "[{op: replace, path: /a, value: 3}, {op: copy, from: /b, path: /c}]");
    json_patch(&mut case.object, &case.patch, &case.origins).unwrap();
    assert_eq!(trail(&case, &["a"]), ["patch.yaml:33", "object.yaml:5"]);
    let copied = case.object.get("c").unwrap().origin;
    assert_eq!(
        case.origins.editable(copied),
        case.origins.editable(case.object.get("b").unwrap().origin)
    );
}
