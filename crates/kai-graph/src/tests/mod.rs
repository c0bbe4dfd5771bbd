//! Small systems, and what they answer.

use kai_core::{ComponentId, Environment, Gap, OriginId, Root, RootId, RootKind, SmolStr};

use crate::*;

mod absence;
mod custody;
mod grant;
mod periods;
mod reach;
mod resolve;
mod schedule;
mod selection;
mod sync_window;

/// A system under construction.
#[derive(Default)]
struct Sketch {
    components: Vec<Component>,
    arrows: Vec<Dependency>,
    roots: Vec<Root>,
}

impl Sketch {
    fn root(&mut self, path: &str, environment: Environment) -> RootId {
        let id = RootId(u32::try_from(self.roots.len()).unwrap());
        self.roots.push(Root {
            id,
            path: path.into(),
            release: None,
            kind: RootKind::Manifests,
            reason: String::new(),
            environment,
            environment_evidence: String::new(),
            healer: None,
            files: Vec::new(),
            gaps: Vec::new(),
        });
        id
    }

    fn gap(&mut self, root: RootId, kind: kai_core::GapKind, what: &str) {
        let gap = Gap { kind, what: what.into(), at: None };
        self.roots[root.0 as usize].gaps.push(gap);
    }

    fn add(&mut self, root: RootId, kind: &str, name: &str, facts: Facts) -> ComponentId {
        let mut component =
            Component::named(ComponentKind::Opaque, kind, name, root, OriginId::NONE);
        component.id = ComponentId(u32::try_from(self.components.len()).unwrap());
        component.namespace = "shop".into();
        component.facts = facts;
        self.components.push(component);
        self.components.last().unwrap().id
    }

    fn named(&mut self, root: RootId, kind: &str, name: &str) -> ComponentId {
        self.add(root, kind, name, Facts::Named)
    }

    fn workload(&mut self, root: RootId, name: &str, labels: &str) -> ComponentId {
        let mut workload = Workload::new(Controller::Deployment, Pod::new(OriginId::NONE));
        workload.pod_labels = labels_of(labels);
        self.add(root, "Deployment", name, Facts::Workload(Box::new(workload)))
    }

    fn service(&mut self, root: RootId, name: &str, labels: &str) -> ComponentId {
        let path = NetworkPath {
            kind: PathKind::Cluster,
            selector: Some(selector(labels)),
            ports: Vec::new(),
            is_headless: false,
            external_name: None,
            publish_not_ready: kai_core::Known::default(),
            source_ranges: Vec::new(),
        };
        self.add(root, "Service", name, Facts::NetworkPath(Box::new(path)))
    }

    fn arrow(&mut self, source: ComponentId, kind: DependencyKind, target: ComponentId) {
        let strength = Strength::Hard;
        self.arrows.push(Dependency { source, target, kind, strength, origin: OriginId::NONE });
    }

    fn change(&mut self, id: ComponentId) -> &mut Component {
        &mut self.components[id.0 as usize]
    }

    fn system(self) -> System {
        System::new(self.components, self.arrows, self.roots, Vec::new())
    }
}

/// `app=web,tier=front`.
fn labels_of(text: &str) -> Labels {
    let pairs = text.split(',').filter(|it| !it.is_empty());
    let pair = |it: &str| {
        let (key, value) = it.split_once('=').unwrap();
        (SmolStr::from(key), SmolStr::from(value))
    };
    let mut labels: Labels = pairs.map(pair).collect();
    labels.sort();
    labels
}

fn selector(text: &str) -> Selector {
    Selector { labels: labels_of(text), expressions: Vec::new(), origin: OriginId::NONE }
}

fn names<'a>(components: impl IntoIterator<Item = &'a Component>) -> String {
    let names: Vec<_> = components.into_iter().map(Component::label).collect();
    names.join(" ")
}
