//! Clusters drawn from a seed, for tests and benchmarks.
//!
//! The same seed gives the same cluster, on every machine.

use std::sync::Arc;

use smol_str::{SmolStr, format_smolstr};

use crate::model::{
    AffinityTerm, CPU, Cluster, Container, Controller, ControllerKind, Effect, HostPort, Image,
    Key, Labels, MEMORY, Node, NodeSelector, NodeSelectorTerm, Operator, Owner, PODS, Phase, Pod,
    PodTemplate, Requirement, Resources, Selector, Service, SpreadConstraint, Taint, Toleration,
    Weighted, requests,
};
use crate::scheduler::{Cycle, Snapshot};

/// How large, and how varied.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub nodes: usize,
    pub pods: usize,
    pub workloads: usize,
    pub zones: usize,
}

/// Numbers from a seed (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
#[derive(Debug, Clone)]
pub struct Draw(u64);

impl Draw {
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Below the bound; 0 where there is nothing below.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = bound.max(1) as u64;
        usize::try_from(self.number() % bound).unwrap_or(0)
    }

    /// True in so many of a hundred cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn one_of<T: Clone>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())].clone()
    }
}

/// A cluster whose pods are bound, as far as they fit, by a cheap first fit; others wait.
#[must_use]
pub fn cluster(seed: u64, shape: Shape) -> Cluster {
    let mut draw = Draw::new(seed);
    let mut cluster = Cluster {
        nodes: (0..shape.nodes).map(|it| node(&mut draw, it, shape.zones)).collect(),
        namespaces: (0..4).map(namespace).collect(),
        ..Cluster::default()
    };
    let templates: Vec<Pod> = (0..shape.workloads).map(|it| template(&mut draw, it)).collect();
    for template in &templates {
        add_workload(&mut draw, &mut cluster, template);
    }
    let mut room: Vec<Resources> = cluster.nodes.iter().map(|it| it.allocatable.clone()).collect();
    let mut at = 0;
    for number in 0..shape.pods {
        let template = &templates[draw.below(templates.len())];
        let name = format_smolstr!("{}-{number}", template.name);
        let is_terminating = draw.chance(2);
        let mut pod = Pod { name, is_terminating, ..template.clone() };
        at = bind(&cluster.nodes, &mut room, &mut pod, at);
        cluster.pods.push(pod);
    }
    cluster
}

/// Binds every pod that waits, as the scheduler would, one after the other.
pub fn schedule(cluster: &mut Cluster) {
    for at in 0..cluster.pods.len() {
        if cluster.pods[at].node.is_some() {
            continue;
        }
        let snapshot = Snapshot::new(cluster);
        let Ok(cycle) = Cycle::new(&snapshot, &cluster.pods[at]) else { continue };
        let best = Cycle::best(&cycle.scores(&cycle.verdicts()));
        let node = best.first().map(|&it| snapshot.hosts[it].node.name.clone());
        cluster.pods[at].phase = if node.is_some() { Phase::Running } else { Phase::Pending };
        cluster.pods[at].node = node;
    }
}

fn namespace(number: usize) -> (SmolStr, Labels) {
    let team = format_smolstr!("t{}", number % 2);
    (format_smolstr!("ns{number}"), [("team".into(), team)].into())
}

fn node(draw: &mut Draw, number: usize, zones: usize) -> Node {
    let name = format_smolstr!("node-{number:04}");
    let zone = format_smolstr!("z{}", number % zones.max(1));
    let mut labels: Labels = [
        (Node::HOSTNAME.into(), name.clone()),
        ("disk".into(), draw.one_of(&["ssd", "hdd"]).into()),
        ("pool".into(), draw.one_of(&["a", "b", "c"]).into()),
    ]
    .into();
    // A few nodes do not say where they are.
    if !draw.chance(3) {
        labels.insert(Node::ZONE.into(), zone);
    }
    let effect = draw.one_of(&[Effect::NoSchedule, Effect::PreferNoSchedule]);
    let taint = Taint { key: "dedicated".into(), value: "x".into(), effect };
    let cores = draw.one_of(&[8_i64, 16, 32]);
    let amounts = [(CPU, cores * 1000), (MEMORY, cores << 32), (PODS, 110)];
    Node {
        name,
        labels,
        taints: if draw.chance(10) { vec![taint] } else { Vec::new() },
        is_unschedulable: draw.chance(2),
        is_ready: true,
        allocatable: amounts.into_iter().collect(),
        images: if draw.chance(30) { vec![image(draw)] } else { Vec::new() },
        ..Node::default()
    }
}

fn image(draw: &mut Draw) -> Image {
    let size = draw.one_of(&[100, 400, 900]) << 20;
    Image { names: vec![format_smolstr!("app:{}", draw.below(3))], size }
}

