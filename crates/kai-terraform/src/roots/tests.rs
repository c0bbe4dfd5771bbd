use kai_core::Origins;
use kai_testing::Memory;

use crate::config::Library;

use super::{compose, discover, planned_units, survey};
use crate::value::Piece;

/// `folder environment: addresses` of each root.
#[track_caller]
fn check(files: &str, expected: &[&str]) {
    let (tree, origins) = (Memory::of(files), Origins::new());
    let plans = discover(&tree);
    let composed = plans.iter().flat_map(|it| compose(&Library::new(&tree, &origins), it));
    let shown: Vec<_> = composed
        .map(|it| {
            let addresses: Vec<_> = it.instances.iter().map(|it| it.address.as_str()).collect();
            let environment = it.root.environment.as_str();
            format!("{} {environment}: {}", it.root.path, addresses.join(" "))
        })
        .collect();
    assert_eq!(shown, expected);
}

#[test]
fn a_module_that_another_one_calls_is_no_root() {
    let text = "== live/main.tf\nmodule \"m\" {\n  source = \"../m\"\n}\n== m/main.tf\nresource \"a\" \"b\" {}\n";
    check(text, &["live production: module.m.a.b"]);
}

#[test]
fn a_module_that_is_kept_for_others_is_no_root() {
    check("== modules/m/main.tf\nresource \"a\" \"b\" {}\n", &[]);
    for asked_for in ["{}", "{ version = \"~> 2.0\" }"] {
        let text = format!(
            "== modules/m/main.tf\nprovider \"a\" {asked_for}\nresource \"a\" \"b\" {{}}\n"
        );
        check(&text, &[]);
        assert_eq!(survey(&Memory::of(&text)).kept, ["modules/m".into()].into());
    }
}

#[test]
fn a_folder_of_somebody_elses_repository_hides_none_here() {
    let text = "== live/main.tf\nmodule \"m\" {\n  source = \"git::https://git.example/it.git//vpc?ref=1\"\n}\nmodule \"n\" {\n  source = \"terraform-aws-modules/iam/aws//modules/n\"\n}\nmodule \"o\" {\n  source = \"git::https://git.example/it.git//\"\n}\n== vpc/main.tf\nresource \"a\" \"b\" {}\n== modules/n/main.tf\nprovider \"a\" { region = \"x\" }\nresource \"a\" \"b\" {}\n== main.tf\nresource \"a\" \"b\" {}\n";
    check(
        text,
        &[
            " production: a.b",
            "live production: module.m module.n module.o",
            "modules/n production: a.b",
            "vpc production: a.b",
        ],
    );
}

#[test]
fn a_module_of_its_own_provider_or_state_is_a_root_wherever_it_is_kept() {
    let text = "== modules/m/main.tf\nprovider \"a\" { region = \"x\" }\nresource \"a\" \"b\" {}\n== modules/n/main.tf\nterraform {\n  backend \"s3\" {}\n}\nresource \"a\" \"b\" {}\n";
    check(text, &["modules/m production: a.b", "modules/n production: a.b backend.s3"]);
}

#[test]
fn a_module_that_is_fetched_from_its_own_repository_is_no_root() {
    let text = "== live/main.tf\nmodule \"m\" {\n  source = \"git::https://git.example/it.git//modules/m?ref=1\"\n}\n== modules/m/main.tf\nprovider \"a\" { region = \"x\" }\nresource \"a\" \"b\" {}\n";
    check(text, &["live production: module.m"]);
}

#[test]
fn each_file_of_variables_that_names_an_environment_is_one() {
    let text = "== iac/main.tf\nvariable \"n\" {}\nresource \"a\" \"b\" { count = var.n }\n== iac/env/prod.tfvars\nn = 2\n== iac/staging.tfvars\nn = 1\n";
    check(text, &["iac production: a.b[0] a.b[1]", "iac staging: a.b[0]"]);
}

