//! Paths with slashes.

use super::convert::to_text;
use super::{Function, Kind, Outcome, function};
use crate::helm::run::Run;
use crate::helm::value::Value;

const TEXT: &[Kind] = &[Kind::Text];

pub(super) const ALL: &[Function] = &[
    function("base", TEXT, None, |run, it| changed(run, &it, base)),
    function("clean", TEXT, None, |run, it| changed(run, &it, clean)),
    function("dir", TEXT, None, |run, it| changed(run, &it, dir)),
    function("ext", TEXT, None, |run, it| changed(run, &it, ext)),
    function("isAbs", TEXT, None, |_, it| {
        Ok(Value::bool(to_text(&it[0]).as_str().starts_with('/')))
    }),
    function("osBase", TEXT, None, |run, it| changed(run, &it, base)),
    function("osClean", TEXT, None, |run, it| changed(run, &it, clean)),
    function("osDir", TEXT, None, |run, it| changed(run, &it, dir)),
    function("osExt", TEXT, None, |run, it| changed(run, &it, ext)),
    function("osIsAbs", TEXT, None, |_, it| {
        Ok(Value::bool(to_text(&it[0]).as_str().starts_with('/')))
    }),
];

fn changed(run: &Run<'_>, arguments: &[Value], of: fn(&str) -> String) -> Outcome {
    let text = to_text(&arguments[0]);
    Ok(text.changed(of(text.as_str()), run.origins).into())
}

pub(super) fn base(path: &str) -> String {
    match path.trim_end_matches('/') {
        "" if path.is_empty() => ".".into(),
        "" => "/".into(),
        trimmed => trimmed.rsplit('/').next().unwrap_or(trimmed).into(),
    }
}

fn dir(path: &str) -> String {
    clean(path.rfind('/').map_or("", |at| &path[..=at]))
}

fn ext(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rfind('.').map_or_else(String::new, |at| name[at..].into())
}

fn clean(path: &str) -> String {
    let is_absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|it| *it != "..") => {
                parts.pop();
            }
            ".." if is_absolute => {}
            part => parts.push(part),
        }
    }
    match (is_absolute, parts.join("/")) {
        (true, joined) => format!("/{joined}"),
        (false, joined) if joined.is_empty() => ".".into(),
        (false, joined) => joined,
    }
}
