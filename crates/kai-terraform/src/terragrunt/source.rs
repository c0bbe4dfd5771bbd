//! Where the source of a module leads.

use camino::{Utf8Path, Utf8PathBuf};

use super::scope::FileScope;
use super::unit::Source;
use crate::config::normalised;
use crate::syntax::{Expr, Kind};

/// Stands for the folder that the repository is checked out in, which nobody knows. No real path
/// begins so.
pub(super) const CHECKOUT: &str = "/<checkout>";

/// A path of the tree, as seen from a folder; none where it leads out of it.
pub(super) fn in_tree(from: &Utf8Path, path: &str) -> Option<Utf8PathBuf> {
    match path.strip_prefix(CHECKOUT) {
        Some(rest) => normalised(Utf8Path::new(rest.trim_start_matches('/'))),
        None if path.starts_with('/') => None,
        None => normalised(&from.join(path)),
    }
}

/// The module that an expression names.
pub(super) fn source(scope: &FileScope<'_>, expr: &Expr) -> Source {
    let value = scope.value(expr);
    let (text, is_known) = match &value {
        Ok(value) => match (value.as_str(), value.as_unknown()) {
            (Some(text), _) => (text.to_owned(), true),
            (None, Some(it)) if !it.refinement.prefix.is_empty() => {
                (format!("{}…", it.refinement.prefix), false)
            }
            (None, it) => (it.map_or_else(String::new, |it| it.cause.text.to_string()), false),
        },
        Err(problem) => (problem.summary.clone(), false),
    };
    if is_known && let Some(folder) = folder(scope, &text) {
        return Source::Local(folder);
    }
    // One arm is the folder itself: what another arm names is a version of it.
    match local_arm(scope, expr) {
        Some(folder) => Source::Nearby(folder, text),
        None => Source::Elsewhere(text),
    }
}

fn local_arm(scope: &FileScope<'_>, expr: &Expr) -> Option<Utf8PathBuf> {
    match &expr.kind {
        Kind::Wrap(it) | Kind::Parens(it) => local_arm(scope, it),
        Kind::Conditional(parts) => {
            let value = |it: &Expr| folder(scope, scope.value(it).ok()?.as_str()?);
            let [_, then, otherwise] = &**parts;
            value(then).or_else(|| value(otherwise))
        }
        _ => None,
    }
}

/// The folder of a source that is a path, where it holds files.
fn folder(scope: &FileScope<'_>, source: &str) -> Option<Utf8PathBuf> {
    let is_path = source.starts_with('.') || source.starts_with('/');
    let path = source.replace("//", "/");
    let folder = in_tree(&scope.unit, &path).filter(|_| is_path)?;
    let files = scope.composer.tree.files();
    files.iter().any(|it| it.path.starts_with(&folder)).then_some(folder)
}
