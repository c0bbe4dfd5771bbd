//! `kai vendor`, with real servers on this machine.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::run::{Ran, empty_folder, kai_with, write};

/// What is asked of a server.
pub(crate) struct Request {
    path: String,
    authorization: Option<String>,
}

/// A status, headers and a body.
pub(crate) type Reply = (u16, Vec<(&'static str, String)>, Vec<u8>);

/// A server for one test; gives its port. It ends with the test.
pub(crate) fn serve(answer: impl Fn(&Request, u16) -> Reply + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("it is bound").port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a client connects");
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            let first = lines.next().unwrap_or_default();
            let headers: Vec<String> = lines.take_while(|it| !it.is_empty()).collect();
            let authorization = headers.iter().find_map(|it| {
                let (name, value) = it.split_once(": ")?;
                name.eq_ignore_ascii_case("authorization").then(|| value.to_owned())
            });
            let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
            let (status, headers, body) = answer(&Request { path, authorization }, port);
            let mut head = format!(
                "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n",
                body.len()
            );
            headers.iter().for_each(|(name, value)| head += &format!("{name}: {value}\r\n"));
            // A client that has seen enough may hang up.
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(b"\r\n");
            let _ = stream.write_all(&body);
        }
    });
    port
}

pub(crate) fn ok(body: &[u8]) -> Reply {
    (200, Vec::new(), body.to_vec())
}

fn not_found() -> Reply {
    (404, Vec::new(), Vec::new())
}

/// A chart in an archive, made by `tar`.
pub(crate) fn archive(folder: &Path, name: &str, version: &str) -> Vec<u8> {
    archive_of(folder, name, version, "size: 1\n")
}

/// The same with these values.
fn archive_of(folder: &Path, name: &str, version: &str, values: &str) -> Vec<u8> {
    let chart = format!("apiVersion: v2\nname: {name}\nversion: {version}\n");
    write(folder, &format!("{name}/Chart.yaml"), chart);
    write(folder, &format!("{name}/values.yaml"), values);
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Chart.Name }}\n\
        data:\n  version: {{ .Chart.Version }}\n  size: {{ .Values.size | quote }}\n";
    write(folder, &format!("{name}/templates/config.yaml"), template);
    pack(folder, name)
}

fn pack(folder: &Path, name: &str) -> Vec<u8> {
    let packed = folder.join(format!("{name}.tgz"));
    let mut tar = Command::new("tar");
    tar.arg("-czf").arg(&packed).arg("-C").arg(folder).arg(name);
    assert!(tar.status().expect("`tar` is there").success());
    std::fs::read(packed).expect("`tar` has written it")
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|it| format!("{it:02x}")).collect()
}

/// A chart that needs others.
fn needs(folder: &Path, dependencies: &[(&str, &str, &str)]) {
    let lines = dependencies.iter().map(|(name, version, repository)| {
        format!("- {{name: {name}, version: '{version}', repository: '{repository}'}}\n")
    });
    let head = "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies:\n";
    write(folder, "shop/Chart.yaml", head.to_owned() + &lines.collect::<String>());
    write(folder, "shop/values.yaml", "redis: {size: 7}\n");
}

/// Runs `kai` with a cache of the test's own; ports and digests, which differ from run to run, are
/// taken out of what it prints.
fn run(folder: &Path, arguments: &[&str], port: u16) -> Ran {
    let ran = kai_with(folder, arguments, None, &[("KAI_CACHE", "cache")]);
    let clean = |text: String| {
        let text = text.replace(&format!("127.0.0.1:{port}"), "SERVER");
        let mut parts = text.split("sha256:");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| {
            let end = part.find(|it: char| !it.is_ascii_hexdigit()).unwrap_or(part.len());
            text + "sha256:…" + &part[end..]
        })
    };
    Ran { stdout: clean(ran.stdout), stderr: clean(ran.stderr), code: ran.code }
}

/// A repository with one chart; gives its port, and how often it was asked.
fn repository(
    archive: Vec<u8>,
    name: &'static str,
    versions: &'static [&str],
) -> (u16, Arc<AtomicUsize>) {
    let digest = sha256(&archive);
    let version = |it: &&str| {
        format!("  - {{version: {it}, digest: {digest}, urls: [files/{name}-{it}.tgz]}}\n")
    };
    let versions: String = versions.iter().map(version).collect();
    let index = format!("apiVersion: v1\nentries:\n  {name}:\n{versions}");
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let port = serve(move |request, _| {
        counted.fetch_add(1, Ordering::Relaxed);
        match &*request.path {
            "/charts/index.yaml" => ok(index.as_bytes()),
            path if path.starts_with("/charts/files/") => ok(&archive),
            _ => not_found(),
        }
    });
    (port, asked)
}

