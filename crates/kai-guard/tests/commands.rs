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
    for line in include_str!("../test_data/readers.txt").lines() {
        let judged = classify(line);
        assert_eq!(judged.class, Class::ReadOnly, "{line}: {}", judged.reason);
    }
}

#[test]
fn commands_that_do_more_are_none() {
    for line in include_str!("../test_data/others.txt").lines() {
        // A line holds one command, and may hold escapes.
        let command = line.replace("\\n", "\n").replace("\\u200b", "\u{200b}");
        assert_ne!(classify(&command).class, Class::ReadOnly, "{line}");
    }
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

/// Whatever is written, something is said: no text makes it stop.
#[test]
fn broken_texts_are_asked_about() {
    let seeds = include_str!("../test_data/others.txt");
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
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
