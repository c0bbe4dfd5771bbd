//! Containers.

use kai_core::Node as Written;

use super::Reader;
use super::value::{items, text, text_if_any};
use crate::model::{Container, HostPort, Resources};

impl Reader<'_> {
    /// Containers of a list in the spec of a pod; `status` is what the kubelet says of them.
    pub(super) fn containers(
        &mut self,
        spec: &Written,
        list: &str,
        status: Option<&Written>,
    ) -> Vec<Container> {
        let is_on_host = spec.get("hostNetwork").and_then(Written::as_bool).unwrap_or(false);
        let containers = items(spec.get(list)).iter();
        containers.map(|it| self.container(it, is_on_host, status)).collect()
    }

    fn container(
        &mut self,
        written: &Written,
        is_on_host: bool,
        status: Option<&Written>,
    ) -> Container {
        let name = text(written.get("name"));
        let limits = self.resources(written.at(&["resources", "limits"]));
        let mut requests = self.resources(written.at(&["resources", "requests"]));
        self.raise_to_actual(&mut requests, &name, status);
        // The API server asks for as much as the limit where only that is written.
        for (resource, amount) in limits.iter() {
            if !requests.names(resource) {
                requests.set(resource.clone(), amount);
            }
        }
        Container {
            image: text(written.get("image")),
            is_sidecar: written.str_at(&["restartPolicy"]) == Some("Always"),
            host_ports: host_ports(written, is_on_host),
            name,
            requests,
            limits,
        }
    }

    /// While a pod is resized in place, the larger of what it asks for and what it has counts; only
    /// the latter where the node cannot give the former (k8s.io/component-helpers v0.34.1,
    /// resource/helpers.go, `determineContainerReqs`).
    fn raise_to_actual(&mut self, requests: &mut Resources, name: &str, status: Option<&Written>) {
        let Some(status) = status else { return };
        let of_all = ["containerStatuses", "initContainerStatuses"];
        let mut statuses = of_all.iter().flat_map(|it| items(status.get(it)));
        let named = statuses.find(|it| it.str_at(&["name"]) == Some(name));
        let Some(actual) = named.filter(|it| it.get("resources").is_some()) else { return };
        if is_infeasible(status) {
            *requests = Resources::default();
        }
        requests.raise_to(&self.resources(actual.at(&["resources", "requests"])));
        requests.raise_to(&self.resources(actual.get("allocatedResources")));
    }
}

fn is_infeasible(status: &Written) -> bool {
    items(status.get("conditions")).iter().any(|it| {
        it.str_at(&["type"]) == Some("PodResizePending")
            && it.str_at(&["reason"]) == Some("Infeasible")
    })
}

/// A container in the network of its node takes each of its ports there
/// (k8s.io/kubernetes pkg/apis/core/v1/defaults.go, v1.34.1).
fn host_ports(container: &Written, is_on_host: bool) -> Vec<HostPort> {
    let ports = items(container.get("ports")).iter();
    let host_port = |it: &Written| {
        let number = |key: &str| it.get(key).and_then(Written::as_int).filter(|&port| port > 0);
        let port = number("hostPort").or_else(|| number("containerPort").filter(|_| is_on_host))?;
        let address = text_if_any(it.get("hostIP"));
        Some(HostPort {
            address: address.unwrap_or_else(|| HostPort::EVERY_ADDRESS.into()),
            protocol: text_if_any(it.get("protocol")).unwrap_or_else(|| "TCP".into()),
            port: u16::try_from(port).ok()?,
        })
    };
    ports.filter_map(host_port).collect()
}
