//! The test of origins: change the text that an argument names as its own, plan again, and see that
//! the arguments that depend on that text changed, and no others.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{OriginId, Origins, Span, Tree, TreeEntry, TreeError};
use kai_terraform::plan::{Flag, Plan, Request, plan};
use kai_terraform::value::Value;
use kai_testing::{Memory, corpus, say};
use rayon::prelude::*;

use crate::answers::{folders, lines};
use crate::corpus::tree;

const SAMPLES: usize = 200;
const SEED: u64 = 0x006b_6169;

#[test]
fn changing_the_text_that_an_argument_names_changes_what_depends_on_it_and_nothing_else() {
    let Some((data, _)) = folders() else { return };
    let Some(repositories) = corpus() else { return };
    let mut by_repository = BTreeMap::<String, BTreeSet<(String, Option<String>)>>::new();
    for case in lines(&data.join("corpus.jsonl")) {
        let text = |key: &str| case.str_at(&[key]).map(str::to_owned);
        let files = case.get("tfvars");
        let first = files.and_then(|it| it.as_str().or_else(|| it.items().first()?.as_str()));
        let root = (text("module").unwrap_or_default(), first.map(str::to_owned));
        by_repository.entry(text("repo").unwrap_or_default()).or_default().insert(root);
    }
    let mut all_hold = true;
    for (repository, roots) in by_repository {
        let folder = repositories.join(repository.replace('/', "__"));
        let tree = tree(&folder, roots.iter().map(|it| it.0.as_str()));
        all_hold &= held(&repository, &tree, roots);
    }
    assert!(all_hold, "fewer than 99 % of the changed texts changed exactly their own arguments");
}

/// One root, planned.
struct Planned {
    request: Request,
    origins: Origins,
    arguments: BTreeMap<String, (String, OriginId)>,
    /// The arguments that name a text as their own, by that text.
    by_text: BTreeMap<(Utf8PathBuf, u32, u32), BTreeSet<String>>,
}

enum Outcome {
    /// Nothing in a file is this argument's text alone.
    NotEditable,
    Held,
    /// Another text makes other objects.
    OtherObjects,
    Failed(String),
}

fn held(name: &str, tree: &Memory, roots: BTreeSet<(String, Option<String>)>) -> bool {
    let planned: Vec<Planned> = roots
        .into_par_iter()
        .map(|(module, file)| Planned::of(tree, module.into(), file))
        .filter(|it| !it.arguments.is_empty())
        .collect();
    let mut random = Random(SEED);
    let mut samples = Vec::new();
    while samples.len() < SAMPLES && !planned.is_empty() {
        let root = &planned[random.below(planned.len())];
        let at = random.below(root.arguments.len());
        samples.extend(root.arguments.iter().nth(at).map(|(path, it)| (root, path, it.1)));
    }
    let outcomes: Vec<Outcome> =
        samples.par_iter().map(|(root, path, origin)| root.outcome(tree, path, *origin)).collect();
    let count = |is: fn(&Outcome) -> bool| outcomes.iter().filter(|it| is(it)).count();
    let held = count(|it| matches!(it, Outcome::Held));
    let failed = count(|it| matches!(it, Outcome::Failed(_)));
    say(&format!("origins {name}: {held}/{}", held + failed));
    say(&format!(
        "  arguments without a text of their own: {} of {}; whose text makes other objects: {}",
        count(|it| matches!(it, Outcome::NotEditable)),
        outcomes.len(),
        count(|it| matches!(it, Outcome::OtherObjects)),
    ));
    for outcome in &outcomes {
        if let Outcome::Failed(reason) = outcome {
            say(&format!("  {reason}"));
        }
    }
    assert!(held + failed > 0, "{name} has an argument with a text of its own");
    held * 100 >= (held + failed) * 99
}

impl Planned {
    fn of(tree: &dyn Tree, root: Utf8PathBuf, file: Option<String>) -> Self {
        let flags = file.into_iter().map(|it| Flag::File(it.into())).collect();
        let request = Request { root, flags, ..Request::default() };
        let origins = Origins::new();
        let arguments = arguments(&plan(tree, &origins, &request));
        let mut by_text: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
        for (path, (_, origin)) in &arguments {
            if let Some(span) = origins.editable(*origin) {
                by_text.entry(place(&origins, span)).or_default().insert(path.clone());
            }
        }
        Self { request, origins, arguments, by_text }
    }

