//! The paths that are read, and how much of each.

use std::collections::BTreeSet;
use std::ops::Bound;

use kai_syntax::go_template::Template;
use smol_str::SmolStr;

use super::Path;
use super::walk::walk;

/// What is read of the values.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reads {
    /// Paths that are read with everything below them.
    whole: BTreeSet<Path>,
    /// Paths of which only is asked whether they hold something.
    tested: BTreeSet<Path>,
    /// Set where values may be read in a way that is not understood.
    pub(in crate::helm) is_open: bool,
    /// Templates that are defined, and those that are called.
    pub(super) defined: BTreeSet<SmolStr>,
    pub(super) called: BTreeSet<SmolStr>,
    /// Set where a template is called whose name is computed.
    pub(super) calls_any: bool,
}

/// How much of a path is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::helm) enum Extent {
    Nothing,
    /// Only names below it.
    Below,
    /// The path itself, or what holds it.
    Whole,
}

impl Reads {
    /// Adds what a template reads.
    pub(in crate::helm) fn add(&mut self, template: &Template) {
        walk(self, template);
    }

    /// Adds a path that something else than a template reads.
    pub(in crate::helm) fn add_path(&mut self, path: Path) {
        self.whole.insert(path);
    }

    pub(super) fn read(&mut self, path: Path, is_test: bool) {
        if is_test {
            self.tested.insert(path);
        } else {
            self.whole.insert(path);
        }
    }

    pub(in crate::helm) fn extent(&self, path: &[SmolStr]) -> Extent {
        let is_whole = (0..=path.len()).any(|end| self.whole.contains(&path[..end]));
        if is_whole || self.tested.contains(path) && !self.below(path).any(|it| it != path) {
            return Extent::Whole;
        }
        match self.below(path).next() {
            Some(_) => Extent::Below,
            None => Extent::Nothing,
        }
    }

    /// True for a path of which some template asks whether it holds something.
    pub(in crate::helm) fn is_tested(&self, path: &[SmolStr]) -> bool {
        self.tested.contains(path)
    }

    /// True where nothing is read.
    pub(in crate::helm) fn is_empty(&self) -> bool {
        self.whole.is_empty() && self.tested.is_empty() && !self.is_open
    }

    /// True where a template is called that none of these defines.
    pub(in crate::helm) fn calls_others(all: &[&Self]) -> bool {
        let is_defined = |name: &SmolStr| all.iter().any(|it| it.defined.contains(name));
        all.iter().any(|it| !it.called.iter().all(is_defined))
    }

    /// True where a template is called whose name is computed.
    pub(in crate::helm) fn calls_any(all: &[&Self]) -> bool {
        all.iter().any(|it| it.calls_any)
    }

    /// The names that are read right below a path.
    pub(in crate::helm) fn names<'a>(
        &'a self,
        path: &'a [SmolStr],
    ) -> impl Iterator<Item = &'a SmolStr> {
        let mut last = None;
        let names = self.below(path).filter_map(|it| it.get(path.len()));
        names.filter(move |it| last.replace(*it) != Some(*it))
    }

    fn below<'a>(&'a self, path: &'a [SmolStr]) -> impl Iterator<Item = &'a Path> {
        let from = |set: &'a BTreeSet<Path>| {
            let from = (Bound::Included(path), Bound::Unbounded);
            set.range::<[SmolStr], _>(from).take_while(move |it| it.starts_with(path))
        };
        from(&self.whole).chain(from(&self.tested))
    }
}
