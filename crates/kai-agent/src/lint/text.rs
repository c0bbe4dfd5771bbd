//! Agents, commands, skills, rules, instructions.

use camino::Utf8Path;
use kai_core::Node;

use super::frontmatter::{self, Field, Frontmatter};
use super::kind::Kind;
use super::problem::{Problem, meant};

/// The tools that Claude Code gives an agent.
const TOOLS: &[&str] = &[
    "Agent",
    "AskUserQuestion",
    "Bash",
    "BashOutput",
    "Edit",
    "ExitPlanMode",
    "Glob",
    "Grep",
    "KillShell",
    "LSP",
    "ListMcpResourcesTool",
    "MultiEdit",
    "NotebookEdit",
    "NotebookRead",
    "Read",
    "ReadMcpResourceTool",
    "Skill",
    "SlashCommand",
    "Task",
    "TaskOutput",
    "TaskStop",
    "TodoWrite",
    "ToolSearch",
    "WebFetch",
    "WebSearch",
    "Write",
];

const MODELS: &[&str] = &["haiku", "inherit", "opus", "sonnet"];

const COLORS: &[&str] = &["blue", "cyan", "green", "orange", "pink", "purple", "red", "yellow"];

const MODES: &[&str] = &["acceptEdits", "auto", "bypassPermissions", "default", "dontAsk", "plan"];

/// A file that is longer costs every conversation more than it gives.
const BYTES_MAX: usize = 32 << 10;
const DESCRIPTION_MAX: usize = 1024;
const NAME_MAX: usize = 64;
const SKILL_LINES_MAX: usize = 500;

pub(super) fn lint(kind: Kind, path: &Utf8Path, text: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    if text.len() > BYTES_MAX {
        problems.push(Problem::new(1, format!("{} bytes, at most {BYTES_MAX}", text.len())));
    }
    let read = match frontmatter::read(text) {
        Ok(it) => it,
        Err(problem) => {
            problems.push(problem);
            return problems;
        }
    };
    let Some(read) = read else {
        if matches!(kind, Kind::Agent | Kind::Skill | Kind::Rule) {
            problems.push(Problem::new(1, "it has no frontmatter: begin with a line `---`"));
        }
        if text.trim().is_empty() {
            problems.push(Problem::new(1, "it says nothing"));
        }
        return problems;
    };
    if read.body.trim().is_empty() {
        problems.push(Problem::new(read.body_line, "there is no text behind the frontmatter"));
    }
    if kind == Kind::Skill && read.body.lines().count() > SKILL_LINES_MAX {
        problems.push(Problem::new(
            read.body_line,
            format!("a skill has at most {SKILL_LINES_MAX} lines; move the rest to `references/`"),
        ));
    }
    let (known, required) = fields_of(kind);
    for name in required {
        if read.fields.iter().all(|it| it.name != **name) {
            problems.push(Problem::new(1, format!("`{name}` is missing")));
        }
    }
    for field in &read.fields {
        if known.contains(&field.name.as_str()) {
            problems.extend(lint_field(kind, field));
        } else {
            problems.push(Problem::new(
                field.line,
                format!("`{}` is no field of it{}", field.name, meant(&field.name, known)),
            ));
        }
    }
    problems.extend(name_and_place(kind, path, &read));
    problems
}

/// Fields that a kind may have, and those that it must.
fn fields_of(kind: Kind) -> (&'static [&'static str], &'static [&'static str]) {
    match kind {
        Kind::Agent => (
            &[
                "background",
                "color",
                "description",
                "disallowedTools",
                "effort",
                "hooks",
                "initialPrompt",
                "isolation",
                "maxTurns",
                "mcpServers",
                "memory",
                "model",
                "name",
                "permissionMode",
                "skills",
                "tools",
            ],
            &["name", "description"],
        ),
        Kind::Command => (
            &[
                "allowed-tools",
                "argument-hint",
                "description",
                "disable-model-invocation",
                "model",
                "name",
            ],
            &[],
        ),
        Kind::Skill => (
            &[
                "agent",
                "allowed-tools",
                "argument-hint",
                "compatibility",
                "context",
                "description",
                "disable-model-invocation",
                "hooks",
                "license",
                "metadata",
                "model",
                "name",
                "user-invocable",
            ],
            &["name", "description"],
        ),
        Kind::Rule => (&["alwaysApply", "description", "globs"], &[]),
        Kind::Instructions | Kind::Plugin | Kind::Hooks | Kind::Servers => (&[], &[]),
    }
}