/// The pod that a workload makes.
fn template(draw: &mut Draw, number: usize) -> Pod {
    let app = format_smolstr!("app-{number}");
    let namespace = format_smolstr!("ns{}", draw.below(4));
    let template = PodTemplate {
        labels: [("app".into(), app.clone()), ("tier".into(), tier(draw))].into(),
        owner: Some(Owner { kind: Some(ControllerKind::ReplicaSet), name: app.clone() }),
        priority: draw.one_of(&[0, 0, 0, 100, 1000]),
        containers: (0..=draw.below(2)).map(|_| container(draw)).collect(),
        ..PodTemplate::default()
    };
    let template = Arc::new(template);
    let mut pod = Pod { namespace, name: app, is_ready: true, template, ..Pod::default() };
    if draw.chance(3) {
        let (address, protocol) = (HostPort::EVERY_ADDRESS.into(), "TCP".into());
        let port = draw.one_of(&[8080, 9090]);
        pod.containers[0].host_ports.push(HostPort { address, protocol, port });
    }
    constrain_nodes(draw, &mut pod);
    spread(draw, &mut pod);
    relate(draw, &mut pod);
    pod
}

fn tier(draw: &mut Draw) -> SmolStr {
    draw.one_of(&["web", "db", "batch"]).into()
}

fn container(draw: &mut Draw) -> Container {
    let mut requests = Resources::default();
    if draw.chance(90) {
        requests.set(CPU, draw.one_of(&[50, 100, 250, 500, 1000]));
        requests.set(MEMORY, draw.one_of(&[64, 128, 256, 512, 1024]) << 20);
    }
    let image = format_smolstr!("app:{}", draw.below(12));
    Container { image, requests, ..Container::default() }
}

fn constrain_nodes(draw: &mut Draw, pod: &mut Pod) {
    if draw.chance(15) {
        let toleration = Toleration { key: "dedicated".into(), ..Toleration::default() };
        pod.tolerations.push(toleration);
    }
    if draw.chance(10) {
        pod.node_selector = [("disk".into(), "ssd".into())].into();
    }
    let of_pool = |values: &[&str]| NodeSelectorTerm {
        expressions: vec![Requirement {
            key: "pool".into(),
            operator: Operator::In,
            values: values.iter().map(|&it| it.into()).collect(),
        }],
        fields: Vec::new(),
    };
    if draw.chance(10) {
        pod.node_affinity = Some(NodeSelector { terms: vec![of_pool(&["a", "b"])] });
    }
    if draw.chance(10) {
        pod.preferred_nodes.push(Weighted { weight: 50, term: of_pool(&["c"]) });
    }
}

fn spread(draw: &mut Draw, pod: &mut Pod) {
    for key in [Node::ZONE, Node::HOSTNAME] {
        if draw.chance(20) {
            let constraint = SpreadConstraint {
                max_skew: draw.one_of(&[1, 2, 5]),
                topology_key: key.into(),
                is_required: draw.chance(50),
                selector: Some(own(pod)),
                match_label_keys: Vec::new(),
                min_domains: if draw.chance(10) { Some(2) } else { None },
                honours_affinity: draw.chance(80),
                honours_taints: draw.chance(20),
            };
            pod.spread.push(constraint);
        }
    }
}

fn relate(draw: &mut Draw, pod: &mut Pod) {
    let mut term = |selector: Selector, key: &str| AffinityTerm {
        selector: Some(selector),
        namespaces: vec![pod.namespace.clone()],
        namespace_selector: if draw.chance(5) { Some(Selector::default()) } else { None },
        topology_key: key.into(),
    };
    let (itself, db) = (own(pod), of("tier", "db"));
    let apart = term(itself.clone(), Node::HOSTNAME);
    let near_db = term(db, Node::ZONE);
    let together = term(itself, Node::ZONE);
    if draw.chance(10) {
        pod.anti_affinity.required.push(apart.clone());
    }
    if draw.chance(10) {
        pod.anti_affinity.preferred.push(Weighted { weight: 100, term: apart });
    }
    if draw.chance(8) {
        pod.affinity.preferred.push(Weighted { weight: 30, term: near_db });
    }
    if draw.chance(4) {
        pod.affinity.required.push(together);
    }
}

fn own(pod: &Pod) -> Selector {
    of("app", &pod.labels["app"])
}

fn of(key: &str, value: &str) -> Selector {
    Selector { requirements: [Requirement::equals(&key.into(), &value.into())].into() }
}

fn add_workload(draw: &mut Draw, cluster: &mut Cluster, template: &Pod) {
    let key = Key::new(template.namespace.clone(), template.name.clone());
    cluster.controllers.push(Controller {
        kind: ControllerKind::ReplicaSet,
        key: key.clone(),
        selector: Some(own(template)),
        replicas: Some(1),
        owner: None,
    });
    if draw.chance(50) {
        let selector = [("app".into(), template.labels["app"].clone())].into();
        cluster.services.push(Service { key, selector: Some(selector) });
    }
}

/// The next node that has room and suits the pod; relations between pods are not looked at, as in
/// clusters that changed since.
fn bind(nodes: &[Node], room: &mut [Resources], pod: &mut Pod, from: usize) -> usize {
    let mut needed = requests(pod);
    needed.set(PODS, 1);
    for step in 0..nodes.len() {
        let at = (from + step) % nodes.len();
        let node = &nodes[at];
        let mut taints = node.taints.iter().filter(|it| it.keeps_out());
        let is_open = !node.is_unschedulable && taints.all(|it| it.is_tolerated(&pod.tolerations));
        let has_room = needed.iter().all(|(name, amount)| amount <= room[at].get(name));
        if is_open && has_room && pod.selects(node) {
            room[at].subtract(&needed);
            pod.node = Some(node.name.clone());
            pod.phase = Phase::Running;
            return at + 1;
        }
    }
    from
}
