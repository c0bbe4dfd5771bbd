//! Commands whose class is known.
#![expect(clippy::disallowed_methods, reason = "tests read recorded data and the environment")]

use kai_guard::{Class, Folder, classify, classify_in};
use kai_testing::{recorded, say};
use serde_json::Value;

/// A folder with files, and what git prints whatever it is asked.
struct Here {
    files: &'static [&'static str],
    of_git: Option<&'static [&'static str]>,
}

impl Folder for Here {
    fn entries(&self, folder: &str) -> Option<Vec<String>> {
        let inside = self.files.iter().filter_map(|it| match folder {
            "" | "." => Some(*it),
            folder => it.strip_prefix(folder)?.strip_prefix('/'),
        });
        let mut names: Vec<String> =
            inside.filter_map(|it| it.split('/').next()).map(str::to_owned).collect();
        names.dedup();
        Some(names)
    }

    fn git(&self, _: &str, _: &[String]) -> Option<Vec<String>> {
        self.of_git.map(|it| it.iter().map(|it| (*it).to_owned()).collect())
    }
}

/// Secrets lie beside what is read, and git keeps none of them.
const WORKSPACE: Here = Here {
    files: &[
        ".env",
        ".git/config",
        "Dockerfile",
        "a.yaml",
        "app.log",
        "app.log.1.gz",
        "b.yaml",
        "deploy/checkout.yaml",
        "id_rsa",
        "secrets.json",
        "terraform.tfstate",
    ],
    of_git: Some(&["Dockerfile", "a.yaml", "deploy/checkout.yaml"]),
};

#[test]
fn where_the_files_are_known_patterns_and_changes_are_told_by_their_names() {
    let clean = Here { files: &["a.yaml", "deploy/web.json", "notes.txt"], ..WORKSPACE };
    let kept = Here { of_git: Some(&["a.yaml", "deploy/secrets/db.yaml"]), ..clean };
    let unknown = Here { of_git: None, ..clean };
    for (command, of_clean, of_kept) in [
        ("git diff", true, false),
        ("git diff HEAD~1", true, false),
        ("git diff --cached main..HEAD", true, false),
        ("git diff main deploy/web.json", true, false),
        ("git show", true, false),
        ("git show HEAD~2 --stat -p", true, false),
        ("git log -p -3", true, false),
        ("git log -p -S replicas -n 5", true, false),
        ("git grep replicas", true, false),
        ("git grep -n replicas -- '*.json'", true, false),
        ("git diff --submodule=diff", false, false),
        ("git show HEAD:notes", false, false),
        ("git diff -- .env", false, false),
        ("git grep replicas HEAD", false, false),
        // A folder has no ending.
        ("cat *", false, false),
        ("cat *.*", true, true),
        ("cat ./*.*", true, true),
        ("cat */*", true, true),
        ("cat deploy/*.json notes.*", true, true),
        ("cd deploy && cat *", true, true),
        ("head -n1 *.txt", true, true),
        ("cat *.conf", false, false),
        ("cat .*", false, false),
        ("cat ../*", false, false),
        ("cat /etc/*", false, false),
        ("cd nowhere && cat \"$x\"*", false, false),
    ] {
        let is_reader = |there: &Here| classify_in(command, there).class == Class::ReadOnly;
        assert_eq!(is_reader(&clean), of_clean, "{command}");
        assert_eq!(is_reader(&kept), of_kept, "{command}");
        assert!(!is_reader(&unknown) || !command.starts_with("git"), "{command}");
        assert!(!is_reader(&WORKSPACE) || !command.ends_with("*.*"), "{command}");
    }
    let odd = Here { files: &["--files0-from=x.yaml", "-rf.txt"], ..clean };
    for command in ["wc *", "cat *.txt", "sort *"] {
        assert_ne!(classify_in(command, &odd).class, Class::ReadOnly, "{command}");
    }
}

