//! The test of origins: change the text that a value names as its own, render again, and see that
//! the values that depend on that text changed, and no others.

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8Path;
use kai_compose::Project;
use kai_core::{Node, OriginId, Origins, Span};
use kai_testing::say;
use rayon::prelude::*;

use super::objects::Objects;

const SAMPLES: usize = 200;
const SEED: u64 = 0x006b_6169;

/// Something that is rendered as one, and how it is found again after an edit.
pub(super) trait Subject: Sync {
    fn name(&self) -> String;

    /// # Errors
    ///
    /// Why it cannot be rendered.
    fn render(&self, project: &Project<'_>) -> Result<Vec<Node>, String>;

    /// True for the field of an object by which things are found, so that another text finds
    /// something else.
    fn is_identity(&self, field: &str) -> bool;
}

pub(super) struct Sample {
    outcome: Outcome,
    /// The value is a type or a name by which things are found.
    is_identity: bool,
}

/// What changing one sampled value's text led to.
enum Outcome {
    /// Nothing in a file is this value's text alone.
    NotEditable,
    /// Exactly the values with this text changed.
    Exact,
    /// So did values that are computed from it.
    WithDerived,
    Failed(String),
}

pub(super) fn report(name: &str, samples: &[Sample]) -> bool {
    let (identity, values): (Vec<_>, Vec<_>) = samples.iter().partition(|it| it.is_identity);
    let (held, total) = tally(&values);
    let (identity_held, identity_total) = tally(&identity);
    let count = |is: fn(&Outcome) -> bool| samples.iter().filter(|it| is(&it.outcome)).count();
    say(&format!("origins {name}: {held}/{total}"));
    say(&format!(
        "  types and names, by which things are found: {identity_held}/{identity_total}; \
         values without a text of their own: {} of {}; \
         with others computed from the same text: {}",
        count(|it| matches!(it, Outcome::NotEditable)),
        samples.len(),
        count(|it| matches!(it, Outcome::WithDerived)),
    ));
    // With another name a patch finds nothing and is refused, or something else is found.
    for sample in values {
        if let Outcome::Failed(reason) = &sample.outcome {
            say(&format!("  {reason}"));
        }
    }
    held * 100 >= total * 99
}

/// How many texts changed what they should, of how many that could be changed.
fn tally(samples: &[&Sample]) -> (usize, usize) {
    let editable = samples.iter().filter(|it| !matches!(it.outcome, Outcome::NotEditable));
    let failed = samples.iter().filter(|it| matches!(it.outcome, Outcome::Failed(_)));
    let total = editable.count();
    (total - failed.count(), total)
}

/// One root, rendered.
struct Rendered<S> {
    subject: S,
    objects: Objects,
    values: Vec<(String, OriginId)>,
    /// The values that name a text as their own, by that text.
    by_text: BTreeMap<(String, u32, u32), BTreeSet<String>>,
}

impl<S> Rendered<S> {
    fn new(origins: &Origins, subject: S, composed: Vec<Node>) -> Option<Self> {
        let objects = Objects::of(composed, origins, (Utf8Path::new(""), 0, 0));
        let mut values = Vec::new();
        let mut by_text: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
        objects.walk(&mut |path, node| {
            if let Some(span) = origins.editable(node.origin) {
                by_text.entry(text_key(origins, span)).or_default().insert(path.to_owned());
            }
            if node.as_scalar().is_some_and(|it| !it.text.is_empty()) {
                values.push((path.to_owned(), node.origin));
            }
        });
        (!values.is_empty()).then(|| Self { subject, objects, values, by_text })
    }
}

fn text_key(origins: &Origins, span: Span) -> (String, u32, u32) {
    (origins.document(span.document).path.to_string(), span.start, span.end)
}

/// What changing samples of some subjects, which were rendered once, leads to.
pub(super) fn try_samples<S: Subject>(
    project: &Project<'_>,
    rendered: Vec<(S, Vec<Node>)>,
) -> Vec<Sample> {
    let new = |(subject, objects)| Rendered::new(project.origins(), subject, objects);
    let rendered: Vec<Rendered<S>> = rendered.into_iter().filter_map(new).collect();
    let mut random = Random(SEED);
    let (mut samples, mut values) = (Vec::new(), 0);
    while values < SAMPLES && !rendered.is_empty() {
        let root = &rendered[random.below(rendered.len())];
        let (path, origin) = &root.values[random.below(root.values.len())];
        let field = path.rsplit_once('#').and_then(|(_, it)| it.split_once('/'));
        let is_identity = root.subject.is_identity(field.map_or("", |it| it.1));
        values += usize::from(!is_identity);
        samples.push((root, *origin, is_identity));
    }
    let one = |(root, origin, is_identity): &(&Rendered<S>, OriginId, bool)| Sample {
        outcome: try_sample(project, root, *origin),
        is_identity: *is_identity,
    };
    samples.par_iter().map(one).collect()
}

fn try_sample<S: Subject>(project: &Project<'_>, root: &Rendered<S>, origin: OriginId) -> Outcome {
    let origins = project.origins();
    let Some(span) = origins.editable(origin) else { return Outcome::NotEditable };
    let document = origins.document(span.document);
    let (path, text) = (&document.path, &document.text);
    let (start, end) = (span.start as usize, span.end as usize);
    let token = &text[start..end];
    let Some(new) = changed(token) else { return Outcome::NotEditable };
    let place = format!("{}: {path} {token:?} -> {new:?}", root.subject.name());
    let edited = format!("{}{new}{}", &text[..start], &text[end..]);
    let after = match root.subject.render(&project.with_text(path, &edited)) {
        Ok(objects) => {
            let grown = i64::try_from(new.len()).unwrap() - i64::try_from(token.len()).unwrap();
            Objects::of(objects, origins, (path, span.end, grown))
        }
        Err(reason) => return Outcome::Failed(format!("{place}: refused: {reason}")),
    };
    let (differing, origin_of) = root.objects.differing(&after);
    let own = &root.by_text[&text_key(origins, span)];
    if differing == *own {
        return Outcome::Exact;
    }
    let depends = |path: &str| {
        origin_of.get(path).into_iter().flat_map(|it| origins.sources(*it)).any(|one| {
            let one = origins.outermost(one);
            one.document == span.document && one.start <= span.start && span.end <= one.end
        })
    };
    let missed: Vec<&String> = own.difference(&differing).collect();
    let extra: Vec<&String> = differing.difference(own).filter(|it| !depends(it)).collect();
    if missed.is_empty() && extra.is_empty() {
        return Outcome::WithDerived;
    }
    let first = |list: &[&String]| list.first().map_or(String::new(), |it| format!(" {it}"));
    Outcome::Failed(format!(
        "{place}: {} unchanged{}, {} changed without reason{}",
        missed.len(),
        first(&missed),
        extra.len(),
        first(&extra)
    ))
}

/// Another text of the same kind and length; none where there is nothing to change.
fn changed(token: &str) -> Option<String> {
    let flipped = [("true", "fals"), ("false", "truee")];
    if let Some((_, other)) = flipped.iter().find(|(word, _)| *word == token) {
        return Some(if *other == "fals" { "false".into() } else { "true".into() });
    }
    let bytes = token.as_bytes();
    let is_escaped = |at: usize| at > 0 && bytes[at - 1] == b'\\';
    let header = if token.starts_with(['|', '>']) { token.find('\n')? } else { 0 };
    let at = (header..bytes.len())
        .rev()
        .find(|&at| bytes[at].is_ascii_alphanumeric() && !is_escaped(at))?;
    let new = match bytes[at] {
        b'7' => '8',
        b'0'..=b'9' => '7',
        b'q' => 'x',
        b'a'..=b'z' => 'q',
        b'Q' => 'X',
        _ => 'Q',
    };
    Some(format!("{}{new}{}", &token[..at], &token[at + 1..]))
}

/// SplitMix64: small, seeded, good enough to pick samples.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let end = u64::try_from(end).unwrap_or(u64::MAX);
        usize::try_from((mixed ^ (mixed >> 31)) % end).unwrap_or_default()
    }
}
