//! What a model is told of the tools.

use std::collections::BTreeSet;

use kai_agent::model::Tool;
use serde_json::{Map, Value, json};

/// Those that change something, or may.
const WRITERS: &[&str] = &["Bash", "Edit", "Write"];

/// Name, what it does, its fields; those that it must have end in `!`.
type Own = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const OWN: &[Own] = &[
    (
        "Bash",
        "Runs a command in the folder, confined: no network, no secrets, nothing outside of the folder. What only reads runs at once; the user is asked about the rest. What changes a cluster or a cloud never runs.",
        &[("command!", "For the shell."), ("seconds", "How long it may take; 60 if left out.")],
    ),
    (
        "Edit",
        "Replaces a text in a file that was read before. The user sees the difference and is asked.",
        &[
            ("path!", "Below the folder."),
            ("old!", "What stands there, once."),
            ("new!", "What comes in its place."),
        ],
    ),
    ("Glob", "Lists files by a pattern.", &[("pattern!", "`**/*.yaml`")]),
    (
        "Grep",
        "Lists lines that match a regular expression.",
        &[("pattern!", "A regular expression."), ("glob", "Only in files like this.")],
    ),
    (
        "Read",
        "Reads lines of a file, each block with its evidence.",
        &[
            ("path!", "Below the folder."),
            ("from", "The first line; 1 if left out."),
            ("count", "How many lines; 200 if left out."),
        ],
    ),
    (
        "Task",
        "Gives a question to a helper with tools that only read and a part of the budget. It comes back with claims that its evidence carries.",
        &[("question!", "All that the helper needs to know.")],
    ),
    ("WebFetch", "Fetches a page as text.", &[("url!", "`https://…`")]),
    (
        "Write",
        "Writes a file. The user sees the difference and is asked.",
        &[("path!", "Below the folder."), ("text!", "All of the file.")],
    ),
];
const SEARCH: Own = ("WebSearch", "Searches the web.", &[("query!", "In words.")]);

/// All tools, in the order of their names.
pub(super) fn tools(has_search: bool, has_helper: bool) -> Vec<Tool> {
    let mut tools = crate::commands::mcp::tools();
    tools.extend(OWN.iter().filter(|it| has_helper || it.0 != "Task").map(own));
    tools.extend(has_search.then(|| own(&SEARCH)));
    tools.sort_by(|one, other| one.name.cmp(&other.name));
    tools
}

pub(crate) fn writers() -> BTreeSet<String> {
    WRITERS.iter().map(|it| (*it).to_owned()).collect()
}

/// Those that a helper has.
pub(super) fn readers(has_search: bool) -> Vec<Tool> {
    let mut tools = tools(has_search, false);
    tools.retain(|it| !WRITERS.contains(&it.name.as_str()));
    tools
}

fn own(&(name, about, fields): &Own) -> Tool {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (field, about) in fields {
        let plain = field.trim_end_matches('!');
        if plain.len() < field.len() {
            required.push(plain);
        }
        let kind = if matches!(plain, "seconds" | "from" | "count") { "integer" } else { "string" };
        properties.insert(plain.to_owned(), json!({ "type": kind, "description": about }));
    }
    let schema = json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
    Tool { name: name.to_owned(), description: about.to_owned(), schema }
}

/// What a call is about, in a few words for who watches.
pub(super) fn shown(tool: &str, arguments: &Map<String, Value>) -> String {
    const TELLING: &[&str] =
        &["command", "path", "pattern", "url", "query", "question", "component", "scenario", "id"];
    let said = TELLING.iter().find_map(|it| arguments.get(*it)?.as_str()).unwrap_or_default();
    let said: String = said.chars().filter(|it| !it.is_control()).take(80).collect();
    format!("{tool} {said}").trim().to_owned()
}

/// A field that a tool must have.
pub(super) fn field<'a>(arguments: &'a Map<String, Value>, name: &str) -> Result<&'a str, String> {
    arguments.get(name).and_then(Value::as_str).ok_or_else(|| format!("`{name}` is missing"))
}

pub(super) fn number(arguments: &Map<String, Value>, name: &str, otherwise: u64) -> u64 {
    arguments.get(name).and_then(Value::as_u64).unwrap_or(otherwise)
}
