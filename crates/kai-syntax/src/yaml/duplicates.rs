//! Keys that are written twice, and keys that are merged in.

use kai_core::{Document, Entry, Lookup, Node, Problem, Span, Value};

/// Keeps the last of equal keys at the place of the first, telling `report` of each later one,
/// then adds what `merges` bring for keys that are not there. Earlier merges win, as the YAML
/// merge type asks.
pub(crate) fn join(entries: &mut Vec<Entry>, merges: &[Node], mut report: impl FnMut(&Entry)) {
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

fn remove_repeated(entries: &mut Vec<Entry>, report: &mut impl FnMut(&Entry)) {
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
                report(&entry);
                let place: &mut Entry = &mut kept[place];
                *place = entry;
            }
            None => {
                places.insert(entry.key.clone(), kept.len());
                kept.push(entry);
            }
        }
    }
    *entries = kept;
}

/// What to say of a key that is written again.
pub(crate) fn duplicate(document: &Document, spans: &[(u32, u32)], entry: &Entry) -> Problem {
    let first = document.origin(0);
    let number = entry.key_origin.distance_from(first);
    let (start, end) = spans.get(number as usize).copied().unwrap_or_default();
    Problem::at(
        Span { document: document.id, start, end },
        format!("the key `{}` is written twice in one mapping, and the last one counts", entry.key),
        "remove one of the two",
    )
}