#[test]
fn a_chart_is_fetched_once_and_read_offline_afterwards() {
    let folder = empty_folder("vendor-http");
    let packed = archive(&folder, "redis", "18.2.1");
    let (port, asked) = repository(packed, "redis", &["17.0.0", "18.2.1", "19.0.0", "18.3.0-rc.1"]);
    needs(&folder, &[("redis", "^18.0.0", &format!("http://127.0.0.1:{port}/charts"))]);
    let before = run(&folder, &["render", "shop"], port);
    assert_eq!(before.code, Some(1), "{}", before.stderr);
    let fetched = run(&folder, &["vendor", "shop"], port);
    assert_eq!(fetched.stdout, "redis  18.2.1  sha256:…  http://SERVER/charts\n");
    assert_eq!(fetched.stderr, "kai: 1 of 1 charts are in `cache`\n");
    assert_eq!(fetched.code, Some(0));
    let rendered = run(&folder, &["render", "shop"], port);
    assert_eq!(rendered.stderr, "kai: chart `redis` is 18.2.1 as fetched: sha256:…\n");
    assert!(rendered.stdout.contains("# Source: shop/charts/redis/templates/config.yaml"));
    assert!(rendered.stdout.contains("size: \"7\""), "{}", rendered.stdout);
    assert_eq!(rendered.code, Some(0));
    let review = run(&folder, &["review", "shop", "--format", "json"], port);
    let review: Value = serde_json::from_str(&review.stdout).expect("it is JSON");
    let chart = json!({"name": "redis", "version": "18.2.1", "digest": "sha256:…"});
    assert_eq!(review["charts"], json!([chart]), "{review:#}");
    assert!(!review["unknown"].to_string().contains("redis"), "{review:#}");
    let page = run(&folder, &["review", "shop"], port).stdout.replace('\n', " ");
    assert!(page.contains("With 1 chart as fetched: `redis` 18.2.1 (sha256:…)."), "{page}");
    let origins = run(&folder, &["render", "shop", "--origins"], port);
    let place = "templated    redis-18.2.1.tgz/templates/config.yaml:6\n      written      redis-18.2.1.tgz/Chart.yaml:3";
    assert!(origins.stdout.contains(place), "{}", origins.stdout);
    assert_eq!(asked.load(Ordering::Relaxed), 2, "only `kai vendor` asks: an index, an archive");
}

/// What installs the chart `redis` of a repository: Argo CD, Flux, Kustomize.
fn installed_by(folder: &Path, repository: &str) {
    let application = format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: argo-cache}}\n\
         spec:\n  destination: {{namespace: shop}}\n  sources:\n  - repoURL: {repository}\n    \
         chart: redis\n    targetRevision: 18.x\n    helm:\n      \
         valueFiles: [$own/settings/redis.yaml, values-large.yaml]\n  \
         - {{repoURL: 'https://git.example/acme/shop.git', ref: own}}\n"
    );
    write(folder, "shop/argo/redis.yaml", application);
    write(folder, "shop/settings/redis.yaml", "name: from-the-repository\n");
    let release = format!(
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {{name: charts}}\n\
         spec: {{url: '{repository}'}}\n---\napiVersion: helm.toolkit.fluxcd.io/v2\n\
         kind: HelmRelease\nmetadata: {{name: flux-cache, namespace: shop}}\nspec:\n  \
         chart:\n    spec:\n      chart: redis\n      version: 18.x\n      \
         sourceRef: {{kind: HelmRepository, name: charts}}\n  values: {{size: 3}}\n"
    );
    write(folder, "shop/flux/redis.yaml", release);
    let kustomization = format!(
        "helmCharts:\n- name: redis\n  repo: {repository}\n  version: 18.x\n  \
         releaseName: kustomized-cache\n"
    );
    write(folder, "shop/kustomized/kustomization.yaml", kustomization);
}

