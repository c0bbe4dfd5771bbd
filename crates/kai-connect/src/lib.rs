//! Language models behind a network: what is sent, what arrives, and where keys come from.
//!
//! What must always hold: only what the seal made is sent, only to the address that the user configured, and never on to
//! another one; a key travels encrypted or stays on this machine, and no message, log or debug output holds it; the decoders
//! take bytes cut anywhere, do no I/O and end in a complete answer or a failure. Without a configured model nothing is
//! opened.
//!
//! Start with [`Connection`]; configuration begins at [`Configuration`].
#![expect(
    clippy::disallowed_methods,
    reason = "opens connections, measures silence, reads keys where the user keeps them, and starts the program that holds them"
)]

mod anthropic;
mod authorities;
mod backoff;
mod chat;
mod configuration;
mod connection;
mod decoder;
mod error_body;
mod head;
mod json;
mod key;
mod outbound;
mod provider;
mod sse;
mod transfer;

pub use authorities::{AuthorityError, authorities, authorities_in_clear};
pub use configuration::{Configuration, ConfigurationError};
pub use connection::Connection;
pub use decoder::Decoder;
pub use head::Head;
pub use key::{Key, KeyPlace};
pub use provider::{Api, Patience, Provider};
