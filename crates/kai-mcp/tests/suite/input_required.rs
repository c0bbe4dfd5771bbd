//! Answers that first need something of the client, and what they have come to, sealed and carried by it.

use std::collections::BTreeMap;

use rmcp::ErrorData;
use rmcp::model::{
    CreateMessageRequest, CreateMessageRequestParams, ElicitRequest, InputRequest, InputRequests,
    InputRequiredResult, InputResponses, ListRootsRequest, RequestStateCodec, SamplingMessage,
};
use serde_json::{Value, json};

use crate::elicitation;

/// What is asked, round by round.
pub(crate) struct Rounds {
    pub(crate) rounds: Vec<InputRequests>,
    /// True where the client has to bring back how far it has come.
    pub(crate) is_sealed: bool,
}

#[derive(Clone)]
pub(crate) struct Asking {
    seal: RequestStateCodec,
}

impl Asking {
    pub(crate) fn new() -> Self {
        let key = b"a key that holds as long as a test runs";
        Self { seal: RequestStateCodec::try_new(key).expect("it is long enough") }
    }

    /// What is asked next, as an error; what was answered, once it is all there.
    ///
    /// The outer error: the client changed what was sealed.
    pub(crate) fn next(
        &self,
        asked: &Rounds,
        responses: Option<InputResponses>,
        state: Option<String>,
    ) -> Result<Result<String, InputRequiredResult>, ErrorData> {
        let changed = |_| ErrorData::invalid_params("this is not the state that was given", None);
        let known: Option<usize> =
            state.map(|it| self.seal.open_json(&it).map_err(changed)).transpose()?;
        let responses = responses.unwrap_or_default();
        let round = known.unwrap_or(0);
        let is_answered = |it: &InputRequests| {
            it.keys().all(|key| responses.get(key).is_some_and(Value::is_object))
        };
        let is_carried = known.is_some() || !asked.is_sealed;
        let has_answered = is_carried && asked.rounds.get(round).is_none_or(is_answered);
        let next = if has_answered { round + 1 } else { round };
        let Some(requests) = asked.rounds.get(next) else {
            let kept = if asked.is_sealed { "state-ok " } else { "" };
            return Ok(Ok(format!("{kept}{}", json!(responses))));
        };
        let state = asked.is_sealed.then(|| self.seal.seal_json(&next)).transpose();
        let state = state.map_err(|it| ErrorData::internal_error(it.to_string(), None))?;
        Ok(Err(InputRequiredResult::new(Some(requests.clone()), state)))
    }
}

pub(crate) fn one(key: &str, request: InputRequest) -> InputRequests {
    BTreeMap::from([(key.to_owned(), request)])
}

/// A form with one text to fill in.
pub(crate) fn form(field: &str) -> InputRequest {
    let schema = json!({ "type": "object", "properties": { field: { "type": "string" } }, "required": [field] });
    InputRequest::Elicitation(ElicitRequest::new(elicitation::form("Fill this in", schema)))
}

pub(crate) fn sampling() -> InputRequest {
    let question = SamplingMessage::user_text("What is the capital of France?");
    let asked = CreateMessageRequestParams::new(vec![question], 100);
    InputRequest::CreateMessage(CreateMessageRequest::new(asked))
}

pub(crate) fn folders() -> InputRequest {
    InputRequest::ListRoots(ListRootsRequest::default())
}