#[test]
fn charts_that_were_fetched_are_reviewed_as_argo_cd_flux_and_kustomize_install_them() {
    let folder = empty_folder("vendor-installed");
    let template = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  \
name: '{{ .Release.Name }}-{{ .Values.name }}-{{ .Values.size }}'\nspec:\n  \
        replicas: {{ .Values.size }}\n  selector: {matchLabels: {app: redis}}\n  \
        template:\n    metadata: {labels: {app: redis}}\n    spec:\n      containers:\n      \
        - name: redis\n        image: 'redis:7'\n        args: [{{ .Values.name }}]\n        \
        securityContext: {privileged: true}\n";
    write(&folder, "redis/templates/deployment.yaml", template);
    write(&folder, "redis/values-large.yaml", "size: 5\n");
    let packed = archive_of(&folder, "redis", "18.2.1", "size: 1\nname: default\n");
    let (port, _) = repository(packed, "redis", &["18.2.1"]);
    installed_by(&folder, &format!("http://127.0.0.1:{port}/charts"));
    let before = run(&folder, &["review", "shop", "--format", "json"], port).stdout;
    assert!(before.contains("3 charts not rendered"), "{before}");
    assert_eq!(run(&folder, &["vendor", "shop"], port).code, Some(0));
    let graph = run(&folder, &["graph", "shop", "--format", "json"], port).stdout;
    for name in
        ["argo-cache-from-the-repository-5", "flux-cache-default-3", "kustomized-cache-default-1"]
    {
        assert!(graph.contains(name), "`{name}` is not in {graph}");
    }
    let review = run(&folder, &["review", "shop", "--format", "json"], port);
    let review: Value = serde_json::from_str(&review.stdout).expect("it is JSON");
    let chart = json!({"name": "redis", "version": "18.2.1", "digest": "sha256:…"});
    assert_eq!(review["charts"], json!([chart]));
    assert!(!review["unknown"].to_string().contains("chart"), "{:#}", review["unknown"]);
    // Nobody edits an archive, so the line that asks for it is shown first.
    let findings = review["findings"].as_array().expect("they are listed");
    let places = findings.iter().filter_map(|it| it["locations"].as_array());
    let paths = |it: &Vec<Value>| -> Vec<String> {
        it.iter().filter_map(|it| it["path"].as_str().map(str::to_owned)).collect()
    };
    let packed: Vec<_> =
        places.map(paths).filter(|it| it.iter().any(|it| it.contains(".tgz/"))).collect();
    assert!(!packed.is_empty(), "{:#}", review["findings"]);
    assert!(packed.iter().all(|it| !it[0].contains(".tgz/")), "{packed:#?}");
    let page = run(&folder, &["render", "shop/kustomized", "--origins"], port);
    assert!(page.stderr.contains("kai: chart `redis` is 18.2.1 as fetched: sha256:…"));
    assert!(page.stdout.contains("redis-18.2.1.tgz/values.yaml:1"), "{}", page.stdout);
}

#[test]
fn charts_that_terraform_installs_are_fetched_and_read_offline_afterwards() {
    let folder = empty_folder("vendor-terraform");
    let packed = archive(&folder, "redis", "18.2.1");
    let (port, asked) = repository(packed, "redis", &["17.0.0", "18.2.1"]);
    let main = format!(
        "variable \"charts\" {{\n  default = \"http://127.0.0.1:{port}/charts\"\n}}\n\
         variable \"mirror\" {{}}\n\
         resource \"helm_release\" \"cache\" {{\n  for_each   = toset([\"one\", \"two\"])\n  \
         name       = each.key\n  repository = var.charts\n  chart      = \"redis\"\n  \
         version    = \"18.x\"\n  values     = [yamlencode({{ size = 9 }})]\n}}\n\
         resource \"helm_release\" \"mirrored\" {{\n  name       = \"mirrored\"\n  \
         repository = var.mirror\n  chart      = \"redis\"\n}}\n\
         resource \"helm_release\" \"packed\" {{\n  name  = \"packed\"\n  \
         chart = \"http://127.0.0.1:{port}/charts/files/redis-18.2.1.tgz\"\n}}\n"
    );
    write(&folder, "shop/main.tf", main);
    let signed = "resource \"helm_release\" \"signed\" {\n  name  = \"signed\"\n  \
        chart = \"https://shop:kx9-fake@charts.example/redis-1.0.0.tgz?sig=kx9-fake\"\n}\n";
    write(&folder, "other/main.tf", signed);
    let other = run(&folder, &["review", "other", "--format", "json"], port).stdout;
    assert!(other.contains("https://***@charts.example/redis-1.0.0.tgz?***"), "{other}");
    assert!(!other.contains("kx9"), "{other}");
    let fetched = run(&folder, &["vendor", "shop"], port);
    assert_eq!(fetched.stderr, "kai: 2 of 2 charts are in `cache`\n");
    let (listed, address) = ("http://SERVER/charts", "http://SERVER/charts/files/redis-18.2.1.tgz");
    let line = |it: &str| format!("redis  18.2.1  sha256:…  {it}\n");
    assert_eq!(fetched.stdout, line(listed) + &line(address));
    let review = run(&folder, &["review", "shop", "--format", "json"], port);
    let review: Value = serde_json::from_str(&review.stdout).expect("it is JSON");
    let chart = json!({"name": "redis", "version": "18.2.1", "digest": "sha256:…"});
    assert_eq!(review["charts"], json!([chart]), "{review:#}");
    let unknown = review["unknown"].to_string();
    assert!(unknown.contains("1 chart not rendered"), "{unknown}");
    let roots = run(&folder, &["roots", "shop"], port).stdout;
    for release in ["cache[\"one\"]", "cache[\"two\"]", "packed"] {
        let who = format!("Terraform `helm_release.{release}`");
        assert!(roots.contains(&who), "{roots}");
    }
    assert_eq!(asked.load(Ordering::Relaxed), 3, "only `kai vendor` asks: an index, two archives");
}

