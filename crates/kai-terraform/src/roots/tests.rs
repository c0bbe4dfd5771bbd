use kai_core::Origins;
use kai_testing::Memory;

use super::{compose, discover};

/// `folder environment: addresses` of each root.
#[track_caller]
fn check(files: &str, expected: &[&str]) {
    let (tree, origins) = (Memory::of(files), Origins::new());
    let plans = discover(&tree);
    let composed = plans.iter().flat_map(|it| compose(&tree, &origins, it));
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
}

#[test]
fn each_file_of_variables_that_names_an_environment_is_one() {
    let text = "== iac/main.tf\nvariable \"n\" {}\nresource \"a\" \"b\" { count = var.n }\n== iac/env/prod.tfvars\nn = 2\n== iac/staging.tfvars\nn = 1\n";
    check(text, &["iac production: a.b[0] a.b[1]", "iac staging: a.b[0]"]);
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
    let composed = compose(&tree, &origins, &discover(&tree)[0]);
    let gaps: Vec<_> = composed[0].root.gaps.iter().map(|it| it.what.as_str()).collect();
    assert_eq!(gaps, ["module.db", "var.zone"]);
    assert_eq!(composed[0].instances[0].ty, "acme/db/google");
    assert!(composed[0].problems.is_empty());
}
