//! The wire format keeps its promise.

use kai_assess::ReadChart;
use kai_testing::schema_offences;
use serde_json::Value;

use super::review;
use crate::sample::assessment;

const SCHEMA: &str = include_str!("../../../../docs/schema/kai.review.v1.json");

#[test]
fn a_review_is_valid_by_its_published_schema() {
    for count in [0, 1, 12] {
        assert_eq!(offences(&json(&review(&assessment(count)))), Vec::<String>::new());
    }
}

#[test]
fn charts_from_elsewhere_are_said_with_their_digests() {
    let mut with_chart = assessment(0);
    let digest = format!("sha256:{}", "0f".repeat(32));
    with_chart.reading.charts =
        vec![ReadChart { name: "redis".into(), version: "18.2.1".into(), digest: digest.clone() }];
    let mut review = json(&review(&with_chart));
    assert_eq!(offences(&review), Vec::<String>::new());
    assert_eq!(review["charts"][0]["digest"], digest);
    review["charts"][0]["digest"] = "0f".into();
    assert!(!offences(&review).is_empty());
}

#[test]
fn the_schema_refuses_what_it_does_not_describe() {
    let valid = json(&review(&assessment(1)));
    let broken: [fn(&mut Value); 6] = [
        |it| it["schema"] = "kai.review/v2".into(),
        |it| it["findings"][0]["level"] = "terrible".into(),
        |it| it["findings"][0]["rank"] = 0.into(),
        |it| it["findings"][0]["locations"][0]["line"] = "7".into(),
        |it| it["findings"][0]["surprise"] = 1.into(),
        |it| drop(it["solid"][0].as_object_mut().and_then(|it| it.remove("verify"))),
    ];
    for breaks in broken {
        let mut review = valid.clone();
        breaks(&mut review);
        assert!(!offences(&review).is_empty(), "{review}");
    }
}

#[test]
fn a_problem_with_a_whole_file_stands_on_its_first_line() {
    let mut whole = assessment(0);
    whole.problems[0].line = 0;
    assert_eq!(json(&review(&whole))["problems"][0]["line"], 1);
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("the format is JSON")
}

fn offences(value: &Value) -> Vec<String> {
    schema_offences(value, &json(SCHEMA))
}

const RENDER: &str = include_str!("../../../../docs/schema/kai.render.v1.json");

/// Everything that a plan can say: known, unknown, secret, gone, refused and not read.
const CONFIGURATION: &str = r#"
variable "token" {
  sensitive = true
  default   = "fake-not-real"
}
resource "aws_vpc" "main" {
  for_each = toset(["a"])
  name     = each.key
  peer     = aws_kms_key.main.arn
}
resource "aws_kms_key" "main" {}
data "aws_region" "here" {}
resource "terraform_data" "new" { input = [var.token, aws_kms_key.main.arn] }
module "far" { source = "git::https://example.com/modules.git" }
output "token" {
  value     = var.token
  sensitive = true
}
output "arn" { value = aws_kms_key.main.arn }
output "both" { value = [1, aws_kms_key.main.arn] }
output "wrong" { value = var.absent }
"#;

const STATE: &str = r#"{"version": 4, "serial": 1, "lineage": "x", "terraform_version": "1.11.4",
    "resources": [{"mode": "managed", "type": "terraform_data", "name": "old",
    "instances": [{"attributes": {"id": "1", "input": null, "output": null, "triggers_replace": null}}]}]}"#;

#[test]
fn a_render_is_valid_by_its_published_schema() {
    let (tree, origins) =
        (kai_testing::Memory::new([("main.tf", CONFIGURATION)]), kai_core::Origins::new());
    let request = kai_terraform::plan::Request {
        state: Some(STATE.into()),
        ..kai_terraform::plan::Request::default()
    };
    let plan = kai_terraform::plan::plan(&tree, &origins, &request);
    let options = crate::terminal::Options::default();
    let text = super::render(&plan, &origins, &options, ".".into(), false);
    let render = json(&text);
    let schema = json(RENDER);
    assert_eq!(schema_offences(&render, &schema), Vec::<String>::new());
    assert!(!text.contains("fake-not-real"));
    for part in ["resources", "problems", "not_read"] {
        assert!(!render[part].as_array().is_none_or(Vec::is_empty), "{part} is there: {text}");
    }
    for (from, to) in [("\"address\"", "\"place\""), ("kai.render/v1", "kai.render/v2")] {
        assert!(!schema_offences(&json(&text.replace(from, to)), &schema).is_empty(), "{to}");
    }
}
