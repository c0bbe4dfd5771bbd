//! The files that functions see, and templates in them.

use std::cell::RefCell;
use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Origins, Span, Tree, TreeError};
use smol_str::SmolStr;

use super::request::Request;
use crate::config::normalised;
use crate::diagnostic::{Diagnostic, Outcome};
use crate::eval::{Evaluator, Scope};
use crate::function::{FileError, Surroundings};
use crate::syntax::{Expr, Step, parse_template};
use crate::value::{Type, Value};

/// The tree that a root module stands in.
pub(crate) struct Files<'a> {
    tree: &'a dyn Tree,
    origins: &'a Origins,
    root: Utf8PathBuf,
    now: Option<String>,
    templates: RefCell<BTreeMap<(String, String), Result<Expr, String>>>,
}

impl<'a> Files<'a> {
    pub(crate) fn new(tree: &'a dyn Tree, origins: &'a Origins, request: &Request) -> Self {
        let (root, now) = (request.root.clone(), request.now.clone());
        Self { tree, origins, root, now, templates: RefCell::default() }
    }

    fn template(&self, path: &str, text: &str) -> Result<Expr, String> {
        let key = (path.to_owned(), text.to_owned());
        if let Some(known) = self.templates.borrow().get(&key) {
            return known.clone();
        }
        let full = normalised(&self.root.join(path)).unwrap_or_else(|| path.into());
        let document = self.origins.add_document(full, text.to_owned());
        let parsed = match document {
            Some(document) => parse_template(self.origins, document).map_err(|problem| {
                let place = problem.span.map(|it| crate::config::place(self.origins, it));
                let place = place.unwrap_or_default();
                format!("{place}: {}; {}", problem.summary, problem.detail.trim_end_matches('.'))
            }),
            None => Err("the run holds too much text".into()),
        };
        self.templates.borrow_mut().insert(key, parsed.clone());
        parsed
    }
}

impl Surroundings for Files<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        let full = normalised(&self.root.join(path)).ok_or(FileError::NotFound)?;
        self.tree.bytes(&full).map_err(|error| match error {
            TreeError::NotFound { .. } => {
                let is_folder = self.tree.files().iter().any(|it| it.path.starts_with(&full));
                if is_folder { FileError::IsFolder } else { FileError::NotFound }
            }
            TreeError::Read { .. } => FileError::Unreadable,
        })
    }

    fn files_below(&self, folder: &str) -> Option<Vec<String>> {
        let full = normalised(&self.root.join(folder))?;
        let files = self.tree.files().iter().filter_map(|it| it.path.strip_prefix(&full).ok());
        let files: Vec<_> = files.map(Utf8Path::to_string).collect();
        (!files.is_empty()).then_some(files)
    }

    fn working_folder(&self) -> Option<String> {
        None
    }

    fn now(&self) -> Option<String> {
        self.now.clone()
    }

    fn render(&self, path: &str, template: &str, variables: &Value) -> Result<Value, String> {
        let expr = self.template(path, template)?;
        let entries = variables.entries().map(|it| (**it).clone()).unwrap_or_default();
        let names: Vec<(SmolStr, Value)> = entries.into_iter().collect();
        let scope = TemplateScope { files: self };
        Evaluator::with_names(&scope, names).value(&expr).map_err(|problem| {
            if problem.summary == UNKNOWN {
                return problem.detail;
            }
            let place = problem.span.map(|it| crate::config::place(self.origins, it));
            let place = place.unwrap_or_default();
            format!("{place}: {}; {}", problem.summary, problem.detail.trim_end_matches('.'))
        })
    }
}

const UNKNOWN: &str = "Unknown variable";

/// A template sees its variables and nothing else.
struct TemplateScope<'a> {
    files: &'a Files<'a>,
}

impl Scope for TemplateScope<'_> {
    fn resolve(&self, root: &str, steps: &[Step], span: Span) -> Outcome<(Value, usize)> {
        self.check(root, steps, span).map(|()| (Value::null(Type::Dynamic), 0))
    }

    fn check(&self, root: &str, _: &[Step], span: Span) -> Outcome<()> {
        let detail = format!("vars map does not contain key \"{root}\"");
        Err(Diagnostic::new(span, UNKNOWN, detail))
    }

    fn origins(&self) -> &Origins {
        self.files.origins
    }

    fn surroundings(&self) -> &dyn Surroundings {
        self.files
    }
}

/// A path from one folder of the tree to another.
pub(crate) fn relative(from: &Utf8Path, to: &Utf8Path) -> String {
    let from: Vec<_> = from.components().filter(|it| it.as_str() != ".").collect();
    let to: Vec<_> = to.components().filter(|it| it.as_str() != ".").collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", from.len() - shared);
    let down = to.iter().skip(shared).map(|it| it.as_str());
    let path: Vec<_> = up.chain(down).collect();
    if path.is_empty() { ".".into() } else { path.join("/") }
}
