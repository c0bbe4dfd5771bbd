//! How well each journey must work, and how much it matters.

use kai_core::{LocationRole, OriginId, Origins};
use kai_graph::System;
use kai_settings::{Length, Settings, Slo, Tier};
use kai_slo::{Ratio, SloBudget};

use crate::priors::{Figures, Key};

/// The objective of every journey, by its index, and what holds for the others.
#[derive(Debug)]
pub(crate) struct Objectives {
    by_journey: Vec<Objective>,
    pub(crate) default: Objective,
}

/// What is asked of a journey.
#[derive(Debug, Clone)]
pub(crate) struct Objective {
    pub(crate) budget: SloBudget,
    /// How many minutes of another journey one of this one is worth.
    pub(crate) weight: f64,
    window: Option<Length>,
    /// Where it is declared, if it is.
    declared: Option<String>,
    /// The tier that gives it its weight, and where.
    weighed: Option<String>,
}

impl Objectives {
    pub(crate) fn of(
        system: &System,
        settings: &Settings,
        figures: &Figures,
        origins: &Origins,
    ) -> Self {
        let place = |origin: OriginId| {
            let place = origins.location(origin, LocationRole::Primary);
            place.map(|it| format!("{}:{}", it.path, it.line)).unwrap_or_default()
        };
        let target = figures.get(Key::SloTarget);
        let assumed = Objective {
            budget: SloBudget::new(Ratio::clamped(target.interval.typical)),
            weight: 1.0,
            window: None,
            declared: target.declared,
            weighed: None,
        };
        let default = match &settings.slo {
            Some(slo) => assumed.with(slo, place(slo.target.origin)),
            None => assumed,
        };
        let of = |name: &str| {
            let journey = settings.journey(name)?;
            let tier = journey.tier.as_ref().and_then(|it| settings.tier(&it.value));
            let mut objective = default.clone();
            if let Some(slo) = journey.slo.as_ref().or_else(|| tier?.slo.as_ref()) {
                objective = objective.with(slo, place(slo.target.origin));
            }
            if let Some((tier, weight)) = tier.and_then(|it| Some((it, it.weight.as_ref()?))) {
                objective = objective.weighing(tier, weight.value.0.typical, &place(weight.origin));
            }
            Some(objective)
        };
        let by_journey =
            system.journeys().iter().map(|it| of(&it.name).unwrap_or_else(|| default.clone()));
        Self { by_journey: by_journey.collect(), default }
    }

    /// Of the journey with this index.
    pub(crate) fn get(&self, journey: usize) -> &Objective {
        self.by_journey.get(journey).unwrap_or(&self.default)
    }
}

impl Objective {
    fn with(&self, slo: &Slo, place: String) -> Self {
        let budget = SloBudget::new(Ratio::clamped(slo.target.value.0));
        Self { budget, window: slo.window, declared: Some(place), ..self.clone() }
    }

    fn weighing(self, tier: &Tier, weight: f64, place: &str) -> Self {
        let weighed = Some(format!("tier `{}` (declared: {place})", tier.name.value));
        Self { weight, weighed, ..self }
    }

    pub(crate) fn is_assumed(&self) -> bool {
        self.declared.is_none()
    }

    /// The objective and who says so.
    pub(crate) fn line(&self) -> String {
        let window = self.window.map(|it| format!(" over {it}")).unwrap_or_default();
        let target = self.budget.target();
        match &self.declared {
            Some(place) => format!("{target}{window} (declared: {place})"),
            None => format!("{target} (assumed: `{}`)", Key::SloTarget.as_str()),
        }
    }

    /// Why a minute of it counts for more or less than one of another.
    pub(crate) fn weight_line(&self) -> Option<String> {
        let weighed = self.weighed.as_ref()?;
        Some(format!(
            "ranked as {} times its minutes: {weighed}",
            kai_core::two_digits(self.weight)
        ))
    }
}
