//! A hazard with its numbers.

use std::collections::BTreeSet;
use std::sync::Arc;

use kai_core::{
    Environment, Hazard, Interval, Location, LocationRole, LossClass, Origins, Term, two_digits,
};
use kai_graph::{Component, Strength, System};
use kai_rules::Rule;
use rayon::prelude::*;

use super::blinded::{self, Blinded, Unheard};
use super::level::{Leveled, Standing, level};
use super::noticed::{Alerting, Noticed};
use super::objectives::Objectives;
use super::quantity::Quantity;
use super::reach::{Reach, ReachIndex};
use super::row::Row;
use super::trigger;
use crate::detection;
use crate::priors::{Figures, Key};

/// One hazard in the register.
#[derive(Debug)]
pub(crate) struct Risk<'a> {
    pub(crate) hazard: &'a Hazard,
    pub(crate) rule: &'static Rule,
    pub(crate) component: &'a Component,
    pub(crate) environment: Environment,
    pub(crate) class: LossClass,
    pub(crate) reach: Arc<Reach>,
    pub(crate) rows: Vec<Row>,
    /// Bad minutes a year over all journeys that it reaches; of the component where it reaches none.
    pub(crate) minutes: Interval,
    /// The same where a minute of one journey is worth more than one of another; typical.
    pub(crate) weighed_minutes: f64,
    pub(crate) value: Value,
    pub(crate) leveled: Leveled,
    /// The line to edit.
    pub(crate) place: Option<Location>,
    /// What it loses because its alert tells nobody.
    pub(crate) unheard: Option<Unheard>,
    /// Where it is a broken path, what others lose by it.
    pub(crate) blinded: Option<Blinded>,
}

/// What a fix is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Value {
    /// Bad minutes a year that go away, typical.
    Minutes(f64),
    /// A class that cannot be undone is left.
    Class(LossClass, LossClass),
    /// Neither minutes nor class: money, hours, a smaller attack surface.
    Unmeasured,
}

/// The numbers of a run: figures, and what is asked of journeys.
#[derive(Debug)]
pub(crate) struct Numbers {
    pub(crate) figures: Figures,
    pub(crate) objectives: Objectives,
}

/// Makes a risk of every hazard, in their order. Hazards of rules that nobody knows are left out.
pub(crate) fn register<'a>(
    hazards: &'a [Hazard],
    system: &'a System,
    origins: &Origins,
    numbers: &Numbers,
) -> Vec<Risk<'a>> {
    let reach = ReachIndex::new(system);
    let components = detection::alerting(system);
    let alerting = Alerting { system, origins, components: &components };
    let of = |hazard: &'a Hazard| {
        let rule = kai_rules::rule(hazard.rule)?;
        let place = origins.location(hazard.at, LocationRole::Primary);
        Some(Risk::new(hazard, rule, system, alerting, reach.of(hazard.component), place, numbers))
    };
    let mut risks: Vec<Risk<'a>> = hazards.par_iter().filter_map(of).collect();
    blinded::sum_up(&mut risks, numbers);
    risks
}

impl<'a> Risk<'a> {
    pub(crate) fn new(
        hazard: &'a Hazard,
        rule: &'static Rule,
        system: &'a System,
        alerting: Alerting<'_>,
        reach: Arc<Reach>,
        place: Option<Location>,
        numbers: &Numbers,
    ) -> Self {
        let figures = &numbers.figures;
        let component = system.component(hazard.component);
        let environment = system.environment(component);
        let class = class_of(hazard, &reach);
        let Noticed { after, muted } = alerting.noticed(hazard, figures);
        let rows_after = |noticed: &Quantity| match has_minutes(class) {
            true => trigger::rows(hazard, system, figures, noticed),
            false => Vec::new(),
        };
        let rows = rows_after(&after);
        let alone = total(&rows, Row::minutes);
        let minutes = over_all(alone, &reach, figures);
        let unheard = muted.filter(|_| !rows.is_empty()).map(|muted| {
            let paged = rows_after(&muted.if_paged);
            let keys = rows.iter().chain(&paged).flat_map(Row::keys).collect();
            Unheard {
                minutes: less(minutes, over_all(total(&paged, Row::minutes), &reach, figures)),
                alert: muted.alert,
                receiver: muted.receiver,
                routes: muted.routes,
                keys,
            }
        });
        let without = over_all(total(&rows, Row::minutes_without), &reach, figures);
        let value = value_of(hazard, class, minutes.typical - without.typical);
        let leveled = level(&Standing {
            class,
            environment,
            reach: &reach,
            is_used: !reach.dependants.is_empty() || trigger::is_state(system, component.id),
            budget_spent: of_worst(alone, &reach, numbers),
            default_level: rule.default_level,
            is_alerting: detection::is_alerting(component),
        });
        let weighed_minutes = weighed(alone, &reach, numbers);
        Self {
            hazard,
            rule,
            component,
            environment,
            class,
            reach,
            rows,
            minutes,
            weighed_minutes,
            value,
            leveled,
            place,
            unheard,
            blinded: None,
        }
    }

