//! Trees of files in, projects and models out.

use expect_test::{Expect, expect};
use kai_core::{LocationRole, Node, Origins, Value};
use kai_testing::Memory;

use super::{compose, dotenv, projects, short};
use crate::Project;

/// Flow style; what is not known begins with a question mark.
fn show(node: &Node) -> String {
    match &node.value {
        Value::Map(map) => {
            let entries: Vec<_> =
                map.iter().map(|it| format!("{}: {}", it.key, show(&it.node))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Seq(items) => {
            format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", "))
        }
        Value::Scalar(scalar) => scalar.text.replace('\n', "\\n"),
        Value::Unknown(hole) => format!("?{}", hole.text),
    }
}

/// Every project with its files, and its services field by field.
#[track_caller]
fn check(text: &str, expected: Expect) {
    let tree = Memory::of(text);
    let origins = Origins::new();
    let project = Project::load(&tree, &origins);
    let mut found = String::new();
    for files in projects(&project) {
        let names: Vec<_> = files.files.iter().map(|it| it.as_str()).collect();
        found.push_str(&format!("{}\n", names.join(" + ")));
        let composition = compose(&project, &files);
        for model in &composition.objects {
            for entry in model.as_map().into_iter().flatten().filter(|it| it.key != "name") {
                for item in entry.node.as_map().into_iter().flatten() {
                    found.push_str(&format!("  {} {}\n", entry.key, item.key));
                    for field in item.node.as_map().into_iter().flatten() {
                        found.push_str(&format!("    {}: {}\n", field.key, show(&field.node)));
                    }
                }
            }
        }
        for gap in &composition.gaps {
            found.push_str(&format!("  not read: {}\n", gap.what));
        }
        for problem in &composition.problems {
            let at = problem.span.map(|it| origins.location_of(it, LocationRole::Primary));
            let at = at.map(|it| format!("{}:{}: ", it.path, it.line)).unwrap_or_default();
            found.push_str(&format!("  {at}{}\n", problem.message));
        }
    }
    expected.assert_eq(&found);
}

