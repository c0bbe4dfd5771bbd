//! The templates that a run may call, by name.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use kai_syntax::go_template::{Item, Template};
use smol_str::SmolStr;

use crate::helm::value::Text;

/// One parsed text.
#[derive(Debug)]
pub(crate) struct File {
    /// As Helm names it.
    pub(crate) name: SmolStr,
    /// With the sources of its parts: a file of the chart, or what `tpl` was given.
    pub(crate) text: Text,
    pub(crate) template: Arc<Template>,
}

/// A body by its file: the file's own, or one of its definitions.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    pub(crate) file: Rc<File>,
    pub(crate) name: SmolStr,
    definition: Option<usize>,
}

/// Names in scope. What `tpl` defines stays in a scope of its own above the chart's.
#[derive(Debug, Clone, Default)]
pub(crate) struct Templates {
    names: Rc<BTreeMap<SmolStr, Body>>,
}

impl Body {
    /// What a file itself writes.
    pub(crate) fn of(file: &Rc<File>) -> Self {
        Self { file: Rc::clone(file), name: file.name.clone(), definition: None }
    }

    pub(crate) fn items(&self) -> &[Item] {
        match self.definition {
            Some(at) => &self.file.template.definitions[at].body,
            None => &self.file.template.body,
        }
    }

    /// The bytes that it may well write.
    pub(crate) fn room(&self) -> usize {
        const OF_A_DEFINITION: usize = 256;
        match self.definition {
            Some(_) => OF_A_DEFINITION,
            None => self.file.text.len(),
        }
    }

    fn is_blank(&self) -> bool {
        Template::is_blank(self.items(), self.file.text.as_str())
    }
}

impl Templates {
    pub(crate) fn get(&self, name: &str) -> Option<&Body> {
        self.names.get(name)
    }

    /// Adds a file and what it defines.
    pub(crate) fn add(&mut self, file: &Rc<File>) {
        self.add_definitions(file);
        self.add_body(Body::of(file));
    }

    /// Adds what a file defines.
    pub(crate) fn add_definitions(&mut self, file: &Rc<File>) {
        for (at, definition) in file.template.definitions.iter().enumerate() {
            let name = definition.name.clone();
            self.add_body(Body { file: Rc::clone(file), name, definition: Some(at) });
        }
    }

    /// As in Go, the later of two wins, unless it is blank and the earlier is not.
    fn add_body(&mut self, body: Body) {
        let is_kept = self.get(&body.name).is_some_and(|it| body.is_blank() && !it.is_blank());
        if !is_kept {
            Rc::make_mut(&mut self.names).insert(body.name.clone(), body);
        }
    }
}