const COUNTED: &str = "variable \"n\" { default = 1 }\nresource \"a\" \"b\" { count = var.n }\n";

#[test]
fn a_file_of_variables_elsewhere_belongs_to_the_only_root_that_declares_what_it_sets() {
    let text = format!(
        "== tf/app/main.tf\n{COUNTED}== tf/net/main.tf\nresource \"c\" \"d\" {{}}\n== tf/vars/prod/x.tfvars\nn = 2\n"
    );
    check(&text, &["tf/app production: a.b[0] a.b[1]", "tf/net production: c.d"]);
}

#[test]
fn a_file_of_variables_elsewhere_is_given_with_what_is_common_to_its_folder() {
    let text = format!(
        "== tf/app/main.tf\nvariable \"m\" {{}}\nresource \"c\" \"d\" {{ count = var.m }}\n{COUNTED}== tf/web/main.tf\n{COUNTED}== vars/prod/app.tfvars\nn = 0\n== vars/prod/common.tfvars\nm = 2\nother = 1\n"
    );
    check(&text, &["tf/app production: c.d[0] c.d[1]", "tf/web production: a.b[0]"]);
}

#[test]
fn a_command_says_to_which_root_a_file_of_variables_is_given() {
    let roots = format!("== tf/app/main.tf\n{COUNTED}== web/main.tf\n{COUNTED}");
    let command = "terraform plan -var-file=\"../env/${ENV}.tfvars\"";
    let text = format!("{roots}== tf/env/prod.tfvars\nn = 2\n== plan.sh\ncd tf/app\n{command}\n");
    check(&text, &["tf/app production: a.b[0] a.b[1]", "web production: a.b[0]"]);
    // Many holes in a row are tried no longer than one.
    let holes = format!("terraform plan -var-file=../env/{}x.tfvars", "${A}".repeat(60));
    let name = "a".repeat(80);
    let text = format!("{roots}== tf/env/prod/{name}.tfvars\nn = 2\n== plan.sh\n{holes}\n");
    check(&text, &["tf/app production: a.b[?]", "web production: a.b[?]"]);
}

#[test]
fn a_command_that_says_where_it_runs_gives_its_file_to_that_root() {
    let roots = format!("== tf/app/main.tf\n{COUNTED}== tf/web/main.tf\n{COUNTED}");
    let given =
        |command: &str| format!("{roots}== env/prod.tfvars\nn = 2\n== plan.sh\n{command}\n");
    let to_app = ["tf/app production: a.b[0] a.b[1]", "tf/web production: a.b[0]"];
    for command in [
        "cd tf/app && terraform plan -var-file=../../env/prod.tfvars",
        "(cd tf && terraform -chdir=app plan \\\n  -var-file=../../env/prod.tfvars)",
        "cd tf/web && terraform init && cd ../app && terraform plan -var-file ../../env/prod.tfvars",
        "terraform -chdir=\"tf/app\" plan -var-file=$PWD/env/prod.tfvars\ntofu plan -var-file=${DIR}/prod.tfvars",
    ] {
        check(&given(command), &to_app);
    }
    let open = ["tf/app production: a.b[?]", "tf/web production: a.b[?]"];
    for command in [
        "cd $ROOT && terraform plan -var-file=../../env/prod.tfvars",
        "cd elsewhere && terraform plan -var-file=../../env/prod.tfvars",
        "cd tf/app && terraform init\nterraform plan -var-file=${DIR}/prod.tfvars",
    ] {
        check(&given(command), &open);
    }
}

#[test]
fn a_default_is_not_the_value_where_a_file_of_variables_may_be_anybodys() {
    let roots = format!("== tf/app/main.tf\n{COUNTED}== web/main.tf\n{COUNTED}");
    let text = format!("{roots}== env/prod.tfvars\nn = 2\n");
    check(&text, &["tf/app production: a.b[?]", "web production: a.b[?]"]);
}

