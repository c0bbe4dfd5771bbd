//! The addresses in configuration files, each file read once.

use std::sync::Arc;

use kai_core::{ComponentId, Lookup, Node, OriginId, Origins};
use kai_graph::{Configuration, Of, Setting};

use super::mention::{self, Mention};

/// What was found in each file so far.
pub(super) struct Files<'a> {
    origins: &'a Origins,
    read: Lookup<OriginId, File>,
    /// The settings of each configuration that hold addresses.
    speaking: Lookup<ComponentId, Arc<[&'a Setting]>>,
}

struct File {
    mentions: Arc<[Mention]>,
    /// One for each mention, made when the first one leads somewhere.
    places: Option<Vec<OriginId>>,
}

impl<'a> Files<'a> {
    pub(super) fn new(origins: &'a Origins) -> Self {
        Self { origins, read: Lookup::new(), speaking: Lookup::new() }
    }

    fn file(&mut self, setting: &Setting) -> &mut File {
        self.read.get_or_insert_with(setting.origin, || File {
            mentions: mention::scan(&setting.value, &setting.key).into(),
            places: None,
        })
    }

    /// The settings in which addresses stand: most of a large configuration holds none, and many
    /// may mount it.
    pub(super) fn speaking(&mut self, configuration: Of<'a, Configuration>) -> Arc<[&'a Setting]> {
        if let Some(known) = self.speaking.get(&configuration.component.id) {
            return Arc::clone(known);
        }
        let settings = configuration.facts.settings.iter();
        let found: Arc<[&Setting]> = settings.filter(|it| !self.mentions(it).is_empty()).collect();
        self.speaking.insert(configuration.component.id, Arc::clone(&found));
        found
    }

    pub(super) fn mentions(&mut self, setting: &Setting) -> Arc<[Mention]> {
        Arc::clone(&self.file(setting).mentions)
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
