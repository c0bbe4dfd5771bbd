//! Scripted models: what the machine does next, whatever they do.

use std::collections::BTreeSet;
use std::time::Duration;

use kai_core::{Evidence, EvidenceKind};
use serde_json::{Value, json};

use super::{Budget, Ending, Engineer, Happened, Limit, Outcome, Ran, Setup, Spent, Step, Why};
use crate::model::{
    Answer, Arguments, Block, Failure, FailureKind, Piece, Role, Stop, StopReason, Tool, ToolCall,
    ToolChoice, ToolResult, Usage, price,
};
use crate::verify::Shown;

fn tool(name: &str) -> Tool {
    Tool { name: name.to_owned(), description: String::new(), schema: json!({ "type": "object" }) }
}

fn setup() -> Setup {
    Setup {
        system: "rules".to_owned(),
        tools: ["Read", "Write", "kai_review"].map(tool).into(),
        writers: BTreeSet::from(["Write".to_owned()]),
        budget: Budget { steps: 8, tokens: 10_000, dollars: None, time: Duration::from_secs(60) },
        price: None,
        window: None,
        output_max: 1000,
    }
}

fn fact() -> Evidence {
    Evidence::new(EvidenceKind::Span, "Deployment/web", "replicas: 2", Vec::new(), Vec::new())
}

fn engineer(setup: Setup) -> Engineer {
    Engineer::new(setup, Shown::new(["web".to_owned(), "ledger".to_owned()]))
}

fn call(id: &str, name: &str, arguments: Value) -> ToolCall {
    ToolCall {
        id: id.to_owned(),
        name: name.to_owned(),
        arguments: Arguments::read(&arguments.to_string()),
    }
}

fn turn(content: Vec<Block>, reason: StopReason) -> Happened {
    let usage = Usage { input: Some(100), output: Some(10), ..Usage::default() };
    Happened::Answered(Answer {
        content,
        stop: Stop { reason, word: String::new(), sequence: None },
        usage,
        refusal: None,
        warnings: Vec::new(),
    })
}

fn calls(all: Vec<ToolCall>) -> Happened {
    turn(all.into_iter().map(Block::Call).collect(), StopReason::Tools)
}

fn answer(claims: Value) -> Happened {
    calls(vec![call("a", "answer", json!({ "claims": claims }))])
}

fn claim(text: &str) -> Value {
    json!({ "text": text, "evidence": [fact().name()] })
}

/// Plays a script: each answer of the model in its turn; every tool says `ok`, and `kai_review` shows the fact.
fn play(engineer: &mut Engineer, script: Vec<Happened>) -> (Outcome, Vec<Vec<String>>) {
    let mut step = engineer.ask("How many replicas has web?");
    let mut script = script.into_iter();
    let mut batches = Vec::new();
    loop {
        let happened = match step {
            Step::Done(outcome) => return (*outcome, batches),
            Step::Ask(request) => {
                check_request(&request.messages);
                script.next().expect("the script is as long as the work")
            }
            Step::Run(batch) => {
                batches.push(batch.iter().map(|it| format!("{} {}", it.id, it.name)).collect());
                Happened::Ran(batch.iter().map(ran).collect())
            }
        };
        step = engineer.next(happened, Duration::from_secs(1));
    }
}

fn ran(call: &ToolCall) -> Ran {
    let mut ran = Ran::new(ToolResult::text(call.id.clone(), "ok"));
    if call.name == "kai_review" {
        ran.evidence.push(fact());
    }
    ran
}

/// What providers insist on: turns alternate, and every call has exactly one result right behind it.
#[track_caller]
fn check_request(messages: &[crate::model::Message]) {
    for pair in messages.windows(2) {
        assert_ne!(pair[0].role, pair[1].role, "{messages:#?}");
        let called: Vec<&str> = pair[0]
            .content
            .iter()
            .filter_map(|it| match it {
                Block::Call(it) => Some(it.id.as_str()),
                _ => None,
            })
            .collect();
        let results: Vec<&str> = pair[1]
            .content
            .iter()
            .filter_map(|it| match it {
                Block::Result(it) => Some(it.call.as_str()),
                _ => None,
            })
            .collect();
        if pair[0].role == Role::Assistant {
            assert_eq!(called, results, "{messages:#?}");
        }
    }
    assert_eq!(messages.first().map(|it| it.role), Some(Role::User));
    assert_eq!(messages.last().map(|it| it.role), Some(Role::User));
}

