//! One sentence: is this ready, and what decides it.

use kai_core::{Environment, Finding, GapKind, Level, LossClass};
use kai_graph::{Component, Journey, Strength, System};

use super::text::{count, list};

/// The verdict over ranked findings.
pub(crate) fn verdict(findings: &[Finding], allows: bool, system: &System) -> String {
    let nothing = nothing_stops(system, allows);
    let seen = Seen::of(system);
    if seen.objects == 0 && seen.charts == 0 {
        return "I found nothing here that a cluster or a Compose host would run.".to_string();
    }
    if seen.workloads == 0 && seen.charts > 0 {
        return format!("{}{}", behind_charts(&seen), rest(findings));
    }
    let said = match findings.first() {
        Some(worst) => by_worst(worst, system, &nothing),
        None => format!("{nothing}, and I found nothing at risk in what I could read."),
    };
    if seen.workloads < seen.charts {
        return format!("I have seen the smaller part: {}", mostly_charts(&seen, &said));
    }
    said
}

/// What the verdict may speak about.
struct Seen {
    objects: usize,
    workloads: usize,
    charts: usize,
}

impl Seen {
    fn of(system: &System) -> Self {
        let charts = system.roots().iter().flat_map(|it| &it.gaps);
        let mut charts: Vec<_> =
            charts.filter(|it| it.kind == GapKind::Chart).map(|it| &it.what).collect();
        charts.sort_unstable();
        charts.dedup();
        Self {
            objects: system.components().len(),
            workloads: system.workloads().count(),
            charts: charts.len(),
        }
    }
}

fn behind_charts(seen: &Seen) -> String {
    format!(
        "I cannot judge what runs here: every workload lives in {} that I could not \
         render",
        if seen.charts == 1 { "a chart".to_string() } else { count(seen.charts, "chart") }
    )
}

fn rest(findings: &[Finding]) -> String {
    match findings.first() {
        Some(worst) => format!("; the worst of what I could read: {}.", deciding_fact(worst)),
        None => "; in what I could read I found nothing at risk.".to_string(),
    }
}

fn mostly_charts(seen: &Seen, said: &str) -> String {
    format!(
        "{} are not rendered here, against {} that I read; of those, {}",
        count(seen.charts, "chart"),
        count(seen.workloads, "workload"),
        uncapitalised(said)
    )
}

fn by_worst(worst: &Finding, system: &System, nothing: &str) -> String {
    let fact = deciding_fact(worst);
    if worst.environment != Environment::Production {
        let place = place_of(worst.environment);
        return if has_production(system) {
            format!("Production has nothing against it that I can read; {place}, {fact}.")
        } else {
            format!("Nothing here is production; {place}, {fact}.")
        };
    }
    match (worst.level, worst.loss_class) {
        (Level::Critical, _) => format!("I would not run this as production: {fact}."),
        (Level::High, _) => format!("This is not ready for production as it stands: {fact}."),
        (_, LossClass::Outage) => format!("I would run this and fix one thing soon: {fact}."),
        _ => format!("{nothing}; the worst: {fact}."),
    }
}

/// What can be said of the journeys where nothing that was found stops one. What is allowed is not gone.
fn nothing_stops(system: &System, allows: bool) -> String {
    // A way into an example is none into the system beside it.
    let is_shown = |it: &Component| {
        let environment = system.environment(it);
        has_production(system) && matches!(environment, Environment::Example | Environment::Archive)
    };
    let names_of = |is_such: &dyn Fn(&&Journey) -> bool| {
        let own = system.journeys().iter().filter(|it| !is_shown(system.component(it.entry)));
        let names = own.filter(is_such).map(|it| it.name.as_str());
        let mut names: Vec<_> = names.collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    let all = names_of(&|_| true);
    if all.is_empty() {
        let place = if system.journeys().is_empty() { "here" } else { "outside of the examples" };
        return format!("I know no entry point {place}, so I judge the parts and not the whole");
    }
    if allows {
        let names = list(&all, 2);
        return format!(
            "Apart from what is allowed, nothing that I can read here stops {names} by itself"
        );
    }
    let alone = names_of(&|it| hangs_on_one_pod(it, system));
    let others: Vec<_> = all.into_iter().filter(|it| !alone.contains(it)).collect();
    let hang = if alone.len() == 1 { "hangs" } else { "each hang" };
    match (others.is_empty(), alone.is_empty()) {
        (true, _) => {
            format!("{} {hang} on one pod, by design as far as I can read", list(&alone, 2))
        }
        (false, true) => {
            format!("Nothing that I can read here stops {} by itself", list(&others, 2))
        }
        (false, false) => format!(
            "Nothing that I can read here stops {} by itself, while {} {hang} on one pod by design",
            list(&others, 2),
            list(&alone, 2),
        ),
    }
}

/// True where something that runs all the time, and that the journey cannot do without, is one pod.
fn hangs_on_one_pod(journey: &Journey, system: &System) -> bool {
    let hard = journey.needs.iter().filter(|it| it.strength == Strength::Hard);
    let mut workloads = hard.filter_map(|it| system.component(it.component).workload());
    workloads.any(|it| it.is_long_running() && system.replicas_of(it).value() == Some(&1))
}

fn has_production(system: &System) -> bool {
    system.roots().iter().any(|it| it.environment == Environment::Production)
}

fn place_of(environment: Environment) -> &'static str {
    match environment {
        Environment::Production => "in production",
        Environment::Staging => "in staging",
        Environment::Development => "in development",
        Environment::Example => "in the examples",
        Environment::Archive => "in the archive",
    }
}

/// What is, in the rule's words: its first sentence, or the first clause of a long one.
fn deciding_fact(worst: &Finding) -> &str {
    const LONG: usize = 180;
    let message = worst.message.as_str();
    let sentence = message.split_once(". ").map_or(message, |it| it.0).trim_end_matches('.');
    match sentence.split_once("; ") {
        Some((clause, _)) if sentence.len() > LONG => clause,
        _ => sentence,
    }
}

/// A sentence as the rest of another one.
fn uncapitalised(sentence: &str) -> String {
    if sentence.starts_with("I ") {
        return sentence.to_string();
    }
    let mut chars = sentence.chars();
    chars.next().map(|it| it.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
