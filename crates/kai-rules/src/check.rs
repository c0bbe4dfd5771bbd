//! Runs rules over a system.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use kai_core::{Edit, Fix, Hazard, Part, Watch};
use kai_graph::{Component, Facts, Of};
use rayon::prelude::*;

use crate::command::with_files;
use crate::{Check, Context, Doubt, Observed, Rule};

/// What all rules said, by rule and then by component.
#[derive(Debug, Default)]
pub struct Checked {
    pub hazards: Vec<Hazard>,
    /// What rules could not tell.
    pub doubts: Vec<Doubt>,
    /// Findings about Kai itself.
    pub failures: Vec<RuleFailure>,
}

/// A rule that panicked. Its hazards are lost, everybody else's are not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFailure {
    /// The rule's id.
    pub rule: &'static str,
    /// What it said when it gave up.
    pub message: String,
}

/// Runs every rule, in parallel. The result does not depend on scheduling.
#[must_use]
pub fn check(ctx: Context<'_>, rules: &[&'static Rule], watch: &dyn Watch) -> Checked {
    let results: Vec<_> = rules
        .par_iter()
        .map(|rule| watch.watched(Part::Rule(rule.id), || run_safely(rule, ctx)))
        .collect();
    let mut checked = Checked::default();
    for result in results {
        match result {
            Ok(observed) => {
                let hazards = observed.hazards.into_iter();
                checked.hazards.extend(hazards.map(|it| Hazard {
                    recovery: with_files(it.recovery, it.component, ctx),
                    verify: with_files(it.verify, it.component, ctx),
                    fix: it.fix.map(once),
                    ..it
                }));
                checked.doubts.extend(observed.doubts);
            }
            Err(failure) => checked.failures.push(failure),
        }
    }
    checked
}

/// What several components are written as, such as a block of a module that is used twice, is changed
/// once.
fn once(mut fix: Fix) -> Fix {
    let mut edits: Vec<Edit> = Vec::with_capacity(fix.edits.len());
    for it in fix.edits {
        if !edits.contains(&it) {
            edits.push(it);
        }
    }
    fix.edits = edits;
    fix
}

fn run_safely(rule: &Rule, ctx: Context<'_>) -> Result<Observed, RuleFailure> {
    // The graph is read-only and what the rule said so far is thrown away, so nothing half-done
    // can be seen after a panic.
    catch_unwind(AssertUnwindSafe(|| run(rule, ctx)))
        .map_err(|payload| RuleFailure { rule: rule.id, message: words(payload.as_ref()) })
}

fn run(rule: &Rule, ctx: Context<'_>) -> Observed {
    let mut out = Observed::default();
    if let Check::System(check) = rule.check {
        check(ctx, &mut out);
        return out;
    }
    for component in ctx.system.components() {
        look_at(component, rule, ctx, &mut out);
    }
    out
}

fn look_at(component: &Component, rule: &Rule, ctx: Context<'_>, out: &mut Observed) {
    match (&rule.check, &component.facts) {
        (Check::Component(check), _) => check(component, ctx, out),
        (Check::Workload(check), Facts::Workload(facts)) => {
            check(Of { component, facts }, ctx, out);
        }
        (Check::Datastore(check), Facts::Datastore(facts)) => {
            check(Of { component, facts }, ctx, out);
        }
        (Check::Budget(check), Facts::DisruptionBudget(facts)) => {
            check(Of { component, facts }, ctx, out);
        }
        (Check::Autoscaler(check), Facts::Autoscaler(facts)) => {
            check(Of { component, facts }, ctx, out);
        }
        (Check::Path(check), Facts::NetworkPath(facts)) => check(Of { component, facts }, ctx, out),
        (Check::EntryPoint(check), Facts::EntryPoint(facts)) => {
            check(Of { component, facts }, ctx, out);
        }
        (Check::Webhook(check), Facts::Webhook(facts)) => check(Of { component, facts }, ctx, out),
        (Check::StorageClass(check), Facts::StorageClass(facts)) => {
            check(Of { component, facts }, ctx, out);
        }
        (Check::Backup(check), Facts::Backup(facts)) => check(Of { component, facts }, ctx, out),
        (Check::Reconciliation(check), Facts::Reconciliation(facts)) => {
            check(Of { component, facts }, ctx, out);
        }
        (Check::Pipeline(check), Facts::Pipeline(facts)) => {
            check(Of { component, facts }, ctx, out);
        }
        _ => {}
    }
}

fn words(payload: &(dyn Any + Send)) -> String {
    payload
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without words".to_string())
}

#[cfg(test)]
mod tests {
    use kai_core::{Level, Origins, Pillar, Unwatched};
    use kai_graph::System;
    use kai_settings::Settings;

    use super::*;

    fn rule(id: &'static str, check: Check) -> &'static Rule {
        Box::leak(Box::new(Rule {
            id,
            pillar: Pillar::Recovery,
            default_level: Level::Low,
            since: "0.1.0",
            doc: "",
            check,
        }))
    }

    #[test]
    fn a_rule_that_panics_is_a_failure_and_the_others_still_run() {
        fn gives_up(_: Context<'_>, _: &mut Observed) {
            panic!("three is not two");
        }
        fn says_nothing(_: Context<'_>, _: &mut Observed) {}
        let rules =
            [rule("bad", Check::System(gives_up)), rule("good", Check::System(says_nothing))];
        let (system, origins) = (System::default(), Origins::new());
        let settings = Settings::default();
        let ctx = Context::new(&system, &origins, &settings);
        let checked = check(ctx, &rules, &Unwatched);
        let expected = RuleFailure { rule: "bad", message: "three is not two".to_string() };
        assert_eq!(checked.failures, [expected]);
    }
}
