//! What a configuration includes.

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Gap, GapKind, Node, OriginId};
use regex::Regex;

use super::extend::merge;
use super::inputs;
use crate::Project;
use crate::pipeline::bounds::Bounds;

/// GitLab refuses more files.
const FILES_MAX: usize = 150;

pub(super) struct Including<'a> {
    project: &'a Project<'a>,
    /// The folder that the repository is.
    top: &'a Utf8Path,
    count: usize,
    /// Includes of other places, as written.
    foreign: Vec<Node>,
    pub(super) gaps: Vec<Gap>,
    pub(super) bounds: Bounds<'a>,
}

impl<'a> Including<'a> {
    pub(super) fn new(project: &'a Project<'a>, top: &'a Utf8Path) -> Self {
        let bounds = Bounds::new(project.origins());
        Self { project, top, count: 0, foreign: Vec::new(), gaps: Vec::new(), bounds }
    }

    /// What a file says over what it includes; none where there is no such file.
    pub(super) fn file(&mut self, path: &Utf8Path, given: Option<&Node>) -> Option<Node> {
        self.count += 1;
        let file = self.project.file(path).filter(|_| self.count <= FILES_MAX)?;
        let (spec, body) = match &file.documents[..] {
            [spec, body, ..] if spec.node.get("spec").is_some() => (Some(&spec.node), body),
            [body, ..] => (None, body),
            [] => return None,
        };
        let body = inputs::filled(&body.node, spec, given, &mut self.bounds);
        let included = body.get("include").and_then(|it| self.all(it));
        Some(included.map_or_else(|| body.clone(), |it| merge(&it, &body)))
    }

    /// Everything that is included in one place, of which the later one wins.
    pub(super) fn all(&mut self, include: &Node) -> Option<Node> {
        let items = if include.is_seq() { include.items() } else { std::slice::from_ref(include) };
        let mut merged: Option<Node> = None;
        for item in items {
            for node in self.one(item) {
                merged = Some(merged.map_or_else(|| node.clone(), |it| merge(&it, &node)));
            }
            if self.count > FILES_MAX {
                let message = format!("more than {FILES_MAX} files are included");
                self.bounds.refuse(item.origin, message, "include fewer, and none over and over");
                break;
            }
        }
        merged
    }

    fn one(&mut self, item: &Node) -> Vec<Node> {
        let text = item.as_str();
        let local = item.get("local").or_else(|| text.is_some().then_some(item));
        match local.and_then(|it| Some((it.as_str()?, it.origin))) {
            Some((path, at)) if !path.contains("://") => self.local(path, at, item.get("inputs")),
            _ => {
                self.gaps.extend(gap(item));
                self.foreign.push(item.clone());
                Vec::new()
            }
        }
    }

    fn local(&mut self, path: &str, at: OriginId, given: Option<&Node>) -> Vec<Node> {
        let mut missing = |kind| {
            self.gaps.push(Gap { kind, what: path.to_owned(), at: Some(at) });
            Vec::new()
        };
        if path.contains('$') {
            return missing(GapKind::AbsentFile);
        }
        let whole = self.top.join(path.trim_start_matches('/'));
        if path.contains('*') {
            // Every pattern is held against every file.
            self.count += 1;
            let files = self.matching(&whole);
            return files.iter().filter_map(|it| self.file(it, given)).collect();
        }
        match self.project.file(&whole) {
            Some(_) => self.file(&whole, given).into_iter().collect(),
            None => missing(GapKind::AbsentFile),
        }
    }

    /// `*` stays in its folder, `**` does not; both as GitLab asks its repository for them.
    fn matching(&self, pattern: &Utf8Path) -> Vec<Utf8PathBuf> {
        let escaped = regex::escape(pattern.as_str());
        let text = escaped.replace(r"\*\*", ".*?").replace(r"\*", "[^/]*?");
        let Ok(regex) = Regex::new(&format!("^{text}$")) else { return Vec::new() };
        let paths = self.project.files().map(|it| &it.path);
        paths.filter(|it| regex.is_match(it.as_str())).cloned().collect()
    }

    /// Leaves only what is not here under `include`.
    pub(super) fn keep_foreign(&mut self, whole: &mut Node) {
        let origin = whole.get("include").map_or(whole.origin, |it| it.origin);
        let foreign = std::mem::take(&mut self.foreign);
        let Some(map) = whole.map_mut() else { return };
        map.remove("include");
        if !foreign.is_empty() {
            map.set("include", origin, Node::seq(foreign, origin));
        }
    }
}

/// What an include of another place leaves out.
fn gap(item: &Node) -> Option<Gap> {
    let named = |key: &str| item.get(key).and_then(|it| Some((it.as_str()?, it.origin)));
    let of = |kind, what: String, at| Gap { kind, what, at: Some(at) };
    if let Some((url, at)) = named("remote").or_else(|| Some((item.as_str()?, item.origin))) {
        return Some(of(GapKind::RemoteBase, url.to_owned(), at));
    }
    if let Some((project, at)) = named("project") {
        let file = item.get("file");
        let names = file.map(|it| if it.is_seq() { it.items() } else { std::slice::from_ref(it) });
        let names: Vec<&str> = names.unwrap_or_default().iter().filter_map(Node::as_str).collect();
        return Some(of(GapKind::AbsentFile, format!("{project}: {}", names.join(", ")), at));
    }
    if let Some((name, at)) = named("template") {
        return Some(of(GapKind::AbsentFile, format!("the template {name}"), at));
    }
    if let Some((name, at)) = named("artifact") {
        return Some(of(GapKind::AbsentFile, format!("{name}, which a job writes,"), at));
    }
    let (name, at) = named("component")?;
    Some(of(GapKind::AbsentFile, name.to_owned(), at))
}