#[test]
fn a_folder_that_may_not_have_been_entered_and_a_class_of_letters_hide_no_secret() {
    let hidden =
        Here { files: &["b.conf", "docs/a.conf", "token.conf"], of_git: Some(&["db.yaml"]) };
    for (command, is_reader) in [
        ("cd docs; cat *.conf", true),
        ("cd docs || exit 1; cat *.conf", true),
        ("ls && cd docs && cat *.conf", true),
        ("false && cd docs; cat *.conf", false),
        ("true || cd docs; cat *.conf", false),
        ("true || cd docs && cat *.conf", false),
        ("cat b*.conf ./[]t]oken.conf", false),
        ("cat b*.conf ./[!]]oken.conf", false),
        ("cat b*.conf ./[[:alpha:]]oken.conf", false),
        ("cat ./[[:alpha:]].conf", true),
        ("git diff", true),
        ("git diff -- db.yaml", true),
        ("cd secrets && git diff", false),
    ] {
        let class = classify_in(command, &hidden).class;
        assert_eq!(class == Class::ReadOnly, is_reader, "{command}: {class:?}");
    }
}

/// What is asked of git names what the command would print, or more.
#[test]
fn git_is_asked_for_the_names_of_what_a_command_would_print() {
    struct Asked(std::cell::RefCell<Vec<String>>);
    impl Folder for Asked {
        fn entries(&self, _: &str) -> Option<Vec<String>> {
            Some(vec!["a.yaml".to_owned()])
        }
        fn git(&self, folder: &str, words: &[String]) -> Option<Vec<String>> {
            self.0.borrow_mut().push(format!("{folder}> {}", words.join(" ")));
            None
        }
    }
    const NAMES: &str = "--name-only -z --no-renames --no-relative --no-ext-diff";
    for (command, expected) in [
        ("git diff", vec![format!("> diff {NAMES} --")]),
        ("cd deploy && git diff -U0 -w", vec![format!("deploy> diff {NAMES} --")]),
        (
            "git diff main a.yaml",
            vec![
                format!("> diff {NAMES} main^{{commit}} a.yaml^{{commit}} --"),
                format!("> diff {NAMES} main^{{commit}} -- a.yaml"),
            ],
        ),
        (
            "git diff --staged main...HEAD -- .",
            vec![format!("> diff {NAMES} --staged main^{{commit}}...HEAD^{{commit}} -- .")],
        ),
        (
            "git log -p -3 --all --oneline --since=1.week -U5",
            vec![format!("> log {NAMES} --format= -m -3 --all --since=1.week --")],
        ),
        ("git log -p -3 -S x", vec![format!("> log {NAMES} --format= -m -Sx --")]),
        ("git show v1 --stat -p", vec![format!("> show {NAMES} --format= -m v1^{{commit}} --")]),
        (
            "git grep -i x -- ':!docs'",
            vec!["> ls-files -z --cached --full-name -- :!docs".to_owned()],
        ),
        ("git diff --stat", vec![]),
        ("git diff -- deploy", vec![format!("> diff {NAMES} -- deploy")]),
        // Without renames nothing is one, and both names are told.
        ("git diff --diff-filter=R main", vec![format!("> diff {NAMES} main^{{commit}} --")]),
        ("git log -p --follow -- a.yaml", vec![]),
        ("git --no-replace-objects show", vec![]),
        ("git --literal-pathspecs show -- ':!a.yaml'", vec![]),
        ("ls && cd deploy && git show", vec![format!("deploy> show {NAMES} --format= -m --")]),
        ("command cd deploy; git show", vec![format!("deploy> show {NAMES} --format= -m --")]),
        ("false && cd deploy; git show", vec![]),
    ] {
        let asked = Asked(std::cell::RefCell::default());
        let _ = classify_in(command, &asked);
        assert_eq!(asked.0.into_inner(), expected, "{command}");
    }
}

#[test]
fn a_key_is_told_by_a_whole_word() {
    for name in ["monkey.json", "turkey.csv", "hockey_whiskey.txt"] {
        assert!(!kai_guard::normally_holds_secrets(name), "{name}");
    }
    for name in ["key.json", "gcp-key.json", "mySshKey.txt", "deploy_keys", "rsakey.txt"] {
        assert!(kai_guard::normally_holds_secrets(name), "{name}");
    }
}

