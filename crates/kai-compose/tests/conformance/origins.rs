//! The test of origins: change the text that a value names as its own, render again, and see that
//! the values that depend on that text changed, and no others.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use camino::{Utf8Path, Utf8PathBuf};
use kai_compose::{Project, kustomize};
use kai_core::{Node, OriginId, Origins, Scalar, Span, Tree, TreeEntry, TreeError, Value};
use rayon::prelude::*;

use crate::goldens::{data_files, folders, goldens};
use kai_testing::{Folder, corpus, say};

const SAMPLES: usize = 200;
const SEED: u64 = 0x006b_6169;

#[test]
fn changing_the_text_that_a_value_names_changes_what_depends_on_it_and_nothing_else() {
    let (Some(goldens), Some(corpus)) = (goldens(), corpus()) else { return };
    let mut all_hold = true;
    for repository in folders(&goldens) {
        let name = repository.file_name().unwrap().to_string_lossy().into_owned();
        let tree = Folder::read(&corpus.join(&name));
        let roots: Vec<Utf8PathBuf> = data_files(&repository)
            .iter()
            .filter_map(|it| it.strip_suffix(".yaml"))
            .map(|it| if it == "_root" { "".into() } else { it.replace('@', "/").into() })
            .collect();
        all_hold &= report(&name, &try_samples(&tree, &roots));
    }
    assert!(all_hold, "fewer than 99 % of the changed texts changed exactly their own values");
}