    fn outcome(&self, tree: &dyn Tree, sampled: &str, origin: OriginId) -> Outcome {
        let origins = &self.origins;
        let Some(span) = origins.editable(origin) else { return Outcome::NotEditable };
        let document = origins.document(span.document);
        let (start, end) = (span.start as usize, span.end as usize);
        let token = &document.text[start..end];
        let Some(new) = changed(token) else { return Outcome::NotEditable };
        let text = format!("{}{new}{}", &document.text[..start], &document.text[end..]);
        let edited = Edited { tree, path: &document.path, text };
        let after = arguments(&plan(&edited, &Origins::new(), &self.request));
        if !after.keys().eq(self.arguments.keys()) {
            return Outcome::OtherObjects;
        }
        let differs = |it: &&String| after[*it].0 != self.arguments[*it].0;
        let differing: BTreeSet<String> = self.arguments.keys().filter(differs).cloned().collect();
        let own = &self.by_text[&place(origins, span)];
        // What decides a condition is no text of the value, and stands in its chain.
        let depends = |it: &&String| {
            let chain = origins.chain(self.arguments[*it].1).into_iter();
            let written = chain.filter(|it| origins.parents(*it).is_empty());
            written.filter_map(|it| origins.span(it)).any(|one| {
                let one = origins.outermost(one);
                one.document == span.document && one.start <= span.start && span.end <= one.end
            })
        };
        let missed: Vec<_> = own.difference(&differing).collect();
        let extra: Vec<_> = differing.difference(own).filter(|it| !depends(it)).collect();
        if missed.is_empty() && extra.is_empty() {
            return Outcome::Held;
        }
        let first = |list: &[&String]| list.first().map_or(String::new(), |it| format!(" {it}"));
        Outcome::Failed(format!(
            "{sampled} at {}: {token:?} -> {new:?}: {} unchanged{}, {} changed without reason{}",
            document.path,
            missed.len(),
            first(&missed),
            extra.len(),
            first(&extra)
        ))
    }
}

fn place(origins: &Origins, span: Span) -> (Utf8PathBuf, u32, u32) {
    (origins.document(span.document).path.clone(), span.start, span.end)
}

/// Every known scalar of every object, as text, by address and path.
fn arguments(planned: &Plan) -> BTreeMap<String, (String, OriginId)> {
    let mut found = BTreeMap::new();
    for change in &planned.changes {
        if let Some(after) = &change.after {
            walk(after, &change.address, &mut found);
        }
    }
    found
}

fn walk(value: &Value, path: &str, into: &mut BTreeMap<String, (String, OriginId)>) {
    if let Some(entries) = value.entries() {
        entries.iter().for_each(|(key, it)| walk(it, &format!("{path}/{key}"), into));
    } else if let Some(elements) = value.elements() {
        let elements = elements.iter().enumerate();
        elements.for_each(|(at, it)| walk(it, &format!("{path}/{at}"), into));
    } else if value.is_known() && !value.is_null() {
        into.insert(path.to_owned(), (format!("{:?}", value.data), value.origin));
    }
}

/// A tree with another text in the place of one file's.
struct Edited<'a> {
    tree: &'a dyn Tree,
    path: &'a Utf8Path,
    text: String,
}

impl Tree for Edited<'_> {
    fn files(&self) -> &[TreeEntry] {
        self.tree.files()
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Vec<u8>, TreeError> {
        if path == self.path { Ok(self.text.clone().into_bytes()) } else { self.tree.bytes(path) }
    }

    fn is_ignored(&self, path: &Utf8Path) -> bool {
        self.tree.is_ignored(path)
    }
}

/// Another text of the same kind; none where there is nothing to change.
fn changed(token: &str) -> Option<String> {
    match token {
        "true" => return Some("false".into()),
        "false" => return Some("true".into()),
        _ => {}
    }
    let bytes = token.as_bytes();
    let header = if token.starts_with("<<") { token.find('\n')? + 1 } else { 0 };
    // The end of a text between marks is the mark.
    let end = if token.starts_with("<<") { token.trim_end().rfind('\n')? } else { bytes.len() };
    let is_escaped = |at: usize| at > 0 && bytes[at - 1] == b'\\';
    let at =
        (header..end).rev().find(|&at| bytes[at].is_ascii_alphanumeric() && !is_escaped(at))?;
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
