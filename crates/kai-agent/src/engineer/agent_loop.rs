//! The loop.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use super::budget::{Budget, Limit, Spent};
use super::compact::{bytes, compact, size, standing};
use super::finish::{ANSWER, answer_tool};
use super::outcome::{Ending, Outcome, Why};
use super::repeats::{Repeats, Seen};
use super::step::{Happened, Ran, Step};
use super::work::{Work, repaired};
use crate::model::{
    Answer, Arguments, Block, Failure, FailureKind, Message, Price, Request, Role, StopReason,
    Tool, ToolCall, ToolChoice, ToolResult,
};
use crate::verify::{Claim, Refused, Shown, claims, verify};

/// What an engineer works with.
#[derive(Debug, Clone)]
pub struct Setup {
    pub system: String,
    /// All but the one that ends an answer.
    pub tools: Vec<Tool>,
    /// Names of those that change something.
    pub writers: BTreeSet<String>,
    pub budget: Budget,
    pub price: Option<Price>,
    /// How many tokens fit the model, where that is known.
    pub window: Option<u64>,
    /// How long an answer may be.
    pub output_max: u32,
}

/// One conversation.
#[derive(Debug, Clone)]
pub struct Engineer {
    setup: Setup,
    messages: Vec<Message>,
    shown: Shown,
    spent: Spent,
    turn: Turn,
}

/// What is known of the question that is being answered.
#[derive(Debug, Clone, Default)]
struct Turn {
    work: Work,
    repeats: Repeats,
    /// Claims that stood before the repair.
    kept: Vec<Claim>,
    refused: Vec<Refused>,
    has_repaired: bool,
    has_nudged: bool,
    must_answer: bool,
    has_compacted: bool,
}

/// Of a window, in percent, so much may be full before room is made.
const FULL: u64 = 80;
/// The last messages are left whole when room is made.
const WHOLE: usize = 4;

impl Engineer {
    /// A new conversation about a system whose evidence `shown` will hold.
    #[must_use]
    pub fn new(mut setup: Setup, shown: Shown) -> Self {
        setup.tools.push(answer_tool());
        setup.tools.sort_by(|one, other| one.name.cmp(&other.name));
        Self { setup, messages: Vec::new(), shown, spent: Spent::default(), turn: Turn::default() }
    }

    /// A conversation that was kept, also one that broke off in the middle of a turn.
    #[must_use]
    pub fn resume(setup: Setup, shown: Shown, messages: Vec<Message>) -> Self {
        Self { messages: repaired(messages), ..Self::new(setup, shown) }
    }

    /// Begins a question.
    pub fn ask(&mut self, question: &str) -> Step {
        self.turn = Turn::default();
        self.spent = Spent::default();
        self.messages = repaired(std::mem::take(&mut self.messages));
        self.say(question);
        self.call()
    }

    /// What to do now that this has happened, so long after the question.
    pub fn next(&mut self, happened: Happened, elapsed: Duration) -> Step {
        self.spent.time = elapsed;
        match happened {
            Happened::Answered(answer) => self.answered(answer),
            Happened::Failed(failure) => self.failed(&failure),
            Happened::Ran(all) => self.ran(&all),
            Happened::Cancelled => self.cancelled(),
        }
    }

    #[must_use]
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    #[must_use]
    pub fn shown(&self) -> &Shown {
        &self.shown
    }

    #[must_use]
    pub fn spent(&self) -> Spent {
        self.spent
    }

    /// How long a question may take.
    #[must_use]
    pub fn time(&self) -> Duration {
        self.setup.budget.time
    }

    /// What is left of the budget, for a helper.
    #[must_use]
    pub fn rest(&self) -> Budget {
        self.setup.budget.rest(&self.spent)
    }

