//! Ports of the node (plugins/nodeports/node_ports.go, v1.34.1).

use crate::model::{HostPort, Pod};
use crate::scheduler::{Host, Plugin, Rejection};

const REASON: &str = "node(s) didn't have free ports for the requested pod ports";

#[derive(Debug, Clone)]
pub(in crate::scheduler) struct NodePorts<'a> {
    wanted: Vec<&'a HostPort>,
}

impl<'a> NodePorts<'a> {
    pub(in crate::scheduler) fn new(pod: &'a Pod) -> Option<Self> {
        let wanted: Vec<_> = pod.host_ports().collect();
        (!wanted.is_empty()).then_some(Self { wanted })
    }

    pub(in crate::scheduler) fn check(&self, host: &Host<'_>) -> Result<(), Rejection> {
        let mut taken = host.pods.iter().flat_map(|it| it.host_ports());
        if taken.any(|taken| self.wanted.iter().any(|it| it.conflicts(taken))) {
            return Err(Rejection::unschedulable(Plugin::NodePorts, REASON));
        }
        Ok(())
    }
}