#[test]
fn the_only_file_of_variables_is_given_and_one_of_several_may_be() {
    let root = format!("== iac/main.tf\n{COUNTED}== iac/main.tfvars\nn = 2\n");
    check(&root, &["iac production: a.b[0] a.b[1]"]);
    check(&format!("{root}== iac/a.tfvars\nn = 3\n"), &["iac production: a.b[?]"]);
}

#[test]
fn what_a_file_without_an_environment_sets_is_unknown_beside_those_that_name_one() {
    let text = format!(
        "== iac/main.tf\n{COUNTED}variable \"m\" {{}}\n== iac/shared.tfvars\nn = 2\nm = 1\n== iac/prod.tfvars\nm = 2\n== iac/terraform.tfvars\nn = 3\n"
    );
    check(&text, &["iac production: a.b[?]"]);
}

#[test]
fn a_file_of_variables_may_be_json() {
    let text = format!("== iac/main.tf\n{COUNTED}== vars/prod.tfvars.json\n{{\"n\": 2}}\n");
    check(&text, &["iac production: a.b[0] a.b[1]"]);
}

#[test]
fn production_of_examples_and_of_tests_is_none() {
    let root = format!("== iac/main.tf\n{COUNTED}");
    check(&format!("{root}== examples/prod.tfvars\nn = 0\n"), &["iac production: a.b[0]"]);
    check(&format!("{root}== iac/fixtures/prod.tfvars\nn = 0\n"), &["iac example: "]);
}

#[test]
fn a_root_without_variables_asks_for_no_file() {
    let text = "== live/main.tf\nresource \"a\" \"b\" {}\n== vars/prod.tfvars\nn = 2\n";
    let plans = discover(&Memory::of(text));
    let origins = Origins::new();
    let composed = compose(&Library::new(&Memory::of(text), &origins), &plans[0]);
    assert_eq!(composed[0].root.reason, "no module calls it");
}

#[test]
fn many_holes_of_a_path_are_tried_once() {
    let roots = format!("== tf/app/main.tf\n{COUNTED}== web/main.tf\n{COUNTED}");
    let (name, holes) = ("a".repeat(200), "${A}a".repeat(90));
    let text = |end| {
        format!(
            "{roots}== tf/env/prod/{name}.tfvars\nn = 2\n== plan.sh\nterraform plan -var-file=../env/prod/{holes}{end}.tfvars\n"
        )
    };
    check(&text("a"), &["tf/app production: a.b[0] a.b[1]", "web production: a.b[0]"]);
    check(&text("b"), &["tf/app production: a.b[?]", "web production: a.b[?]"]);
}

#[test]
fn the_arguments_of_a_backend_are_no_variables() {
    let text = format!(
        "== iac/main.tf\n{COUNTED}== iac/env/dev/backend.tfvars\nbucket = \"b\"\n== iac/env/dev/terraform.tfvars\nn = 2\n"
    );
    check(&text, &["iac development: a.b[0] a.b[1]"]);
}

#[test]
fn names_tell_the_environments_of_one_root_apart() {
    let text = "== iac/main.tf\nresource \"a\" \"db_production\" {}\nresource \"a\" \"db_staging\" {}\nresource \"a\" \"net\" {}\n";
    check(text, &["iac production: a.db_production a.net", "iac staging: a.db_staging"]);
}

#[test]
fn a_module_of_a_registry_is_a_gap_and_keeps_what_it_is_given() {
    let files =
        "== iac/main.tf\nvariable \"zone\" {}\nmodule \"db\" {\n  source = \"acme/db/google\"\n}\n";
    let (tree, origins) = (Memory::of(files), Origins::new());
    let composed = compose(&Library::new(&tree, &origins), &discover(&tree)[0]);
    let gaps: Vec<_> = composed[0].root.gaps.iter().map(|it| it.what.as_str()).collect();
    assert_eq!(gaps, ["module.db", "var.zone"]);
    assert_eq!(composed[0].instances[0].ty, "acme/db/google");
    assert!(composed[0].problems.is_empty());
}

