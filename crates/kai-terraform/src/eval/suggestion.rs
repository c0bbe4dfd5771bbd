//! The name that was probably meant.

/// The closest of the names, where one is close enough.
pub(crate) fn suggestion<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names.map(|it| (distance(name, it), it)).filter(|it| it.0 < 3).min().map(|it| it.1)
}

fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.chars().enumerate() {
        let mut before = index;
        row[0] = index + 1;
        for (at, second) in other.iter().enumerate() {
            let changed = before + usize::from(letter != *second);
            before = row[at + 1];
            row[at + 1] = changed.min(row[at] + 1).min(before + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}
