use expect_test::expect;
use kai_core::{Known, Reason, Role};
use kai_graph::{ComponentKind, EnvSource, Facts, ProbeHandler, VolumeSource, Workload};

use super::{components, lowered, object, problems};

/// A Deployment whose pod has these fields.
fn deployment(pod: &str) -> String {
    object("apps/v1", "Deployment", &format!("spec: {{template: {{spec: {pod}}}}}"))
}

#[track_caller]
fn workload(text: &str) -> (ComponentKind, Workload) {
    let component = components(text).remove(0);
    match component.facts {
        Facts::Workload(workload) => (component.kind, *workload),
        other => panic!("no workload: {other:?}"),
    }
}

#[test]
fn what_is_not_written_carries_the_default_of_the_api() {
    let (lowered, origins) =
        lowered(&deployment("{containers: [{name: web, image: nginx, livenessProbe: {}}]}"));
    let web = lowered.components[0].workload().unwrap();
    let replicas = web.replicas.traced().unwrap();
    assert_eq!((replicas.value, origins.role(replicas.origin)), (1, Role::ApiDefault));
    assert_eq!(web.component.namespace, "default");
    assert_eq!(web.pod.termination_grace.value(), Some(&30));
    assert_eq!(web.pod.service_account.value().unwrap(), "default");
    assert_eq!(web.pod.containers[0].pull_policy.value().unwrap(), "Always");
    assert_eq!(web.rollout.max_surge.value().unwrap().to_string(), "25%");
    let probe = web.pod.containers[0].liveness.as_ref().unwrap();
    assert_eq!((probe.period.value(), probe.failure_threshold.value()), (Some(&10), Some(&3)));
}

