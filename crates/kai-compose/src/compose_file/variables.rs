//! The variables that a project's texts are filled with.

use std::collections::BTreeMap;

use kai_core::{OriginId, SmolStr};

use super::dotenv::{Line, Written};
use super::interpolate;

/// One variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Variable {
    /// None where a file only passes it on, or its value holds a variable that is not known.
    pub(super) value: Option<SmolStr>,
    /// The text that sets it.
    pub(super) origin: OriginId,
}

/// Variables by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Variables {
    by_name: BTreeMap<SmolStr, Variable>,
}

/// An environment file with the origin of every line's value.
#[derive(Debug)]
pub(super) struct EnvFile {
    pub(super) lines: Vec<(Line, OriginId)>,
}

impl Variables {
    pub(super) fn get(&self, name: &str) -> Option<&Variable> {
        self.by_name.get(name)
    }

    /// In the order of names.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&SmolStr, &Variable)> {
        self.by_name.iter()
    }

    /// Adds what a file sets. Its values may use what stands above them, then what is outside.
    pub(super) fn read(&mut self, file: &EnvFile, outside: Option<&Self>) {
        for (line, origin) in &file.lines {
            let value = match &line.value {
                Written::Literal(text) => Some(text.clone()),
                Written::Template(text) => self.fill(text, outside),
                Written::Inherited => {
                    outside.and_then(|it| it.get(&line.key)).and_then(|it| it.value.clone())
                }
            };
            self.by_name.insert(line.key.clone(), Variable { value, origin: *origin });
        }
    }

    /// These variables with those that are set outside on top.
    pub(super) fn under(mut self, outside: Option<&Self>) -> Self {
        if let Some(outside) = outside {
            self.by_name.extend(outside.by_name.clone());
        }
        self
    }

    fn fill(&self, text: &str, outside: Option<&Self>) -> Option<SmolStr> {
        if !text.contains('$') {
            return Some(text.into());
        }
        let mut all = outside.cloned().unwrap_or_default();
        all.by_name.extend(self.by_name.clone());
        let filled = interpolate::fill(text, &all).ok()?;
        (!filled.has_holes).then(|| filled.text.into())
    }
}
