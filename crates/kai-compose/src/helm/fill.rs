//! A text with Go's holes outside of any chart, as an ApplicationSet of Argo CD has them.

use std::rc::Rc;
use std::sync::Arc;

use kai_core::{Map, Node, OriginId, Origins};
use kai_syntax::go_template;

use super::functions::Functions;
use super::run::{Body, Budget, File, Run, Templates};
use super::value::{Text, from_node};

/// The text with its holes filled from a tree; nothing where it is no template, where it fails, or
/// where a value is missing.
pub(crate) fn fill(origins: &Origins, text: &str, values: &Node) -> Option<String> {
    let functions = Functions::all();
    let parsed = go_template::parse("template", text, &|it| functions.get(it).is_some()).ok()?;
    let file = Rc::new(File {
        name: "template".into(),
        text: Text::plain(text),
        template: Arc::new(parsed),
    });
    let mut templates = Templates::default();
    templates.add(&file);
    let mut budget = Budget::default();
    let run = Run::new(functions, origins, templates, Body::of(&file), &mut budget);
    let filled = run.render(&from_node(values)).ok()?;
    let filled = filled.as_str();
    (!filled.contains("<no value>")).then(|| filled.to_owned())
}

/// The name of a release out of a template that no values are given to; nothing where it fails.
#[must_use]
pub fn release_name(template: &str) -> Option<String> {
    fill(&Origins::new(), template, &Node::map(Map::new(), OriginId::NONE))
}
