//! Text in, components out.

use std::fmt::Write as _;
use std::sync::Arc;

use kai_core::{Origins, RootId};

use crate::Lowered;
use crate::kubernetes::lower;

mod workload;

/// Lowers the documents of one text.
fn lowered(text: &str) -> (Lowered, Origins) {
    let origins = Origins::new();
    let document = origins.add_document("a.yaml".into(), Arc::from(text)).unwrap();
    let parsed = kai_syntax::yaml::parse(&origins, document);
    assert_eq!(parsed.problems, Vec::new());
    let objects: Vec<_> = parsed.documents.into_iter().map(|it| it.node).collect();
    (lower(&objects, RootId(0), &origins), origins)
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
