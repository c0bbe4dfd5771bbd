//! How bad, in one word. This is the only place that decides it.
//!
//! | class | critical | high | medium | low |
//! |---|---|---|---|---|
//! | L0 irreversible, L1 compromise | something uses it | nothing that is known does | | |
//! | L2 outage | typical minutes spend the year's budget | the high end spends a twentieth of it | otherwise | |
//! | L3 degraded | | | a journey uses it | otherwise |
//! | L4 toil | | | | always |
//!
//! Where no journey of the root is known, L2 to L4 take the rule's default level, and so does L3 of what
//! failures are heard of through. After that the environment caps: staging at high, development at medium, examples and archives at low.

use kai_core::{Environment, Interval, Level, LossClass};

use super::reach::Reach;

/// Everything that decides a level.
#[derive(Debug)]
pub(crate) struct Standing<'a> {
    pub(crate) class: LossClass,
    pub(crate) environment: Environment,
    pub(crate) reach: &'a Reach,
    /// True where something needs it, or it holds state.
    pub(crate) is_used: bool,
    /// Share of the yearly budget of the journey that it hurts most; 1 is all of it.
    pub(crate) budget_spent: Interval,
    pub(crate) default_level: Level,
    /// True for what tells of failures: no journey needs it, and every one is blind without it.
    pub(crate) is_alerting: bool,
}

/// A level and the sentence that says why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leveled {
    pub(crate) level: Level,
    pub(crate) why: &'static str,
    /// What it would be in production, where the environment lowers it.
    pub(crate) capped_from: Option<(Level, Environment)>,
    /// Where somebody says which level it has, whatever the rest says.
    pub(crate) declared: Option<String>,
}

const SHARE_THAT_HURTS: f64 = 0.05;

/// The level of a risk.
pub(crate) fn level(standing: &Standing<'_>) -> Leveled {
    let (level, why) = uncapped(standing);
    let cap = cap(standing.environment);
    if level < cap {
        let capped_from = Some((level, standing.environment));
        return Leveled { level: cap, why, capped_from, declared: None };
    }
    Leveled { level, why, capped_from: None, declared: None }
}

fn uncapped(standing: &Standing<'_>) -> (Level, &'static str) {
    let Standing { reach, budget_spent, .. } = standing;
    match standing.class {
        LossClass::Irreversible | LossClass::Compromise => {
            if standing.is_used || !reach.journeys.is_empty() {
                (Level::Critical, "it cannot be undone, and something depends on it")
            } else {
                (Level::High, "it cannot be undone; nothing declared here uses it")
            }
        }
        _ if !reach.runs_its_images.is_empty() => (
            standing.default_level,
            "what runs goes on with the image that it has, so the rule's own level stands",
        ),
        _ if !reach.knows_journeys => {
            (standing.default_level, "no journey is known here, so the rule's own level stands")
        }
        LossClass::Outage if budget_spent.typical >= 1.0 => {
            (Level::Critical, "it spends a journey's whole error budget")
        }
        LossClass::Outage if budget_spent.high >= SHARE_THAT_HURTS => {
            (Level::High, "it can spend a twentieth of a journey's error budget or more")
        }
        LossClass::Outage => (Level::Medium, "a journey stops, for little of its error budget"),
        LossClass::Degraded if standing.is_alerting => (
            standing.default_level,
            "failures are heard of through it, so the rule's own level stands",
        ),
        LossClass::Degraded if reach.journeys.is_empty() => {
            (Level::Low, "no journey that I know uses it")
        }
        LossClass::Degraded => {
            (Level::Medium, "a journey uses it and gets worse or loses its reserve")
        }
        LossClass::Toil => (Level::Low, "it costs hours or money"),
    }
}

fn cap(environment: Environment) -> Level {
    match environment {
        Environment::Production => Level::Critical,
        Environment::Staging => Level::High,
        Environment::Development => Level::Medium,
        Environment::Example | Environment::Archive => Level::Low,
    }
}

impl Leveled {
    /// For the register's working.
    pub(crate) fn line(&self) -> String {
        if let Some(place) = &self.declared {
            return format!("level: {}, declared: {place}", self.level.as_str());
        }
        let line = format!("level: {}, {}", self.level.as_str(), self.why);
        match self.capped_from {
            Some((level, environment)) => {
                format!("{line}; {} lowers it from {}", environment.as_str(), level.as_str())
            }
            None => line,
        }
    }
}
