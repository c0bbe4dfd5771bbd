//! Rendered files to documents, in the order in which Helm installs them.

use std::collections::BTreeMap;
use std::ops::Range;

use kai_core::{Node, Origins, Span};
use kai_syntax::{Parsed, yaml};
use memchr::memmem;
use smol_str::SmolStr;

use super::holes::hole;
use super::stand_in::{forget_marks, has_mark, has_open};
use super::template::{Lost, Refused};
use super::trace;
use super::value::{Text, unsupported};

/// One document of a rendered file.
#[derive(Debug, Clone)]
pub(crate) struct Manifest {
    /// The template, as Helm names it.
    pub(crate) source: SmolStr,
    pub(crate) text: String,
    /// What stands in it; nothing where there are only comments, and where only the text is wanted
    /// and nothing of it can be a Secret.
    pub(crate) node: Option<Node>,
    kind: SmolStr,
    /// What it hooks into: `pre-install`, `test` …
    pub(crate) events: Vec<SmolStr>,
}

const HOOK: &str = "helm.sh/hook";

/// The events that Helm knows; a hook of another one is dropped.
const EVENTS: &[&str] = &[
    "pre-install",
    "post-install",
    "pre-delete",
    "post-delete",
    "pre-upgrade",
    "post-upgrade",
    "pre-rollback",
    "post-rollback",
    "test",
    "test-success",
];

/// Kinds in the order in which they are installed; others come after them, by name.
const ORDER: &[&str] = &[
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
];

/// What Helm reads of an object, and where a list holds others.
const HEAD: &[&[&str]] =
    &[&["apiVersion"], &["kind"], &["metadata", "name"], &["metadata", "annotations"], &["items"]];

/// How rendered texts are read.
pub(crate) struct Reading<'a> {
    pub(crate) origins: &'a Origins,
    /// Values get the origins of what wrote them, and not only their place in the text.
    pub(crate) is_traced: bool,
}

/// The objects and the hooks of rendered files. A document that is refused is noted instead where
/// somebody notes it.
///
/// # Errors
///
/// A document that is no YAML, or no object.
pub(crate) fn sort(
    reading: &Reading<'_>,
    files: BTreeMap<SmolStr, Text>,
    mut lost: Option<&mut Vec<Lost>>,
) -> Result<(Vec<Manifest>, Vec<Manifest>), Refused> {
    let (mut manifests, mut hooks) = (Vec::new(), Vec::new());
    for (source, mut text) in files {
        let ranges = documents(text.as_str());
        let is_alone = ranges.len() == 1;
        for range in ranges {
            let piece = &text.as_str()[range.clone()];
            // What is put in the place of an open value may be of another form.
            let is_meant = has_open(piece);
            let read = |is_traced| {
                let parsed = reading.parse(&text, range.clone(), is_traced);
                reading.read(&source, piece, parsed, lost.is_some())
            };
            let skimmed = lost.is_none().then(|| reading.skim(&source, piece)).flatten();
            let read = match skimmed.map_or_else(|| read(reading.is_traced), Ok) {
                // A second look finds the line of the template.
                Err(_) if !reading.is_traced => read(true),
                read => read,
            };
            let mut manifest = match (read, &mut lost) {
                (Ok(Some(manifest)), _) => manifest,
                (Ok(None), _) => continue,
                (Err(refused), None) => return Err(refused),
                (Err(Refused { message, at }), Some(lost)) => {
                    let template = source.clone();
                    lost.push(Lost { template, message, at, is_meant, is_bound: false });
                    continue;
                }
            };
            manifest.text = match is_alone {
                true => text.take(range),
                false => text.as_str()[range].to_owned(),
            };
            if manifest.events.is_empty() { &mut manifests } else { &mut hooks }.push(manifest);
        }
    }
    manifests.sort_by(by_kind);
    hooks.sort_by(by_kind);
    Ok((manifests, hooks))
}