    /// False where the class is ranked before any minutes.
    pub(crate) fn has_minutes(&self) -> bool {
        !self.rows.is_empty() || self.blinded.is_some()
    }

    pub(crate) fn keys(&self, numbers: &Numbers) -> BTreeSet<Key> {
        let mut keys: BTreeSet<_> = self.rows.iter().flat_map(Row::keys).collect();
        keys.extend(self.blinded.iter().flat_map(|it| &it.keys));
        if !self.rows.is_empty() && !self.reach.journeys.is_empty() {
            let Numbers { figures, objectives } = numbers;
            if self.reach.journeys.iter().any(|it| objectives.get(it.0).is_assumed()) {
                keys.insert(Key::SloTarget);
            }
            let is_published = figures.get(Key::ImpactSoft).declared.is_none();
            if is_published && self.reach.journeys.iter().any(|it| it.1 == Strength::Soft) {
                keys.insert(Key::ImpactSoft);
            }
        }
        keys
    }

    /// The register's working: every term with its source, then what it comes to for each journey.
    pub(crate) fn arithmetic(&self, system: &System, numbers: &Numbers) -> Vec<String> {
        let mut lines = vec![self.class_line(), self.leveled.line()];
        lines.extend(self.blinded.iter().flat_map(Blinded::lines));
        if !self.hazard.silences.is_empty() && self.blinded.is_none() {
            lines
                .push("of the risks that were found, none that waits for a person has an alert that ends there".to_string());
        }
        if !self.has_minutes() {
            lines.push("minutes: none, this class is ranked before any minutes".to_string());
        }
        for row in &self.rows {
            row.lines(&mut lines);
        }
        if !self.rows.is_empty() {
            self.journey_lines(system, numbers, &mut lines);
        }
        lines.push(self.value_line());
        lines
    }

    fn class_line(&self) -> String {
        let (class, said) = (self.class, self.hazard.loss);
        let words = format!("class: {} {}", class.code(), class.as_str());
        if class == said {
            return words;
        }
        let why = if self.reach.journeys.is_empty() {
            "no journey that I know needs it"
        } else {
            "journeys that use it can do without"
        };
        format!("{words}, not {}: {why}", said.as_str())
    }

    fn journey_lines(&self, system: &System, numbers: &Numbers, lines: &mut Vec<String>) {
        const SHOWN: usize = 5;
        let alone = total(&self.rows, Row::minutes);
        if self.rows.len() > 1 {
            lines.push(format!("all triggers = {alone} bad minutes a year"));
        }
        for &(index, strength) in self.reach.journeys.iter().take(SHOWN) {
            let share = strength_share(strength, &numbers.figures);
            let budget = numbers.objectives.get(index).budget;
            let minutes = kai_slo::product(&[alone, share]);
            let spent = budget.spent_by(minutes).typical * 100.0;
            let how = match strength {
                Strength::Hard => "needs it".to_string(),
                Strength::Soft => {
                    format!("can do without it: {share} of it lost (`impact.soft`)")
                }
            };
            lines.push(format!(
                "journey `{}` {how}: {} bad minutes a year, {} % of the {} that {} allows",
                system.journeys()[index].name,
                minutes,
                two_digits(spent),
                two_digits(budget.minutes_per_year()),
                budget.target(),
            ));
        }
        if self.reach.journeys.len() > SHOWN {
            lines.push(format!(
                "and {} more",
                match self.reach.journeys.len() - SHOWN {
                    1 => "1 journey".to_owned(),
                    more => format!("{more} journeys"),
                }
            ));
        }
        if self.reach.journeys.len() > 1 {
            lines.push(format!("all journeys = {} bad minutes a year", self.minutes));
        }
        let mut said = BTreeSet::new();
        for &(index, _) in self.reach.journeys.iter().take(SHOWN) {
            let objective = numbers.objectives.get(index);
            let all = [Some(format!("objective: {}", objective.line())), objective.weight_line()];
            lines.extend(all.into_iter().flatten().filter(|it| said.insert(it.clone())));
        }
    }

