//! Cordoned nodes (plugins/nodeunschedulable/node_unschedulable.go, v1.34.1).

use smol_str::SmolStr;

use crate::model::{Effect, Pod, Taint};
use crate::scheduler::{Host, Plugin, Rejection};

const REASON: &str = "node(s) were unschedulable";

pub(in crate::scheduler) fn check(pod: &Pod, host: &Host<'_>) -> Result<(), Rejection> {
    let taint = Taint {
        key: SmolStr::new_static("node.kubernetes.io/unschedulable"),
        value: SmolStr::default(),
        effect: Effect::NoSchedule,
    };
    if host.node.is_unschedulable && !taint.is_tolerated(&pod.tolerations) {
        return Err(Rejection::unresolvable(Plugin::NodeUnschedulable, REASON));
    }
    Ok(())
}