const UNITS: &str = "== live/prod/net/terragrunt.hcl
terraform { source = \"../../../m/net\" }
== live/prod/db/terragrunt.hcl
terraform { source = \"../../../m/db\" }
dependency \"net\" {
  config_path = \"../net\"
  mock_outputs = { subnets = [\"subnet-mock\"] }
}
inputs = { subnets = dependency.net.outputs.subnets }
== m/net/main.tf
data \"zones\" \"here\" {}
resource \"subnet\" \"a\" {
  count = 2
  zone  = element(data.zones.here.names, count.index + 1)
}
output \"subnets\" { value = subnet.a.*.id }
== m/db/main.tf
variable \"subnets\" { type = list(string) }
resource \"db\" \"a\" {
  subnet = \"${var.subnets[1]}-x\"
}
";

#[test]
fn each_unit_is_a_root_in_the_environment_of_its_folder_and_its_module_is_none() {
    let (tree, origins) = (Memory::of(UNITS), Origins::new());
    let units = planned_units(&Library::new(&tree, &origins));
    let shown: Vec<_> = units
        .compositions
        .iter()
        .map(|it| format!("{} {}", it.root.path, it.root.environment.as_str()))
        .collect();
    assert_eq!(shown, ["live/prod/net production", "live/prod/db production"]);
    let sources: Vec<_> = units.sources.iter().map(|it| it.as_str()).collect();
    assert_eq!(sources, ["m/db", "m/net"]);
}

/// What an argument of a resource is put together from.
#[track_caller]
fn check_pieces(folder: &str, address: &str, argument: &str, expected: &str) {
    let (tree, origins) = (Memory::of(UNITS), Origins::new());
    let units = planned_units(&Library::new(&tree, &origins)).compositions;
    let unit = units.iter().find(|it| it.root.path == folder).unwrap();
    let instance = unit.instances.iter().find(|it| it.address == address).unwrap();
    let shown: Vec<_> = instance.values.entries().unwrap()[argument]
        .pieces()
        .into_iter()
        .map(|it| match it {
            Piece::Text(text) => format!("{text:?}"),
            Piece::Attribute(it) => format!("{}:{}{}", it.unit, it.address, it.path),
            Piece::Variable(why) | Piece::Open(why) => format!("? {why}"),
        })
        .collect();
    assert_eq!(shown.join(" "), expected);
}

#[test]
fn a_value_to_come_refers_to_the_objects_of_other_units_and_never_to_a_mock() {
    check_pieces("live/prod/db", "db.a", "subnet", "live/prod/net:subnet.a[1].id \"-x\"");
}

#[test]
fn an_element_of_a_list_to_come_keeps_its_place() {
    check_pieces("live/prod/net", "subnet.a[1]", "zone", ":data.zones.here.names[2]");
}

#[test]
fn the_place_for_state_is_an_instance_of_its_root() {
    let text = "== main.tf\nterraform {\n  backend \"s3\" {\n    bucket = \"state\"\n  }\n}\nresource \"thing\" \"a\" {}\n";
    check(text, &[" production: thing.a backend.s3"]);
}

#[test]
fn a_unit_keeps_its_state_where_terragrunt_says() {
    let text = "== live/prod/app/terragrunt.hcl\nterraform { source = \"../../../m\" }\nremote_state {\n  backend = \"s3\"\n  config = { bucket = \"state\" }\n}\n== m/main.tf\nresource \"thing\" \"a\" {}\n";
    let (tree, origins) = (Memory::of(text), Origins::new());
    let units = planned_units(&Library::new(&tree, &origins));
    let instances = &units.compositions[0].instances;
    let state = instances.iter().find(|it| it.ty == "backend").unwrap();
    assert_eq!(state.address, "backend.s3");
    assert_eq!(state.values.entries().unwrap()["bucket"].as_str(), Some("state"));
}