#[test]
fn no_command_that_does_more_is_called_a_reader() {
    let Some(folder) = recorded("KAI_LLM_DATA", "conformance/llm") else { return };
    let text = std::fs::read_to_string(folder.join("commands.jsonl")).unwrap();
    let rows: Vec<Value> = text.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    let (mut equal, mut readers, mut found, mut found_there) = (0, 0, 0, 0);
    let mut wrong = Vec::new();
    for row in &rows {
        let field = |name: &str| row[name].as_str().unwrap();
        let judged = classify(field("command"));
        let (name, expected) = (judged.class.name(), field("verdict"));
        equal += usize::from(name == expected);
        readers += usize::from(expected == "read_only");
        found += usize::from(expected == "read_only" && judged.class == Class::ReadOnly);
        let there = classify_in(field("command"), &WORKSPACE).class == Class::ReadOnly;
        found_there += usize::from(expected == "read_only" && there);
        if there && expected != "read_only" {
            wrong.push(format!("{} {expected}, not read_only there", field("id")));
        }
        if (name == "read_only") != (expected == "read_only") {
            wrong.push(format!(
                "{} {expected}, not {name}: {:?} {}",
                field("id"),
                field("command"),
                judged.reason
            ));
        }
    }
    let unsafe_ones: Vec<&String> =
        wrong.iter().filter(|it| it.contains("not read_only")).collect();
    say(&format!(
        "commands: {equal}/{} ({found}/{readers} readers, {found_there} where the files are known)",
        rows.len()
    ));
    if std::env::var("KAI_SHOW").is_ok() {
        say(&wrong.join("\n"));
    }
    assert!(unsafe_ones.is_empty(), "called readers:\n{unsafe_ones:#?}");
    assert!(found + 1 >= readers && found_there == readers, "{found}, {found_there} of {readers}");
}

#[test]
fn commands_that_engineers_read_with_are_readers() {
    let wrong: Vec<String> = include_str!("../test_data/readers.txt")
        .lines()
        .map(|line| (line, classify(line)))
        .filter(|it| it.1.class != Class::ReadOnly)
        .map(|(line, judged)| format!("{line}: {}", judged.reason))
        .collect();
    assert!(wrong.is_empty(), "no readers:\n{wrong:#?}");
}

#[test]
fn commands_that_do_more_are_none() {
    // A line holds one command, and may hold escapes.
    let command = |line: &str| line.replace("\\n", "\n").replace("\\u200b", "\u{200b}");
    let wrong: Vec<&str> = include_str!("../test_data/others.txt")
        .lines()
        .filter(|it| classify(&command(it)).class == Class::ReadOnly)
        .collect();
    assert!(wrong.is_empty(), "called readers:\n{wrong:#?}");
}

#[test]
fn a_reader_beside_something_else_is_none() {
    for reader in include_str!("../test_data/readers.txt").lines() {
        for text in [
            format!("{reader}; rm -f x"),
            format!("{reader} > out.txt"),
            format!("rm -f x && {reader}"),
            format!("{reader}\nkubectl delete ns shop"),
            format!("{reader} | sh"),
            format!("LD_PRELOAD=./x.so {reader}"),
            format!("sudo {reader}"),
            format!("sh -c \"{}\"", reader.replace(['"', '$'], "")),
            format!("echo $({reader})"),
        ] {
            assert_ne!(classify(&text).class, Class::ReadOnly, "{text}");
        }
    }
}

#[test]
fn what_a_wrapper_runs_is_told_as_well() {
    let judged =
        classify("sudo -n env A=1 timeout 5 sh -c 'kubectl delete deploy/checkout -n shop'");
    let call = judged.calls.iter().find(|it| it.program == "kubectl").unwrap();
    assert_eq!(call.class, Class::Mutates);
    let words: Vec<&str> = call.arguments.iter().filter_map(|it| it.literal()).collect();
    assert_eq!(words, ["delete", "deploy/checkout", "-n", "shop"]);
}

