//! Configurations and what Terraform planned.

use std::collections::BTreeMap;
use std::path::Path;

use camino::Utf8PathBuf;
use kai_core::{Node, Origins};
use kai_terraform::plan::{Change, Flag, Plan, Request, plan};
use kai_testing::{Memory, say};

use crate::answers::{folders, json, same_unknown, same_value};

#[test]
fn conformance_terraform_modules() {
    let Some((_, unpacked)) = folders() else { return };
    let mut values = (0, 0);
    let mut refusals = (0, 0);
    let mut first_lines = 0;
    let mut actions = (0, 0);
    let folder = unpacked.join("modules");
    let mut names: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|it| it.unwrap().path()).collect();
    names.sort();
    for path in names {
        let case = json(&std::fs::read_to_string(path.join("case.json")).unwrap());
        let id = case.str_at(&["id"]).unwrap_or_default().to_owned();
        let planned = run(&path, &case);
        if case.get("exit").and_then(Node::as_int) != Some(0) {
            refusals.1 += 1;
            let is_refused = !planned.problems.is_empty();
            refusals.0 += usize::from(is_refused);
            let errors = case.get("errors").map(Node::items).unwrap_or_default();
            let is_same = errors.iter().any(|error| {
                let line = error.str_at(&["first_line"]).unwrap_or_default();
                planned.problems.iter().any(|it| same_line(&format!("Error: {}", it.summary), line))
            });
            first_lines += usize::from(is_same);
            if !is_refused {
                say(&format!("  {id}: accepted"));
            } else if !is_same {
                say(&format!("  {id}: {}", planned.problems[0].summary));
            }
            continue;
        }
        for problem in &planned.problems {
            say(&format!("  {id}: refused: {}: {}", problem.summary, problem.detail));
        }
        let recorded = case.get("plan").unwrap();
        for (what, is_equal) in compare(&planned, recorded, &mut actions) {
            values.1 += 1;
            values.0 += usize::from(is_equal && planned.problems.is_empty());
            if !is_equal {
                say(&format!("  {id}: {what}"));
            }
        }
    }
    say(&format!("terraform planned values: {}/{}", values.0, values.1));
    say(&format!("terraform planned actions: {}/{}", actions.0, actions.1));
    say(&format!("terraform refused configurations: {}/{}", refusals.0, refusals.1));
    say(&format!("terraform first lines of refused configurations: {first_lines}/{}", refusals.1));
    assert!(values.0 * 100 >= values.1 * 98, "fewer than 98 % of the planned values are equal");
    assert!(refusals.0 * 100 >= refusals.1 * 97, "fewer than 97 % of the refusals refuse");
}

/// The order in a cycle is not significant.
fn same_line(one: &str, other: &str) -> bool {
    one == other || one.starts_with("Error: Cycle: ") && other.starts_with("Error: Cycle: ")
}

fn run(path: &Path, case: &Node) -> Plan {
    let mut files = Vec::new();
    let mut next = vec![path.to_owned()];
    while let Some(folder) = next.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let file = entry.unwrap().path();
            let name = file.strip_prefix(path).unwrap().to_str().unwrap().to_owned();
            if file.is_dir() {
                if name != "prior" {
                    next.push(file);
                }
            } else if name != "case.json" {
                files.push((name, std::fs::read(&file).unwrap()));
            }
        }
    }
    let flags = case.get("flags").map(Node::items).unwrap_or_default();
    let flags = flags.iter().filter_map(Node::as_str).filter_map(|flag| {
        if let Some(file) = flag.strip_prefix("-var-file=") {
            return Some(Flag::File(file.into()));
        }
        let (name, value) = flag.strip_prefix("-var=")?.split_once('=')?;
        Some(Flag::Variable(name.into(), value.into()))
    });
    let environment = case.get("env").and_then(Node::as_map).into_iter().flatten();
    let environment = environment
        .map(|it| (it.key.to_string(), it.node.text().unwrap_or_default().to_owned()))
        .collect::<BTreeMap<_, _>>();
    let state = case.str_at(&["prior_state"]);
    let state = state.map(|it| std::fs::read_to_string(path.join(it)).unwrap());
    let request = Request {
        root: Utf8PathBuf::new(),
        flags: flags.collect(),
        environment,
        state,
        ..Request::default()
    };
    plan(&Memory::new(files), &Origins::new(), &request)
}

fn compare(planned: &Plan, recorded: &Node, actions: &mut (usize, usize)) -> Vec<(String, bool)> {
    let mut results = Vec::new();
    let entries = |key: &str| recorded.get(key).and_then(Node::as_map).into_iter().flatten();
    for entry in entries("variables") {
        let is_equal =
            planned.inputs.get(&entry.key).is_some_and(|it| same_value(it, &entry.node, 140));
        results.push((format!("var.{}", entry.key), is_equal));
    }
    let changes = recorded.get("resource_changes").map(Node::items).unwrap_or_default();
    for change in changes {
        let address = change.str_at(&["address"]).unwrap_or_default();
        let found = planned.changes.iter().find(|it| it.address == address);
        let Some(found) = found else {
            results.push((format!("{address} is missing"), false));
            continue;
        };
        compare_change(found, change, &mut results, actions);
    }
    let managed = planned.changes.iter().filter(|it| !it.is_data).count();
    if managed > changes.len() {
        results.push((format!("{managed} changes and not {}", changes.len()), false));
    }
    for entry in entries("output_changes") {
        let is_deleted = entry
            .node
            .get("actions")
            .is_some_and(|it| it.items().first().and_then(Node::as_str) == Some("delete"));
        let value = planned.outputs.get(&entry.key);
        let is_equal = value.is_some_and(|value| {
            let unknown = entry.node.get("after_unknown");
            let after = entry.node.get("after");
            after.map_or(!value.is_known(), |it| same_value(value, it, 140))
                && unknown.is_none_or(|it| same_unknown(value, it))
        });
        results.push((format!("output.{}: {value:?}", entry.key), is_equal || is_deleted));
    }
    results
}

fn compare_change(
    found: &Change,
    change: &Node,
    results: &mut Vec<(String, bool)>,
    actions: &mut (usize, usize),
) {
    let recorded = change.at(&["change", "actions"]).map(Node::items).unwrap_or_default();
    let recorded: Vec<_> = recorded.iter().filter_map(Node::as_str).collect();
    actions.1 += 1;
    if recorded == found.actions {
        actions.0 += 1;
    } else {
        say(&format!("  {}: {:?} and not {recorded:?}", found.address, found.actions));
    }
    let previous = change.str_at(&["previous_address"]);
    results.push((
        format!("{} was {:?}", found.address, found.previous_address),
        previous == found.previous_address.as_deref(),
    ));
    let after = change.at(&["change", "after"]);
    let unknown = change.at(&["change", "after_unknown"]);
    let is_equal = match (&found.after, after) {
        (None, Some(node)) => node.is_null(),
        (Some(value), Some(node)) => {
            same_value(value, node, 140) && unknown.is_none_or(|it| same_unknown(value, it))
        }
        _ => false,
    };
    results.push((format!("{}: {:?}", found.address, found.after), is_equal));
}
