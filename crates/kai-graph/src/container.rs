//! One container of a pod.

use kai_core::{Known, OriginId, SmolStr, Traced};

use crate::{Bytes, Millicores, Mount};

#[derive(Debug, Clone)]
pub struct Container {
    pub name: SmolStr,
    pub origin: OriginId,
    pub image: Known<Image>,
    /// Empty where the image's entry point stands.
    pub command: Vec<Traced<SmolStr>>,
    pub args: Vec<Traced<SmolStr>>,
    pub ports: Vec<Port>,
    pub env: Vec<EnvVar>,
    pub requests: Resources,
    pub limits: Resources,
    pub liveness: Option<Probe>,
    pub readiness: Option<Probe>,
    pub startup: Option<Probe>,
    pub pre_stop: Option<PreStop>,
    pub mounts: Vec<Mount>,
    pub security: Security,
    /// An init container with `restartPolicy: Always`.
    pub is_sidecar: bool,
}

/// An image reference, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// As written.
    pub reference: SmolStr,
    /// Host, `docker.io` where none is written.
    pub registry: SmolStr,
    /// Without registry, tag and digest; `library/` is not added.
    pub repository: SmolStr,
    pub tag: Option<SmolStr>,
    pub digest: Option<SmolStr>,
}

#[derive(Debug, Clone)]
pub struct Port {
    pub name: Option<SmolStr>,
    pub number: Known<u16>,
    /// `TCP`, `UDP`, `SCTP`.
    pub protocol: SmolStr,
    pub origin: OriginId,
}

/// A port by number or by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortRef {
    Number(u16),
    Name(SmolStr),
}

/// One variable of the environment.
#[derive(Debug, Clone)]
pub struct EnvVar {
    /// Empty for `envFrom`, which brings every key.
    pub name: SmolStr,
    pub source: EnvSource,
    pub origin: OriginId,
}

#[derive(Debug, Clone)]
pub enum EnvSource {
    Literal(SmolStr),
    /// A key of a configuration; no key means all of them.
    Configuration {
        name: SmolStr,
        key: Option<SmolStr>,
        is_optional: bool,
    },
    Secret {
        name: SmolStr,
        key: Option<SmolStr>,
        is_optional: bool,
    },
    /// The downward API and other values that the platform fills in.
    Platform,
    Unknown(kai_core::Reason),
}

#[derive(Debug, Clone)]
pub struct Resources {
    pub cpu: Known<Millicores>,
    pub memory: Known<Bytes>,
    pub ephemeral_storage: Known<Bytes>,
}

/// A health check. Defaults of the API are filled in with that role in their origin.
#[derive(Debug, Clone)]
pub struct Probe {
    pub handler: ProbeHandler,
    /// Seconds.
    pub initial_delay: Known<u32>,
    /// Seconds.
    pub period: Known<u32>,
    /// Seconds.
    pub timeout: Known<u32>,
    pub failure_threshold: Known<u32>,
    pub success_threshold: Known<u32>,
    pub origin: OriginId,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProbeHandler {
    Http { path: SmolStr, port: PortRef, port_origin: OriginId },
    Tcp { port: PortRef, port_origin: OriginId },
    Grpc { port: PortRef, port_origin: OriginId },
    Exec { command: Vec<SmolStr> },
    Unknown,
}

/// What runs before the process is told to stop.
#[derive(Debug, Clone)]
pub struct PreStop {
    /// Seconds that it is known to take (`sleep 10`), if that can be told.
    pub sleep: Known<u32>,
    pub origin: OriginId,
}

/// What the container may do, its own settings before the pod's.
#[derive(Debug, Clone)]
pub struct Security {
    pub is_privileged: Known<bool>,
    pub run_as_non_root: Known<bool>,
    pub run_as_user: Known<i64>,
    pub read_only_root: Known<bool>,
    pub allow_privilege_escalation: Known<bool>,
    pub capabilities_added: Vec<(SmolStr, OriginId)>,
    pub capabilities_dropped: Vec<(SmolStr, OriginId)>,
}