fn review() -> Happened {
    calls(vec![call("r", "kai_review", json!({}))])
}

#[test]
fn a_claim_that_its_evidence_carries_is_the_answer() {
    let (outcome, batches) =
        play(&mut engineer(setup()), vec![review(), answer(json!([claim("web has 2 replicas.")]))]);
    assert_eq!(outcome.ending, Ending::Answered);
    assert_eq!(outcome.claims[0].text, "web has 2 replicas.");
    assert_eq!(batches, [["r kai_review"]]);
    assert_eq!((outcome.spent.steps, outcome.spent.tokens), (2, 220));
}

#[test]
fn evidence_that_was_not_shown_carries_nothing() {
    let wrong = || answer(json!([claim("web has 2 replicas.")]));
    let (outcome, _) = play(&mut engineer(setup()), vec![wrong(), wrong()]);
    assert_eq!(outcome.ending, Ending::Inconclusive);
    assert_eq!(outcome.unsupported.len(), 1);
    assert!(!outcome.to_collect.is_empty());
}

#[test]
fn a_refused_claim_may_be_said_better_once() {
    let first = answer(json!([claim("web has 2 replicas."), claim("web has 3 pods.")]));
    let (outcome, _) = play(
        &mut engineer(setup()),
        vec![review(), first, answer(json!([claim("web has replicas: 2.")]))],
    );
    assert_eq!(
        outcome.claims.iter().map(|it| it.text.as_str()).collect::<Vec<_>>(),
        ["web has 2 replicas.", "web has replicas: 2."]
    );
    assert_eq!(
        outcome.unsupported.iter().map(|it| it.claim.text.as_str()).collect::<Vec<_>>(),
        ["web has 3 pods."],
        "what is left out is told"
    );

    let first = answer(json!([claim("web has 3 pods.")]));
    let (outcome, _) = play(
        &mut engineer(setup()),
        vec![review(), first, answer(json!([claim("web has 4 pods.")]))],
    );
    assert_eq!(outcome.ending, Ending::Inconclusive);
    assert_eq!(outcome.unsupported.len(), 2, "both are told: {:?}", outcome.unsupported);
}

#[test]
fn readers_run_together_and_writers_alone_in_their_order() {
    let all = vec![
        call("1", "Read", json!({ "path": "a" })),
        call("2", "kai_review", json!({})),
        call("3", "Write", json!({ "path": "a" })),
        call("4", "Write", json!({ "path": "b" })),
        call("5", "Read", json!({ "path": "a" })),
    ];
    let (_, batches) = play(
        &mut engineer(setup()),
        vec![calls(all), answer(json!([claim("web has 2 replicas.")]))],
    );
    let expected: [Vec<&str>; 4] =
        [vec!["1 Read", "2 kai_review"], vec!["3 Write"], vec!["4 Write"], vec!["5 Read"]];
    assert_eq!(batches, expected);
}

#[test]
fn nothing_runs_from_a_message_that_was_cut_or_that_is_broken() {
    let write = || Block::Call(call("1", "Write", json!({ "path": "a" })));
    let broken = Block::Call(ToolCall {
        id: "2".to_owned(),
        name: "Write".to_owned(),
        arguments: Arguments::read("{\"path\":"),
    });
    let unknown = Block::Call(call("3", "rm_rf", json!({})));
    let script = vec![
        turn(vec![write()], StopReason::Length),
        turn(vec![broken, unknown], StopReason::Tools),
        Happened::Failed(Failure::new(FailureKind::Truncated, "it broke off")),
    ];
    let (outcome, batches) = play(&mut engineer(setup()), script);
    assert!(batches.is_empty(), "{batches:?}");
    assert_eq!(outcome.ending, Ending::Without(Why::Failed("it broke off".to_owned())));
}

#[test]
fn an_answer_beside_other_calls_waits_for_their_results() {
    let both = calls(vec![
        call("1", "kai_review", json!({})),
        call("2", "answer", json!({ "claims": [claim("web has 2 replicas.")] })),
    ]);
    let (outcome, _) =
        play(&mut engineer(setup()), vec![both, answer(json!([claim("web has 2 replicas.")]))]);
    assert_eq!(outcome.ending, Ending::Answered);
}

