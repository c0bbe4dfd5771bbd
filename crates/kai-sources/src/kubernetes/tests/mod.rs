//! Text in, components out.

use std::fmt::Write as _;

use kai_core::{Origins, RootId};
use kai_graph::{Component, Facts};

use crate::Lowered;
use crate::kubernetes::lower;

mod control;
mod object;
mod policy;
mod route;
mod secret;
mod storage;
mod workload;

/// Lowers the documents of one text.
fn lowered(text: &str) -> (Lowered, Origins) {
    let origins = Origins::new();
    let document = origins.add_document("a.yaml".into(), text.into()).unwrap();
    let parsed = kai_syntax::yaml::parse(&origins, document);
    assert_eq!(parsed.problems, Vec::new());
    let objects: Vec<_> = parsed.documents.into_iter().map(|it| it.node).collect();
    (lower(&objects, RootId(0), &origins), origins)
}

/// The components of a text that holds nothing wrong.
#[track_caller]
fn components(text: &str) -> Vec<Component> {
    let (lowered, _) = lowered(text);
    assert_eq!(lowered.problems, Vec::new());
    lowered.components
}

/// An object of one kind with these fields beside its name.
fn object(api_version: &str, kind: &str, fields: &str) -> String {
    format!("apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: it}}\n{fields}\n")
}

/// The facts of the only object of a text.
#[track_caller]
fn facts(text: &str) -> Facts {
    components(text).remove(0).facts
}

/// The problems of a text, one a line, with the text that they point at.
fn problems(text: &str) -> String {
    let (lowered, _) = lowered(text);
    let mut out = String::new();
    for problem in lowered.problems {
        let place = problem.span.map_or("", |it| &text[it.start as usize..it.end as usize]);
        writeln!(out, "{}: {place}", problem.message).unwrap();
    }
    out
}