#[test]
fn charts_that_helmfiles_in_templates_install_are_fetched_and_read_offline_afterwards() {
    let folder = empty_folder("vendor-helmfile");
    let packed = archive(&folder, "redis", "18.2.1");
    let (port, asked) = repository(packed, "redis", &["17.0.0", "18.2.1"]);
    let helmfile = "environments:\n  production: {values: [{version: 18.x}]}\n---\n\
        repositories:\n- {name: charts, url: 'http://SERVER/charts'}\nreleases:\n\
        {{- range list \"one\" \"two\" }}\n- name: {{ . }}\n  chart: charts/redis\n  \
        version: {{ $.Values.version }}\n  values: [{size: 4}]\n{{- end }}\n";
    let helmfile = helmfile.replace("SERVER", &format!("127.0.0.1:{port}"));
    write(&folder, "shop/helmfile.yaml.gotmpl", helmfile);
    let fetched = run(&folder, &["vendor", "shop"], port);
    assert_eq!(fetched.stdout, "redis  18.2.1  sha256:…  http://SERVER/charts\n", "{fetched:?}");
    assert_eq!(fetched.stderr, "kai: 1 of 1 charts are in `cache`\n");
    let review = run(&folder, &["review", "shop", "--format", "json"], port);
    let review: Value = serde_json::from_str(&review.stdout).expect("it is JSON");
    let chart = json!({"name": "redis", "version": "18.2.1", "digest": "sha256:…"});
    assert_eq!(review["charts"], json!([chart]), "{review:#}");
    assert!(!review["unknown"].to_string().contains("chart"), "{:#}", review["unknown"]);
    assert_eq!(asked.load(Ordering::Relaxed), 2, "only `kai vendor` asks: an index, an archive");
}

#[test]
fn what_a_fetched_chart_needs_is_fetched_too() {
    let folder = empty_folder("vendor-needed");
    let (redis, common) =
        (archive(&folder, "redis", "18.2.1"), archive(&folder, "common", "2.0.0"));
    // The port is known to the server alone, so that it packs what names it.
    let packing = folder.clone();
    let port = serve(move |request, port| {
        let _ = &redis;
        let chart = format!(
            "apiVersion: v2\nname: redis\nversion: 18.2.1\ndependencies:\n\
             - {{name: common, version: 2.x, repository: 'http://127.0.0.1:{port}'}}\n\
             - {{name: redis, version: 18.x, repository: 'http://127.0.0.1:{port}', alias: twin, \
             condition: twin.enabled}}\n"
        );
        match &*request.path {
            "/index.yaml" => ok(b"entries: {redis: [{version: 18.2.1, urls: [redis.tgz]}], \
                common: [{version: 2.0.0, urls: [common.tgz]}]}"),
            "/redis.tgz" => {
                write(&packing, "redis/Chart.yaml", chart);
                ok(&pack(&packing, "redis"))
            }
            "/common.tgz" => ok(&common),
            _ => not_found(),
        }
    });
    needs(&folder, &[("redis", "18.x", &format!("http://127.0.0.1:{port}"))]);
    let ran = run(&folder, &["vendor", "shop"], port);
    assert_eq!(ran.stderr, "kai: 2 of 2 charts are in `cache`\n");
    assert!(ran.stdout.contains("common  2.0.0 "), "{}", ran.stdout);
}

