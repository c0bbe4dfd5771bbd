//! Alarms that fire and tell nobody.

use kai_core::{Edit, FailureMode, Fix, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Alarm, Component, Facts, Of};

use super::near;
use crate::block::Block;
use crate::waiver::waiver;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "alarm-tells-nobody",
    pillar: Pillar::Observability,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("alarm_tells_nobody.md"),
    check: Check::System(check),
};

fn check(ctx: Context<'_>, out: &mut Observed) {
    for root in ctx.system.roots() {
        let held = ctx.system.components().iter().filter(|it| it.root == root.id);
        let alarms: Vec<_> = held.filter_map(alarm).collect();
        let silent = alarms.iter().copied().filter(|it| is_silent(*it, ctx));
        let excepted = |it: &Of<'_, Alarm>| waiver(it.component, &["CKV_AWS_319", "actions"]);
        let (waived, silent): (Vec<_>, Vec<_>) = silent.partition(|it| excepted(it).is_some());
        if let Some(first) = silent.first() {
            out.push(hazard(*first, &silent, alarms.len()).fix(fix(&silent, ctx)));
        }
        for it in waived {
            out.push(hazard(it, &[it], alarms.len()).waived(excepted(&it)));
        }
    }
}

fn alarm(component: &Component) -> Option<Of<'_, Alarm>> {
    match &component.facts {
        Facts::Alarm(facts) => Some(Of { component, facts }),
        _ => None,
    }
}

fn is_silent(alarm: Of<'_, Alarm>, ctx: Context<'_>) -> bool {
    near::is_production(alarm.component, ctx)
        && alarm.facts.actions.traced().is_some_and(|it| {
            it.value.is_empty() && near::is_settled(alarm.component, it.origin, ctx)
        })
        && !is_told_by_rule(alarm.component, ctx)
}

/// A rule of Azure adds whom all alerts of a scope tell, wherever in the tree it stands.
fn is_told_by_rule(alarm: &Component, ctx: Context<'_>) -> bool {
    const RULE: &str = "azurerm_monitor_alert_processing_rule_action_group";
    alarm.native_kind.starts_with("azurerm_")
        && ctx.system.components().iter().any(|it| it.native_kind == RULE)
}

/// Those that name somebody and are turned off, where all of them are.
fn fix(silent: &[Of<'_, Alarm>], ctx: Context<'_>) -> Option<Fix> {
    let on = |it: &Of<'_, Alarm>| {
        let switch = it.facts.actions.traced()?.origin;
        let tells = Block::of(it.component, ctx)?.argument("alarm_actions")?.len() > "[]".len();
        near::swap(switch, "false", "true", ctx).filter(|_| tells)
    };
    let edits: Option<Vec<Vec<Edit>>> = silent.iter().map(on).collect();
    edits.map(|it| Fix::unsafely("Let it tell whom it names", it.concat()))
}

fn hazard(first: Of<'_, Alarm>, silent: &[Of<'_, Alarm>], all: usize) -> Hazard {
    let names: Vec<_> = silent.iter().map(|it| near::address(it.component)).collect();
    let message = format!(
        "{} of {} {} nobody: {}; what {} for is heard of from users",
        silent.len(),
        words::count(all, "alarm"),
        if silent.len() == 1 { "tells" } else { "tell" },
        words::list(&names),
        if silent.len() == 1 { "it watches" } else { "they watch" },
    );
    let at =
        |it: Of<'_, Alarm>| it.facts.actions.traced().map_or(it.component.origin, |it| it.origin);
    let hazard = RULE
        .worsens(
            first.component.id,
            FailureMode::Misconfigured,
            Term::TimeToDetect,
            "alarms that tell nobody",
            message,
        )
        .at(at(first))
        .loses(LossClass::Degraded)
        .searched("actions and channels of each alarm, and what asks for its state in the same root")
        .shows_as("A red alarm in the console, for whoever looks")
        .recover("Nothing to undo")
        .remedy("Name the topic or the channel that wakes somebody, or take the alarm out")
        .verify(match first.component.native_kind.as_str() {
            "azurerm_monitor_activity_log_alert" => {
                "az monitor activity-log alert list --query '[?!actions.actionGroups].name' # is empty"
            }
            "azurerm_monitor_scheduled_query_rules_alert_v2" => {
                "az monitor scheduled-query list --query '[?!actions.actionGroups].name' # is empty"
            }
            "azurerm_monitor_metric_alert" => "az monitor metrics alert list --query '[?!actions].name' # is empty",
            "google_monitoring_alert_policy" => "gcloud alpha monitoring policies list --filter='-notificationChannels:*' # is empty",
            _ => "aws cloudwatch describe-alarms --query 'MetricAlarms[?!AlarmActions].AlarmName' # is empty",
        });
    silent.iter().skip(1).fold(hazard, |hazard, it| hazard.related(at(*it), "tells nobody either"))
}
