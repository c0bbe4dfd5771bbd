//! What is sent, before it is.

use std::fmt::Write as _;

use kai_agent::Outbound;

use crate::key::Key;
use crate::provider::{Api, Provider};
use crate::{anthropic, chat};

/// Of the API, not of the model.
const ANTHROPIC_VERSION: &str = "2023-06-01";

/// A request down to its bytes, all but the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parcel {
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) key_header: Option<String>,
    pub(crate) body: String,
    /// Whether it goes to this machine.
    pub(crate) is_local: bool,
}

impl Parcel {
    pub(crate) fn new(provider: &Provider, outbound: &Outbound) -> Self {
        let body = match provider.api {
            Api::Anthropic => anthropic::encode(provider, outbound),
            Api::Chat => chat::encode(provider, outbound),
        };
        let mut headers: Vec<(String, String)> = [
            ("accept", "text/event-stream, application/json"),
            ("content-type", "application/json"),
            ("user-agent", concat!("kai/", env!("CARGO_PKG_VERSION"))),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
        if provider.api == Api::Anthropic {
            headers.push(("anthropic-version".to_owned(), ANTHROPIC_VERSION.to_owned()));
        }
        headers.extend(provider.headers.clone());
        let key_header = provider.key.is_some().then(|| provider.key_header.clone());
        Self {
            url: provider.url(),
            headers,
            key_header,
            body: body.to_string(),
            is_local: provider.is_local(),
        }
    }

    /// The value of the header that carries the key.
    pub(crate) fn key_value(&self, key: &Key) -> String {
        let is_bearer =
            self.key_header.as_deref().is_some_and(|it| it.eq_ignore_ascii_case("authorization"));
        format!("{}{}", if is_bearer { "Bearer " } else { "" }, key.text())
    }

    /// The request for people: exactly what is sent, but for the key.
    pub(crate) fn shown(&self) -> String {
        let mut text = format!("POST {}\n", self.url);
        for (name, value) in &self.headers {
            let _ = writeln!(text, "{name}: {value}");
        }
        if let Some(name) = &self.key_header {
            let _ = writeln!(text, "{name}: ‹key›");
        }
        let _ = write!(text, "content-length: {}\n\n{}\n", self.body.len(), self.body);
        text
    }
}
