use super::*;

use DependencyKind::{Calls, Controls, Routes};
use Environment::Production;

/// `shop → web-service → web → {cart-service → cart → cache, mail}`.
fn shop() -> (System, impl Fn(&System, &str) -> ComponentId) {
    let mut sketch = Sketch::default();
    let root = sketch.root(".", Production);
    let shop = sketch.named(root, "Ingress", "shop");
    let web_path = sketch.service(root, "web", "app=web");
    let web = sketch.workload(root, "web", "app=web");
    let cart_path = sketch.service(root, "cart", "app=cart");
    let cart = sketch.workload(root, "cart", "app=cart");
    let spare = sketch.workload(root, "cart-spare", "app=cart");
    let cache = sketch.workload(root, "cache", "app=cache");
    let mail = sketch.workload(root, "mail", "app=mail");
    let budget = sketch.named(root, "PodDisruptionBudget", "cache");
    sketch.arrow(shop, Routes, web_path);
    sketch.arrow(web_path, Routes, web);
    sketch.arrow(web, Calls, cart_path);
    sketch.arrow(cart_path, Routes, cart);
    sketch.arrow(cart_path, Routes, spare);
    sketch.arrow(cart, Calls, cache);
    sketch.arrow(spare, Calls, cache);
    sketch.arrow(budget, Controls, cache);
    sketch.arrow(web, Calls, mail);
    sketch.arrows.last_mut().unwrap().strength = Strength::Soft;
    let find = |system: &System, label: &str| {
        system.components().iter().find(|it| it.label() == label).unwrap().id
    };
    (sketch.system(), find)
}

#[track_caller]
fn check_failure(of: &str, reaches: &str) {
    let (system, find) = shop();
    let failed = system.fails_with(find(&system, of));
    assert_eq!(names(failed.into_iter().map(|it| system.component(it))), reaches);
}

#[test]
fn a_failure_reaches_all_that_need_it_hard() {
    check_failure(
        "Deployment/cache",
        "Ingress/shop Service/web Deployment/web Service/cart Deployment/cart Deployment/cart-spare",
    );
    check_failure("Deployment/web", "Ingress/shop Service/web");
    check_failure("Deployment/mail", "");
}

#[test]
fn a_path_with_another_way_does_not_fail() {
    check_failure("Deployment/cart", "");
}

#[track_caller]
fn check_between(first: &str, second: &str, expected: Option<&str>) {
    let (system, find) = shop();
    let between = system.between(find(&system, first), find(&system, second));
    let between = between.map(|it| names(it.into_iter().map(|it| system.component(it))));
    assert_eq!(between.as_deref(), expected);
}

#[test]
fn every_way_leads_through_what_is_between() {
    let way = "Service/web Deployment/web Service/cart";
    check_between("Ingress/shop", "Deployment/cache", Some(way));
    check_between("Ingress/shop", "Service/web", Some(""));
    check_between("Deployment/cache", "Ingress/shop", None);
}

#[test]
fn circles_end() {
    let mut sketch = Sketch::default();
    let root = sketch.root(".", Production);
    let first = sketch.workload(root, "first", "");
    let second = sketch.workload(root, "second", "");
    sketch.arrow(first, Calls, second);
    sketch.arrow(second, Calls, first);
    sketch.arrow(first, Calls, first);
    let system = sketch.system();
    assert_eq!(system.fails_with(first), [second]);
    assert_eq!(system.between(first, second), Some(Vec::new()));
}
