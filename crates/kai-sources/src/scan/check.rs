//! What is valid JSON and yet no whole report: another thing stands where the list of what was found should.

use kai_core::{Node, Origins, Problem, Value};

/// The lists that a report is read from, each by the keys to it and what its items are known by.
const LISTS: &[(&[&str], &[&str])] = &[
    (&["Results", "Vulnerabilities"], &["VulnerabilityID"]),
    (&["matches"], &["vulnerability", "id"]),
    (&["packages"], &[]),
    (&["runs", "results"], &[]),
    (&["vulnerabilities"], &["id"]),
];

/// What of a report is passed over because it has another form. What is left out or null is an empty list.
pub(super) fn problems(report: &Node, origins: &Origins) -> Vec<Problem> {
    let mut found = Vec::new();
    for (path, id) in LISTS {
        let mut lists = vec![report];
        for key in *path {
            let inner = lists.iter().filter_map(|it| it.get(key));
            lists = inner.flat_map(|it| items(it, key, origins, &mut found)).collect();
        }
        // GitLab names what was found by other keys, of which not every version has this one.
        let is_nameless = |it: &&Node| it.str_at(id).is_none() && it.get("identifiers").is_none();
        let nameless = lists.into_iter().filter(|it| !id.is_empty() && is_nameless(it));
        let message = format!("what has no `{}` here is left out", id.join("."));
        found.extend(nameless.filter_map(|it| problem(it, &message, origins)));
    }
    found
}

fn items<'a>(list: &'a Node, key: &str, origins: &Origins, found: &mut Vec<Problem>) -> &'a [Node] {
    let stands = match &list.value {
        Value::Map(_) => "a mapping",
        Value::Scalar(_) if !list.is_null() => "a text",
        _ => return list.items(),
    };
    let message = format!("`{key}` is {stands} where a report of a scanner has a list");
    found.extend(problem(list, &message, origins));
    &[]
}

fn problem(at: &Node, message: &str, origins: &Origins) -> Option<Problem> {
    let remedy = "let the scanner write the report again, and look whether it failed";
    Some(Problem::at(origins.span(at.origin)?, message, remedy))
}
