//! What keeps pods off a node, and what lets them on all the same.

use smol_str::SmolStr;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Taint {
    pub key: SmolStr,
    pub value: SmolStr,
    pub effect: Effect,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    NoSchedule,
    PreferNoSchedule,
    NoExecute,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Toleration {
    /// Empty means every key.
    pub key: SmolStr,
    /// Nothing means that the taint only has to exist.
    pub value: Option<SmolStr>,
    /// Nothing means every effect.
    pub effect: Option<Effect>,
    /// How long a taint that evicts is tolerated; nothing means for ever.
    pub seconds: Option<i64>,
}

impl Toleration {
    /// k8s.io/api v0.34.1, core/v1/toleration.go, `ToleratesTaint`.
    #[must_use]
    pub fn tolerates(&self, taint: &Taint) -> bool {
        self.effect.is_none_or(|it| it == taint.effect)
            && (self.key.is_empty() || self.key == taint.key)
            && self.value.as_ref().is_none_or(|it| *it == taint.value)
    }
}

impl Taint {
    #[must_use]
    pub fn is_tolerated(&self, tolerations: &[Toleration]) -> bool {
        tolerations.iter().any(|it| it.tolerates(self))
    }

    /// True where the taint keeps pods from being scheduled, not only from being welcome.
    #[must_use]
    pub fn keeps_out(&self) -> bool {
        self.effect != Effect::PreferNoSchedule
    }
}
