//! What happens when something breaks.
//!
//! A [`Stage`] is a cluster with what runs on it and what users need of it: nodes that were given, or
//! declared, or a stated stand-in of three zones. A [`Scenario`] is what breaks. [`Player`] says what is
//! lost at once, where pods come back, which wait and why, and which journeys are down for how long.
//!
//! What must always hold: the scheduler that decides here is the one that is held against recorded
//! decisions; on the stand-in nothing is concluded from capacity; every time has a source; and what is
//! not modelled is said, never guessed.

mod choice;
mod names;
mod outcome;
mod play;
mod scenario;
mod stage;
mod times;

pub use choice::{Choice, Source, choose};
pub use names::Unknown;
pub use outcome::{
    Back, Drained, Harm, Hit, Moment, Move, Often, Outcome, Reached, Reaching, Remedy, Rolled,
    Scaled, Stuck, Waiting,
};
pub use play::{Case, Depth, Excess, Limit, Player, Share, Short, Verdict, verdicts};
pub use scenario::{Fault, FaultKind, NotAScenario, Pattern, Scenario, Ways, Which};
pub use stage::{Ground, NodeGroup, Runs, Stage};
pub use times::{Time, Times};
