//! Whatever is thrown at it, Kai says what to do and goes on.

use std::path::Path;

use crate::run::{Ran, empty_folder, kai, write};

/// Something to review, so that a run has a reason to go on.
const GOOD: &str = "apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n";

#[track_caller]
fn goes_on(folder: &Path, message: &str) -> Ran {
    let ran = kai(folder, &["review", ".", "--all"], None);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(words(&ran.stdout).contains(message), "no `{message}` in:\n{}", ran.stdout);
    ran
}

#[track_caller]
fn has_nothing(folder: &Path, arguments: &[&str], message: &str) {
    let ran = kai(folder, arguments, None);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert_eq!(ran.stdout, "", "data without a review");
    assert!(ran.stderr.contains(message), "no `{message}` in:\n{}", ran.stderr);
    says_nothing_in_every_format(folder, message);
}

/// Who reads a format finds a document of it, and the exit code says that it stands for nothing.
#[track_caller]
fn says_nothing_in_every_format(folder: &Path, message: &str) {
    let verdict = "I found nothing here that a cluster or a Compose host would run.";
    let documents = [
        ("json", verdict),
        ("sarif", "\"results\": []"),
        ("junit", "<testsuites name=\"Kai\" tests=\"0\" failures=\"0\" errors=\"0\">"),
        ("github", verdict),
        ("gitlab", "[]"),
        ("markdown", verdict),
        ("html", verdict),
    ];
    for (format, part) in documents {
        let ran = kai(folder, &["review", "--format", format, "--fail-on", "low"], None);
        assert_eq!(ran.code, Some(3), "{format}: {ran:?}");
        assert!(ran.stderr.contains(message), "{format}: {ran:?}");
        assert!(ran.stdout.contains(part), "{format}: {ran:?}");
        if matches!(format, "json" | "sarif" | "gitlab") {
            let parsed: Result<serde_json::Value, _> = serde_json::from_str(&ran.stdout);
            assert!(parsed.is_ok(), "{format}: {parsed:?}");
        }
    }
}

/// The text without its line breaks.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_file_that_is_not_utf_8_is_named() {
    let folder = empty_folder("not-utf-8");
    write(&folder, "good.yaml", GOOD);
    write(&folder, "latin.yaml", b"kind: Caf\xe9\n");
    goes_on(&folder, "latin.yaml: this is not UTF-8. Save it as UTF-8");
}

/// A folder with a chart, whose files are named with their texts.
fn chart(folder: &Path, files: &[(&str, &[u8])]) {
    write(folder, "Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n");
    files.iter().for_each(|(name, text)| write(folder, name, text));
}

#[test]
fn values_that_are_not_utf_8_are_named_once_and_at_their_own_place() {
    let folder = empty_folder("values-not-utf-8");
    chart(&folder, &[("values.yaml", b"a: Caf\xe9\n"), ("templates/a.yaml", b"a: 1\n")]);
    let ran = goes_on(&folder, "values.yaml: this is not UTF-8. Save it as UTF-8");
    assert_eq!(ran.stdout.matches("Save it as UTF-8").count(), 1, "{}", ran.stdout);
    assert!(!ran.stdout.contains("Chart.yaml"), "{}", ran.stdout);
}

#[test]
fn a_review_says_at_which_bound_a_template_stopped() {
    let folder = empty_folder("chart-at-a-bound");
    let endless = b"{{ $a := dict }}{{ $_ := set $a \"b\" $a }}a: {{ toJson $a }}\n";
    chart(&folder, &[("templates/a.yaml", endless), ("templates/b.yaml", endless)]);
    let ran = goes_on(&folder, "values lie in each other more than 500 deep. I stop here");
    assert_eq!(ran.stdout.matches("I stop here").count(), 1, "{}", ran.stdout);
}

#[test]
fn a_folder_with_nothing_to_render_is_named_as_it_was_typed() {
    let folder = empty_folder("nothing-to-render");
    let typed = folder.to_str().unwrap();
    let ran = kai(&folder, &["render", typed], None);
    assert!(ran.stderr.contains(&format!("no kustomization file in `{typed}`")), "{ran:?}");
}

