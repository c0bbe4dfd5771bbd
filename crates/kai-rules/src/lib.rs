//! Hazards as written: one `.rs` and one `.md` each; packs are folders.
//!
//! A rule asks the graph and words the answer; it never sees text and never ranks. What must always
//! hold: every rule has its page, the page's examples are its tests, and a rule that panics costs
//! its own hazards only.
//!
//! Reading starts at [`Rule`] and [`check()`]; then take any rule of `kubernetes`.

mod batch;
mod block;
mod check;
mod cloud;
mod command;
mod compose;
mod context;
mod delivery;
mod exposure;
mod kubernetes;
mod likeness;
mod login;
mod monitoring;
mod observed;
mod pipeline;
mod played;
mod purpose;
mod relabel;
mod rule;
mod security;
mod signal;
mod solid;
mod storage;
mod system;
mod traffic;
mod waiver;
mod words;
mod written;

use std::sync::LazyLock;

pub use check::{Checked, RuleFailure, check};
pub use context::Context;
pub use exposure::{is_internal, is_loopback};
pub use kai_break::{Case, Excess, Limit, Share, Short, Verdict};
pub use observed::{Doubt, Observed};
pub use played::Played;
pub use rule::{Check, Rule};
pub use solid::solid;

/// Every rule, by id.
pub static RULES: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
    let mut rules = [
        batch::RULES,
        cloud::RULES,
        compose::RULES,
        delivery::RULES,
        kubernetes::RULES,
        monitoring::RULES,
        pipeline::RULES,
        security::RULES,
        storage::RULES,
        system::RULES,
        traffic::RULES,
    ]
    .concat();
    rules.sort_by_key(|it| it.id);
    rules
});

/// The rule with this id.
#[must_use]
pub fn rule(id: &str) -> Option<&'static Rule> {
    let at = RULES.binary_search_by(|it| it.id.cmp(id)).ok()?;
    Some(RULES[at])
}
