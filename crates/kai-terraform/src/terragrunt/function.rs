//! The functions that Terragrunt adds to those of Terraform. None of them runs or reads anything
//! outside of the tree.

use std::rc::Rc;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::environment::{of_folder, of_path, words};
use kai_core::{Environment, Reason, Span};

use super::inputs::of_file;
use super::scope::{FileScope, Include};
use super::source::{CHECKOUT, in_tree};
use crate::config::read_variables;
use crate::diagnostic::{Diagnostic, Outcome};
use crate::eval::Scope as _;
use crate::plan::relative;
use crate::value::{Type, Value};

/// What is answered here. `file` and `jsondecode` are Terraform's, with less refused.
pub(super) const OWN: &[&str] = &[
    "constraint_check",
    "file",
    "find_in_parent_folders",
    "get_aws_account_alias",
    "get_aws_account_id",
    "get_aws_caller_identity_arn",
    "get_aws_caller_identity_user_id",
    "get_default_retryable_errors",
    "get_env",
    "get_original_terragrunt_dir",
    "get_parent_terragrunt_dir",
    "get_path_from_repo_root",
    "get_path_to_repo_root",
    "get_platform",
    "get_repo_root",
    "get_terraform_cli_args",
    "get_terraform_command",
    "get_terraform_commands_that_need_input",
    "get_terraform_commands_that_need_locking",
    "get_terraform_commands_that_need_parallelism",
    "get_terraform_commands_that_need_vars",
    "get_terragrunt_dir",
    "get_terragrunt_source_cli_flag",
    "get_working_dir",
    "jsondecode",
    "mark_as_read",
    "mark_glob_as_read",
    "path_relative_from_include",
    "path_relative_to_include",
    "read_terragrunt_config",
    "read_tfvars_file",
    "run_cmd",
    "sops_decrypt_file",
];

pub(super) fn call(
    scope: &FileScope<'_>,
    name: &str,
    arguments: &[Value],
    span: Span,
) -> Outcome<Value> {
    // A fallback that is not known matters only where it is reached.
    if let Some(unknown) = arguments.first().and_then(Value::as_unknown) {
        return Ok(Value::unknown(Type::Dynamic, unknown.cause.clone()));
    }
    let text = |index: usize| arguments.get(index).and_then(Value::as_str);
    let unit = &scope.unit;
    let path = |folder: &Utf8Path| Ok(Value::string(format!("{CHECKOUT}/{folder}")));
    let first = text(0).unwrap_or_default();
    match name {
        "get_env" => Ok(environment(scope, first, arguments.get(1))),
        "find_in_parent_folders" => Ok(in_parents(scope, text(0), arguments.get(1))),
        "get_terragrunt_dir" | "get_original_terragrunt_dir" => path(unit),
        "get_repo_root" => Ok(Value::string(CHECKOUT)),
        "get_path_to_repo_root" => Ok(Value::string(relative(unit, Utf8Path::new("")))),
        "get_path_from_repo_root" => Ok(Value::string(relative(Utf8Path::new(""), unit))),
        "get_parent_terragrunt_dir" => match include_folder(scope, first) {
            Some(folder) => path(&folder.unwrap_or_else(|| unit.clone())),
            None => Ok(not_here(scope, name)),
        },
        "path_relative_to_include" | "path_relative_from_include" => {
            let Some(folder) = include_folder(scope, first) else {
                return Ok(not_here(scope, name));
            };
            let folder = folder.unwrap_or_else(|| unit.clone());
            let is_to = name == "path_relative_to_include";
            let (from, to) = if is_to { (&folder, unit) } else { (unit, &folder) };
            Ok(Value::string(relative(from, to)))
        }
        "read_tfvars_file" => Ok(variables(scope, first)),
        "read_terragrunt_config" => read_config(scope, first, arguments.get(1), span),
        "file" => match in_tree(&scope.file.folder, first).map(|it| scope.composer.tree.bytes(&it))
        {
            Some(Ok(_)) => terraform(scope, name, arguments, span),
            _ => Ok(scope.unknown(Reason::NotInRepository, format!("the file `{first}`"))),
        },
        "jsondecode" => match scope.composer.decoded.borrow().get(first) {
            Some(value) => Ok(value.clone()),
            None => terraform(scope, name, arguments, span),
        },
        "get_terraform_commands_that_need_vars" => {
            let commands = ["apply", "console", "destroy", "import", "plan", "push", "refresh"];
            Ok(Value::tuple(commands.map(Value::string).to_vec()))
        }
        "mark_as_read" | "mark_glob_as_read" => {
            Ok(arguments.first().cloned().unwrap_or_else(|| not_here(scope, name)))
        }
        _ => Ok(not_here(scope, name)),
    }
}

fn not_here(scope: &FileScope<'_>, name: &str) -> Value {
    scope.unknown(Reason::NotCollected, format!("{name}()"))
}

/// Terraform's own function of that name.
fn terraform(scope: &FileScope<'_>, name: &str, arguments: &[Value], span: Span) -> Outcome<Value> {
    let fail = |message: String| {
        let detail = format!("Call to function \"{name}\" failed: {message}.");
        Diagnostic::new(span, "Error in function call", detail)
    };
    let function = crate::functions::function(name).ok_or_else(|| fail("unknown".into()))?;
    if arguments.len() != function.parameters.len() {
        return Err(fail("wrong number of arguments".into()));
    }
    function.call(scope.surroundings(), arguments).map_err(|it| fail(it.message))
}

