//! Manifests of plugins, hooks and servers.

use serde_json::{Map, Value};

use super::kind::Kind;
use super::problem::{Problem, meant};

const MANIFEST: &[&str] = &[
    "$schema",
    "agents",
    "author",
    "commands",
    "description",
    "homepage",
    "hooks",
    "keywords",
    "license",
    "lspServers",
    "mcpServers",
    "name",
    "outputStyles",
    "repository",
    "skills",
    "version",
];

const EVENTS: &[&str] = &[
    "Notification",
    "PermissionRequest",
    "PostCompact",
    "PostToolUse",
    "PostToolUseFailure",
    "PreCompact",
    "PreToolUse",
    "SessionEnd",
    "SessionStart",
    "Setup",
    "Stop",
    "SubagentStart",
    "SubagentStop",
    "TaskCompleted",
    "TeammateIdle",
    "UserPromptSubmit",
];

pub(super) fn lint(kind: Kind, text: &str) -> Vec<Problem> {
    let value: Value = match serde_json::from_str(text) {
        Ok(it) => it,
        Err(error) => return vec![Problem::new(error.line(), format!("it is no JSON: {error}"))],
    };
    let Value::Object(fields) = value else { return vec![Problem::new(1, "it is no object")] };
    let said = match kind {
        Kind::Plugin => plugin(&fields),
        Kind::Hooks => hooks(&fields),
        _ => servers(&fields),
    };
    said.into_iter().map(|(key, message)| Problem::new(line_of(text, &key), message)).collect()
}

/// The line on which a key is first written.
fn line_of(text: &str, key: &str) -> usize {
    let quoted = format!("\"{key}\"");
    text.lines().position(|it| it.contains(&quoted)).map_or(1, |it| it + 1)
}

type Said = Vec<(String, String)>;

fn plugin(fields: &Map<String, Value>) -> Said {
    let mut said = Said::new();
    let mut say = |key: &str, message: String| said.push((key.to_owned(), message));
    match fields.get("name").map(Value::as_str) {
        None => say("name", "`name` is missing".to_owned()),
        Some(name) => {
            let name = name.unwrap_or_default();
            let is_plain = name.split('-').all(|it| {
                !it.is_empty()
                    && it.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
            });
            if !is_plain || !name.starts_with(|it: char| it.is_ascii_lowercase()) {
                say(
                    "name",
                    format!("`{name}` is no name: lower-case letters, digits and single hyphens"),
                );
            }
        }
    }
    if let Some(version) = fields.get("version") {
        let parts: Vec<&str> = version
            .as_str()
            .unwrap_or_default()
            .split(['-', '+'])
            .next()
            .unwrap_or_default()
            .split('.')
            .collect();
        if parts.len() != 3 || parts.iter().any(|it| it.parse::<u64>().is_err()) {
            say("version", "`version` is not of the form 1.2.3".to_owned());
        }
    }
    if fields.get("author").is_some_and(|it| it.get("name").and_then(Value::as_str).is_none()) {
        say("author", "`author` is an object with a `name`".to_owned());
    }
    if fields
        .get("keywords")
        .is_some_and(|it| !it.as_array().is_some_and(|it| it.iter().all(Value::is_string)))
    {
        say("keywords", "`keywords` is a list of texts".to_owned());
    }
    for key in fields.keys().filter(|it| !MANIFEST.contains(&it.as_str())) {
        said.push((key.clone(), format!("`{key}` is no field of it{}", meant(key, MANIFEST))));
    }
    said
}

fn hooks(fields: &Map<String, Value>) -> Said {
    let Some(Value::Object(events)) = fields.get("hooks") else {
        return vec![("hooks".to_owned(), "`hooks` with events is missing".to_owned())];
    };
    let mut said = Said::new();
    for (event, groups) in events {
        if !EVENTS.contains(&event.as_str()) {
            said.push((event.clone(), format!("`{event}` is no event{}", meant(event, EVENTS))));
        }
        let Some(groups) = groups.as_array() else {
            said.push((event.clone(), format!("`{event}` is a list")));
            continue;
        };
        for group in groups {
            if group.get("matcher").is_some_and(|it| !it.is_string()) {
                said.push(("matcher".to_owned(), "`matcher` is a text".to_owned()));
            }
            let commands = group.get("hooks").and_then(Value::as_array);
            let Some(commands) = commands.filter(|it| !it.is_empty()) else {
                said.push((event.clone(), format!("a group of `{event}` has no `hooks`")));
                continue;
            };
            for command in commands {
                let runs = match command.get("type").and_then(Value::as_str) {
                    Some("command") => command.get("command"),
                    Some("prompt" | "agent") => command.get("prompt"),
                    Some("http") => command.get("url"),
                    _ => {
                        said.push((
                            "type".to_owned(),
                            "`type` is one of command, prompt, agent, http".to_owned(),
                        ));
                        continue;
                    }
                };
                if runs.and_then(Value::as_str).is_none_or(|it| it.trim().is_empty()) {
                    said.push((
                        event.clone(),
                        format!("a hook of `{event}` does not say what it runs"),
                    ));
                }
                if command.get("timeout").is_some_and(|it| it.as_f64().is_none_or(|it| it <= 0.0)) {
                    said.push((
                        "timeout".to_owned(),
                        "`timeout` is a number of seconds".to_owned(),
                    ));
                }
            }
        }
    }
    said
}

fn servers(fields: &Map<String, Value>) -> Said {
    let servers = match fields.get("mcpServers") {
        Some(Value::Object(it)) => it,
        Some(_) => return vec![("mcpServers".to_owned(), "`mcpServers` is an object".to_owned())],
        None => fields,
    };
    let mut said = Said::new();
    if servers.is_empty() {
        said.push(("mcpServers".to_owned(), "there is no server".to_owned()));
    }
    for (name, server) in servers {
        let text =
            |key: &str| server.get(key).and_then(Value::as_str).is_some_and(|it| !it.is_empty());
        if !text("command") && !text("url") {
            said.push((name.clone(), format!("`{name}` has neither `command` nor `url`")));
        }
        if server
            .get("args")
            .is_some_and(|it| !it.as_array().is_some_and(|it| it.iter().all(Value::is_string)))
        {
            said.push(("args".to_owned(), format!("`args` of `{name}` is a list of texts")));
        }
    }
    said
}
