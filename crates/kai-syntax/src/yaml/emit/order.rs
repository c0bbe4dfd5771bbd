//! The order of keys in go-yaml version 2 (`sorter.go`): numbers in keys count as numbers, and
//! what is no letter comes before letters.

use std::cmp::Ordering;

use kai_core::{Entry, Map};

/// The entries in the order in which they are written.
pub(super) fn sorted(map: &Map) -> Vec<&Entry> {
    let mut entries: Vec<&Entry> = map.iter().collect();
    if !entries.is_sorted_by(|a, b| !compare_keys(&b.key, &a.key).is_lt()) {
        merge_sort(&mut entries);
    }
    entries
}

/// The standard sort may panic where an order is not total, and nobody promised that this one is.
fn merge_sort(entries: &mut Vec<&Entry>) {
    if entries.len() < 2 {
        return;
    }
    let mut right = entries.split_off(entries.len() / 2);
    let mut left = std::mem::take(entries);
    merge_sort(&mut left);
    merge_sort(&mut right);
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let from_right = compare_keys(&b.key, &a.key).is_lt();
        entries.extend(if from_right { right.next() } else { left.next() });
    }
    entries.extend(left);
    entries.extend(right);
}

/// Compares two keys at the first character in which they differ.
pub(crate) fn compare_keys(a: &str, b: &str) -> Ordering {
    let common = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let mut at = common;
    while !(a.is_char_boundary(at) && b.is_char_boundary(at)) {
        at -= 1;
    }
    let (Some(x), Some(y)) = (a[at..].chars().next(), b[at..].chars().next()) else {
        return a.len().cmp(&b.len());
    };
    match (x.is_alphabetic(), y.is_alphabetic()) {
        (true, true) => return x.cmp(&y),
        (false, false) => {}
        (_, y_is_letter) => return if y_is_letter { Ordering::Less } else { Ordering::Greater },
    }
    let inside_number = (x == '0' || y == '0') && ends_in_number(&a[..at]);
    let (m, m_digits) = number(&a[at..], inside_number);
    let (n, n_digits) = number(&b[at..], inside_number);
    m.cmp(&n).then(m_digits.cmp(&n_digits)).then(x.cmp(&y))
}

/// True when the digits at the end hold one that is not zero.
fn ends_in_number(text: &str) -> bool {
    text.bytes().rev().take_while(u8::is_ascii_digit).any(|it| it != b'0')
}

/// The number at the start of the text and how many digits it has; Go lets it overflow.
fn number(text: &str, inside_number: bool) -> (i64, usize) {
    let digits = text.bytes().take_while(u8::is_ascii_digit);
    let start = (i64::from(inside_number), 0);
    digits.fold(start, |(value, count), digit| {
        (value.wrapping_mul(10).wrapping_add(i64::from(digit - b'0')), count + 1)
    })
}
