//! Things of components, found without searching.

use kai_core::ComponentId;

/// Lists of things, one for each component; the things of a component keep their order.
#[derive(Debug, Clone)]
pub struct ByComponent<T> {
    /// Where the things of a component begin; one more than there are components.
    starts: Vec<u32>,
    things: Vec<T>,
}

impl<T> Default for ByComponent<T> {
    fn default() -> Self {
        Self { starts: Vec::new(), things: Vec::new() }
    }
}

impl<T: Copy> ByComponent<T> {
    /// Ids must be below `count`.
    #[must_use]
    pub fn new(count: usize, things: &[(ComponentId, T)]) -> Self {
        let mut starts = vec![0_u32; count + 1];
        for (id, _) in things {
            starts[id.0 as usize + 1] += 1;
        }
        for at in 0..count {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut sorted: Vec<T> = things.iter().map(|it| it.1).collect();
        for &(id, thing) in things {
            let place = &mut next[id.0 as usize];
            sorted[*place as usize] = thing;
            *place += 1;
        }
        Self { starts, things: sorted }
    }

    /// The things of all components, by component.
    #[must_use]
    pub fn all(&self) -> &[T] {
        &self.things
    }

    /// The things of one component.
    #[must_use]
    pub fn of(&self, id: ComponentId) -> &[T] {
        let at = id.0 as usize;
        match self.starts.get(at..at + 2) {
            Some(&[start, end]) => &self.things[start as usize..end as usize],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_of_a_component_keep_their_order() {
        let id = ComponentId;
        let things = ByComponent::new(4, &[(id(2), 'b'), (id(0), 'z'), (id(2), 'a'), (id(3), 'c')]);
        let found: Vec<_> = (0..5).map(|at| things.of(id(at))).collect();
        assert_eq!(found, [&['z'][..], &[], &['b', 'a'], &['c'], &[]]);
        assert_eq!(things.all(), ['z', 'b', 'a', 'c']);
    }
}
