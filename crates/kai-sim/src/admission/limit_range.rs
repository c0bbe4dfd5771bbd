//! Defaults and bounds of namespaces (plugin/pkg/admission/limitranger).

use smol_str::SmolStr;

use crate::model::{Container, Pod, PodTemplate, Resources, limits, requests};

/// What a namespace fills in, and what it allows.
#[derive(Debug, Clone, Default)]
pub struct LimitRange {
    pub namespace: SmolStr,
    pub of_containers: Limits,
    pub of_pods: Limits,
}

#[derive(Debug, Clone, Default)]
pub struct Limits {
    pub min: Resources,
    pub max: Resources,
    /// Limits of containers that have none.
    pub default: Resources,
    /// Requests of containers that have none.
    pub default_request: Resources,
}

/// An amount outside of the bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    BelowMin {
        resource: SmolStr,
        amount: i64,
        min: i64,
    },
    AboveMax {
        resource: SmolStr,
        amount: i64,
        max: i64,
    },
    /// There is a largest amount, and no limit that would hold to it.
    NoLimit {
        resource: SmolStr,
    },
}

impl LimitRange {
    /// The pod with what its containers do not say; a limit alone is a request too.
    #[must_use]
    pub fn filled(&self, mut pod: Pod) -> Pod {
        if pod.namespace == self.namespace {
            let template: &mut PodTemplate = &mut pod;
            let all = template.containers.iter_mut().chain(&mut template.init_containers);
            all.for_each(|it| self.fill(it));
        }
        pod
    }

    /// A largest amount without a default is the default (pkg/apis/core/v1/defaults.go), and so is
    /// a default for what is asked for.
    fn fill(&self, container: &mut Container) {
        let bounds = &self.of_containers;
        let mut default = bounds.max.clone();
        override_with(&mut default, &bounds.default);
        let mut default_request = bounds.min.clone();
        override_with(&mut default_request, &default);
        override_with(&mut default_request, &bounds.default_request);
        let said = container.limits.clone();
        add_missing(&mut container.limits, &default);
        add_missing(&mut container.requests, &said);
        add_missing(&mut container.requests, &default_request);
    }

    /// What is outside of the bounds, once the pod is filled.
    #[must_use]
    pub fn refusals(&self, pod: &Pod) -> Vec<Refusal> {
        if pod.namespace != self.namespace {
            return Vec::new();
        }
        let containers = pod.containers.iter().chain(&pod.init_containers);
        let of_containers =
            containers.flat_map(|it| self.of_containers.refusals(&it.requests, &it.limits));
        let of_pod = self.of_pods.refusals(&requests(pod), &limits(pod));
        of_containers.chain(of_pod).collect()
    }
}

impl Limits {
    fn refusals(&self, requests: &Resources, limits: &Resources) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        for (name, min) in self.min.iter() {
            let amount = requests.get(name);
            if amount < min {
                refusals.push(Refusal::BelowMin { resource: name.clone(), amount, min });
            }
        }
        for (name, max) in self.max.iter() {
            let amount = limits.get(name);
            if !limits.names(name) {
                refusals.push(Refusal::NoLimit { resource: name.clone() });
            } else if amount > max {
                refusals.push(Refusal::AboveMax { resource: name.clone(), amount, max });
            }
        }
        refusals
    }
}

fn override_with(resources: &mut Resources, other: &Resources) {
    other.iter().for_each(|(name, amount)| resources.set(name.clone(), amount));
}

fn add_missing(resources: &mut Resources, other: &Resources) {
    for (name, amount) in other.iter() {
        if !resources.names(name) {
            resources.set(name.clone(), amount);
        }
    }
}
