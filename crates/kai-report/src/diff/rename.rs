//! Findings that only changed their file.

use std::collections::BTreeSet;

use super::snapshot::Entry;

/// Pairs of indices, one of `gone` and one of `new`: the same rule at the same component, in a file of
/// the same name elsewhere or in another file of the same folder. Each is paired once.
pub(super) fn renamed(gone: &[(usize, &Entry)], new: &[(usize, &Entry)]) -> Vec<(usize, usize)> {
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    let mut pairs = Vec::new();
    for is_near in [has_same_name, has_same_folder] {
        for &(index, entry) in new {
            if pairs.iter().any(|&(_, paired)| paired == index) {
                continue;
            }
            let mut candidates = gone.iter().filter(|(at, it)| {
                !taken.contains(at)
                    && (&it.rule, &it.component) == (&entry.rule, &entry.component)
                    && it.path != entry.path
                    && is_near(&it.path, &entry.path)
            });
            if let Some(&(at, _)) = candidates.next() {
                taken.insert(at);
                pairs.push((at, index));
            }
        }
    }
    pairs
}

fn has_same_name(one: &str, other: &str) -> bool {
    let name = |it: &str| it.rsplit('/').next().map(str::to_owned);
    name(one) == name(other)
}

fn has_same_folder(one: &str, other: &str) -> bool {
    let folder = |it: &str| it.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    folder(one) == folder(other)
}
