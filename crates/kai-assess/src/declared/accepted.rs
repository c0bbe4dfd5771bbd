//! Which findings are accepted, by whom and why.

use std::collections::BTreeSet;

use camino::Utf8Path;
use kai_core::{Date, Location, LocationRole, OriginId, Origins, Suppression, SuppressionKind};
use kai_settings::{
    Allow, Allowance, At, ComponentPattern, Named, PathPattern, RuleSetting, Settings, tools,
};

use super::unmatched::problem;
use crate::LocatedProblem;
use crate::register::Risk;

/// Everything that accepts findings or gives them a level, and what of it has been of use.
#[derive(Debug)]
pub(crate) struct Accepted<'a> {
    settings: &'a Settings,
    comments: Vec<(Location, &'a Allowance)>,
    origins: &'a Origins,
    today: Option<Date>,
    used: BTreeSet<Used>,
}

/// A rule that a comment or an entry of `kai.yaml` names, by their indexes.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Used {
    Comment(usize, usize),
    Entry(usize, usize),
}

impl<'a> Accepted<'a> {
    pub(crate) fn new(
        settings: &'a Settings,
        comments: &'a [Allowance],
        origins: &'a Origins,
        today: Option<Date>,
    ) -> Self {
        let place = |it: &Allowance| origins.location_of(it.span, LocationRole::Primary);
        let comments = comments.iter().map(|it| (place(it), it)).collect();
        Self { settings, comments, origins, today, used: BTreeSet::new() }
    }

