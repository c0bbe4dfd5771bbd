use kai_core::GapKind;

use super::*;

use Environment::{Development, Production};

/// Asks for a Service from a budget in the root `app`, after a change to the sketch.
#[track_caller]
fn check(change: impl FnOnce(&mut Sketch, RootId), expected: &str) {
    check_ask(change, ("Service", "shop", "web"), expected);
}

#[track_caller]
fn check_ask(
    change: impl FnOnce(&mut Sketch, RootId),
    (kind, namespace, name): (&str, &str, &str),
    expected: &str,
) {
    let mut sketch = Sketch::default();
    let app = sketch.root("app", Production);
    let from = sketch.named(app, "Ingress", "shop");
    change(&mut sketch, app);
    let system = sketch.system();
    let answer = match system.absence(system.component(from), kind, namespace, name) {
        Absence::Certain { scope } => format!("certain: {scope}"),
        Absence::Unknown { what, .. } => format!("unknown: {what}"),
    };
    assert_eq!(answer, expected);
}

#[test]
fn what_nothing_could_declare_is_absent() {
    check(|_, _| (), "certain: namespace `shop` in `app`");
    let more = |sketch: &mut Sketch, _| {
        let other = sketch.root("other", Production);
        sketch.named(other, "Service", "api");
    };
    check(more, "certain: namespace `shop` in `app` and 1 more root of production");
}

#[test]
fn an_unread_part_of_the_root_may_hold_it() {
    let remote = |sketch: &mut Sketch, app| sketch.gap(app, GapKind::RemoteBase, "github.com/a/b");
    check(remote, "unknown: `github.com/a/b` is behind a URL");
}

#[test]
fn an_unread_part_of_a_root_that_delivers_there_may_hold_it() {
    let other = |namespace: &'static str, environment| {
        move |sketch: &mut Sketch, _: RootId| {
            let other = sketch.root("other", environment);
            sketch.gap(other, GapKind::Chart, "chart `web`");
            let it = sketch.named(other, "ConfigMap", "settings");
            sketch.change(it).namespace = namespace.into();
        }
    };
    check(other("shop", Production), "unknown: `chart `web`` is not rendered");
    check(other("bank", Production), "certain: namespace `shop` in `app`");
    check(other("shop", Development), "certain: namespace `shop` in `app`");
}

#[test]
fn a_controller_may_make_it() {
    let custom = |kinds: &'static [&str], namespace: &'static str| {
        move |sketch: &mut Sketch, app| {
            let it = sketch.named(app, "Cluster", "queue");
            sketch.change(it).namespace = namespace.into();
            let kinds = kinds.iter().map(|it| SmolStr::from(*it)).collect();
            sketch.change(it).makes = Some(Box::new(Makes { kinds, ..Makes::default() }));
        }
    };
    check(custom(&["*"], "shop"), "unknown: the controller of `Cluster/queue` may make it");
    check(custom(&["Service"], ""), "unknown: the controller of `Cluster/queue` may make it");
    check(custom(&["Secret"], "shop"), "certain: namespace `shop` in `app`");
    check(custom(&["*"], "bank"), "certain: namespace `shop` in `app`");
}

#[test]
fn a_kind_that_a_dump_leaves_out_is_not_absent() {
    let dump = |what: &'static str| {
        move |sketch: &mut Sketch, app| sketch.gap(app, GapKind::NotCollected, what)
    };
    check(dump("Service"), "unknown: `Service` was not collected");
    check(dump("services"), "unknown: `services` was not collected");
    check(dump("Secret"), "certain: namespace `shop` in `app`");
}

#[test]
fn nothing_is_certain_of_what_was_not_looked_at() {
    let nothing = |_: &mut Sketch, _| ();
    let elsewhere = "unknown: nothing that was read delivers into namespace `bank`";
    check_ask(nothing, ("Service", "bank", "web"), elsewhere);
    let templated = "unknown: the name `${APP}` is filled in when it is applied";
    check_ask(nothing, ("Service", "shop", "${APP}"), templated);
    let platform = "unknown: the platform brings its own";
    check_ask(nothing, ("ServiceAccount", "shop", "default"), platform);
    check_ask(nothing, ("Service", "kube-system", "kube-dns"), platform);
    let cluster = "unknown: clusters come with their own `StorageClass` objects";
    check_ask(nothing, ("StorageClass", "", "fast"), cluster);
    let secret = "unknown: secrets are often made by hand, out of sight of the repository";
    check_ask(nothing, ("Secret", "shop", "key"), secret);
}