#[test]
fn words_alone_are_no_answer() {
    let words = || turn(vec![Block::text("web has 7 replicas, trust me")], StopReason::End);
    let (outcome, _) = play(&mut engineer(setup()), vec![words(), words()]);
    assert_eq!(outcome.ending, Ending::Without(Why::NoAnswer));
    assert!(outcome.claims.is_empty());
    let mut engineer = engineer(setup());
    engineer.ask("?");
    let Step::Ask(request) = engineer.next(words(), Duration::ZERO) else {
        panic!("it is told once")
    };
    assert_eq!(request.tool_choice, ToolChoice::Named("answer".to_owned()));
}

#[test]
fn who_repeats_itself_gets_no_result_and_then_no_more_turns() {
    let script = (0..4).map(|_| review()).collect();
    let (outcome, batches) = play(&mut engineer(setup()), script);
    assert_eq!(batches.len(), 1, "it runs once");
    assert_eq!(outcome.ending, Ending::Without(Why::Repeats("kai_review".to_owned())));
}

#[test]
fn what_was_read_before_a_write_may_be_read_again() {
    let read = |id: &str| call(id, "Read", json!({ "path": "a" }));
    let script = vec![
        calls(vec![read("1")]),
        calls(vec![call("2", "Write", json!({ "path": "a" }))]),
        calls(vec![read("3")]),
        Happened::Cancelled,
    ];
    let (_, batches) = play(&mut engineer(setup()), script);
    assert_eq!(batches, [["1 Read"], ["2 Write"], ["3 Read"]]);
}

#[test]
fn every_budget_ends_the_work_and_says_so() {
    let endless = || {
        (0..20)
            .map(|it| calls(vec![call(&it.to_string(), "Read", json!({ "path": it }))]))
            .collect::<Vec<_>>()
    };
    let budget = setup().budget;
    let cheap = price("claude-sonnet-4-5").expect("it has a price");
    for (budget, price, limit) in [
        (Budget { steps: 3, ..budget }, None, Limit::Steps),
        (Budget { tokens: 300, ..budget }, None, Limit::Tokens),
        (Budget { time: Duration::from_secs(1), ..budget }, None, Limit::Time),
        (Budget { dollars: Some(0.001), ..budget }, Some(cheap), Limit::Dollars),
        (Budget { dollars: Some(1.0), ..budget }, None, Limit::Price),
    ] {
        let (outcome, _) = play(&mut engineer(Setup { budget, price, ..setup() }), endless());
        assert_eq!(outcome.ending, Ending::Without(Why::Budget(limit)));
        assert!(outcome.spent.steps <= budget.steps);
    }
}

#[test]
fn a_provider_that_does_not_count_is_counted_for() {
    let mut engineer = engineer(setup());
    engineer.ask(&"word ".repeat(9_000));
    let silent = Answer {
        content: vec![Block::Call(call("1", "Read", json!({})))],
        stop: Stop { reason: StopReason::Tools, word: String::new(), sequence: None },
        usage: Usage::default(),
        refusal: None,
        warnings: Vec::new(),
    };
    engineer.next(Happened::Answered(silent), Duration::ZERO);
    assert!(engineer.spent().tokens > 10_000, "{:?}", engineer.spent());
}

#[test]
fn on_its_last_step_the_model_must_answer() {
    let mut engineer = engineer(Setup { budget: Budget { steps: 1, ..setup().budget }, ..setup() });
    let Step::Ask(request) = engineer.ask("?") else { panic!("one step is left") };
    assert_eq!(request.tool_choice, ToolChoice::Named("answer".to_owned()));
}

#[test]
fn making_room_keeps_every_citation() {
    let mut engineer = engineer(Setup { window: Some(4_000), ..setup() });
    engineer.ask("?");
    let long = |call: &ToolCall| {
        let pieces = vec![
            Piece::Text("x".repeat(6_000)),
            Piece::Evidence {
                id: fact().name(),
                title: "a.yaml:1".to_owned(),
                text: "replicas: 2".to_owned(),
            },
        ];
        Ran {
            result: ToolResult { call: call.id.clone(), content: pieces, is_error: false },
            evidence: vec![fact()],
            spent: Spent::default(),
        }
    };
    for at in 0..4 {
        let it = call(&at.to_string(), "Read", json!({ "path": at }));
        engineer.next(calls(vec![it.clone()]), Duration::ZERO);
        engineer.next(Happened::Ran(vec![long(&it)]), Duration::ZERO);
    }
    let shown: Vec<&Piece> = engineer
        .messages()
        .iter()
        .flat_map(|it| &it.content)
        .filter_map(|it| match it {
            Block::Result(it) => Some(&it.content),
            _ => None,
        })
        .flatten()
        .collect();
    let cut = shown
        .iter()
        .filter(|it| matches!(it, Piece::Text(it) if it.contains("(cut: 6000 characters")))
        .count();
    let ids = shown
        .iter()
        .filter(|it| matches!(it, Piece::Evidence { id, .. } if *id == fact().name()))
        .count();
    assert!(cut >= 1, "room was made");
    assert_eq!(ids, 4, "every id stays");
    let Step::Done(outcome) =
        engineer.next(answer(json!([claim("web has 2 replicas.")])), Duration::ZERO)
    else {
        panic!("it is over")
    };
    assert_eq!(outcome.ending, Ending::Answered);
}

