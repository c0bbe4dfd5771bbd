//! What came of failures that were played on the nodes that `kai.yaml` declares.

use kai_break::Verdict;
use kai_core::ComponentId;
use kai_graph::System;

/// What a review may tell of it, by component.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Played(Vec<Verdict>);

impl Played {
    pub(crate) const NOTHING: &'static Self = &Self(Vec::new());

    /// Plays, but where nodes may be added: those that are declared are not all that there will be.
    #[must_use]
    pub fn on(system: &System, play: impl FnOnce() -> Vec<Verdict>) -> Self {
        let mut verdicts = if system.may_add_nodes() { Vec::new() } else { play() };
        verdicts.sort_by_key(|it| it.component);
        Self(verdicts)
    }

    /// What was played with a component.
    pub(crate) fn with(&self, component: ComponentId) -> &[Verdict] {
        let start = self.0.partition_point(|it| it.component < component);
        let count = self.0[start..].partition_point(|it| it.component == component);
        &self.0[start..start + count]
    }
}

#[cfg(test)]
mod tests {
    use kai_break::Case;

    use super::*;

    #[test]
    fn a_component_finds_what_was_played_with_it_in_whatever_order() {
        let verdict = |id, case, reason: &str| Verdict {
            component: ComponentId(id),
            case,
            reason: reason.to_owned(),
        };
        let played = Played::on(&System::default(), || {
            vec![
                verdict(7, Case::NodeLost, "first"),
                verdict(2, Case::NodeLost, "other"),
                verdict(7, Case::RolloutStuck, "second"),
            ]
        });
        let reasons = |id| played.with(ComponentId(id)).iter().map(|it| it.reason.as_str());
        assert!(reasons(7).eq(["first", "second"]));
        assert!(reasons(2).eq(["other"]));
        assert_eq!(reasons(3).count(), 0);
    }
}
