use camino::Utf8Path;
use kai_core::{LocationRole, Origins};
use kai_testing::{Folder, Memory, corpus, say};

use super::{Source, Unit, units};
use crate::config::Library;
use crate::value::Value;

fn read(files: &str) -> (Vec<Unit>, Origins) {
    let origins = Origins::new();
    let units = units(&Library::new(&Memory::of(files), &origins)).units;
    (units, origins)
}

/// The inputs of the unit `live/prod/app`, one a line; what is not known says why.
#[track_caller]
fn check(files: &str, expected: &str) {
    let (units, _) = read(files);
    let unit = units.iter().find(|it| it.folder == "live/prod/app").unwrap();
    assert!(unit.problems.is_empty(), "{:?}", unit.problems);
    let shown: Vec<_> =
        unit.inputs.values.iter().map(|(name, it)| format!("{name} = {}", shown(it))).collect();
    let open = unit.inputs.open.iter().map(|it| format!("… {}", it.text));
    let shown: Vec<_> = shown.into_iter().chain(open).collect();
    assert_eq!(shown.join("\n"), expected);
}

fn shown(value: &Value) -> String {
    match (value.as_unknown(), value.as_str()) {
        (Some(unknown), _) => format!("? {}", unknown.cause.text),
        (None, Some(text)) => text.to_owned(),
        (None, None) => {
            let encode = crate::functions::function("jsonencode").unwrap();
            let text = encode.call(&Nothing, std::slice::from_ref(value)).unwrap();
            text.as_str().unwrap_or("?").to_owned()
        }
    }
}

struct Nothing;

impl crate::function::Surroundings for Nothing {
    fn read(&self, _: &str) -> Result<Vec<u8>, crate::function::FileError> {
        Err(crate::function::FileError::NotFound)
    }

    fn files_below(&self, _: &str) -> Option<Vec<String>> {
        None
    }

    fn working_folder(&self) -> Option<String> {
        None
    }

    fn now(&self) -> Option<String> {
        None
    }

    fn render(&self, _: &str, _: &str, _: &Value) -> Result<Value, String> {
        Err(String::new())
    }
}

#[test]
fn a_unit_overrides_what_it_includes_key_by_key() {
    let text = "== live/terragrunt.hcl\nlocals { region = \"eu\" }\ninputs = { a = local.region, m = { x = 1 } }\n== live/prod/app/terragrunt.hcl\ninclude { path = find_in_parent_folders() }\ninputs = { b = path_relative_to_include(), m = { y = 2 } }\n";
    check(text, "a = eu\nb = prod/app\nm = {\"y\":2}");
}

#[test]
fn a_deep_merge_joins_maps_and_lists() {
    let text = "== live/root.hcl\ninputs = { m = { x = 1 }, l = [1] }\n== live/prod/app/terragrunt.hcl\ninclude \"root\" {\n  path = find_in_parent_folders(\"root.hcl\")\n  merge_strategy = \"deep\"\n}\ninputs = { m = { y = 2 }, l = [2] }\n";
    check(text, "l = [1,2]\nm = {\"x\":1,\"y\":2}");
}

#[test]
fn an_include_that_is_not_merged_can_be_read() {
    let text = "== live/root.hcl\nlocals { name = \"x\" }\ninputs = { a = 1 }\n== live/prod/app/terragrunt.hcl\ninclude \"root\" {\n  path = find_in_parent_folders(\"root.hcl\")\n  expose = true\n  merge_strategy = \"no_merge\"\n}\ninputs = { b = include.root.locals.name, c = include.root.inputs.a }\n";
    check(text, "b = x\nc = 1");
}

#[test]
fn another_configuration_is_read_where_it_stands() {
    let text = "== live/prod/env.hcl\nlocals { env = \"prod\" }\n== live/prod/app/terragrunt.hcl\nlocals { e = read_terragrunt_config(find_in_parent_folders(\"env.hcl\")) }\ninputs = { env = local.e.locals.env, who = get_env(\"WHO\"), how = get_env(\"HOW\", \"so\"), cmd = run_cmd(\"id\"), dir = get_terragrunt_dir(), name = basename(get_terragrunt_dir()) }\n";
    check(
        text,
        "cmd = ? run_cmd()\ndir = ? the folder of the checkout\nenv = prod\nhow = so\nname = app\nwho = ? the environment variable `WHO`",
    );
}

#[test]
fn a_fallback_of_another_environment_is_not_what_the_unit_gets() {
    let text = "== live/prod/app/terragrunt.hcl\ninputs = { a = get_env(\"APP_ENV\", \"development\"), b = get_env(\"APP_ENV\", \"prod\"), c = get_env(\"SIZE\", \"2\") }\n";
    check(text, "a = ? the environment variable `APP_ENV`\nb = prod\nc = 2");
}

#[test]
fn what_is_merged_after_a_secret_is_known_and_what_stands_before_it_is_not() {
    let text = "== live/prod/app/terragrunt.hcl\ninputs = merge({ a = 1 }, jsondecode(read_tfvars_file(\"secret.tfvars\")), { b = 2 })\n";
    check(text, "a = ? the file `secret.tfvars`\nb = 2\n… the file `secret.tfvars`");
}

const TWO: &str = "== live/prod/net/terragrunt.hcl\nterraform { source = \"../../..//modules/net\" }\n== modules/net/main.tf\nresource \"aws_vpc\" \"it\" {}\noutput \"id\" { value = aws_vpc.it.id }\noutput \"name\" { value = \"main\" }\n== live/prod/app/terragrunt.hcl\ndependency \"net\" {\n  config_path = \"../net\"\n  mock_outputs = { id = \"vpc-fake\", other = \"fake\" }\n}\ninputs = { id = dependency.net.outputs.id, name = dependency.net.outputs.name, other = dependency.net.outputs.other }\n";

