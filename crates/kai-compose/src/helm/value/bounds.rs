//! How far a walk over values goes, and how long one text gets.
//!
//! Maps change in place, so one may come to lie in itself, and a list that holds another one twice is
//! soon larger than any memory. Whoever walks asks [`within`] at every collection. A walk that went
//! too far gives something shorter, and [`exceeded`] says so to whoever runs the template.

use std::cell::Cell;

/// Files are read to a depth of 200.
const DEEPEST: u32 = 500;
/// Items and pieces of text that one walk may meet.
const MOST_ITEMS: usize = 2_000_000;
/// Texts weigh as much as an item for so many bytes.
const BYTES_OF_AN_ITEM: usize = 32;
/// Bytes of one text.
const LONGEST_TEXT: usize = 64 << 20;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static LEFT: Cell<usize> = const { Cell::new(0) };
    static WALKED: Cell<usize> = const { Cell::new(0) };
    static EXCEEDED: Cell<Option<Bound>> = const { Cell::new(None) };
}

/// What was too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    Depth,
    Items,
    Length,
}

/// Walks through a collection of so many items; nothing where that goes too far, and everywhere
/// behind.
pub(crate) fn within<T>(items: usize, walk: impl FnOnce() -> T) -> Option<T> {
    let depth = DEPTH.get();
    if depth == 0 {
        LEFT.set(MOST_ITEMS);
    }
    if EXCEEDED.get().is_some() {
        return None;
    }
    if depth >= DEEPEST {
        note(Bound::Depth);
        return None;
    }
    if !spend(items + 1) {
        return None;
    }
    let _outer = Outer(depth);
    DEPTH.set(depth + 1);
    Some(walk())
}

/// The depth around a walk, which holds again after it, even where it panics.
struct Outer(u32);

impl Drop for Outer {
    fn drop(&mut self) {
        DEPTH.set(self.0);
    }
}

/// Notes a text that is copied on a walk; false where it is too much.
pub(crate) fn copies(bytes: usize) -> bool {
    DEPTH.get() == 0 || spend(bytes / BYTES_OF_AN_ITEM)
}

fn spend(items: usize) -> bool {
    WALKED.set(WALKED.get().saturating_add(items));
    let left = LEFT.get().checked_sub(items);
    match left {
        Some(left) => LEFT.set(left),
        None => note(Bound::Items),
    }
    left.is_some()
}

/// What was too much first explains the rest.
fn note(bound: Bound) {
    EXCEEDED.set(EXCEEDED.get().or(Some(bound)));
}

/// True where a text of a length may grow by so many bytes.
pub(crate) fn may_grow(length: usize, by: usize) -> bool {
    let may = length.saturating_add(by) <= LONGEST_TEXT;
    if !may {
        note(Bound::Length);
    }
    may
}

/// True where a list or map of so many items may get another one.
pub(crate) fn may_hold(items: usize) -> bool {
    let may = items < MOST_ITEMS;
    if !may {
        note(Bound::Items);
    }
    may
}

/// The bytes that walks met since it was asked last.
pub(crate) fn walked() -> usize {
    WALKED.take().saturating_mul(BYTES_OF_AN_ITEM)
}

/// What was too much since it was asked last, in words.
pub(crate) fn exceeded() -> Option<String> {
    Some(match EXCEEDED.take()? {
        Bound::Depth => format!("values lie in each other more than {DEEPEST} deep"),
        Bound::Items => format!("values hold more than {MOST_ITEMS} items"),
        Bound::Length => format!("a text has more than {LONGEST_TEXT} bytes"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_that_panics_leaves_no_depth_behind() {
        let walk = || within(1, || within(1, || panic!("a walk that is broken")));
        assert!(std::panic::catch_unwind(walk).is_err());
        assert_eq!((DEPTH.get(), within(1, || DEPTH.get())), (0, Some(1)));
    }
}
