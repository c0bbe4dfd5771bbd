//! `kai.yaml` from the disk, and how it is shown where it is wrong.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use camino::{Utf8Path, Utf8PathBuf};
use kai_assess::{Invalid, SETTINGS, Settings};
use kai_core::{Origins, Tree, TreeError};
use kai_report::terminal::clean;

use crate::error::Error;
use crate::repositories;

/// Longer lists are not read: there are so many rules and of nothing else.
const LISTED: usize = 32;

/// Where `kai.yaml` is looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'a> {
    /// The file that `--config` names.
    File(&'a Utf8Path),
    /// The top of the tree, which is this folder, or else the nearest one above it in its repository.
    Folder(&'a Utf8Path),
    /// The top of the tree, which stands for several folders.
    Top,
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
        Place::Folder(folder) => match nearest(tree, folder)? {
            Some((path, bytes)) => (path.clone(), folder.join(path), bytes),
            None => return Ok(Settings::default()),
        },
        Place::Top => match bytes(tree, Utf8Path::new(SETTINGS))? {
            Some(bytes) => (SETTINGS.into(), SETTINGS.into(), bytes),
            None => return Ok(Settings::default()),
        },
    };
    let below = match place {
        Place::Folder(folder) => below(folder, path.components().count() - 1),
        Place::File(_) | Place::Top => None,
    };
    let Ok(text) = String::from_utf8(bytes) else {
        return Err(Error::Settings { path: shown, report: "it is not UTF-8".to_owned() });
    };
    let settings = kai_assess::settings(origins, path, text.clone())
        .map_err(|it| Error::Settings { report: report(&it, &shown, &text), path: shown })?;
    Ok(match below {
        Some(below) => settings.from_above(&below),
        None => settings,
    })
}

/// The file at the top of the tree, or the first one on the way up to the top of the repository.
fn nearest(tree: &dyn Tree, folder: &Utf8Path) -> Result<Option<(Utf8PathBuf, Vec<u8>)>, Error> {
    let levels = inside(folder).map_or(0, |it| it.components().count());
    let mut path = Utf8PathBuf::from(SETTINGS);
    for _ in 0..=levels {
        if let Some(bytes) = bytes(tree, &path)? {
            return Ok(Some((path, bytes)));
        }
        path = Utf8Path::new("..").join(path);
    }
    Ok(None)
}

fn bytes(tree: &dyn Tree, path: &Utf8Path) -> Result<Option<Vec<u8>>, Error> {
    match tree.bytes(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(TreeError::NotFound { .. }) => Ok(None),
        Err(TreeError::Read { path, source }) => Err(Error::OpenPath { path, source }),
    }
}

/// Where a folder lies in its repository.
fn inside(folder: &Utf8Path) -> Option<Utf8PathBuf> {
    let folder = if folder.as_str().is_empty() { Utf8Path::new(".") } else { folder };
    let folder = folder.canonicalize_utf8().ok().filter(|it| it.is_dir())?;
    let top = repositories::top(&folder)?;
    folder.strip_prefix(&top).ok().map(Utf8Path::to_owned)
}

/// Where a folder lies below the one that is so many levels above it; nothing for itself.
fn below(folder: &Utf8Path, levels: usize) -> Option<Utf8PathBuf> {
    let inside = inside(folder).filter(|_| levels > 0)?;
    let first = inside.components().count().checked_sub(levels)?;
    Some(inside.components().skip(first).collect())
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
    let is_named = message.contains(&format!("field `{field}`"));
    if !field.is_empty() && !is_named {
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
