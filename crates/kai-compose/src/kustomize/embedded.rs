//! Texts that stand inside scalars of a kustomization file.

use std::ops::Range;

use kai_core::{DocumentId, Node, OriginId, Origins};
use kai_syntax::{YamlDocument, yaml};

use super::fields::Text;

/// What stands in a scalar, read as YAML.
pub(crate) struct Inline {
    pub(crate) documents: Vec<YamlDocument>,
    /// What is wrong with the first document that could not be read.
    pub(crate) problem: Option<String>,
}

/// Reads the text of a scalar as YAML.
pub(crate) fn parse(origins: &Origins, scalar: &Text) -> Inline {
    let Some(document) = register(origins, scalar) else {
        return Inline { documents: Vec::new(), problem: Some("it cannot be read".to_owned()) };
    };
    let parsed = yaml::parse(origins, document);
    let problem = parsed.problems.first().map(|it| it.message.clone());
    let template = parsed.template.map(|it| format!("it is a {}", it.as_str()));
    Inline { documents: parsed.documents, problem: template.or(problem) }
}

/// The origin of a range of a scalar's text, so that the range alone can be edited.
pub(crate) fn part(origins: &Origins, scalar: &Text, range: Range<usize>) -> Option<OriginId> {
    let document = register(origins, scalar)?;
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    origins.set_spans(document, vec![(offset(range.start), offset(range.end))]);
    Some(origins.written(document, 0))
}

fn register(origins: &Origins, scalar: &Text) -> Option<DocumentId> {
    let outer = origins.span(scalar.origin)?;
    let path = origins.document(outer.document).path.clone();
    let node = Node::string(scalar.value.clone(), scalar.origin);
    kai_syntax::embed(origins, &node, path)
}