#[test]
fn an_archive_beside_a_chart_is_read_although_git_ignores_it() {
    let folder = empty_folder("packed-ignored");
    let packed = archive(&folder, "redis", "18.2.1");
    needs(&folder, &[("redis", "18.x", "https://charts.example")]);
    write(&folder, "shop/.gitignore", "*.tgz\n");
    let graph = |packed: &[u8]| {
        std::fs::create_dir_all(folder.join("shop/charts")).expect("a folder can be made");
        std::fs::write(folder.join("shop/charts/redis-18.2.1.tgz"), packed).expect("it is ours");
        run(&folder, &["review", "shop", "--format", "json"], 0).stdout
    };
    assert!(!graph(&packed).contains("not rendered"), "{}", graph(&packed));
    assert!(graph(&packed[..100]).contains("1 chart not rendered"), "{}", graph(&packed[..100]));
    let ran = run(&folder, &["render", "redis.tgz", "--set", "size=9"], 0);
    assert!(ran.stdout.contains("size: \"9\""), "{} {}", ran.stdout, ran.stderr);
    let outside = ["-czf", "out.tgz", "--transform", "s,config.yaml,../../../x,", "redis"];
    let mut tar = Command::new("tar");
    let made = tar.current_dir(&folder).arg("-P").args(outside).status();
    assert!(made.expect("`tar` is there").success());
    let ran = run(&folder, &["render", "out.tgz"], 0);
    assert!(ran.stderr.contains("in the archive leads out of it"), "{}", ran.stderr);
}

#[test]
fn one_chart_that_cannot_be_fetched_does_not_stop_the_others() {
    let folder = empty_folder("vendor-failures");
    let packed = archive(&folder, "redis", "18.2.1");
    let port = serve(move |request, _| {
        let index = "entries:\n  redis:\n  - {version: 18.2.1, urls: [redis.tgz]}\n  \
            bad:\n  - {version: 1.0.0, digest: 00ff, urls: [redis.tgz]}\n  \
            other:\n  - {version: 1.0.0, urls: [redis.tgz]}\n  \
            page:\n  - {version: 1.0.0, urls: [index.yaml]}\n";
        match &*request.path {
            "/index.yaml" => ok(index.as_bytes()),
            "/redis.tgz" | "/moved/redis.tgz" => ok(&packed),
            "/moved/index.yaml" => (302, vec![("Location", "/index.yaml".into())], Vec::new()),
            "/round/index.yaml" => (302, vec![("Location", request.path.clone())], Vec::new()),
            _ => not_found(),
        }
    });
    let at = |path: &str| format!("http://127.0.0.1:{port}{path}");
    needs(
        &folder,
        &[
            ("bad", "1.x", &at("")),
            ("none", "1.x", &at("")),
            ("other", "1.x", &at("")),
            ("page", "1.x", &at("")),
            ("redis", "18.x", &at("/moved")),
            ("redis", "20.x", &at("")),
            ("redis", "18.x", &at("/round")),
            ("redis", "18.x", &at("/nowhere")),
            ("redis", "18.x", "http://127.0.0.1:1"),
        ],
    );
    let ran = run(&folder, &["vendor"], port);
    assert_eq!(ran.stdout, "redis  18.2.1  sha256:…  http://SERVER/moved\n");
    let expected = "\
kai: shop/Chart.yaml:5: cannot fetch chart `bad 1.x` of http://SERVER: `http://SERVER/redis.tgz` is `sha256:…`, and `sha256:…` was promised
kai: shop/Chart.yaml:6: cannot fetch chart `none 1.x` of http://SERVER: there is no chart `none`
kai: shop/Chart.yaml:7: cannot fetch chart `other 1.x` of http://SERVER: `other 1.x` cannot be read: the archive holds the chart `redis`
";
    assert!(ran.stderr.starts_with(expected), "{}", ran.stderr);
    for part in [
        "Chart.yaml:8: cannot fetch chart `page 1.x`",
        "Chart.yaml:10: cannot fetch chart `redis 20.x` of http://SERVER: there is no version of \
         `redis` that `20.x` allows",
        "Chart.yaml:11: cannot fetch chart `redis 18.x` of http://SERVER/round: \
         `http://SERVER/round/index.yaml` cannot be reached: too many redirects",
        "`http://SERVER/nowhere/index.yaml` answers with status 404",
        "`http://127.0.0.1:1/index.yaml` cannot be reached: Connection refused",
        "kai: 1 of 9 charts are in `cache`",
    ] {
        assert!(ran.stderr.contains(part), "`{part}` is not in:\n{}", ran.stderr);
    }
    assert_eq!(ran.code, Some(1));
}

