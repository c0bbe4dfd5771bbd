//! The environment of a container, as far as it can be read.

use kai_core::{Lookup, OriginId, SmolStr};
use kai_graph::{Component, Configuration, Container, EnvSource, EnvVar, Facts, Of};

use super::index::Index;

/// One variable with its value.
pub(super) struct Variable {
    /// Its name; where a configuration's key has another name, both.
    pub(super) key: SmolStr,
    pub(super) name: SmolStr,
    pub(super) value: SmolStr,
    /// The text that holds the value.
    pub(super) origin: OriginId,
    /// True where the program starts without it.
    pub(super) is_optional: bool,
    /// The configuration of which the container takes every key.
    pub(super) from_whole: Option<SmolStr>,
}

/// The variables of a container, in order; later ones win as they do in a shell.
#[derive(Default)]
pub(super) struct Variables {
    pub(super) all: Vec<Variable>,
    /// The places of the first `named` ones, the last of each name.
    places: Lookup<SmolStr, usize>,
    named: usize,
}

/// What a text may grow to when names in it are replaced: variables that repeat each other would
/// grow without bound.
const LENGTH_MAX: usize = 4096;

/// Reads the environment of a container in its pod.
pub(super) fn of(index: &Index<'_>, from: &Component, container: &Container) -> Variables {
    let mut variables = Variables::default();
    for variable in &container.env {
        match &variable.source {
            EnvSource::Literal(value) => {
                let value = variables.expand(value).unwrap_or_else(|| value.clone());
                variables.all.push(Variable {
                    key: variable.name.clone(),
                    name: variable.name.clone(),
                    value,
                    origin: variable.origin,
                    is_optional: false,
                    from_whole: None,
                });
            }
            EnvSource::Configuration { name, key, is_optional } => {
                let Some(configuration) = configuration(index, from, name) else { continue };
                let settings = configuration.facts.settings.iter();
                let settings = settings.filter(|it| key.as_ref().is_none_or(|key| *key == it.key));
                variables.all.extend(settings.map(|it| Variable {
                    key: joined(variable, &it.key),
                    name: if key.is_some() { variable.name.clone() } else { it.key.clone() },
                    value: it.value.clone(),
                    origin: it.origin,
                    is_optional: *is_optional,
                    from_whole: key.is_none().then(|| name.clone()),
                }));
            }
            EnvSource::Secret { .. } | EnvSource::Platform | EnvSource::Unknown(_) => {}
        }
    }
    variables
}

fn joined(variable: &EnvVar, key: &SmolStr) -> SmolStr {
    if variable.name.is_empty() || variable.name == *key {
        return key.clone();
    }
    kai_core::SmolStr::new(format!("{} {key}", variable.name))
}

/// The configuration that a workload means by a name.
pub(super) fn configuration<'a>(
    index: &Index<'a>,
    from: &Component,
    name: &str,
) -> Option<Of<'a, Configuration>> {
    let is_wanted = |it: &Component| matches!(it.facts, Facts::Configuration(_));
    let id = index.nearest_object(from, &from.namespace, name, is_wanted)?;
    let component = index.get(id);
    match &component.facts {
        Facts::Configuration(facts) => Some(Of { component, facts }),
        _ => None,
    }
}

impl Variables {
    /// The text with `$(NAME)`, `${NAME}` and `$NAME` replaced where they are known; none where
    /// there is nothing to replace, or too much.
    pub(super) fn expand(&mut self, text: &str) -> Option<SmolStr> {
        if !text.contains('$') || self.all.is_empty() {
            return None;
        }
        let mut result = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            result.push_str(before);
            let (name, after_name) = reference(after);
            match self.value(name) {
                Some(value) => {
                    result.push_str(value);
                    rest = after_name;
                }
                None => {
                    result.push('$');
                    rest = after;
                }
            }
            if result.len() > text.len() + LENGTH_MAX {
                return None;
            }
        }
        result.push_str(rest);
        Some(result.into())
    }

    fn value(&mut self, name: &str) -> Option<&SmolStr> {
        if name.is_empty() {
            return None;
        }
        for at in self.named..self.all.len() {
            self.places.insert(self.all[at].name.clone(), at);
        }
        self.named = self.all.len();
        self.places.get(name).map(|&at| &self.all[at].value)
    }
}

/// The name after a `$`, and what follows it.
fn reference(text: &str) -> (&str, &str) {
    let closing = match text.as_bytes().first() {
        Some(b'(') => Some(')'),
        Some(b'{') => Some('}'),
        _ => None,
    };
    if let Some(closing) = closing {
        let Some((inside, after)) = text[1..].split_once(closing) else { return ("", text) };
        // `${NAME:-default}` means the value where there is one.
        let end = inside.find(|it: char| !is_name(it)).unwrap_or(inside.len());
        return (&inside[..end], after);
    }
    text.split_at(text.find(|it: char| !is_name(it)).unwrap_or(text.len()))
}

fn is_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}
