//! What edits change in what would be applied.

use camino::Utf8PathBuf;
use kai_core::{Edit, Node, OriginId, Origins};

/// One difference between two trees, as deep as it goes.
#[derive(Debug)]
pub struct Change {
    /// Keys and positions from the object down.
    pub path: Vec<String>,
    /// What was there: the value, the entry, or the collection that grew.
    pub before: Vec<OriginId>,
    /// A key that was not there.
    pub added: Option<String>,
}

/// An edit by the path of its file, so that it can be told from another run's.
#[derive(Debug, Clone)]
pub struct PlacedEdit {
    pub path: Utf8PathBuf,
    pub start: u32,
    pub end: u32,
    pub text: String,
}

impl PlacedEdit {
    #[must_use]
    pub fn of(edit: &Edit, origins: &Origins) -> Self {
        let path = origins.document(edit.span.document).path.clone();
        Self { path, start: edit.span.start, end: edit.span.end, text: edit.text.clone() }
    }
}

/// Every difference between the objects of a root before and after.
#[must_use]
pub fn changes(before: &[Node], after: &[Node]) -> Vec<Change> {
    let mut changes = Vec::new();
    if before.len() != after.len() {
        changes.push(Change { path: vec!["objects".into()], before: Vec::new(), added: None });
        return changes;
    }
    for (one, other) in before.iter().zip(after) {
        let name = |keys: &[&str]| one.str_at(keys).unwrap_or_default().to_owned();
        let object = format!("{}/{}", name(&["kind"]), name(&["metadata", "name"]));
        compare(one, other, &mut vec![object], &mut changes);
    }
    changes
}

fn compare(before: &Node, after: &Node, path: &mut Vec<String>, into: &mut Vec<Change>) {
    let differs = |origins: Vec<OriginId>, added: Option<String>, path: &[String]| Change {
        path: path.to_vec(),
        before: origins,
        added,
    };
    if let (Some(had), Some(has)) = (before.as_map(), after.as_map()) {
        for entry in had.iter() {
            path.push(entry.key.to_string());
            match has.get(&entry.key) {
                Some(node) => compare(&entry.node, node, path, into),
                None => into.push(differs(vec![entry.key_origin, entry.node.origin], None, path)),
            }
            path.pop();
        }
        for entry in has.iter().filter(|it| had.get(&it.key).is_none()) {
            path.push(entry.key.to_string());
            into.push(differs(vec![before.origin], Some(entry.key.to_string()), path));
            path.pop();
        }
    } else if before.is_seq() && after.is_seq() && before.items().len() == after.items().len() {
        for (at, (one, other)) in before.items().iter().zip(after.items()).enumerate() {
            path.push(at.to_string());
            compare(one, other, path, into);
            path.pop();
        }
    } else if before.is_seq() || after.is_seq() || before.as_scalar() != after.as_scalar() {
        into.push(differs(vec![before.origin], None, path));
    }
}

impl Change {
    /// True where an edit changes the text that the value comes from.
    #[must_use]
    pub fn is_made_by(&self, edits: &[PlacedEdit], origins: &Origins) -> bool {
        let links = self.before.iter().flat_map(|&it| origins.chain(it));
        let spans: Vec<_> =
            links.filter_map(|it| origins.span(it)).map(|it| origins.outermost(it)).collect();
        spans.iter().any(|span| {
            let document = origins.document(span.document);
            let text = document.text.as_bytes();
            // What is added to a collection stands after its last line.
            let rest = &text[span.end as usize..];
            let line = rest.iter().position(|&it| it == b'\n').unwrap_or(rest.len());
            let blank = rest[line..].iter().take_while(|it| it.is_ascii_whitespace()).count();
            let end = span.end as usize + line + blank;
            // A line more before the first of a list stands above it.
            let before = &text[..span.start as usize];
            let line_start = before.iter().rposition(|&it| it == b'\n').map_or(0, |it| it + 1);
            let is_line_above = |it: &PlacedEdit| {
                it.start as usize == line_start && it.start == it.end && it.text.ends_with('\n')
            };
            // A mapping in one word, `80:8080`, names no key.
            let written = &text[span.start as usize..span.end as usize];
            let is_one_word = !written.iter().any(u8::is_ascii_whitespace);
            let names = |it: &PlacedEdit| {
                self.added.as_ref().is_none_or(|key| it.text.contains(key) || is_one_word)
            };
            edits.iter().any(|it| {
                it.path == document.path
                    && it.start as usize <= end
                    && (it.end >= span.start || is_line_above(it))
                    && names(it)
            })
        })
    }

    /// True for what a change that keeps behaviour must leave alone: objects, and how many there are
    /// of something, how they are asked whether they live, and what they may use.
    #[must_use]
    pub fn alters_behaviour(&self) -> bool {
        const KEPT: [&str; 13] = [
            "objects",
            "replicas",
            "minReplicas",
            "maxReplicas",
            "instances",
            "livenessProbe",
            "readinessProbe",
            "startupProbe",
            "healthcheck",
            "resources",
            "scale",
            "kind",
            "name",
        ];
        let is_object = self.path.len() <= 1;
        is_object || self.path.iter().any(|it| KEPT.contains(&it.as_str()))
    }
}