#[test]
fn a_password_of_an_address_opens_its_repository_and_is_never_shown() {
    let folder = empty_folder("vendor-password");
    let packed = archive(&folder, "redis", "18.2.1");
    let port = serve(move |request, _| {
        // `someone:fake`
        if request.authorization.as_deref() != Some("Basic c29tZW9uZTpmYWtl") {
            return (401, Vec::new(), Vec::new());
        }
        match &*request.path {
            "/index.yaml" => ok(b"entries: {redis: [{version: 18.2.1, urls: [redis.tgz]}]}"),
            _ => ok(&packed),
        }
    });
    let url = |user: &str| format!("http://{user}@127.0.0.1:{port}");
    needs(
        &folder,
        &[("redis", "18.x", &url("someone:fake")), ("redis", "18.x", &url("someone:wrong"))],
    );
    let ran = run(&folder, &["vendor"], port);
    assert_eq!(ran.stdout, "redis  18.2.1  sha256:…  http://***@SERVER\n");
    let refused = "Chart.yaml:6: cannot fetch chart `redis 18.x` of http://***@SERVER: \
        `http://SERVER/index.yaml` answers with status 401";
    assert!(ran.stderr.contains(refused), "{}", ran.stderr);
    assert!(!ran.stderr.contains("fake") && !ran.stderr.contains("wrong"), "{}", ran.stderr);
    let kept: Vec<PathBuf> = std::fs::read_dir(folder.join("cache/references"))
        .expect("the cache is there")
        .map(|it| it.expect("it can be listed").path())
        .collect();
    let note = std::fs::read_to_string(&kept[0]).expect("a note is a text");
    assert!(!note.contains("fake"), "{note}");
}

#[test]
fn an_archive_that_was_changed_in_the_cache_is_not_read() {
    let folder = empty_folder("vendor-changed");
    let packed = archive(&folder, "redis", "18.2.1");
    let kept = format!("cache/archives/{}.tgz", sha256(&packed));
    let (port, _) = repository(packed, "redis", &["18.2.1"]);
    needs(&folder, &[("redis", "18.2.1", &format!("http://127.0.0.1:{port}/charts"))]);
    assert_eq!(run(&folder, &["vendor"], port).code, Some(0));
    write(&folder, &kept, "something else");
    let rendered = run(&folder, &["render", "shop"], port);
    let absent = "missing in charts/ directory: redis\n";
    assert!(rendered.stderr.ends_with(absent), "{}", rendered.stderr);
    assert_eq!(rendered.code, Some(1));
}

