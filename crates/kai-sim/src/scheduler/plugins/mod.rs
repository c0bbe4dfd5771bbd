//! The plugins of the default profile, one a file.

pub(crate) mod balanced_allocation;
pub(crate) mod image_locality;
pub(crate) mod inter_pod_affinity;
pub(crate) mod node_affinity;
pub(crate) mod node_name;
mod node_ports;
pub(crate) mod node_resources_fit;
pub(crate) mod node_unschedulable;
mod node_volume_limits;
pub(crate) mod pod_topology_spread;
pub(crate) mod taint_toleration;
mod volume_binding;
mod volume_restrictions;
mod volume_zone;

pub(super) use inter_pod_affinity::InterPodAffinity;
pub(super) use node_affinity::NodeAffinity;
pub(super) use node_ports::NodePorts;
pub(super) use node_resources_fit::NodeResourcesFit;
pub(super) use node_volume_limits::NodeVolumeLimits;
pub(super) use pod_topology_spread::PodTopologySpread;
pub(super) use volume_binding::VolumeBinding;
pub(super) use volume_restrictions::VolumeRestrictions;
pub(super) use volume_zone::VolumeZone;
