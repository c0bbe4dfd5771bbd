//! How near two roots are to each other.

use kai_core::{Environment, Root, RootKind};

/// What one root has to do with another. The order is the order of preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Nearness {
    SameRoot,
    /// The same environment and the same overlay: `web/overlays/osaka0`, `db/overlays/osaka0`.
    SameOverlay,
    SameEnvironment,
    /// Nothing says in which environment it runs, so all may share it.
    Shared,
    /// Nothing at all: another environment, an example, an archive, a host of Compose.
    Apart,
}

impl Nearness {
    /// How near `to` is, seen from `from`. Each example, each archive and each Compose project
    /// stands for itself.
    #[must_use]
    pub fn between(from: &Root, to: &Root) -> Self {
        if from.id == to.id {
            Self::SameRoot
        } else if Self::is_alone(from) || Self::is_alone(to) || Self::are_variants(from, to) {
            Self::Apart
        } else if from.environment != to.environment {
            if to.is_environment_assumed() { Self::Shared } else { Self::Apart }
        } else if from.path.file_name() == to.path.file_name() {
            Self::SameOverlay
        } else {
            Self::SameEnvironment
        }
    }

    /// Files of one folder that declare the same objects, of which somebody applies one.
    fn are_variants(from: &Root, to: &Root) -> bool {
        from.is_variant() && to.is_variant() && from.path.parent() == to.path.parent()
    }

    /// True for what stands for itself: each example, each archive, each Compose project, and a
    /// root of Terraform, which puts nothing into a namespace: what it applies there is another root.
    #[must_use]
    pub fn is_alone(root: &Root) -> bool {
        root.environment >= Environment::Example
            || matches!(root.kind, RootKind::ComposeProject | RootKind::Terraform)
    }
}