/// A fallback that names an environment which the unit's folder does not is what somebody's own machine
/// gets: wherever the variable is set, the value is another one.
fn environment(scope: &FileScope<'_>, name: &str, default: Option<&Value>) -> Value {
    let assumptions = scope.assumptions.borrow();
    let default = default.filter(|it| !is_of_another(&scope.unit, it));
    match (assumptions.iter().find(|it| it.variable == name), default) {
        (_, Some(default)) => default.clone(),
        (Some(assumed), None) => Value::string(assumed.value.clone()),
        (None, None) => {
            scope.unknown(Reason::NotCollected, format!("the environment variable `{name}`"))
        }
    }
}

/// True where a text is the name of an environment short of production, and the folder is of another one.
fn is_of_another(unit: &Utf8Path, value: &Value) -> bool {
    let Some(named) = value.as_str().filter(|it| words(it).len() == 1).and_then(of_folder) else {
        return false;
    };
    let own = of_path(unit).map_or(Environment::Production, |it| it.environment);
    named != own && matches!(named, Environment::Development | Environment::Staging)
}

/// The first file of that name above the unit.
fn in_parents(scope: &FileScope<'_>, name: Option<&str>, fallback: Option<&Value>) -> Value {
    let name = name.unwrap_or("terragrunt.hcl");
    let above = scope.unit.ancestors().skip(1);
    let found = above.filter_map(|it| in_tree(it, name)).find(|it| exists(scope, it));
    match (found, fallback) {
        (Some(path), _) => Value::string(format!("{CHECKOUT}/{path}")),
        (None, Some(fallback)) => fallback.clone(),
        (None, None) => scope.unknown(
            Reason::NotInRepository,
            format!("`{name}` in a folder above `{}`", scope.unit),
        ),
    }
}

/// A file or a folder of the tree.
fn exists(scope: &FileScope<'_>, path: &Utf8Path) -> bool {
    let tree = scope.composer.tree;
    scope.composer.is_there(path) || tree.files().iter().any(|it| it.path.starts_with(path))
}

/// The folder of an include: of the one that is evaluated, of the label, or of the only one. The
/// inner none is that there is no include, the outer that it is not known.
fn include_folder(scope: &FileScope<'_>, label: &str) -> Option<Option<Utf8PathBuf>> {
    if scope.is_included {
        return Some(Some(scope.file.folder.clone()));
    }
    let includes = scope.includes.borrow();
    let wanted = |it: &&Include<'_>| label.is_empty() || it.label == label;
    match includes.iter().find(wanted) {
        None => Some(None),
        Some(include) => include.scope.as_ref().map(|it| Some(it.file.folder.clone())),
    }
}

/// The values of a file of variables as the text of JSON. `jsondecode` of it gives the values with
/// the lines they stand in.
fn variables(scope: &FileScope<'_>, path: &str) -> Value {
    let composer = scope.composer;
    let absent = || scope.unknown(Reason::NotInRepository, format!("the file `{path}`"));
    let Some(full) = in_tree(&scope.unit, path) else { return absent() };
    if let Some(known) = composer.encoded.borrow().get(&full) {
        return known.clone();
    }
    let mut problems = Vec::new();
    let Some(values) = read_variables(composer.tree, composer.origins, &full, &mut problems) else {
        return absent();
    };
    if !problems.is_empty() {
        return scope.unknown(Reason::Unreadable, format!("the file `{full}`"));
    }
    let values = values.into_iter().map(|(name, it)| (name, it.value)).collect();
    let values = Value::object(values);
    let encode = crate::functions::function("jsonencode");
    let text =
        encode.and_then(|it| it.call(scope.surroundings(), std::slice::from_ref(&values)).ok());
    let Some(text) = text else { return absent() };
    if let Some(text) = text.as_str() {
        composer.decoded.borrow_mut().insert(text.to_owned(), values);
    }
    composer.encoded.borrow_mut().insert(full, text.clone());
    text
}

/// The locals and inputs of another file.
fn read_config(
    scope: &FileScope<'_>,
    path: &str,
    fallback: Option<&Value>,
    span: Span,
) -> Outcome<Value> {
    let absent = || scope.unknown(Reason::NotInRepository, format!("the file `{path}`"));
    let file = in_tree(&scope.unit, path).and_then(|it| scope.composer.file(&it));
    let Some(file) = file else { return Ok(fallback.cloned().unwrap_or_else(absent)) };
    if !scope.composer.enter() {
        let detail = format!("Reading `{path}` leads back to itself, or too deep.");
        return Err(Diagnostic::new(span, "Configuration read too deeply", detail));
    }
    let folder = file.folder.clone();
    let other = Rc::new(FileScope::new(scope.composer, file, &folder, false));
    other.assumptions.borrow_mut().clone_from(&scope.assumptions.borrow());
    scope.composer.include(&other);
    let inputs = of_file(&other);
    let locals = other.all_locals();
    scope.composer.leave();
    let inputs = match inputs {
        Ok(inputs) if inputs.open.is_none() => Value::object(inputs.values),
        _ => scope.unknown(Reason::NotCollected, format!("the inputs of `{path}`")),
    };
    Ok(Value::object([("locals".into(), locals), ("inputs".into(), inputs)].into()))
}
