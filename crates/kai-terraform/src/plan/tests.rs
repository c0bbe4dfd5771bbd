use camino::Utf8PathBuf;
use kai_core::Origins;
use kai_testing::Memory;

use super::{Flag, Plan, Request, plan};
use crate::value::Value;

fn planned(files: &str, flags: Vec<Flag>) -> (Plan, Origins) {
    let origins = Origins::new();
    let request = Request { root: Utf8PathBuf::new(), flags, ..Request::default() };
    let plan = plan(&Memory::of(files), &origins, &request);
    (plan, origins)
}

#[track_caller]
fn check(files: &str, output: &str, expected: &str) {
    let (plan, _) = planned(files, Vec::new());
    let problems: Vec<_> = plan.problems.iter().map(|it| &it.summary).collect();
    assert!(problems.is_empty(), "{:?}", plan.problems);
    let value = plan.outputs.get(output).and_then(Value::as_str);
    assert_eq!(value, Some(expected));
}

#[test]
fn locals_are_evaluated_in_any_order() {
    let text = "== main.tf\nlocals {\n  b = \"${local.a}y\"\n  a = \"x\"\n}\noutput \"o\" { value = local.b }\n";
    check(text, "o", "xy");
}

#[test]
fn a_module_gets_its_inputs_and_gives_its_outputs() {
    let text = "== main.tf\nmodule \"m\" {\n  source = \"./m\"\n  for_each = toset([\"a\", \"b\"])\n  x = each.key\n}\noutput \"o\" { value = join(\",\", [for m in module.m : m.o]) }\n== m/main.tf\nvariable \"x\" {}\noutput \"o\" { value = \"<${var.x}>\" }\n";
    check(text, "o", "<a>,<b>");
}

#[test]
fn thousands_of_values_may_need_each_other_one_after_the_other() {
    let chain = |last: &str| {
        let next = |it: usize| format!("  v{it} = \"${{local.v{}}}\"\n", it + 1);
        let links: String = (0..5_000).map(next).collect();
        format!(
            "== main.tf\nlocals {{\n{links}  v5000 = {last}\n}}\noutput \"o\" {{ value = local.v0 }}\n"
        )
    };
    check(&chain("\"end\""), "o", "end");
    let (plan, _) = planned(&chain("local.v4999"), Vec::new());
    let problems: Vec<_> = plan.problems.iter().map(|it| it.summary.as_str()).collect();
    assert_eq!(problems, ["Cycle: local.v5000, local.v4999"]);
}

#[test]
fn a_cycle_is_said_once() {
    let text = "== main.tf\nlocals {\n  a = local.b\n  b = local.a\n}\n";
    let (plan, _) = planned(text, Vec::new());
    let problems: Vec<_> = plan.problems.iter().map(|it| it.summary.as_str()).collect();
    assert_eq!(problems, ["Cycle: local.a, local.b"]);
    let span = plan.problems[0].span.expect("it has a place");
    assert_eq!(&text["== main.tf\n".len()..][span.start as usize..][..1], "a");
}

#[test]
fn the_provider_that_is_part_of_the_tool_has_functions() {
    let text = "== main.tf\nlocals {\n  b = provider::terraform::decode_tfvars(\"a = [1, true]\\n\")\n}\noutput \"o\" {\n  value = join(\"|\", [\n\
         \x20   provider::terraform::encode_expr({ a = 1, long = [\"$${x}\", null], \"a b\" = {} }),\n\
         \x20   provider::terraform::encode_tfvars({ b = \"x\\ny\", a = 1.5 }),\n    jsonencode(local.b),\n  ])\n}\n";
    let expected = "{\n  a     = 1\n  \"a b\" = {}\n  long  = [\"$${x}\", null]\n}|a = 1.5\nb = \"x\\ny\"\n|{\"a\":[1,true]}";
    check(text, "o", expected);
}

#[test]
fn a_value_leads_back_to_the_line_that_gives_it() {
    let text = "== main.tf\nvariable \"size\" {}\nmodule \"m\" {\n  source = \"./m\"\n  size = var.size\n}\n== m/main.tf\nvariable \"size\" {}\nresource \"aws_instance\" \"web\" {\n  instance_type = var.size\n}\n== terraform.tfvars\nsize = \"small\"\n";
    let (plan, origins) = planned(text, Vec::new());
    let after = plan.changes[0].after.as_ref().and_then(Value::entries).unwrap();
    let origin = after["instance_type"].origin;
    let places: Vec<_> = origins
        .chain(origin)
        .into_iter()
        .filter(|it| origins.parents(*it).is_empty())
        .filter_map(|it| origins.location(it, kai_core::LocationRole::Primary))
        .map(|it| format!("{}:{}", it.path, it.line))
        .collect();
    assert_eq!(places, ["m/main.tf:3", "main.tf:4", "terraform.tfvars:1", "main.tf:1"]);
    let span = origins.editable(origin).unwrap();
    assert_eq!(origins.location_of(span, kai_core::LocationRole::Primary).path, "terraform.tfvars");
}

/// What configures the provider of each resource, and the region that it says.
#[track_caller]
fn check_configured(files: &str, expected: &[&str]) {
    let (plan, _) = planned(files, Vec::new());
    let shown: Vec<_> = plan
        .changes
        .iter()
        .map(|it| format!("{}: {} {}", it.address, it.configured.by, it.configured.region))
        .collect();
    assert_eq!(shown, expected);
}

#[test]
fn modules_hand_providers_down_under_names_of_their_own() {
    let text = "== main.tf\nvariable \"home\" { default = \"eu-west-1\" }\nprovider \"aws\" {\n  region = var.home\n}\n\
         provider \"aws\" {\n  alias = \"north\"\n  region = \"eu-north-1\"\n}\nresource \"aws_a\" \"own\" {}\n\
         module \"same\" {\n  source = \"./m\"\n}\nmodule \"other\" {\n  source = \"./m\"\n  providers = {\n    aws = aws.north\n  }\n}\n\
         == m/main.tf\nresource \"aws_a\" \"b\" {}\n";
    check_configured(
        text,
        &[
            "aws_a.own: aws eu-west-1",
            "module.other.aws_a.b: aws.north eu-north-1",
            "module.same.aws_a.b: aws eu-west-1",
        ],
    );
}

#[test]
fn a_provider_that_nobody_hands_down_is_not_known() {
    let text = "== main.tf\nmodule \"m\" {\n  source = \"./m\"\n}\n== m/main.tf\nresource \"aws_a\" \"b\" {\n  provider = aws.west\n}\n";
    check_configured(text, &["module.m.aws_a.b:  "]);
    // Where it is configured may hang on what is planned.
    let text = "== main.tf\nprovider \"aws\" {\n  region = aws_a.b.region\n}\nresource \"aws_a\" \"b\" {}\n";
    check_configured(text, &["aws_a.b: aws "]);
}
