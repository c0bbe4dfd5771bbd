//! The YAML between `---` and `---`, and the text behind it.

use camino::Utf8PathBuf;
use kai_core::{LocationRole, Node, OriginId, Origins};
use kai_syntax::yaml;

use super::problem::Problem;

pub(super) struct Frontmatter<'a> {
    pub(super) fields: Vec<Field>,
    pub(super) body: &'a str,
    /// The line at which the body begins.
    pub(super) body_line: usize,
}

pub(super) struct Field {
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) value: Node,
}

/// Nothing where the file has none; problems where it is no YAML.
pub(super) fn read(text: &str) -> Result<Option<Frontmatter<'_>>, Problem> {
    let Some(rest) = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n")) else {
        return Ok(None);
    };
    let Some(end) = std::iter::once(0)
        .chain(rest.match_indices('\n').map(|it| it.0 + 1))
        .find(|it| rest[*it..].lines().next() == Some("---"))
    else {
        return Err(Problem::new(1, "the frontmatter that begins here does not end with `---`"));
    };
    // The first line stands for `---`, so that lines are those of the file.
    let written = format!("#\n{}", &rest[..end]);
    let body = rest[end..].split_once('\n').map_or("", |it| it.1);
    let body_line = written.matches('\n').count() + 2;
    let origins = Origins::new();
    let line = |origin: OriginId| {
        origins.location(origin, LocationRole::Primary).map_or(1, |it| it.line as usize)
    };
    let Some(document) = origins.add_document(Utf8PathBuf::from("frontmatter.yaml"), written)
    else {
        return Err(Problem::new(1, "the frontmatter is too long"));
    };
    let parsed = yaml::parse(&origins, document);
    if let Some(problem) = parsed.problems.first() {
        let line = problem
            .span
            .map_or(1, |it| origins.location_of(it, LocationRole::Primary).line as usize);
        return Err(Problem::new(line, format!("the frontmatter is no YAML: {}", problem.message)));
    }
    let node = parsed.documents.first().map(|it| it.node.clone());
    let Some(map) = node.as_ref().and_then(Node::as_map) else {
        return Err(Problem::new(2, "the frontmatter holds no fields"));
    };
    let fields = map.iter().map(|it| Field {
        name: it.key.to_string(),
        line: line(it.key_origin),
        value: it.node.clone(),
    });
    Ok(Some(Frontmatter { fields: fields.collect(), body, body_line }))
}
