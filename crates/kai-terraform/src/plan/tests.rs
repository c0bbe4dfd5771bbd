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

#[test]
fn tags_of_a_provider_may_hang_on_locals_and_not_on_what_is_planned() {
    let tags = |tags: &str| {
        let text = format!(
            "== main.tf\nvariable \"env\" {{ default = \"prod\" }}\nlocals {{ tags = merge({{ a = local.b }}, {{}}) \n}}\nlocals {{ b = var.env }}\n\
             provider \"aws\" {{\n  default_tags {{ tags = {tags} }}\n}}\nresource \"aws_a\" \"b\" {{}}\n"
        );
        let (plan, _) = planned(&text.replace(" \n}}", " }}"), Vec::new());
        let tags = plan.changes[0].configured.default_tags.clone().expect("a provider is here");
        tags.entries().and_then(|it| it.get("a").and_then(Value::as_str).map(str::to_owned))
    };
    assert_eq!(tags("local.tags").as_deref(), Some("prod"));
    assert_eq!(tags("{ a = aws_a.c.id }"), None);
}

#[test]
fn what_a_variable_is_in_json_stands_for_itself() {
    let text = r#"== main.tf.json
{"variable": {"a": {"default": "${x}"}, "b": {}}, "output": {"o": {"value": "${var.a}-${var.b.k}"}}}
== terraform.tfvars.json
{"b": {"k": "%{y}"}}
"#;
    check(text, "o", "${x}-%{y}");
}

#[test]
fn what_is_encrypted_is_to_come_and_refuses_nothing() {
    let vault = "$ANSIBLE_VAULT;1.1;AES256\n6162\n";
    let text = format!(
        "== main.tf\noutput \"a\" {{ value = jsondecode(file(\"k.json\")).x }}\noutput \"b\" {{ value = templatefile(\"k.json\", {{}}) }}\n\
         output \"c\" {{ value = filebase64(\"k.json\") }}\n== k.json\n{vault}"
    );
    let (plan, _) = planned(&text, Vec::new());
    assert!(plan.problems.is_empty(), "{:?}", plan.problems);
    for name in ["a", "b", "c"] {
        let cause = plan.outputs[name].as_unknown().map(|it| it.cause.text.as_str());
        assert_eq!(cause, Some("`k.json`, encrypted with Ansible Vault: not read"), "{name}");
    }
}

#[test]
fn what_nothing_of_its_module_mentions_is_unused() {
    let text = "== main.tf\nresource \"a_b\" \"alone\" {}\nresource \"a_b\" \"used\" {}\n\
                resource \"a_b\" \"handed\" {}\nresource \"a_b\" \"scripted\" {}\n\
                resource \"c_d\" \"script\" {\n  provisioner \"local-exec\" {\n    command = a_b.scripted.id\n  }\n}\nmodule \"m\" {\n  source = \"./m\"\n  x = a_b.used.id\n}\n\
                output \"o\" { value = [a_b.handed.id] }\n== m/main.tf\nvariable \"x\" {}\nresource \"a_b\" \"below\" {}\n";
    let (plan, _) = planned(text, Vec::new());
    let unused = plan.changes.iter().filter(|it| it.is_unused).map(|it| it.address.as_str());
    let mut unused: Vec<_> = unused.collect();
    unused.sort_unstable();
    assert_eq!(unused, ["a_b.alone", "module.m.a_b.below"]);
}

#[test]
fn a_version_that_is_refused_does_not_hide_where_the_state_is() {
    let text =
        "== main.tf\nterraform {\n  backend \"s3\" {}\n  required_version = \"~> 0.12.31\"\n}\n";
    let (plan, _) = planned(text, Vec::new());
    assert_eq!(plan.problems[0].summary, "Unsupported Terraform Core version");
    assert_eq!(plan.backend.map(|it| it.kind).as_deref(), Some("s3"));
}
