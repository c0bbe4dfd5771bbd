//! What lies below a folder, with or without what git ignores.

use std::fs::{FileType, Metadata};
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;
use kai_core::is_hidden;
use walkdir::WalkDir;

use crate::command_line::Listing;
use crate::error::reason;

/// What is below a folder and is no folder itself.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    pub(crate) kind: FileType,
    /// Of a link its own, or why there is none.
    pub(crate) metadata: Result<Metadata, String>,
}

/// What could not be listed.
#[derive(Debug)]
pub(crate) struct Unlistable {
    pub(crate) path: Option<PathBuf>,
    pub(crate) message: String,
}

/// Walks without following links to folders: what such a link shows inside of the tree is walked
/// under its own name, and what lies outside was not asked for.
pub(crate) fn walk(
    root: &Path,
    listing: Listing,
) -> Box<dyn Iterator<Item = Result<Found, Unlistable>>> {
    match listing.no_ignore {
        true => Box::new(all(root, listing.hidden)),
        false => Box::new(not_ignored(root, listing.hidden)),
    }
}

fn all(root: &Path, hidden: bool) -> impl Iterator<Item = Result<Found, Unlistable>> + use<> {
    let entries = WalkDir::new(root).into_iter();
    let entries =
        entries.filter_entry(move |it| it.depth() == 0 || is_shown(it.file_name(), hidden));
    entries.filter_map(|entry| match entry {
        Ok(entry) if entry.file_type().is_dir() => None,
        Ok(entry) => {
            let metadata = entry.metadata().map_err(|it| it.to_string());
            Some(Ok(Found { kind: entry.file_type(), metadata, path: entry.into_path() }))
        }
        Err(error) => {
            let message = error.io_error().map_or_else(|| error.to_string(), |it| reason(it));
            Some(Err(Unlistable { path: error.path().map(Path::to_owned), message }))
        }
    })
}

fn not_ignored(
    root: &Path,
    hidden: bool,
) -> impl Iterator<Item = Result<Found, Unlistable>> + use<> {
    let is_in_git =
        root.canonicalize().is_ok_and(|it| it.ancestors().any(|up| up.join(".git").exists()));
    let entries = WalkBuilder::new(root)
        .hidden(false)
        // Whose machine it is must not change what is read.
        .git_global(false)
        .ignore(false)
        .require_git(false)
        .parents(is_in_git)
        .filter_entry(move |it| it.depth() == 0 || is_shown(it.file_name(), hidden))
        .build();
    entries.filter_map(|entry| match entry {
        Ok(entry) => {
            let kind = entry.file_type().filter(|it| !it.is_dir())?;
            let metadata = entry.metadata().map_err(|it| it.to_string());
            Some(Ok(Found { kind, metadata, path: entry.into_path() }))
        }
        Err(error) => {
            let message = error.io_error().map_or_else(|| error.to_string(), |it| reason(it));
            Some(Err(Unlistable { path: error_path(&error).map(Path::to_owned), message }))
        }
    })
}

fn is_shown(name: &std::ffi::OsStr, hidden: bool) -> bool {
    name != ".git" && (hidden || !name.to_str().is_some_and(is_hidden))
}

fn error_path(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            error_path(err)
        }
        ignore::Error::Partial(errors) => errors.iter().find_map(error_path),
        _ => None,
    }
}
