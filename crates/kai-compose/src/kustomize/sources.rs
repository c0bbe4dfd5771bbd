//! Where the data of generated objects comes from: literals, lines of env files, whole files.

use std::sync::Arc;

use kai_core::{OriginId, Origins, Role, SmolStr};

use super::embedded;
use super::fields::Text;
use crate::project::RawFile;
use crate::{Project, Refusal};

/// One value.
#[derive(Debug)]
pub(crate) struct Datum {
    content: Content,
    pub(crate) origin: OriginId,
    pub(crate) key_origin: OriginId,
}

#[derive(Debug)]
enum Content {
    Text(SmolStr),
    File(Arc<RawFile>),
}

impl Datum {
    /// The value as text; none where its bytes are not UTF-8.
    pub(crate) fn text(&self) -> Option<SmolStr> {
        match &self.content {
            Content::Text(text) => Some(text.clone()),
            Content::File(file) => std::str::from_utf8(&file.bytes).ok().map(SmolStr::from),
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        match &self.content {
            Content::Text(text) => text.as_bytes(),
            Content::File(file) => &file.bytes,
        }
    }
}

/// Reads `key=value`, without the quotes around the value.
pub(crate) fn literal(origins: &Origins, source: &Text) -> Result<(SmolStr, Datum), Refusal> {
    let text = source.value.as_str();
    let Some((key, quoted)) = text.split_once('=').filter(|(key, _)| !key.is_empty()) else {
        // The text may be the value of a Secret, so it is not repeated.
        let message = "invalid literal source, expected key=value";
        return Err(Refusal::at(source.origin, message));
    };
    let value = unquoted(quoted);
    let start = key.len() + 1 + usize::from(value.len() < quoted.len());
    let origin = embedded::part(origins, source, start..start + value.len())
        .map_or(source.origin, |it| origins.replaced(Role::Generated, it, None));
    let datum = Datum { content: Content::Text(value.into()), origin, key_origin: source.origin };
    Ok((key.into(), datum))
}

/// Reads every `KEY=value` line.
pub(crate) fn env_file(
    project: &Project<'_>,
    file: &RawFile,
    source: &Text,
) -> Result<Vec<(SmolStr, Datum)>, Refusal> {
    let origins = project.origins();
    let Some(document) = file.document(origins) else {
        let message = format!("`{}` has invalid UTF-8", source.value);
        return Err(Refusal::at(source.origin, message));
    };
    let text = &origins.document(document).text;
    Ok(lines(text)
        .zip(1..)
        .map(|(line, index)| {
            // The first range of the document is the whole text.
            let written = origins.written(document, index);
            let origin = origins.replaced(Role::Generated, written, None);
            let value = &text[line.value.clone()];
            let content = Content::Text(value.into());
            (SmolStr::from(line.key), Datum { content, origin, key_origin: written })
        })
        .collect())
}

/// The ranges that [`env_file`] and [`whole_file`] name: the whole text, then every line's value.
pub(crate) fn spans(text: &str) -> Vec<(u32, u32)> {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let values = lines(text).map(|it| (offset(it.value.start), offset(it.value.end)));
    std::iter::once((0, offset(text.len()))).chain(values).collect()
}

struct Line<'a> {
    key: &'a str,
    value: std::ops::Range<usize>,
}

/// The lines that say something: no comment, not blank.
fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut next = 0;
    text.split_inclusive('\n').filter_map(move |whole| {
        let start = next;
        next += whole.len();
        let line = whole.strip_suffix('\n').unwrap_or(whole);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let trimmed = if start == 0 { line.trim_start_matches('\u{feff}') } else { line };
        let trimmed = trimmed.trim_start();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            return None;
        }
        let end = start + line.len();
        let key_start = end - trimmed.len();
        Some(match trimmed.split_once('=') {
            Some((key, _)) => Line { key, value: key_start + key.len() + 1..end },
            None => Line { key: trimmed, value: end..end },
        })
        .filter(|it| !it.key.is_empty())
    })
}

/// Splits `key=path`, or takes the file's name for the key.
pub(crate) fn file_source(source: &Text) -> Result<(SmolStr, &str), Refusal> {
    let text = source.value.as_str();
    match text.split_once('=') {
        None => Ok((text.rsplit('/').next().unwrap_or(text).into(), text)),
        Some((key, path)) if !key.is_empty() && !path.is_empty() && !path.contains('=') => {
            Ok((key.into(), path))
        }
        Some(_) => {
            let message = format!("file source `{text}` is not of the form [key=]path");
            Err(Refusal::at(source.origin, message))
        }
    }
}

/// The content of a file as one value.
pub(crate) fn whole_file(project: &Project<'_>, file: &Arc<RawFile>, source: &Text) -> Datum {
    let origins = project.origins();
    let origin = match file.document(origins) {
        Some(document) => origins.replaced(Role::Generated, origins.written(document, 0), None),
        None => origins.derived(Role::Generated, Some(source.origin), &[source.origin]),
    };
    Datum { content: Content::File(Arc::clone(file)), origin, key_origin: source.origin }
}

/// Takes away one pair of quotes around a text.
fn unquoted(text: &str) -> &str {
    ['"', '\'']
        .into_iter()
        .find_map(|quote| {
            (text.len() >= 2).then(|| text.strip_prefix(quote)?.strip_suffix(quote)).flatten()
        })
        .unwrap_or(text)
}