fn lint_field(kind: Kind, field: &Field) -> Vec<Problem> {
    let wrong = |message: String| vec![Problem::new(field.line, message)];
    let text = field.value.as_str();
    match (field.name.as_str(), text) {
        ("name", Some(name)) => {
            let is_plain = name.starts_with(|it: char| it.is_ascii_lowercase())
                && !name.ends_with('-')
                && !name.contains("--")
                && name
                    .bytes()
                    .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-');
            match name.len() {
                1..=NAME_MAX if is_plain => Vec::new(),
                1..=NAME_MAX => wrong(format!(
                    "`{name}` is no name: lower-case letters, digits and single hyphens"
                )),
                _ => wrong(format!("a name has 1 to {NAME_MAX} characters")),
            }
        }
        ("description", Some(it)) if it.trim().is_empty() => {
            wrong("`description` says nothing".to_owned())
        }
        ("description", Some(it)) if it.chars().count() > DESCRIPTION_MAX => wrong(format!(
            "`description` has {} characters, at most {DESCRIPTION_MAX}",
            it.chars().count()
        )),
        ("name" | "description", None) => wrong(format!("`{}` is no text", field.name)),
        ("tools" | "disallowedTools" | "allowed-tools", _) => tools(field),
        ("model", Some(it)) if MODELS.contains(&it) || it.starts_with("claude-") => Vec::new(),
        ("model", _) => wrong(format!(
            "`{}` is no model{}",
            text.unwrap_or_default(),
            meant(text.unwrap_or_default(), MODELS)
        )),
        ("color", it) => one_of(field, it, COLORS),
        ("permissionMode", it) => one_of(field, it, MODES),
        ("isolation", it) => one_of(field, it, &["worktree"]),
        ("maxTurns", _) if field.value.as_int().is_none_or(|it| it < 1) => {
            wrong("`maxTurns` is no number above 0".to_owned())
        }
        ("alwaysApply" | "background" | "disable-model-invocation" | "user-invocable", _)
            if field.value.as_bool().is_none() =>
        {
            wrong(format!("`{}` is neither true nor false", field.name))
        }
        ("compatibility", Some(it)) if kind == Kind::Skill && it.len() > 500 => {
            wrong("`compatibility` has at most 500 characters".to_owned())
        }
        _ => Vec::new(),
    }
}

fn one_of(field: &Field, value: Option<&str>, known: &[&str]) -> Vec<Problem> {
    let value = value.unwrap_or_default();
    if known.contains(&value) {
        return Vec::new();
    }
    vec![Problem::new(
        field.line,
        format!("`{value}` is no value of `{}`{}", field.name, meant(value, known)),
    )]
}

/// `Read, Bash(git log:*), mcp__kai__*`, or a list of them.
fn tools(field: &Field) -> Vec<Problem> {
    let listed: Vec<String> = match &field.value {
        it if it.is_seq() => {
            it.items().iter().filter_map(Node::as_str).map(str::to_owned).collect()
        }
        it => match it.as_str() {
            Some(text) => separated(text),
            None => {
                return vec![Problem::new(
                    field.line,
                    format!("`{}` is neither a list nor names with commas", field.name),
                )];
            }
        },
    };
    let wrong = listed.iter().filter_map(|it| {
        let name = it.split('(').next().unwrap_or(it).trim();
        let is_closed = it.contains('(') == it.ends_with(')');
        let is_server = name.strip_prefix("mcp__").is_some_and(|it| {
            !it.is_empty()
                && it.bytes().all(|it| it.is_ascii_alphanumeric() || b"_-*".contains(&it))
        });
        match (is_closed, is_server || name == "*" || TOOLS.contains(&name)) {
            (false, _) => Some(format!("`{it}` does not close its bracket")),
            (true, false) if name.is_empty() => Some("an empty name between commas".to_owned()),
            (true, false) => Some(format!("`{name}` is no tool{}", meant(name, TOOLS))),
            (true, true) => None,
        }
    });
    wrong.map(|it| Problem::new(field.line, it)).collect()
}

/// Commas separate, but not inside of brackets.
fn separated(text: &str) -> Vec<String> {
    let mut depth = 0_i32;
    let mut names = vec![String::new()];
    for it in text.chars() {
        match it {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        match (it, depth, names.last_mut()) {
            (',', 0, _) => names.push(String::new()),
            (it, _, Some(last)) => last.push(it),
            _ => {}
        }
    }
    names.iter().map(|it| it.trim().to_owned()).collect()
}

/// The name is that of the file, of a skill that of its folder.
fn name_and_place(kind: Kind, path: &Utf8Path, read: &Frontmatter<'_>) -> Option<Problem> {
    let field = read.fields.iter().find(|it| it.name == "name")?;
    let name = field.value.as_str()?;
    let place = match kind {
        Kind::Skill => path.parent()?.file_name()?,
        Kind::Agent => path.file_stem()?,
        _ => return None,
    };
    (name != place)
        .then(|| Problem::new(field.line, format!("it is called `{name}` and lies in `{place}`")))
}
