//! Answers out of bytes.

use kai_agent::model::{Answer, Event, Failure, FailureKind};
use serde_json::Value;

use crate::head::Head;
use crate::provider::Api;
use crate::sse::{Sse, TooLarge};
use crate::{anthropic, chat, error_body};

/// A longer answer is none.
const ANSWER_MAX: usize = 64 << 20;
/// Signs of life are shorter, in bytes.
const LINE_SHORT: usize = 1024;
/// Of a body that is no answer.
const OTHER_MAX: usize = 1 << 20;

/// Takes the body of one response in pieces that may be cut anywhere. Whether it is a stream of events or one piece of JSON
/// is told from its first byte, not from what stands above it: servers label both wrongly.
#[derive(Debug)]
pub struct Decoder {
    head: Head,
    shape: Option<Shape>,
    beginning: Vec<u8>,
    body: Vec<u8>,
    sse: Sse,
    turn: Turn,
    size: usize,
    failure: Option<Failure>,
    is_done: bool,
    progress: u64,
    has_part: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Events,
    Json,
    Other,
}

/// The turn that an event stream tells, in the words of its provider.
#[derive(Debug)]
enum Turn {
    Anthropic(anthropic::Turn),
    Chat(chat::Turn),
}

/// What an event was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// It says that the connection is still there.
    Alive,
    /// A part of the answer.
    Part,
    /// Nothing after it counts.
    Done,
}

impl Decoder {
    #[must_use]
    pub fn new(api: Api, head: Head) -> Self {
        let turn = match api {
            Api::Anthropic => Turn::Anthropic(anthropic::Turn::default()),
            Api::Chat => Turn::Chat(chat::Turn::default()),
        };
        Self {
            head,
            shape: None,
            beginning: Vec::new(),
            body: Vec::new(),
            sse: Sse::default(),
            turn,
            size: 0,
            failure: None,
            is_done: false,
            progress: 0,
            has_part: false,
        }
    }

    /// Takes the next piece and shows what it brings.
    pub fn feed(&mut self, bytes: &[u8], events: &mut dyn FnMut(Event)) {
        if self.is_done() {
            return;
        }
        self.size += bytes.len();
        if self.size > ANSWER_MAX {
            return self.fail(too_large());
        }
        match self.shape {
            None => self.begin(bytes, events),
            Some(Shape::Events) => self.feed_events(bytes, events),
            Some(Shape::Json) => {
                self.body.extend_from_slice(bytes);
                self.progress += 1;
            }
            Some(Shape::Other) => self.is_done = self.size > OTHER_MAX,
        }
    }