    /// Gives risks the levels that are declared, and takes out those that are accepted.
    pub(crate) fn split<'r>(
        &mut self,
        risks: Vec<Risk<'r>>,
    ) -> (Vec<Risk<'r>>, Vec<(Suppression, Risk<'r>)>) {
        let (mut open, mut accepted) = (Vec::with_capacity(risks.len()), Vec::new());
        for mut risk in risks {
            match self.by(&risk).or_else(|| self.leveled(&mut risk)) {
                Some(by) => accepted.push((by, risk)),
                None => open.push(risk),
            }
        }
        (open, accepted)
    }

    fn by(&mut self, risk: &Risk<'_>) -> Option<Suppression> {
        let rule = risk.hazard.rule;
        self.by_comment(risk)
            .or_else(|| self.by_entry(risk))
            .or_else(|| self.by_annotation(risk, rule))
            .or_else(|| self.by_waiver(risk))
    }

    fn by_comment(&mut self, risk: &Risk<'_>) -> Option<Suppression> {
        if self.comments.is_empty() {
            return None;
        }
        let places = self.places(risk);
        let is_meant = |(place, comment): &(Location, &Allowance)| {
            let mut here = places.iter().filter(|it| it.path == place.path);
            here.any(|it| comment.covers.contains(it.line))
        };
        for (index, it) in self.comments.iter().enumerate().filter(|(_, it)| is_meant(it)) {
            let (place, comment) = it;
            let named = comment.rules.iter().position(|it| it == risk.hazard.rule);
            let Some(named) = named else { continue };
            self.used.insert(Used::Comment(index, named));
            if is_over(comment.until, self.today) {
                continue;
            }
            let kind = match &comment.tool {
                Some((tool, check)) => {
                    SuppressionKind::Tool { tool: tool.as_str(), check: check.clone() }
                }
                None => SuppressionKind::Comment,
            };
            let reason = words(&comment.reason, &kind);
            return Some(Suppression {
                kind,
                reason,
                location: place.clone(),
                until: comment.until,
            });
        }
        None
    }

    /// The line to edit, and where the object is written, overlays included.
    fn places(&self, risk: &Risk<'_>) -> Vec<Location> {
        let written = self.origins.chain(risk.component.origin);
        let places = written.iter().filter_map(|&it| self.origins.location(it, LocationRole::Same));
        risk.place.iter().cloned().chain(places).collect()
    }

    fn by_entry(&mut self, risk: &Risk<'_>) -> Option<Suppression> {
        for (index, entry) in self.settings.allow.iter().enumerate() {
            let Allow { rule, paths, components, until, reason } = entry;
            let named = rule.iter().position(|it| it.value == risk.hazard.rule);
            let Some(named) = named.filter(|_| is_within(risk, paths, components)) else {
                continue;
            };
            self.used.insert(Used::Entry(index, named));
            let until = until.map(|it| it.0);
            if is_over(until, self.today) {
                continue;
            }
            let location = self.origins.location(reason.origin, LocationRole::Primary)?;
            let (kind, reason) = (SuppressionKind::Settings, reason.value.clone());
            return Some(Suppression { kind, reason, location, until });
        }
        None
    }

    fn by_annotation(&self, risk: &Risk<'_>, rule: &str) -> Option<Suppression> {
        let annotations = risk.component.annotations.iter();
        let mut silenced = annotations.filter_map(|(key, value)| tools::annotation(key, value));
        let it = silenced.find(|it| it.rules.iter().any(|it| it == rule))?;
        let location = self.origins.location(risk.component.origin, LocationRole::Primary)?;
        let kind = SuppressionKind::Tool { tool: it.tool.as_str(), check: it.check };
        let reason = words(&it.reason, &kind);
        Some(Suppression { kind, reason, location, until: None })
    }

    /// An exception that the rule itself has found beside what it looks at.
    fn by_waiver(&self, risk: &Risk<'_>) -> Option<Suppression> {
        let waiver = risk.hazard.waived.as_ref()?;
        let location = self.origins.location(risk.component.origin, LocationRole::Primary)?;
        let kind = SuppressionKind::Tool { tool: waiver.tool, check: waiver.check.to_string() };
        let reason = words(&waiver.reason, &kind);
        Some(Suppression { kind, reason, location, until: None })
    }

    /// The last entry of `rules` that applies: a level, or that the rule is turned off.
    fn leveled(&self, risk: &mut Risk<'_>) -> Option<Suppression> {
        let applies = |it: &&RuleSetting| {
            let is_named =
                it.rule.is_empty() || it.rule.iter().any(|it| it.value == risk.hazard.rule);
            is_named && is_within(risk, &it.paths, &it.components)
        };
        let setting = self.settings.rules.iter().rfind(applies)?;
        let location = self.origins.location(setting.level.origin, LocationRole::Primary)?;
        let Some(level) = setting.level.value.level() else {
            let reason =
                setting.reason.clone().unwrap_or_else(|| "the rule is turned off".to_owned());
            return Some(Suppression {
                kind: SuppressionKind::Settings,
                reason,
                location,
                until: None,
            });
        };
        risk.leveled.level = level;
        risk.leveled.declared = Some(format!("{}:{}", location.path, location.line));
        None
    }

    /// What accepts nothing: unknown rules, days that have passed, nothing that matches.
    pub(crate) fn problems(&self) -> Vec<LocatedProblem> {
        let mut problems = Vec::new();
        for (index, (place, comment)) in self.comments.iter().enumerate() {
            // Other tools have other reasons to be silenced.
            if comment.tool.is_some() {
                continue;
            }
            for (named, rule) in comment.rules.iter().enumerate() {
                let is_used = self.used.contains(&Used::Comment(index, named));
                problems.extend(self.idle(rule, comment.until, is_used, place));
            }
        }
        for (index, entry) in self.settings.allow.iter().enumerate() {
            for (named, rule) in entry.rule.iter().enumerate() {
                // What a larger tree accepts may lie outside of what is read.
                let is_used =
                    self.settings.is_from_above || self.used.contains(&Used::Entry(index, named));
                let Some(place) = self.place(rule.origin) else { continue };
                let until = entry.until.map(|it| it.0);
                problems.extend(self.idle(&rule.value, until, is_used, &place));
            }
        }
        problems
    }

    fn place(&self, origin: OriginId) -> Option<Location> {
        self.origins.location(origin, LocationRole::Primary)
    }

    fn idle(
        &self,
        rule: &str,
        until: Option<Date>,
        is_used: bool,
        place: &Location,
    ) -> Option<LocatedProblem> {
        if kai_rules::rule(rule).is_none() {
            let ids = kai_rules::RULES.iter().map(|it| it.id);
            let near = kai_settings::nearest(rule, ids);
            let remedy = near.map_or_else(
                || "`kai rules` lists them".to_owned(),
                |near| format!("did you mean `{near}`"),
            );
            return Some(problem(place, format!("there is no rule `{rule}`"), remedy));
        }
        if let Some(day) = until.filter(|_| is_over(until, self.today)) {
            let message = format!("`allow({rule})` is over since {day}, and accepts nothing");
            return Some(problem(place, message, "look at it again, or take it out".to_owned()));
        }
        (!is_used).then(|| {
            let message = format!("`allow({rule})` matches no finding");
            problem(place, message, "take it out, or put it where the finding is".to_owned())
        })
    }
}

/// The reason, or what stands for it where another tool asks for none.
fn words(reason: &str, kind: &SuppressionKind) -> String {
    match kind {
        SuppressionKind::Tool { tool, check } if reason.is_empty() => {
            format!("`{check}` of {tool} is silenced here, without a reason")
        }
        _ => reason.to_owned(),
    }
}

fn is_over(until: Option<Date>, today: Option<Date>) -> bool {
    matches!((until, today), (Some(until), Some(today)) if until <= today)
}

fn is_within(
    risk: &Risk<'_>,
    paths: &[At<PathPattern>],
    components: &[At<ComponentPattern>],
) -> bool {
    let path = risk.place.as_ref().map_or(Utf8Path::new(""), |it| &it.path);
    let it = risk.component;
    let named = Named { namespace: &it.namespace, kind: &it.native_kind, name: &it.name };
    let is_here = paths.is_empty() || paths.iter().any(|it| it.value.matches(path));
    is_here && (components.is_empty() || components.iter().any(|it| it.value.matches(named)))
}