    fn value_line(&self) -> String {
        match self.value {
            Value::Minutes(saved) => {
                format!("value of the fix: {} bad minutes a year, typically", two_digits(saved))
            }
            Value::Class(from, to) => format!(
                "value of the fix: leaves class {} {} for {} {}",
                from.code(),
                from.as_str(),
                to.code(),
                to.as_str()
            ),
            Value::Unmeasured => "value of the fix: not in minutes".to_string(),
        }
    }
}

/// An outage is one only where a journey cannot do without.
fn class_of(hazard: &Hazard, reach: &Reach) -> LossClass {
    let stops = reach.journeys.iter().any(|it| it.1 == Strength::Hard);
    if hazard.loss == LossClass::Outage && !stops { LossClass::Degraded } else { hazard.loss }
}

fn has_minutes(class: LossClass) -> bool {
    matches!(class, LossClass::Outage | LossClass::Degraded)
}

fn total(rows: &[Row], minutes: impl Fn(&Row) -> Interval) -> Interval {
    // Rows of one hazard share priors and move together, so their widths add up straight.
    rows.iter().map(minutes).fold(Interval::exactly(0.0), Interval::plus)
}

/// What is left of an interval without a part of it that moves with it.
fn less(whole: Interval, part: Interval) -> Interval {
    let typical = (whole.typical - part.typical).max(0.0);
    let low = (whole.low - part.low).clamp(0.0, typical);
    Interval::new(low, typical, (whole.high - part.high).max(typical))
}

fn strength_share(strength: Strength, figures: &Figures) -> Interval {
    match strength {
        Strength::Hard => Interval::exactly(1.0),
        Strength::Soft => figures.interval(Key::ImpactSoft),
    }
}

fn over_all(alone: Interval, reach: &Reach, figures: &Figures) -> Interval {
    if reach.journeys.is_empty() {
        return alone;
    }
    // A thousand journeys need it in one of two ways.
    let minutes = |strength| kai_slo::product(&[alone, strength_share(strength, figures)]);
    let (hard, soft) = (minutes(Strength::Hard), minutes(Strength::Soft));
    let each = reach.journeys.iter().map(|it| match it.1 {
        Strength::Hard => hard,
        Strength::Soft => soft,
    });
    each.fold(Interval::exactly(0.0), Interval::plus)
}

/// The share of its budget that the journey loses that it hurts most.
fn of_worst(alone: Interval, reach: &Reach, numbers: &Numbers) -> Interval {
    let Numbers { figures, objectives } = numbers;
    let spent = |&(index, strength): &(usize, Strength)| {
        let minutes = kai_slo::product(&[alone, strength_share(strength, figures)]);
        objectives.get(index).budget.spent_by(minutes)
    };
    let worst = reach.journeys.iter().map(spent);
    let worst = worst.max_by(|one, other| one.typical.total_cmp(&other.typical));
    worst.unwrap_or_else(|| objectives.default.budget.spent_by(alone))
}

/// Typical minutes over all journeys, each as much as its tier says.
fn weighed(alone: Interval, reach: &Reach, numbers: &Numbers) -> f64 {
    let Numbers { figures, objectives } = numbers;
    if reach.journeys.is_empty() {
        return alone.typical;
    }
    let of = |&(index, strength): &(usize, Strength)| {
        strength_share(strength, figures).typical * objectives.get(index).weight
    };
    alone.typical * reach.journeys.iter().map(of).sum::<f64>()
}

fn value_of(hazard: &Hazard, class: LossClass, saved: f64) -> Value {
    match class {
        LossClass::Irreversible => Value::Class(class, LossClass::Degraded),
        LossClass::Compromise => Value::Class(class, LossClass::Toil),
        LossClass::Outage if hazard.term == Term::Loss => Value::Class(class, LossClass::Degraded),
        LossClass::Outage | LossClass::Degraded if saved > 0.0 => Value::Minutes(saved),
        _ => Value::Unmeasured,
    }
}
