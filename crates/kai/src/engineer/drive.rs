//! Does what the machine says.

use std::time::{Duration, Instant};

use kai_agent::engineer::{Engineer, Happened, Outcome, Step};
use kai_agent::model::{Cancel, Event, Model};

use super::journal::Journal;
use super::tools::Toolbox;
use crate::terminal;

/// How often a wish to stop is looked for.
const GLANCE: Duration = Duration::from_millis(20);
/// How long what runs may take to stop. What happened before is kept already.
const STOPPING_MAX: Duration = Duration::from_secs(1);

/// Who works on a question, and with what.
pub(crate) struct Driver<'a> {
    pub(crate) model: &'a dyn Model,
    pub(crate) toolbox: &'a Toolbox<'a>,
    pub(crate) cancel: &'a Cancel,
    /// True for who may end the program where something does not stop.
    pub(crate) may_leave: bool,
    /// Hears of what happens.
    pub(crate) watch: &'a (dyn Fn(&Seen) + Sync),
}

/// Something for who watches.
pub(crate) enum Seen {
    /// A tool begins to run.
    Call(String),
    Again(String),
}

/// Works on one question until it is over.
pub(crate) fn drive(
    engineer: &mut Engineer,
    question: &str,
    driver: &Driver<'_>,
    journal: Option<&mut Journal>,
) -> Outcome {
    let begun = Instant::now();
    let time = engineer.time();
    let (stop, is_done) = (Cancel::new(), Cancel::new());
    std::thread::scope(|scope| {
        // Whatever is being waited for when the time is over is stopped as if the user did it.
        scope.spawn(|| {
            while !is_done.is_pressed() && !driver.cancel.is_pressed() {
                if begun.elapsed() >= time {
                    stop.press();
                }
                std::thread::sleep(GLANCE);
            }
            stop.press();
            if driver.may_leave {
                leave_unless(&is_done, driver);
            }
        });
        let limited = Driver { cancel: &stop, may_leave: false, ..*driver };
        let outcome = turn(engineer, question, &limited, journal, driver.cancel, begun);
        is_done.press();
        outcome
    })
}

/// Ends the program where something that the user stopped does not stop.
#[expect(
    clippy::exit,
    reason = "what runs cannot be ended in another way, and nobody waits for it"
)]
fn leave_unless(is_done: &Cancel, driver: &Driver<'_>) {
    let stopped = Instant::now();
    while !is_done.is_pressed() {
        if stopped.elapsed() >= STOPPING_MAX {
            driver.toolbox.abandon();
            std::process::exit(if terminal::is_left() { 0 } else { 130 });
        }
        std::thread::sleep(GLANCE);
    }
}

fn turn(
    engineer: &mut Engineer,
    question: &str,
    driver: &Driver<'_>,
    mut journal: Option<&mut Journal>,
    user: &Cancel,
    begun: Instant,
) -> Outcome {
    let mut step = engineer.ask(question);
    loop {
        if let Some(journal) = &mut journal {
            journal.write(engineer.messages(), engineer.shown(), driver.toolbox);
        }
        let happened = match step {
            Step::Done(outcome) => return *outcome,
            Step::Ask(request) => {
                let outbound = driver.toolbox.seal().request(&request);
                let mut show = |event| {
                    if let Event::Again { because, .. } = event {
                        (driver.watch)(&Seen::Again(because));
                    }
                };
                match driver.model.call(&outbound, driver.cancel, &mut show) {
                    Ok(answer) => Happened::Answered(answer),
                    Err(failure) => Happened::Failed(failure),
                }
            }
            Step::Run(calls) => Happened::Ran(driver.toolbox.run(&calls, engineer.rest(), driver)),
        };
        // What came in meanwhile is kept; nothing more is begun.
        let is_over = user.is_pressed();
        step = engineer.next(happened, begun.elapsed());
        if is_over && !matches!(step, Step::Done(_)) {
            step = engineer.next(Happened::Cancelled, begun.elapsed());
        }
    }
}
