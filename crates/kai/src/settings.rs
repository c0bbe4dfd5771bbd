//! `kai.yaml` from the disk, and how it is shown where it is wrong.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use camino::{Utf8Path, Utf8PathBuf};
use kai_assess::{Invalid, SETTINGS, Settings};
use kai_core::{Origins, Tree, TreeError};
use kai_report::terminal::clean;

use crate::error::Error;

/// Longer lists are not read: there are so many rules and of nothing else.
const LISTED: usize = 32;

/// Where `kai.yaml` is looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'a> {
    /// The file that `--config` names.
    File(&'a Utf8Path),
    /// The top of the tree, as the reader calls it.
    Folder(&'a Utf8Path),
}

/// Reads `kai.yaml`. Where there is none, nobody says anything.
pub(crate) fn read(
    tree: &dyn Tree,
    place: Place<'_>,
    origins: &Origins,
) -> Result<Settings, Error> {
    let (path, shown, bytes) = match place {
        Place::File(path) => {
            let read = std::fs::read(path);
            let bytes = read.map_err(|source| Error::OpenPath { path: path.to_owned(), source })?;
            (path.to_owned(), path.to_owned(), bytes)
        }
        Place::Folder(folder) => match tree.bytes(Utf8Path::new(SETTINGS)) {
            Ok(bytes) => (Utf8PathBuf::from(SETTINGS), folder.join(SETTINGS), bytes),
            Err(TreeError::NotFound { .. }) => return Ok(Settings::default()),
            Err(TreeError::Read { path, source }) => return Err(Error::OpenPath { path, source }),
        },
    };
    let Ok(text) = String::from_utf8(bytes) else {
        return Err(Error::Settings { path: shown, report: "it is not UTF-8".to_owned() });
    };
    kai_assess::settings(origins, path, text.clone())
        .map_err(|it| Error::Settings { report: report(&it, &shown, &text), path: shown })
}

/// The line that is wrong with a caret, what may stand there, and what was probably meant.
fn report(invalid: &Invalid, path: &Utf8Path, text: &str) -> String {
    let Invalid { field, message, allowed, nearest, span } = invalid;
    let label = match nearest {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => String::new(),
    };
    let message = clean(message);
    let mut group = Group::with_title(Level::ERROR.primary_title(&message));
    if let Some(span) = span {
        let range = span.start as usize..(span.end as usize).max(span.start as usize + 1);
        let range = range.start.min(text.len())..range.end.min(text.len());
        let mut mark = AnnotationKind::Primary.span(range);
        if !label.is_empty() {
            mark = mark.label(&label);
        }
        group = group.element(Snippet::source(text).path(path.as_str()).annotation(mark));
    }
    if !field.is_empty() {
        group = group.element(Level::NOTE.message(format!("the field is `{field}`")));
    }
    if !allowed.is_empty() {
        let help = if allowed.len() <= LISTED {
            format!("there are {}", allowed.join(", "))
        } else {
            format!("there are {}: `kai rules` lists them", allowed.len())
        };
        group = group.element(Level::HELP.message(help));
    }
    Renderer::plain().render(&[group]).to_string()
}
