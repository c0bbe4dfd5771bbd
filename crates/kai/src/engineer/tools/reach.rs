//! What a command that only reads would reach beyond what its text says: through links, and in folders.

use std::fs::{FileType, read_dir};

use camino::{Utf8Path, Utf8PathBuf};
use kai_guard::{Call, Judgement, is_searched_for, normally_holds_secrets};

/// In larger trees, what is not known is taken to be there.
const ENTRIES_MAX: usize = 200_000;

/// Programs that follow links which they find.
const FOLLOWING: &[&str] = &["find", "xargs", "diff"];

/// Why a command may not run although its text only reads: a link leads to a secret, or out of the folder.
pub(super) fn forbidden(folder: &Utf8Path, command: &str, judgement: &Judgement) -> Option<String> {
    let root = folder.canonicalize_utf8().ok()?;
    judgement.calls.iter().find_map(|it| of_call(&root, it)).or_else(|| {
        // A file that is given on the standard input stands in no argument.
        command.contains('<').then(|| below(&root, &root, usize::MAX, |_| true)).flatten()
    })
}

fn of_call(root: &Utf8Path, call: &Call) -> Option<String> {
    let place = root.join(call.folder.as_deref().unwrap_or_default());
    let Ok(place) = place.canonicalize_utf8() else {
        return Some(format!("`{place}` is no folder"));
    };
    if !place.starts_with(root) {
        return Some(format!(
            "`{}` leads out of the folder",
            call.folder.as_deref().unwrap_or_default()
        ));
    }
    if FOLLOWING.contains(&call.program.as_str()) {
        let named = call.arguments.iter().filter_map(|it| it.literal()).map(|it| place.join(it));
        let mut starts: Vec<Utf8PathBuf> = named.filter(|it| it.is_dir()).collect();
        if starts.is_empty() {
            starts.push(place.clone());
        }
        if let Some(reason) = starts.iter().find_map(|it| below(root, it, usize::MAX, |_| true)) {
            return Some(reason);
        }
    }
    call.arguments.iter().filter_map(|it| it.literal()).flat_map(parts).find_map(|it| {
        match it.find(['*', '?', '[']) {
            None => led(root, &place.join(it)),
            Some(at) => {
                let (prefix, rest) = it.split_at(it[..at].rfind('/').map_or(0, |it| it + 1));
                // `*.yaml` finds no link with another ending, and `x*` none with another beginning.
                let first = rest.split('/').next().unwrap_or(rest);
                let beginning = first.split(['*', '?', '[']).next().unwrap_or_default();
                let ending = first.rsplit(['*', '?', ']']).next().unwrap_or_default();
                let is_meant = |it: &str| it.starts_with(beginning) && it.ends_with(ending);
                below(root, &place.join(prefix), rest.split('/').count(), is_meant)
            }
        }
    })
}

/// What of an argument may be a path: it, the value of `--flag=value`, and that of `-fvalue`.
fn parts(argument: &str) -> impl Iterator<Item = &str> {
    let value = argument.split_once('=').map(|it| it.1);
    let glued = argument.strip_prefix('-').and_then(|it| it.get(1..));
    [Some(argument), value, glued].into_iter().flatten().filter(|it| !it.is_empty())
}

/// What is wrong with where a path leads, if a link is on it.
fn led(root: &Utf8Path, path: &Utf8Path) -> Option<String> {
    path.symlink_metadata().ok()?;
    let shown = path.strip_prefix(root).unwrap_or(path);
    let Ok(real) = path.canonicalize_utf8() else { return None };
    let Ok(inside) = real.strip_prefix(root) else {
        return Some(format!("`{shown}` is a link that leads out of the folder"));
    };
    (inside != shown && normally_holds_secrets(inside.as_str()))
        .then(|| format!("`{shown}` is a link to `{inside}`, which normally holds secrets"))
}

/// The first link below a folder that leads where it should not, not deeper than so many names, and where what is right
/// below the folder has such a name.
fn below(
    root: &Utf8Path,
    start: &Utf8Path,
    depth_max: usize,
    is_meant: impl Fn(&str) -> bool,
) -> Option<String> {
    let mut found = None;
    let is_whole = each(root, start, depth_max, &mut |path, kind| {
        let first = path.strip_prefix(start).ok().and_then(|it| it.iter().next());
        if kind.is_symlink() && first.is_some_and(&is_meant) {
            found = led(root, path);
        }
        found.is_some()
    });
    found.or_else(|| (!is_whole).then(|| "there are too many files to look for links".to_owned()))
}

/// True where a command that reads files which it does not name may come across one that normally holds secrets: any in
/// a folder that it names, else one that a search of everything finds.
pub(super) fn may_find_secrets(folder: &Utf8Path, judgement: &Judgement) -> bool {
    let Ok(root) = folder.canonicalize_utf8() else { return true };
    let mut folders: Vec<Utf8PathBuf> = Vec::new();
    for call in &judgement.calls {
        let place = root.join(call.folder.as_deref().unwrap_or_default());
        let named = call.arguments.iter().filter_map(|it| it.literal());
        folders.extend(named.map(|it| place.join(it)).filter(|it| it.is_dir() && *it != root));
    }
    let in_folders = folders.iter().any(|it| holds(&root, it, |_| true));
    in_folders || holds(&root, &root, is_searched_for)
}

fn holds(root: &Utf8Path, start: &Utf8Path, is_meant: impl Fn(&str) -> bool) -> bool {
    let mut found = false;
    let is_whole = each(root, start, usize::MAX, &mut |path, kind| {
        let path = path.strip_prefix(root).unwrap_or(path).as_str();
        found = !kind.is_dir() && is_meant(path) && normally_holds_secrets(path);
        found
    });
    found || !is_whole
}

/// The names right below a folder, told from the root; nothing where it lies outside, or there are too many.
pub(super) fn entries(root: &Utf8Path, folder: &str) -> Option<Vec<String>> {
    const NAMES_MAX: usize = 10_000;
    let root = root.canonicalize_utf8().ok()?;
    let place = root.join(folder);
    let Ok(real) = place.canonicalize_utf8() else { return Some(Vec::new()) };
    if !real.starts_with(&root) || folder.starts_with('~') {
        return None;
    }
    if !real.is_dir() {
        return Some(Vec::new());
    }
    let entries = read_dir(real.as_std_path()).ok()?.take(NAMES_MAX + 1);
    let names: Option<Vec<String>> =
        entries.map(|it| it.ok()?.file_name().into_string().ok()).collect();
    names.filter(|it| it.len() <= NAMES_MAX)
}

/// Shows what is below a folder until it was enough; false where there was more than can be looked at.
fn each(
    root: &Utf8Path,
    start: &Utf8Path,
    depth_max: usize,
    is_enough: &mut dyn FnMut(&Utf8Path, FileType) -> bool,
) -> bool {
    let mut left = vec![(start.to_owned(), 1)];
    let mut count = 0;
    while let Some((folder, depth)) = left.pop() {
        let Ok(entries) = read_dir(folder.as_std_path()) else { continue };
        for entry in entries.flatten() {
            count += 1;
            if count > ENTRIES_MAX {
                return false;
            }
            let (Ok(kind), path) = (entry.file_type(), entry.path()) else { continue };
            let Some(path) = Utf8Path::from_path(&path) else { continue };
            if is_enough(path, kind) {
                return true;
            }
            if kind.is_dir() && depth < depth_max && path != root.join(".git") {
                left.push((path.to_owned(), depth + 1));
            }
        }
    }
    true
}