#[test]
fn a_value_of_the_wrong_type_is_unknown_and_a_problem_at_its_place() {
    let text = object(
        "apps/v1",
        "Deployment",
        "spec: {replicas: \"three\", template: {spec: {containers: none}}}",
    );
    let (lowered, _) = lowered(&text);
    let web = lowered.components[0].workload().unwrap();
    assert_eq!(web.replicas, Known::Unknown(Reason::Unreadable));
    assert!(!web.pod.is_fully_read);
    expect![[r#"
        `containers` of `Deployment/it` is not a list: none
        `replicas` of `Deployment/it` is not a whole number from 0: "three"
    "#]]
    .assert_eq(&problems(&text));
}

#[test]
fn a_count_that_a_variable_fills_in_is_no_problem() {
    let (_, workload) = workload(&object("apps/v1", "Deployment", "spec: {replicas: \"${N}\"}"));
    assert_eq!(workload.replicas, Known::Unknown(Reason::Templated));
}

#[test]
fn a_count_that_nobody_wrote_is_left_to_the_autoscaler() {
    let scaled = |replicas: &str| {
        let target = "scaleTargetRef: {kind: Deployment, name: it}, maxReplicas: 5";
        let spec = format!("spec: {{{replicas}template: {{}}}}");
        format!(
            "{}---\n{}",
            object("apps/v1", "Deployment", &spec),
            object("autoscaling/v2", "HorizontalPodAutoscaler", &format!("spec: {{{target}}}"))
        )
    };
    let replicas = |text: &str| match &components(text)[0].facts {
        Facts::Workload(workload) => workload.replicas.clone(),
        other => panic!("no workload: {other:?}"),
    };
    assert_eq!(replicas(&scaled("")), Known::Unknown(Reason::LeftToAutoscaler));
    assert_eq!(replicas(&scaled("replicas: 3, ")).value(), Some(&3));
}

#[test]
fn a_limit_without_a_request_is_the_request() {
    let resources = "{limits: {cpu: 1, memory: 1Gi}, requests: {memory: 512Mi}}";
    let (_, workload) = workload(&deployment(&format!(
        "{{containers: [{{name: web, image: nginx, resources: {resources}}}]}}"
    )));
    let requests = &workload.pod.containers[0].requests;
    assert_eq!(requests.cpu.value().unwrap().to_string(), "1");
    assert_eq!(requests.memory.value().unwrap().to_string(), "512Mi");
    assert!(requests.ephemeral_storage.is_not_declared());
}

#[test]
fn a_variable_says_where_its_value_comes_from() {
    let env = "[{name: A, value: x}, {name: B, valueFrom: {secretKeyRef: {name: s, key: k}}},
        {name: C, valueFrom: {configMapKeyRef: {name: c, key: k, optional: true}}},
        {name: D, valueFrom: {fieldRef: {fieldPath: status.podIP}}}, {name: E}]";
    let (_, workload) = workload(&deployment(&format!(
        "{{containers: [{{name: web, image: nginx, envFrom: [{{configMapRef: {{name: all}}}}], env: {env}}}]}}"
    )));
    let sources: Vec<_> = workload.pod.containers[0]
        .env
        .iter()
        .map(|it| match &it.source {
            EnvSource::Literal(value) => format!("{}={value}", it.name),
            EnvSource::Configuration { name, key, is_optional } => {
                format!("{} from {name} {key:?} {is_optional}", it.name)
            }
            EnvSource::Secret { name, key, .. } => {
                format!("{} from secret {name} {key:?}", it.name)
            }
            EnvSource::Platform => format!("{} from the platform", it.name),
            EnvSource::Unknown(reason) => format!("{} {reason:?}", it.name),
        })
        .collect();
    expect![[r#"
        [
            " from all None false",
            "A=x",
            "B from secret s Some(\"k\")",
            "C from c Some(\"k\") true",
            "D from the platform",
            "E=",
        ]
    "#]]
    .assert_debug_eq(&sources);
}

#[test]
fn the_seconds_that_a_stop_hook_sleeps_are_known() {
    let sleep = |hook: &str| {
        let lifecycle = format!("lifecycle: {{preStop: {hook}}}");
        let (_, workload) = workload(&deployment(&format!(
            "{{containers: [{{name: web, image: nginx, {lifecycle}}}]}}"
        )));
        workload.pod.containers[0].pre_stop.as_ref().unwrap().sleep.value().copied()
    };
    assert_eq!(sleep("{sleep: {seconds: 5}}"), Some(5));
    assert_eq!(sleep("{exec: {command: [sleep, \"10\"]}}"), Some(10));
    let shell = "{exec: {command: [/bin/sh, -c, \"sleep 15 && nginx -s quit; sleep 1m\"]}}";
    assert_eq!(sleep(shell), Some(75));
    assert_eq!(sleep("{exec: {command: [nginx, -s, quit]}}"), None);
    assert_eq!(sleep("{httpGet: {path: /stop, port: 80}}"), None);
}

#[test]
fn a_probe_names_its_port_by_number_or_name() {
    let handler = |probe: &str| {
        let (_, workload) = workload(&deployment(&format!(
            "{{containers: [{{name: web, image: nginx, readinessProbe: {probe}}}]}}"
        )));
        match workload.pod.containers.into_iter().next().unwrap().readiness.unwrap().handler {
            ProbeHandler::Http { path, port, .. } => format!("http {port}{path}"),
            ProbeHandler::Tcp { port, .. } => format!("tcp {port}"),
            ProbeHandler::Grpc { port, .. } => format!("grpc {port}"),
            ProbeHandler::Exec { command } => format!("exec {}", command.join(" ")),
            ProbeHandler::Unknown => String::from("unknown"),
        }
    };
    assert_eq!(handler("{httpGet: {port: web}}"), "http web/");
    assert_eq!(handler("{httpGet: {path: /up, port: 80}}"), "http 80/up");
    assert_eq!(handler("{tcpSocket: {port: 5432}}"), "tcp 5432");
    assert_eq!(handler("{grpc: {port: 9000}}"), "grpc 9000");
    assert_eq!(handler("{exec: {command: [pg_isready, -q]}}"), "exec pg_isready -q");
    assert_eq!(handler("{periodSeconds: 5}"), "unknown");
}

#[test]
fn a_volume_without_a_source_is_an_empty_folder() {
    let volumes = "[{name: a}, {name: b, emptyDir: {medium: Memory}},
        {name: c, persistentVolumeClaim: {claimName: data}}, {name: d, nfs: {server: s}},
        {name: e, projected: {sources: [{secret: {name: s}}, {serviceAccountToken: {}}]}}]";
    let (_, workload) = workload(&deployment(&format!("{{containers: [], volumes: {volumes}}}")));
    let sources: Vec<_> = workload.pod.volumes.into_iter().map(|it| it.source).collect();
    assert_eq!(
        sources,
        [
            VolumeSource::EmptyDir { is_memory: false },
            VolumeSource::EmptyDir { is_memory: true },
            VolumeSource::Claim { name: "data".into() },
            VolumeSource::Network("nfs".into()),
            VolumeSource::Projected(vec![
                VolumeSource::Secret { name: "s".into(), is_optional: false, keys: Vec::new() },
                VolumeSource::Other("serviceAccountToken".into()),
            ]),
        ]
    );
}

/// Kind and engine of a Deployment with this container.
#[track_caller]
fn check_engine(pod: &str, expected: &str) {
    let (kind, workload) = workload(&deployment(pod));
    let engine = workload.engine.map_or("none", |it| it.name);
    assert_eq!(format!("{kind:?} {engine}"), expected);
}

#[test]
fn well_known_software_shows_by_its_image() {
    let image = |it: &str| format!("{{containers: [{{name: a, image: \"{it}\"}}]}}");
    check_engine(&image("postgres:16"), "Datastore postgresql");
    check_engine(&image("docker.io/bitnami/mysql"), "Datastore mysql");
    check_engine(&image("quay.test/mirror/rabbitmq:3-management"), "Queue rabbitmq");
    check_engine(&image("memcached@sha256:aa"), "Cache memcached");
    for other in [
        "prometheuscommunity/postgres-exporter",
        "oliver006/redis_exporter",
        "bitnami/pgbouncer",
        "provectuslabs/kafka-ui",
        "mongodb/mongodb-kubernetes-operator",
        "prom/prometheus",
    ] {
        check_engine(&image(other), "Workload none");
    }
}

#[test]
fn software_of_another_name_shows_by_its_folder_and_port() {
    let container = |port: u16, path: &str| {
        format!(
            "{{containers: [{{name: db, image: ledger-db, ports: [{{containerPort: {port}}}], \
             volumeMounts: [{{name: v, mountPath: {path}}}]}}], volumes: [{{name: v}}]}}"
        )
    };
    check_engine(&container(5432, "/var/lib/postgresql/data"), "Datastore postgresql");
    check_engine(&container(8080, "/var/lib/postgresql/data"), "Workload none");
    check_engine(&container(5432, "/tmp"), "Workload none");
}

#[test]
fn what_stands_beside_another_container_does_not_decide() {
    let beside = "{containers: [{name: a, image: envoy/istio-proxy}, {name: b, image: redis}]}";
    check_engine(beside, "Cache redis");
    let after = "{containers: [{name: a, image: shop}, {name: b, image: redis}]}";
    check_engine(after, "Workload none");
}

#[test]
fn a_redis_whose_data_outlive_the_pod_is_a_datastore() {
    let redis = |volume: &str, args: &str| {
        format!(
            "{{containers: [{{name: r, image: redis, args: {args}, volumeMounts: \
             [{{name: data, mountPath: /data}}]}}], volumes: [{{name: data, {volume}}}]}}"
        )
    };
    let claim = "persistentVolumeClaim: {claimName: redis}";
    check_engine(&redis(claim, "[]"), "Datastore redis");
    check_engine(&redis(claim, "[--save, \"\"]"), "Cache redis");
    check_engine(&redis(claim, "[--save, \"\", --appendonly, \"yes\"]"), "Datastore redis");
    check_engine(&redis("emptyDir: {}", "[--appendonly, \"yes\"]"), "Cache redis");
}

#[test]
fn a_job_that_runs_a_database_image_is_a_client() {
    let spec = "spec: {template: {spec: {containers: [{name: a, image: postgres, \
                command: [sh, -c, \"pg_dump shop | gzip\"]}]}}}";
    let (kind, workload) = workload(&object("batch/v1", "Job", spec));
    assert_eq!((kind, workload.engine), (ComponentKind::Workload, None));
    assert_eq!(workload.backup_tool.unwrap().0, "pg_dump");
}

#[test]
fn a_container_without_an_image_is_part_of_a_patch() {
    let (_, patch) = workload(&deployment("{containers: [{name: web}]}"));
    assert!(!patch.pod.is_fully_read);
    let (_, whole) = workload(&deployment("{containers: [{name: web, image: nginx}]}"));
    assert!(whole.pod.is_fully_read);
}
