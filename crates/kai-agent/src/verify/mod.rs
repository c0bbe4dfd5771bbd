//! What a model says, held against what it was shown.
//!
//! A claim passes where each of its words is either plain (`plain_words.txt`: words that carry no fact) or
//! stands in the evidence that it cites. So a name, a path or a number that is not there is refused whatever
//! it looks like, and so is every word of substance (`lost`, `safe`, `encrypted`). On top of it: numbers keep
//! their units and what they count, a denial needs a denial of the same thing, names that are put together stand in
//! one piece of evidence, and where one thing is the reason for another, or does something to it, a path of the graph
//! must lead the same way. A whole sentence of the evidence always passes.
//!
//! What must always hold: no claim passes on evidence that the engine did not show in this session; the same
//! claims give the same verdict; nothing panics, whatever a model writes.
//!
//! Start with [`verify`], then `check::check`.

mod cause;
mod check;
mod claim;
mod denial;
mod plain;
mod quantity;
mod refusal;
mod relation;
mod shown;
mod verdict;
mod words;

pub use claim::{Claim, Kind, claims};
pub use refusal::Refusal;
pub use shown::Shown;
pub use verdict::{Refused, Verdict, verify};

#[cfg(test)]
mod tests;
