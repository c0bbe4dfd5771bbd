//! The last door before a text leaves for a model or a client.
//!
//! What nobody sees goes first, because a secret may be cut by it. Then what is typed: all that a Secret holds, and private keys. Then values by their names, by the forms
//! that everybody knows, and by how random they look. A value too many is better sealed than one too few.

mod forms;
mod names;
mod outbound;
mod random;
mod stand_in;
mod typed;
mod visible;
mod words;

pub use outbound::Outbound;
pub use stand_in::Seal;
