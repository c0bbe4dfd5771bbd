//! Texts that stand inside scalars of a kustomization file.

use std::ops::Range;

use kai_core::{Embedding, OriginId, Origins, Span};

use super::fields::Text;

/// The origin of a range of a scalar's text, so that the range alone can be edited; none where
/// the text is folded or escaped in the file.
pub(crate) fn part(origins: &Origins, scalar: &Text, range: Range<usize>) -> Option<OriginId> {
    let span = origins.span(scalar.origin)?;
    let document = origins.document(span.document);
    let source = document.text.get(span.start as usize..span.end as usize)?;
    let inner_start = source.find(scalar.value.as_str()).filter(|_| is_verbatim(source, scalar))?;
    let outer_start = span.start + u32::try_from(inner_start).ok()?;
    let embedding = Embedding {
        scalar: scalar.origin,
        outer: Span { document: span.document, start: span.start, end: span.end },
        runs: vec![(0, outer_start)],
    };
    let path = document.path.clone();
    let id = origins.add_embedded(path, scalar.value.as_str().into(), embedding)?;
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    origins.set_spans(id, vec![(offset(range.start), offset(range.end))]);
    Some(origins.written(id, 0))
}

/// True when the file has the text as it is, but for quotes around it.
fn is_verbatim(source: &str, scalar: &Text) -> bool {
    source.len() <= scalar.value.len() + 2
}
