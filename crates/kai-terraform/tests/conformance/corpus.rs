//! Values of real repositories, as Terraform evaluates them.

use std::collections::BTreeMap;
use std::path::Path;

use camino::Utf8PathBuf;
use kai_core::{Node, Origins};
use kai_terraform::plan::{Change, Flag, Plan, Request, plan};
use kai_terraform::value::Value;
use kai_testing::{Memory, corpus, say};
use sha2::{Digest as _, Sha256};

use crate::answers::{folders, lines, same_type, same_value};

/// Files above this size are no configuration.
const SIZE_MAX: u64 = 1 << 20;

#[test]
fn conformance_terraform_corpus() {
    let Some((data, _)) = folders() else { return };
    let Some(repositories) = corpus() else { return };
    let mut by_plan = BTreeMap::<(String, String, Option<String>), Vec<Node>>::new();
    for case in lines(&data.join("corpus.jsonl")) {
        let text = |key: &str| case.str_at(&[key]).map(str::to_owned);
        let files = case.get("tfvars");
        // Where several files gave the same value, the first stands for them.
        let first = files.and_then(|it| it.as_str().or_else(|| it.items().first()?.as_str()));
        let key = (
            text("repo").unwrap_or_default(),
            text("module").unwrap_or_default(),
            first.map(str::to_owned),
        );
        by_plan.entry(key).or_default().push(case);
    }
    let mut trees = BTreeMap::new();
    let (mut equal, mut total) = (0, 0);
    for ((repository, module, file), cases) in &by_plan {
        let tree = trees.entry(repository.clone()).or_insert_with(|| {
            let folder = repositories.join(repository.replace('/', "__"));
            tree(&folder, by_plan.keys().filter(|it| it.0 == *repository).map(|it| it.1.as_str()))
        });
        let request = Request {
            root: Utf8PathBuf::from(module),
            flags: file.iter().map(|it| Flag::File(it.into())).collect(),
            ..Request::default()
        };
        let planned = plan(tree, &Origins::new(), &request);
        for case in cases {
            let name = case.str_at(&["name"]).unwrap_or_default();
            total += 1;
            match compare(&planned, name, case.get("result").unwrap()) {
                Ok(()) => equal += 1,
                Err(why) => say(&format!("  {module} {name} {file:?}: {why}")),
            }
        }
    }
    say(&format!("terraform corpus: {equal}/{total}"));
    assert!(equal * 100 >= total * 98, "fewer than 98 % of the values are equal");
}

/// The files of a repository; `env/variables.tf` is linked into each module of it.
pub(crate) fn tree<'a>(folder: &Path, modules: impl Iterator<Item = &'a str>) -> Memory {
    let mut files = Vec::new();
    let mut next = vec![folder.to_owned()];
    while let Some(path) = next.pop() {
        for entry in std::fs::read_dir(path).unwrap() {
            let entry = entry.unwrap();
            let path = entry.path();
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            let metadata = entry.metadata().unwrap();
            if metadata.is_dir() {
                next.push(path);
            } else if metadata.is_file() && metadata.len() <= SIZE_MAX {
                files.push((name, std::fs::read(&path).unwrap()));
            }
        }
    }
    let shared = files.iter().find(|it| it.0 == "env/variables.tf").map(|it| it.1.clone());
    if let Some(shared) = shared {
        let modules: std::collections::BTreeSet<_> = modules.collect();
        for module in modules {
            files.push((format!("{module}/env_variables.tf"), shared.clone()));
        }
    }
    Memory::new(files)
}

fn compare(planned: &Plan, name: &str, result: &Node) -> Result<(), String> {
    let (first, rest) = name.split_once('.').unwrap_or((name, ""));
    match first {
        "local" => value(planned.locals.get(rest), result),
        "var" => value(planned.variables.get(rest), result),
        "output" => value(planned.outputs.get(rest.trim_end_matches(".value")), result),
        "module" => {
            let (call, argument) = rest.split_once('.').unwrap_or((rest, ""));
            let address = format!("module.{call}");
            let called: Vec<_> = planned
                .calls
                .iter()
                .filter(|it| it.address.split('[').next() == Some(address.as_str()))
                .collect();
            let absent =
                planned.absent_calls.iter().find(|it| it.address == format!("{address}[?]"));
            match argument {
                "count" => count(called.len(), result),
                "for_each" => count(called.len(), result),
                _ => value(
                    called.first().copied().or(absent).and_then(|it| it.inputs.get(argument)),
                    result,
                ),
            }
        }
        _ => {
            let is_data = first == "data";
            let mut parts = rest.splitn(3, '.');
            let (ty, label) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
            let argument = parts.next().unwrap_or("");
            let is_meant = |it: &&Change| {
                it.is_data == is_data && it.ty == ty && it.name == label && it.module.is_empty()
            };
            let changes: Vec<_> = planned.changes.iter().filter(is_meant).collect();
            let absent = planned.absent.iter().find(is_meant);
            match argument {
                "count" | "for_each" => count(changes.len(), result),
                _ => {
                    let Some(change) = changes.first().copied().or(absent) else {
                        return Err("there is no instance".into());
                    };
                    value(change.after.as_ref().and_then(|it| part(it, argument)), result)
                }
            }
        }
    }
}

fn count(found: usize, result: &Node) -> Result<(), String> {
    let recorded = result.get("value");
    let wanted = recorded.and_then(|it| match it.as_map() {
        Some(map) => Some(map.len()),
        None if it.is_seq() => Some(it.items().len()),
        None => it.text().and_then(|it| it.parse().ok()),
    });
    if wanted == Some(found) { Ok(()) } else { Err(format!("{found} and not {wanted:?}")) }
}

/// `a[0].b` of a value.
fn part<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    let mut value = value;
    for step in path.split('.') {
        let (name, indexes) = step.split_once('[').unwrap_or((step, ""));
        value = value.entries()?.get(name)?;
        for index in indexes.split('[').filter(|it| !it.is_empty()) {
            value = value.elements()?.get(index.trim_end_matches(']').parse::<usize>().ok()?)?;
        }
    }
    Some(value)
}

fn value(found: Option<&Value>, result: &Node) -> Result<(), String> {
    let Some(found) = found else { return Err("is nowhere".into()) };
    if let Some(length) = result.get("length").and_then(Node::as_int) {
        let text = found.as_str().ok_or_else(|| format!("{:?}", found.data))?;
        let count = text.chars().count();
        let digest = Sha256::digest(text.as_bytes());
        let digest: String = digest.iter().map(|it| format!("{it:02x}")).collect();
        let is_equal =
            i64::try_from(count) == Ok(length) && result.str_at(&["sha256"]) == Some(&digest);
        return if is_equal { Ok(()) } else { Err(format!("{count} letters of {length}")) };
    }
    let ty = result.get("type").unwrap();
    if !same_type(&found.ty(), ty) {
        return Err(format!("is {} {:?}", found.ty().friendly(), found.data));
    }
    if same_value(found, result.get("value").unwrap(), 140) {
        Ok(())
    } else {
        Err(format!("{:?}", found.data))
    }
}
