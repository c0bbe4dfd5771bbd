//! Files that give variables their values.

use std::collections::BTreeMap;

use camino::Utf8Path;
use kai_core::{Origins, Span, Tree, encrypted_with};
use smol_str::SmolStr;

use super::json::read_json_attributes;
use super::static_value;
use crate::diagnostic::Diagnostic;
use crate::syntax::parse_file;
use crate::value::Value;

/// A value that is given to a variable.
#[derive(Debug, Clone)]
pub struct Assignment {
    pub value: Value,
    pub span: Option<Span>,
}

/// The values that a file gives; none where there is no such file.
pub fn read_variables(
    tree: &dyn Tree,
    origins: &Origins,
    path: &Utf8Path,
    problems: &mut Vec<Diagnostic>,
) -> Option<BTreeMap<SmolStr, Assignment>> {
    let bytes = tree.bytes(path).ok()?;
    if encrypted_with(&bytes).is_some() {
        return Some(BTreeMap::new());
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let document = origins.add_document(path.to_owned(), text)?;
    let is_json = path.as_str().ends_with(".json");
    let (body, found) = if is_json {
        read_json_attributes(origins, document)
    } else {
        parse_file(origins, document)
    };
    problems.extend(found);
    if let Some(block) = body.blocks.first() {
        let detail = "Blocks are not allowed here.";
        problems.push(*Diagnostic::new(block.kind_span, "Unexpected block", detail));
    }
    let mut values = BTreeMap::new();
    for attribute in &body.attributes {
        match static_value(origins, &attribute.expr) {
            Ok(value) => {
                let span = Some(attribute.expr.span);
                values.insert(attribute.name.clone(), Assignment { value, span });
            }
            Err(problem) => problems.push(*problem),
        }
    }
    Some(values)
}
