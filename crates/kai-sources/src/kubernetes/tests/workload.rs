use expect_test::expect;
use kai_core::{Known, Reason, Role};

use super::{lowered, problems};

#[test]
fn what_is_not_written_carries_the_default_of_the_api() {
    let (lowered, origins) = lowered(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template: {spec: {containers: [{name: web, image: nginx}]}}\n",
    );
    let web = lowered.components[0].workload().unwrap();
    let replicas = web.replicas.traced().unwrap();
    assert_eq!((replicas.value, origins.role(replicas.origin)), (1, Role::ApiDefault));
    assert_eq!(web.component.namespace, "default");
    assert_eq!(web.pod.termination_grace.value(), Some(&30));
    assert_eq!(web.pod.containers[0].pull_policy.value().unwrap(), "Always");
    assert_eq!(web.rollout.max_surge.value().unwrap().to_string(), "25%");
}

#[test]
fn a_value_of_the_wrong_type_is_unknown_and_a_problem_at_its_place() {
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: \"three\", template: {spec: {containers: none}}}\n";
    let (lowered, _) = lowered(text);
    let web = lowered.components[0].workload().unwrap();
    assert_eq!(web.replicas, Known::Unknown(Reason::Unreadable));
    assert!(!web.pod.is_fully_read);
    expect![[r#"
        `containers` of `Deployment/web` is not a list: none
        `replicas` of `Deployment/web` is not a whole number from 0: "three"
    "#]]
    .assert_eq(&problems(text));
}

#[test]
fn a_count_that_a_variable_fills_in_is_no_problem() {
    let text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: \"${N}\"}\n";
    let (lowered, _) = lowered(text);
    assert_eq!(lowered.problems, Vec::new());
    let web = lowered.components[0].workload().unwrap();
    assert_eq!(web.replicas, Known::Unknown(Reason::Templated));
}
