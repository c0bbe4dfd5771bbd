//! What a failure reaches.

use std::collections::BTreeSet;

use kai_core::ComponentId;

use crate::{Dependency, DependencyKind, Facts, Strength, System};

impl System {
    /// Everything that cannot do its work while the component is down, by id, without itself: what
    /// needs it hard, what needs that hard, and so on. A path fails when everything that it leads
    /// to has failed; whatever else needs several things fails with the first of them.
    #[must_use]
    pub fn fails_with(&self, component: ComponentId) -> Vec<ComponentId> {
        self.fails_with_all(&[component])
    }

    /// The same where several are down at once, without themselves.
    #[must_use]
    pub fn fails_with_all(&self, components: &[ComponentId]) -> Vec<ComponentId> {
        let mut has_failed = vec![false; self.components().len()];
        components.iter().for_each(|it| has_failed[it.0 as usize] = true);
        let mut queue = components.to_vec();
        let mut found = Vec::new();
        while let Some(failed) = queue.pop() {
            for arrow in self.needed_by(failed).filter(|it| it.carries_failure()) {
                let source = arrow.source.0 as usize;
                if !has_failed[source] && self.is_cut(arrow, &has_failed) {
                    has_failed[source] = true;
                    queue.push(arrow.source);
                    found.push(arrow.source);
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// What runs an image that a pipeline or a file makes, by name. It goes on without them.
    #[must_use]
    pub fn runs_images_of(&self, maker: ComponentId) -> Vec<ComponentId> {
        let built = self.needed_by(maker).filter(|it| it.kind == DependencyKind::BuiltBy);
        let mut runs: Vec<ComponentId> = built.map(|it| it.source).collect();
        let name = |it: &ComponentId| {
            let component = self.component(*it);
            (component.native_kind.clone(), component.name.clone(), *it)
        };
        runs.sort_by_cached_key(name);
        runs.dedup();
        runs
    }

    /// What traffic comes through on its way to the component by routes alone, and itself, by id.
    #[must_use]
    pub fn ways_to(&self, component: ComponentId) -> BTreeSet<ComponentId> {
        let mut ways = BTreeSet::from([component]);
        let mut queue = vec![component];
        while let Some(id) = queue.pop() {
            let routes = self.needed_by(id).filter(|it| it.kind == DependencyKind::Routes);
            queue.extend(routes.map(|it| it.source).filter(|&it| ways.insert(it)));
        }
        ways
    }

    /// True where the source of the arrow has no other way than its target.
    fn is_cut(&self, arrow: &Dependency, has_failed: &[bool]) -> bool {
        let source = self.component(arrow.source);
        let is_choice =
            arrow.kind == DependencyKind::Routes && matches!(source.facts, Facts::NetworkPath(_));
        !is_choice
            || self
                .needs(arrow.source)
                .iter()
                .filter(|it| it.kind == DependencyKind::Routes && it.carries_failure())
                .all(|it| has_failed[it.target.0 as usize])
    }

    /// The components that every way from the first to the second leads through, in the order of
    /// the way, without the two. None where there is no way.
    #[must_use]
    pub fn between(&self, first: ComponentId, second: ComponentId) -> Option<Vec<ComponentId>> {
        let order = self.reached_from(first);
        let dominators = self.dominators(&order);
        let place = |id: ComponentId| order.iter().position(|it| *it == id);
        let mut at = place(second)?;
        let mut way = Vec::new();
        while at != 0 {
            at = dominators[at];
            way.push(order[at]);
        }
        way.pop();
        way.reverse();
        Some(way)
    }

    /// Everything that hard arrows lead to from the component, in reverse postorder: each after
    /// what leads to it, as far as there are no circles.
    fn reached_from(&self, first: ComponentId) -> Vec<ComponentId> {
        let mut is_seen = vec![false; self.components().len()];
        is_seen[first.0 as usize] = true;
        let mut postorder = Vec::new();
        let mut stack = vec![(first, 0)];
        while let Some((id, next)) = stack.pop() {
            let arrows = &self.needs(id)[next..];
            let free =
                arrows.iter().position(|it| it.carries_failure() && !is_seen[it.target.0 as usize]);
            let Some(offset) = free else {
                postorder.push(id);
                continue;
            };
            let target = arrows[offset].target;
            is_seen[target.0 as usize] = true;
            stack.push((id, next + offset + 1));
            stack.push((target, 0));
        }
        postorder.reverse();
        postorder
    }

    /// The nearest component that every way to each leads through, as places in `order` (Cooper,
    /// Harvey and Kennedy, "A Simple, Fast Dominance Algorithm", 2001).
    fn dominators(&self, order: &[ComponentId]) -> Vec<usize> {
        const NONE: usize = usize::MAX;
        let mut place = vec![NONE; self.components().len()];
        for (at, id) in order.iter().enumerate() {
            place[id.0 as usize] = at;
        }
        let mut dominators = vec![NONE; order.len()];
        dominators[0] = 0;
        let mut is_settled = false;
        while !is_settled {
            is_settled = true;
            for at in 1..order.len() {
                let sources = self.needed_by(order[at]).filter(|it| it.carries_failure());
                let known = sources
                    .map(|it| place[it.source.0 as usize])
                    .filter(|&it| it != NONE && dominators[it] != NONE);
                let nearest = known.reduce(|a, b| meet(&dominators, a, b)).unwrap_or(NONE);
                if dominators[at] != nearest {
                    dominators[at] = nearest;
                    is_settled = false;
                }
            }
        }
        dominators
    }
}

fn meet(dominators: &[usize], mut a: usize, mut b: usize) -> usize {
    while a != b {
        while a > b {
            a = dominators[a];
        }
        while b > a {
            b = dominators[b];
        }
    }
    a
}

impl Dependency {
    /// True where the source fails when the target does. A budget does not fail with its pods.
    #[must_use]
    pub fn carries_failure(&self) -> bool {
        self.strength == Strength::Hard
            && !matches!(
                self.kind,
                DependencyKind::Controls | DependencyKind::BacksUp | DependencyKind::KeepsIn
            )
    }
}