struct Sample {
    outcome: Outcome,
    /// The value is a type or a name by which Kustomize finds things.
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

fn report(name: &str, samples: &[Sample]) -> bool {
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
struct Rendered {
    dir: Utf8PathBuf,
    objects: Objects,
    values: Vec<(String, OriginId)>,
    /// The values that name a text as their own, by that text.
    by_text: BTreeMap<(String, u32, u32), BTreeSet<String>>,
}

impl Rendered {
    fn new(project: &Project<'_>, dir: &Utf8Path) -> Option<Self> {
        let origins = project.origins();
        let composed = kustomize::build(project, dir).ok()?.objects;
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
        (!values.is_empty()).then(|| Self { dir: dir.to_owned(), objects, values, by_text })
    }
}

fn text_key(origins: &Origins, span: Span) -> (String, u32, u32) {
    (origins.document(span.document).path.to_string(), span.start, span.end)
}

fn try_samples(tree: &Folder, roots: &[Utf8PathBuf]) -> Vec<Sample> {
    let origins = Origins::new();
    let lazy = OnDemand { tree };
    let project = Project::load(&lazy, &origins);
    let rendered: Vec<Rendered> =
        roots.par_iter().filter_map(|dir| Rendered::new(&project, dir)).collect();
    let mut random = Random(SEED);
    let (mut samples, mut values) = (Vec::new(), 0);
    while values < SAMPLES && !rendered.is_empty() {
        let root = &rendered[random.below(rendered.len())];
        let (path, origin) = &root.values[random.below(root.values.len())];
        let is_identity = is_identity(path);
        values += usize::from(!is_identity);
        samples.push((root, *origin, is_identity));
    }
    let one = |(root, origin, is_identity): &(&Rendered, OriginId, bool)| Sample {
        outcome: try_sample(&project, root, *origin),
        is_identity: *is_identity,
    };
    samples.par_iter().map(one).collect()
}

/// Texts by which Kustomize finds things: the type and the name of an object decide which patches
/// and references are for it, and the name of a list's item what is merged into it.
fn is_identity(path: &str) -> bool {
    let field = path.rsplit_once('#').and_then(|(_, it)| it.split_once('/')).map_or("", |it| it.1);
    let parent = field.strip_suffix("/name").and_then(|it| it.rsplit('/').next());
    matches!(field, "apiVersion" | "kind" | "metadata/name" | "metadata/namespace")
        || field.starts_with("roleRef/")
        || parent.is_some_and(|it| it.bytes().all(|it| it.is_ascii_digit()))
}

fn try_sample(project: &Project<'_>, root: &Rendered, origin: OriginId) -> Outcome {
    let origins = project.origins();
    let Some(span) = origins.editable(origin) else { return Outcome::NotEditable };
    let document = origins.document(span.document);
    let (path, text) = (&document.path, &document.text);
    let (start, end) = (span.start as usize, span.end as usize);
    let token = &text[start..end];
    let Some(new) = changed(token) else { return Outcome::NotEditable };
    let place = format!("{}: {path} {token:?} -> {new:?}", root.dir);
    let edited = format!("{}{new}{}", &text[..start], &text[end..]);
    let after = match kustomize::build(&project.with_text(path, &edited), &root.dir) {
        Ok(composition) => {
            let grown = i64::try_from(new.len()).unwrap() - i64::try_from(token.len()).unwrap();
            Objects::of(composition.objects, origins, (path, span.end, grown))
        }
        Err(refusal) => return Outcome::Failed(format!("{place}: refused: {}", refusal.message)),
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

/// The objects of a composition by the place where they are written, so that one that is renamed
/// stays the same.
struct Objects(BTreeMap<String, Node>);

/// The scalars of some objects: what they say, and their origins.
type Scalars = BTreeMap<String, (Scalar, OriginId)>;

impl Objects {
    /// With places as they were before a file grew at one of its bytes.
    fn of(objects: Vec<Node>, origins: &Origins, growth: (&Utf8Path, u32, i64)) -> Self {
        let mut by_place = BTreeMap::new();
        let mut twins: BTreeMap<String, usize> = BTreeMap::new();
        for object in objects {
            let place = origins.span(object.origin).map(|it| origins.outermost(it));
            let name = place.map_or(String::new(), |it| {
                let path = &origins.document(it.document).path;
                let (grown, from, by) = growth;
                let is_after = path == grown && it.start >= from;
                format!("{path}#{}", i64::from(it.start) - if is_after { by } else { 0 })
            });
            let twin = twins.entry(name.clone()).or_default();
            by_place.insert(format!("{name}#{twin}"), object);
            *twin += 1;
        }
        Self(by_place)
    }

    fn walk(&self, visit: &mut dyn FnMut(&str, &Node)) {
        for (place, object) in &self.0 {
            walk(object, &mut place.clone(), visit);
        }
    }

    /// The paths of scalars that say something else, are new or are gone; and the origins that
    /// the old ones have.
    fn differing(&self, other: &Self) -> (BTreeSet<String>, BTreeMap<String, OriginId>) {
        let (mut old, mut new) = (Scalars::new(), Scalars::new());
        let places: BTreeSet<&String> = self.0.keys().chain(other.0.keys()).collect();
        for place in places {
            match (self.0.get(place), other.0.get(place)) {
                (Some(one), Some(other)) if says_the_same(one, other) => {}
                (one, other) => {
                    one.into_iter().for_each(|it| collect(it, place, &mut old));
                    other.into_iter().for_each(|it| collect(it, place, &mut new));
                }
            }
        }
        let says = |values: &Scalars, path: &String| {
            values.get(path).map(|(scalar, _)| (scalar.kind, scalar.text.clone()))
        };
        let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let differing = paths.into_iter().filter(|it| says(&old, it) != says(&new, it)).cloned();
        (differing.collect(), old.into_iter().map(|(path, (_, origin))| (path, origin)).collect())
    }
}

fn collect(object: &Node, place: &str, scalars: &mut Scalars) {
    walk(object, &mut place.to_owned(), &mut |path, node| {
        if let Some(scalar) = node.as_scalar() {
            scalars.insert(path.to_owned(), (scalar.clone(), node.origin));
        }
    });
}

fn says_the_same(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::Map(one), Value::Map(other)) => {
            one.len() == other.len()
                && one.iter().zip(other.iter()).all(|(one, other)| {
                    one.key == other.key && says_the_same(&one.node, &other.node)
                })
        }
        (Value::Seq(one), Value::Seq(other)) => {
            one.len() == other.len()
                && one.iter().zip(&**other).all(|(one, other)| says_the_same(one, other))
        }
        (Value::Scalar(one), Value::Scalar(other)) => {
            one.kind == other.kind && one.text == other.text
        }
        _ => false,
    }
}

fn walk(node: &Node, path: &mut String, visit: &mut dyn FnMut(&str, &Node)) {
    let length = path.len();
    match &node.value {
        Value::Map(map) => {
            for entry in map.iter() {
                let _ = write!(path, "/{}", entry.key);
                walk(&entry.node, path, visit);
                path.truncate(length);
            }
        }
        Value::Seq(items) => {
            for (index, item) in items.iter().enumerate() {
                let _ = write!(path, "/{index}");
                walk(item, path, visit);
                path.truncate(length);
            }
        }
        Value::Scalar(_) | Value::Unknown(_) => visit(path, node),
    }
}

/// A tree that lists nothing, so that only what a kustomization names is read.
struct OnDemand<'a> {
    tree: &'a Folder,
}

impl Tree for OnDemand<'_> {
    fn files(&self) -> &[TreeEntry] {
        &[]
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Vec<u8>, TreeError> {
        self.tree.bytes(path)
    }

    fn is_ignored(&self, path: &Utf8Path) -> bool {
        self.tree.bytes(path).is_ok()
    }
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
