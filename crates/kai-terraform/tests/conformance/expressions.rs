//! Expressions and what Terraform made of them.

use std::collections::BTreeMap;
use std::path::Path;

use camino::Utf8PathBuf;
use kai_core::{Node, Origins};
use kai_terraform::plan::{Plan, Request, plan};
use kai_terraform::value::Value;
use kai_testing::{Memory, say};

use crate::answers::{folders, lines, same_type, same_unknown, same_value};

#[derive(Default)]
struct Count {
    values: (usize, usize),
    refusals: (usize, usize),
    first_lines: usize,
    places: usize,
}

#[test]
fn conformance_terraform_expressions() {
    let Some((data, _)) = folders() else { return };
    let files = files(&data.join("files"));
    let mut count = Count::default();
    let mut by_group = BTreeMap::<String, (usize, usize)>::new();
    for case in lines(&data.join("expressions.jsonl")) {
        let text = |key: &str| case.str_at(&[key]).unwrap_or_default();
        let group = by_group.entry(text("group").to_owned()).or_default();
        let (plan, origins) = evaluate(&case, &files);
        if let Some(error) = case.get("error") {
            count.refusals.1 += 1;
            group.1 += 1;
            match refusal(&plan, &origins, error) {
                Some((is_same, is_there)) => {
                    count.refusals.0 += 1;
                    group.0 += 1;
                    count.first_lines += usize::from(is_same);
                    count.places += usize::from(is_there);
                }
                None => say(&format!("  accepted {}: {}", text("id"), text("expression"))),
            }
            continue;
        }
        count.values.1 += 1;
        group.1 += 1;
        if let Err(why) = compare(&case, &plan) {
            let problem = plan.problems.first().map(|it| format!("{}: {}", it.summary, it.detail));
            let problem = problem.unwrap_or(why);
            say(&format!("  {}: {} -> {problem}", text("id"), text("expression")));
        } else {
            count.values.0 += 1;
            group.0 += 1;
        }
    }
    for (group, (equal, total)) in by_group.iter().filter(|(_, it)| it.0 < it.1) {
        say(&format!("  {group}: {equal}/{total}"));
    }
    let Count { values, refusals, first_lines, places } = count;
    say(&format!("terraform expressions: {}/{}", values.0, values.1));
    say(&format!("terraform refused expressions: {}/{}", refusals.0, refusals.1));
    say(&format!("terraform first lines of refusals: {first_lines}/{}", refusals.1));
    say(&format!("terraform places of refusals: {places}/{}", refusals.1));
    assert!(values.0 * 100 >= values.1 * 99, "fewer than 99 % of the values are equal");
    assert!(refusals.0 * 100 >= refusals.1 * 97, "fewer than 97 % of the refusals refuse");
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut next = vec![folder.to_owned()];
    while let Some(path) = next.pop() {
        for entry in std::fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                next.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
            found.push((format!("files/{name}"), std::fs::read(&path).unwrap()));
        }
    }
    found
}

fn evaluate(case: &Node, files: &[(String, Vec<u8>)]) -> (Plan, Origins) {
    let expression = case.str_at(&["expression"]).unwrap();
    let is_console = case.str_at(&["mode"]) == Some("console");
    let is_unknown = case.str_at(&["mode"]) == Some("unknown");
    let written = if is_unknown {
        format!("resource \"terraform_data\" \"result\" {{\n  input = {expression}\n}}\n")
    } else {
        format!("locals {{\n  result = {expression}\n}}\n")
    };
    let mut tree = vec![("case.tf".to_owned(), written.into_bytes())];
    if let Some(config) = case.str_at(&["config"]) {
        tree.push(("config.tf".into(), config.as_bytes().to_vec()));
    }
    if case.get("files").and_then(Node::as_bool) == Some(true) {
        tree.extend(files.iter().cloned());
    }
    let origins = Origins::new();
    let request = Request { root: Utf8PathBuf::new(), is_console, ..Request::default() };
    let plan = plan(&Memory::new(tree), &origins, &request);
    (plan, origins)
}

fn compare(case: &Node, plan: &Plan) -> Result<(), String> {
    if !plan.problems.is_empty() {
        return Err("refused".into());
    }
    let result = case.get("result").unwrap();
    if case.str_at(&["mode"]) == Some("unknown") {
        let change = plan.changes.iter().find(|it| it.address == "terraform_data.result");
        let after = change.and_then(|it| it.after.as_ref()).and_then(Value::entries).unwrap();
        let value = &after["input"];
        let is_equal = same_value(value, result.get("after").unwrap(), 140);
        let is_open = same_unknown(value, result.get("after_unknown").unwrap());
        return if is_equal && is_open { Ok(()) } else { Err(format!("{value:?}")) };
    }
    let value = &plan.locals["result"];
    if let Some(text) = result.str_at(&["text"]) {
        return if value.as_str() == Some(text) { Ok(()) } else { Err(format!("{value:?}")) };
    }
    let names = case.get("functions").map(Node::items).unwrap_or_default();
    let is_double = names.iter().any(|it| matches!(it.as_str(), Some("pow" | "log")));
    let digits = if is_double { 15 } else { 140 };
    if let Some(sign) = result.str_at(&["infinity"]) {
        let number = value.as_number();
        let is_equal =
            number.is_some_and(|it| it.is_infinite() && it.is_negative() == (sign == "-"));
        return if is_equal { Ok(()) } else { Err(format!("{value:?}")) };
    }
    if !same_type(&value.ty(), result.get("type").unwrap()) {
        return Err(format!("is {:?}", value.ty()));
    }
    if same_value(value, result.get("value").unwrap(), digits) {
        Ok(())
    } else {
        Err(format!("{:?}", value.data))
    }
}

/// Whether the first line and the place are as recorded; nothing where it was accepted.
fn refusal(plan: &Plan, origins: &Origins, error: &Node) -> Option<(bool, bool)> {
    if plan.problems.is_empty() {
        return None;
    }
    let first_line = error.str_at(&["first_line"]).unwrap_or_default();
    let found = plan.problems.iter().find(|it| format!("Error: {}", it.summary) == first_line);
    let Some(found) = found else { return Some((false, false)) };
    let place = found.span.map(|it| origins.location_of(it, kai_core::LocationRole::Primary));
    let is_there = place.is_some_and(|place| {
        let line = error.get("line").and_then(Node::as_int);
        let column = error.get("column").and_then(Node::as_int);
        let is_case = place.path == "case.tf";
        let shift = if is_case && place.line == 2 { 11 } else { 0 };
        let at = i64::from(place.line) - i64::from(is_case);
        let first = i64::from(place.column) - shift;
        line.is_none_or(|it| it == at) && column.is_none_or(|it| it == first)
    });
    Some((true, is_there))
}
