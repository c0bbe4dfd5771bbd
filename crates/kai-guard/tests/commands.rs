//! Commands whose class is known.
#![expect(clippy::disallowed_methods, reason = "tests read recorded data and the environment")]

use kai_guard::{Class, classify};
use kai_testing::{recorded, say};
use serde_json::Value;

#[test]
fn no_command_that_does_more_is_called_a_reader() {
    let Some(folder) = recorded("KAI_LLM_DATA", "conformance/llm") else { return };
    let text = std::fs::read_to_string(folder.join("commands.jsonl")).unwrap();
    let rows: Vec<Value> = text.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    let (mut equal, mut readers, mut found) = (0, 0, 0);
    let mut wrong = Vec::new();
    for row in &rows {
        let field = |name: &str| row[name].as_str().unwrap();
        let judged = classify(field("command"));
        let (name, expected) = (judged.class.name(), field("verdict"));
        equal += usize::from(name == expected);
        readers += usize::from(expected == "read_only");
        found += usize::from(expected == "read_only" && judged.class == Class::ReadOnly);
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
    say(&format!("commands: {equal}/{} ({found}/{readers} readers)", rows.len()));
    if std::env::var("KAI_SHOW").is_ok() {
        say(&wrong.join("\n"));
    }
    assert!(unsafe_ones.is_empty(), "called readers:\n{unsafe_ones:#?}");
    assert!(found * 10 >= readers * 9, "{found} of {readers} readers");
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
