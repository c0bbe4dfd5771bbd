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
    let (scheme, rest) = match path.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), path),
    };
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let (place, after) = rest.split_at(end);
    let user = user_of(place).filter(|_| !scheme.is_empty());
    let place = user.map_or(place.to_owned(), |it| format!("***{}", &place[it.len()..]));
    let after = match after.split_at_checked(1) {
        Some(("?", query)) if !query.split('&').all(is_shown) => "?***",
        Some(("#", _)) if !scheme.is_empty() => "#***",
        _ => after,
    };
    format!("{scheme}{place}{after}")
}

/// Who asks, with what he proves it by: what stands before the last `@` of the host, or of everything where a
/// password has a slash in it, which looks like a port that is no number. `git@` is nobody's secret.
fn user_of(place: &str) -> Option<&str> {
    let authority = place.split('/').next().unwrap_or_default();
    if let Some((user, _)) = authority.rsplit_once('@') {
        return (user != "git").then_some(user);
    }
    let (_, port) = authority.split_once(':')?;
    let is_port = port.bytes().all(|it| it.is_ascii_digit());
    if is_port { None } else { Some(place.rsplit_once('@')?.0) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_what_opens_it() {
        for (path, shown) in [
            ("https://shop:fake@charts.example/a.tgz", "https://***@charts.example/a.tgz"),
            ("https://shop:kx9/fake@charts.example/a.tgz", "https://***@charts.example/a.tgz"),
            ("https://charts.example/a.tgz?sig=fake", "https://charts.example/a.tgz?***"),
            ("https://charts.example/a.tgz#token=fake", "https://charts.example/a.tgz#***"),
            (
                "https://git.example/a//b?ref=v1&timeout=9s",
                "https://git.example/a//b?ref=v1&timeout=9s",
            ),
            ("oci://registry.example:5000/a@sha256:0f", "oci://registry.example:5000/a@sha256:0f"),
            ("ssh://git@git.example/a", "ssh://git@git.example/a"),
            ("git.example/a//b?ref=v1&token=fake", "git.example/a//b?***"),
            ("../base@2/a", "../base@2/a"),
        ] {
            assert_eq!(without_password(path), shown);
        }
    }
}