    /// The model is called, unless a limit is reached or the conversation no longer fits.
    fn call(&mut self) -> Step {
        if let Some(limit) = self.setup.budget.reached(&self.spent, self.setup.price.is_some()) {
            return self.without(Why::Budget(limit));
        }
        let window = self.setup.window.unwrap_or(u64::MAX);
        let fixed = standing(&self.setup);
        for kept in [WHOLE, 1] {
            if fixed + size(&self.messages) > window / 100 * FULL {
                compact(&mut self.messages, kept);
            }
        }
        // Some servers cut what does not fit, and do not say so.
        if fixed + size(&self.messages) > window {
            return self.without(Why::TooLong);
        }
        let must_answer = self.turn.must_answer || self.setup.budget.is_last(&self.spent);
        let tool_choice =
            if must_answer { ToolChoice::Named(ANSWER.to_owned()) } else { ToolChoice::Auto };
        Step::Ask(Box::new(Request {
            system: self.setup.system.clone(),
            tools: self.setup.tools.clone(),
            tool_choice,
            messages: self.messages.clone(),
            output_max: self.setup.output_max,
        }))
    }

    fn answered(&mut self, answer: Answer) -> Step {
        let said: usize =
            self.messages.iter().flat_map(|it| &it.content).chain(&answer.content).map(bytes).sum();
        self.spent.add(&answer.usage, said as u64, self.setup.price.as_ref());
        if answer.stop.reason == StopReason::Refused || answer.refusal.is_some() {
            return self.without(Why::Refused(answer.refusal.unwrap_or_default()));
        }
        let calls: Vec<ToolCall> = answer.calls().cloned().collect();
        let is_cut = matches!(answer.stop.reason, StopReason::Length | StopReason::Window);
        let is_paused = answer.stop.reason == StopReason::Pause;
        if !answer.content.is_empty() {
            self.messages.push(Message::new(Role::Assistant, answer.content));
        }
        if is_paused && calls.is_empty() {
            return self.call();
        }
        if calls.is_empty() {
            return self.nudge(if is_cut { "Your answer was cut off. " } else { "" });
        }
        self.turn.work = Work::default();
        if is_cut {
            for call in &calls {
                self.turn
                    .work
                    .refuse(call, "it did not run: your message was cut off; make it shorter");
            }
            return self.run();
        }
        self.sort(calls)
    }

    /// Which calls run, and which get an error at once.
    fn sort(&mut self, calls: Vec<ToolCall>) -> Step {
        let is_alone = calls.len() == 1;
        for call in calls {
            let is_known = self.setup.tools.iter().any(|it| it.name == call.name);
            let broken = match &call.arguments {
                Arguments::Broken { reason, .. } => Some(reason.clone()),
                Arguments::Object(_) => None,
            };
            if (!is_known || broken.is_some()) && self.turn.repeats.fail() {
                return self.without(Why::NoCalls);
            }
            if !is_known {
                self.turn.work.refuse(&call, format!("there is no tool `{}`", call.name));
            } else if let Some(reason) = broken {
                self.turn.work.refuse(
                    &call,
                    format!("it did not run: its arguments are no JSON object: {reason}"),
                );
            } else if call.name == ANSWER && is_alone {
                return self.judge(&call);
            } else if call.name == ANSWER {
                self.turn
                    .work
                    .refuse(&call, "read the results of the other tools first, then answer alone");
            } else {
                match self.turn.repeats.see(&call) {
                    Seen::New => {
                        if self.setup.writers.contains(&call.name) {
                            self.turn.repeats.forget_all_but(&call);
                        }
                        self.turn.work.add(call);
                    }
                    Seen::Before => self
                        .turn
                        .work
                        .refuse(&call, "it did not run again: you have its result above"),
                    Seen::TooOften => return self.without(Why::Repeats(call.name)),
                }
            }
        }
        self.run()
    }

    /// The next calls; where there are none, the model hears of all results.
    fn run(&mut self) -> Step {
        let batch = self.turn.work.next(&self.setup.writers);
        if !batch.is_empty() {
            return Step::Run(batch);
        }
        let results = std::mem::take(&mut self.turn.work).message();
        self.messages.push(results);
        self.call()
    }

    fn ran(&mut self, all: &[Ran]) -> Step {
        for ran in all {
            self.turn.work.done(ran);
            self.spent.add_other(&ran.spent);
            ran.evidence.iter().for_each(|it| self.shown.add(it.clone()));
        }
        self.run()
    }

