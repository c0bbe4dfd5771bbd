//! One sentence: is this ready, and what decides it.

use kai_core::{Environment, Finding, GapKind, Level, LossClass};
use kai_graph::{Journey, Strength, System};

use super::text::{count, list};

/// The verdict over ranked findings.
pub(crate) fn verdict(findings: &[Finding], allows: bool, system: &System) -> String {
    let said = of_findings(findings, system);
    // What is allowed is not gone.
    if allows { said.replacen(NOTHING_STOPS, NOTHING_ELSE_STOPS, 1) } else { said }
}

const NOTHING_STOPS: &str = "Nothing that I can read here stops";
const NOTHING_ELSE_STOPS: &str = "Apart from what is allowed, nothing that I can read here stops";

fn of_findings(findings: &[Finding], system: &System) -> String {
    let seen = Seen::of(system);
    if seen.objects == 0 && seen.charts == 0 {
        return "I found nothing here that a cluster or a Compose host would run.".to_string();
    }
    if seen.workloads == 0 && seen.charts > 0 {
        return format!("{}{}", behind_charts(&seen), rest(findings));
    }
    if seen.workloads < seen.charts {
        return format!("I have seen the smaller part: {}", mostly_charts(&seen, findings, system));
    }
    match findings.first() {
        Some(worst) => by_worst(worst, system),
        None => nothing_found(system),
    }
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
        "I cannot judge what runs here: every workload lives in {} from elsewhere, which I do not \
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

fn mostly_charts(seen: &Seen, findings: &[Finding], system: &System) -> String {
    let missing = format!(
        "{} are not rendered here, against {} that I read; ",
        count(seen.charts, "chart"),
        count(seen.workloads, "workload")
    );
    let worst = findings.first().map_or_else(|| nothing_found(system), |it| by_worst(it, system));
    format!("{missing}of those, {}", uncapitalised(&worst))
}

fn by_worst(worst: &Finding, system: &System) -> String {
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
        _ => format!("{}; the worst: {fact}.", nothing_stops(system)),
    }
}

fn nothing_found(system: &System) -> String {
    format!("{}, and I found nothing at risk in what I could read.", nothing_stops(system))
}

fn nothing_stops(system: &System) -> String {
    let names_of = |is_such: &dyn Fn(&&Journey) -> bool| {
        let names = system.journeys().iter().filter(is_such).map(|it| it.name.as_str());
        let mut names: Vec<_> = names.collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    let alone = names_of(&|it| hangs_on_one_pod(it, system));
    let mut others = names_of(&|_| true);
    others.retain(|it| !alone.contains(it));
    match (others.is_empty(), alone.is_empty()) {
        (true, true) => {
            "I know no entry point here, so I judge the parts and not the whole".to_string()
        }
        (false, true) => format!("{NOTHING_STOPS} {} by itself", list(&others, 2)),
        (true, false) => format!(
            "{} {} on one pod, by design as far as I can read",
            list(&alone, 2),
            if alone.len() == 1 { "hangs" } else { "each hang" },
        ),
        (false, false) => format!(
            "{NOTHING_STOPS} {} by itself, while {} {} on one pod by design",
            list(&others, 2),
            list(&alone, 2),
            if alone.len() == 1 { "hangs" } else { "each hang" },
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
