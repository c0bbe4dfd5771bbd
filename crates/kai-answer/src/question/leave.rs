//! Whether a question asks for leave to do something, and for what.

use super::Token;

/// What somebody wants to do to what runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    DeleteOnePod,
    /// All of them at once; what controls them makes others.
    DeletePods,
    /// The thing itself, or its pods for good.
    Delete,
}

/// True where a yes or a no is the answer: "can I …", "is it safe to …". "Is it risky" asks the other way around, and
/// who asks for a way back or without downtime asks for more than leave.
pub(crate) fn asks_leave(tokens: &[Token]) -> bool {
    const ASKING: &[&str] = &["how", "what", "when", "where", "which", "who", "why"];
    const MODALS: &[&str] = &["can", "could", "may", "should", "shall", "dare"];
    const WHO: &[&str] = &["i", "we", "one", "you", "somebody", "someone", "anybody", "anyone"];
    const GOOD: &[&str] = &["safe", "safely", "ok", "okay", "fine", "alright"];
    const BAD: &[&str] = &[
        "risk", "danger", "unsafe", "bad", "harm", "hurt", "wrong", "downtime", "back", "rollback",
    ];
    let is_modal = |at: usize| {
        MODALS.contains(&tokens[at].word.as_str())
            && tokens.get(at + 1).is_some_and(|it| WHO.contains(&it.word.as_str()))
    };
    let asked =
        (0..tokens.len()).find(|at| is_modal(*at) || GOOD.contains(&tokens[*at].word.as_str()));
    let is_turned = |it: &Token| BAD.iter().any(|bad| it.word.starts_with(bad)) || it.is_negation();
    asked.is_some_and(|at| {
        let before = &tokens[..at];
        before.iter().all(|it| !ASKING.contains(&it.word.as_str()))
    }) && !tokens.iter().any(is_turned)
}

/// What is to be deleted or killed, if leave is asked for that; `name` is that of the component.
pub(crate) fn deed(tokens: &[Token], name: &str) -> Option<Deed> {
    let has = |words: &[&str]| tokens.iter().any(|it| words.contains(&it.word.as_str()));
    let starts = |start: &str| tokens.iter().any(|it| it.word.starts_with(start));
    let is_scaled = starts("scal") && has(&["0", "zero", "nothing"]);
    let is_removed = starts("delet") || starts("remov") || starts("uninstall");
    let is_killed = starts("kill");
    if !asks_leave(tokens) || !(is_scaled || is_removed || is_killed) {
        return None;
    }
    let is_pod = |it: &Token| {
        let said = it.word.rsplit('/').next().unwrap_or_default();
        said.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'))
            || it.word.starts_with("pod/")
    };
    Some(match () {
        () if is_scaled => Deed::Delete,
        () if has(&["pods"]) => Deed::DeletePods,
        () if is_killed || has(&["pod", "po"]) || tokens.iter().any(is_pod) => Deed::DeleteOnePod,
        () => Deed::Delete,
    })
}
