//! Names in `kai.yaml` that must be somebody's: tiers, journeys, rules, figures.

use kai_core::{OriginId, Origins};

use crate::{At, Invalid, Settings, nearest};

impl Settings {
    /// Refuses tiers and journeys that nobody declares, and rules and figures that Kai does not have.
    ///
    /// # Errors
    /// The first such name, in the order of the fields.
    pub fn check(&self, origins: &Origins, rules: &[&str], priors: &[&str]) -> Result<(), Invalid> {
        let tiers: Vec<&str> = self.tiers.iter().map(|it| it.name.value.as_str()).collect();
        let names = Names { origins };
        for (index, journey) in self.journeys.iter().enumerate() {
            if let Some(tier) = &journey.tier {
                names.check(&format!("journeys[{index}].tier"), "tier", tier, &tiers)?;
            }
        }
        for (index, recovery) in self.recovery.iter().enumerate() {
            if let Some(tier) = &recovery.tier {
                names.check(&format!("recovery[{index}].tier"), "tier", tier, &tiers)?;
            }
        }
        let journeys: Vec<&str> = self.journeys.iter().map(|it| it.name.value.as_str()).collect();
        for (index, busy) in self.busy.iter().enumerate() {
            for journey in &busy.journeys {
                names.check(&format!("busy[{index}].journeys"), "journey", journey, &journeys)?;
            }
        }
        for (key, prior) in &self.priors {
            names.known(&format!("priors.{key}"), "figure", key, prior.origin, priors)?;
        }
        for (index, setting) in self.rules.iter().enumerate() {
            for rule in &setting.rule {
                names.check(&format!("rules[{index}].rule"), "rule", rule, rules)?;
            }
        }
        for (index, allow) in self.allow.iter().enumerate() {
            for rule in &allow.rule {
                names.check(&format!("allow[{index}].rule"), "rule", rule, rules)?;
            }
            if allow.reason.value.trim().is_empty() {
                let message = "a finding is accepted with a reason, not without".to_owned();
                let field = format!("allow[{index}].reason");
                return Err(names.invalid(field, message, allow.reason.origin));
            }
        }
        Ok(())
    }
}

struct Names<'a> {
    origins: &'a Origins,
}

impl Names<'_> {
    fn check(
        &self,
        field: &str,
        what: &str,
        name: &At<String>,
        known: &[&str],
    ) -> Result<(), Invalid> {
        self.known(field, what, &name.value, name.origin, known)
    }

    fn known(
        &self,
        field: &str,
        what: &str,
        name: &str,
        origin: OriginId,
        known: &[&str],
    ) -> Result<(), Invalid> {
        if known.contains(&name) {
            return Ok(());
        }
        let message = format!("there is no {what} `{name}`");
        Err(Invalid {
            allowed: known.iter().map(ToString::to_string).collect(),
            nearest: nearest(name, known.iter().copied()).map(ToOwned::to_owned),
            ..self.invalid(field.to_owned(), message, origin)
        })
    }

    fn invalid(&self, field: String, message: String, origin: OriginId) -> Invalid {
        let span = self.origins.span(origin);
        Invalid { field, message, allowed: Vec::new(), nearest: None, span }
    }
}
