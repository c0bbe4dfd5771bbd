//! Task: a helper with a question of its own.

use kai_agent::engineer::{Budget, Ending, Engineer, Setup};
use kai_agent::permit::Wish;
use kai_agent::verify::Shown;
use serde_json::{Map, Value};

use super::super::drive::{Driver, drive};
use super::super::said;
use super::super::start::names;
use super::catalog::{field, readers};
use super::toolbox::{Answer, Done, Toolbox};

/// The tool.
pub(super) const TASK: &str = "Task";
/// A helper gets so much of what is left.
const SHARE: u32 = 3;

/// What each of so many helpers that work at the same time may have of what is left.
pub(super) fn share(rest: Budget, helpers: usize) -> Budget {
    let share = SHARE.max(u32::try_from(helpers).unwrap_or(u32::MAX));
    Budget {
        steps: rest.steps / share,
        tokens: rest.tokens / u64::from(share),
        dollars: rest.dollars.map(|it| it / f64::from(share)),
        // They do not wait for each other.
        time: rest.time / SHARE,
    }
}

/// Claims come back, not prose; their evidence comes with them.
pub(super) fn task(
    tools: &Toolbox<'_>,
    arguments: &Map<String, Value>,
    rest: Budget,
    driver: &Driver<'_>,
) -> Answer {
    let question = field(arguments, "question")?;
    let setup = tools.helper.as_ref().ok_or("there are no helpers here")?;
    tools.ask("Task", &Wish::Think, "")?;
    let setup = Setup {
        budget: rest,
        tools: readers(tools.search.is_some()),
        writers: Default::default(),
        ..setup.clone()
    };
    let mut helper = Engineer::new(setup, Shown::new(names(tools.index)));
    let outcome = drive(&mut helper, question, driver, None);
    let cited = |id: &str| outcome.claims.iter().any(|it| it.evidence.iter().any(|it| it == id));
    let evidence = helper.shown().all().filter(|it| cited(&it.name())).cloned().collect();
    let mut text = said::json(question, &outcome, helper.shown());
    if let Ending::Without(why) = &outcome.ending {
        text["reason"] = Value::String(why.to_string());
    }
    text["evidence"] = Value::Null;
    Ok(Done { text: text.to_string(), evidence, spent: outcome.spent })
}
