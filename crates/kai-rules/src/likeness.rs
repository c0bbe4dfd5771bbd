//! Whether a name that nothing declares was meant for something near.

/// True where the object is named after who uses it: `shop-settings` of `shop`.
pub(crate) fn is_named_after(object: &str, user: &str) -> bool {
    object.strip_prefix(user).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']))
}

/// True where a slip of the hand makes one name of the other: up to two letters, in names of which
/// most stays.
pub(crate) fn is_slip(wanted: &str, there: &str) -> bool {
    let most = (wanted.len().max(there.len()) / 5).min(2);
    // Whatever is changed, it takes one letter away and brings one along.
    let differing = (letters(wanted) ^ letters(there)).count_ones() as usize;
    wanted != there
        && wanted.len().abs_diff(there.len()) <= most
        && differing <= 2 * most
        && distance(wanted.as_bytes(), there.as_bytes()) <= most
}

/// The only name that may be meant by one that nothing has: the one that a slip makes of it, else the
/// only one that there is.
pub(crate) fn meant<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.dedup();
    only_slip(wanted, names.iter().copied()).or(match names.as_slice() {
        [only] => Some(only),
        _ => None,
    })
}

/// The only name that a slip makes of the wanted one.
pub(crate) fn only_slip<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut slips = names.filter(|it| is_slip(wanted, it));
    slips.next().filter(|_| slips.next().is_none())
}

/// The letters of a name as bits, some of which stand for several letters.
fn letters(name: &str) -> u64 {
    name.bytes().fold(0, |letters, it| letters | 1 << (it % 64))
}

/// Letters to insert, delete, replace, or swap with their neighbour.
fn distance(one: &[u8], other: &[u8]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut next = vec![row + 1];
        for (column, it) in other.iter().enumerate() {
            let replaced = last[column] + usize::from(letter != it);
            let mut best = replaced.min(last[column + 1] + 1).min(next[column] + 1);
            let is_swap =
                row > 0 && column > 0 && one[row - 1] == *it && *letter == other[column - 1];
            if is_swap {
                best = best.min(before[column - 1] + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut last, next);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_changes_little_of_a_name() {
        assert!(is_slip("ledger-config", "legder-config"));
        assert!(is_slip("ledger-config", "ledger-configs"));
        assert!(!is_slip("ledger-config", "ledger-config"));
        assert!(!is_slip("ledger-config", "checkout-config"));
        assert!(!is_slip("db1", "db2"));
    }

    #[test]
    fn one_name_is_meant_where_there_is_no_choice() {
        let meant_of = |names: &[&'static str]| meant("legder", names.iter().copied());
        assert_eq!(meant_of(&["ledger", "checkout"]), Some("ledger"));
        assert_eq!(meant_of(&["checkout"]), Some("checkout"));
        assert_eq!(meant_of(&["shop", "checkout"]), None);
        assert_eq!(meant_of(&["ledger", "legders"]), None);
    }

    #[test]
    fn an_object_is_named_after_its_user() {
        assert!(is_named_after("shop-settings", "shop"));
        assert!(is_named_after("shop", "shop"));
        assert!(!is_named_after("shopping", "shop"));
        assert!(!is_named_after("cluster-settings", "shop"));
    }
}