/// A program of `sed` or `awk` that is called a reader makes no file and runs nothing, whatever it is made of: the real
/// program is asked where there is one.
#[test]
fn programs_that_are_called_readers_only_read() {
    const SED: &[&str] = &[
        ":a",
        "b",
        "t",
        " ",
        "e",
        "e touch made",
        "w made",
        "p",
        ";",
        "\n",
        "{",
        "}",
        "s/x/y/",
        "s/[/]/y/",
        "1",
        "$",
        "!",
        "/x/",
        "s/x/touch made/e",
        "s/[]/]/y/w made",
        "y/a/b/",
        "a text",
        "\\",
        "#",
        "[",
        "]",
        "/",
        "n",
        "N",
        "q",
    ];
    const AWK: &[&str] = &[
        "BEGIN",
        "{",
        "}",
        "print",
        "\"x\"",
        ">",
        "\"made\"",
        "system(\"touch made\")",
        "/[/]",
        "/",
        "\"",
        "#",
        "|",
        "||",
        "\"sh\"",
        "getline",
        "1",
        "\n",
        ";",
        "$1",
        "(",
        ")",
        "\\",
        "printf",
        "x",
        "=",
        "[",
        "]",
    ];
    let folder = std::env::temp_dir().join(format!("kai-guard-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("x.txt"), "x y\ntouch made\n").unwrap();
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let (mut readers, mut wrong) = (0, Vec::new());
    let rounds = if std::env::var("KAI_SLOW_TESTS").is_ok() { 20_000 } else { 1000 };
    for round in 0..rounds {
        let (name, pieces) = if round % 2 == 0 { ("sed", SED) } else { ("awk", AWK) };
        let count = 1 + chance.below(7);
        let program: String = (0..count).map(|_| pieces[chance.below(pieces.len())]).collect();
        let quoted = program.replace('\'', "'\\''");
        if classify(&format!("{name} '{quoted}' x.txt")).class != Class::ReadOnly {
            continue;
        }
        readers += 1;
        // Most are no programs, and end at once; some never end.
        let ran = std::process::Command::new("timeout")
            .args(["0.2", name, &program, "x.txt"])
            .current_dir(&folder)
            .stdin(std::process::Stdio::null())
            .output();
        if ran.is_err() {
            return say("programs of sed and awk: there is no `timeout` here");
        }
        if std::fs::read_dir(&folder).unwrap().count() > 1 {
            wrong.push(program);
            let _ = std::fs::remove_file(folder.join("made"));
        }
    }
    let _ = std::fs::remove_dir_all(&folder);
    say(&format!("programs of sed and awk: {readers} readers of {rounds}"));
    assert!(readers > 100 && wrong.is_empty(), "{readers} readers, and these do more: {wrong:#?}");
}

struct Chance(u64);

impl Chance {
    fn below(&mut self, max: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % max as u64).unwrap_or(0)
    }
}

/// Whatever is written, something is said: no text makes it stop.
#[test]
fn broken_texts_are_asked_about() {
    let seeds = include_str!("../test_data/others.txt");
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let mut next = |below: usize| chance.below(below);
    let signs: Vec<char> = "'\"`$(){}[]<>|&;\\#~*?!= \n-x".chars().collect();
    for line in seeds.lines().cycle().take(4000) {
        let mut text: Vec<char> = line.chars().collect();
        for _ in 0..=next(3) {
            let at = next(text.len() + 1);
            text.insert(at, signs[next(signs.len())]);
        }
        let text: String = text.into_iter().collect();
        let _ = classify(&text);
    }
}

#[test]
fn what_an_operation_does_is_told_from_its_words() {
    for (text, class) in [
        ("aws s3api get-object --bucket b --key k out.txt", Class::Mutates),
        ("aws s3api get-object-acl --bucket b --key k", Class::Network),
        ("az webapp deployment list-publishing-profiles -n x -g y", Class::ReadsSecret),
        ("az webapp config appsettings list -n x", Class::ReadsSecret),
        ("az graph query -q x", Class::Unknown),
        ("az advisor recommendation list", Class::Unknown),
        ("az monitor log-analytics query -w x", Class::Unknown),
        ("az aks delete -n x", Class::Mutates),
        ("gcloud run deploy list --image x", Class::Mutates),
        ("gcloud deploy releases list", Class::Unknown),
        ("gcloud app deploy", Class::Mutates),
        ("gcloud compute accelerator-types list", Class::Unknown),
        ("gcloud compute instances list", Class::Network),
        ("gcloud unknown-group delete x", Class::Mutates),
        ("gcloud compute", Class::Unknown),
        ("kubectl get pods --kubeconfig x", Class::Unknown),
        ("kubectl --kubeconfig x delete ns shop", Class::Mutates),
    ] {
        let judged = classify(text);
        assert_eq!(judged.class, class, "{text}: {}", judged.reason);
    }
}
