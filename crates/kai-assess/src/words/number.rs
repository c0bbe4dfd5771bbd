//! How often something is there, where only an apply tells.

use kai_core::Origins;
use kai_graph::Component;

/// What is to be said of a resource whose `count` or `for_each` is not known here; nothing of others.
pub(super) fn number(component: &Component, origins: &Origins) -> Option<String> {
    if !component.name.contains("[?]") {
        return None;
    }
    Some(match repetition(component, origins) {
        Some(expression) => format!(
            "There are as many as `{expression}` says, which is not known here, and maybe none."
        ),
        None => "How many there are is not known here, and maybe none.".to_owned(),
    })
}

/// The expression in the block itself: around it a module may be repeated.
fn repetition<'a>(component: &Component, origins: &'a Origins) -> Option<&'a str> {
    let span = origins.span(component.origin)?;
    let text = origins.document(span.document).text.get(span.start as usize..)?;
    let block = text.split("\n}").next()?;
    block.lines().skip(1).find_map(|line| {
        let (name, expression) = line.split_once('=')?;
        let expression = expression.trim();
        let is_whole = !expression.ends_with(['{', '[', '(']);
        (matches!(name.trim(), "count" | "for_each") && is_whole).then_some(expression)
    })
}
