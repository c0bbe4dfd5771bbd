use kai_core::Origins;

use super::*;

/// Written by Terraform 1.11.4.
const PLAN: &str = include_str!("test_data/plan.json");
const STATE: &str = include_str!("test_data/kept.tfstate");
const SHOWN: &str = include_str!("test_data/state.json");

fn record(text: &str) -> Result<Record, String> {
    read(&Origins::new(), "record.json".into(), text.as_bytes())
}

#[track_caller]
fn refusal(text: &str) -> String {
    record(text).map(|_| ()).expect_err("it is refused")
}

fn plan() -> PlanRecord {
    match record(PLAN) {
        Ok(Record::Plan(plan)) => plan,
        other => panic!("it is a plan: {other:?}"),
    }
}

#[track_caller]
fn check_state(text: &str) {
    let Ok(Record::State(state)) = record(text) else { panic!("it is a state") };
    let addresses: Vec<&str> = state.objects.iter().map(|it| it.address.as_str()).collect();
    assert_eq!(
        addresses,
        [
            "module.store.terraform_data.disk[\"a\"]",
            "terraform_data.database",
            "terraform_data.old"
        ]
    );
    assert_eq!(state.objects[1].sensitive, ["input"]);
}

#[test]
fn both_forms_of_a_state_hold_the_same_objects() {
    check_state(STATE);
    check_state(SHOWN);
}

#[test]
fn a_plan_says_what_becomes_of_every_object() {
    let plan = plan();
    let said: Vec<(&str, Action)> =
        plan.changes.iter().map(|it| (it.address.as_str(), it.action)).collect();
    assert_eq!(
        said,
        [
            ("terraform_data.database", Action::Replace { creates_first: false }),
            ("terraform_data.fresh", Action::Create),
            ("terraform_data.old", Action::Delete),
            ("module.store.terraform_data.disk[\"a\"]", Action::Update),
        ]
    );
}

#[test]
fn what_forces_a_replacement_is_told_and_what_is_sensitive_is_not() {
    let plan = plan();
    let told =
        |it: &AttributeChange| (it.path.clone(), it.before.clone(), it.after.clone(), it.forces);
    let told: Vec<_> = plan.changes[0].attributes.iter().map(told).collect();
    let text = |it: &str| Shown::Text(it.into());
    assert_eq!(
        told,
        [
            ("input.password".into(), Shown::Secret, Shown::Secret, false),
            ("input.size".into(), text("small"), text("large"), false),
            ("triggers_replace[0]".into(), text("small"), text("large"), true),
        ]
    );
}

#[test]
fn names_tell_secrets_where_no_mark_does() {
    for name in ["password", "master_password", "auth_token", "secret_string", "kube-config-token"]
    {
        assert!(is_secret_name(name), "{name}");
    }
    for name in ["size", "secret_arn", "token_id", "password_length", "kms_key_id"] {
        assert!(!is_secret_name(name), "{name}");
    }
}

#[test]
fn other_versions_are_refused_with_what_is_known() {
    assert_eq!(
        refusal(&PLAN.replacen("\"format_version\":\"1.2\"", "\"format_version\":\"2.0\"", 1)),
        "its format is version 2.0, and I know 0.1, 0.2 and 1; another version may mean something \
         else by the same words"
    );
    assert_eq!(
        refusal(&STATE.replacen("\"version\": 4", "\"version\": 3", 1)),
        "it is a state of version 3, and version 4 is the one that I know; `terraform show -json` \
         of Terraform 0.12 or later prints it in a form that I know"
    );
}

#[test]
fn what_is_no_record_is_said_with_what_would_be_one() {
    assert!(refusal("PK\u{3}\u{4}…").contains("terraform show -json FILE"));
    assert!(refusal("{\"@level\":\"info\"}\n{\"@level\":\"info\"}\n").contains("terraform show"));
    assert!(
        refusal("{\"serial\": 1, \"lineage\": \"x\", \"encrypted_data\": \"…\"}").contains("tofu")
    );
    assert!(refusal("{\"kind\": \"List\"}").starts_with("it is neither a plan nor a state"));
    assert!(refusal("{\"a\": ").starts_with("it is no JSON"));
    assert!(refusal("").starts_with("it is"));
}
