//! Which files a kind of agent reads.

use camino::Utf8PathBuf;
use serde_json::json;

/// Who reads the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bundle {
    /// A plugin of Claude Code, with agent, commands, skills, hook and server.
    ClaudePlugin,
    /// The agent alone, for a repository.
    ClaudeAgent,
    Cursor,
    Codex,
    /// One `AGENTS.md`, which most agents read.
    AgentsMd,
}

/// A file below the folder that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub path: Utf8PathBuf,
    pub text: String,
}

const PERSONA: &str = include_str!("text/persona.md");
const METHOD: &str = include_str!("text/method.md");
const HOOKS: &str = include_str!("text/hooks.json");
const SERVER: &str = include_str!("text/mcp.json");

const ABOUT: &str = "Senior site reliability engineer. Use for production readiness, blast radius, incidents, capacity, \
    recovery and any change to Kubernetes, Helm, Terraform or delivery pipelines.";

/// The tools of such an engineer, and all of Kai's.
const TOOLS: &str = "Read, Write, Edit, Bash, Glob, Grep, WebFetch, WebSearch, Task, mcp__kai__*";

/// Name, what it is for, text.
const COMMANDS: &[(&str, &str, &str)] = &[
    (
        "kai-blast-radius",
        "What breaks if a component fails or changes",
        include_str!("text/blast-radius.md"),
    ),
    ("kai-fix-first", "Mend the finding that matters most", include_str!("text/fix-first.md")),
    ("kai-incident", "Triage an incident from its symptom", include_str!("text/incident.md")),
    ("kai-review", "Production review, ordered by blast radius", include_str!("text/review.md")),
];

const SKILLS: &[(&str, &str, &str)] = &[
    (
        "incident-triage",
        "Triages a production incident or a firing alert with the graph of the system. Use while something is broken.",
        include_str!("text/incident-triage.md"),
    ),
    (
        "production-readiness",
        "Judges whether a service or a change is ready for production, with evidence from its configuration. Use for readiness reviews and before launches.",
        include_str!("text/production-readiness.md"),
    ),
];

/// Every file of a bundle, by path; `version` is Kai's.
#[must_use]
pub fn files(bundle: Bundle, version: &str) -> Vec<File> {
    let mut files = match bundle {
        Bundle::ClaudePlugin => claude_plugin(version),
        Bundle::ClaudeAgent => {
            vec![file(".claude/agents/sre.md", agent()), file(".mcp.json", SERVER)]
        }
        Bundle::Cursor => cursor(),
        Bundle::Codex => codex(),
        Bundle::AgentsMd => vec![file("AGENTS.md", agents_md())],
    };
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

fn file(path: impl Into<Utf8PathBuf>, text: impl Into<String>) -> File {
    File { path: path.into(), text: text.into() }
}

fn claude_plugin(version: &str) -> Vec<File> {
    let manifest = json!({
        "name": "kai",
        "version": version,
        "description": "A senior site reliability engineer with the graph of your system.",
        "author": { "name": "Kai" },
        "license": "Apache-2.0",
        "keywords": ["sre", "kubernetes", "terraform", "reliability", "production-readiness"],
    });
    let mut files = vec![
        file(".claude-plugin/plugin.json", format!("{manifest:#}\n")),
        file(".mcp.json", SERVER),
        file("agents/sre.md", agent()),
        file("hooks/hooks.json", HOOKS),
    ];
    files.extend(COMMANDS.iter().map(|it| file(format!("commands/{}.md", it.0), command(it))));
    files.extend(skills("skills"));
    files
}

fn cursor() -> Vec<File> {
    let rule = format!("---\ndescription: {ABOUT}\nalwaysApply: false\n---\n\n{PERSONA}\n{METHOD}");
    let mut files = vec![file(".cursor/mcp.json", SERVER), file(".cursor/rules/sre.mdc", rule)];
    files.extend(COMMANDS.iter().map(|it| {
        file(format!(".cursor/commands/{}.md", it.0), format!("# {}\n\n{}", it.1, it.2))
    }));
    files
}

fn codex() -> Vec<File> {
    let mut files = vec![
        file(".codex/config.toml", include_str!("text/codex.toml")),
        file(".codex/hooks.json", HOOKS),
        file("AGENTS.md", agents_md()),
    ];
    files.extend(skills(".codex/skills"));
    files
}

fn skills(folder: &'static str) -> impl Iterator<Item = File> {
    SKILLS.iter().map(move |(name, about, text)| {
        file(
            format!("{folder}/{name}/SKILL.md"),
            format!("---\nname: {name}\ndescription: {about}\n---\n\n{text}"),
        )
    })
}

fn command((_, about, text): &(&str, &str, &str)) -> String {
    format!("---\ndescription: {about}\nargument-hint: \"[scope]\"\n---\n\n{text}")
}

fn agent() -> String {
    format!(
        "---\nname: sre\ndescription: {ABOUT}\ntools: {TOOLS}\nmodel: sonnet\n---\n\n{PERSONA}\n{METHOD}"
    )
}

fn agents_md() -> String {
    format!(
        "# Reliability\n\nFor anything that runs in production, work as this engineer.\n\n{PERSONA}\n{METHOD}"
    )
}
