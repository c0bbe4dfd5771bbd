//! Stages of a file, and what those that they begin with leave to them.

use kai_core::{Node, OriginId, SmolStr};
use kai_graph::Image;

/// A stage after those that it begins with.
pub(super) struct Lineage<'a> {
    file: &'a Node,
    /// The first one begins with an image of others, each other one with the one before.
    pub(super) stages: Vec<&'a Node>,
}

impl<'a> Lineage<'a> {
    /// The lineage of the stage at an index.
    pub(super) fn of(file: &'a Node, all: &'a [Node], index: usize) -> Self {
        let mut stages = Vec::new();
        let mut at = all.get(index).map(|it| (it, &all[..index]));
        while let Some((stage, before)) = at {
            stages.push(stage);
            // A stage may begin with those above it alone.
            let from = stage.str_at(&["from"]);
            let below = before.iter().rposition(|it| {
                it.str_at(&["as"]).is_some_and(|name| from.is_some_and(|it| it == name))
            });
            at = below.map(|it| (&before[it], &before[..it]));
        }
        stages.reverse();
        Self { file, stages }
    }

    /// The image of others that it begins with.
    pub(super) fn base(&self) -> Option<Image> {
        let from = self.stages.first()?.str_at(&["from"]).filter(|it| *it != "scratch")?;
        filled(from, self.file).and_then(|it| Image::parse(&it))
    }

    /// The same where the file itself names it: who builds may give an argument another value.
    pub(super) fn sure_base(&self) -> Option<Image> {
        let from = self.stages.first()?.str_at(&["from"])?;
        let is_named = !from.contains('$')
            || from
                .rsplit_once(':')
                .is_some_and(|(name, tag)| !name.contains('$') && !tag.contains('/'));
        self.base().filter(|_| is_named)
    }

    /// What its stages do, the image below first, each with its kind.
    pub(super) fn does(&self) -> impl Iterator<Item = (&'a str, &'a Node)> {
        self.stages.iter().flat_map(|it| does(it))
    }

    /// What one instruction decides: the last of its kind.
    pub(super) fn last(&self, kind: &str) -> Option<&'a Node> {
        self.does().filter(|it| it.0 == kind).last().map(|it| it.1)
    }
}

/// What a stage does itself, each with its kind.
pub(super) fn does(stage: &Node) -> impl Iterator<Item = (&str, &Node)> {
    let all = stage.get("does").map(Node::items).unwrap_or_default();
    all.iter()
        .filter_map(Node::as_map)
        .flat_map(|it| it.iter())
        .map(|it| (it.key.as_str(), &it.node))
}

/// Images that are not stages of the same file, each once where it stands first.
pub(super) fn takes(file: &Node, stages: &[Node]) -> Vec<(Image, OriginId)> {
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

/// The text with the arguments that have defaults; none where one has not.
pub(super) fn filled(written: &str, file: &Node) -> Option<SmolStr> {
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
    Some(filled.into())
}
