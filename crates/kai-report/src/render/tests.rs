//! Secrets stay secret, origins stay visible.

use expect_test::expect;
use kai_core::{Entry, Map, Node, OriginId, Origins, Role};

use super::{mask_secrets, origins};
use crate::terminal::Options;

fn map(entries: &[(&str, Node)]) -> Node {
    let entry = |(key, node): &(&str, Node)| Entry {
        key: (*key).into(),
        key_origin: OriginId::NONE,
        node: node.clone(),
    };
    Node::map(Map::from_entries(entries.iter().map(entry).collect()), OriginId::NONE)
}

fn text(text: &str) -> Node {
    Node::string(text, OriginId::NONE)
}

#[test]
fn every_value_of_a_secret_is_masked() {
    let copy = "kubectl.kubernetes.io/last-applied-configuration";
    let mut secret = map(&[
        ("kind", text("Secret")),
        ("metadata", map(&[("name", text("db")), ("annotations", map(&[(copy, text("fake"))]))])),
        ("data", map(&[("password", text("ZmFrZQ=="))])),
        ("stringData", map(&[("user", text("fake"))])),
    ]);
    mask_secrets(std::slice::from_mut(&mut secret), &Origins::new());
    assert_eq!(secret.str_at(&["metadata", "name"]), Some("db"));
    for path in [["data", "password"], ["stringData", "user"]] {
        assert_eq!(secret.str_at(&path), Some("********"));
    }
    assert_eq!(secret.str_at(&["metadata", "annotations", copy]), Some("********"));
}

#[test]
fn what_a_list_of_secrets_holds_needs_no_kind_to_be_masked() {
    let item = map(&[("data", map(&[("password", text("ZmFrZQ=="))]))]);
    let items = Node::seq(vec![item], OriginId::NONE);
    let mut list = map(&[("kind", text("SecretList")), ("items", items)]);
    mask_secrets(std::slice::from_mut(&mut list), &Origins::new());
    assert_eq!(
        list.get("items").unwrap().items()[0].str_at(&["data", "password"]),
        Some("********")
    );
}

#[test]
fn other_kinds_are_left_alone() {
    let mut settings = map(&[("kind", text("ConfigMap")), ("data", map(&[("a", text("b"))]))]);
    mask_secrets(std::slice::from_mut(&mut settings), &Origins::new());
    assert_eq!(settings.str_at(&["data", "a"]), Some("b"));
}

#[test]
fn what_is_copied_or_joined_from_a_secret_is_masked_too() {
    let all = Origins::new();
    let file = all.add_document("db.yaml".into(), "fake\nhost\n".into());
    let file = file.expect("there is room");
    all.set_spans(file, vec![(0, 4), (5, 9)]);
    let (password, host) = (all.written(file, 0), all.written(file, 1));
    let copied = all.replaced(Role::Transformed, password, Some(host));
    let joined = all.derived(Role::Transformed, None, &[host, password]);
    let mut objects = [
        map(&[
            ("kind", text("Secret")),
            ("stringData", map(&[("password", Node::string("fake", password))])),
        ]),
        map(&[
            ("kind", text("ConfigMap")),
            (
                "data",
                map(&[
                    ("copied", Node::string("fake", copied)),
                    ("joined", Node::string("host:fake", joined)),
                    ("host", Node::string("host", host)),
                ]),
            ),
        ]),
    ];
    mask_secrets(&mut objects, &all);
    let shown = |key| objects[1].str_at(&["data", key]);
    assert_eq!(["copied", "joined", "host"].map(shown), ["********", "********", "host"].map(Some));
}

#[test]
fn a_value_shows_its_patch_before_its_base() {
    let all = Origins::new();
    let base = all.add_document("base/api.yaml".into(), "a\nreplicas: 1\n".into());
    let base = base.expect("there is room");
    all.set_spans(base, vec![(12, 13)]);
    let patch = all.add_document("production/api.yaml".into(), "replicas: 3\n".into());
    let patch = patch.expect("there is room");
    all.set_spans(patch, vec![(10, 11)]);
    let patched = all.replaced(Role::Patched, all.written(patch, 0), Some(all.written(base, 0)));
    let object = map(&[
        ("kind", text("Deployment")),
        ("metadata", map(&[("name", text("api"))])),
        ("spec", map(&[("replicas", Node::int(3, patched))])),
    ]);
    expect![[r#"
        Deployment/api
          kind = Deployment
          metadata.name = api
          spec.replicas = 3
              patched      production/api.yaml:1
              written      base/api.yaml:2

    "#]]
    .assert_eq(&origins(&[object], &all, &Options::default()));
}
