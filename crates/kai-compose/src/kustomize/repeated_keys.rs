//! Objects that say something twice.

use kai_core::{Node, OriginId, Origins, Span};

use crate::{File, Refusal};

/// Kustomize reads such an object, and then cannot print it.
pub(crate) fn refuse_repeated_keys(file: &File, origins: &Origins) -> Result<(), Refusal> {
    for problem in &file.problems {
        let Some(span) = problem.span else { continue };
        let document =
            file.documents.iter().find(|it| it.start <= span.start && span.start < it.end);
        if let Some(document) = document {
            let at = innermost(&document.node, span, origins);
            return Err(Refusal::at(at, problem.message.clone()));
        }
    }
    Ok(())
}

/// The origin of the smallest value or key that a span is in.
fn innermost(node: &Node, span: Span, origins: &Origins) -> OriginId {
    let holds = |id: OriginId| {
        origins.span(id).is_some_and(|it| it.start <= span.start && span.end <= it.end)
    };
    let entries = node.as_map().into_iter().flatten();
    if let Some(entry) = entries.clone().find(|it| holds(it.key_origin)) {
        return entry.key_origin;
    }
    let mut children = entries.map(|it| &it.node).chain(node.items());
    children.find(|it| holds(it.origin)).map_or(node.origin, |it| innermost(it, span, origins))
}
