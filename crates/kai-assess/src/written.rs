//! Where a text stands that a configuration of Terraform hands to something else.

use camino::{Utf8Path, Utf8PathBuf};
use kai_compose::Project;
use kai_core::{Node, OriginId, Origins, Span};

/// A text where people edit it.
#[derive(Debug)]
pub(crate) enum Written {
    File(Utf8PathBuf),
    /// In the configuration itself.
    Here(Node),
}

/// The file that holds the very text, or the text where it is written.
pub(crate) fn written(project: &Project<'_>, text: &str, origin: OriginId) -> Written {
    let origins = project.origins();
    let same = project.files().filter(|it| origins.document(it.document).text == text);
    if let Some(path) = likeliest(same.map(|it| it.path.as_path()), origin, origins) {
        return Written::File(path.to_owned());
    }
    let span = origins.span(origin).map(|it| heredoc(origins, it).unwrap_or(it));
    Written::Here(Node::string(text, span.map_or(origin, |it| origins.mark(it))))
}

/// The one of several files that an expression most likely reads: it names it, or stands beside it.
pub(crate) fn likeliest<'a>(
    files: impl Iterator<Item = &'a Utf8Path>,
    origin: OriginId,
    origins: &Origins,
) -> Option<&'a Utf8Path> {
    let span = origins.span(origin);
    let expression = span.map(|it| text_of(origins, it)).unwrap_or_default();
    let folder = span.and_then(|it| origins.document(it.document).path.parent());
    let is_named = |it: &Utf8Path| it.file_name().is_some_and(|name| expression.contains(name));
    files.min_by_key(|it| (!is_named(it), it.parent() != folder))
}

fn text_of(origins: &Origins, span: Span) -> String {
    let text = &origins.document(span.document).text;
    text.get(span.start as usize..span.end as usize).unwrap_or_default().to_owned()
}

/// The lines of a text between `<<EOT` and `EOT`.
fn heredoc(origins: &Origins, span: Span) -> Option<Span> {
    let text = text_of(origins, span);
    let body = text.strip_prefix("<<")?;
    let first = text.len() - body.len() + body.find('\n')? + 1;
    let last = text.trim_end().rfind('\n')? + 1;
    let offset = |at: usize| u32::try_from(at).ok().map(|it| span.start + it);
    (first < last).then_some(Span { start: offset(first)?, end: offset(last)?, ..span })
}
