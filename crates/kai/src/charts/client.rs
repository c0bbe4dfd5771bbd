//! Asks one address for its content.

use std::time::Duration;

use ureq::Agent;
use ureq::http::{HeaderMap, header};

use super::address::Address;
use super::error::FetchError;
use crate::error::reason;

/// Nothing larger is taken.
const SIZE_MAX: u64 = 100 << 20;
const REDIRECTS_MAX: u32 = 5;
const CONNECTING_MAX: Duration = Duration::from_secs(10);
const SILENCE_MAX: Duration = Duration::from_secs(30);
const ANSWERING_MAX: Duration = Duration::from_secs(300);

/// A content, and what stands above it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// The content behind an address.
pub(crate) fn get(address: &Address) -> Result<Vec<u8>, FetchError> {
    let answer = ask(address, "*/*")?;
    content(address, answer)
}

/// The content of an answer that says that all is well.
pub(crate) fn content(address: &Address, answer: Answer) -> Result<Vec<u8>, FetchError> {
    match answer.status {
        200 => Ok(answer.body),
        status => Err(FetchError::Answer { address: address.text.clone(), status }),
    }
}

/// Asks and takes any status for an answer. A redirect takes no authorization along, and leads from
/// `https` only to `https`.
pub(crate) fn ask(address: &Address, accept: &str) -> Result<Answer, FetchError> {
    let tls = match address.is_encrypted() {
        true => kai_connect::authorities()
            .map_err(|source| FetchError::Authorities { address: address.text.clone(), source })?,
        false => kai_connect::authorities_in_clear(),
    };
    let agent: Agent = Agent::config_builder()
        .tls_config(tls)
        .https_only(address.is_encrypted())
        .http_status_as_error(false)
        .max_redirects(REDIRECTS_MAX)
        .timeout_connect(Some(CONNECTING_MAX))
        .timeout_per_read(Some(SILENCE_MAX))
        .timeout_global(Some(ANSWERING_MAX))
        .user_agent(concat!("kai/", env!("CARGO_PKG_VERSION")))
        .build()
        .into();
    let failed = |error: ureq::Error| failure(&address.text, &error);
    let mut request = agent.get(&address.text).header(header::ACCEPT, accept);
    if let Some(authorization) = &address.authorization {
        request = request.header(header::AUTHORIZATION, authorization);
    }
    let mut response = request.call().map_err(failed)?;
    let body = response.body_mut().with_config().limit(SIZE_MAX).read_to_vec().map_err(failed)?;
    let (parts, _) = response.into_parts();
    Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body })
}

fn failure(address: &str, error: &ureq::Error) -> FetchError {
    let address = address.to_owned();
    match error {
        ureq::Error::RequireHttpsOnly(_) => FetchError::Unencrypted { address },
        ureq::Error::BodyExceedsLimit(_) => {
            FetchError::Read { address, reason: format!("it is larger than {} MB", SIZE_MAX >> 20) }
        }
        ureq::Error::Io(source) => FetchError::Reach { address, reason: reason(source) },
        error => FetchError::Reach { address, reason: reason(error) },
    }
}
