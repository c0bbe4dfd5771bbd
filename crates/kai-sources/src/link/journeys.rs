//! What users do, and what that needs.

use kai_core::ComponentId;
use kai_graph::{
    Component, ComponentKind, Dependency, DependencyKind, EntryPoint, Facts, Journey, Need,
    Strength,
};

/// One journey for each way in. A need is hard where some way to it has only hard arrows.
pub(super) fn of(components: &[Component], dependencies: &[Dependency]) -> Vec<Journey> {
    let mut walk = Walk::new(components.len(), dependencies);
    let mut journeys = Vec::new();
    for component in components.iter().filter(|it| it.kind == ComponentKind::EntryPoint) {
        let Facts::EntryPoint(entry) = &component.facts else { continue };
        let name = name(component, entry);
        journeys.push(Journey { entry: component.id, name, needs: walk.from(component.id) });
    }
    journeys
}

/// Host and path, where the route names one; else what the entry is called.
fn name(component: &Component, entry: &EntryPoint) -> String {
    let Some(host) = entry.hosts.first() else { return component.name.to_string() };
    let mut paths: Vec<&str> = entry.backends.iter().map(|it| it.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    let path = match paths.as_slice() {
        [path] => path.trim_end_matches(['*', '/']),
        _ => "",
    };
    match entry.hosts.len() {
        1 => format!("{host}{path}"),
        count => format!("{host}{path} and {} more", count - 1),
    }
}

/// Walks along arrows. The marks of earlier walks are told apart by a number, so that nothing is
/// cleared between them.
struct Walk<'a> {
    /// Sorted by source.
    dependencies: &'a [Dependency],
    /// Where the arrows of a component begin.
    starts: Vec<u32>,
    marks: Vec<u32>,
    round: u32,
}

impl<'a> Walk<'a> {
    fn new(count: usize, dependencies: &'a [Dependency]) -> Self {
        let mut starts = vec![0_u32; count + 1];
        for dependency in dependencies {
            starts[dependency.source.0 as usize + 1] += 1;
        }
        for at in 0..count {
            starts[at + 1] += starts[at];
        }
        Self { dependencies, starts, marks: vec![0; count], round: 0 }
    }

    fn from(&mut self, entry: ComponentId) -> Vec<Need> {
        self.round += 1;
        let hard = self.reach(vec![entry], Some(Strength::Hard));
        let soft = self.reach(hard.clone(), None);
        let need = |strength| move |component| Need { component, strength };
        let mut needs: Vec<Need> = hard.into_iter().map(need(Strength::Hard)).collect();
        needs.extend(soft.into_iter().map(need(Strength::Soft)));
        needs.sort_unstable_by_key(|it| it.component);
        needs
    }

    /// What was not reached in this round yet; with a strength, along arrows of that strength only.
    /// Begins at components that the first walk has marked, or marks them.
    fn reach(&mut self, mut waiting: Vec<ComponentId>, only: Option<Strength>) -> Vec<ComponentId> {
        let mut reached = Vec::new();
        if only.is_some() {
            for &start in &waiting {
                self.marks[start.0 as usize] = self.round;
            }
            reached.clone_from(&waiting);
        }
        while let Some(component) = waiting.pop() {
            let at = component.0 as usize;
            for it in &self.dependencies[self.starts[at] as usize..self.starts[at + 1] as usize] {
                let mark = &mut self.marks[it.target.0 as usize];
                let is_followed = only.is_none_or(|only| it.strength == only) && is_need(it.kind);
                if is_followed && *mark != self.round {
                    *mark = self.round;
                    reached.push(it.target);
                    waiting.push(it.target);
                }
            }
        }
        reached
    }
}

/// Controls and backups act on others without serving anybody.
fn is_need(kind: DependencyKind) -> bool {
    !matches!(kind, DependencyKind::Controls | DependencyKind::BacksUp | DependencyKind::AskedBy)
}