fn by_kind(left: &Manifest, right: &Manifest) -> std::cmp::Ordering {
    let place = |it: &Manifest| ORDER.iter().position(|kind| it.kind == *kind);
    match (place(left), place(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        (Some(_), None) => std::cmp::Ordering::Less,
        (None, Some(_)) => std::cmp::Ordering::Greater,
        (None, None) => left.kind.cmp(&right.kind),
    }
}

/// The documents of a file: what stands between lines that begin with three dashes, trimmed.
fn documents(text: &str) -> Vec<Range<usize>> {
    let offset = text.len() - text.trim_start().len();
    let text = text.trim();
    let mut ranges = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(found) = memmem::find(&text.as_bytes()[at..], b"---") {
        let dashes = at + found;
        at = dashes + 3;
        let before = &text[start..dashes];
        if dashes == 0 || before.ends_with('\n') {
            ranges.push(start..dashes);
            // The space behind the mark belongs to it, so that a mark right below it is text.
            start = at + text[at..].len() - text[at..].trim_start().len();
            at = start;
        }
    }
    ranges.push(start..text.len());
    let trimmed = ranges.into_iter().map(|range| {
        let part = &text[range.clone()];
        let start = range.start + part.len() - part.trim_start().len();
        start + offset..start + offset + part.trim().len()
    });
    trimmed.filter(|it| !it.is_empty()).collect()
}

impl Reading<'_> {
    /// An object of which only the text is wanted, if its head says that all is well; nothing of a
    /// hook that is dropped. The text is for the caller to add.
    fn skim(&self, source: &SmolStr, text: &str) -> Option<Option<Manifest>> {
        if self.is_traced || may_be_endless(text) {
            return None;
        }
        let head = yaml::skim(text, HEAD)?;
        // A folded text ends in a line break.
        let is_secret = head.str_at(&["kind"]).is_some_and(|it| it.trim() == "Secret");
        let may_be_secret = is_secret || head.get("items").is_some();
        if may_be_secret || misfit(&head).is_some() {
            return None;
        }
        let manifest = |(kind, events)| Manifest {
            source: source.clone(),
            text: String::new(),
            node: None,
            kind,
            events,
        };
        Some(place(&head).map(manifest))
    }

    fn parse(&self, text: &Text, range: Range<usize>, is_traced: bool) -> Parsed {
        if is_traced {
            let (text, parts) = text.piece(range);
            return trace::parse_parts(self.origins, "", text, &parts);
        }
        let document = self.origins.add_document("".into(), text.as_str()[range].into());
        document.map_or_else(Parsed::default, |it| yaml::parse(self.origins, it))
    }

    fn read(
        &self,
        source: &SmolStr,
        text: &str,
        parsed: Parsed,
        has_stand_ins: bool,
    ) -> Result<Option<Manifest>, Refused> {
        let refuse = |what: &str, message: &str, at: Option<Span>| {
            let message = format!("YAML parse error on {source}: {what}{message}");
            Err(Refused { message, at: at.map(|it| self.origins.outermost(it)) })
        };
        const CONVERTING: &str = "error converting YAML to JSON: yaml: ";
        // Duplicate keys are problems too, but leave a document.
        if let Some(problem) = parsed.problems.first().filter(|_| parsed.documents.is_empty()) {
            return refuse(CONVERTING, &problem.message, problem.span);
        }
        if parsed.template.is_some() && parsed.documents.is_empty() {
            return refuse(CONVERTING, "the text is no YAML", None);
        }
        let may_have_hole = parsed.template.is_some() && !has_stand_ins;
        let mut node = parsed.documents.into_iter().next().map(|it| it.node);
        let marked = node.as_ref().filter(|_| may_have_hole).and_then(hole);
        let endless = || node.as_ref().filter(|_| may_be_endless(text)).and_then(unsupported);
        if let Some((words, at)) = marked.or_else(endless) {
            return refuse("", &words, self.origins.span(at));
        }
        if let Some((what, at)) = node.as_ref().and_then(misfit) {
            let message = format!("while decoding JSON: json: {what} has another type");
            return refuse("error unmarshaling JSON: ", &message, self.origins.span(at.origin));
        }
        let place = node.as_ref().map_or_else(|| Some(Default::default()), place);
        if has_stand_ins && has_mark(text) {
            node.iter_mut().for_each(forget_marks);
        }
        let manifest = |(kind, events)| Manifest {
            source: source.clone(),
            text: String::new(),
            node,
            kind,
            events,
        };
        Ok(place.map(manifest))
    }
}

/// The kind of an object and what it hooks into; nothing where that is no event of Helm.
fn place(object: &Node) -> Option<(SmolStr, Vec<SmolStr>)> {
    let kind = object.str_at(&["kind"]).unwrap_or_default();
    let annotation = object.str_at(&["metadata", "annotations", HOOK]);
    let events = annotation.into_iter().flat_map(|it| it.split(',')).map(|event| {
        let event = event.trim().to_lowercase();
        EVENTS.contains(&event.as_str()).then(|| event.into())
    });
    Some((kind.into(), events.collect::<Option<_>>()?))
}

/// True where a text may hold `.nan` or `.inf`.
fn may_be_endless(text: &str) -> bool {
    memchr::memchr_iter(b'.', text.as_bytes()).any(|at| {
        let word = text.as_bytes().get(at + 1..at + 4);
        word.is_some_and(|it| it.eq_ignore_ascii_case(b"nan") || it.eq_ignore_ascii_case(b"inf"))
    })
}

/// What has another type than Helm asks of what it reads of an object. Numbers and booleans pass for
/// texts.
fn misfit(node: &Node) -> Option<(&'static str, &Node)> {
    if node.as_map().is_none() && !node.is_null() {
        return Some(("the object", node));
    }
    let metadata = node.get("metadata").filter(|it| !it.is_null());
    let annotations = metadata.and_then(|it| it.get("annotations")).filter(|it| !it.is_null());
    for (what, table) in [("metadata", metadata), ("metadata.annotations", annotations)] {
        if let Some(table) = table.filter(|it| it.as_map().is_none()) {
            return Some((what, table));
        }
    }
    let texts = [node.get("apiVersion"), node.get("kind"), metadata.and_then(|it| it.get("name"))];
    let values = annotations.and_then(Node::as_map).into_iter().flatten().map(|it| &it.node);
    let mut texts = texts.into_iter().flatten().chain(values);
    texts.find(|it| it.as_scalar().is_none()).map(|it| ("a text", it))
}