    /// Claims stand or fall; those that fall may be said better once.
    fn judge(&mut self, call: &ToolCall) -> Step {
        let arguments = match &call.arguments {
            Arguments::Object(members) => Value::Object(members.clone()),
            Arguments::Broken { .. } => Value::Null,
        };
        let may_repair = !std::mem::replace(&mut self.turn.has_repaired, true);
        let given = match claims(&arguments) {
            Ok(given) => given,
            Err(reason) if may_repair => return self.repair(call, reason),
            Err(_) => Vec::new(),
        };
        let verdict = verify(given, &self.shown);
        for claim in &verdict.supported {
            if !self.turn.kept.contains(claim) {
                self.turn.kept.push(claim.clone());
            }
        }
        if !verdict.refused.is_empty() && may_repair {
            let told = verdict.told();
            self.turn.refused = verdict.refused;
            return self.repair(call, told);
        }
        // What was refused before and said better since is settled; what was left out is told.
        let again = std::mem::take(&mut self.turn.refused);
        let mut refused = verdict.refused.clone();
        let is_settled = |it: &Refused| {
            verdict.supported.iter().any(|one| one.text == it.claim.text)
                || refused.iter().any(|one| one.claim.text == it.claim.text)
        };
        let left: Vec<Refused> = again.into_iter().filter(|it| !is_settled(it)).collect();
        refused.splice(0..0, left);
        self.finish(call, refused)
    }

    fn repair(&mut self, call: &ToolCall, told: String) -> Step {
        self.turn.work.refuse(call, told);
        self.turn.must_answer = false;
        self.run()
    }

    fn finish(&mut self, call: &ToolCall, refused: Vec<Refused>) -> Step {
        let result = ToolResult::text(call.id.clone(), "It was given to the user.");
        self.messages.push(Message::new(Role::User, vec![Block::Result(result)]));
        let claims = std::mem::take(&mut self.turn.kept);
        let ending = if claims.is_empty() { Ending::Inconclusive } else { Ending::Answered };
        let mut to_collect =
            crate::verify::Verdict { supported: Vec::new(), refused: refused.clone() }.to_collect();
        if claims.is_empty() && to_collect.is_empty() {
            to_collect.push("evidence of this system: `kai review`, `kai doctor`".to_owned());
        }
        Step::Done(Box::new(Outcome {
            ending,
            claims,
            unsupported: refused,
            to_collect,
            spent: self.spent,
        }))
    }

    /// Words alone are no answer: it is told so once.
    fn nudge(&mut self, why: &str) -> Step {
        if std::mem::replace(&mut self.turn.has_nudged, true) {
            return self.without(Why::NoAnswer);
        }
        self.turn.must_answer = true;
        self.say(&format!(
            "{why}Give your claims with the tool `{ANSWER}`; nothing else is shown."
        ));
        self.call()
    }

    /// Two messages of the user never follow each other.
    fn say(&mut self, text: &str) {
        match self.messages.last_mut().filter(|it| it.role == Role::User) {
            Some(last) => last.content.push(Block::text(text)),
            None => self.messages.push(Message::user(text)),
        }
    }

    fn failed(&mut self, failure: &Failure) -> Step {
        match failure.kind {
            // Who drives stops a call when the time is over.
            FailureKind::Cancelled if self.spent.time >= self.setup.budget.time => {
                self.without(Why::Budget(Limit::Time))
            }
            FailureKind::Cancelled => self.cancelled(),
            FailureKind::ContextTooLong => {
                let may_try = !std::mem::replace(&mut self.turn.has_compacted, true);
                match may_try && compact(&mut self.messages, 1) {
                    true => self.call(),
                    false => self.without(Why::TooLong),
                }
            }
            _ => self.without(Why::Failed(failure.message.clone())),
        }
    }

    /// Claims that stood already stay; the rest is answered without a model.
    fn without(&mut self, why: Why) -> Step {
        self.end(Ending::Without(why))
    }

    fn cancelled(&mut self) -> Step {
        self.end(Ending::Cancelled)
    }

    fn end(&mut self, ending: Ending) -> Step {
        let work = std::mem::take(&mut self.turn.work);
        if !work.is_empty() {
            self.messages.push(work.message());
        }
        self.messages = repaired(std::mem::take(&mut self.messages));
        let (claims, unsupported) =
            (std::mem::take(&mut self.turn.kept), std::mem::take(&mut self.turn.refused));
        Step::Done(Box::new(Outcome {
            ending,
            claims,
            unsupported,
            to_collect: Vec::new(),
            spent: self.spent,
        }))
    }
}
