//! Shells that are the first process of a container: who gets SIGTERM.

/// Why the shell is still there while the program runs. Shells replace themselves with the last
/// command of a script, so only what keeps them from it is a proof.
pub(crate) fn stays(script: &str) -> Option<&'static str> {
    if handles_signals(script) {
        return None;
    }
    let last = script.lines().map(str::trim).rfind(|it| !it.is_empty() && !it.starts_with('#'))?;
    let last = last.rsplit([';']).map(str::trim).find(|it| !it.is_empty())?;
    let is_piped = last.replace("||", "").contains('|') && !last.contains(['\'', '"', '$', '`']);
    if is_piped {
        return Some("which stays in front of the pipe");
    }
    (last == "wait" && script.contains('&'))
        .then_some("which waits for what it put in the background")
}

/// True where the script hands the signal on, or whoever gets it away.
pub(crate) fn handles_signals(script: &str) -> bool {
    const HANDLE: [&str; 6] = ["exec ", "trap ", "tini", "dumb-init", "supervisord", "s6-"];
    HANDLE.iter().any(|it| script.contains(it))
}
