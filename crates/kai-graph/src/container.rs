//! One container of a pod.

use kai_core::{Known, OriginId, SmolStr, Traced};

use crate::{Bytes, Material, Millicores, Mount};

#[derive(Debug, Clone)]
pub struct Container {
    pub name: SmolStr,
    pub origin: OriginId,
    pub image: Known<Image>,
    /// The file that says how its image is built, from the top of the tree, where the text itself says
    /// that it is built here.
    pub built_from: Option<Traced<SmolStr>>,
    /// The stage of that file that its image is; not declared for the last one.
    pub built_stage: Known<SmolStr>,
    /// `Always`, `IfNotPresent`, `Never`.
    pub pull_policy: Known<SmolStr>,
    /// Empty where the image's entry point stands.
    pub command: Vec<Traced<SmolStr>>,
    pub args: Vec<Traced<SmolStr>>,
    pub ports: Vec<Port>,
    pub env: Vec<EnvVar>,
    /// What the pod is placed by; a limit without a request counts as the request, as the API has it.
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
    /// Keys, tokens and passwords that stand in its variables and arguments in the clear. Where
    /// those texts are kept, the bytes are masked.
    pub material: Vec<Material>,
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
    /// The same port of the machine, if it takes one.
    pub host_port: Option<Traced<u16>>,
    /// True where the machine leads a port to it, be it one that Docker picks.
    pub is_published: bool,
    /// The one address of the machine that it is taken on, if not all of them.
    pub host_address: Option<SmolStr>,
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

#[derive(Debug, Clone, Default)]
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
#[derive(Debug, Clone, Default)]
pub struct Security {
    pub is_privileged: Known<bool>,
    pub run_as_non_root: Known<bool>,
    pub run_as_user: Known<i64>,
    pub read_only_root: Known<bool>,
    pub allow_privilege_escalation: Known<bool>,
    pub capabilities_added: Vec<(SmolStr, OriginId)>,
    pub capabilities_dropped: Vec<(SmolStr, OriginId)>,
}

impl Probe {
    /// Seconds of failure that it puts up with once it asks.
    #[must_use]
    pub fn patience(&self) -> Option<u32> {
        Some(self.failure_threshold.value()?.saturating_mul(*self.period.value()?))
    }
}

impl ProbeHandler {
    /// True where both ask one thing, so that one passes when the other does.
    #[must_use]
    pub fn asks_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Http { path: a, port: at_a, .. }, Self::Http { path: b, port: at_b, .. }) => {
                a == b && at_a == at_b
            }
            (Self::Tcp { port: a, .. }, Self::Tcp { port: b, .. })
            | (Self::Grpc { port: a, .. }, Self::Grpc { port: b, .. }) => a == b,
            (Self::Exec { command: a }, Self::Exec { command: b }) => a == b,
            _ => false,
        }
    }
}

impl Container {
    /// A container of which nothing is declared but its name.
    #[must_use]
    pub fn new(name: SmolStr, origin: OriginId) -> Self {
        Self {
            name,
            origin,
            image: Known::default(),
            built_from: None,
            built_stage: Known::default(),
            pull_policy: Known::default(),
            command: Vec::new(),
            args: Vec::new(),
            ports: Vec::new(),
            env: Vec::new(),
            requests: Resources::default(),
            limits: Resources::default(),
            liveness: None,
            readiness: None,
            startup: None,
            pre_stop: None,
            mounts: Vec::new(),
            security: Security::default(),
            is_sidecar: false,
            material: Vec::new(),
        }
    }

    /// True where it declares the port, by number or by name.
    #[must_use]
    pub fn opens(&self, port: &PortRef) -> bool {
        self.ports.iter().any(|it| match port {
            PortRef::Number(number) => it.number.value() == Some(number),
            PortRef::Name(name) => it.name.as_ref() == Some(name),
        })
    }
}

impl Image {
    /// Takes a reference apart as a container runtime does: what stands before the first slash is a
    /// registry where it has a dot, a port, or is `localhost`.
    #[must_use]
    pub fn parse(reference: &str) -> Option<Self> {
        let (rest, digest) = match reference.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (reference, None),
        };
        let (registry, rest) = match rest.split_once('/') {
            Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => (host, rest),
            _ => ("docker.io", rest),
        };
        let (repository, tag) = match rest.rsplit_once(':') {
            Some((repository, tag)) if !tag.contains('/') => (repository, Some(tag)),
            _ => (rest, None),
        };
        let is_readable = |it: &str| !it.is_empty() && !it.contains(char::is_whitespace);
        let parts = [Some(repository), tag, digest];
        parts.into_iter().flatten().all(is_readable).then(|| Self {
            reference: reference.into(),
            registry: registry.into(),
            repository: repository.into(),
            tag: tag.map(SmolStr::from),
            digest: digest.map(SmolStr::from),
        })
    }

    /// The last part of the repository: `postgres` of `bitnami/postgres`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.repository.rsplit('/').next().unwrap_or_default()
    }
}

impl std::fmt::Display for PortRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}
