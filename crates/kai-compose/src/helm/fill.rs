//! A text with Go's holes outside of any chart, as an ApplicationSet of Argo CD has them.

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use kai_core::{DocumentId, Map, Node, OriginId, Origins};
use kai_syntax::{Parsed, go_template};

use super::functions::Functions;
use super::run::{Body, Budget, File, Run, Templates};
use super::trace;
use super::value::{Text, from_node};

/// The text with its holes filled from a tree; nothing where it is no template, where it fails, or
/// where a value is missing.
pub(crate) fn fill(origins: &Origins, text: &str, values: &Node) -> Option<String> {
    run(origins, Text::plain(text), values).map(|it| it.as_str().to_owned())
}

/// A part of a file that is a template, filled in the same way and read as YAML, every value with
/// the origin of what wrote it; nothing where that is no YAML.
pub(crate) fn read_filled(
    origins: &Origins,
    document: DocumentId,
    part: Range<usize>,
    values: &Node,
) -> Option<Parsed> {
    let text = Text::written(origins.document(document)).slice(part);
    let parsed = trace::parse(origins, &run(origins, text, values)?);
    (parsed.problems.is_empty() && parsed.template.is_none()).then_some(parsed)
}

/// A text that was filled, read as YAML; every value has the origin of what was filled.
pub(crate) fn read_text(origins: &Origins, text: &str, origin: OriginId) -> Option<Node> {
    let parsed = trace::parse(origins, &Text::new(text, origin));
    let is_read = parsed.problems.is_empty() && parsed.template.is_none();
    parsed.documents.into_iter().next().filter(|_| is_read).map(|it| it.node)
}

fn run(origins: &Origins, text: Text, values: &Node) -> Option<Text> {
    let functions = Functions::all();
    let parsed = go_template::parse("template", text.as_str(), &|it| functions.get(it).is_some());
    let template = Arc::new(parsed.ok()?);
    let file = Rc::new(File { name: "template".into(), text, template });
    let mut templates = Templates::default();
    templates.add(&file);
    let mut budget = Budget::default();
    let run = Run::new(functions, origins, templates, Body::of(&file), &mut budget);
    let filled = run.render(&from_node(values)).ok()?;
    (!filled.as_str().contains("<no value>")).then_some(filled)
}

/// The name of a release out of a template that no values are given to; nothing where it fails.
#[must_use]
pub fn release_name(template: &str) -> Option<String> {
    fill(&Origins::new(), template, &Node::map(Map::new(), OriginId::NONE))
}