    /// Whether nothing that follows can change the outcome.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.is_done || self.failure.is_some()
    }

    /// Grows with each part of the answer, not with signs of life.
    #[must_use]
    pub fn progress(&self) -> u64 {
        self.progress
    }

    /// The outcome. `is_whole` is false where the connection broke.
    ///
    /// # Errors
    /// What the provider says, or what kept the answer from being complete.
    pub fn finish(mut self, is_whole: bool) -> Result<Answer, Failure> {
        if self.shape == Some(Shape::Events)
            && !self.is_done()
            && let Some(data) = self.sse.finish()
            && is_complete(&data)
        {
            self.take(&data, &mut |_| {});
        }
        let partial = match &self.turn {
            Turn::Anthropic(turn) => turn.text(),
            Turn::Chat(turn) => turn.text(),
        };
        let outcome = match (self.failure.take(), self.shape) {
            (Some(failure), _) => Err(failure),
            (None, Some(Shape::Json)) => self.json(is_whole),
            (None, _) if self.head.status != 200 => Err(error_body::of_status(&self.head)),
            (None, Some(Shape::Other)) => Err(no_answer()),
            (None, Some(Shape::Events)) => self.events(),
            (None, None) if is_whole => Err(empty()),
            (None, None) => Err(broken()),
        };
        outcome.map_err(|it| {
            let status = it.status.or(Some(self.head.status));
            Failure { partial, status, ..it }
        })
    }

    fn begin(&mut self, bytes: &[u8], events: &mut dyn FnMut(Event)) {
        self.beginning.extend_from_slice(bytes);
        let plain = self.beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.beginning);
        let is_cut_mark = b"\xef\xbb\xbf".starts_with(&self.beginning);
        let Some(first) =
            plain.iter().find(|it| !it.is_ascii_whitespace()).filter(|_| !is_cut_mark)
        else {
            return;
        };
        let shape = match first {
            b'{' | b'[' => Shape::Json,
            b'<' => Shape::Other,
            _ => Shape::Events,
        };
        self.shape = Some(shape);
        let beginning = std::mem::take(&mut self.beginning);
        match shape {
            Shape::Events => self.feed_events(&beginning, events),
            Shape::Json => {
                let mark: &[u8] = b"\xef\xbb\xbf";
                self.body = beginning.strip_prefix(mark).unwrap_or(&beginning).to_vec();
            }
            Shape::Other => {}
        }
    }

    fn feed_events(&mut self, bytes: &[u8], events: &mut dyn FnMut(Event)) {
        let mut datas = Vec::new();
        let fed = self.sse.feed(bytes, &mut datas);
        // A long line on its way is no sign of life only.
        self.progress += u64::from(self.sse.pending() > LINE_SHORT);
        for data in datas {
            if self.is_done() {
                return;
            }
            self.take(&data, events);
        }
        if matches!(fed, Err(TooLarge)) && !self.is_done() {
            self.fail(too_large());
        }
    }

    fn take(&mut self, data: &str, events: &mut dyn FnMut(Event)) {
        if data.trim() == "[DONE]" {
            self.is_done = true;
            if let Turn::Chat(turn) = &mut self.turn {
                turn.end();
            }
            return;
        }
        if data.trim().is_empty() {
            return;
        }
        let value: Value = match serde_json::from_str(data) {
            Ok(value) => value,
            Err(error) => {
                let message = format!("a part of the answer is no JSON: {error}");
                return self.fail(Failure::new(FailureKind::Malformed, message));
            }
        };
        if let Some(error) = error_body::found(&value) {
            return self.fail(error_body::failure(error, &self.head));
        }
        let step = match &mut self.turn {
            Turn::Anthropic(turn) => turn.take(&value, events),
            Turn::Chat(turn) => Ok(turn.take(&value, events)),
        };
        match step {
            Ok(Step::Alive) => {}
            Ok(Step::Part) => {
                self.has_part = true;
                self.progress += 1;
            }
            Ok(Step::Done) => self.is_done = true,
            Err(failure) => self.fail(failure),
        }
    }

    fn fail(&mut self, failure: Failure) {
        self.failure.get_or_insert(failure);
    }

    fn events(&mut self) -> Result<Answer, Failure> {
        if !self.has_part && self.sse.has_other && !self.is_done {
            return Err(no_answer());
        }
        match &mut self.turn {
            Turn::Anthropic(turn) => std::mem::take(turn).finish(),
            Turn::Chat(turn) => std::mem::take(turn).finish(),
        }
    }

    fn json(&self, is_whole: bool) -> Result<Answer, Failure> {
        let value: Value = match serde_json::from_slice(&self.body) {
            _ if !is_whole => return Err(truncated()),
            Ok(value) => value,
            Err(_) if self.head.status != 200 => return Err(error_body::of_status(&self.head)),
            Err(error) => {
                let message = format!("the answer is no JSON: {error}");
                return Err(Failure::new(FailureKind::Malformed, message));
            }
        };
        let is_answer = present_list(&value, "choices") || present_list(&value, "content");
        match error_body::found(&value).filter(|_| self.head.status != 200 || !is_answer) {
            Some(error) => Err(error_body::failure(error, &self.head)),
            None if self.head.status != 200 => Err(error_body::of_status(&self.head)),
            None => match &self.turn {
                Turn::Anthropic(_) => anthropic::whole(&value),
                Turn::Chat(_) => chat::whole(&value),
            },
        }
    }
}

fn present_list(value: &Value, field: &str) -> bool {
    value.get(field).is_some_and(Value::is_array)
}

fn is_complete(data: &str) -> bool {
    data.trim() == "[DONE]" || serde_json::from_str::<Value>(data).is_ok()
}

pub(crate) fn truncated() -> Failure {
    Failure::new(FailureKind::Truncated, "the answer broke off before its end")
}

pub(crate) fn empty() -> Failure {
    Failure::new(FailureKind::Empty, "the answer is empty")
}

fn broken() -> Failure {
    Failure::new(FailureKind::Network, "the connection broke before the answer began")
}

fn too_large() -> Failure {
    Failure::new(
        FailureKind::TooLarge,
        format!("the answer is larger than {} MB", ANSWER_MAX >> 20),
    )
}

fn no_answer() -> Failure {
    let message = "what answers is no language model but a page; is the address right, or does a portal ask to log in?";
    Failure::new(FailureKind::NotAnAnswer, message)
}
