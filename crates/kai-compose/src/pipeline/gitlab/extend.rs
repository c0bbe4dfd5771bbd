//! Jobs that take what others say.

use std::collections::BTreeMap;

use kai_core::{Entry, Map, Node, Value};

use crate::pipeline::bounds::Bounds;

/// GitLab refuses more levels.
const DEEPEST: usize = 11;

/// Mappings merge; everything else is replaced.
pub(super) fn merge(base: &Node, over: &Node) -> Node {
    let (Value::Map(left), Value::Map(right)) = (&base.value, &over.value) else {
        return over.clone();
    };
    let places: BTreeMap<&str, usize> = left.iter().map(|it| it.key.as_str()).zip(0..).collect();
    let mut entries: Vec<Entry> = left.iter().cloned().collect();
    for entry in right.iter() {
        match places.get(entry.key.as_str()) {
            Some(&at) => {
                let node = merge(&entries[at].node, &entry.node);
                entries[at] = Entry { node, ..entry.clone() };
            }
            None => entries.push(entry.clone()),
        }
    }
    Node::map(Map::from_entries(entries), over.origin)
}

/// The same document with everything in each job that it extends.
pub(super) fn extended(document: &Node, bounds: &mut Bounds<'_>) -> Node {
    let Some(all) = document.as_map() else { return document.clone() };
    let jobs = all.iter().map(|it| (it.key.as_str(), &it.node)).collect();
    let mut extending = Extending { jobs, done: BTreeMap::new(), way: Vec::new(), bounds };
    let jobs =
        all.iter().map(|it| Entry { node: extending.whole(&it.key, &it.node), ..it.clone() });
    Node::map(Map::from_entries(jobs.collect()), document.origin)
}

struct Extending<'a, 'b, 'c> {
    jobs: BTreeMap<&'a str, &'a Node>,
    /// Many jobs extend one.
    done: BTreeMap<&'a str, Node>,
    /// The jobs whose bases are looked for.
    way: Vec<&'a str>,
    bounds: &'b mut Bounds<'c>,
}

impl<'a> Extending<'a, '_, '_> {
    /// A job with what it extends in it. What is not here, and what GitLab refuses, stays under `extends`.
    fn whole(&mut self, name: &'a str, job: &'a Node) -> Node {
        if let Some(done) = self.done.get(name) {
            return done.clone();
        }
        let Some(extends) = job.get("extends") else { return job.clone() };
        if self.bounds.is_full() || self.refuses(name, extends) {
            return job.clone();
        }
        self.way.push(name);
        let whole = self.over_bases(job, extends);
        self.way.pop();
        self.done.insert(name, whole.clone());
        whole
    }

    fn refuses(&mut self, name: &str, extends: &Node) -> bool {
        let (message, remedy) = if self.way.contains(&name) {
            let message = format!("what `{name}` extends leads back to it, which GitLab refuses");
            (message, "take one of the names on the way out of `extends`")
        } else if self.way.len() == DEEPEST {
            let message = format!("`extends` of `{name}` goes deeper than GitLab allows");
            (message, "let jobs extend what the ones between say themselves")
        } else {
            return false;
        };
        self.bounds.refuse(extends.origin, message, remedy);
        true
    }

    /// A job laid over what it extends, of which the later one wins.
    fn over_bases(&mut self, job: &Node, extends: &'a Node) -> Node {
        let names = if extends.is_seq() { extends.items() } else { std::slice::from_ref(extends) };
        let (mut merged, mut left) = (Node::map(Map::new(), job.origin), Vec::new());
        for name in names {
            let base = name.as_str().and_then(|it| Some((it, *self.jobs.get(it)?)));
            let base = base.map(|(name, job)| self.whole(name, job));
            match base.filter(|it| self.bounds.takes_all(it, 0, extends.origin)) {
                Some(base) => merged = merge(&merged, &base),
                None => left.push(name.clone()),
            }
        }
        let inherited = merged.map_mut().and_then(|it| it.remove("extends"));
        left.extend(inherited.map(|it| it.node));
        let mut whole = merge(&merged, job);
        if let Some(map) = whole.map_mut() {
            map.remove("extends");
            if !left.is_empty() {
                map.set("extends", extends.origin, Node::seq(left, extends.origin));
            }
        }
        whole
    }
}
