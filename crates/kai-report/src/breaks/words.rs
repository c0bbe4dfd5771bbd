//! Sentences about outcomes.

use kai_break::{Back, Fault, Hit, Often, Outcome, Reached, Reaching, Stage};
use kai_core::Interval;

use crate::terminal::count;

/// `50 s (40 s to 55 s)`, `5.9 min`, `2 h`.
pub(super) fn time(minutes: Interval) -> String {
    let [low, typical, high] = [minutes.low, minutes.typical, minutes.high].map(duration);
    if low == high { typical } else { format!("{typical} ({low} to {high})") }
}

fn duration(minutes: f64) -> String {
    use kai_core::two_digits;
    if minutes == 0.0 {
        "0 s".to_owned()
    } else if minutes < 1.5 {
        format!("{} s", two_digits(minutes * 60.0))
    } else if minutes < 120.0 {
        format!("{} min", two_digits(minutes))
    } else {
        format!("{} h", two_digits(minutes / 60.0))
    }
}

/// In how many placements it happens; empty where that is no question.
pub(super) fn often(outcome: &Outcome) -> String {
    match outcome.often() {
        Some(Often::Sometimes(some, all)) => format!(", in {some} of {all} ways to place the pods"),
        Some(Often::Always) => ", wherever pods are placed".to_owned(),
        Some(Often::Never) | None => String::new(),
    }
}

/// The end of a sentence that says that something is down.
pub(super) fn until(back: &Back) -> String {
    match back {
        Back::Always => String::new(),
        Back::After(it) => format!("for {}", time(it.minutes)),
        Back::ByHand(it) => format!("until somebody acts: {}", time(it.minutes)),
        Back::ByOperator => "until its operator acts".to_owned(),
        Back::WhenMended => "until it is mended".to_owned(),
        Back::WhenThereIsRoom => "until a node takes its pods".to_owned(),
        Back::Never => "for good".to_owned(),
    }
}

pub(super) fn name(stage: &Stage<'_>, reached: &Reached) -> String {
    stage.system.journeys()[reached.journey].name.clone()
}

/// What users see: one clause.
pub(super) fn users(stage: &Stage<'_>, outcome: &Outcome) -> String {
    let down: Vec<&Reached> = outcome.down().collect();
    if let [first, rest @ ..] = down.as_slice() {
        let is_are = if rest.is_empty() { "is" } else { "are" };
        let and = match rest.len() {
            0 => String::new(),
            1 => format!(" and `{}`", name(stage, rest[0])),
            more => format!(" and {more} other journeys"),
        };
        return format!("`{}`{and} {is_are} down {}", name(stage, first), until(&first.back));
    }
    let without: Vec<&Reached> =
        outcome.journeys.iter().filter(|it| it.how == Reaching::Without).collect();
    if let Some(first) = without.first() {
        let cause = first.because.first().map(|&it| stage.system.component(it).label());
        let cause = cause.unwrap_or_default();
        return format!("`{}` does without `{cause}` {}", name(stage, first), until(&first.back));
    }
    let stopped: Vec<&Hit> = outcome.hits.iter().filter(|it| it.is_down).collect();
    if let Some(first) = stopped.first() {
        let more = stopped.len() - 1;
        let more = if more > 0 {
            format!(" and {}", count(more, "other workload"))
        } else {
            String::new()
        };
        let (is_are, it) = if stopped.len() == 1 { ("is", "it") } else { ("are", "them") };
        return format!(
            "`{}`{more} {is_are} down {}; no journey is known to need {it}",
            stage.runs[first.runs].label(),
            until(&first.back)
        );
    }
    let worst = outcome.journeys.iter().filter_map(|it| match it.how {
        Reaching::Share(share) => Some((it, share)),
        Reaching::Down | Reaching::Without => None,
    });
    if let Some((first, share)) = worst.max_by(|one, other| one.1.total_cmp(&other.1)) {
        let percent = kai_core::two_digits(share * 100.0);
        return format!(
            "up to {percent} % of `{}` fail {}",
            name(stage, first),
            until(&first.back)
        );
    }
    short(stage, outcome)
        .or_else(|| not_known(outcome))
        .unwrap_or_else(|| "nobody notices".to_owned())
}

/// What is short though nobody is down.
fn short(stage: &Stage<'_>, outcome: &Outcome) -> Option<String> {
    if let Some(it) = outcome.drained.as_ref().filter(|it| !it.is_finished) {
        return Some(format!("the drain never ends on {}", count(it.stuck.len(), "pod")));
    }
    if let Some(it) = outcome.rolled.as_ref().filter(|it| it.wedge.is_some()) {
        return Some(format!(
            "the rollout stops, and {} of {} {} on",
            it.available_min.max(0),
            count(usize::try_from(it.wanted).unwrap_or(0), "pod"),
            if it.available_min == 1 { "goes" } else { "go" }
        ));
    }
    if let Some(it) = outcome.scaled.iter().find(|it| it.max.is_some_and(|max| max < it.needed)) {
        return Some(format!(
            "`{}` needs {} and may have {}",
            stage.runs[it.runs].label(),
            count(usize::try_from(it.needed).unwrap_or(0), "pod"),
            it.max.unwrap_or_default()
        ));
    }
    if !outcome.blocked.is_empty() && outcome.lost == 0 {
        return Some(format!(
            "nothing that runs stops, but {} cannot start pods meanwhile",
            count(outcome.blocked.len(), "workload")
        ));
    }
    let waiting: usize = outcome.waiting.iter().map(|it| it.count).sum();
    (waiting > 0).then(|| format!("{} find no node", count(waiting, "pod")))
}

/// Where silence would be taken for good news.
fn not_known(outcome: &Outcome) -> Option<String> {
    let faults = &outcome.scenario.faults;
    if faults.iter().any(|it| matches!(it, Fault::Load(_))) {
        return Some(if outcome.scaled.is_empty() {
            "no workload has an autoscaler, so whether its pods are enough is not known".to_owned()
        } else {
            "autoscalers may make all the pods that it needs; whether others are enough is not known"
                .to_owned()
        });
    }
    let is_nameless = faults.iter().any(|it| matches!(it, Fault::Dns));
    is_nameless.then(|| "nothing is known to call another by name".to_owned())
}

/// Why, in one clause; empty where there is nothing to say.
pub(super) fn cause(outcome: &Outcome) -> String {
    let rolled = outcome.rolled.as_ref().filter(|it| !it.end.is_empty()).map(|it| it.end.clone());
    let stuck = outcome.drained.as_ref().and_then(|it| it.stuck.first());
    let stuck = stuck.map(|it| format!("`{}`: {}", it.name, it.why));
    // A drain takes nothing down that waits for a budget.
    let is_down = outcome.stopped().next().is_some();
    if let Some(end) = if is_down { rolled.or(stuck) } else { stuck.or(rolled) } {
        return end;
    }
    if let Some(binding) = &outcome.binding {
        return binding.clone();
    }
    match outcome.unable.as_slice() {
        [] => String::new(),
        [one] => format!("`{one}` cannot work without it"),
        [one, rest @ ..] => {
            format!("`{one}` and {} cannot work without it", count(rest.len(), "other workload"))
        }
    }
}
