//! A Compose file in, components and arrows out.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use kai_compose::{Project, roots};
use kai_core::{Known, Origins, Reason, Role, RootId};
use kai_graph::{Component, EnvSource, Facts, ProbeHandler, System, Workload};
use kai_testing::Memory;

use super::quantity::{bytes, processors, seconds};

fn system(text: &str, origins: &Origins) -> System {
    let tree = Memory::new([("shop/compose.yaml", text)]);
    let project = Project::load(&tree, origins);
    let plan = roots::discover(&project).remove(0);
    let (root, composition) = roots::compose(&project, &plan, RootId(0));
    let problems = project.files().flat_map(|it| &it.problems).chain(&composition.problems);
    assert_eq!(problems.count(), 0, "the file is one that Compose takes");
    let (system, problems) = crate::system_from_objects(&composition.objects, root, origins);
    assert!(problems.is_empty());
    system
}

/// What is there, and who needs whom.
#[track_caller]
fn check(text: &str, expected: Expect) {
    let system = system(text, &Origins::new());
    let mut shown = String::new();
    for component in system.components() {
        let kind = component.kind.as_str();
        writeln!(shown, "{} {} ({kind})", component.namespace, component.label()).unwrap();
        for it in system.needs(component.id) {
            let (verb, target) = (it.kind.as_str(), system.component(it.target).label());
            writeln!(shown, "  {verb} {target}, {:?}", it.strength).unwrap();
        }
    }
    expected.assert_eq(&shown);
}

/// One workload, and what a test wants to see of it.
#[track_caller]
fn check_workload(text: &str, show: impl Fn(&Workload, &Origins) -> String, expected: &str) {
    let origins = Origins::new();
    let system = system(text, &origins);
    let found = system.components().iter().find_map(workload).expect("a service is there");
    assert_eq!(show(found, &origins), expected);
}

fn workload(component: &Component) -> Option<&Workload> {
    if let Facts::Workload(workload) = &component.facts { Some(workload) } else { None }
}

fn value<T: std::fmt::Debug>(known: &Known<T>, origins: &Origins) -> String {
    match known {
        Known::Value(it) if origins.role(it.origin) == Role::ProviderDefault => {
            format!("{:?} by default", it.value)
        }
        Known::Value(it) => format!("{:?}", it.value),
        Known::Unknown(reason) => reason.as_str().to_owned(),
    }
}