#[test]
fn a_secret_behind_the_end_of_a_document_is_masked() {
    let folder = empty_folder("secret-behind-the-end");
    let secret = |kind: &str| format!("apiVersion: v1\nkind: {kind}\nstringData: {{a: hush}}\n");
    let behind = format!("apiVersion: v1\nkind: ConfigMap\n...\n{}", secret("Secret"));
    let (folded, quoted) = (secret(">\n  Secret"), secret("\"Secr\\x65t\""));
    let files = [
        ("templates/a.yaml", &behind),
        ("templates/b.yaml", &folded),
        ("templates/c.yaml", &quoted),
    ];
    chart(&folder, &files.map(|(name, text)| (name, text.as_bytes())));
    let ran = kai(&folder, &["render", "."], None);
    assert_eq!((ran.code, ran.stdout.matches("hush").count()), (Some(0), 0), "{ran:?}");
    assert_eq!(ran.stdout.matches("a: '********'").count(), 3, "{ran:?}");
}

#[test]
fn a_report_that_was_cut_off_is_named() {
    let folder = empty_folder("cut-reports");
    write(&folder, "good.yaml", GOOD);
    let left_out = "this report of a scanner is left out: this is not valid JSON";
    for (file, text) in [
        ("a.sarif", "{\n \"runs\": [{\"tool\": {\"driver\": {\"name\": \"Trivy\"}},"),
        ("grype.json", "{\n \"matches\": [{\"vulnerability\": {\"id\": \"C\", \"dataSource\": \"h"),
        ("sbom.json", "{\n \"bomFormat\": \"CycloneDX\", \"components\": ["),
        ("spdx.json", "{\n \"spdxVersion\": \"SPDX-2.3\", \"name\": \"{{ x }}\", \"packages\": ["),
        ("trivy.json", "{\n \"SchemaVersion\": 2, \"ArtifactName\": \"a:1\", \"Results\": ["),
    ] {
        write(&folder, file, text);
        goes_on(&folder, &format!("{file}:2: {left_out}"));
        std::fs::remove_file(folder.join(file)).unwrap();
    }
    write(
        &folder,
        "trivy.json",
        "{\"SchemaVersion\": 2, \"ArtifactName\": \"a:1\",\n \"Results\": {}}",
    );
    goes_on(&folder, "trivy.json:2: `Results` is a mapping where a report of a scanner has a list");
}

#[test]
fn a_report_without_runs_is_named() {
    let folder = empty_folder("reports-without-runs");
    write(&folder, "good.yaml", GOOD);
    for (text, place) in [
        ("", "a.sarif:1: this report of a scanner is left out: it is empty"),
        (
            "{\"version\": \"2.1.0\"}",
            "a.sarif:1: this report of a scanner is left out: it has no `runs`",
        ),
        ("{\n \"runs\": {}}", "a.sarif:2: this report of a scanner is left out: `runs` is no list"),
        (
            "{\"runs\": [\n null]}",
            "a.sarif:2: this report of a scanner is left out: a run in `runs` is no mapping",
        ),
        (
            "{\"runs\": [{\n \"results\": {}}]}",
            "a.sarif:2: this report of a scanner is left out: `results` is no list",
        ),
    ] {
        write(&folder, "a.sarif", text);
        goes_on(&folder, place);
    }
}

#[test]
fn a_binary_file_is_named() {
    let folder = empty_folder("binary");
    write(&folder, "good.yaml", GOOD);
    write(&folder, "image.yaml", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    goes_on(&folder, "image.yaml");
}

#[test]
fn a_broken_file_is_named_with_its_line_and_the_others_are_read() {
    let folder = empty_folder("broken");
    write(&folder, "good.yaml", GOOD);
    write(&folder, "broken.yaml", "a: 1\nb: [1, 2\nc: 3\n");
    goes_on(&folder, "broken.yaml:");
}

#[test]
fn a_truncated_dump_is_a_problem() {
    let folder = empty_folder("truncated");
    let dump = br#"{"kind": "List", "items": [{"kind": "Pod", "metadata": {"na"#;
    let ran = kai(&folder, &["review", "-", "--all"], Some(dump));
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.stdout.contains("-:1"), "{}", ran.stdout);
}

