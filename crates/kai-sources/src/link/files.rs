//! The addresses in configuration files, each file read once.

use kai_core::{Lookup, Node, OriginId, Origins};
use kai_graph::Setting;

use super::mention::{self, Mention};

/// What was found in each file so far.
pub(super) struct Files<'a> {
    origins: &'a Origins,
    read: Lookup<OriginId, File>,
}

struct File {
    mentions: Vec<Mention>,
    /// One for each mention, made when the first one leads somewhere.
    places: Option<Vec<OriginId>>,
}

impl<'a> Files<'a> {
    pub(super) fn new(origins: &'a Origins) -> Self {
        Self { origins, read: Lookup::new() }
    }

    fn file(&mut self, setting: &Setting) -> &mut File {
        self.read.get_or_insert_with(setting.origin, || File {
            mentions: mention::scan(&setting.value, &setting.key),
            places: None,
        })
    }

    pub(super) fn mentions(&mut self, setting: &Setting) -> &[Mention] {
        &self.file(setting).mentions
    }

    /// The origin of one mention: its line in the file, where the file's text can be mapped back.
    pub(super) fn origin(&mut self, setting: &Setting, at: usize) -> OriginId {
        let origins = self.origins;
        let file = self.file(setting);
        let places = file.places.get_or_insert_with(|| places(origins, setting, &file.mentions));
        places[at]
    }
}

fn places(origins: &Origins, setting: &Setting, mentions: &[Mention]) -> Vec<OriginId> {
    embedded(origins, setting, mentions).unwrap_or_else(|| vec![setting.origin; mentions.len()])
}

fn embedded(origins: &Origins, setting: &Setting, mentions: &[Mention]) -> Option<Vec<OriginId>> {
    if !setting.value.contains('\n') {
        return None;
    }
    let around = origins.span(setting.origin)?.document;
    let path = origins.document(around).path.clone();
    let node = Node::string(setting.value.clone(), setting.origin);
    let document = kai_syntax::embed(origins, &node, path)?;
    let to_u32 = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
    let spans = mentions.iter().map(|it| (to_u32(it.host.start), to_u32(it.host.end)));
    origins.set_spans(document, spans.collect());
    Some((0..to_u32(mentions.len())).map(|it| origins.written(document, it)).collect())
}
