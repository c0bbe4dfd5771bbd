//! What users do, and what that needs.

use std::collections::BTreeMap;

use kai_core::{ComponentId, RootId};
use kai_graph::{
    ByComponent, Component, ComponentKind, Dependency, DependencyKind, EntryPoint, Facts, Journey,
    Need, Strength,
};
use kai_settings::{ComponentPattern, Journey as Declared, Named};

/// One journey for each way in, and one for each that is declared in place of those that it means.
/// A need is hard where some way to it has only hard arrows.
pub(super) fn of(
    components: &[Component],
    dependencies: &[Dependency],
    declared: &[Declared],
) -> Vec<Journey> {
    let mut walk = Walk::new(components.len(), dependencies);
    let mut journeys = Vec::new();
    for component in components.iter().filter(|it| it.kind == ComponentKind::EntryPoint) {
        let Some(name) = name(component) else { continue };
        let needs = walk.from(vec![component.id]);
        journeys.push(Journey { entry: component.id, name, needs });
    }
    let mut named = Vec::new();
    for it in declared {
        let pattern = &it.entry.value;
        let meant = |journey: &Journey| is_way_in(journey, components, pattern);
        let mut ways =
            by_root(journeys.extract_if(.., |it| meant(it)).map(|it| it.entry), components);
        if ways.is_empty() {
            ways = behind_paths(components, dependencies, pattern);
        }
        if ways.is_empty() {
            ways = by_root(named_so(components, pattern), components);
        }
        let journey = |(entry, starts)| Journey {
            entry,
            name: it.name.value.clone(),
            needs: walk.from(starts),
        };
        named.extend(ways.into_values().map(journey));
    }
    journeys.extend(named);
    journeys
}

fn entry_points(components: &[Component]) -> impl Iterator<Item = (&Component, &EntryPoint)> {
    let entries = components.iter().filter(|it| it.kind == ComponentKind::EntryPoint);
    entries.filter_map(|it| match &it.facts {
        Facts::EntryPoint(entry) => Some((it, &**entry)),
        _ => None,
    })
}

/// Where a journey comes in, and where the walk begins, by root.
type Ways = BTreeMap<RootId, (ComponentId, Vec<ComponentId>)>;

/// The ways in of one root are one journey.
fn by_root(entries: impl Iterator<Item = ComponentId>, components: &[Component]) -> Ways {
    let mut ways = Ways::new();
    for id in entries {
        let root = components[id.0 as usize].root;
        ways.entry(root).or_insert_with(|| (id, Vec::new())).1.push(id);
    }
    ways
}

/// True where a declaration means the whole way in: its name, a host of it, or its object.
fn is_way_in(journey: &Journey, components: &[Component], pattern: &ComponentPattern) -> bool {
    let component = &components[journey.entry.0 as usize];
    let hosts = match &component.facts {
        Facts::EntryPoint(entry) => &entry.hosts,
        Facts::Balancer(balancer) => &balancer.hosts,
        _ => return false,
    };
    pattern.matches_text(&journey.name)
        || hosts.iter().any(|it| pattern.matches_text(it))
        || is_named(component, pattern)
}

/// What routes lead to by host and path, where a declaration means one path of several.
fn behind_paths(
    components: &[Component],
    dependencies: &[Dependency],
    pattern: &ComponentPattern,
) -> Ways {
    let mut ways = Ways::new();
    for (component, entry) in entry_points(components) {
        let is_meant = |host: &str, path: &str| pattern.matches_text(&format!("{host}{path}"));
        let mut backends = entry.backends.iter().filter(|it| match it.host.as_str() {
            "" => entry.hosts.iter().any(|host| is_meant(host, &it.path)) || is_meant("", &it.path),
            host => is_meant(host, &it.path),
        });
        let names: Vec<&str> = backends.by_ref().map(|it| it.name.as_str()).collect();
        let start = dependencies.partition_point(|it| it.source < component.id);
        let routes = dependencies[start..].iter().take_while(|it| it.source == component.id);
        let targets = routes
            .filter(|it| it.kind == DependencyKind::Routes)
            .map(|it| it.target)
            .filter(|it| names.contains(&components[it.0 as usize].name.as_str()));
        let targets: Vec<_> = targets.collect();
        if !targets.is_empty() {
            ways.entry(component.root).or_insert((component.id, Vec::new())).1.extend(targets);
        }
    }
    ways
}

/// What serves and is called so, where no route leads to it.
fn named_so(
    components: &[Component],
    pattern: &ComponentPattern,
) -> impl Iterator<Item = ComponentId> {
    let serves =
        |it: &&Component| matches!(it.kind, ComponentKind::Workload | ComponentKind::NetworkPath);
    components.iter().filter(serves).filter(|it| is_named(it, pattern)).map(|it| it.id)
}

fn is_named(component: &Component, pattern: &ComponentPattern) -> bool {
    let Component { namespace, native_kind, name, .. } = component;
    pattern.matches(Named { namespace, kind: native_kind, name })
}

/// Host and path, where the route names one; else what the entry is called. None where nobody comes in.
fn name(component: &Component) -> Option<String> {
    let (hosts, backends) = match &component.facts {
        Facts::EntryPoint(entry) => (&entry.hosts, &entry.backends[..]),
        Facts::Balancer(balancer) => (&balancer.hosts, &[][..]),
        _ => return None,
    };
    let Some(host) = hosts.first() else { return Some(component.name.to_string()) };
    let mut paths: Vec<&str> = backends.iter().map(|it| it.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    let path = match paths.as_slice() {
        [path] => path.trim_end_matches(['*', '/']),
        _ => "",
    };
    Some(match hosts.len() {
        1 => format!("{host}{path}"),
        count => format!("{host}{path} and {} more", count - 1),
    })
}

/// Walks along arrows. The marks of earlier walks are told apart by a number, so that nothing is
/// cleared between them.
struct Walk {
    /// What a component needs, and how.
    needs: ByComponent<(ComponentId, Strength)>,
    marks: Vec<u32>,
    round: u32,
}

impl Walk {
    fn new(count: usize, dependencies: &[Dependency]) -> Self {
        let needs = dependencies.iter().filter(|it| is_need(it.kind));
        let needs: Vec<_> = needs.map(|it| (it.source, (it.target, it.strength))).collect();
        Self { needs: ByComponent::new(count, &needs), marks: vec![0; count], round: 0 }
    }

    fn from(&mut self, starts: Vec<ComponentId>) -> Vec<Need> {
        self.round += 1;
        let hard = self.reach(starts, Some(Strength::Hard));
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
            for &(target, strength) in self.needs.of(component) {
                let mark = &mut self.marks[target.0 as usize];
                let is_followed = only.is_none_or(|only| strength == only);
                if is_followed && *mark != self.round {
                    *mark = self.round;
                    reached.push(target);
                    waiting.push(target);
                }
            }
        }
        reached
    }
}

/// Controls and backups act on others without serving anybody, and what built an image is done.
fn is_need(kind: DependencyKind) -> bool {
    use DependencyKind::{AskedBy, BacksUp, BuiltBy, Controls, KeepsIn};
    !matches!(kind, Controls | BacksUp | KeepsIn | AskedBy | BuiltBy)
}
