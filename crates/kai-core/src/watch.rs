//! Who watches the parts of a run, without a clock below the binary.

/// A part of a run, in the order in which parts begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Listing the files.
    List,
    /// Reading and parsing every file.
    Read,
    /// Finding what a tool would apply as one.
    FindRoots,
    /// Composing one root.
    Compose,
    /// Making components of the objects of one root.
    Lower,
    /// Drawing the arrows between components.
    Link,
    /// Letting failures happen on declared nodes.
    Play,
    /// One rule, by its id.
    Rule(&'static str),
    /// Looking for what is right.
    Solid,
    /// Making risks of hazards, and findings of risks.
    Rank,
    /// Writing the page.
    Report,
}

/// Is called around every part of a run, on the thread that does the work; parts that run once for
/// each root or rule are watched as often, several at a time.
pub trait Watch: Sync {
    /// Must call `work` once.
    fn during(&self, part: Part, work: &mut dyn FnMut());
}

/// Nobody watches.
#[derive(Debug, Clone, Copy)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn during(&self, _: Part, work: &mut dyn FnMut()) {
        work();
    }
}

impl dyn Watch + '_ {
    /// Does the work of a part while it is watched, and gives its result back.
    pub fn watched<T>(&self, part: Part, work: impl FnOnce() -> T) -> T {
        let mut work = Some(work);
        let mut result = None;
        self.during(part, &mut || result = work.take().map(|it| it()));
        result.expect("whoever watches lets the work be done")
    }
}