#[test]
fn a_registry_that_wants_a_token_gives_one_to_everybody() {
    let folder = empty_folder("vendor-token");
    let packed = archive(&folder, "redis", "18.2.1+build.5");
    let digest = sha256(&packed);
    let layer = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
    let manifest = format!(
        r#"{{"layers":[{{"mediaType":"{layer}","digest":"sha256:{digest}","size":{}}}]}}"#,
        packed.len()
    );
    let port = serve(move |request, port| {
        let path = request.path.as_str();
        if let Some(query) = path.strip_prefix("/token?") {
            assert_eq!(query, "service=charts&scope=repository:charts/redis:pull");
            return ok(br#"{"token": "fake-token"}"#);
        }
        if request.authorization.as_deref() != Some("Bearer fake-token") {
            let challenge = format!(
                "Bearer realm=\"http://127.0.0.1:{port}/token\",service=\"charts\",\
                 scope=\"repository:charts/redis:pull\""
            );
            return (401, vec![("WWW-Authenticate", challenge)], Vec::new());
        }
        match path.strip_prefix("/v2/charts/redis/").unwrap_or_default() {
            "tags/list" => {
                let link = "</v2/charts/redis/tags/list?last=17.0.0>; rel=\"next\"";
                (200, vec![("Link", link.into())], br#"{"tags": ["17.0.0"]}"#.to_vec())
            }
            "tags/list?last=17.0.0" => ok(br#"{"tags": ["18.2.1_build.5", "latest"]}"#),
            "manifests/18.2.1_build.5" => ok(manifest.as_bytes()),
            path if path == format!("blobs/sha256:{digest}") => ok(&packed),
            _ => not_found(),
        }
    });
    needs(&folder, &[("redis", ">=18", &format!("oci://127.0.0.1:{port}/charts"))]);
    let ran = run(&folder, &["vendor"], port);
    assert_eq!(ran.stderr, "kai: 1 of 1 charts are in `cache`\n");
    assert_eq!(ran.stdout, "redis  18.2.1+build.5  sha256:…  oci://SERVER/charts\n");
    assert_eq!(run(&folder, &["render", "shop"], port).code, Some(0));
}

/// A registry as Debian packages it; ended with the test.
struct Registry {
    child: Child,
    port: u16,
}

impl Registry {
    fn start(folder: &Path) -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0").ok()?.local_addr().ok()?.port();
        let settings = format!(
            "version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {}}}}}\n\
             http: {{addr: '127.0.0.1:{port}'}}\n",
            folder.join("registry").display()
        );
        write(folder, "registry.yml", settings);
        let mut command = Command::new("docker-registry");
        command.arg("serve").arg(folder.join("registry.yml"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().ok()?;
        let registry = Self { child, port };
        // It says nowhere that it listens.
        for _ in 0..200 {
            if ureq::get(registry.at("")).call().is_ok() {
                return Some(registry);
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("`docker-registry` does not answer within ten seconds");
    }

    fn at(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/v2/{path}", self.port)
    }

    /// Pushes a chart as Helm does.
    fn push(&self, name: &str, tag: &str, packed: &[u8]) {
        let layers = [
            ("application/vnd.cncf.helm.config.v1+json", &b"{}"[..]),
            ("application/vnd.cncf.helm.chart.content.v1.tar+gzip", packed),
        ];
        let [config, layer] = layers.map(|(media_type, bytes)| {
            let digest = format!("sha256:{}", sha256(bytes));
            let begin = ureq::post(self.at(&format!("{name}/blobs/uploads/"))).send_empty();
            let begin = begin.expect("an upload can begin");
            let place = begin.headers()["location"].to_str().expect("it is an address");
            let put = ureq::put(format!("{place}&digest={digest}"));
            put.send(bytes).expect("the registry takes a blob");
            let size = bytes.len();
            format!(r#"{{"mediaType":"{media_type}","digest":"{digest}","size":{size}}}"#)
        });
        let media_type = "application/vnd.oci.image.manifest.v1+json";
        let manifest = format!(
            r#"{{"schemaVersion":2,"mediaType":"{media_type}","config":{config},"layers":[{layer}]}}"#
        );
        let put = ureq::put(self.at(&format!("{name}/manifests/{tag}")));
        put.header("Content-Type", media_type).send(&*manifest).expect("it takes a manifest");
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn charts_come_from_a_real_registry() {
    let folder = empty_folder("vendor-registry");
    let Some(registry) = Registry::start(&folder) else {
        let is_required = std::env::var_os("KAI_REQUIRE_DATA").is_some();
        assert!(!is_required, "`docker-registry` is missing");
        kai_testing::say("charts of a registry: skipped, there is no `docker-registry`");
        return;
    };
    for (name, version) in [("redis", "18.2.1"), ("redis", "18.10.0"), ("kafka", "2.0.0")] {
        let packed = archive(&folder, name, version);
        registry.push(&format!("charts/{name}"), version, &packed);
    }
    let repository = format!("oci://127.0.0.1:{}/charts", registry.port);
    needs(
        &folder,
        &[
            ("kafka", "2.0.0", &repository),
            ("none", "2.0.0", &repository),
            ("redis", "18.x", &repository),
        ],
    );
    let ran = run(&folder, &["vendor"], registry.port);
    let expected = "\
kafka  2.0.0    sha256:…  oci://SERVER/charts
redis  18.10.0  sha256:…  oci://SERVER/charts
";
    assert_eq!(ran.stdout, expected, "{}", ran.stderr);
    let none = "Chart.yaml:6: cannot fetch chart `none 2.0.0` of oci://SERVER/charts: there is no \
        chart `none`";
    assert!(ran.stderr.contains(none), "{}", ran.stderr);
    assert_eq!(ran.code, Some(1));
}