#[test]
fn a_conversation_that_does_not_fit_is_cut_once_and_then_left() {
    let mut engineer = engineer(setup());
    engineer.ask("?");
    let it = call("1", "Read", json!({}));
    engineer.next(calls(vec![it.clone()]), Duration::ZERO);
    engineer.next(
        Happened::Ran(vec![Ran::new(ToolResult::text("1", "y".repeat(9_000)))]),
        Duration::ZERO,
    );
    engineer.next(calls(vec![call("2", "Read", json!({ "a": 1 }))]), Duration::ZERO);
    engineer.next(Happened::Ran(vec![Ran::new(ToolResult::text("2", "ok"))]), Duration::ZERO);
    let too_long = || Happened::Failed(Failure::new(FailureKind::ContextTooLong, "too long"));
    assert!(matches!(engineer.next(too_long(), Duration::ZERO), Step::Ask(_)));
    let Step::Done(outcome) = engineer.next(too_long(), Duration::ZERO) else {
        panic!("it gives up")
    };
    assert_eq!(outcome.ending, Ending::Without(Why::TooLong));
}

#[test]
fn who_stops_in_the_middle_can_go_on() {
    let mut first = engineer(setup());
    first.ask("?");
    first.next(
        calls(vec![
            call("1", "Read", json!({ "path": "a" })),
            call("2", "Write", json!({ "path": "a" })),
        ]),
        Duration::ZERO,
    );
    first.next(Happened::Ran(vec![Ran::new(ToolResult::text("1", "ok"))]), Duration::ZERO);
    let Step::Done(outcome) = first.next(Happened::Cancelled, Duration::ZERO) else {
        panic!("it stops at once")
    };
    assert_eq!(outcome.ending, Ending::Cancelled);
    let Step::Ask(request) = first.ask("And now?") else { panic!("it goes on") };
    check_request(&request.messages);

    // Killed while tools ran: what was kept ends with calls that have no results.
    let mut second = engineer(setup());
    second.ask("?");
    second.next(calls(vec![call("1", "Read", json!({}))]), Duration::ZERO);
    let mut third = Engineer::resume(setup(), second.shown().clone(), second.messages().to_vec());
    let Step::Ask(request) = third.ask("And now?") else { panic!("it goes on") };
    check_request(&request.messages);
}

#[test]
fn a_conversation_only_grows_at_its_end() {
    let mut engineer = engineer(setup());
    let Step::Ask(first) = engineer.ask("?") else { panic!("it asks") };
    let it = call("1", "Read", json!({}));
    engineer.next(calls(vec![it.clone()]), Duration::ZERO);
    let Step::Ask(second) = engineer.next(Happened::Ran(vec![ran(&it)]), Duration::ZERO) else {
        panic!("it asks")
    };
    assert_eq!(first.tools, second.tools);
    assert_eq!(first.system, second.system);
    assert_eq!(second.messages[..first.messages.len()], first.messages);
    let names: Vec<&str> = first.tools.iter().map(|it| it.name.as_str()).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!(names, sorted);
}

#[test]
fn a_limit_of_no_money_lets_nothing_be_asked() {
    let budget = Budget { dollars: Some(0.0), ..setup().budget };
    let setup = Setup { budget, price: price("claude-haiku-4-5"), ..setup() };
    let (outcome, _) = play(&mut engineer(setup), Vec::new());
    assert_eq!(outcome.ending, Ending::Without(Why::Budget(Limit::Dollars)));
}

#[test]
fn a_call_that_was_stopped_when_the_time_was_over_is_no_wish_of_the_user() {
    for (seconds, expected) in
        [(60, Ending::Without(Why::Budget(Limit::Time))), (59, Ending::Cancelled)]
    {
        let mut engineer = engineer(setup());
        engineer.ask("?");
        let failure = Failure::new(FailureKind::Cancelled, "stopped");
        let step = engineer.next(Happened::Failed(failure), Duration::from_secs(seconds));
        let Step::Done(outcome) = step else { panic!("it is over") };
        assert_eq!(outcome.ending, expected);
    }
}

