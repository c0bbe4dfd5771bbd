//! What kind of file it is, by its place.

use camino::Utf8Path;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A sub-agent.
    Agent,
    Command,
    Skill,
    /// A rule of Cursor.
    Rule,
    /// `AGENTS.md`, `CLAUDE.md`: text alone.
    Instructions,
    Plugin,
    Hooks,
    Servers,
}

#[must_use]
pub fn kind(path: &Utf8Path, text: &str) -> Option<Kind> {
    let folder = path.parent().and_then(Utf8Path::file_name).unwrap_or_default();
    match (path.file_name()?, path.extension()?) {
        ("SKILL.md", _) => Some(Kind::Skill),
        ("AGENTS.md" | "CLAUDE.md", _) => Some(Kind::Instructions),
        ("plugin.json", _) => Some(Kind::Plugin),
        ("hooks.json", _) => Some(Kind::Hooks),
        (".mcp.json" | "mcp.json", _) => Some(Kind::Servers),
        (_, "mdc") => Some(Kind::Rule),
        (_, "md") if folder == "commands" => Some(Kind::Command),
        (_, "md") if folder == "agents" => Some(Kind::Agent),
        (_, "md") if text.starts_with("---") => Some(Kind::Agent),
        _ => None,
    }
}
