//! Who answers, and how it is asked.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use kai_agent::model::Price;
use ureq::http::Uri;

use crate::key::KeyPlace;

/// The forms of requests and answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Api {
    /// Anthropic's Messages.
    Anthropic,
    /// OpenAI's chat completions, which Azure, Ollama, llama.cpp, vLLM, OpenRouter and LiteLLM speak as well.
    Chat,
}

/// One model behind one address.
#[derive(Clone, Debug)]
pub struct Provider {
    pub api: Api,
    /// What stands before `/v1/messages` or `/chat/completions`.
    pub base_url: String,
    /// As the provider calls it.
    pub model: String,
    pub key: Option<KeyPlace>,
    /// The header that carries the key. `authorization` says `Bearer` before it.
    pub key_header: String,
    /// More headers, none of them secret.
    pub headers: BTreeMap<String, String>,
    /// How many tokens fit into a conversation.
    pub window: Option<u64>,
    /// Whether evidence is sent as sources that can be cited.
    pub has_citations: bool,
    /// What it takes, where the user says so.
    pub price: Option<Price>,
    pub patience: Patience,
}

/// How long is waited for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    pub connecting: Duration,
    /// For the end of what a program prints, once the program has ended.
    pub lingering: Duration,
    /// Without any part of an answer. Signs of life are none.
    pub silence: Duration,
    /// For all of an answer.
    pub whole: Duration,
    /// How often a call that failed before anything was shown is repeated.
    pub repetitions: u32,
    /// Before the first of them, where the provider does not say. Doubles each time.
    pub pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connecting: Duration::from_secs(10),
            lingering: Duration::from_secs(2),
            silence: Duration::from_secs(120),
            whole: Duration::from_secs(600),
            repetitions: 3,
            pause: Duration::from_millis(500),
        }
    }
}

impl Provider {
    pub(crate) fn url(&self) -> String {
        let path = match self.api {
            Api::Anthropic => "/v1/messages",
            Api::Chat => "/chat/completions",
        };
        let (base, query) = match self.base_url.split_once('?') {
            Some((base, query)) => (base, format!("?{query}")),
            None => (self.base_url.as_str(), String::new()),
        };
        let base = base.trim_end_matches('/');
        // Both forms of the address are written in the wild.
        let base = if self.api == Api::Anthropic {
            base.strip_suffix("/v1").unwrap_or(base)
        } else {
            base
        };
        format!("{base}{path}{query}")
    }

    pub(crate) fn host(&self) -> String {
        let uri: Option<Uri> = self.base_url.parse().ok();
        uri.and_then(|it| it.host().map(str::to_owned)).unwrap_or_default()
    }

    /// Whether the address is this machine: what goes there goes through no proxy.
    pub(crate) fn is_local(&self) -> bool {
        is_this_machine(&self.host())
    }

    /// Models that think count their thoughts in another field, and only OpenAI has those.
    pub(crate) fn length_field(&self) -> &'static str {
        let host = self.host();
        let is_openai = host == "api.openai.com" || host.ends_with(".openai.azure.com");
        if is_openai { "max_completion_tokens" } else { "max_tokens" }
    }

    pub(crate) fn takes_stream_options(&self) -> bool {
        self.host() != "api.mistral.ai"
    }
}

pub(crate) fn is_this_machine(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|it| it.is_loopback())
}
