//! Paths of tools.

use kai_guard::normally_holds_secrets;

/// True for a path below the root as it is written: links are the matter of whoever opens it.
#[must_use]
pub fn is_plain_path(path: &str) -> bool {
    let is_wild = path.chars().any(|it| it.is_control());
    !path.is_empty()
        && !is_wild
        && !path.starts_with(['/', '~', '\\'])
        && path.split('/').all(|it| it != "..")
}

/// True for what normally holds secrets: the same names that a command may not print.
#[must_use]
pub fn is_secret_path(path: &str) -> bool {
    let is_named = path.split('/').any(|it| it.starts_with(".env"));
    is_named || normally_holds_secrets(path)
}

/// True for what is run by others without being asked: hooks, settings of agents and editors, pipelines' secrets.
#[must_use]
pub fn is_protected(path: &str) -> bool {
    const FOLDERS: &[&str] =
        &[".git", ".kai", ".claude", ".cursor", ".codex", ".vscode", ".idea", ".husky", ".ssh"];
    const FILES: &[&str] =
        &[".mcp.json", ".envrc", ".gitmodules", ".gitconfig", ".bashrc", ".zshrc", ".profile"];
    path.split('/').any(|it| {
        let name = it.to_lowercase();
        FOLDERS.contains(&name.as_str()) || FILES.contains(&name.as_str())
    })
}
