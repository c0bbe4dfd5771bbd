//! What a reader leaves out.

/// Which values are skipped while reading. Paths are of keys within an API object of a list (the root's
/// sequence `items`), through sequences, at most 32 of each. A root that is itself an object is read
/// whole: a composer may apply it as it stands.
#[derive(Debug, Clone, Copy, Default)]
pub struct JsonOptions {
    pub dropped: &'static [&'static [&'static str]],
    /// Below the keys that these begin with nothing is read but what they lead to.
    pub kept: &'static [&'static [&'static str]],
}

impl JsonOptions {
    /// What a review of a dump has no use for: what the cluster says about itself.
    #[must_use]
    pub const fn dump() -> Self {
        Self { dropped: &[&["status"], &["metadata", "managedFields"]], kept: &[] }
    }

    /// What plays a cluster on paper reads what nodes have and where pods are, and nothing else of
    /// what the cluster says about itself.
    #[must_use]
    pub const fn cluster() -> Self {
        Self {
            dropped: &[&["metadata", "managedFields"]],
            kept: &[
                &["status", "allocatable"],
                &["status", "capacity"],
                &["status", "conditions", "reason"],
                &["status", "conditions", "status"],
                &["status", "conditions", "type"],
                &["status", "containerStatuses", "allocatedResources"],
                &["status", "containerStatuses", "name"],
                &["status", "containerStatuses", "resources"],
                &["status", "currentHealthy"],
                &["status", "desiredHealthy"],
                &["status", "disruptedPods"],
                &["status", "disruptionsAllowed"],
                &["status", "expectedPods"],
                &["status", "images"],
                &["status", "initContainerStatuses", "allocatedResources"],
                &["status", "initContainerStatuses", "name"],
                &["status", "initContainerStatuses", "resources"],
                &["status", "phase"],
                &["status", "startTime"],
            ],
        }
    }
}

/// Which paths the reader may still meet below where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Watch {
    dropped: u32,
    kept: u32,
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
    const NOTHING: Self = Self { dropped: 0, kept: 0, depth: 0, is_root: false, is_items: false };

    pub(super) fn root(options: &JsonOptions) -> Self {
        let all = |paths: &[_]| paths.iter().take(32).fold(0, |all, _| all << 1 | 1);
        let (dropped, kept) = (all(options.dropped), all(options.kept));
        Self { dropped, kept, depth: 0, is_root: true, is_items: false }
    }

    /// True for the sequence whose items are objects of a list.
    pub(super) fn is_items(self) -> bool {
        self.is_items
    }

    /// What holds for the items of a sequence.
    pub(super) fn item(self) -> Self {
        if self.is_root { Self::NOTHING } else { Self { is_items: false, ..self } }
    }

    /// What holds for the value of a key of a mapping.
    pub(super) fn key(self, options: &JsonOptions, key: &str) -> Verdict {
        if self.dropped | self.kept == 0 {
            return Verdict::Read(Self::NOTHING);
        }
        if self.is_root {
            let below = Self { is_root: false, is_items: true, ..self };
            return Verdict::Read(if key == "items" { below } else { Self::NOTHING });
        }
        let dropped = met(options.dropped, self.dropped, self.depth, key);
        let kept = met(options.kept, self.kept, self.depth, key);
        let is_left_out = self.depth > 0 && self.kept != 0 && kept.begun == 0;
        if dropped.ended != 0 || is_left_out {
            return Verdict::Drop;
        }
        // Below the end of a path that is kept, everything is.
        let kept = if kept.ended == 0 { kept.begun } else { 0 };
        let depth = self.depth + 1;
        Verdict::Read(Self { dropped: dropped.begun, kept, depth, ..Self::NOTHING })
    }
}

/// Those of some paths that go on with a key, and those of them that it ends.
struct Met {
    begun: u32,
    ended: u32,
}

fn met(paths: &[&[&str]], some: u32, depth: usize, key: &str) -> Met {
    let mut met = Met { begun: 0, ended: 0 };
    let all = paths.iter().enumerate().take(32);
    for (at, path) in all.filter(|it| some & 1 << it.0 != 0) {
        if path.get(depth) == Some(&key) {
            met.begun |= 1 << at;
            met.ended |= u32::from(path.len() == depth + 1) << at;
        }
    }
    met
}
