//! Keys that are written twice, and keys that are merged in.

use kai_core::{Entry, LocationRole, Lookup, Node, Origins, Problem, Value};

/// A key that is written twice in one mapping: what counts is the later.
#[derive(Debug, Clone)]
pub struct Repeated {
    pub earlier: Entry,
    pub later: Entry,
}

/// Keeps the last of equal keys at the place of the first, telling `report` of each pair, then adds what `merges` bring for keys that are not there. Earlier merges win, as the YAML
/// merge type asks.
pub(crate) fn join(entries: &mut Vec<Entry>, merges: &[Node], mut report: impl FnMut(Repeated)) {
    if may_repeat(entries) {
        remove_repeated(entries, &mut report);
    }
    for source in merges.iter().flat_map(mappings) {
        let Value::Map(map) = &source.value else { continue };
        for entry in map.iter() {
            if !entries.iter().any(|it| it.key == entry.key) {
                entries.push(entry.clone());
            }
        }
    }
}

fn mappings(merge: &Node) -> &[Node] {
    if merge.is_seq() { merge.items() } else { std::slice::from_ref(merge) }
}

/// False when no two keys can be equal, from a few bits of each key.
fn may_repeat(entries: &[Entry]) -> bool {
    let mut seen = 0_u128;
    for entry in entries {
        let bytes = entry.key.as_bytes();
        let (first, last) = (bytes.first().unwrap_or(&0), bytes.last().unwrap_or(&0));
        let middle = bytes.get(bytes.len() / 2).unwrap_or(&0);
        let mix = usize::from(*first) * 7 + usize::from(*last) * 31 + usize::from(*middle) * 3;
        let bit = 1 << ((mix + bytes.len()) % 128);
        if seen & bit != 0 {
            return true;
        }
        seen |= bit;
    }
    false
}

fn remove_repeated(entries: &mut Vec<Entry>, report: &mut impl FnMut(Repeated)) {
    if entries.len() <= 16 {
        let unique = (1..entries.len())
            .all(|at| !entries[..at].iter().any(|earlier| earlier.key == entries[at].key));
        if unique {
            return;
        }
    }
    let mut places = Lookup::new();
    let mut kept: Vec<Entry> = Vec::with_capacity(entries.len());
    for entry in entries.drain(..) {
        match places.get(entry.key.as_str()) {
            Some(&place) => {
                let earlier = std::mem::replace(&mut kept[place], entry.clone());
                report(Repeated { earlier, later: entry });
            }
            None => {
                places.insert(entry.key.clone(), kept.len());
                kept.push(entry);
            }
        }
    }
    *entries = kept;
}

/// Names in a sentence.
const NAMES: usize = 3;

impl Repeated {
    /// What to say of it, at the later key.
    #[must_use]
    pub fn problem(&self, origins: &Origins) -> Problem {
        let key = &self.earlier.key;
        let line = self.earlier_line(origins);
        let lost: Vec<_> = self.lost().into_iter().map(|it| format!("`{it}`")).collect();
        let (what, remedy) = match lost.as_slice() {
            [] => (format!("{line} says the same"), "remove one of the two"),
            [one] if *one == format!("`{key}`") => {
                (format!("what {line} says is lost"), "remove one of the two")
            }
            [one] => (format!("{one} of {line} is lost"), "write under one key what both say"),
            more => {
                let shown = more[..more.len().min(NAMES)].join(", ");
                let rest = more.len().saturating_sub(NAMES);
                let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
                (format!("{shown}{rest} of {line} are lost"), "write under one key what both say")
            }
        };
        let message = format!(
            "the key `{key}` is written twice in one mapping, and the last one counts: {what}"
        );
        match origins.span(self.later.key_origin) {
            Some(span) => Problem::at(span, message, remedy),
            None => Problem { span: None, path: None, message, remedy: remedy.to_owned() },
        }
    }

    fn earlier_line(&self, origins: &Origins) -> String {
        let place = |it: &Entry| origins.location(it.key_origin, LocationRole::Primary);
        match (place(&self.earlier), place(&self.later)) {
            (Some(earlier), Some(later)) if earlier.path == later.path => {
                format!("line {}", earlier.line)
            }
            (Some(earlier), _) => format!("`{}:{}`", earlier.path, earlier.line),
            (None, _) => "the first".to_owned(),
        }
    }

    /// The paths of what the earlier says and the later does not, from the key on.
    fn lost(&self) -> Vec<String> {
        let mut lost = Vec::new();
        collect_lost(&self.earlier.key, &self.earlier.node, Some(&self.later.node), &mut lost);
        lost
    }
}

fn collect_lost(path: &str, earlier: &Node, later: Option<&Node>, lost: &mut Vec<String>) {
    match (earlier.as_map(), later.map(Node::as_map)) {
        (Some(entries), Some(Some(_))) => {
            for it in entries.iter() {
                let path = format!("{path}.{}", it.key);
                collect_lost(&path, &it.node, later.and_then(|node| node.get(&it.key)), lost);
            }
        }
        _ if later.is_some_and(|it| earlier.says_the_same(it)) => {}
        _ => lost.push(path.to_owned()),
    }
}
