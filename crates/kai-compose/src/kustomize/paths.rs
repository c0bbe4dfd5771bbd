//! Paths as kustomization files write them.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

/// A path relative to a folder, without `.` and `..`. What leads out of the tree keeps its `..`, so
/// that nothing is found there.
pub(crate) fn join(dir: &Utf8Path, path: &str) -> Utf8PathBuf {
    let mut joined = Utf8PathBuf::new();
    for part in dir.join(path).components() {
        match part {
            Utf8Component::CurDir => {}
            Utf8Component::ParentDir => {
                let is_inside = joined.file_name().is_some();
                if !(is_inside && joined.pop()) {
                    joined.push("..");
                }
            }
            other => joined.push(other.as_str()),
        }
    }
    joined
}

/// A folder for people: the tree's own is `.`.
pub(crate) fn shown(dir: &Utf8Path) -> &str {
    if dir.as_str().is_empty() { "." } else { dir.as_str() }
}

/// True for what a tool would fetch: addresses with a scheme (`https://`, `oci://`) and the short
/// forms of git addresses.
pub(crate) fn is_remote(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let starts = ["git::", "gh:", "github.com/", "github.com:"];
    lower.contains("://")
        || starts.iter().any(|it| lower.starts_with(it))
        || is_scp_address(path)
        || lower.contains("?ref=")
        || lower.contains(".git/")
        || lower.ends_with(".git")
        || lower.contains("_git/")
}

/// An address for people: who may fetch it is struck out of `https://user:password@host/…`.
#[must_use]
pub fn without_password(path: &str) -> String {
    let masked = path.split_once("://").and_then(|(scheme, rest)| {
        let authority = rest.split('/').next().unwrap_or_default();
        let (user, _) = authority.rsplit_once('@').filter(|(user, _)| *user != "git")?;
        Some(format!("{scheme}://***{}", &rest[user.len()..]))
    });
    let text = masked.unwrap_or_else(|| path.to_owned());
    match text.split_once('?') {
        Some((address, query)) if !query.split('&').all(is_shown) => format!("{address}?***"),
        _ => text,
    }
}

/// What Kustomize and go-getter read; anything else may be a signature that opens the address.
fn is_shown(parameter: &str) -> bool {
    const SHOWN: &[&str] = &["depth", "ref", "submodules", "timeout", "version"];
    SHOWN.contains(&parameter.split('=').next().unwrap_or_default())
}

/// `user@host:path`.
fn is_scp_address(path: &str) -> bool {
    path.split_once(':').is_some_and(|(head, _)| head.contains('@') && !head.contains('/'))
}
