use super::*;

use Environment::{Development, Production};

#[test]
fn a_name_means_the_object_of_its_own_root_then_of_its_environment_then_any() {
    let mut sketch = Sketch::default();
    let development = sketch.root("development", Development);
    let blue = sketch.root("blue", Production);
    let green = sketch.root("green", Production);
    let here = [development, blue, green].map(|it| sketch.named(it, "ConfigMap", "settings"));
    let near = [development, green].map(|it| sketch.named(it, "ConfigMap", "limits"));
    let far = sketch.named(development, "ConfigMap", "colours");
    let system = sketch.system();
    let found = |name| system.resolve("ConfigMap", "shop", name, blue).map(|it| it.id);
    assert_eq!(found("settings"), Some(here[1]));
    assert_eq!(found("limits"), Some(near[1]));
    assert_eq!(found("colours"), Some(far));
    assert_eq!(found("shapes"), None);
}

#[test]
fn a_name_means_nothing_in_another_namespace() {
    let mut sketch = Sketch::default();
    let root = sketch.root(".", Production);
    let web = sketch.named(root, "Service", "web");
    let class = sketch.named(root, "StorageClass", "fast");
    sketch.change(class).namespace = SmolStr::default();
    let system = sketch.system();
    assert_eq!(system.resolve("Service", "shop", "web", root).map(|it| it.id), Some(web));
    assert!(system.resolve("Service", "bank", "web", root).is_none());
    // What lives in no namespace is the same from everywhere.
    let found = system.resolve("StorageClass", "shop", "fast", root).map(|it| it.id);
    assert_eq!(found, Some(class));
}

#[test]
fn a_name_may_mean_what_makes_the_object() {
    let mut sketch = Sketch::default();
    let root = sketch.root(".", Production);
    let external = sketch.named(root, "ExternalSecret", "payment");
    let named = vec![("Secret".into(), "payment-key".into())];
    sketch.change(external).makes = Some(Box::new(Makes { named, ..Makes::default() }));
    let system = sketch.system();
    let found = system.resolve("Secret", "shop", "payment-key", root).map(|it| it.id);
    assert_eq!(found, Some(external));
}

#[test]
fn the_same_object_through_another_root_is_a_twin() {
    let mut sketch = Sketch::default();
    let blue = sketch.root("blue", Production);
    let green = sketch.root("green", Production);
    let first = sketch.named(blue, "ConfigMap", "settings");
    let second = sketch.named(green, "ConfigMap", "settings");
    let system = sketch.system();
    let twins: Vec<_> = system.twins(system.component(first)).map(|it| it.id).collect();
    assert_eq!(twins, [second]);
}

#[test]
fn an_example_stands_for_itself_and_an_overlay_of_the_same_name_is_nearer() {
    let mut sketch = Sketch::default();
    let web = sketch.root("web/overlays/osaka", Production);
    let db = sketch.root("db/overlays/osaka", Production);
    let other = sketch.root("db/overlays/tokyo", Production);
    let example = sketch.root("example", Environment::Example);
    let shared = sketch.root("shared", Development);
    sketch.roots[shared.0 as usize].environment_evidence = "assumed, nothing says otherwise".into();
    let system = sketch.system();
    let near = |to| system.nearness(to, web);
    assert!(near(web) < near(db) && near(db) < near(other) && near(other) < near(shared));
    assert_eq!(near(example), Nearness::Apart);
}