#[test]
fn settings_with_comments_are_no_broken_objects() {
    let folder = empty_folder("settings");
    write(&folder, "good.yaml", GOOD);
    write(&folder, "tsconfig.json", "{\n  // strict\n  \"compilerOptions\": {},\n}\n");
    let page = kai(&folder, &["review", ".", "--all"], None).stdout;
    assert!(!page.contains("tsconfig.json"), "{page}");
    let object = "{\n  // ours\n  \"apiVersion\": \"v1\", \"kind\": \"Namespace\"\n}\n";
    write(&folder, "namespace.json", object);
    goes_on(&folder, "namespace.json:2");
    write(&folder, "kustomization.yaml", "resources: [good.yaml, tsconfig.json]\n");
    goes_on(&folder, "tsconfig.json:2");
}

#[test]
fn when_everything_is_broken_the_page_says_so_and_nothing_was_readable() {
    let folder = empty_folder("all-broken");
    let ran = kai(&folder, &["review", "-", "--fail-on", "low"], Some(b"kind: Caf\xe9\n"));
    assert_eq!(ran.code, Some(3), "{ran:?}");
    let page = words(&ran.stdout);
    assert!(page.contains("I could not use - (this is not UTF-8)"), "{page}");
}

#[test]
fn ten_megabytes_of_addresses_in_one_line_are_no_burden() {
    let folder = empty_folder("long-line");
    let line = "y=http://shop:80/".repeat(100_000);
    let text = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: a }}\ndata: {{ a: \"{line}\" }}\n"
    );
    write(&folder, "config.yaml", text);
    let ran = kai(&folder, &["review"], None);
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

#[test]
fn a_password_in_the_address_of_a_base_stays_where_it_is() {
    let folder = empty_folder("base-password");
    let resources = "resources: ['https://shop:not-so-secret@git.example/base?ref=v1']\n";
    write(&folder, "kustomization.yaml", resources);
    for arguments in [vec!["render", "."], vec!["review", "--all"], vec!["review", "--format=json"]]
    {
        let ran = kai(&folder, &arguments, None);
        let text = format!("{}{}", ran.stdout, ran.stderr);
        assert!(text.contains("https://***@git.example/base"), "{text}");
        assert!(!text.contains("not-so-secret"), "{text}");
    }
}

#[test]
fn a_kustomization_that_includes_itself_is_named() {
    let folder = empty_folder("includes-itself");
    write(&folder, "kustomization.yaml", "resources: [.]\n");
    goes_on(&folder, "`.` cannot be built: cycle detected");
}

#[cfg(unix)]
#[test]
fn links_that_lead_in_circles_outside_or_nowhere_are_named() {
    use std::os::unix::fs::symlink;

    let folder = empty_folder("links");
    let inside = folder.join("inside");
    write(&folder, "outside.yaml", "kind: Outside\n");
    write(&inside, "good.yaml", GOOD);
    let link = |target: &str, name: &str| symlink(target, inside.join(name)).expect("can link");
    link("circle.yaml", "circle.yaml");
    link("..", "up");
    link(".", "self");
    link("gone.yaml", "nowhere.yaml");
    link("../outside.yaml", "out.yaml");
    let ran = goes_on(&inside, "circle.yaml: the link cannot be followed");
    for message in ["nowhere.yaml: the link leads nowhere", "out.yaml: the link leads out of"] {
        assert!(words(&ran.stdout).contains(message), "{}", ran.stdout);
    }
}

#[cfg(unix)]
#[test]
fn a_link_in_a_chart_that_helm_follows_is_named() {
    use std::os::unix::fs::symlink;

    let folder = empty_folder("linked-templates");
    write(&folder, "shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n");
    write(&folder, "shop/values.yaml", "zone: a\n");
    write(&folder, "common/good.yaml", GOOD);
    symlink("../common", folder.join("shop/templates")).expect("can link");
    symlink("common", folder.join("other")).expect("can link");
    let ran = goes_on(&folder, "shop/templates: the link leads to a folder");
    assert!(!ran.stdout.contains("other"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("value-unread"), "{}", ran.stdout);
}

#[cfg(unix)]
#[test]
fn a_pipe_that_is_named_is_read_and_one_in_a_folder_is_left_out() {
    let folder = empty_folder("pipes");
    write(&folder, "good.yaml", GOOD);
    for name in ["one.yaml", "two"] {
        let made = std::process::Command::new("mkfifo").arg(folder.join(name)).status();
        assert!(made.expect("`mkfifo` is part of the system").success());
    }
    goes_on(&folder, "one.yaml: this and 1 more are pipes, sockets or devices");
    // Named by a kustomization it is not waited for either.
    write(&folder, "kustomization.yaml", "resources: [good.yaml, one.yaml]\n");
    goes_on(&folder, "1 file named and not here");

    let pipe = folder.join("two");
    let writer = std::thread::spawn(move || std::fs::write(pipe, GOOD));
    let ran = kai(&folder, &["review", "two"], None);
    writer.join().expect("it wrote").expect("somebody read");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("1 document in 1 file"), "{}", ran.stdout);
}

#[cfg(unix)]
#[test]
fn a_socket_that_is_named_cannot_be_read() {
    let folder = empty_folder("sockets");
    // Names of sockets are short, wherever the target folder lies.
    let path = std::env::temp_dir().join(format!("kai-{}.socket", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let socket = std::os::unix::net::UnixListener::bind(&path).expect("can make a socket");
    let name = path.to_str().expect("it is UTF-8");
    let ran = kai(&folder, &["review", name], None);
    let _ = std::fs::remove_file(&path);
    drop(socket);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("which is no folder and no file"), "{}", ran.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_name_that_is_not_utf_8_is_named() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let folder = empty_folder("names");
    write(&folder, "good.yaml", GOOD);
    let name = OsStr::from_bytes(b"caf\xe9.yaml");
    std::fs::write(folder.join(name), GOOD).expect("the target folder can be written");
    goes_on(&folder, "the name is not UTF-8");
}

#[test]
fn an_empty_folder_has_nothing_to_read() {
    let folder = empty_folder("empty");
    has_nothing(&folder, &["review"], "nothing to read in `.`: there is no file");
}

#[test]
fn a_folder_of_prose_has_nothing_to_read() {
    let folder = empty_folder("prose");
    write(&folder, "README.md", "# Hello\n");
    write(&folder, "NOTES.md", "# Notes\n");
    has_nothing(&folder, &["review"], "none of its 2 files is YAML or JSON");
}

#[test]
fn what_is_only_hidden_is_pointed_at() {
    let folder = empty_folder("hidden");
    write(&folder, ".deploy/good.yaml", GOOD);
    has_nothing(&folder, &["review"], "hidden folders (`.deploy`), --hidden reads them");
    assert_eq!(kai(&folder, &["review", "--hidden"], None).code, Some(0));
}

#[test]
fn what_git_ignores_is_left_out_even_without_git() {
    let folder = empty_folder("ignored");
    write(&folder, ".gitignore", "/build/\n");
    write(&folder, "build/good.yaml", GOOD);
    has_nothing(&folder, &["review"], "there is no file");
    assert_eq!(kai(&folder, &["review", "--no-ignore"], None).code, Some(0));
}

#[test]
fn one_file_is_enough() {
    let folder = empty_folder("single");
    write(&folder, "deep/good.yaml", GOOD);
    let ran = kai(&folder, &["review", "deep/good.yaml"], None);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("1 document in 1 file"), "{}", ran.stdout);
}

#[test]
fn a_path_that_is_not_there_is_a_wrong_command_line() {
    let folder = empty_folder("absent");
    let ran = kai(&folder, &["review", "gone"], None);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("cannot open `gone`"), "{}", ran.stderr);
}

#[test]
fn a_hundred_thousand_files_are_listed_and_only_what_can_be_used_is_read() {
    if std::env::var_os("KAI_SLOW_TESTS").is_none() {
        return;
    }
    let folder = empty_folder("many");
    for index in 0..100_000 {
        write(&folder, &format!("{}/{index}.txt", index % 100), "x");
    }
    write(&folder, "good.yaml", GOOD);
    let ran = kai(&folder, &["review"], None);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("1 document in 1 file"), "{}", ran.stdout);
}

#[test]
fn a_file_that_is_no_report_is_named_with_its_line() {
    let folder = empty_folder("no-report");
    write(&folder, "good.yaml", GOOD);
    write(&folder, "cut.json", "{\n  \"SchemaVersion\": 2,\n  \"ArtifactName\": ,\n}\n");
    write(&folder, "linter.sarif", "{\"version\": \"2.1.0\", \"runs\": []}\n");
    for (file, message) in [
        ("cut.json", "kai: `cut.json:3`: "),
        ("linter.sarif", "kai: `linter.sarif:1`: this is no report that I read"),
        ("none.json", "kai: cannot open `none.json`"),
    ] {
        let ran = kai(&folder, &["review", "--import", file], None);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
        assert!(ran.stderr.starts_with(message), "{ran:?}");
    }
}