#[test]
fn short_forms_are_written_out() {
    check(
        "== compose.yaml
services:
  shop:
    image: shop:1
    command: serve --name 'the shop'
    ports: [\"8080:80\", \"127.0.0.1:9000:9000/udp\", 3000]
    environment: [MODE=live, \"EMPTY=\"]
    depends_on: [db]
    networks: [front]
    volumes: [\"files:/files:ro\", /scratch, \"./seed.sql:/seed.sql\"]
    tmpfs: /tmp
    healthcheck: { test: curl -f localhost }
    secrets: [token]
  db:
    build: ./db
networks: { front: }
volumes: { files: }
secrets: { token: { file: ./token.txt } }
",
        expect![[r#"
            compose.yaml
              services shop
                image: shop:1
                command: [serve, --name, the shop]
                ports: [{published: 8080, target: 80}, {host_ip: 127.0.0.1, published: 9000, target: 9000, protocol: udp}, {target: 3000}]
                environment: {MODE: live, EMPTY: }
                depends_on: {db: {condition: service_started}}
                networks: {front: {}}
                healthcheck: {test: [CMD-SHELL, curl -f localhost]}
                secrets: [{source: token}]
                volumes: [{type: volume, source: files, target: /files, read_only: true}, {type: volume, target: /scratch}, {type: bind, source: ./seed.sql, target: /seed.sql}, {type: tmpfs, target: /tmp}]
              services db
                build: {context: db}
              networks front
              volumes files
              secrets token
                file: token.txt
              not read: token.txt
        "#]],
    );
}

#[test]
fn variables_come_from_the_file_beside_the_project_or_are_not_known() {
    check(
        "== .env
TAG=1.2 # the release
HOST=db
URL=http://${HOST}:80
== compose.yaml
services:
  shop:
    image: shop:${TAG}
    ports: [\"${PORT}:80\"]
    command: [\"$$HOME\", \"${LEVEL:-info}\", \"${LEVEL-${TAG}}\", \"${TAG:+set}\", \"${LEVEL:+set}\"]
    environment:
      URL: $URL
      HOST:
      OTHER:
      TOKEN: ${TOKEN:?give one}
    volumes: [\"${DATA}:/data\"]
",
        expect![[r#"
            compose.yaml
              services shop
                image: shop:1.2
                ports: [{published: ?${PORT}, target: 80}]
                command: [$HOME, info, 1.2, set, ]
                environment: {URL: http://db:80, HOST: db, OTHER: ?, TOKEN: ?${TOKEN}}
                volumes: [{type: ?, source: ?${DATA}, target: /data}]
              not read: .env with DATA, PORT and 1 more
        "#]],
    );
}

#[test]
fn an_environment_file_that_git_ignores_is_on_this_machine_only() {
    check(
        "== .gitignore
*.log
.env*
!.env.shared
== .env
TAG=1.2
== .env.shared
MODE=live
== compose.yaml
services:
  shop: { image: \"shop:${TAG}\", env_file: .env.shared }
",
        expect![[r#"
            compose.yaml
              services shop
                image: ?shop:${TAG}
                environment: {MODE: live}
              not read: .env with TAG
        "#]],
    );
}

#[test]
fn environment_files_come_before_the_environment() {
    check(
        "== conf/shop.env
MODE=live
LEVEL=\"${MODE} and more\"
== compose.yaml
services:
  shop:
    image: shop:1
    env_file:
      - conf/shop.env
      - { path: absent.env, required: false }
      - gone.env
    environment: { MODE: test }
",
        expect![[r#"
            compose.yaml
              services shop
                image: shop:1
                environment: {LEVEL: live and more, MODE: test, *: ?gone.env}
              not read: gone.env
        "#]],
    );
}

#[test]
fn an_override_is_laid_on_the_default_file() {
    check(
        "== compose.yaml
services:
  shop:
    image: shop:1
    command: [serve]
    ports: [\"80:80\"]
    environment: { A: 1, B: 2 }
    volumes: [\"files:/files\"]
volumes: { files: }
== compose.override.yaml
services:
  shop:
    command: [serve, --debug]
    ports: [\"80:80\", \"90:90\"]
    environment: [B=3, C=4]
    volumes: [\"./files:/files\"]
",
        expect![[r#"
            compose.yaml + compose.override.yaml
              services shop
                image: shop:1
                command: [serve, --debug]
                ports: [{published: 80, target: 80}, {published: 90, target: 90}]
                environment: {A: 1, B: 3, C: 4}
                volumes: [{type: bind, source: ./files, target: /files}]
              volumes files
        "#]],
    );
}

#[test]
fn a_later_file_can_take_away() {
    check(
        "== compose.yaml
services:
  shop: { image: \"shop:1\", ports: [\"80:80\"], environment: { A: 1 } }
== compose.override.yaml
services:
  shop:
    ports: !reset []
    environment: !override
      B: 2
",
        expect![[r#"
            compose.yaml + compose.override.yaml
              services shop
                image: shop:1
                environment: {B: 2}
        "#]],
    );
}

#[test]
fn layers_go_on_the_default_file_unless_they_stand_alone() {
    check(
        "== compose.yaml
services: { shop: { image: \"shop:1\" } }
== compose.prod.yaml
services: { shop: { restart: always } }
== docker-compose.tools.yml
services: { admin: { image: \"admin:1\" } }
== values-compose.yaml
replicas: 2
",
        expect![[r#"
            compose.yaml + compose.prod.yaml
              services shop
                image: shop:1
                restart: always
            compose.yaml
              services shop
                image: shop:1
            docker-compose.tools.yml
              services admin
                image: admin:1
        "#]],
    );
}

#[test]
fn files_go_together_where_a_text_starts_them_together() {
    check(
        "== Makefile
up:
	docker compose -f compose.yaml -f compose.cache.yaml \\
		--file compose.live.yaml up -d
# docker compose -f compose.yaml \\
#   -f compose.cache.yaml up
== compose.yaml
services: { shop: { image: \"shop:1\" } }
== compose.cache.yaml
services: { cache: { image: \"redis:7\" } }
== compose.live.yaml
services: { shop: { depends_on: [cache] } }
",
        expect![[r#"
            compose.yaml + compose.cache.yaml + compose.live.yaml
              services shop
                image: shop:1
                depends_on: {cache: {condition: service_started}}
              services cache
                image: redis:7
            compose.yaml
              services shop
                image: shop:1
        "#]],
    );
}

#[test]
fn a_service_extends_another_one_here_and_elsewhere() {
    check(
        "== common/base.yaml
services:
  app: { image: \"app:1\", env_file: app.env, environment: { A: 1 }, volumes: [\"./data:/data\"] }
== common/app.env
LEVEL=info
== compose.yaml
services:
  shop:
    extends: { file: common/base.yaml, service: app }
    environment: { B: 2 }
  worker:
    extends: shop
    command: work
",
        expect![[r#"
            compose.yaml
              services shop
                image: app:1
                environment: {LEVEL: info, A: 1, B: 2}
                volumes: [{type: bind, source: ./common/data, target: /data}]
              services worker
                image: app:1
                environment: {LEVEL: info, A: 1, B: 2}
                volumes: [{type: bind, source: ./common/data, target: /data}]
                command: [work]
        "#]],
    );
}

#[test]
fn included_projects_are_parts_with_their_own_variables() {
    check(
        "== compose.yaml
include: [db/compose.yaml, \"https://host.example/compose.yaml\"]
services: { shop: { image: \"shop:1\", depends_on: { db: { condition: service_healthy } } } }
== db/compose.yaml
services: { db: { image: \"postgres:${VERSION}\" } }
== db/.env
VERSION=16
",
        expect![[r#"
            compose.yaml
              services db
                image: postgres:16
              services shop
                image: shop:1
                depends_on: {db: {condition: service_healthy}}
              not read: https://host.example/compose.yaml
        "#]],
    );
}

#[test]
fn circles_end() {
    check(
        "== compose.yaml
include: [other.compose.yaml]
services:
  a: { image: \"a:1\", extends: b }
  b: { extends: a }
== other.compose.yaml
include: [compose.yaml]
services: { c: { image: \"c:1\" } }
",
        expect![[r#"
            compose.yaml
              services a
                image: a:1
              services b
                image: a:1
              services c
                image: c:1
              compose.yaml:3: this service extends itself
              compose.yaml:4: this service extends itself
              compose.yaml:1: this file includes itself
            other.compose.yaml
              services c
                image: c:1
              services a
                image: a:1
              services b
                image: a:1
              compose.yaml:3: this service extends itself
              compose.yaml:4: this service extends itself
              other.compose.yaml:1: this file includes itself
        "#]],
    );
}

#[test]
fn anchors_and_fragments_are_used_and_left_out() {
    check(
        "== compose.yaml
x-logging: &logging { driver: json-file }
x-env: &env { A: 1 }
services:
  shop: { image: \"shop:1\", logging: *logging, environment: { <<: *env, B: 2 } }
",
        expect![[r#"
            compose.yaml
              services shop
                image: shop:1
                logging: {driver: json-file}
                environment: {B: 2, A: 1}
        "#]],
    );
}

#[test]
fn what_is_shared_is_started_first() {
    check(
        "== compose.yaml
services:
  shop: { image: \"shop:1\", links: [\"db:database\"], network_mode: \"service:proxy\" }
  db: { image: \"postgres:16\" }
  proxy: { image: \"envoy:1\" }
",
        expect![[r#"
            compose.yaml
              services shop
                image: shop:1
                links: [db:database]
                network_mode: service:proxy
                depends_on: {db: {condition: service_started}, proxy: {condition: service_started}}
              services db
                image: postgres:16
              services proxy
                image: envoy:1
        "#]],
    );
}

#[test]
fn files_of_the_tree_that_are_mounted_come_with_their_text() {
    check(
        "== compose.yaml
services:
  proxy:
    image: proxy:1
    volumes: [\"./proxy.conf:/etc/proxy.conf\", \"./rules:/etc/rules\", \"./src:/src\"]
    configs: [greeting]
configs: { greeting: { content: hello } }
== proxy.conf
upstream shop:80
== rules/one.yaml
a: 1
== rules/one.png
binary
== src/main.conf
b: 2
",
        expect![[r#"
            compose.yaml
              services proxy
                image: proxy:1
                configs: [{source: greeting}]
                volumes: [{type: bind, source: ./proxy.conf, target: /etc/proxy.conf, files: {proxy.conf: upstream shop:80\n}}, {type: bind, source: ./rules, target: /etc/rules, files: {one.yaml: a: 1\n}}, {type: bind, source: ./src, target: /src}]
              configs greeting
                content: hello
        "#]],
    );
}

#[test]
fn what_compose_refuses_is_told_at_its_line() {
    check(
        "== compose.yaml
services:
  shop:
    depends_on:
      - db
    volumes:
      - files:/files
    networks:
      - front
    command: echo $(date)
    ports: [\"80-81:90-99\"]
",
        expect![[r#"
            compose.yaml
              services shop
                depends_on: {db: {condition: service_started}}
                networks: {front: {}}
                command: ?echo $(date)
                ports: []
                volumes: [{type: volume, source: files, target: /files}]
              compose.yaml:9: `$(date)` is no variable that Compose can fill in
              compose.yaml:10: an item of `ports` of service `shop` cannot be read
              compose.yaml:3: service `shop` has neither an image nor a build
              compose.yaml:4: service `shop` depends on `db`, which is no service
              compose.yaml:8: service `shop` uses the network `front`, which is not declared
              compose.yaml:6: service `shop` uses the volume `files`, which is not declared
        "#]],
    );
}

#[test]
fn a_swarm_stack_is_named_and_not_read() {
    check(
        "== stacks/stack-shop.yml
services: { shop: { image: \"shop:1\", deploy: { replicas: 3 } } }
",
        expect![[r#"
            stacks/stack-shop.yml
              not read: stacks/stack-shop.yml (Docker Swarm)
        "#]],
    );
}

#[test]
fn a_template_and_a_broken_file_are_gaps() {
    check(
        "== a/compose.yaml
services: {{ .Values.services }}
== b/compose.yaml
services: [
",
        expect![[r#"
            a/compose.yaml
              not read: a/compose.yaml
              a/compose.yaml:1: `services` is no mapping of names
            b/compose.yaml
              not read: b/compose.yaml
        "#]],
    );
}

#[test]
fn a_value_leads_to_the_text_that_decides_it() {
    let tree = Memory::of(
        "== .env
TAG=1.2
== compose.yaml
services:
  shop: { image: \"${TAG}\", restart: \"no\", working_dir: /a }
== compose.override.yaml
services:
  shop: { restart: always }
",
    );
    let origins = Origins::new();
    let project = Project::load(&tree, &origins);
    let model = compose(&project, &projects(&project)[0]).objects.remove(0);
    let edit = |key: &str| {
        let origin = model.at(&["services", "shop", key]).unwrap().origin;
        let span = origins.editable(origin).unwrap();
        let document = origins.document(span.document);
        let text = &document.text[span.start as usize..span.end as usize];
        format!("{}: {text}", document.path)
    };
    assert_eq!(edit("image"), ".env: 1.2");
    assert_eq!(edit("restart"), "compose.override.yaml: always");
    assert_eq!(edit("working_dir"), "compose.yaml: /a");
}

#[test]
fn lines_of_environment_files() {
    let lines = |text| {
        let lines = dotenv::parse(text).into_iter();
        lines.map(|it| format!("{} {:?}", it.key, it.value)).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(
        lines("# a\n\nA=1\nexport B = two words  # c\n"),
        r#"A Template("1"); B Template("two words")"#
    );
    assert_eq!(
        lines("A='$x'\r\nB=\"a\\n$x\"\nC"),
        r#"A Literal("$x"); B Template("a\n$x"); C Inherited"#
    );
    assert_eq!(
        lines("A=\nB=#x\nC: yaml\nno name=1\nD='open"),
        r##"A Template(""); B Template("#x"); C Template("yaml")"##
    );
}

#[test]
fn parts_of_short_ports() {
    let ports = |text| {
        short::ports(text).map(|it| {
            let show =
                |it: short::Port| format!("{}>{}", it.published.unwrap_or_default(), it.target);
            it.into_iter().map(show).collect::<Vec<_>>().join(" ")
        })
    };
    assert_eq!(ports("80").unwrap(), ">80");
    assert_eq!(ports("3000-3001:8000-8001").unwrap(), "3000>8000 3001>8001");
    assert_eq!(ports("3000-3005:80").unwrap(), "3000-3005>80");
    assert_eq!(ports("[::1]:80:81").unwrap(), "80>81");
    assert_eq!(ports("80:web"), None);
    assert_eq!(ports("1-2:1-9"), None);
}

#[test]
fn words_of_a_command() {
    assert_eq!(short::words(r#"a 'b c' "d \"e\"" f\ g"#).unwrap(), ["a", "b c", "d \"e\"", "f g"]);
    assert_eq!(short::words("a ''").unwrap(), ["a", ""]);
    assert_eq!(short::words("a 'b"), None);
}
