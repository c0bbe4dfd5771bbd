//! One container of a pod.

use kai_core::{Known, Node, Reason, Scalar, SmolStr, Traced, Value};
use kai_graph::{Container, EnvSource, EnvVar, Image, Material, Mount, Port, Resources, Security};

use crate::fields::{Fields, Read, is_templated};
use crate::kubernetes::probe;
use crate::material::{self, Place};

/// `pod_security` is the pod's `securityContext`, which holds where the container says nothing.
pub(super) fn lower(container: Fields<'_>, pod_security: Fields<'_>) -> Container {
    let (name, origin) = container.name("name").unwrap_or((SmolStr::default(), container.origin));
    let image = container.get::<Image>("image");
    let resources = container.at("resources");
    let limits = resource_amounts(resources.at("limits"));
    let mut material = Vec::new();
    let mut env: Vec<EnvVar> = container.list("envFrom").map(env_from).collect();
    env.extend(container.list("env").map(|it| env_var(it, &mut material)));
    let mut args = texts(container, "args");
    material::mask_arguments(&mut args, &mut material);
    let mut command = texts(container, "command");
    material::mask_arguments(&mut command, &mut material);
    Container {
        pull_policy: container.get("imagePullPolicy").or(|| pull_policy(container, &image)),
        image,
        command,
        args,
        ports: container.list("ports").map(port).collect(),
        env,
        requests: requests(resources, &limits),
        limits,
        liveness: container.find("livenessProbe").map(probe::lower),
        readiness: container.find("readinessProbe").map(probe::lower),
        startup: container.find("startupProbe").map(probe::lower),
        pre_stop: container.at("lifecycle").find("preStop").map(probe::pre_stop),
        mounts: container.list("volumeMounts").map(mount).collect(),
        security: security(container.at("securityContext"), pod_security),
        is_sidecar: container.text("restartPolicy") == "Always",
        material,
        ..Container::new(name, origin)
    }
}

impl Read for Image {
    const WANTED: &'static str = "a reference to an image";

    fn read(scalar: &Scalar) -> Option<Self> {
        scalar.as_str().filter(|it| !is_templated(it)).and_then(Self::parse)
    }
}

/// `Always` for the tag `latest` and for no tag (`SetDefaults_Container` of the API server).
fn pull_policy(container: Fields<'_>, image: &Known<Image>) -> Known<SmolStr> {
    let is_moving = match image {
        Known::Value(it) if it.value.digest.is_some() => false,
        Known::Value(it) => it.value.tag.as_ref().is_none_or(|tag| tag == "latest"),
        Known::Unknown(reason) => return Known::Unknown(*reason),
    };
    container.default(SmolStr::new_static(if is_moving { "Always" } else { "IfNotPresent" }))
}

/// Commands and arguments as written: `${X}` in them is the shell's business.
fn texts(container: Fields<'_>, key: &str) -> Vec<Traced<SmolStr>> {
    let names = container.names(key).into_iter();
    names.map(|(value, origin)| Traced { value, origin }).collect()
}

fn port(port: Fields<'_>) -> Port {
    let host_port = port
        .node("hostPort")
        .filter(|it| it.as_int() != Some(0))
        .and_then(|_| port.opt_traced("hostPort"));
    Port {
        name: port.opt("name"),
        number: port.get("containerPort"),
        is_published: host_port.is_some(),
        host_port,
        host_address: port.opt("hostIP"),
        protocol: protocol(port),
        origin: port.origin,
    }
}

pub(super) fn protocol(port: Fields<'_>) -> SmolStr {
    port.opt("protocol").unwrap_or(SmolStr::new_static("TCP"))
}

fn env_from(source: Fields<'_>) -> EnvVar {
    let (kind, reference) = match source.find("secretRef") {
        Some(reference) => ("Secret", reference),
        None => ("ConfigMap", source.at("configMapRef")),
    };
    let (name, is_optional) = (reference.text("name"), reference.is("optional"));
    let source = match kind {
        "Secret" => EnvSource::Secret { name, key: None, is_optional },
        _ => EnvSource::Configuration { name, key: None, is_optional },
    };
    EnvVar { name: SmolStr::default(), source, origin: reference.origin }
}

fn env_var(variable: Fields<'_>, material: &mut Vec<Material>) -> EnvVar {
    let origin = match variable.node("value").or_else(|| variable.node("valueFrom")) {
        Some(node) => node.origin,
        None => variable.origin,
    };
    let name = variable.text("name");
    let mut source = env_source(variable);
    if let EnvSource::Literal(value) = &mut source {
        let found = material::in_value(&name, value, Place::Open);
        material.extend(found.iter().map(|it| it.material(&name, value, origin)));
        *value = material::mask(value, &found);
    }
    EnvVar { name, source, origin }
}

fn env_source(variable: Fields<'_>) -> EnvSource {
    if let Some(Node { value: Value::Unknown(unknown), .. }) = variable.node("value") {
        return EnvSource::Unknown(unknown.reason);
    }
    let Some(from) = variable.find("valueFrom") else {
        return EnvSource::Literal(variable.text("value"));
    };
    if let Some(it) = from.find("configMapKeyRef") {
        let (key, is_optional) = (it.opt("key"), it.is("optional"));
        return EnvSource::Configuration { name: it.text("name"), key, is_optional };
    }
    if let Some(it) = from.find("secretKeyRef") {
        let (key, is_optional) = (it.opt("key"), it.is("optional"));
        return EnvSource::Secret { name: it.text("name"), key, is_optional };
    }
    match from.entries().next() {
        Some(_) => EnvSource::Platform,
        None => EnvSource::Unknown(Reason::Unreadable),
    }
}

fn resource_amounts(amounts: Fields<'_>) -> Resources {
    Resources {
        cpu: amounts.get("cpu"),
        memory: amounts.get("memory"),
        ephemeral_storage: amounts.get("ephemeral-storage"),
    }
}

/// A limit without a request is the request too (`SetDefaults_Pod` of the API server).
fn requests(resources: Fields<'_>, limits: &Resources) -> Resources {
    let written = resource_amounts(resources.at("requests"));
    Resources {
        cpu: written.cpu.or(|| defaulted(resources, &limits.cpu)),
        memory: written.memory.or(|| defaulted(resources, &limits.memory)),
        ephemeral_storage: written
            .ephemeral_storage
            .or(|| defaulted(resources, &limits.ephemeral_storage)),
    }
}

fn defaulted<T: Copy>(resources: Fields<'_>, limit: &Known<T>) -> Known<T> {
    match limit {
        Known::Value(limit) => resources.default(limit.value),
        Known::Unknown(reason) => Known::Unknown(*reason),
    }
}

fn mount(mount: Fields<'_>) -> Mount {
    Mount {
        volume: mount.text("name"),
        path: mount.text("mountPath"),
        sub_path: mount.opt("subPath").or_else(|| mount.opt("subPathExpr")),
        is_read_only: mount.is("readOnly"),
        origin: mount.origin,
    }
}

fn security(own: Fields<'_>, pod: Fields<'_>) -> Security {
    let capabilities = own.at("capabilities");
    Security {
        is_privileged: own.or("privileged", false),
        run_as_non_root: own.get("runAsNonRoot").or(|| pod.get("runAsNonRoot")),
        run_as_user: own.get("runAsUser").or(|| pod.get("runAsUser")),
        read_only_root: own.or("readOnlyRootFilesystem", false),
        allow_privilege_escalation: own.get("allowPrivilegeEscalation"),
        capabilities_added: capabilities.names("add"),
        capabilities_dropped: capabilities.names("drop"),
    }
}