#[test]
fn outputs_that_can_be_planned_are_known_and_mocks_are_not() {
    check(
        TWO,
        "id = ? aws_vpc.it.id\nname = main\nother = ? output `other` of the unit `live/prod/net`",
    );
}

#[test]
fn units_come_after_those_that_they_depend_on() {
    let (units, origins) = read(TWO);
    let folders: Vec<_> = units.iter().map(|it| it.folder.as_str()).collect();
    assert_eq!(folders, ["live/prod/net", "live/prod/app"]);
    let mocks = units[1].dependencies[0].mocks.unwrap();
    assert_eq!(origins.location_of(mocks, LocationRole::Primary).line, 3);
}

#[test]
fn a_cycle_of_units_is_said_with_its_place() {
    let unit = |name: &str, other: &str| {
        format!("== {name}/terragrunt.hcl\ndependencies {{ paths = [\"../{other}\"] }}\n")
    };
    let (units, origins) = read(&(unit("a", "b") + &unit("b", "a")));
    let problems: Vec<_> = units.iter().flat_map(|it| &it.problems).collect();
    let [problem] = problems[..] else { panic!("{problems:?}") };
    assert_eq!(problem.detail, "a -> b -> a");
    let place = origins.location_of(problem.span.unwrap(), LocationRole::Primary);
    assert_eq!((place.path.as_str(), place.line), ("b/terragrunt.hcl", 1));
}

#[test]
fn a_module_is_planned_with_the_inputs_and_generated_files_of_the_unit() {
    let text = "== live/terragrunt.hcl\ngenerate \"v\" {\n  path = \"v.tf\"\n  if_exists = \"overwrite\"\n  contents = file(\"variables.tf\")\n}\nremote_state {\n  backend = \"s3\"\n  config = { bucket = \"state\", encrypt = true, key = \"${path_relative_to_include()}/x\" }\n}\n== live/variables.tf\nvariable \"size\" { type = string }\n== live/prod_config.tfvars\nsize = \"large\"\n== live/prod/app/terragrunt.hcl\ninclude { path = find_in_parent_folders() }\nterraform { source = get_env(\"ENV\") != \"prod\" ? \"../../..//modules/app\" : \"git::https://example.com/it//modules/app?ref=1\" }\ninputs = jsondecode(read_tfvars_file(\"../../${get_env(\"ENV\")}_config.tfvars\"))\n== modules/app/main.tf\noutput \"size\" { value = var.size }\n";
    let (units, origins) = read(text);
    let [unit] = &units[..] else { panic!("{units:?}") };
    assert_eq!(unit.assumptions[0].value, "prod");
    assert!(matches!(&unit.source, Source::Nearby(folder, _) if folder == "modules/app"));
    let backend = unit.backend.as_ref().unwrap();
    assert_eq!(backend.bucket().and_then(Value::as_str), Some("state"));
    assert_eq!(backend.config["key"].as_str(), Some("prod/app/x"));
    assert_eq!(backend.encryption().and_then(Value::as_bool), Some(true));
    assert!(backend.lock_table().is_none());
    let plan = unit.plan.as_ref().unwrap();
    assert!(plan.problems.is_empty(), "{:?}", plan.problems);
    let size = &plan.outputs["size"];
    assert_eq!(size.as_str(), Some("large"));
    let chain = origins.chain(size.origin);
    let places: Vec<_> =
        chain.iter().filter_map(|it| origins.location(*it, LocationRole::Primary)).collect();
    assert!(places.iter().any(|it| it.path == "live/prod_config.tfvars"), "{places:?}");
}

#[test]
fn locals_that_need_each_other_are_refused() {
    let text = "== a/terragrunt.hcl\nlocals {\n  a = local.b\n  b = local.a\n}\ninputs = { x = local.a }\n";
    let (units, _) = read(text);
    assert_eq!(units[0].problems[0].summary, "Cycle: local.a");
    assert!(units[0].inputs.open.is_some());
}

#[test]
fn every_unit_of_a_real_repository_composes() {
    let Some(corpus) = corpus() else { return };
    let folder = Folder::read(&corpus.join("cds-snc__notification-terraform"));
    let origins = Origins::new();
    let units = units(&Library::new(&folder, &origins)).units;
    assert_eq!(units.len(), 100);
    let (mut known, mut all, mut planned) = (0, 0, 0);
    for unit in &units {
        assert!(unit.problems.is_empty(), "{}: {:?}", unit.folder, unit.problems);
        assert!(unit.source.folder().is_some(), "{}: {:?}", unit.folder, unit.source);
        all += unit.inputs.values.len();
        known += unit.inputs.values.values().filter(|it| it.is_wholly_known()).count();
        let plan = unit.plan.as_ref().unwrap();
        planned += plan.changes.len();
        let refused = plan.problems.iter().filter(|it| it.summary != "Invalid function argument");
        // Templates of this repository are not recorded.
        assert_eq!(refused.count(), 0, "{}: {:?}", unit.folder, plan.problems);
    }
    let is_mock = |it: &Unit| it.dependencies.iter().any(|it| it.mocks.is_some());
    let mocked = units.iter().filter(|it| is_mock(it)).count();
    say(&format!("terragrunt: {known}/{all} inputs known, {planned} resources"));
    assert_eq!(mocked, 80);
    let rds = units.iter().find(|it| it.folder == Utf8Path::new("env/production/rds")).unwrap();
    let subnets = &rds.inputs.values["vpc_private_subnets"];
    assert!(subnets.children().all(|it| !it.is_known()));
}
