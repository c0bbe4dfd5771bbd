//! Every kind of question, in ten ways of asking, about systems whose parts have different names.

mod cloud;
mod deployers;
mod failovers;
mod limits;
mod plays;
mod system;
mod terraform_state;
mod windows;

use std::collections::BTreeMap;

use kai_answer::{Answer, Notes, Reply, Step, answerable, evidence, json, refusal, text};
use kai_report::terminal::Options;
use kai_testing::{corpus, say, schema_offences};
use system::System;

const PARAPHRASES: &str = include_str!("paraphrases.tsv");
const SCHEMA: &str = include_str!("../../../../docs/schema/kai.ask.v1.json");

/// Repositories of other people: shops, banks, governments.
const CORPORA: &[&str] = &[
    "GoogleCloudPlatform__bank-of-anthos",
    "alphagov__govuk-helm-charts",
    "open-telemetry__opentelemetry-demo",
];

fn paraphrases() -> Vec<(&'static str, &'static str)> {
    PARAPHRASES
        .lines()
        .filter(|it| !it.starts_with('#'))
        .filter_map(|it| it.split_once('\t'))
        .collect()
}

/// Asks everything of one system, and gives back what was not understood or has no ground.
fn wrong(system: &System) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut place = 0;
    for (intent, question) in paraphrases() {
        let Some(question) = system.named(question, &mut place) else { continue };
        match (system.ask(&question), intent) {
            (Reply::Compare { .. }, "changes") => {}
            (Reply::Answer(it), _) if it.intent == intent => wrong.extend(groundless(&it)),
            (Reply::Answer(it), _) => {
                wrong.push(format!("{intent}: `{question}` was read as {}", it.intent));
            }
            // A thing may have no rollout and no account, and says so.
            (Reply::Unanswered(it), "rollout" | "identity") if it.reason.starts_with('`') => {}
            (Reply::Unanswered(it), "ranked") if it.reason.contains("finding") => {}
            (Reply::Unanswered(it), _) => {
                wrong.push(format!("{intent}: `{question}`: {}", it.reason));
            }
            (Reply::Compare { .. }, _) => {
                wrong.push(format!("{intent}: `{question}` was read as changes"));
            }
        }
    }
    wrong
}

/// Statements that rest on nothing and are no blanks.
fn groundless(answer: &Answer) -> Vec<String> {
    let bare = answer.statements().filter(|it| it.evidence.is_empty() && it.blank.is_none());
    bare.map(|it| format!("{} rests on nothing: {}", answer.intent, it.text)).collect()
}

#[track_caller]
fn check(system: &System) {
    let wrong = wrong(system);
    assert!(wrong.is_empty(), "{} wrong of {}:\n{}", wrong.len(), system.name, wrong.join("\n"));
}

#[test]
fn every_kind_of_question_is_asked_in_ten_ways() {
    let mut ways: BTreeMap<&str, usize> = BTreeMap::new();
    for (intent, _) in paraphrases() {
        *ways.entry(intent).or_default() += 1;
    }
    assert_eq!(ways.len(), answerable().len());
    assert!(ways.values().all(|it| *it == 10), "{ways:?}");
}

#[test]
fn the_example_is_asked_everything() {
    check(&System::payments(&[]));
}

#[test]
fn other_names_change_no_answer() {
    let names =
        [("checkout", "orders"), ("ledger", "backup"), ("rates", "load"), ("cache", "users")];
    check(&System::payments(&names));
}

#[test]
fn an_alert_is_asked_about() {
    check(&System::with_alerts());
}

#[test]
fn repositories_of_others_are_asked_everything() {
    let Some(folder) = corpus() else { return };
    for name in CORPORA {
        let path = folder.join(name);
        if !path.exists() {
            say(&format!("SKIPPED: no {name} in {}", folder.display()));
            continue;
        }
        let system = System::of_folder(name, &path);
        let wrong = wrong(&system);
        say(&format!("{name}: {}/{}", paraphrases().len() - wrong.len(), paraphrases().len()));
        assert!(wrong.is_empty(), "{} wrong of {name}:\n{}", wrong.len(), wrong.join("\n"));
    }
}

#[test]
fn the_same_question_gives_the_same_bytes_and_evidence_that_is_found_again() {
    let (one, other) = (System::payments(&[]), System::payments(&[]));
    let mut place = 0;
    for (_, question) in paraphrases().into_iter().step_by(10) {
        let Some(question) = one.named(question, &mut place) else { continue };
        let (Reply::Answer(first), Reply::Answer(second)) =
            (one.ask(&question), other.ask(&question))
        else {
            continue;
        };
        assert_eq!(json(&first), json(&second));
        assert_eq!(text(&first, &Options::default()), text(&second, &Options::default()));
        for it in first.evidence().into_iter().rev().take(2) {
            let notes = Notes::default();
            let found = evidence(&it.name(), other.case(&notes));
            let found = found.map(|it| it.text);
            assert_eq!(found.as_ref(), Some(&it.text), "{question}: {}", it.name());
        }
    }
}

#[test]
fn the_wire_format_is_valid_by_its_published_schema() {
    let schema = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let system = System::payments(&[]);
    let mut place = 0;
    for (_, question) in paraphrases().into_iter().step_by(5) {
        let Some(question) = system.named(question, &mut place) else { continue };
        let text = match system.ask(&question) {
            Reply::Answer(it) => json(&it),
            Reply::Unanswered(it) => refusal(&it),
            Reply::Compare { .. } => continue,
        };
        let value = serde_json::from_str(&text).expect("the format is JSON");
        assert_eq!(schema_offences(&value, &schema), [] as [String; 0], "{question}");
    }
}

#[test]
fn what_has_no_answer_is_told_so() {
    let system = System::payments(&[]);
    for question in
        ["what colour is the sky?", "", "sing a song", "what breaks if the moon fails?", "hello"]
    {
        assert!(matches!(system.ask(question), Reply::Unanswered(_)), "{question}");
    }
    let Reply::Unanswered(it) = system.ask("what breaks if the moon fails?") else { return };
    assert_eq!(it.reason, "I know no component `moon` here");
}

#[test]
fn a_slip_of_the_hand_is_understood_and_said() {
    let system = System::payments(&[]);
    let Reply::Answer(it) = system.ask("what breaks if chekcout fails") else {
        panic!("a slip is understood");
    };
    assert_eq!(it.subject, "Deployment/checkout");
    assert_eq!(it.reading.as_deref(), Some("I read `chekcout` as `Deployment/checkout`"));
}

#[test]
fn people_and_targets_are_blanks_until_somebody_declares_them() {
    let question = "design the on-call rotation";
    let blanks = |it: &Answer| it.statements().filter(|it| it.blank.is_some()).count();
    let Reply::Answer(before) = System::payments(&[]).ask(question) else {
        panic!("it is answered")
    };
    assert!(blanks(&before) >= 5);
    let declared =
        "on-call: { first: fake rotation, second: b, escalation: c, channel: d, handover: e }\n";
    let Reply::Answer(after) = System::payments_with(declared).ask(question) else {
        panic!("it is answered");
    };
    assert_eq!(blanks(&after), 0);
    assert!(after.statements().any(|it| it.text.contains("fake rotation")));
    assert!(after.sections.iter().all(|it| it.step == Step::Document));
}
