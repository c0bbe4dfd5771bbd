//! Files in, what their builds do out.

use kai_compose::{Project, roots};
use kai_core::{LocationRole, OriginId, Origins, RootId};
use kai_graph::{Facts, GivingWay, ImageBuild};
use kai_testing::Memory;

use super::lower;

fn build(text: &str) -> ImageBuild {
    build_in(text, &Origins::new())
}

fn build_in(text: &str, origins: &Origins) -> ImageBuild {
    let tree = Memory::new([("Dockerfile", text)]);
    let project = Project::load(&tree, origins);
    let plan = roots::discover(&project).remove(0);
    let (root, composition) = roots::compose(&project, &plan, RootId(0));
    let component = lower(&composition.objects, &root, origins).components.remove(0);
    let Facts::ImageBuild(facts) = component.facts else { panic!("it is a build") };
    *facts
}

#[test]
fn images_of_others_are_taken_and_stages_are_not() {
    let text = "ARG V=3\nARG W\nFROM --platform=linux/amd64 python:${V}-slim AS base\nFROM base\nCOPY --from=0 /a /a\n\
                COPY --from=tool:latest /b /b\nFROM a:$W\nFROM scratch\n";
    let taken = build(text).takes;
    let names: Vec<&str> = taken.iter().map(|it| it.0.reference.as_str()).collect();
    assert_eq!(names, ["python:3-slim", "tool:latest"]);
}

#[test]
fn it_begins_with_what_its_last_stage_begins_with() {
    let base = |text| build(text).base.map(|it| it.reference.to_string());
    let staged =
        "FROM redis:8 AS built\nFROM postgres:18 AS kept\nFROM kept\nCOPY --from=built /a /a\n";
    assert_eq!(base(staged).as_deref(), Some("postgres:18"));
    assert_eq!(base("FROM scratch\n"), None);
    assert_eq!(base("ARG W\nFROM postgres:$W\n"), None);
}

#[test]
fn a_file_that_stands_in_the_dockerfile_is_read() {
    let text =
        "FROM scratch\nCOPY <<EOF /etc/app.conf\nname=shop\npassword=\"aV3ry-l0ng-one\"\nEOF\n";
    let keys: Vec<_> = build(text).material.into_iter().map(|it| it.key.to_string()).collect();
    assert_eq!(keys, ["password"]);
}

#[test]
fn a_secret_is_told_at_its_own_line() {
    let text = "FROM a:1\nCOPY <<EOF /etc/app.conf\npassword=aV3ry-l0ng-one\npassword=aV3ry-l0ng-one\nEOF\n\
                RUN <<EOF\nset -e\nwget --password=tr0ub4dor3xyzQ x\nEOF\n";
    let origins = Origins::new();
    let found = build_in(text, &origins).material;
    let line = |it: OriginId| origins.location(it, LocationRole::Primary).map_or(0, |it| it.line);
    assert_eq!(found.iter().map(|it| line(it.origin)).collect::<Vec<_>>(), [3, 4, 8]);
}

#[test]
fn a_password_in_a_variable_is_in_every_image() {
    let build =
        build("FROM a:1\nENV PORT=80 DB_PASSWORD=kx9-fake-2Lq7\nENV OTHER_PASSWORD $FROM_ARG\n");
    let keys: Vec<&str> = build.material.iter().map(|it| it.key.as_str()).collect();
    assert_eq!(keys, ["DB_PASSWORD"]);
}

#[test]
fn passwords_in_arguments_and_commands_are_found() {
    let build = build(
        "ARG NPM_TOKEN\nFROM a:1\nARG DB_PASSWORD=kx9-fake-2Lq7\nRUN wget --password=tr0ub4dor3xyzQ x \\\n  && a\n\
         RUN echo \"user=a db_password=q7XkPz2LmVw9\" > /srv/.a\nRUN T=$NPM_TOKEN npm ci --password=$DB_PASSWORD\n",
    );
    let keys: Vec<&str> = build.material.iter().map(|it| it.key.as_str()).collect();
    assert_eq!(keys, ["DB_PASSWORD", "--password", "db_password"]);
}

#[test]
fn the_password_that_curl_signs_in_with_is_found() {
    let text = "FROM a:1\nRUN curl -fsSu robot:kx9-fake-2Lq7 https://a.example\n\
                RUN curl -u $NAME:$TOKEN https://a.example && docker run -u 1000:kx9-fake-3Lq7 a\n\
                RUN [\"curl\", \"--user\", \"robot:q7XkPz2LmVw9\", \"https://a.example\"]\n";
    let build = build(text);
    let keys: Vec<_> = build.material.iter().map(|it| it.key.as_str()).collect();
    assert_eq!(keys, ["curl -u", "curl -u"]);
}

