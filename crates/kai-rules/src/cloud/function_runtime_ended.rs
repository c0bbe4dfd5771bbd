//! Functions on runtimes that get no fixes any more.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::Component;

use super::near;
use crate::waiver::waiver;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "function-runtime-ended",
    pillar: Pillar::OperationalReadiness,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("function_runtime_ended.md"),
    check: Check::Component(check),
};

/// When Amazon ended a runtime (docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html, "Deprecated
/// runtimes").
const ENDED: &[(&str, &str)] = &[
    ("dotnet6", "2024-12-20"),
    ("dotnetcore3.1", "2023-04-03"),
    ("go1.x", "2024-01-08"),
    ("java8", "2024-01-08"),
    ("nodejs12.x", "2023-03-31"),
    ("nodejs14.x", "2023-12-04"),
    ("nodejs16.x", "2024-06-12"),
    ("nodejs18.x", "2025-09-01"),
    ("provided", "2024-01-08"),
    ("python2.7", "2021-07-15"),
    ("python3.6", "2022-07-18"),
    ("python3.7", "2023-12-04"),
    ("python3.8", "2024-10-14"),
    ("ruby2.7", "2023-12-07"),
];

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Some(program) = near::program(component).filter(|_| near::is_production(component, ctx))
    else {
        return;
    };
    let Some(runtime) = program.facts.runtime.traced() else { return };
    let ended = ENDED.iter().find(|it| it.0 == runtime.value);
    if let Some((_, date)) = ended {
        let hazard = hazard(component, &runtime.value, date, runtime.origin);
        out.push(hazard.waived(waiver(component, &["CKV_AWS_363"])));
    }
}

fn hazard(component: &Component, runtime: &str, date: &str, at: OriginId) -> Hazard {
    let message = format!(
        "`{}` runs on `{runtime}`, which Amazon ended on {date}: flaws in it stay open, and one day neither a new function nor a \
         change of this one is accepted, a fix for an incident included",
        near::address(component),
    );
    RULE.worsens(
        component.id,
        FailureMode::Rollout,
        Term::TimeToRecover,
        "its runtime has ended",
        message,
    )
    .at(at)
    .loses(LossClass::Degraded)
    .shows_as("`InvalidParameterValueException` of an update, on the day that it is needed")
    .recover("Move to a runtime that is supported, with the fix; the old code goes on running until then")
    .remedy("Take a runtime that is supported, in staging first")
    .verify("aws lambda list-functions --query 'Functions[].[FunctionName,Runtime]'")
}
