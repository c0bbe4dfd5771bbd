//! A pod that asks for one node by name (plugins/nodename/node_name.go, v1.34.1).

use crate::model::Pod;
use crate::scheduler::{Host, Plugin, Rejection};

const REASON: &str = "node(s) didn't match the requested node name";

pub(in crate::scheduler) fn check(pod: &Pod, host: &Host<'_>) -> Result<(), Rejection> {
    match &pod.node {
        Some(name) if *name != host.node.name => {
            Err(Rejection::unresolvable(Plugin::NodeName, REASON))
        }
        _ => Ok(()),
    }
}
