//! Names that were probably meant to be the same.

/// The shortest name of which one character may differ.
const SHORTEST: usize = 5;

pub(super) fn is_near(key: &str, other: &str) -> bool {
    key != other
        && (letters(key).eq(letters(other)) || key.len() >= SHORTEST && differs_by_one(key, other))
}

/// The letters of a name, whatever its case, dashes and underscores.
fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|it| !matches!(it, '-' | '_')).flat_map(char::to_lowercase)
}

fn differs_by_one(left: &str, right: &str) -> bool {
    let same = left.chars().zip(right.chars()).take_while(|(a, b)| a == b);
    let length: usize = same.map(|(it, _)| it.len_utf8()).sum();
    let (left, right) = (&left[length..], &right[length..]);
    let (left_rest, right_rest) = (without_first(left), without_first(right));
    left_rest == right_rest && left.is_empty() == right.is_empty()
        || left_rest == right
        || left == right_rest
}

fn without_first(text: &str) -> &str {
    let mut characters = text.chars();
    characters.next();
    characters.as_str()
}
