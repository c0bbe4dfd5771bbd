//! Whether the line that a scalar leads to has anything to do with it.

use kai_core::{LocationRole, Node, OriginId, Origins, Role, Scalar, Span};

/// How many scalars there are, and those that lead to a line that neither says them nor prints.
pub(super) fn astray(origins: &Origins, objects: &[Node]) -> (usize, Vec<String>) {
    let (mut scalars, mut astray) = (0, Vec::new());
    for object in objects {
        walk(object, &mut |scalar, origin| {
            scalars += 1;
            astray.extend(
                places(origins, origin)
                    .into_iter()
                    .find(|&it| !says(origins, it, scalar) && !is_in_action(origins, it))
                    .map(|it| describe(origins, it, scalar)),
            );
        });
    }
    (scalars, astray)
}

fn walk(node: &Node, visit: &mut dyn FnMut(&Scalar, OriginId)) {
    for entry in node.as_map().into_iter().flatten() {
        walk(&entry.node, visit);
    }
    node.items().iter().for_each(|it| walk(it, visit));
    if let Some(scalar) = node.as_scalar() {
        visit(scalar, node.origin);
    }
}

/// Where the template has a scalar; and what was printed there, where that is all of it.
fn places(origins: &Origins, origin: OriginId) -> Vec<Span> {
    let (template, value) = match (origins.role(origin), origins.parents(origin)) {
        (Role::Templated, [template, others @ ..]) => {
            (*template, others.is_empty().then_some(origin))
        }
        _ => (origin, None),
    };
    let value = value.filter(|it| origins.editable(*it).is_some());
    let spans = std::iter::once(template).chain(value).map(|it| origins.span(it));
    spans.map(|it| origins.outermost(it.expect("a scalar of a chart stands somewhere"))).collect()
}

/// True where the line of a place says the scalar's first word, begins it before an action, or begins
/// a text of many lines.
fn says(origins: &Origins, place: Span, scalar: &Scalar) -> bool {
    let text = &origins.document(place.document).text;
    let start = text[..place.start as usize].rfind('\n').map_or(0, |it| it + 1);
    let end = text[place.start as usize..].find('\n');
    let end = end.map_or(text.len(), |it| place.start as usize + it);
    let (line, rest) = (&text[start..end], &text[place.start as usize..end]);
    let begins = rest.split_once("{{").map_or("", |it| it.0);
    let is_begun = !begins.is_empty() && scalar.text.starts_with(begins.trim_matches(['"', '\'']));
    let word = scalar.text.split(|it: char| !it.is_alphanumeric()).find(|it| !it.is_empty());
    word.is_none_or(|it| line.contains(it)) || is_begun || rest.starts_with(['|', '>'])
}

/// True between the marks of an action.
fn is_in_action(origins: &Origins, place: Span) -> bool {
    let before = &origins.document(place.document).text[..place.start as usize];
    before.rfind("{{").is_some_and(|open| !before[open..].contains("}}"))
}

fn describe(origins: &Origins, place: Span, scalar: &Scalar) -> String {
    let location = origins.location_of(place, LocationRole::Primary);
    let text = scalar.text.lines().next().unwrap_or_default();
    format!("{}:{} has nothing of {text:?}", location.path, location.line)
}
