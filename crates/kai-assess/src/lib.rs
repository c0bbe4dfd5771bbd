//! One call: documents → ranked risk register.
//!
//! Runs composition, sources, linking and rules, makes risks of their hazards, ranks them and words
//! the result. What must always hold: rules and ranking never know each other, every number of the
//! register has a source, and the same input gives the same assessment.
//!
//! Reading starts with [`assess()`]; the numbers are in `register`, their published sources in
//! [`priors`].

mod applied;
mod assess;
mod assessment;
mod breakage;
mod declared;
pub mod detection;
pub mod drift;
mod foreign;
pub mod priors;
mod read;
mod register;
mod releases;
mod repair;
mod report;
mod words;
mod written;

pub use assess::{Options, SETTINGS, assess, assess_reviewed, settings};
pub use assessment::{
    Assessment, Assumption, LocatedProblem, ReadChart, Reading, SolidPoint, UnknownItem,
};
pub use breakage::{stage, times};
pub use detection::NO_ALERT_RULES;
pub use foreign::Foreign;
pub use kai_settings::{Invalid, Settings};
pub use read::{Configuration, Keep, Reviewed, installed_charts, read};
pub use repair::{LeftOut, Repair, RepairedFile, Why, repair};
pub use report::not_a_report;
