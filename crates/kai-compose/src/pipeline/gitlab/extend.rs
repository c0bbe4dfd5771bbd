//! Jobs that take what others say.

use kai_core::{Entry, Map, Node, Value};

/// GitLab refuses more levels.
const DEEPEST: usize = 11;

/// Mappings merge; everything else is replaced.
pub(super) fn merge(base: &Node, over: &Node) -> Node {
    let (Value::Map(left), Value::Map(right)) = (&base.value, &over.value) else {
        return over.clone();
    };
    let mut entries: Vec<Entry> = left.iter().cloned().collect();
    for entry in right.iter() {
        match entries.iter_mut().find(|it| it.key == entry.key) {
            Some(before) => {
                let node = merge(&before.node, &entry.node);
                *before = Entry { node, ..entry.clone() };
            }
            None => entries.push(entry.clone()),
        }
    }
    Node::map(Map::from_entries(entries), over.origin)
}

/// The same document with everything in each job that it extends.
pub(super) fn extended(document: &Node) -> Node {
    let Some(all) = document.as_map() else { return document.clone() };
    let jobs = all.iter().map(|it| Entry { node: whole(&it.node, all, 0), ..it.clone() });
    Node::map(Map::from_entries(jobs.collect()), document.origin)
}

/// A job laid over what it extends, of which the later one wins. What is not here stays under `extends`.
fn whole(job: &Node, all: &Map, depth: usize) -> Node {
    let Some(extends) = job.get("extends").filter(|_| depth < DEEPEST) else { return job.clone() };
    let names = if extends.is_seq() { extends.items() } else { std::slice::from_ref(extends) };
    let is_here = |it: &&Node| it.as_str().is_some_and(|it| all.get(it).is_some());
    let (here, elsewhere): (Vec<&Node>, Vec<&Node>) = names.iter().partition(is_here);
    let bases = here.into_iter().filter_map(|it| all.get(it.as_str()?));
    let bases = bases.map(|it| whole(it, all, depth + 1));
    let mut merged =
        bases.fold(Node::map(Map::new(), job.origin), |before, next| merge(&before, &next));
    let inherited = merged.map_mut().and_then(|it| it.remove("extends"));
    let left =
        elsewhere.into_iter().cloned().chain(inherited.map(|it| it.node)).collect::<Vec<_>>();
    let origin = extends.origin;
    let mut job = merge(&merged, job);
    if let Some(map) = job.map_mut() {
        map.remove("extends");
        if !left.is_empty() {
            map.set("extends", origin, Node::seq(left, origin));
        }
    }
    job
}
