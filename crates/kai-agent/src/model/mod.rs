//! Conversations with language models, whoever provides them: what is asked, what arrives, and what went wrong.
//!
//! ```text
//! Request ──Seal::request──► Outbound ──Model::call──► Event, Event, …  and then  Answer or Failure
//! ```
//!
//! What must always hold: a model is only ever given an [`Outbound`](crate::Outbound), which nothing but the seal can make;
//! events are for showing, and a tool call comes only with an [`Answer`] that is complete, so that nothing runs because of a
//! message that broke off. The next request repeats `Answer::content` unchanged as one message of the assistant, and then
//! the results of *all* its calls as one message of the user.
//!
//! Start with [`Model`].

mod answer;
mod block;
mod cancel;
mod failure;
mod price;
mod request;
mod talk;
mod usage;

pub use answer::{Answer, Stop, StopReason};
pub use block::{Arguments, Block, Citation, Piece, ToolCall, ToolResult};
pub use cancel::Cancel;
pub use failure::{Failure, FailureKind};
pub use price::{PRICES_OF, PRICES_SOURCE, Price, Rates, price, window};
pub use request::{Message, Request, Role, Tool, ToolChoice};
pub use talk::{Event, Model};
pub use usage::Usage;