#[track_caller]
fn check_start(text: &str, expected: Option<(&str, GivingWay)>) {
    let start = build(text).start;
    let found = start.as_ref().map(|it| (it.script.as_str(), it.giving_way));
    assert_eq!(found, expected);
}

#[test]
fn a_text_is_started_by_the_shell_of_the_image_below() {
    check_start("FROM python:3.14-slim\nCMD serve\n", Some(("serve", GivingWay::Never)));
    check_start("FROM node:22-alpine\nCMD serve\n", Some(("serve", GivingWay::Always)));
    check_start("FROM node@sha256:00\nCMD serve\n", Some(("serve", GivingWay::NotTold)));
    check_start(
        "FROM debian\nSHELL [\"/bin/bash\", \"-c\"]\nENTRYPOINT serve\n",
        Some(("serve", GivingWay::Always)),
    );
    check_start("FROM debian AS a\nCMD serve\nFROM a\n", Some(("serve", GivingWay::Never)));
    check_start(
        "FROM acme/a\nENTRYPOINT [\"sh\", \"-c\", \"a | b\"]\n",
        Some(("a | b", GivingWay::NotTold)),
    );
}

#[test]
fn a_list_is_started_itself_and_nobody_knows_what_others_start() {
    check_start("FROM debian\nENTRYPOINT [\"serve\"]\nCMD --port 80\n", None);
    check_start("FROM acme/base\nCMD serve\n", None);
}

#[test]
fn the_last_user_counts_and_known_images_start_as_root() {
    let user = |text| build(text).user.map(|it| it.value.to_string());
    assert_eq!(user("FROM a\nUSER root\nUSER app\n").as_deref(), Some("app"));
    assert_eq!(user("FROM debian AS a\nFROM a\n").as_deref(), Some("root"));
    assert_eq!(user("FROM a\n"), None);
    assert_eq!(user("FROM debian\nARG U\nUSER $U\n"), None);
}

#[test]
fn keys_are_told_by_their_names() {
    let text = "FROM a AS b\nCOPY id_rsa /\nFROM a\nCOPY ca.pem ssh/id_ed25519 tls.key deploy-key.pem key.pub .env /\n\
                COPY --from=b /id_rsa /\n";
    let keys: Vec<_> = build(text).key_files.into_iter().map(|it| it.value.to_string()).collect();
    assert_eq!(keys, ["ssh/id_ed25519", "tls.key", "deploy-key.pem", ".env"]);
}

#[test]
fn public_keys_and_names_that_look_like_keys_are_none() {
    let text = "FROM a\nADD https://a.example/a.key /\nCOPY apt-archive.key release_signing.key turkey.pem public-key.pem keycloak-ca.pem /\n\
                COPY a.key \\\n  /etc/apk/keys/\nCOPY talk.key privkey.pem key.pem /etc/\n";
    let keys: Vec<_> = build(text).key_files.into_iter().map(|it| it.value.to_string()).collect();
    assert_eq!(keys, ["talk.key", "privkey.pem", "key.pem"]);
}

#[test]
fn users_of_windows_and_of_images_that_builders_name_are_not_told() {
    let user = |text| build(text).user.map(|it| it.value.to_string());
    assert_eq!(user("FROM python:3.14-nanoserver\n"), None);
    assert_eq!(user("ARG BASE=debian:13\nFROM $BASE\n"), None);
    assert_eq!(user("ARG V=13\nFROM debian:$V\n").as_deref(), Some("root"));
}

#[test]
fn scripts_may_go_on_as_somebody_else() {
    let may = |text| build(text).may_change_user;
    assert!(may("FROM debian\nENTRYPOINT [\"tini\", \"--\", \"/docker-entrypoint.sh\"]\n"));
    assert!(may("FROM debian\nCMD [\"sh\", \"-c\", \"exec su-exec app serve\"]\n"));
    assert!(!may("FROM debian\nCMD [\"sh\", \"-c\", \"serve\"]\n"));
}

#[test]
fn downloads_that_fail_unheard_are_told() {
    let text = "FROM debian\nRUN a && \\\n  # why\n  curl -sSL https://tool.example/install.sh?x | bash\n\
                RUN set -o pipefail; curl https://b.example/b | bash\nRUN curl https://c.example/c | tar xz\n\
                SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN curl https://d.example/d | bash\n";
    let found = build(text).forgotten_downloads;
    let found: Vec<_> = found.into_iter().map(|it| it.value.to_string()).collect();
    assert_eq!(found, ["tool.example/install.sh"]);
}
