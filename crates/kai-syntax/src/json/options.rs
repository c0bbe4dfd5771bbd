//! What a reader leaves out.

/// Which values are skipped while reading.
#[derive(Debug, Clone, Copy, Default)]
pub struct JsonOptions {
    /// Paths of keys within an API object of a list (the root's sequence `items`), at most 32 of
    /// them. A root that is itself an object is read whole: a composer may apply it as it stands.
    pub dropped: &'static [&'static [&'static str]],
}

impl JsonOptions {
    /// What a review of a dump has no use for: what the cluster says about itself.
    #[must_use]
    pub const fn dump() -> Self {
        Self { dropped: &[&["status"], &["metadata", "managedFields"]] }
    }

    /// What plays a cluster on paper reads what nodes have and where pods are, and leaves out what
    /// is large and says neither.
    #[must_use]
    pub const fn cluster() -> Self {
        Self {
            dropped: &[
                &["status", "containerStatuses"],
                &["status", "initContainerStatuses"],
                &["status", "ephemeralContainerStatuses"],
                &["status", "nodeInfo"],
                &["status", "volumesInUse"],
                &["status", "volumesAttached"],
                &["status", "addresses"],
                &["metadata", "managedFields"],
            ],
        }
    }
}

/// Which dropped paths the reader may still meet below where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Watch {
    paths: u32,
    depth: usize,
    is_root: bool,
    is_items: bool,
}

/// What to do with the value of a key.
pub(super) enum Verdict {
    Drop,
    Read(Watch),
}

impl Watch {
    const NOTHING: Self = Self { paths: 0, depth: 0, is_root: false, is_items: false };

    pub(super) fn root(options: &JsonOptions) -> Self {
        let paths = options.dropped.iter().take(32).fold(0, |paths, _| paths << 1 | 1);
        Self { paths, depth: 0, is_root: true, is_items: false }
    }

    /// True for the sequence whose items are objects of a list.
    pub(super) fn is_items(self) -> bool {
        self.is_items
    }

    /// What holds for the items of a sequence.
    pub(super) fn item(self) -> Self {
        if self.is_items { Self { is_items: false, ..self } } else { Self::NOTHING }
    }

    /// What holds for the value of a key of a mapping.
    pub(super) fn key(self, options: &JsonOptions, key: &str) -> Verdict {
        if self.paths == 0 {
            return Verdict::Read(Self::NOTHING);
        }
        if self.is_root {
            let is_items = key == "items";
            let paths = if is_items { self.paths } else { 0 };
            return Verdict::Read(Self { paths, depth: 0, is_root: false, is_items });
        }
        let mut paths = 0;
        for (at, path) in options.dropped.iter().enumerate().take(32) {
            if self.paths & 1 << at != 0 && path.get(self.depth) == Some(&key) {
                if path.len() == self.depth + 1 {
                    return Verdict::Drop;
                }
                paths |= 1 << at;
            }
        }
        Verdict::Read(Self { paths, depth: self.depth + 1, is_root: false, is_items: false })
    }
}