#[test]
fn services_ports_volumes_configurations_and_secrets_are_components() {
    check(
        "services:
  web:
    image: shop/web:1
    ports: ['8080:80', '443']
    environment: { DATABASE_URL: 'postgres://shop@db:5432/shop', CACHE: 'redis://cache:6379' }
    depends_on: { db: { condition: service_healthy }, cache: { condition: service_started } }
    configs: [motd]
    secrets: [token]
  db:
    image: postgres:16
    ports: ['5432:5432']
    volumes: ['files:/var/lib/postgresql/data']
    depends_on: { migrate: { condition: service_completed_successfully, required: false } }
  cache: { image: 'redis:7' }
  migrate: { image: 'shop/migrate:1' }
volumes: { files: }
configs: { motd: { content: hello } }
secrets: { token: { environment: TOKEN } }
",
        expect![[r#"
            shop service/web (workload)
              calls service/db, Hard
              waits for service/db, Hard
              calls service/cache, Hard
              waits for service/cache, Soft
              reads settings from config/motd, Hard
              reads secrets from secret/token, Hard
              pulls from registry/docker.io, Soft
            shop port/web:8080 (entry point)
              routes to service/web, Hard
            shop service/db (datastore)
              waits for service/migrate, Soft
              mounts volume/files, Hard
              pulls from registry/docker.io, Soft
            shop service/cache (cache)
              pulls from registry/docker.io, Soft
            shop service/migrate (workload)
              pulls from registry/docker.io, Soft
            shop volume/files (volume)
            shop config/motd (configuration)
            shop secret/token (secret)
             registry/docker.io (external system)
        "#]],
    );
}

#[test]
fn a_health_check_is_a_readiness_probe_with_the_times_of_compose() {
    let show = |it: &Workload, origins: &Origins| {
        let container = &it.pod.containers[0];
        assert!(container.liveness.is_none());
        let Some(probe) = &container.readiness else { return "none".to_owned() };
        let handler = match &probe.handler {
            ProbeHandler::Exec { command } => command.join(" "),
            other => format!("{other:?}"),
        };
        let times = [&probe.initial_delay, &probe.period, &probe.failure_threshold];
        let times: Vec<_> = times.iter().map(|it| value(it, origins)).collect();
        format!("{handler}: {}", times.join(", "))
    };
    let service =
        |check: &str| format!("services: {{ a: {{ image: 'a:1', healthcheck: {check} }} }}");
    check_workload(
        &service("{ test: curl -f localhost, interval: 1m30s, retries: 5 }"),
        show,
        "/bin/sh -c curl -f localhost: 0 by default, 90, 5",
    );
    check_workload(
        &service("{ test: [CMD, check, now], start_period: 500ms }"),
        show,
        "check now: 1, 30 by default, 3 by default",
    );
    check_workload(&service("{ test: [NONE] }"), show, "none");
    check_workload(&service("{ disable: true }"), show, "none");
    check_workload(&service("{ interval: 5s }"), show, "Unknown: 0 by default, 5, 3 by default");
}

#[test]
fn where_a_mount_leads() {
    let show = |it: &Workload, _: &Origins| {
        let container = &it.pod.containers[0];
        let mounts = it.pod.volumes.iter().zip(&container.mounts);
        mounts
            .map(|(volume, mount)| format!("{} {:?}", mount.path, volume.source))
            .collect::<Vec<_>>()
            .join("\n")
    };
    check_workload(
        "services:
  a:
    image: a:1
    volumes:
      - files:/files/
      - /anonymous
      - ./folder:/folder
      - { type: tmpfs, target: /memory }
      - shared:/shared
      - ${DATA}:/somewhere
    tmpfs: [/tmp]
volumes: { files: , shared: { driver_opts: { type: nfs, device: ':/x' } } }
",
        show,
        "/files Named { name: \"files\" }
/anonymous EmptyDir { is_memory: false }
/folder HostPath { path: \"./shop/folder\" }
/memory EmptyDir { is_memory: true }
/shared Network(\"nfs\")
/somewhere Other(\"${DATA}\")
/tmp EmptyDir { is_memory: true }",
    );
}

#[test]
fn what_keeps_a_service_running() {
    let show = |it: &Workload, origins: &Origins| {
        let replicas = value(&it.replicas, origins);
        format!("{replicas}; {}", value(&it.pod.restart_policy, origins))
    };
    let service = |fields: &str| format!("services: {{ a: {{ image: 'a:1' {fields} }} }}");
    check_workload(&service(""), show, "1 by default; \"Never\" by default");
    check_workload(&service(", restart: no"), show, "1 by default; \"Never\"");
    check_workload(&service(", restart: unless-stopped, scale: 2"), show, "2; \"Always\"");
    check_workload(&service(", restart: 'on-failure:3'"), show, "1 by default; \"OnFailure\"");
    check_workload(
        &service(", deploy: { replicas: 3, restart_policy: { condition: any } }"),
        show,
        "3; \"Always\"",
    );
    check_workload(
        &service(", deploy: { replicas: '${COUNT}' }"),
        show,
        &format!("{}; \"Never\" by default", Reason::NotInRepository.as_str()),
    );
}

#[test]
fn variables_that_hold_secrets_are_noted_and_masked() {
    let show = |it: &Workload, _: &Origins| {
        let container = &it.pod.containers[0];
        let values = container.env.iter().map(|it| match &it.source {
            EnvSource::Literal(value) => format!("{}={value}", it.name),
            other => format!("{} {other:?}", it.name),
        });
        let material = container.material.iter().map(|it| format!("{}: {:?}", it.key, it.kind));
        values.chain(material).collect::<Vec<_>>().join("\n")
    };
    check_workload(
        "services:
  a:
    image: a:1
    environment: { URL: 'postgres://shop:Xk3v9QzP2m@db/shop', PASSWORD: '${PASSWORD}' }
",
        show,
        "URL=postgres://shop:***@db/shop
PASSWORD Unknown(NotInRepository)
URL: Password",
    );
}

/// Pieces of Compose files, put together in ways that nobody would write.
#[test]
fn no_text_makes_it_panic() {
    const PIECES: [&str; 24] = [
        "services:",
        "a:",
        "image: b:1",
        "ports: [",
        "'80:80'",
        "${X:-",
        "}",
        "]",
        "{",
        "volumes:",
        "- a:/b:ro",
        "- ::",
        "depends_on: [a",
        "extends: a",
        "environment:",
        "A=$B",
        "healthcheck:",
        "test: 'x",
        "'",
        "&x",
        "*x",
        "!reset",
        "include: [compose.yaml]",
        "deploy: { replicas: x }",
    ];
    let mut seed = 1_u64;
    let mut draw = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    for _ in 0..300 {
        let mut text = String::from("services:\n  a:\n");
        for _ in 0..draw(12) {
            let indent = 2 * draw(4);
            let line = format!("{:indent$}{} {}\n", "", PIECES[draw(24)], PIECES[draw(24)]);
            text.push_str(&line);
        }
        let origins = Origins::new();
        let tree = Memory::new([("compose.yaml", text)]);
        let project = Project::load(&tree, &origins);
        for plan in roots::discover(&project) {
            let (root, composition) = roots::compose(&project, &plan, RootId(0));
            let _ = crate::system_from_objects(&composition.objects, root, &origins);
        }
    }
}

#[test]
fn units_of_compose() {
    assert_eq!(seconds("1m30s"), Some(90));
    assert_eq!(seconds("1h0.5s"), Some(3601));
    assert_eq!(seconds("10"), None);
    assert_eq!(bytes("300M").map(|it| it.to_string()), Some("300Mi".to_owned()));
    assert_eq!(bytes("1.5gb").map(|it| it.to_string()), Some("1536Mi".to_owned()));
    assert_eq!(bytes("many"), None);
    assert_eq!(processors("0.25").map(|it| it.to_string()), Some("250m".to_owned()));
}
