//! A text with Go's holes outside of any chart, as an ApplicationSet of Argo CD has them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use kai_core::{DocumentId, Map, Node, OriginId, Origins};
use kai_syntax::{Parsed, go_template};

use super::functions::Functions;
use super::run::{Asked, Body, Budget, File, Run, Templates};
use super::trace;
use super::value::{Text, from_node};

/// The text with its holes filled from a tree; nothing where it is no template, where it fails, or
/// where a value is missing.
pub(crate) fn fill(origins: &Origins, text: &str, values: &Node) -> Option<String> {
    run(origins, Text::plain(text), values).map(|it| it.as_str().to_owned())
}

/// How a text of a Helmfile is filled: what its holes may name, and the files beside it.
pub(crate) struct Filling<'a> {
    pub(crate) values: &'a Node,
    pub(crate) read: &'a dyn Fn(&str) -> Option<String>,
}

impl Filling<'_> {
    /// The text with its holes filled.
    ///
    /// # Errors
    ///
    /// What it needs that is not here, or why it fails.
    pub(crate) fn fill(&self, origins: &Origins, text: &str) -> Result<String, String> {
        Ok(self.run(origins, &Text::plain(text))?.as_str().to_owned())
    }

    /// A part of a file that is a template, filled and read as YAML, every value with the origin of
    /// what wrote it.
    ///
    /// # Errors
    ///
    /// The same, or that it is no YAML.
    pub(crate) fn read(
        &self,
        origins: &Origins,
        document: DocumentId,
        part: Range<usize>,
    ) -> Result<Parsed, String> {
        let text = Text::written(origins.document(document)).slice(part);
        let parsed = trace::parse(origins, &self.run(origins, &text)?);
        match parsed.problems.first() {
            Some(problem) => Err(format!("what is no YAML: {}", problem.message)),
            None if parsed.template.is_some() => Err("what is no YAML".into()),
            None => Ok(parsed),
        }
    }

    /// Runs the text, and once more for each file that it turns out to read.
    fn run(&self, origins: &Origins, text: &Text) -> Result<Text, String> {
        let mut files = BTreeMap::new();
        for _ in 0..MOST_FILES {
            let mut budget = Budget::default();
            budget.asked.files.clone_from(&files);
            let filled = attempt(origins, Functions::of_helmfile(), text, self.values, &mut budget);
            let Asked { file, machine, .. } = budget.asked;
            if let Some(path) = file {
                let content = (self.read)(&path).ok_or_else(|| format!("the file `{path}`"))?;
                files.insert(path, content);
                continue;
            }
            if let Some(what) = machine.into_iter().next() {
                return Err(what);
            }
            let filled = filled?;
            let is_whole = !filled.as_str().contains("<no value>");
            return is_whole
                .then_some(filled)
                .ok_or_else(|| "a value that nothing here gives".into());
        }
        Err(format!("more than {MOST_FILES} files"))
    }
}

/// Files that one text may read.
const MOST_FILES: usize = 64;

/// A text that was filled, read as YAML; every value has the origin of what was filled.
pub(crate) fn read_text(origins: &Origins, text: &str, origin: OriginId) -> Option<Node> {
    let parsed = trace::parse(origins, &Text::new(text, origin));
    let is_read = parsed.problems.is_empty() && parsed.template.is_none();
    parsed.documents.into_iter().next().filter(|_| is_read).map(|it| it.node)
}

fn run(origins: &Origins, text: Text, values: &Node) -> Option<Text> {
    let filled = attempt(origins, Functions::all(), &text, values, &mut Budget::default()).ok()?;
    (!filled.as_str().contains("<no value>")).then_some(filled)
}

fn attempt(
    origins: &Origins,
    functions: &Functions,
    text: &Text,
    values: &Node,
    budget: &mut Budget,
) -> Result<Text, String> {
    let parsed = go_template::parse("template", text.as_str(), &|it| functions.get(it).is_some());
    let template = Arc::new(parsed.map_err(|it| it.message)?);
    let file = Rc::new(File { name: "template".into(), text: text.clone(), template });
    let mut templates = Templates::default();
    templates.add(&file);
    let run = Run::new(functions, origins, templates, Body::of(&file), budget);
    run.render(&from_node(values)).map_err(|it| it.message)
}

/// The name of a release out of a template that no values are given to; nothing where it fails.
#[must_use]
pub fn release_name(template: &str) -> Option<String> {
    fill(&Origins::new(), template, &Node::map(Map::new(), OriginId::NONE))
}
