//! Dockerfiles → components.

use kai_core::{ComponentId, Node, Root, SmolStr};
use kai_graph::{Component, ComponentKind, Facts, Image, ImageBuild};

use crate::Lowered;
use crate::material::{self, Place};

/// Turns the trees of files into the builds that they are.
#[must_use]
pub(crate) fn lower(objects: &[Node], root: &Root) -> Lowered {
    let mut components: Vec<Component> = objects.iter().map(|it| build(it, root)).collect();
    for (id, component) in (0..).zip(&mut components) {
        component.id = ComponentId(id);
    }
    Lowered { components, problems: Vec::new() }
}

fn build(file: &Node, root: &Root) -> Component {
    let stages = file.get("stages").map(Node::items).unwrap_or_default();
    let origin = stages.first().map_or(file.origin, |it| it.origin);
    let mut component = Component::named(
        ComponentKind::Configuration,
        "image",
        root.path.as_str(),
        root.id,
        origin,
    );
    let material = stages.iter().flat_map(variables).collect();
    let facts = ImageBuild { takes: takes(file, stages), base: base(file, stages), material };
    component.facts = Facts::ImageBuild(Box::new(facts));
    component
}

/// Images that are not stages of the same file, each once where it stands first.
fn takes(file: &Node, stages: &[Node]) -> Vec<(Image, kai_core::OriginId)> {
    let mut names: Vec<&str> = Vec::new();
    let mut found: Vec<(Image, _)> = Vec::new();
    for stage in stages {
        let copied = stage.get("takes").map(Node::items).unwrap_or_default();
        for node in stage.get("from").into_iter().chain(copied) {
            let Some(written) = node.as_str() else { continue };
            let is_stage = names.contains(&written)
                || written == "scratch"
                || written.bytes().all(|it| it.is_ascii_digit());
            let image = (!is_stage).then(|| filled(written, file)).flatten();
            if let Some(image) = image.and_then(|it| Image::parse(&it))
                && !found.iter().any(|it| it.0 == image)
            {
                found.push((image, node.origin));
            }
        }
        names.extend(stage.str_at(&["as"]));
    }
    found
}

fn base(file: &Node, stages: &[Node]) -> Option<Image> {
    let (mut stage, mut before) = stages.split_last()?;
    loop {
        let from = stage.str_at(&["from"]).filter(|it| *it != "scratch")?;
        // A stage may begin with those above it alone.
        let Some(at) = before.iter().rposition(|it| it.str_at(&["as"]) == Some(from)) else {
            return filled(from, file).and_then(|it| Image::parse(&it));
        };
        (stage, before) = (&before[at], &before[..at]);
    }
}

/// The reference with the arguments that have defaults; none where one has not.
fn filled(written: &str, file: &Node) -> Option<String> {
    let mut filled = String::new();
    let mut rest = written;
    while let Some((before, after)) = rest.split_once('$') {
        filled.push_str(before);
        let (name, after) = match after.strip_prefix('{') {
            Some(inner) => inner.split_once('}')?,
            None => {
                let is_other = |it: char| !it.is_ascii_alphanumeric() && it != '_';
                after.split_at(after.find(is_other).unwrap_or(after.len()))
            }
        };
        filled.push_str(file.str_at(&["arguments", name])?);
        rest = after;
    }
    filled.push_str(rest);
    Some(filled)
}

fn variables(stage: &Node) -> impl Iterator<Item = kai_graph::Material> {
    let entries = stage.get("env").map(Node::items).unwrap_or_default();
    let entries = entries.iter().filter_map(Node::as_map).flat_map(|it| it.iter());
    entries.flat_map(|entry| {
        let value: SmolStr = entry.node.text().unwrap_or_default().into();
        let found = material::in_value(&entry.key, &value, Place::Open);
        let of = |it: material::Found| it.material(&entry.key, &value, entry.node.origin);
        found.into_iter().map(of).collect::<Vec<_>>()
    })
}

#[cfg(test)]
mod tests {
    use kai_compose::{Project, roots};
    use kai_core::{Origins, RootId};
    use kai_testing::Memory;

    use super::*;

    fn build(text: &str) -> ImageBuild {
        let (tree, origins) = (Memory::new([("Dockerfile", text)]), Origins::new());
        let project = Project::load(&tree, &origins);
        let plan = roots::discover(&project).remove(0);
        let (root, composition) = roots::compose(&project, &plan, RootId(0));
        let component = lower(&composition.objects, &root).components.remove(0);
        let Facts::ImageBuild(facts) = component.facts else { panic!("it is a build") };
        *facts
    }

    #[test]
    fn images_of_others_are_taken_and_stages_are_not() {
        let text = "ARG V=3\nARG W\nFROM --platform=linux/amd64 python:${V}-slim AS base\nFROM base\nCOPY --from=0 /a /a\n\
                    COPY --from=tool:latest /b /b\nFROM a:$W\nFROM scratch\n";
        let taken = build(text).takes;
        let names: Vec<&str> = taken.iter().map(|it| it.0.reference.as_str()).collect();
        assert_eq!(names, ["python:3-slim", "tool:latest"]);
    }

    #[test]
    fn it_begins_with_what_its_last_stage_begins_with() {
        let base = |text| build(text).base.map(|it| it.reference.to_string());
        let staged =
            "FROM redis:8 AS built\nFROM postgres:18 AS kept\nFROM kept\nCOPY --from=built /a /a\n";
        assert_eq!(base(staged).as_deref(), Some("postgres:18"));
        assert_eq!(base("FROM scratch\n"), None);
        assert_eq!(base("ARG W\nFROM postgres:$W\n"), None);
    }

    #[test]
    fn a_password_in_a_variable_is_in_every_image() {
        let build = build(
            "FROM a:1\nENV PORT=80 DB_PASSWORD=kx9-fake-2Lq7\nENV OTHER_PASSWORD $FROM_ARG\n",
        );
        let keys: Vec<&str> = build.material.iter().map(|it| it.key.as_str()).collect();
        assert_eq!(keys, ["DB_PASSWORD"]);
    }
}