/// Any messages of a conversation may be lost, doubled, or another's.
#[test]
fn a_damaged_conversation_goes_on() {
    let result = |id: &str| Block::Result(ToolResult::text(id.to_owned(), "ok"));
    let called = |id: &str| vec![Block::Call(call(id, "Read", json!({ "path": id })))];
    let all = [
        crate::model::Message::user("How many?"),
        crate::model::Message::new(Role::Assistant, called("a")),
        crate::model::Message::new(Role::User, vec![result("a")]),
        crate::model::Message::new(Role::Assistant, called("b")),
        crate::model::Message::new(Role::User, vec![result("b"), Block::text("Go on.")]),
    ];
    for kept in 0..1_u32 << (2 * all.len()) {
        // Each of them not at all, once, twice or three times.
        let times = |at: usize| (kept >> (2 * at)) & 3;
        let messages = (0..all.len()).flat_map(|at| (0..times(at)).map(move |_| at));
        let messages = messages.map(|at| all[at].clone()).collect();
        let mut engineer = Engineer::resume(setup(), Shown::default(), messages);
        let Step::Ask(request) = engineer.ask("Again?") else { panic!("it asks") };
        assert_eq!(request.messages[0].role, Role::User);
        check_request(&request.messages);
    }
}

/// A model that answers for ever.
fn play_on(engineer: &mut Engineer, mut next: impl FnMut(usize) -> Happened) -> (Outcome, usize) {
    let mut step = engineer.ask("How many replicas has web?");
    let mut asked = 0;
    loop {
        let happened = match step {
            Step::Done(outcome) => return (*outcome, asked),
            Step::Ask(_) => {
                asked += 1;
                next(asked - 1)
            }
            Step::Run(batch) => Happened::Ran(batch.iter().map(ran).collect()),
        };
        step = engineer.next(happened, Duration::from_secs(1));
    }
}

#[test]
fn changes_in_turn_come_to_an_end() {
    let budget = Budget { steps: 100, tokens: 1_000_000, ..setup().budget };
    let write = |at: usize| json!({ "path": "a", "text": (at % 2).to_string() });
    let (outcome, asked) = play_on(&mut engineer(Setup { budget, ..setup() }), |at| {
        calls(vec![call(&format!("c{at}"), "Write", write(at))])
    });
    assert_eq!(outcome.ending, Ending::Without(Why::Repeats("Write".to_owned())));
    assert!(asked < 20, "{asked}");
    // Who reads what changed reads it anew.
    let (outcome, asked) = play_on(&mut engineer(Setup { budget, ..setup() }), |at| match at {
        12.. => answer(json!([])),
        _ if at % 2 == 0 => calls(vec![call(&format!("c{at}"), "Read", json!({ "path": "a" }))]),
        _ => calls(vec![call(
            &format!("c{at}"),
            "Write",
            json!({ "path": "a", "text": at.to_string() }),
        )]),
    });
    assert_eq!((outcome.ending, asked), (Ending::Inconclusive, 13));
}

#[test]
fn calls_that_cannot_be_made_come_to_an_end() {
    let budget = Budget { steps: 100, tokens: 1_000_000, ..setup().budget };
    let broken = |at: usize| {
        let arguments = Arguments::read(&format!("{{\"path\": \"{at}"));
        ToolCall { id: format!("c{at}"), name: "Read".to_owned(), arguments }
    };
    let unknown = |at: usize| call(&format!("c{at}"), "Nope", json!({ "at": at }));
    let all: [&dyn Fn(usize) -> ToolCall; 2] = [&broken, &unknown];
    for one in all {
        let mut engineer = engineer(Setup { budget, ..setup() });
        let (outcome, asked) = play_on(&mut engineer, |at| calls(vec![one(at)]));
        assert_eq!(outcome.ending, Ending::Without(Why::NoCalls));
        assert_eq!(asked, 9);
    }
}

/// Ollama cuts what is longer than its window, and answers what is left.
#[test]
fn what_no_window_can_hold_is_not_sent() {
    let mut engineer =
        engineer(Setup { system: "x".repeat(20_000), window: Some(4096), ..setup() });
    let (outcome, batches) = play(&mut engineer, Vec::new());
    assert_eq!((outcome.ending, batches.len()), (Ending::Without(Why::TooLong), 0));
}
